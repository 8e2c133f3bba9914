//! Bar R2: the power goes while eight writers work. On a disk that then keeps only what was flushed, or
//! that and a random part of the rest, no acknowledged event is lost and the log verifies. The same
//! harness must see a loss when the store does not flush before it answers.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use domain::FileId;
use powercut::{Dice, Disk, Moment, Survival};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};
use store::{Options, Store, StreamId};

const CUTS: u64 = 40;
/// Names another number of cuts; a release takes 1,000.
const MORE: &str = "FORECOURT_POWER_CUTS";
/// Within so many cuts a store that does not flush must be caught.
const CAUGHT_WITHIN: u64 = 10;
const WRITERS: u64 = 8;
/// A quick disk; long enough that the power often goes while a flush runs.
const FLUSH: Duration = Duration::from_millis(1);
/// Nothing takes as long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(60);

const DIR: &str = "FORECOURT_CUT_DIR";
const NORMAL: &str = "FORECOURT_CUT_NORMAL";
const WORKS: &str = "FORECOURT_CUT_WORKS";
const ACKS: &str = "FORECOURT_CUT_ACKS";

fn options(dir: &Path) -> Options {
    Options {
        ballast_bytes: 0,
        // So often that the power also goes between a checkpoint and its anchor.
        checkpoint_every_events: 40,
        unsafe_synchronous_normal: std::env::var_os(NORMAL).is_some(),
        ..Options::sqlite(dir)
    }
}

/// Adds work number `n` of a writer: each case gets five entries.
fn work(writer: u64, n: u64) -> (u64, u64, store::Work) {
    let (case, seq) = (writer * 10_000 + n / 5, n % 5 + 1);
    let work = if seq == 1 {
        opening(case)
    } else {
        next(case, seq - 1, case * 1000 + seq)
    };
    (case, seq, work)
}

/// Lets the event of a work name a file, which is stored first. `verify` misses the file when the event
/// outlives it.
fn with_file(store: &Store, case: u64, work: &mut store::Work) -> bool {
    let file = FileId(u128::from(case));
    let Ok(address) = store.put_attachment(customer(case), file, &case.to_be_bytes()) else {
        return false;
    };
    let event = &mut work.streams[0].events[0];
    event.kind = store::ATTACHED.into();
    event.body = serde_json::json!({
        "id": file, "address": address.to_string(), "name": { "personal": "x" },
    })
    .into();
    true
}

/// The process whose power is cut: this same test program, told by its environment what to do. Each
/// line that it prints is an acknowledgement.
#[test]
fn the_process_that_writes() {
    let Some(dir) = std::env::var_os(DIR).filter(|_| std::env::var_os(ACKS).is_none()) else {
        return;
    };
    let works: u64 = std::env::var(WORKS).unwrap().parse().unwrap();
    if std::env::var_os(NORMAL).is_some() {
        // Closed once, the store itself is flushed: what is lost then is events and not the file.
        drop(Store::open(options(Path::new(&dir))).unwrap());
    }
    let store = Store::open(options(Path::new(&dir))).unwrap();
    let out = Mutex::new(std::io::stdout());
    let say = |line: String| {
        let mut out = out.lock().unwrap();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    // The test harness does not end its own line.
    say("\n".into());
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (store, say) = (&store, &say);
            scope.spawn(move || {
                for n in 0..works {
                    let (case, seq, mut work) = work(writer, n);
                    if seq == 3 && !with_file(store, case, &mut work) {
                        break;
                    }
                    if store.append(work).is_err() {
                        break;
                    }
                    say(format!("ack {case} {seq}\n"));
                }
            });
        }
    });
    say("closing\n".into());
    drop(store);
}

