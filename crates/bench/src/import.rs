//! Import of complaints as full cases, against a bare bulk insert; and memory on a large file.

use crate::{
    complaints::Complaints,
    machine,
    report::{Line, Section},
    sizes::Wanted,
    stats::{Spread, number},
};
use anyhow::Context as _;
use app::{ImportEvent, ImportOptions, ImportSummary, Office, Setup};
use clap::Args;
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};
use store::{Options, Store};

/// The goal of the project for our time to the reference's.
const GOAL: f64 = 6.0;
/// The goal of the project for the largest resident memory.
const MEGABYTES: f64 = 300.0;

/// What the child process of the memory measurement is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct Child {
    /// The file to import
    file: PathBuf,
    /// The data directory
    dir: PathBuf,
}

/// What it answers.
#[derive(Serialize, Deserialize)]
struct Answer {
    imported: u64,
    seconds: f64,
    peak_megabytes: Option<f64>,
}

fn import(file: &Path, dir: &Path, tell: bool) -> anyhow::Result<(ImportSummary, f64)> {
    let store = Store::open(Options {
        ballast_bytes: 0,
        ..Options::sqlite(dir)
    })?;
    let office = Office::open(Setup::shipped(store))?;
    let map = intake::Map::named("cfpb")?;
    let from = Instant::now();
    let mut told = 0;
    let (summary, result) = office.import(file, &map, &ImportOptions::default(), |event| {
        if let ImportEvent::Progress { rows, .. } = event
            && tell
            && rows / 50_000 > told
        {
            told = rows / 50_000;
            let peak = machine::peak_megabytes().unwrap_or(0.0);
            eprintln!(
                "import: {rows} rows after {:.0} s, peak {peak:.0} MB",
                from.elapsed().as_secs_f64()
            );
        }
    });
    result?;
    office.store().checkpoint()?;
    Ok((summary, from.elapsed().as_secs_f64()))
}

/// Returns what `f` gave, and the seconds of the clock and of the processor it took.
fn timed<T>(f: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, f64, f64)> {
    let (cpu, from) = (machine::cpu_seconds(), Instant::now());
    let made = f()?;
    Ok((made, from.elapsed().as_secs_f64(), machine::cpu_seconds() - cpu))
}

/// Runs in a process of its own, so that its peak is that of the import alone.
pub(crate) fn child(child: &Child) -> anyhow::Result<()> {
    let (summary, seconds) = import(&child.file, &child.dir, true)?;
    let answer = Answer {
        imported: summary.imported,
        seconds,
        peak_megabytes: machine::peak_megabytes(),
    };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&answer)?)?;
    Ok(())
}

