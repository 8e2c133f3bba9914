//! Bar R3: the disk is full. The error is clear, nothing acknowledged is lost, reading goes on, the
//! reserve lets people go on without a restart.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use store::{AppendError, Options, Store};

/// A file system of limited size in memory, unmounted at the end.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path, megabytes: u32) -> Option<Small> {
        let size = format!("size={megabytes}m");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at)
            .output();
        done.is_ok_and(|o| o.status.success())
            .then(|| Small(at.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_survived_and_left() {
    let dir = tempfile::tempdir().unwrap();
    let Some(_small) = Small::mount(dir.path(), 48) else {
        eprintln!("SKIPPED: 1 proof (disk full) needs the right to mount a file system in memory");
        return;
    };
    let options = Options {
        ballast_bytes: 8 << 20,
        checkpoint_every_events: 100,
        ..Options::sqlite(dir.path().join("data"))
    };
    let store = Store::open(options.clone()).unwrap();
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    for n in 0..100_000 {
        let mut work = opening(n);
        work.streams[0].events[0].body = serde_json::json!({ "more": "x".repeat(2000) }).into();
        match store.append(work) {
            // A later, smaller transaction may still fit.
            Ok(_) => acknowledged.push(n),
            Err(AppendError::DiskFull) => {
                refused += 1;
                if refused == 5 {
                    break;
                }
            }
            Err(e) => panic!("{e}"),
        }
    }
    assert_eq!(refused, 5, "the disk never became full");
    assert!(acknowledged.len() > 100);
    let text = AppendError::DiskFull.to_string();
    assert!(text.contains("Nothing acknowledged was lost") && text.contains("ballast release"));
    // Reading goes on.
    assert_eq!(
        store
            .read_case(case(acknowledged[acknowledged.len() - 1]))
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.cases(&store::CaseQuery::default()).unwrap().rows.len(), 50);
    // The reserve is given up, and writing goes on without a restart.
    assert_eq!(store.release_ballast().unwrap(), 8 << 20);
    for n in 0..50 {
        store.append(opening(200_000 + n)).unwrap();
    }
    let verdict = store.verify(|_| {}).unwrap();
    assert!(verdict.whole(), "{:?}", verdict.bad);
    assert_eq!(verdict.events, acknowledged.len() as u64 + 50);
    drop(store);
    let store = Store::open(Options {
        ballast_bytes: 0,
        ..options
    })
    .unwrap();
    for n in acknowledged {
        assert_eq!(
            store.read_case(case(n)).unwrap().len(),
            1,
            "case {n} was acknowledged"
        );
    }
}

#[test]
fn a_file_that_does_not_fit_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(_small) = Small::mount(dir.path(), 24) else {
        eprintln!("SKIPPED: 1 proof (disk full) needs the right to mount a file system in memory");
        return;
    };
    let options = Options {
        ballast_bytes: 0,
        ..Options::sqlite(dir.path().join("data"))
    };
    let store = Store::open(options).unwrap();
    store.append(opening(1)).unwrap();
    let content = vec![7u8; 3 << 20];
    let put = |n: u128| store.put_attachment(customer(1), domain::FileId(n), &content);
    let refused = (0..20).map(put).find_map(Result::err).unwrap();
    assert!(matches!(refused, store::StoreError::DiskFull), "{refused}");
    let root = dir.path().join("data").join("attachments");
    let half = std::fs::read_dir(&root).unwrap().flatten();
    assert_eq!(
        half.filter(|e| e.path().is_file()).count(),
        0,
        "half a file was left"
    );
    // A short entry still fits, and reading goes on.
    assert_eq!(store.read_case(case(1)).unwrap().len(), 1);
    assert!(store.verify(|_| {}).unwrap().whole());
}
