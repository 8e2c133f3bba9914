//! Bar E9: after an erasure, fifty planted values are in no file of the store: not in the database, its
//! log, its free pages, its indexes, the anchors, nor in a new backup. The chain still verifies.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};
use store::{CaseQuery, CaseRow, Handle, HandleKind, StreamAppend, StreamId, Work};

fn planted(n: u64) -> [String; 5] {
    [
        format!("ZZQ-name-{n:04}-王翠花"),
        format!("1399876{n:04}"),
        format!("planted{n:04}@example.invalid"),
        format!("62220000{n:04}77770000"),
        format!("朝阳区建国路{n:04}号"),
    ]
}

fn work(n: u64) -> Work {
    let [name, phone, mail, account, address] = planted(n);
    let mut event = event(n * 10, &name);
    event.body = serde_json::json!({
        "name": { "personal": &name }, "phone": { "personal": &phone }, "mail": { "personal": &mail },
        "account": { "personal": &account }, "address": { "personal": &address },
    })
    .into();
    Work {
        streams: vec![StreamAppend {
            stream: StreamId::facts(case(n)),
            expected: 0,
            events: vec![event],
        }],
        customer: Some(customer(n)),
        view: Some(CaseRow {
            masked_name: "王**".into(),
            ..row(n)
        }),
        search: Some(format!("{name} {phone} {mail} {account} {address}")),
        handles: vec![
            Handle::new(HandleKind::Name, name),
            Handle::new(HandleKind::Phone, phone),
            Handle::new(HandleKind::Email, mail),
            Handle::new(HandleKind::Account, account),
        ],
        ..Work::default()
    }
}

fn files(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        // The server removes files while we look.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            files(&entry.path(), all);
        } else if kind.is_file() {
            all.push(entry.path());
        }
    }
}

fn hits(places: &[PathBuf], needles: &[Vec<u8>]) -> Vec<String> {
    let mut all = Vec::new();
    places.iter().for_each(|p| files(p, &mut all));
    assert!(all.len() > 3);
    let mut found = Vec::new();
    for path in all {
        let Ok(mut content) = std::fs::read(&path) else {
            continue;
        };
        if path.extension().is_some_and(|e| e == "fcb") {
            let mut plain = Vec::new();
            let start = content.iter().position(|b| *b == b'\n').unwrap() + 1;
            flate2::read::GzDecoder::new(&content[start..])
                .read_to_end(&mut plain)
                .unwrap();
            content = plain;
        }
        for needle in needles {
            if content.windows(needle.len()).any(|w| w == needle) {
                found.push(format!(
                    "{} in {}",
                    String::from_utf8_lossy(needle),
                    path.display()
                ));
            }
        }
    }
    found
}

/// The files of the whole cluster that hold one of the values, by the tool that is made for it.
fn grep(dir: &Path, needles: &[Vec<u8>]) -> String {
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), needles.join(&b'\n')).unwrap();
    let found = Command::new("grep")
        .args(["-rlaF", "-f"])
        .arg(list.path())
        .arg(dir)
        .output()
        .unwrap();
    // The names of databases hold none of the values; files may vanish while it reads.
    String::from_utf8_lossy(&found.stdout).into_owned()
}

fn nothing_is_left(rig: &Rig) {
    let store = rig.open();
    let people = 10;
    assert!(
        store
            .append_many((0..people + 20).map(work).collect())
            .iter()
            .all(Result::is_ok)
    );
    store.checkpoint().unwrap();
    let dir = rig.options().dir;
    // The wrapped keys, as they lie in a backup made before.
    let mut keys = wrapped_keys(rig, people);
    assert_eq!(keys.len() as u64, people);
    let places = vec![dir.clone()];
    assert!(
        !hits(&places, &keys).is_empty() || rig.server.is_some(),
        "the search finds what is there"
    );
    for n in 0..people {
        assert!(store.erase_customer(customer(n)).unwrap().log_emptied);
    }
    let backup = dir.join("after.fcb");
    store.backup(&backup, None, |_| {}).unwrap();
    let mut needles: Vec<Vec<u8>> = (0..people).flat_map(planted).map(String::into_bytes).collect();
    assert_eq!(needles.len(), 50);
    if let Some(server) = &rig.server {
        // Its write-ahead log keeps the wrapped keys until it is recycled; the texts are nowhere.
        assert_eq!(grep(&server.data_dir(), &needles), "");
    } else {
        needles.append(&mut keys);
    }
    assert_eq!(hits(&places, &needles), [] as [String; 0]);
    assert!(store.verify(|_| {}).unwrap().whole());
    for n in 0..people {
        assert!(store.read_case(case(n)).unwrap()[0].body["name"]["personal"].is_null());
        assert!(
            store
                .search(&planted(n)[1], &CaseQuery::default())
                .unwrap()
                .rows
                .is_empty()
        );
    }
    assert_eq!(
        store
            .search(&planted(people + 1)[1], &CaseQuery::default())
            .unwrap()
            .rows
            .len(),
        1
    );
}

fn wrapped_keys(rig: &Rig, people: u64) -> Vec<Vec<u8>> {
    let ids: Vec<Vec<u8>> = (0..people).map(|n| customer(n).bytes().to_vec()).collect();
    match &rig.target {
        store::Target::Sqlite => {
            let db = rusqlite::Connection::open(rig.options().dir.join("forecourt.db")).unwrap();
            ids.iter()
                .map(|id| {
                    let text = "SELECT wrapped FROM data_keys WHERE customer_id = ?1";
                    db.query_row(text, [id], |r| r.get(0)).unwrap()
                })
                .collect()
        }
        store::Target::Postgres { url } => {
            let mut db = postgres::Client::connect(url, postgres::NoTls).unwrap();
            let text = "SELECT wrapped FROM data_keys WHERE customer_id = $1";
            ids.iter()
                .map(|id| db.query_one(text, &[id]).unwrap().get(0))
                .collect()
        }
    }
}

#[test]
fn nothing_is_left_in_sqlite() {
    nothing_is_left(&Rig::sqlite());
}

#[test]
fn nothing_is_left_in_postgres() {
    nothing_is_left(&Rig::postgres());
}