/// The reference: one table of text columns, one transaction, durable at its end.
fn bare(
    complaints: &Complaints,
    file: &Path,
    rows: impl Iterator<Item = csv::Result<csv::StringRecord>>,
) -> anyhow::Result<()> {
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")?;
    let columns: Vec<String> = complaints
        .headings
        .iter()
        .map(|h| format!("\"{h}\" TEXT"))
        .collect();
    db.execute_batch(&format!(
        "CREATE TABLE complaints ({}); BEGIN",
        columns.join(", ")
    ))?;
    let marks = vec!["?"; columns.len()].join(", ");
    let mut add = db.prepare(&format!("INSERT INTO complaints VALUES ({marks})"))?;
    for row in rows {
        add.execute(rusqlite::params_from_iter(row?.iter()))?;
    }
    drop(add);
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Another reference: as many bytes as ours keeps in its file, in as many rows of one column.
fn bare_bytes(file: &Path, rows: usize, bytes: u64) -> anyhow::Result<()> {
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; \
         CREATE TABLE complaints (body BLOB); BEGIN",
    )?;
    let body = vec![7u8; usize::try_from(bytes)? / rows.max(1)];
    let mut add = db.prepare("INSERT INTO complaints VALUES (?)")?;
    for _ in 0..rows {
        add.execute([&body])?;
    }
    drop(add);
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Seconds of several runs, of the clock and of the processor.
#[derive(Default)]
struct Seconds {
    clock: Vec<f64>,
    cpu: Vec<f64>,
}

impl Seconds {
    fn add(&mut self, clock: f64, cpu: f64) {
        self.clock.push(clock);
        self.cpu.push(cpu);
    }
}

fn over(ours: &[f64], reference: &[f64]) -> Spread {
    let ratios: Vec<f64> = ours
        .iter()
        .zip(reference)
        .map(|(o, r)| o / r.max(0.001))
        .collect();
    Spread::of(&ratios)
}

fn ratios(wanted: &Wanted, complaints: &Complaints, section: &mut Section) -> anyhow::Result<()> {
    let (mut ours, mut alone, mut whole) = (Seconds::default(), Seconds::default(), Seconds::default());
    let (mut kept, mut bytes) = (Seconds::default(), 0);
    let mut imported = 0;
    for run in 0..wanted.runs() {
        let dir = wanted.folder()?;
        let ((), rows, cpu) = timed(|| {
            bare(
                complaints,
                &dir.path().join("rows.db"),
                complaints.rows.iter().cloned().map(Ok),
            )
        })?;
        alone.add(rows, cpu);
        let ((), file, cpu) = timed(|| {
            let file = BufReader::new(GzDecoder::new(File::open(&complaints.file)?));
            bare(
                complaints,
                &dir.path().join("file.db"),
                csv::Reader::from_reader(file).records(),
            )
        })?;
        whole.add(file, cpu);
        let ((summary, seconds), _, cpu) =
            timed(|| import(&complaints.file, &dir.path().join("data"), false))?;
        ours.add(seconds, cpu);
        bytes = std::fs::metadata(dir.path().join("data").join("forecourt.db"))?.len();
        let ((), same, cpu) =
            timed(|| bare_bytes(&dir.path().join("bytes.db"), complaints.rows.len(), bytes))?;
        kept.add(same, cpu);
        eprintln!(
            "import run {}: bare {rows:.2} s ({file:.2} s with reading), ours {seconds:.2} s ({:.2} s of processor) \
             for {summary:?}, load {}",
            run + 1,
            ours.cpu.last().copied().unwrap_or_default(),
            machine::load()
        );
        anyhow::ensure!(
            summary.imported + summary.rejected == complaints.rows.len() as u64,
            "{} of {} rows became cases",
            summary.imported,
            complaints.rows.len()
        );
        imported = summary.imported;
    }
    let kind = if complaints.real { "real CFPB" } else { "GENERATED" };
    for (reference, how) in [(&whole, "reading the same file"), (&alone, "from rows in memory")] {
        let ratio = over(&ours.clock, &reference.clock);
        section.lines.push(Line {
            what: format!("{imported} {kind} rows as cases, s; reference {how}"),
            ours: Spread::of(&ours.clock).to_string(),
            reference: Spread::of(&reference.clock).to_string(),
            ratio: ratio.to_string(),
            goal: format!("ratio ≤ {GOAL:.0}"),
            met: Some(ratio.median <= GOAL),
        });
        section.lines.push(Line {
            what: "the same, processor seconds".to_owned(),
            ours: Spread::of(&ours.cpu).to_string(),
            reference: Spread::of(&reference.cpu).to_string(),
            ratio: over(&ours.cpu, &reference.cpu).to_string(),
            ..Line::default()
        });
    }
    section.lines.push(Line {
        what: format!(
            "the same; reference inserts the {} MB that ours keeps",
            number(bytes as f64 / 1e6)
        ),
        ours: Spread::of(&ours.clock).to_string(),
        reference: Spread::of(&kept.clock).to_string(),
        ratio: over(&ours.clock, &kept.clock).to_string(),
        ..Line::default()
    });
    section.lines.push(Line {
        what: "cases per second".to_owned(),
        ours: number(imported as f64 / Spread::of(&ours.clock).median),
        ..Line::default()
    });
    Ok(())
}

fn memory(wanted: &Wanted, complaints: &Complaints, section: &mut Section) -> anyhow::Result<()> {
    let dir = wanted.folder()?;
    let file = dir.path().join("large.csv");
    complaints.repeat(wanted.rows(), &file)?;
    let megabytes = std::fs::metadata(&file)?.len() as f64 / 1e6;
    eprintln!("import: {} rows, {megabytes:.0} MB", wanted.rows());
    let output = Command::new(std::env::current_exe()?)
        .arg("import-child")
        .arg(&file)
        .arg(dir.path().join("data"))
        .stdout(Stdio::piped())
        .spawn()?
        .wait_with_output()?;
    anyhow::ensure!(
        output.status.success(),
        "the import of {} rows failed",
        wanted.rows()
    );
    let answer: Answer =
        serde_json::from_slice(&output.stdout).context("the child process answers in JSON")?;
    let peak = answer
        .peak_megabytes
        .context("this system does not tell the peak of memory")?;
    section.lines.push(Line {
        what: format!(
            "peak memory on {} rows ({megabytes:.0} MB), MB",
            number(wanted.rows() as f64)
        ),
        ours: number(peak),
        goal: format!("< {MEGABYTES:.0}"),
        met: Some(peak < MEGABYTES),
        ..Line::default()
    });
    section.lines.push(Line {
        what: format!("cases per second over {} rows", number(wanted.rows() as f64)),
        ours: number(answer.imported as f64 / answer.seconds),
        ..Line::default()
    });
    Ok(())
}

/// Measures import speed and memory.
pub(crate) fn run(wanted: &Wanted) -> anyhow::Result<Section> {
    let mut section = Section {
        name: "import",
        title: "Import of complaints as full cases (SQLite)",
        load: machine::load(),
        ..Section::default()
    };
    let dir = wanted.folder()?;
    let complaints = Complaints::find(wanted, dir.path())?;
    ratios(wanted, &complaints, &mut section)?;
    memory(wanted, &complaints, &mut section)?;
    section.notes.push(format!(
        "Ours: gunzip, the cfpb map, the command Receive decided per row, near-duplicates looked for, personal text sealed, \
         events chained, views, counts, search words, handles and outbox; {} runs into fresh databases.",
        wanted.runs()
    ));
    section.notes.push(format!(
        "Reference: the {:.1} MB of fields of the same rows as text columns of one table without any index but the row \
         number, in one transaction, WAL and synchronous=FULL; once reading the same file, once with the rows in memory.",
        complaints.bytes() as f64 / 1e6
    ));
    section.notes.push(
        "Memory: VmHWM of a process that does nothing but import the rows repeated under distinct ids."
            .to_owned(),
    );
    Ok(section)
}