/// The process that looks what is left: it must not share a process with the disk.
#[test]
fn the_process_that_looks() {
    let (Some(dir), Some(acks)) = (std::env::var_os(DIR), std::env::var_os(ACKS)) else {
        return;
    };
    let say = |line: String| {
        let mut out = std::io::stdout();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    say("\n".into());
    let options = Options {
        create: false,
        ..options(Path::new(&dir))
    };
    let store = match Store::open(options) {
        Ok(store) => store,
        Err(e) => return say(format!("wrong: it does not open: {e}\nlooked\n")),
    };
    for bad in store.verify(|_| {}).unwrap().bad {
        say(format!("wrong: {}: {}\n", bad.place, bad.reason));
    }
    for line in std::fs::read_to_string(acks).unwrap().lines() {
        let (n, acknowledged) = line.split_once(' ').unwrap();
        let (n, acknowledged): (u64, u64) = (n.parse().unwrap(), acknowledged.parse().unwrap());
        let events = store.read(case(n).bucket(), &StreamId::facts(case(n))).unwrap();
        for seq in 1..=acknowledged {
            let id = event_id(n * 1000 + if seq == 1 { 0 } else { seq });
            if events.get(seq as usize - 1).is_none_or(|e| e.id != id) {
                say(format!("lost {n} {seq}\n"));
            }
        }
        if !events.is_empty() {
            if store.case_row(case(n)).unwrap().is_none() {
                say(format!("wrong: case {n} has events and no row\n"));
            }
            if !store.append(opening(n)).unwrap().already {
                say(format!("wrong: case {n} was opened twice\n"));
            }
        }
    }
    // Work goes on, and what is written now fits to what was left.
    store.append(opening(999_999)).unwrap();
    store.checkpoint().unwrap();
    for bad in store.verify(|_| {}).unwrap().bad {
        say(format!("wrong after new work: {}: {}\n", bad.place, bad.reason));
    }
    say("looked\n".into());
}

/// Starts this program again in one of its parts.
fn part(test: &str, dir: &Path, normal: bool) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .stdout(Stdio::piped());
    if normal {
        command.env(NORMAL, "1");
    }
    command
}

/// One way to lose power.
struct Cut {
    number: u64,
    /// How many works each writer does before it closes the store.
    works: u64,
    /// When, counted from the first acknowledgement, or from the start of closing.
    moment: Moment,
    survival: Survival,
    normal: bool,
}

impl Cut {
    fn of(number: u64) -> Cut {
        let mut dice = Dice::new(number);
        let (mut works, mut moment) = (1_000_000, Moment::Changes(500 + dice.below(6000)));
        let torn = number / 4 % 2 == 1;
        match number % 4 {
            0 => {}
            1 => moment = Moment::Flushes(20 + dice.below(150)),
            // Torn, the anchor's line that lies in two sectors; whole ones else.
            2 if torn => moment = Moment::FlushesOf("anchors.log", 9),
            2 => moment = Moment::FlushesOf("anchors.log", 1 + dice.below(12)),
            // While the log is brought home into the database and taken away.
            _ => (works, moment) = (40, Moment::Changes(1 + dice.below(250))),
        }
        Cut {
            number,
            works,
            moment,
            survival: if torn {
                Survival::Torn { seed: number }
            } else {
                Survival::Flushed
            },
            normal: false,
        }
    }
}

/// What a cut did.
struct Outcome {
    acknowledged: u64,
    lost: Vec<String>,
    wrong: Vec<String>,
}

