//! A large bank: lists, search, opening cases, start-up and the clock sweep at a million cases.

use crate::{
    ask::{self, Question},
    databases::Server,
    generate, http, machine,
    report::{Line, Section},
    sizes::Wanted,
    stats::{Spread, number, percentile},
};
use anyhow::Context as _;
use app::{Office, Setup};
use clap::Args;
use domain::Timestamp;
use rules::Pack;
use serde::{Deserialize, Serialize};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use store::{CaseQuery, Options, Store};

/// The goals of the project: milliseconds, seconds, seconds.
const ANSWER: f64 = 50.0;
const START: f64 = 2.0;
const SWEEP: f64 = 10.0;

/// How long one question is asked again and again.
const ENOUGH: Duration = Duration::from_secs(40);

/// What the child process of the start-up measurement is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct Child {
    /// The data directory
    dir: PathBuf,
    /// The database, when it is not SQLite
    url: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    opened: f64,
    listed: f64,
}

fn options(dir: &Path, url: Option<&str>) -> Options {
    match url {
        None => Options::sqlite(dir),
        Some(url) => Options::postgres(dir, url),
    }
}

/// Opens the store in a process of its own and shows the first page.
pub(crate) fn child(child: &Child) -> anyhow::Result<()> {
    let from = Instant::now();
    let store = Store::open(options(&child.dir, child.url.as_deref()))?;
    let opened = from.elapsed().as_secs_f64();
    store.cases(&CaseQuery::default())?;
    let listed = from.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{}",
        serde_json::to_string(&Answer { opened, listed })?
    )?;
    Ok(())
}

/// Stores all cases; returns how many events they have. The next part is generated while one is stored.
fn build(store: &Store, cases: u64, pack: &Pack) -> anyhow::Result<u64> {
    const PART: u64 = 2000;
    let from = Instant::now();
    let mut events = 0;
    std::thread::scope(|scope| {
        let (send, parts) = crossbeam_channel::bounded(1);
        scope.spawn(move || {
            for start in (0..cases).step_by(PART as usize) {
                let part: anyhow::Result<Vec<_>> = (start..(start + PART).min(cases))
                    .map(|n| generate::nth(n, None, pack))
                    .collect();
                // Nobody listens any more once storing has failed.
                if send.send(part).is_err() {
                    return;
                }
            }
        });
        let mut stored = 0;
        for part in parts {
            let (standing, works): (Vec<_>, Vec<_>) = part?.into_iter().unzip();
            events += standing.iter().map(|s| s.facts_seq).sum::<u64>();
            stored += works.len() as u64;
            for result in store.append_many(works) {
                result?;
            }
            if stored.is_multiple_of(50_000) {
                let rate = stored as f64 / from.elapsed().as_secs_f64();
                eprintln!("million: {stored} cases, {rate:.0}/s, load {}", machine::load());
            }
        }
        Ok(events)
    })
}

/// What was built, as it is noted beside databases that are kept.
#[derive(Serialize, Deserialize)]
struct Built {
    cases: u64,
    events: u64,
    seconds: f64,
    megabytes: f64,
}

/// Where the data directory lies.
enum Place {
    Passing(tempfile::TempDir),
    Kept(PathBuf),
}

impl Place {
    fn path(&self) -> &Path {
        match self {
            Place::Passing(dir) => dir.path(),
            Place::Kept(dir) => dir,
        }
    }

    fn note(&self) -> PathBuf {
        self.path().join("bench-million.json")
    }

    /// Returns what was built here before.
    fn built(&self, cases: u64) -> anyhow::Result<Option<Built>> {
        let Ok(text) = std::fs::read(self.note()) else {
            return Ok(None);
        };
        let built: Built = serde_json::from_slice(&text)?;
        anyhow::ensure!(
            built.cases == cases,
            "{} holds {} cases, and {cases} are wanted",
            self.path().display(),
            built.cases
        );
        Ok(Some(built))
    }
}

