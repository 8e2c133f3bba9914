//! Durable appends with 64 concurrent writers, against a bare program on a copy of the same database.

use crate::{
    bare::{self, Item},
    databases::Server,
    generate::{self, Stage, Standing},
    machine,
    report::{Line, Section},
    sizes::Wanted,
    stats::{Spread, number, percentile},
};
use anyhow::Context as _;
use app::{Office, Order, Setup};
use domain::{
    Actor, Personal, Role, Timestamp,
    case::{Command, Contact, Stamp},
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use rules::Pack;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use store::{Options, Store, StreamAppend, StreamId, Work};

/// How many threads append at the same time.
pub(crate) const WRITERS: usize = 64;
/// The goal of the project for ours to the reference.
const GOAL: f64 = 0.40;

/// A database with cases on which work goes on; each run gets a copy.
pub(crate) struct Base<'s> {
    dir: tempfile::TempDir,
    /// The server and the database, when it is not SQLite.
    postgres: Option<(&'s Server, String)>,
    standing: Vec<Standing>,
}

/// A copy of the base for one run.
pub(crate) struct Copy<'s> {
    dir: tempfile::TempDir,
    postgres: Option<(&'s Server, String)>,
}

impl Copy<'_> {
    pub(crate) fn options(&self) -> Options {
        options(self.dir.path(), self.postgres.as_ref().map(|p| p.1.as_str()))
    }
}

impl Drop for Copy<'_> {
    fn drop(&mut self) {
        if let Some((server, url)) = &self.postgres
            && let Err(e) = server.drop(url)
        {
            eprintln!("a database of the benchmark could not be dropped yet: {e}");
        }
    }
}

fn options(dir: &Path, url: Option<&str>) -> Options {
    let options = match url {
        None => Options::sqlite(dir),
        Some(url) => Options::postgres(dir, url),
    };
    // The reserve for a full disk is written once in the life of a store, not by appends.
    Options {
        ballast_bytes: 0,
        ..options
    }
}

impl<'s> Base<'s> {
    pub(crate) fn make(wanted: &Wanted, server: Option<&'s Server>, pack: &Pack) -> anyhow::Result<Self> {
        const OPEN: [Stage; 4] = [
            Stage::Received,
            Stage::Acknowledged,
            Stage::UnderReview,
            Stage::Accepted,
        ];
        let dir = wanted.folder()?;
        let url = server.map(|s| s.fresh(None)).transpose()?;
        let store = Store::open(options(dir.path(), url.as_deref()))?;
        let mut standing = Vec::new();
        let count = wanted.standing();
        for from in (0..count).step_by(1000) {
            let mut works = Vec::new();
            for n in from..(from + 1000).min(count) {
                let (stands, work) = generate::nth(n, Some(OPEN[n as usize % 4]), pack)?;
                standing.push(stands);
                works.push(work);
            }
            for result in store.append_many(works) {
                result?;
            }
        }
        drop(store);
        if let (Some(server), Some(url)) = (server, &url) {
            server.run(url, "VACUUM ANALYZE")?;
        }
        Ok(Base {
            dir,
            postgres: server.zip(url),
            standing,
        })
    }

    pub(crate) fn copy(&self, wanted: &Wanted) -> anyhow::Result<Copy<'s>> {
        let dir = wanted.folder()?;
        copy_folder(self.dir.path(), dir.path())?;
        let postgres = match &self.postgres {
            None => None,
            Some((server, url)) => Some((*server, server.fresh(Some(url))?)),
        };
        Ok(Copy { dir, postgres })
    }

    /// Returns the cases on which work goes on.
    pub(crate) fn standing(&self) -> &[Standing] {
        &self.standing
    }

    /// Returns the writer of the reference on a copy.
    pub(crate) fn bare_writer(&self, copy: &Copy<'_>) -> anyhow::Result<bare::Write> {
        match &copy.postgres {
            None => bare::sqlite(&copy.dir.path().join("forecourt.db")),
            Some((server, url)) => bare::postgres(server.connect(url)?),
        }
    }

    /// Returns how many bytes the log entry of a call takes, as stored.
    pub(crate) fn payload_bytes(&self, wanted: &Wanted, pack: &Pack) -> anyhow::Result<usize> {
        payload_bytes(self, wanted, pack)
    }

    pub(crate) fn engine(&self) -> &'static str {
        if self.postgres.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("{} cannot be copied", entry.path().display()))?;
            // The copy's pages must not wait for the disk while it is measured.
            fs::File::open(&target)?.sync_all()?;
        }
    }
    Ok(())
}