/// Writes, cuts the power, looks. The disk is new each time.
fn cut(cut: &Cut, place: &Path) -> Outcome {
    let mount_point = place.join(format!("{}-{}", cut.normal, cut.number));
    std::fs::create_dir(&mount_point).unwrap();
    let dir = mount_point.join("data");
    let disk = Disk::new(FLUSH);
    let mounted = disk.mount(&mount_point).unwrap();
    let mut child = part("the_process_that_writes", &dir, cut.normal)
        .env(WORKS, cut.works.to_string())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (send, lines) = mpsc::channel();
    let out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    let mut acknowledged = BTreeSet::new();
    let mut take = |line: &str| {
        let ack = line.strip_prefix("ack ").and_then(|a| a.split_once(' '))?;
        acknowledged.insert((ack.0.parse::<u64>().ok()?, ack.1.parse::<u64>().ok()?));
        Some(())
    };
    let closes = cut.works < 1000;
    loop {
        let line = lines
            .recv_timeout(PATIENCE)
            .expect("the writing process acknowledges");
        let first = take(&line).is_some();
        if (first && !closes) || line == "closing" {
            break;
        }
    }
    disk.cut_at(cut.moment.clone());
    let since = Instant::now();
    // A store that is closed before its moment comes is cut afterwards.
    while !disk.is_cut() && (!closes || child.try_wait().unwrap().is_none()) {
        assert!(since.elapsed() < PATIENCE, "the moment does not come");
        std::thread::sleep(Duration::from_millis(1));
    }
    disk.cut();
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    for line in lines.try_iter() {
        take(&line);
    }
    mounted.unmount().unwrap();

    let after = disk.after_cut(cut.survival);
    drop(disk);
    let acks = place.join(format!("{}-{}.acks", cut.normal, cut.number));
    // By case the last entry that was acknowledged.
    let last: BTreeMap<u64, u64> = acknowledged.iter().copied().collect();
    let text: String = last.iter().map(|(case, seq)| format!("{case} {seq}\n")).collect();
    std::fs::write(&acks, text).unwrap();
    let mounted = after.mount(&mount_point).unwrap();
    let looked = part("the_process_that_looks", &dir, cut.normal)
        .env(ACKS, &acks)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    mounted.unmount().unwrap();
    let told = String::from_utf8_lossy(&looked.stdout);
    let told_of = |what: &str| {
        told.lines()
            .filter(|l| l.starts_with(what))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut wrong = told_of("wrong");
    if told_of("looked").is_empty() {
        wrong.push(format!(
            "looking failed:\n{told}{}",
            String::from_utf8_lossy(&looked.stderr)
        ));
    }
    Outcome {
        acknowledged: acknowledged.len() as u64,
        lost: told_of("lost"),
        wrong,
    }
}

/// Says what must be seen also when the test passes: the harness only swallows what is printed.
fn tell(text: &str) {
    let line = format!("{text}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// Whether this machine lets us mount; tells loudly when it does not.
fn can_mount(place: &Path) -> bool {
    let point = place.join("trial");
    std::fs::create_dir(&point).unwrap();
    match Disk::new(FLUSH).mount(&point) {
        Ok(mounted) => {
            mounted.unmount().unwrap();
            true
        }
        Err(e) => {
            tell(&format!(
                "SKIPPED bar R2, power cuts: no FUSE disk can be mounted here ({e}). It needs root and /dev/fuse."
            ));
            false
        }
    }
}

#[test]
fn sqlite_survives_forty_power_cuts() {
    let place = tempfile::tempdir().unwrap();
    if !can_mount(place.path()) {
        return;
    }
    let cuts = std::env::var(MORE).map_or(CUTS, |n| n.parse().unwrap());
    let (next, acknowledged) = (AtomicU64::new(0), AtomicU64::new(0));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        // Much of the time is spent waiting for flushes.
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= cuts {
                        break;
                    }
                    let how = Cut::of(number);
                    let seen = cut(&how, place.path());
                    acknowledged.fetch_add(seen.acknowledged, Ordering::Relaxed);
                    if !seen.lost.is_empty() || !seen.wrong.is_empty() {
                        failures.lock().unwrap().push(format!(
                            "cut {number} ({:?}, {:?}): of {} acknowledged {} lost {:?}; {}",
                            how.moment,
                            how.survival,
                            seen.acknowledged,
                            seen.lost.len(),
                            seen.lost.first(),
                            seen.wrong.join("\n")
                        ));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let acknowledged = acknowledged.into_inner();
    tell(&format!(
        "bar R2: {cuts} power cuts, {acknowledged} events acknowledged, {} cuts with loss or damage",
        failures.len()
    ));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        acknowledged > cuts * 40,
        "only {acknowledged} acknowledged: this proves little"
    );
}

/// The harness must be able to fail: without the flush before the answer it sees a loss.
#[test]
fn a_store_that_does_not_flush_is_caught() {
    let place = tempfile::tempdir().unwrap();
    if !can_mount(place.path()) {
        return;
    }
    for number in 0..CAUGHT_WITHIN {
        let seen = cut(
            &Cut {
                number,
                works: 1_000_000,
                moment: Moment::Changes(2000),
                survival: Survival::Flushed,
                normal: true,
            },
            place.path(),
        );
        if !seen.lost.is_empty() {
            tell(&format!(
                "bar R2: without flushes cut {number} lost {} of {} acknowledged events, as it must",
                seen.lost.len(),
                seen.acknowledged
            ));
            return;
        }
    }
    panic!("{CAUGHT_WITHIN} power cuts without flushes, and no loss was seen: the harness sees nothing");
}