struct Bank<'s> {
    engine: &'static str,
    dir: Place,
    postgres: Option<(&'s Server, String)>,
    cases: u64,
}

impl Bank<'_> {
    fn url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|p| p.1.as_str())
    }

    fn line(&self, what: &str) -> Line {
        Line {
            what: format!("{}: {what}", self.engine),
            ..Line::default()
        }
    }

    /// Stores all cases, and notes it when they are kept.
    fn build(&self, pack: &Pack) -> anyhow::Result<Built> {
        let store = Store::open(options(self.dir.path(), self.url()))?;
        let from = Instant::now();
        let events = build(&store, self.cases, pack)?;
        let seconds = from.elapsed().as_secs_f64();
        drop(store);
        let megabytes = match &self.postgres {
            None => std::fs::metadata(self.dir.path().join("forecourt.db"))?.len() as f64 / 1e6,
            Some((server, url)) => {
                // What the server's own housekeeping does a little later by itself.
                server.run(url, "VACUUM ANALYZE")?;
                server.megabytes(url)?
            }
        };
        let built = Built {
            cases: self.cases,
            events,
            seconds,
            megabytes,
        };
        if let Place::Kept(_) = self.dir {
            std::fs::write(self.dir.note(), serde_json::to_vec(&built)?)?;
        }
        Ok(built)
    }

    fn start_up(&self, runs: usize) -> anyhow::Result<Vec<Line>> {
        let (mut opened, mut listed, mut whole) = (vec![], vec![], vec![]);
        for _ in 0..runs {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("open-child").arg(self.dir.path()).args(self.url());
            let from = Instant::now();
            let output = command.output()?;
            whole.push(from.elapsed().as_secs_f64());
            anyhow::ensure!(
                output.status.success(),
                "the store could not be opened: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            let answer: Answer =
                serde_json::from_slice(&output.stdout).context("the child answers in JSON")?;
            opened.push(answer.opened * 1e3);
            listed.push(answer.listed * 1e3);
        }
        let whole = Spread::of(&whole);
        eprintln!(
            "{}: opened after {}, first page after {} ms",
            self.engine,
            Spread::of(&opened),
            Spread::of(&listed)
        );
        Ok(vec![
            Line {
                ours: Spread::of(&opened).to_string(),
                ..self.line("start-up: store open, ms")
            },
            Line {
                ours: whole.to_string(),
                goal: format!("< {START:.0}"),
                met: Some(whole.max < START),
                ..self.line("start-up: process start to first page and orderly end, s")
            },
        ])
    }

    fn sweep(&self, office: &Office, runs: usize) -> anyhow::Result<Line> {
        let (mut seconds, mut open, mut overdue) = (Vec::new(), 0, 0);
        for _ in 0..runs.min(3) {
            let from = Instant::now();
            let report = office.sweep(generate::NOW, 3 * Timestamp::DAY)?;
            seconds.push(from.elapsed().as_secs_f64());
            (open, overdue) = (report.open, report.overdue);
        }
        let spread = Spread::of(&seconds);
        eprintln!(
            "{}: sweep over {open} open cases {spread} s, {overdue} overdue",
            self.engine
        );
        Ok(Line {
            ours: spread.to_string(),
            goal: format!("< {SWEEP:.0}"),
            met: Some(spread.max < SWEEP),
            ..self.line(&format!("clock sweep over {} open cases, s", number(open as f64)))
        })
    }

    /// Asks one question again and again, each time with other words.
    fn ask(&self, office: &Office, question: &Question, calls: usize) -> anyhow::Result<Line> {
        let mut times = Vec::with_capacity(calls);
        let mut rows = 0;
        let begun = Instant::now();
        for call in 0..calls {
            // What is far too slow need not be proven five hundred times.
            if call >= calls / 10 && begun.elapsed() > ENOUGH {
                break;
            }
            // Prepared outside, so that only the call is timed.
            let asked = (question.prepare)(call as u64, self.cases);
            let from = Instant::now();
            rows += asked.answer(office)?;
            times.push(from.elapsed().as_secs_f64() * 1e3);
        }
        let [p50, p99, max] = [50.0, 99.0, 100.0].map(|p| percentile(&mut times, p));
        let ours = format!("{} / {} / {}", number(p50), number(p99), number(max));
        let calls = times.len();
        eprintln!(
            "{}: {:<44} {ours} ms, {} rows a call, load {}",
            self.engine,
            question.what,
            rows / calls,
            machine::load()
        );
        Ok(Line {
            ours,
            goal: format!("p99 < {ANSWER:.0}"),
            met: Some(p99 < ANSWER),
            ..self.line(question.what)
        })
    }
}

