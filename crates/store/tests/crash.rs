//! Bar R1: the server is killed (kill -9) again and again under sixteen writers. No acknowledged event
//! is lost, none is there twice, the log verifies, and the store is ready again within three seconds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};
use store::{Options, Store, StreamId, Target};

const ROUNDS: u64 = 30;
const WRITERS: u64 = 16;

fn options(dir: &str, url: Option<&str>) -> Options {
    let mut options = Options {
        ballast_bytes: 0,
        checkpoint_every_events: 100,
        ..Options::sqlite(dir)
    };
    if let Some(url) = url {
        options.target = Target::Postgres { url: url.to_owned() };
    }
    options
}

/// The killed process: this same test program, told by its environment what to do. Each line that it
/// prints is an acknowledgement.
#[test]
fn the_process_that_is_killed() {
    let Ok(dir) = std::env::var("FORECOURT_CRASH_DIR") else {
        return;
    };
    let url = std::env::var("FORECOURT_CRASH_URL").ok();
    let round: u64 = std::env::var("FORECOURT_CRASH_ROUND").unwrap().parse().unwrap();
    let store = Store::open(options(&dir, url.as_deref())).unwrap();
    let out = Mutex::new(std::io::stdout());
    let say = |line: String| {
        let mut out = out.lock().unwrap();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    say("\nready\n".into());
    std::thread::scope(|scope| {
        for t in 0..WRITERS {
            let (store, say) = (&store, &say);
            scope.spawn(move || {
                for n in 0.. {
                    // Every writer has its own case in each round, and adds to it.
                    let case = (round * WRITERS + t) * 10_000 + n / 5;
                    let work = if n % 5 == 0 {
                        opening(case)
                    } else {
                        next(case, n % 5, case * 1000 + n % 5)
                    };
                    store.append(work).unwrap();
                    say(format!("ack {case} {}\n", n % 5 + 1));
                }
            });
        }
    });
}

fn kill_and_look(rig: &Rig) {
    let dir = rig.options().dir;
    let url = match &rig.target {
        Target::Sqlite => None,
        Target::Postgres { url } => Some(url.clone()),
    };
    let mut acknowledged: HashSet<(u64, u64)> = HashSet::new();
    for round in 0..ROUNDS {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "the_process_that_is_killed",
                "--nocapture",
                "--test-threads=1",
            ])
            .env("FORECOURT_CRASH_DIR", &dir)
            .env("FORECOURT_CRASH_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = &url {
            command.env("FORECOURT_CRASH_URL", url);
        }
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let out = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let mut take = |line: String| {
            if let Some(ack) = line.strip_prefix("ack ") {
                let (case, seq) = ack.split_once(' ').unwrap();
                acknowledged.insert((case.parse().unwrap(), seq.parse().unwrap()));
            }
            line == "ready"
        };
        // Kill after the start and then at a moment that differs by round.
        loop {
            let line = lines
                .recv_timeout(Duration::from_secs(60))
                .expect("the child starts and goes on");
            if take(line) {
                assert!(
                    started.elapsed() < Duration::from_secs(3),
                    "ready after {:?}",
                    started.elapsed()
                );
                break;
            }
        }
        // Not before some are acknowledged, however slow the machine is.
        let mut wanted = 20 + round * 37 % 60;
        while wanted > 0 {
            take(
                lines
                    .recv_timeout(Duration::from_secs(60))
                    .expect("the child goes on"),
            );
            wanted -= 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
        for line in lines.try_iter() {
            // The last line may be cut by the kill: it was then not acknowledged in whole.
            if line.split(' ').count() == 3 {
                take(line);
            }
        }
    }
    assert!(
        acknowledged.len() as u64 > ROUNDS * 20,
        "only {} acknowledged",
        acknowledged.len()
    );
    let store = Store::open(options(dir.to_str().unwrap(), url.as_deref())).unwrap();
    let verdict = store.verify(|_| {}).unwrap();
    assert!(verdict.whole(), "{:?}", verdict.bad);
    let cases: HashSet<u64> = acknowledged.iter().map(|a| a.0).collect();
    for n in cases {
        let events = store.read(case(n).bucket(), &StreamId::facts(case(n))).unwrap();
        let ids: HashSet<_> = events.iter().map(|e| e.id).collect();
        assert_eq!(ids.len(), events.len(), "an event is there twice");
        for seq in 1..=5 {
            if acknowledged.contains(&(n, seq)) {
                assert!(
                    events.len() as u64 >= seq,
                    "case {n} entry {seq} was acknowledged and is lost"
                );
            }
        }
        assert!(store.case_row(case(n)).unwrap().is_some());
        assert!(store.append(opening(n)).unwrap().already);
    }
}

#[test]
fn sqlite_survives_thirty_kills() {
    kill_and_look(&Rig::sqlite());
}

#[test]
fn postgres_survives_thirty_kills() {
    kill_and_look(&Rig::postgres());
}
