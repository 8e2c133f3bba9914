//! Measures the store beside a bare program that does the same inserts: `measure append|import|million
//! [sqlite|postgres]`. Prints ratios; figures of one run on one machine compare only with each other.

#![expect(clippy::print_stdout, reason = "a measuring program prints")]
#![expect(
    clippy::unwrap_used,
    reason = "a measuring program stops at the first failure"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::*;
use std::time::{Duration, Instant};
use store::{CaseQuery, Sort, Store, Target, Work};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let what = args.get(1).map_or("append", String::as_str);
    let rig = if args.get(2).is_some_and(|e| e == "postgres") {
        Rig::postgres()
    } else {
        Rig::sqlite()
    };
    match what {
        "append" => append(&rig),
        "import" => import(&rig),
        "million" => million(&rig, args.get(3).map_or(1_000_000, |n| n.parse().unwrap())),
        other => println!("{other} is not append, import or million"),
    }
}

const WRITERS: u64 = 64;
const SPAN: Duration = Duration::from_secs(6);

/// One event of about 500 bytes with a personal part, the view and a message.
fn small(n: u64) -> Work {
    let mut work = opening(n);
    work.streams[0].events[0].body = serde_json::json!({
        "note": { "personal": "王小明说卡被冻结，要求三天内答复。".repeat(4) }, "n": n, "code": "c".repeat(120),
    })
    .into();
    work.search = None;
    work.handles.clear();
    work
}