/// What one run came to.
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    /// Processor time of this process per append, in microseconds.
    cpu: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Lets all writers call `once` until the time is over; each gets its number and its own state.
pub(crate) fn rate<S: Send>(
    span: Duration,
    states: Vec<S>,
    once: impl Fn(&mut S) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Rate> {
    let cpu = machine::cpu_seconds();
    let from = Instant::now();
    let results: Vec<anyhow::Result<Vec<f64>>> = std::thread::scope(|scope| {
        let once = &once;
        let threads: Vec<_> = states
            .into_iter()
            .map(|mut state| {
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while from.elapsed() < span {
                        let start = Instant::now();
                        once(&mut state)?;
                        times.push(start.elapsed().as_secs_f64() * 1e3);
                    }
                    Ok(times)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let seconds = from.elapsed().as_secs_f64();
    let mut times = Vec::new();
    for result in results {
        times.extend(result?);
    }
    let appends = times.len().max(1) as f64;
    Ok(Rate {
        per_second: appends / seconds,
        cpu: (machine::cpu_seconds() - cpu) * 1e6 / appends,
        p50: percentile(&mut times, 50.0),
        p99: percentile(&mut times, 99.0),
    })
}

/// One writer with its own cases, as every handler has.
pub(crate) struct Person {
    who: Actor,
    cases: Vec<Standing>,
    pub(crate) dice: ChaCha8Rng,
    at: Timestamp,
}

pub(crate) fn people(base: &Base<'_>) -> Vec<Person> {
    (0..WRITERS)
        .map(|t| Person {
            who: Actor::new(&generate::handler(t as u32), Role::Handler),
            cases: base.standing.iter().skip(t).step_by(WRITERS).cloned().collect(),
            dice: ChaCha8Rng::seed_from_u64(1_000_000_007 + t as u64),
            at: generate::NOW,
        })
        .collect()
}

impl Person {
    /// Returns the id of the next of this person's cases.
    pub(crate) fn next_id(&mut self) -> anyhow::Result<domain::CaseId> {
        let n = self.next();
        self.cases[n].case.facts.id.context("a standing case has an id")
    }

    /// Returns the next of this person's cases, and the time, which goes on by a second.
    fn next(&mut self) -> usize {
        self.at = self.at.plus(1_000_000);
        self.dice.next_u32() as usize % self.cases.len()
    }
}

/// A note of a telephone call: its entry takes about 500 bytes in the log.
fn call() -> Command {
    Command::RecordContact(Contact {
        channel: "phone".to_owned(),
        reached: true,
        note: Personal::new(note()),
    })
}

/// What was said in a call.
pub(crate) fn note() -> &'static str {
    "客户来电询问处理进度，已说明目前正在核对交易流水和合同文本，预计三个工作日内给出书面答复；\
             客户表示可以接受，同时要求说明收费依据并退还多收的部分，已记录并转给经办人员跟进，\
             约定下周二下午再次电话联系，如有新的材料由客户通过手机银行上传；客户对处理态度表示认可，没有其他要求。"
}

/// Makes the work of a call on a loaded state: decided by the domain, with view and message.
fn call_work(person: &mut Person, n: usize, pack: &Pack) -> anyhow::Result<Work> {
    let stamp = Stamp {
        at: person.at,
        actor: person.who.clone(),
    };
    let standing = &mut person.cases[n];
    let mut events = Vec::new();
    for event in generate::decided(&mut standing.case, &call(), &stamp)? {
        events.push(generate::entry(
            &event,
            generate::event_id(&mut person.dice),
            &stamp,
        ));
    }
    let expected = standing.facts_seq;
    standing.facts_seq += events.len() as u64;
    let id = standing.case.facts.id.context("a standing case has an id")?;
    Ok(Work {
        streams: vec![StreamAppend {
            stream: StreamId::facts(id),
            expected,
            events,
        }],
        customer: standing.case.facts.customer,
        view: generate::row(&standing.case, pack, standing.facts_seq, stamp.at),
        outbox: vec![generate::message(
            id,
            &standing.case,
            generate::event_id(&mut person.dice),
        )],
        ..Work::default()
    })
}

fn through_store(base: &Base<'_>, wanted: &Wanted, pack: &Pack) -> anyhow::Result<Rate> {
    let copy = base.copy(wanted)?;
    let store = Store::open(copy.options())?;
    rate(wanted.span(), people(base), |person| {
        let n = person.next();
        let work = call_work(person, n, pack)?;
        store.append(work)?;
        Ok(())
    })
}

fn through_office(base: &Base<'_>, wanted: &Wanted) -> anyhow::Result<Rate> {
    let copy = base.copy(wanted)?;
    let office = Office::open(Setup::shipped(Store::open(copy.options())?))?;
    rate(wanted.span(), people(base), |person| {
        let n = person.next();
        let id = person.cases[n]
            .case
            .facts
            .id
            .context("a standing case has an id")?;
        office.execute(&Order::new(id, person.who.clone(), person.at, call()))?;
        Ok(())
    })
}

fn bare(base: &Base<'_>, wanted: &Wanted, payload: usize) -> anyhow::Result<Rate> {
    let copy = base.copy(wanted)?;
    let write = base.bare_writer(&copy)?;
    let clock_facts = |s: &Standing| serde_json::to_string(&s.case.facts.clock).unwrap_or_default();
    let states: Vec<(ChaCha8Rng, Vec<Item>)> = people(base)
        .into_iter()
        .map(|p| {
            let items = p
                .cases
                .iter()
                .filter_map(|s| Some(Item::of(s.case.facts.id?, s.facts_seq, clock_facts(s), payload)));
            (p.dice, items.collect())
        })
        .collect();
    bare::with_group_commit(write, |send| {
        rate(wanted.span(), states, |(dice, items)| {
            let n = dice.next_u32() as usize % items.len();
            items[n].next(dice);
            send(&items[n])
        })
    })
}

/// Returns how many bytes the log entry of a call takes, as stored.
fn payload_bytes(base: &Base<'_>, wanted: &Wanted, pack: &Pack) -> anyhow::Result<usize> {
    let copy = base.copy(wanted)?;
    let store = Store::open(copy.options())?;
    let mut people = people(base);
    let work = call_work(&mut people[0], 0, pack)?;
    let id = work.streams[0].events[0].id.bytes();
    store.append(work)?;
    drop(store);
    let text = "SELECT length(payload) FROM events WHERE event_id = ";
    let bytes: i64 = match &copy.postgres {
        None => {
            let db = rusqlite::Connection::open(copy.dir.path().join("forecourt.db"))?;
            db.query_row(&format!("{text}?1"), [id], |row| row.get(0))?
        }
        Some((server, url)) => {
            let row = server
                .connect(url)?
                .query_one(&format!("{text}$1"), &[&id.as_slice()])?;
            i64::from(row.get::<_, i32>(0))
        }
    };
    usize::try_from(bytes).context("a payload has a length")
}

fn measure(
    wanted: &Wanted,
    server: Option<&Server>,
    pack: &Pack,
    section: &mut Section,
) -> anyhow::Result<()> {
    let base = Base::make(wanted, server, pack)?;
    let payload = payload_bytes(&base, wanted, pack)?;
    let (mut ours, mut full, mut reference, mut ratios) = (vec![], vec![], vec![], vec![]);
    let (mut p50, mut p99) = (vec![], vec![]);
    let (mut cpu, mut bare_cpu) = (vec![], vec![]);
    for round in 0..wanted.runs() {
        // The order alternates, so that a machine that gets slower is unfair to both alike.
        let (bare, store) = if round % 2 == 0 {
            let bare = bare(&base, wanted, payload)?;
            (bare, through_store(&base, wanted, pack)?)
        } else {
            let store = through_store(&base, wanted, pack)?;
            (bare(&base, wanted, payload)?, store)
        };
        let office = through_office(&base, wanted)?;
        eprintln!(
            "append on {}, run {}: bare {:.0}/s, store {:.0}/s, load-fold-decide-append {:.0}/s, load {}",
            base.engine(),
            round + 1,
            bare.per_second,
            store.per_second,
            office.per_second,
            machine::load(),
        );
        ratios.push(store.per_second / bare.per_second);
        reference.push(bare.per_second);
        ours.push(store.per_second);
        cpu.push(store.cpu);
        bare_cpu.push(bare.cpu);
        p50.push(store.p50);
        p99.push(store.p99);
        full.push(office.per_second);
    }
    let ratio = Spread::of(&ratios);
    let reference = Spread::of(&reference);
    section.lines.push(Line {
        what: format!("{}: appends on a loaded state, per second", base.engine()),
        ours: Spread::of(&ours).to_string(),
        reference: reference.to_string(),
        ratio: ratio.to_string(),
        goal: format!("ratio ≥ {GOAL:.2}"),
        met: Some(ratio.median >= GOAL),
    });
    let full = Spread::of(&full);
    section.lines.push(Line {
        what: format!(
            "{}: whole commands (load, open, fold, decide, append), per second",
            base.engine()
        ),
        ours: full.to_string(),
        ratio: number(full.median / reference.median),
        ..Line::default()
    });
    let (cpu, bare_cpu) = (Spread::of(&cpu), Spread::of(&bare_cpu));
    section.lines.push(Line {
        what: format!("{}: processor time of the program per append, µs", base.engine()),
        ours: cpu.to_string(),
        reference: bare_cpu.to_string(),
        ratio: number(cpu.median / bare_cpu.median),
        ..Line::default()
    });
    section.lines.push(Line {
        what: format!("{}: answer after, ms at p50 / p99", base.engine()),
        ours: format!(
            "{} / {}",
            number(Spread::of(&p50).median),
            number(Spread::of(&p99).median)
        ),
        ..Line::default()
    });
    section.notes.push(match server {
        None => format!(
            "SQLite: WAL, synchronous=FULL on both sides; the log entry takes {payload} bytes, of which a sealed note of about 400."
        ),
        Some(server) => format!("{}, synchronous_commit=on on both sides.", server.describe()?),
    });
    Ok(())
}

/// Measures durable appends on each engine.
pub(crate) fn run(wanted: &Wanted, server: Option<&Server>) -> anyhow::Result<Section> {
    let pack = rules::Packs::builtin()
        .get("cn")
        .context("the shipped packs hold cn")?;
    let mut section = Section {
        name: "append",
        title: "Durable appends, 64 concurrent writers",
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
        "Ours: {WRITERS} threads, each with its own of {} standing cases, record telephone calls: the domain decides, \
         the note is sealed with the customer's key, the event id is looked for in the whole log, the entry is chained, \
         and view, counts, outbox message and the checkpoint's entries land in the same transaction; {} s per run, {} runs.",
        number(wanted.standing() as f64),
        wanted.span().as_secs_f64(),
        wanted.runs(),
    ));
    section.notes.push(
        "Reference: the same threads hand the same rows to one writer with its own group commit, on a copy of the same \
         database (so the same tables, columns, sizes and indexes): insert the event, move the head, update the view, \
         insert the message; nothing is checked, sealed, hashed or counted."
            .to_owned(),
    );
    Ok(section)
}
