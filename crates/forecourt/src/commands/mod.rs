//! One file for each command that is more than a few lines.

mod backup;
mod cases;
mod demo;
mod demo_programme;
mod import;
mod map;
mod plan;
mod serve;
mod user;
mod verify;

use crate::{
    cli::{Ballast, Choice, Cli, Command, Config},
    config,
    exit::Exit,
    place::{self, Open},
};
use anyhow::bail;
use app::SimilarChoice;
use std::io::Write as _;
use store::Clock;

/// Carries out what the command line asks for.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Init => init(cli),
        Command::Demo(args) => demo::run(cli, args),
        Command::Serve(args) => serve::run(cli, args),
        Command::User { action } => user::run(cli, action),
        Command::Import(args) => import::run(cli, args),
        Command::Verify { json } => verify::run(cli, *json),
        Command::Backup {
            file,
            passphrase_file,
            without_keys,
        } => backup::backup(cli, file, passphrase_file.as_deref(), *without_keys),
        Command::Restore {
            file,
            passphrase_file,
        } => backup::restore(cli, file, passphrase_file.as_deref()),
        Command::Explain { case, lang, who } => {
            let (case, actor) = (place::case(case)?, place::actor(who)?);
            let office = place::office(cli, Open::Existing, Clock::system())?;
            say(&office.explain(case, &actor)?.to_text((*lang).into()))
        }
        Command::Cases(args) => cases::list(cli, args),
        Command::Similar {
            case,
            other,
            choice,
            who,
        } => {
            let (case, other, actor) = (place::case(case)?, place::case(other)?, place::actor(who)?);
            let office = place::office(cli, Open::Existing, Clock::system())?;
            let choice = match choice {
                Choice::Duplicate => SimilarChoice::Duplicate,
                Choice::Link => SimilarChoice::Link,
                Choice::Repeated => SimilarChoice::Repeated,
                Choice::New => SimilarChoice::New,
            };
            office.choose_similar(case, other, choice, actor, office.now())?;
            say(&format!("{case}: decided\n"))
        }
        Command::Sweep { days } => cases::sweep(cli, *days),
        Command::Erase { case, yes } => cases::erase(cli, case, *yes),
        Command::Map { action } => map::run(cli, action),
        Command::Plan(args) => plan::run(args),
        Command::PlanCheck(args) => plan::check(args),
        Command::Ballast {
            action: Ballast::Release,
        } => {
            let freed = store::release_ballast(&cli.data)?;
            say(&format!(
                "{} MiB are free for work; the next start makes a new reserve\n",
                freed >> 20
            ))
        }
        Command::Config {
            action: Config::Check { config },
        } => check(cli, config.as_deref()),
    }
}

/// Prints to standard output; a reader that has gone away is no error.
fn say(text: &str) -> anyhow::Result<Exit> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => Ok(Exit::Done),
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(e) => Err(e.into()),
    }
}

fn init(cli: &Cli) -> anyhow::Result<Exit> {
    place::store(cli, Open::Create)?;
    say(&format!(
        "{} is ready. Keep a copy of its folder keys apart from it: without the keys nobody can read the data\n",
        cli.data.display()
    ))
}

fn check(cli: &Cli, path: Option<&std::path::Path>) -> anyhow::Result<Exit> {
    let path = path.map_or_else(|| cli.data.join(config::FILE), std::path::Path::to_owned);
    if !path.exists() {
        say(&format!(
            "{} is not there: the shipped settings are used\n",
            path.display()
        ))?;
    }
    match config::load(&path) {
        Ok(loaded) => {
            let pack = loaded.packs.get(&loaded.pack).map_or("?", rules::Pack::version);
            say(&format!(
                "no mistakes. Rule pack {} {pack}, screening policy {}, limits of authority {}\n",
                loaded.pack, loaded.policy.version, loaded.authority.version
            ))
        }
        Err(mistakes) => {
            for mistake in &mistakes {
                eprintln!("{mistake}");
            }
            eprintln!("{} mistake(s); nothing was changed", mistakes.len());
            Ok(Exit::Damaged)
        }
    }
}

/// Refuses unless the person said that they mean it.
fn must_mean_it(yes: bool, what: &str) -> anyhow::Result<()> {
    if !yes {
        bail!("{what} cannot be undone; say --yes if you mean it. Nothing was changed");
    }
    Ok(())
}
