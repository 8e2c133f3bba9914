//! Bars E1 and E2: every changed byte is found with its place, and so is what an administrator of the
//! database could do. The hashes are computed here anew, from README.md alone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use sha2::{Digest, Sha256};
use store::{Options, Store, StreamId, Target, Verdict};

/// The database, reached past the store.
enum Db {
    Sqlite(rusqlite::Connection),
    Postgres(Box<::postgres::Client>),
}

#[derive(Clone, Debug)]
struct Event {
    bucket: i64,
    stream: String,
    seq: i64,
    id: Vec<u8>,
    kind: String,
    schema: i64,
    payload: Vec<u8>,
    recorded: i64,
    occurred: i64,
    actor: String,
    purpose: String,
    prev: Vec<u8>,
    hash: Vec<u8>,
}

impl Event {
    /// README.md, "Event hash".
    fn rehash(&mut self) {
        let mut h = Sha256::new();
        let bytes = |h: &mut Sha256, b: &[u8]| {
            h.update((b.len() as u32).to_be_bytes());
            h.update(b);
        };
        bytes(&mut h, b"forecourt/event/1");
        h.update(self.bucket.to_be_bytes());
        bytes(&mut h, self.stream.as_bytes());
        h.update(self.seq.to_be_bytes());
        bytes(&mut h, &self.id);
        bytes(&mut h, self.kind.as_bytes());
        h.update(self.schema.to_be_bytes());
        bytes(&mut h, &self.payload);
        h.update(self.recorded.to_be_bytes());
        h.update(self.occurred.to_be_bytes());
        bytes(&mut h, self.actor.as_bytes());
        bytes(&mut h, self.purpose.as_bytes());
        h.update(&self.prev);
        self.hash = h.finalize().to_vec();
    }

    fn place(&self) -> String {
        format!("{} entry {}", self.stream, self.seq)
    }
}

impl Db {
    fn open(rig: &Rig) -> Db {
        match &rig.target {
            Target::Sqlite => {
                Db::Sqlite(rusqlite::Connection::open(rig.options().dir.join("forecourt.db")).unwrap())
            }
            Target::Postgres { url } => Db::Postgres(Box::new(
                ::postgres::Client::connect(url, ::postgres::NoTls).unwrap(),
            )),
        }
    }

    fn run(&mut self, text: &str) {
        match self {
            Db::Sqlite(db) => db.execute_batch(text).unwrap(),
            Db::Postgres(db) => db.batch_execute(text).unwrap(),
        }
    }