fn append(rig: &Rig) {
    let rate = |f: &(dyn Fn(u64) + Sync)| {
        let from = Instant::now();
        let done: u64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..WRITERS)
                .map(|t| {
                    scope.spawn(move || {
                        let mut n = 0;
                        while from.elapsed() < SPAN {
                            f(t * 1_000_000 + n);
                            n += 1;
                        }
                        n
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        done as f64 / from.elapsed().as_secs_f64()
    };
    let bare = bare::group_commit(rig, &rate);
    let store = rig.open();
    let ours = rate(&|n| {
        store.append(small(n)).unwrap();
    });
    println!("bare {bare:.0}/s, store {ours:.0}/s, ratio {:.2}", ours / bare);
}

fn import(rig: &Rig) {
    let works: Vec<Work> = (0..28_000).map(small).collect();
    let bare = bare::bulk(rig, 28_000);
    let store = rig.open();
    let from = Instant::now();
    let mut works = works.into_iter();
    loop {
        let part: Vec<Work> = works.by_ref().take(2000).collect();
        if part.is_empty() {
            break;
        }
        assert!(store.append_many(part).iter().all(Result::is_ok));
    }
    let ours = from.elapsed().as_secs_f64();
    println!(
        "bare {bare:.3} s, store {ours:.3} s for 28,000 cases without search, ratio {:.1}",
        ours / bare
    );
    let from = Instant::now();
    let mut n = 100_000;
    for _ in 0..5 {
        let part: Vec<Work> = (n..n + 2000).map(narrated).collect();
        n += 2000;
        assert!(store.append_many(part).iter().all(Result::is_ok));
    }
    println!(
        "with search text of about 700 characters: {:.0} cases/s",
        10_000.0 / from.elapsed().as_secs_f64()
    );
}

/// A sentence whose words depend on `n`, so that the vocabulary is large.
fn narrated(n: u64) -> Work {
    let mut work = opening(n);
    work.search = Some(text_of(n, 40));
    work
}

fn text_of(n: u64, parts: u64) -> String {
    const PARTS: [&str; 12] = [
        "银行卡被冻结",
        "要求退还利息",
        "贷款提前还款",
        "客户经理未说明",
        "理财产品亏损",
        "信用卡年费",
        "征信记录有误",
        "短信通知扣费",
        "柜台排队太久",
        "转账失败未到账",
        "保险误导销售",
        "account was closed without notice",
    ];
    let mut text = String::new();
    let mut x = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for _ in 0..parts {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        // Seldom parts first: a few percent of the texts hold the last ones.
        text.push_str(PARTS[((x >> 20) % 12).min((x >> 40) % 12) as usize]);
        text.push(char::from_u32(0x4e00 + (x >> 33) as u32 % 3000).unwrap());
    }
    if n % 1000 == 7 {
        text.push_str("钻石");
    }
    text
}

fn million(rig: &Rig, cases: u64) {
    let store = rig.open();
    let from = Instant::now();
    for n in (0..cases).step_by(4000) {
        let part: Vec<Work> = (n..(n + 4000).min(cases))
            .map(|n| {
                let mut work = small(n);
                work.search = Some(text_of(n, 4));
                let view = work.view.as_mut().unwrap();
                view.branch = format!("B{:04}", (n * 7919) % 500);
                view.handler = (n % 10 == 0).then(|| format!("h{:04}", n % 2000));
                view.state = [
                    "closed",
                    "closed",
                    "closed",
                    "received",
                    "reviewing",
                    "visited",
                    "rare",
                ][if n % 5000 == 1 { 6 } else { (n % 6) as usize }]
                .into();
                view.open = view.state != "closed";
                view.due_at = view
                    .open
                    .then_some(domain::Timestamp(9_000_000 + (n as i64 * 48_271) % 1_000_000));
                work
            })
            .collect();
        assert!(store.append_many(part).iter().all(Result::is_ok));
        if n % 100_000 == 0 {
            println!("{n} at {:.0} s", from.elapsed().as_secs_f64());
        }
    }
    println!("{cases} cases in {:.0} s", from.elapsed().as_secs_f64());
    if let (Target::Postgres { url }, Some(server)) = (&rig.target, &rig.server) {
        server.sql(url, "ANALYZE");
    }
    drop(store);
    let from = Instant::now();
    let store = rig.open();
    println!("open {:.0} ms", from.elapsed().as_secs_f64() * 1e3);
    ask(&store, cases);
    let from = Instant::now();
    let open = store.sweep(|_| Ok(())).unwrap();
    println!(
        "sweep over {open} open cases {:.1} s",
        from.elapsed().as_secs_f64()
    );
    let from = Instant::now();
    let verdict = store.verify(|_| {}).unwrap();
    println!(
        "verify {} events {:.1} s, whole: {}",
        verdict.events,
        from.elapsed().as_secs_f64(),
        verdict.whole()
    );
}

fn ask(store: &Store, cases: u64) {
    let base = CaseQuery::default();
    let state = |s: &str| Some(s.to_owned());
    let branch = |n: u64| Some(domain::BranchId(format!("B{:04}", n % 500)));
    let handler = |n: u64| Some(format!("h{:04}", n % 200 * 10));
    let due = CaseQuery {
        sort: Sort::DueAsc,
        ..base.clone()
    };
    let updated = CaseQuery {
        sort: Sort::UpdatedDesc,
        ..base.clone()
    };
    type Ask<'a> = Box<dyn Fn(u64) -> usize + 'a>;
    let list = |query: CaseQuery| store.cases(&query).unwrap().rows.len();
    let find = |text: &str, query: &CaseQuery| store.search(text, query).unwrap().rows.len();
    let asks: Vec<(&str, Ask<'_>)> = vec![
        ("first page", Box::new(|_| list(base.clone()))),
        (
            "state",
            Box::new(|_| {
                list(CaseQuery {
                    state: state("visited"),
                    ..base.clone()
                })
            }),
        ),
        (
            "rare state",
            Box::new(|_| {
                list(CaseQuery {
                    state: state("rare"),
                    ..base.clone()
                })
            }),
        ),
        (
            "rare state, due",
            Box::new(|_| {
                list(CaseQuery {
                    state: state("rare"),
                    ..due.clone()
                })
            }),
        ),
        (
            "branch",
            Box::new(|n| {
                list(CaseQuery {
                    branch: branch(n),
                    ..base.clone()
                })
            }),
        ),
        (
            "branch, open, due",
            Box::new(|n| {
                list(CaseQuery {
                    branch: branch(n),
                    open: Some(true),
                    ..due.clone()
                })
            }),
        ),
        (
            "branch, state, updated",
            Box::new(|n| {
                list(CaseQuery {
                    branch: branch(n),
                    state: state("received"),
                    ..updated.clone()
                })
            }),
        ),
        (
            "handler, due",
            Box::new(|n| {
                list(CaseQuery {
                    handler: handler(n),
                    ..due.clone()
                })
            }),
        ),
        (
            "line, state, due before",
            Box::new(|n| {
                list(CaseQuery {
                    line: Some("cards".into()),
                    state: state("received"),
                    due_before: Some(domain::Timestamp(9_000_000 + (n as i64 * 997) % 900_000)),
                    ..due.clone()
                })
            }),
        ),
        ("search in a third", Box::new(|_| find("银行", &base))),
        ("search, two words", Box::new(|_| find("利息 提前", &base))),
        ("search, rare", Box::new(|_| find("钻石", &base))),
        ("search, none", Box::new(|_| find("夔门", &base))),
        (
            "search, branch",
            Box::new(|n| {
                find(
                    "银行",
                    &CaseQuery {
                        branch: branch(n),
                        limit: 20,
                        ..base.clone()
                    },
                )
            }),
        ),
        (
            "open a case",
            Box::new(|n| store.read_case(case(n * 7919 % cases)).unwrap().len()),
        ),
    ];
    for (name, ask) in asks {
        let rows = ask(0);
        let mut times: Vec<f64> = (1..=200)
            .map(|n| {
                let from = Instant::now();
                ask(n);
                from.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{name:<26} {rows:>4} rows  p50 {:>7.2} ms  p99 {:>7.2} ms",
            times[100], times[197]
        );
    }
}

/// The reference: the same rows in plain tables, written by as little code as possible.
mod bare {
    use super::*;
    use rusqlite::{Connection, params};
    use std::sync::mpsc;

    const TABLES: &str = "CREATE TABLE IF NOT EXISTS e (b BIGINT, s TEXT, n BIGINT, id BYTEA, k TEXT, p BYTEA, at BIGINT, PRIMARY KEY (b, s, n));
         CREATE TABLE IF NOT EXISTS v (b BIGINT, c BIGINT, st TEXT, br TEXT, at BIGINT, x TEXT, PRIMARY KEY (b, c));
         CREATE TABLE IF NOT EXISTS o (b BIGINT, at BIGINT, id BYTEA, x TEXT, PRIMARY KEY (b, at, id));";

    type Done = mpsc::SyncSender<()>;

    fn sqlite(rig: &Rig) -> Connection {
        let db = Connection::open(rig.dir.path().join("bare.db")).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 20000;").unwrap();
        db.execute_batch(TABLES).unwrap();
        db
    }

    /// Runs a function of a number on all threads for a while, and tells how often per second.
    type Rate<'a> = &'a dyn Fn(&(dyn Fn(u64) + Sync)) -> f64;
    type Write = Box<dyn FnMut(&[u64]) + Send>;

    /// Runs `rate` against a writer thread that takes all that waits into one transaction.
    pub(super) fn group_commit(rig: &Rig, rate: Rate<'_>) -> f64 {
        let (send, queue) = mpsc::sync_channel::<(u64, Done)>(1024);
        let mut write: Write = match &rig.target {
            Target::Sqlite => {
                let db = sqlite(rig);
                Box::new(move |ns| rows(&db, ns))
            }
            Target::Postgres { url } => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute(TABLES).unwrap();
                let e = client.prepare("INSERT INTO e SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::text[], $6::bytea[], $7::bigint[])").unwrap();
                let v = client.prepare("INSERT INTO v SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[])").unwrap();
                let o = client.prepare("INSERT INTO o SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[])").unwrap();
                Box::new(move |ns| {
                    let b: Vec<i64> = ns.iter().map(|n| i64::from(case(*n).bucket().0)).collect();
                    let s: Vec<String> = ns.iter().map(|n| format!("case/{}/facts", case(*n))).collect();
                    let one = vec![1i64; ns.len()];
                    let id: Vec<Vec<u8>> = ns.iter().map(|n| event_id(*n).bytes().to_vec()).collect();
                    let k = vec!["noted"; ns.len()];
                    let p = vec![vec![7u8; 500]; ns.len()];
                    let c: Vec<i64> = ns.iter().map(|n| case(*n).bits() as i64).collect();
                    let x = vec!["x".repeat(150); ns.len()];
                    let mut t = client.transaction().unwrap();
                    t.execute(&e, &[&b, &s, &one, &id, &k, &p, &one]).unwrap();
                    t.execute(&v, &[&b, &c, &k, &k, &one, &x]).unwrap();
                    t.execute(&o, &[&b, &one, &id, &k]).unwrap();
                    t.commit().unwrap();
                })
            }
        };
        let writer = std::thread::spawn(move || {
            while let Ok(first) = queue.recv() {
                let batch: Vec<(u64, Done)> = std::iter::once(first).chain(queue.try_iter()).collect();
                let ns: Vec<u64> = batch.iter().map(|b| b.0).collect();
                write(&ns);
                for (_, done) in batch {
                    let _ = done.send(());
                }
            }
        });
        let result = rate(&|n| {
            let (done, answer) = mpsc::sync_channel(1);
            send.send((n, done)).unwrap();
            answer.recv().unwrap();
        });
        drop(send);
        writer.join().unwrap();
        result
    }

    fn rows(db: &Connection, ns: &[u64]) {
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        let x = "x".repeat(150);
        let mut e = db
            .prepare_cached("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, ?)")
            .unwrap();
        let mut v = db
            .prepare_cached("INSERT INTO v VALUES (?, ?, ?, ?, ?, ?)")
            .unwrap();
        let mut o = db.prepare_cached("INSERT INTO o VALUES (?, ?, ?, ?)").unwrap();
        for n in ns {
            let (b, c) = (case(*n).bucket().0, case(*n).bits() as i64);
            let id = event_id(*n).bytes();
            e.execute(params![
                b,
                format!("case/{}/facts", case(*n)),
                1,
                id,
                "noted",
                [7u8; 500],
                1
            ])
            .unwrap();
            v.execute(params![b, c, "noted", "noted", 1, x]).unwrap();
            o.execute(params![b, 1, id, "noted"]).unwrap();
        }
        drop((e, v, o));
        db.execute_batch("COMMIT").unwrap();
    }

    /// One table, one transaction, the same bytes.
    pub(super) fn bulk(rig: &Rig, n: u64) -> f64 {
        let db = Connection::open(rig.dir.path().join("bulk.db")).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)").unwrap();
        let bodies: Vec<String> = (0..n)
            .map(|i| {
                format!(
                    "{}{}",
                    small(i).streams[0].events[0].body.value(),
                    "x".repeat(150)
                )
            })
            .collect();
        let from = Instant::now();
        db.execute_batch("BEGIN").unwrap();
        let mut s = db.prepare("INSERT INTO t (body) VALUES (?)").unwrap();
        for body in &bodies {
            s.execute([body]).unwrap();
        }
        drop(s);
        db.execute_batch("COMMIT").unwrap();
        from.elapsed().as_secs_f64()
    }
}
