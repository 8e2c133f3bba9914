//! Damaged files: what lands before the damage, and what is said.

use crate::common::{HEAD, collect, own, stream};
use flate2::{Compression, write::GzEncoder};
use intake::{IntakeError, Map, Options};
use std::io::{Cursor, Write};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).expect("in memory");
    out.finish().expect("in memory")
}

/// Rows with text that does not pack to nothing.
fn rows(from: u64, to: u64) -> String {
    let mut text = String::new();
    let mut x = 1_u64;
    for i in from..to {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(i);
        text.push_str(&format!("{i},2024-03-05,text {x:x},\n"));
    }
    text
}

#[test]
fn gzip_is_unpacked_also_in_several_members() {
    let mut packed = gzip(format!("{HEAD}{}", rows(0, 500)).as_bytes());
    packed.extend(gzip(rows(500, 900).as_bytes()));
    let out = own(packed);
    assert_eq!((out.records.len(), out.rejects.len()), (900, 0));
    assert_eq!(out.end.unwrap().records, 900);
}

#[test]
fn rows_before_the_cut_of_a_gzip_land_and_one_error_counts_them() {
    let packed = gzip(format!("{HEAD}{}", rows(0, 20_000)).as_bytes());
    for part in [2, 3, 10] {
        let out = own(&packed[..packed.len() - packed.len() / part]);
        assert!(out.records.len() > 500, "{}", out.records.len());
        assert_eq!(out.rejects.len(), 0);
        match out.end {
            Err(IntakeError::Gzip { rows, .. }) => assert_eq!(rows as usize, out.records.len()),
            other => panic!("{other:?}"),
        }
    }
    // Only the checksum is missing: every row lands, and the error is told all the same.
    let out = own(&packed[..packed.len() - 4]);
    assert_eq!(out.records.len(), 20_000);
    let said = out.end.unwrap_err().to_string();
    assert!(
        said.contains("cut off or damaged") && said.contains("20000 rows were read before"),
        "{said}"
    );
    // A single cut row is not given out.
    let out = own(gzip(format!("{HEAD}1,2024-03-05,x,\n2,2024-03-05,y").as_bytes()));
    assert_eq!(out.said(), ["test, row 3: has 3 columns where the heading has 4"]);
}

#[test]
fn a_gzip_with_changed_bytes_ends_in_an_error() {
    let mut packed = gzip(format!("{HEAD}{}", rows(0, 20_000)).as_bytes());
    let middle = packed.len() / 2;
    for b in &mut packed[middle..middle + 64] {
        *b ^= 0x55;
    }
    assert!(matches!(own(packed).end, Err(IntakeError::Gzip { .. })));
}

/// Fails after its bytes are given.
struct Failing(Cursor<Vec<u8>>);

impl std::io::Read for Failing {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buf)? {
            0 => Err(std::io::Error::other("the cable was pulled")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_device_that_fails_ends_the_reading_with_its_error() {
    let map = Map::named("forecourt").unwrap();
    let text = format!("{HEAD}{}9,2024-0", rows(0, 5));
    let out = stream(
        &map,
        Box::new(Failing(Cursor::new(text.into()))),
        Options::default(),
    )
    .unwrap();
    assert_eq!(out.records.len(), 5);
    let said = out.end.unwrap_err().to_string();
    assert!(
        said.contains("failed after 5 rows: the cable was pulled"),
        "{said}"
    );
}

#[test]
fn files_that_are_not_there_are_told() {
    let map = Map::named("forecourt").unwrap();
    let Err(e) = intake::open("no/such/file.csv".as_ref(), &map, Options::default()) else {
        panic!("opened")
    };
    assert!(e.to_string().starts_with("cannot open no/such/file.csv"), "{e}");
}

#[test]
fn progress_goes_from_nothing_to_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    std::fs::write(&path, format!("{HEAD}{}", rows(0, 30_000))).unwrap();
    let map = Map::named("forecourt").unwrap();
    let mut reader = intake::open(&path, &map, Options::default()).unwrap();
    let (first, total) = reader.progress();
    assert!(first < total, "{first} of {total}");
    reader.next().unwrap().unwrap();
    let out = collect(reader);
    assert_eq!(out.records.len(), 29_999);
}