    fn blob(&self, bytes: &[u8]) -> String {
        match self {
            Db::Sqlite(_) => format!("x'{}'", hex::encode(bytes)),
            Db::Postgres(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }

    fn events(&mut self, stream: &str) -> Vec<Event> {
        let text = format!(
            "SELECT bucket, stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash FROM events WHERE stream_id = '{stream}' ORDER BY seq"
        );
        macro_rules! event {
            ($get:expr) => {{
                let g = $get;
                Event {
                    bucket: g.get(0),
                    stream: g.get(1),
                    seq: g.get(2),
                    id: g.get(3),
                    kind: g.get(4),
                    schema: g.get(5),
                    payload: g.get(6),
                    recorded: g.get(7),
                    occurred: g.get(8),
                    actor: g.get(9),
                    purpose: g.get(10),
                    prev: g.get(11),
                    hash: g.get(12),
                }
            }};
        }
        struct Row<'a, 'b>(&'a rusqlite::Row<'b>);
        impl Row<'_, '_> {
            fn get<T: rusqlite::types::FromSql>(&self, i: usize) -> T {
                self.0.get(i).unwrap()
            }
        }
        match self {
            Db::Sqlite(db) => {
                let mut s = db.prepare(&text).unwrap();
                s.query_map([], |r| Ok(event!(Row(r))))
                    .unwrap()
                    .map(Result::unwrap)
                    .collect()
            }
            Db::Postgres(db) => db.query(&text, &[]).unwrap().iter().map(|r| event!(r)).collect(),
        }
    }

    /// Writes an event and the head of its stream as they should look after a forgery.
    fn forge(&mut self, e: &Event, head: bool) {
        let (payload, prev, hash) = (self.blob(&e.payload), self.blob(&e.prev), self.blob(&e.hash));
        let (stream, seq) = (&e.stream, e.seq);
        self.run(&format!("UPDATE events SET payload = {payload}, prev_hash = {prev}, hash = {hash} WHERE stream_id = '{stream}' AND seq = {seq}"));
        if head {
            self.run(&format!(
                "UPDATE heads SET last_seq = {seq}, head_hash = {hash} WHERE stream_id = '{stream}'"
            ));
        }
    }
}

fn fill(rig: &Rig, streams: u64, length: u64) -> Options {
    let options = rig.options();
    let store = Store::open(options.clone()).unwrap();
    for n in 0..streams {
        store.append(opening(n)).unwrap();
        for seq in 1..length {
            store.append(next(n, seq, n * 100 + seq)).unwrap();
        }
        if n == streams / 2 {
            store.checkpoint().unwrap();
        }
    }
    options
}

fn verdict(options: &Options) -> Verdict {
    let beside = Options {
        read_only: true,
        ..options.clone()
    };
    Store::open(beside).unwrap().verify(|_| {}).unwrap()
}

#[track_caller]
fn found_at(options: &Options, place: &str) {
    let verdict = verdict(options);
    assert!(!verdict.whole(), "nothing was found; expected {place}");
    assert_eq!(verdict.bad[0].place, place, "{:?}", verdict.bad);
}

fn tail_cut(rig: &Rig) {
    let options = fill(rig, 3, 4);
    let mut db = Db::open(rig);
    let stream = StreamId::facts(case(1)).to_string();
    let events = db.events(&stream);
    db.run(&format!(
        "DELETE FROM events WHERE stream_id = '{stream}' AND seq = 4"
    ));
    found_at(&options, &format!("{stream} entry 4"));
    db.forge(&events[2], true);
    found_at(&options, &format!("{stream} entry 4"));
}

fn chain_deleted(rig: &Rig) {
    let options = fill(rig, 3, 2);
    let stream = StreamId::facts(case(2)).to_string();
    Db::open(rig).run(&format!(
        "DELETE FROM events WHERE stream_id = '{stream}'; DELETE FROM heads WHERE stream_id = '{stream}'"
    ));
    found_at(&options, &format!("{stream} entry 1"));
}

fn full_rehash(rig: &Rig) {
    let options = fill(rig, 3, 4);
    let mut db = Db::open(rig);
    let stream = StreamId::facts(case(0)).to_string();
    let mut events = db.events(&stream);
    let mut prev = vec![0; 32];
    for e in &mut events {
        let told = e.hash.clone();
        e.rehash();
        assert_eq!(e.hash, told, "README.md and the store agree on the hash");
        if e.seq == 1 {
            e.payload = [e.payload.as_slice(), b"!"].concat();
        }
        e.prev = prev;
        e.rehash();
        prev = e.hash.clone();
        db.forge(e, true);
    }
    found_at(&options, &format!("{stream} entry 4"));
    // Without the checkpoints nothing in the database would show it; the anchors outside do.
    db.run("DELETE FROM checkpoints; DELETE FROM checkpoint_entries");
    let verdict = verdict(&options);
    assert!(
        verdict.bad.iter().any(|b| b.reason.contains("anchor file")),
        "{:?}",
        verdict.bad
    );
}

fn suffix_rewrite(rig: &Rig) {
    let options = fill(rig, 2, 3);
    let mut db = Db::open(rig);
    let stream = StreamId::facts(case(1)).to_string();
    let mut last = db.events(&stream).pop().unwrap();
    let n = last.payload.len() - 1;
    last.payload[n] ^= 1;
    last.rehash();
    db.forge(&last, true);
    found_at(&options, &last.place());
}

fn added_and_swapped(rig: &Rig) {
    let options = fill(rig, 2, 3);
    let mut db = Db::open(rig);
    let stream = StreamId::facts(case(0)).to_string();
    let events = db.events(&stream);
    let (mut a, mut b) = (events[0].clone(), events[1].clone());
    std::mem::swap(&mut a.payload, &mut b.payload);
    db.forge(&a, false);
    db.forge(&b, false);
    found_at(&options, &events[0].place());
    db.forge(&events[0], false);
    db.forge(&events[1], false);
    assert!(
        verdict(&options).whole(),
        "putting it back makes it whole: no false alarm"
    );

    // A perfect event at the end, with its head: only the counted total shows it.
    let last = events[2].clone();
    let mut more = Event {
        seq: 4,
        prev: last.hash.clone(),
        id: vec![9; 16],
        ..last
    };
    more.rehash();
    let (id, payload, prev, hash) = (
        db.blob(&more.id),
        db.blob(&more.payload),
        db.blob(&more.prev),
        db.blob(&more.hash),
    );
    db.run(&format!(
        "INSERT INTO events (bucket, stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash) \
         VALUES ({}, '{stream}', 4, {id}, 'noted', 1, {payload}, {}, {}, '{}', '{}', {prev}, {hash}); \
         UPDATE heads SET last_seq = 4, head_hash = {hash} WHERE stream_id = '{stream}'",
        more.bucket, more.recorded, more.occurred, more.actor, more.purpose
    ));
    found_at(&options, "the number of events");
}

fn old_state_restored(rig: &Rig) {
    let options = fill(rig, 2, 2);
    let store = Store::open(options.clone()).unwrap();
    let file = rig.dir.path().join("old.fcb");
    store.backup(&file, Some("p"), |_| {}).unwrap();
    store.append(next(0, 2, 77)).unwrap();
    drop(store);
    assert!(verdict(&options).whole());
    let other = Rig::sqlite();
    let (_, restored) = Store::restore(&file, Some("p"), other.options(), |_| {}).unwrap();
    assert!(restored.whole(), "the backup alone is whole");
    // The database goes back in time, the anchors do not.
    let anchors = Options {
        anchor_file: Some(options.dir.join("anchors").join("anchors.log")),
        ..other.options()
    };
    let verdict = verdict(&anchors);
    assert!(
        verdict
            .bad
            .iter()
            .any(|b| b.reason.contains("older than its anchor")),
        "{:?}",
        verdict.bad
    );
    // And going on from there stays visible for ever.
    let store = Store::open(anchors.clone()).unwrap();
    store.append(next(1, 2, 78)).unwrap();
    drop(store);
    assert!(!self::verdict(&anchors).whole());
}

macro_rules! attacks {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name(&super::common::Rig::sqlite());
            })*
        }
        mod postgres {
            $(#[test]
            fn $name() {
                super::$name(&super::common::Rig::postgres());
            })*
        }
    };
}

