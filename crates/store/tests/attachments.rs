//! Attachments: sealed before they are named, found when any byte changes (bar E1), gone with their
//! customer (bar E9), and kept by a backup.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use domain::FileId;
use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use store::{ATTACHED, Address, AppendError, AttachmentRef, Store, StoreError, Work};

const WORDS: &str = "PLANTED-流水-6222000011112222";

/// The attachment with this number, put and named by entry `seq` of case `n`.
fn attach(store: &Store, n: u64, seq: u64, content: &[u8]) -> AttachmentRef {
    let file = FileId(u128::from(n * 1000 + seq));
    let address = store.put_attachment(customer(n), file, content).unwrap();
    store.append(naming(n, seq, file, address)).unwrap();
    AttachmentRef { file, address }
}

fn naming(n: u64, seq: u64, file: FileId, address: Address) -> Work {
    let mut work = next(n, seq - 1, n * 1000 + seq);
    let event = &mut work.streams[0].events[0];
    event.kind = ATTACHED.into();
    event.body = serde_json::json!({
        "id": file, "address": address.to_string(), "name": { "personal": "流水.pdf" },
    })
    .into();
    work
}

fn path(rig: &Rig, address: Address) -> PathBuf {
    let name = address.to_string();
    let root = rig.options().dir.join("attachments");
    root.join(&name[..2]).join(&name[2..4]).join(name)
}

fn sealed_files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let Ok(read) = std::fs::read_dir(dir) else {
        return all;
    };
    for entry in read.flatten() {
        if entry.path().is_dir() {
            all.extend(sealed_files(&entry.path()));
        } else {
            all.push(entry.path());
        }
    }
    all
}

fn bad(store: &Store) -> String {
    let verdict = store.verify(|_| {}).unwrap();
    let bad = verdict.bad.iter().map(|b| format!("{}: {}", b.place, b.reason));
    bad.collect::<Vec<_>>().join("\n")
}

fn a_life(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let large: Vec<u8> = (0..700_000u32).map(|n| (n % 251) as u8).collect();
    let small = attach(&store, 1, 2, WORDS.as_bytes());
    let big = attach(&store, 1, 3, &large);
    let back = |named| store.attachment(customer(1), named).unwrap().unwrap().to_vec();
    assert_eq!(back(&small), WORDS.as_bytes());
    assert_eq!(back(&big), large);
    let verdict = store.verify(|_| {}).unwrap();
    assert!(verdict.whole(), "{:?}", verdict.bad);
    assert_eq!(verdict.attachments, 2);
    // Nothing of the content stands on the disk in the open.
    for file in sealed_files(&rig.options().dir) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let planted = bytes.windows(WORDS.len()).any(|w| w == WORDS.as_bytes());
        assert!(!planted, "{}", file.display());
    }
    // The same content twice lies at two addresses: an address tells nothing about it.
    let again = store
        .put_attachment(customer(1), FileId(9), WORDS.as_bytes())
        .unwrap();
    assert_ne!(again, small.address);

    let erased = store.erase_customer(customer(1)).unwrap();
    assert_eq!(erased.files, 2);
    assert!(!path(rig, small.address).exists() && !path(rig, big.address).exists());
    assert!(store.attachment(customer(1), &small).unwrap().is_none());
    assert_eq!(bad(&store), "");
    assert!(matches!(
        store.put_attachment(customer(1), FileId(10), b"late"),
        Err(StoreError::BadQuestion(_))
    ));
}

#[test]
fn the_life_of_an_attachment_on_sqlite() {
    a_life(&Rig::sqlite());
}

#[test]
fn the_life_of_an_attachment_on_postgres() {
    a_life(&Rig::postgres());
}

#[test]
fn an_event_cannot_name_a_file_that_is_not_there() {
    let rig = Rig::sqlite();
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let refused = store.append(naming(1, 2, FileId(7), Address([7; 32])));
    assert!(
        matches!(&refused, Err(AppendError::BadWork(why)) if why.contains("is not stored")),
        "{refused:?}"
    );
    let mut nameless = next(1, 1, 1002);
    nameless.streams[0].events[0].kind = ATTACHED.into();
    assert!(matches!(store.append(nameless), Err(AppendError::BadWork(_))));
    assert_eq!(store.read_case(case(1)).unwrap().len(), 1);
}

