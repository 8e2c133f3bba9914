//! `forecourt demo`: a sample bank, or real complaints, played through the real commands, and a report.

use super::{demo_programme, import, say, serve};
use crate::{
    cli::{Cli, Demo},
    config::ServerConfig,
    exit::Exit,
    place::{self, Open},
    progress,
};
use anyhow::Context as _;
use app::{
    NewUser, Office,
    demo::{DemoOptions, DemoOutcome, report},
};
use domain::{Actor, Role, Timestamp};
use sample::Bank;
use std::{io::IsTerminal as _, net::SocketAddr};
use store::{CaseQuery, Clock, Sort};

/// How many customers of the second wave are asked whether they want a visit.
const SECOND_WAVE: usize = 45;

/// The name of the report in the data directory.
const REPORT: &str = "demo-report.html";

pub(super) fn run(cli: &Cli, args: &Demo) -> anyhow::Result<Exit> {
    let office = place::office(cli, Open::Create, Clock::system())?;
    let options = DemoOptions {
        seed: args.seed,
        cases: args.cases,
    };
    let known: u64 = office.store().counts()?.iter().map(|(_, n)| n).sum();
    let (bank, outcome, source) = if let (Some(file), Some(map)) = (&args.real, &args.map) {
        let summary = import::whole(&office, file, map)?;
        say(&format!(
            "{} complaints imported, {} already there, {} rejected\n",
            summary.imported, summary.already, summary.rejected
        ))?;
        let (bank, outcome) = played(|tell| office.play_imported(options, tell))?;
        let name = file
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        (bank, outcome, name)
    } else if known > 0 {
        say("This folder holds cases already; the report shows them as they stand.\n")?;
        (
            bank_of(&office, options),
            DemoOutcome::default(),
            format!("seed {}", args.seed),
        )
    } else {
        let (bank, outcome) = played(|tell| office.play_sample(options, tell))?;
        (bank, outcome, format!("seed {}", args.seed))
    };
    let now = if args.real.is_some() {
        newest(&office)?
    } else {
        office.now()
    };
    office.store().checkpoint()?;
    let told = report(&office, &bank, outcome.plan.as_ref(), &source, now)?;
    let path = cli.data.join(REPORT);
    let html = told
        .to_html(args.lang.into())
        .context("the report could not be made")?;
    std::fs::write(&path, html).with_context(|| format!("{} could not be written", path.display()))?;
    say(&told.to_text(args.lang.into(), width()))?;
    if outcome.commands > 0 {
        say(&format!(
            "\n{} commands on {} cases were carried out.\n",
            outcome.commands, outcome.cases
        ))?;
    }
    say(&format!(
        "The report with plan, map and charts: {}\n",
        path.display()
    ))?;
    say("Next: `forecourt cases --due`, `forecourt explain CASE --lang zh-CN`, `forecourt verify`\n")?;
    if args.no_serve {
        return Ok(Exit::Done);
    }
    serve_bank(office, &bank, args.port)
}

/// Opens the desk over the sample bank: its invented staff sign in by one click.
fn serve_bank(office: Office, bank: &Bank, port: u16) -> anyhow::Result<Exit> {
    // Nobody's data is at stake, and people leave a demo open over lunch.
    let config = ServerConfig {
        idle_minutes: Some(12 * 60),
        ..ServerConfig::default()
    };
    let directory = serve::directory(&office, &config)?;
    let mut staff: Vec<NewUser> = bank
        .staff
        .iter()
        .map(|s| NewUser {
            id: s.id.0.clone(),
            name: s.name.clone(),
            roles: vec![s.role],
            branch: s.branch.0.clone(),
            password: None,
        })
        .collect();
    staff.push(NewUser {
        id: "administrator-01".to_owned(),
        name: "系统管理员".to_owned(),
        roles: vec![Role::Administrator],
        branch: bank.branches.first().map_or_else(String::new, |b| b.id.0.clone()),
        password: None,
    });
    directory.add_all(staff, &Actor::new("demo", Role::System))?;
    demo_programme::seed(&office, bank)?;
    if office.roster()?.is_empty() {
        office.set_roster(&app::demo::roster(bank), &Actor::new("demo", Role::System))?;
    }
    office.play_second_wave(bank, SECOND_WAVE)?;
    let settings = web::Settings {
        bank: (bank.name.clone(), bank.name_en.clone()),
        demo: true,
        public_form: true,
        proxy: None,
    };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    serve::until_stopped(office, directory, settings, address, |at| {
        format!(
            "\nThe desk is open: http://{at}/\n  choose a role there with one click; customers' form: http://{at}/complain\n  stop with Ctrl-C\n"
        )
    })
}

/// Plays with a progress bar over the days of the story.
fn played(
    play: impl FnOnce(&mut dyn FnMut(u64, u64)) -> Result<(Bank, DemoOutcome), app::OfficeError>,
) -> anyhow::Result<(Bank, DemoOutcome)> {
    let bar = progress::bar(1, "days played");
    let mut tell = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let result = play(&mut tell);
    bar.finish_and_clear();
    Ok(result?)
}

fn bank_of(office: &Office, options: DemoOptions) -> Bank {
    let today = jiff::Timestamp::from_microsecond(office.now().0).map_or(rules::Date::ZERO, |t| {
        t.to_zoned(office.pack().zone().clone()).date()
    });
    Bank::generate(options.seed, today, 1)
}

/// The story of real complaints ends the day after the newest of them.
fn newest(office: &Office) -> anyhow::Result<Timestamp> {
    let query = CaseQuery {
        sort: Sort::ReceivedDesc,
        limit: 1,
        ..CaseQuery::default()
    };
    let page = office.store().cases(&query)?;
    Ok(page
        .rows
        .first()
        .map_or_else(|| office.now(), |r| r.received_at.plus(Timestamp::DAY)))
}

/// The width of the report: the terminal's, or 100 columns in a pipe.
fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return 100;
    }
    usize::from(console::Term::stdout().size().1).clamp(60, 160)
}