attacks!(
    tail_cut,
    chain_deleted,
    full_rehash,
    suffix_rewrite,
    added_and_swapped,
    old_state_restored
);

/// The columns whose bytes are flipped, by table, with the key that finds a row again.
const FLIPPED: [(&str, &str); 5] = [
    (
        "events",
        "bucket stream_id seq event_id kind schema_version payload recorded_at occurred_at actor purpose prev_hash hash",
    ),
    ("heads", "bucket stream_id last_seq head_hash"),
    ("checkpoints", "number record signature"),
    ("checkpoint_entries", "number part entries"),
    ("pending", "events entries"),
];

#[test]
fn every_flipped_byte_is_found() {
    flip_everything(2, 2, 2000);
}

#[test]
#[ignore = "takes minutes: the same on a log of more than 20 KB"]
fn every_flipped_byte_of_a_larger_log_is_found() {
    flip_everything(10, 4, 20_000);
}

fn flip_everything(streams: u64, length: u64, at_least: usize) {
    let rig = Rig::sqlite();
    let options = fill(&rig, streams, length);
    // Some of it is not in a checkpoint yet.
    let store = Store::open(options.clone()).unwrap();
    let id = 4242;
    store.append(next(0, length, id)).unwrap();
    let Db::Sqlite(db) = Db::open(&rig) else {
        unreachable!()
    };
    assert!(store.verify(|_| {}).unwrap().whole());
    let mut flips = 0;
    for (table, columns) in FLIPPED {
        let rows: Vec<i64> = if table == "heads" {
            (0..db
                .query_row("SELECT COUNT(*) FROM heads", [], |r| r.get(0))
                .unwrap())
                .collect()
        } else {
            let mut s = db.prepare(&format!("SELECT rowid FROM {table}")).unwrap();
            s.query_map([], |r| r.get(0))
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        for row in rows {
            // heads has no rowid: its rows are told by their hashes.
            let at = if table == "heads" {
                let text = "SELECT head_hash FROM heads ORDER BY stream_id LIMIT 1 OFFSET ?1";
                let hash: Vec<u8> = db.query_row(text, [row], |r| r.get(0)).unwrap();
                format!("head_hash = x'{}'", hex::encode(hash))
            } else {
                format!("rowid = {row}")
            };
            for column in columns.split(' ') {
                flips += flip_column(&db, &store, table, column, &at);
            }
        }
    }
    assert!(flips > at_least, "{flips}");
    assert!(store.verify(|_| {}).unwrap().whole(), "all was put back");
    flips_in_the_anchor_file(&options);
}

fn flip_column(db: &rusqlite::Connection, store: &Store, table: &str, column: &str, at: &str) -> usize {
    use rusqlite::types::Value;
    let at = if table == "heads" && column == "head_hash" {
        let text = format!("SELECT stream_id FROM heads WHERE {at}");
        let stream: String = db.query_row(&text, [], |r| r.get(0)).unwrap();
        format!("stream_id = '{stream}'")
    } else {
        at.to_owned()
    };
    let old: Value = db
        .query_row(&format!("SELECT {column} FROM {table} WHERE {at}"), [], |r| {
            r.get(0)
        })
        .unwrap();
    let bytes = match &old {
        Value::Integer(n) => n.to_be_bytes().to_vec(),
        Value::Text(t) => t.clone().into_bytes(),
        Value::Blob(b) => b.clone(),
        other => panic!("{table}.{column} holds {other:?}"),
    };
    // Key columns move the row; it is found again by what is put in.
    for i in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[i] ^= 1 << (i % 8);
        let (value, cast) = match &old {
            Value::Integer(_) => (
                Value::Integer(i64::from_be_bytes(changed.as_slice().try_into().unwrap())),
                "?1",
            ),
            Value::Text(_) => (Value::Blob(changed), "CAST(?1 AS TEXT)"),
            _ => (Value::Blob(changed), "?1"),
        };
        db.execute(
            &format!("UPDATE {table} SET {column} = {cast} WHERE {at}"),
            [&value],
        )
        .unwrap();
        let verdict = store.verify(|_| {}).unwrap();
        assert!(!verdict.whole(), "{table}.{column} byte {i} of {at}");
        assert!(!verdict.bad[0].place.is_empty());
        db.execute(&format!("UPDATE {table} SET {column} = ?1 WHERE {at}"), [&old])
            .unwrap();
    }
    bytes.len()
}

fn flips_in_the_anchor_file(options: &Options) {
    let path = options.dir.join("anchors").join("anchors.log");
    let whole = std::fs::read(&path).unwrap();
    // The end of the last line is left: a line without its end is the rest of a power cut.
    for i in 0..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[i] ^= 1 << (i % 7);
        std::fs::write(&path, &changed).unwrap();
        let verdict = verdict(options);
        assert!(!verdict.whole(), "anchor file byte {i}");
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(verdict(options).whole());
}