/// Bar E1: every byte, and every way to lose or swap a file.
#[test]
fn every_change_of_a_sealed_file_is_found_by_its_id() {
    let rig = Rig::sqlite();
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let one = attach(&store, 1, 2, b"short");
    let two = attach(&store, 1, 3, b"other");
    let (at, whole) = (
        path(&rig, one.address),
        std::fs::read(path(&rig, one.address)).unwrap(),
    );
    let found = |what: &str| {
        let bad = bad(&store);
        assert!(
            bad.contains(&format!("attachment {}", one.file)),
            "{what}: {bad:?}"
        );
        assert!(
            !bad.contains(&format!("attachment {}", two.file)),
            "{what}: {bad:?}"
        );
        assert!(store.attachment(customer(1), &one).is_err(), "{what}");
    };
    for n in 0..whole.len() {
        let mut changed = whole.clone();
        changed[n] ^= 1 << (n % 8);
        std::fs::write(&at, &changed).unwrap();
        found(&format!("byte {n}"));
    }
    std::fs::write(&at, &whole[..whole.len() - 1]).unwrap();
    found("cut");
    std::fs::write(&at, [&whole[..], b"x"].concat()).unwrap();
    found("longer");
    std::fs::write(&at, b"").unwrap();
    found("empty");
    std::fs::remove_file(&at).unwrap();
    found("missing");
    std::fs::write(&at, &whole).unwrap();
    assert_eq!(bad(&store), "");
    // Two files in each other's place.
    let other = path(&rig, two.address);
    let second = std::fs::read(&other).unwrap();
    std::fs::write(&at, &second).unwrap();
    std::fs::write(&other, &whole).unwrap();
    let bad = bad(&store);
    for file in [one.file, two.file] {
        assert!(bad.contains(&format!("attachment {file}")), "{bad:?}");
    }
}

/// Whoever can write the folder can give any bytes an address. They open only as what they were sealed as.
#[test]
fn sealed_parts_open_only_in_their_place() {
    let rig = Rig::sqlite();
    let store = rig.open();
    store.append(opening(1)).unwrap();
    store.append(opening(2)).unwrap();
    let part = 256 << 10;
    let content: Vec<u8> = (0..3 * part).map(|n| (n / part) as u8).collect();
    let named = attach(&store, 1, 2, &content);
    let sealed = std::fs::read(path(&rig, named.address)).unwrap();
    let (sealed_part, head) = (part + 28, sealed.len() - 3 * (part + 28));
    let forge = |bytes: &[u8], customer, file| {
        let address = Address(<sha2::Sha256 as sha2::Digest>::digest(bytes).into());
        let at = path(&rig, address);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, bytes).unwrap();
        store.attachment(customer, &AttachmentRef { file, address })
    };
    assert!(forge(&sealed, customer(1), named.file).unwrap().is_some());
    let mut swapped = sealed.clone();
    swapped[head..head + 2 * sealed_part].rotate_left(sealed_part);
    assert!(forge(&swapped, customer(1), named.file).is_err());
    assert!(forge(&sealed[..head + sealed_part], customer(1), named.file).is_err());
    assert!(forge(&sealed, customer(1), FileId(5)).is_err());
    assert!(forge(&sealed, customer(2), named.file).is_err());
    for cut in [0, 1, head - 1, head, head + 5] {
        assert!(forge(&sealed[..cut], customer(1), named.file).is_err(), "{cut}");
    }
}

#[test]
fn the_sweep_removes_what_nothing_names_and_only_when_it_is_old() {
    let rig = Rig::sqlite();
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let named = attach(&store, 1, 2, b"named");
    let orphan = store
        .put_attachment(customer(1), FileId(8), b"broke off")
        .unwrap();
    let young = store
        .put_attachment(customer(1), FileId(9), b"on its way")
        .unwrap();
    let half = rig.options().dir.join("attachments").join("0123.partial");
    std::fs::write(&half, b"half").unwrap();
    let stranger = rig.options().dir.join("attachments").join("README");
    std::fs::write(&stranger, b"somebody's own").unwrap();
    let old = SystemTime::now() - Duration::from_secs(25 * 3600);
    for at in [
        path(&rig, named.address),
        path(&rig, orphan),
        half.clone(),
        stranger.clone(),
    ] {
        let file = std::fs::File::options().write(true).open(at).unwrap();
        file.set_modified(old).unwrap();
    }
    let swept = store.sweep_attachments().unwrap();
    assert_eq!((swept.unnamed, swept.erased), (2, 0));
    assert!(path(&rig, named.address).exists() && path(&rig, young).exists() && stranger.exists());
    assert!(!path(&rig, orphan).exists() && !half.exists());
    assert_eq!(bad(&store), "");
}

#[test]
fn a_backup_brings_the_files_back() {
    let rig = Rig::sqlite();
    let store = rig.open();
    store.append(opening(1)).unwrap();
    store.append(opening(2)).unwrap();
    let kept = attach(&store, 1, 2, WORDS.as_bytes());
    let gone = attach(&store, 2, 2, b"erased later");
    store.erase_customer(customer(2)).unwrap();
    let to = rig.dir.path().join("one.fcb");
    assert_eq!(store.backup(&to, Some("secret"), |_| {}).unwrap().files, 1);
    let options = store::Options {
        dir: rig.dir.path().join("new"),
        ..rig.options()
    };
    let (copied, verdict) = Store::restore(&to, Some("secret"), options.clone(), |_| {}).unwrap();
    assert!(verdict.whole(), "{:?}", verdict.bad);
    assert_eq!(copied.files, 1);
    let new = Store::open(options).unwrap();
    let back = new.attachment(customer(1), &kept).unwrap().unwrap();
    assert_eq!(back.as_slice(), WORDS.as_bytes());
    assert!(new.attachment(customer(2), &gone).unwrap().is_none());
}