fn measure(
    wanted: &Wanted,
    server: Option<&Server>,
    pack: &Pack,
    section: &mut Section,
) -> anyhow::Result<()> {
    let engine = if server.is_some() { "PostgreSQL" } else { "SQLite" };
    let dir = match &wanted.keep {
        None => Place::Passing(wanted.folder()?),
        Some(dir) => Place::Kept(dir.join(engine.to_lowercase())),
    };
    let there = dir.built(wanted.cases())?;
    let url = match (server, &dir) {
        (None, _) => None,
        (Some(server), Place::Passing(_)) => Some(server.fresh(None)?),
        (Some(server), Place::Kept(_)) => Some(server.kept(there.is_some())?),
    };
    let bank = Bank {
        engine,
        dir,
        postgres: server.zip(url),
        cases: wanted.cases(),
    };
    let built = match there {
        Some(built) => built,
        None => bank.build(pack)?,
    };
    section.lines.push(Line {
        ours: number(bank.cases as f64 / built.seconds),
        ..bank.line(&format!(
            "building {} cases ({} events, {:.0} MB), cases/s",
            number(bank.cases as f64),
            number(built.events as f64),
            built.megabytes
        ))
    });
    section.lines.extend(bank.start_up(wanted.runs())?);
    let office = Office::open(Setup::shipped(Store::open(options(bank.dir.path(), bank.url()))?))?;
    for question in ask::questions() {
        section.lines.push(bank.ask(&office, &question, wanted.calls())?);
    }
    section.lines.push(bank.sweep(&office, wanted.runs())?);
    let some = |n: u64| generate::case_id((n * 7919) % bank.cases);
    section
        .lines
        .extend(http::pages(office, bank.engine, wanted.calls(), some)?);
    match (&bank.postgres, &bank.dir) {
        (Some((server, url)), Place::Passing(_)) => server.drop(url),
        _ => Ok(()),
    }
}

/// Measures on each engine.
pub(crate) fn run(wanted: &Wanted, server: Option<&Server>) -> anyhow::Result<Section> {
    let pack = rules::Packs::builtin()
        .get("cn")
        .context("the shipped packs hold cn")?;
    let mut section = Section {
        name: "million",
        title: "Lists, search and clocks with many cases",
        load: machine::load(),
        ..Section::default()
    };
    if !wanted.no_sqlite {
        measure(wanted, None, pack, &mut section)?;
    }
    if let Some(server) = server {
        measure(wanted, Some(server), pack, &mut section)?;
    }
    section.notes.push(format!(
        "{} generated cases, half of them open, in six states, {} branches, {} handlers, seven lines; Chinese stories of four \
         to eight sentences; every event decided by the domain and sealed, stored by `Store::append_many` in the real layout.",
        number(wanted.cases() as f64),
        generate::BRANCHES,
        generate::HANDLERS
    ));
    section.notes.push(format!(
        "Milliseconds are p50 / p99 / max of {} calls (fewer when they take 40 s) from one thread, each with other arguments; pages have 50 rows. The \
         files were written by the same run, so the system may hold them in memory; the store's own caches start cold.",
        wanted.calls()
    ));
    section.notes.push(
        "Opening a case reads and opens all its events, folds them, and durably notes who read it."
            .to_owned(),
    );
    Ok(section)
}
