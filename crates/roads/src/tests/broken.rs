//! Files that are cut, broken, foreign or meant to do harm.

use super::{
    real::Numbers,
    writer::{Osm, bytes, framed, header, number, read, varint, zip, zipped},
};
use crate::ImportError;
use std::{fs, path::PathBuf};

fn good() -> Osm {
    let road: &[(&str, &str)] = &[("highway", "residential")];
    Osm::default()
        .node(1, 0.0, 0.0, &[])
        .node(2, 0.0, 0.01, &[])
        .way(1, &[1, 2], road)
}

#[test]
fn other_files_are_told_apart() {
    assert!(read(&good().file()).is_ok());
    for file in [
        &b""[..],
        b"PK\x03\x04",
        b"<?xml version='1.0'?><osm/>",
        &[0; 100],
        &[0xff; 100],
    ] {
        assert!(matches!(read(file), Err(ImportError::NotOsm)), "{file:?}");
    }
    // Data before the header.
    assert!(matches!(
        read(&zipped("OSMData", &good().block())),
        Err(ImportError::NotOsm)
    ));
    let history = [
        header(&["HistoricalInformation"]),
        zipped("OSMData", &good().block()),
    ]
    .concat();
    assert!(matches!(read(&history), Err(ImportError::Feature(f)) if f == "HistoricalInformation"));
}

#[test]
fn every_cut_is_found() {
    let file = good().file();
    let first = header(&["OsmSchema-V0.6", "DenseNodes"]).len();
    for cut in 0..file.len() {
        let error = read(&file[..cut]).err();
        match error {
            // Between two blocks nothing tells that more should come; here nothing is left to drive on.
            Some(ImportError::NoRoads) => assert_eq!(cut, first),
            Some(ImportError::Cut { .. } | ImportError::NotOsm) => {}
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let with = |claimed: u64, block: &[u8]| {
        let mut blob = Vec::new();
        number(2, claimed, &mut blob);
        bytes(3, &zip(block), &mut blob);
        [header(&["DenseNodes"]), framed("OSMData", &blob)].concat()
    };
    let large = vec![0; 48 << 20];
    for claimed in [u64::MAX, 48 << 20, 32 << 20, 10] {
        let file = with(claimed, &large);
        assert!(file.len() < 1 << 20);
        assert!(
            matches!(read(&file), Err(ImportError::Broken { .. })),
            "{claimed}"
        );
    }
    // A block that says it is larger than any may be, without being there.
    let mut head = Vec::new();
    bytes(1, b"OSMData", &mut head);
    number(3, 1 << 40, &mut head);
    let mut file = header(&[]);
    file.extend((head.len() as u32).to_be_bytes());
    file.extend(head);
    assert!(matches!(read(&file), Err(ImportError::Broken { .. })));
    let mut lzma = Vec::new();
    number(2, 10, &mut lzma);
    bytes(4, b"xz", &mut lzma);
    let file = [header(&[]), framed("OSMData", &lzma)].concat();
    assert!(matches!(read(&file), Err(ImportError::Packing { .. })));
}

#[test]
fn absurd_numbers_are_counted_or_refused() {
    let road: &[(&str, &str)] = &[("highway", "residential")];
    let map = good()
        .node(3, 91.0, 0.0, &[])
        .way(2, &[2, 3], road)
        .import()
        .unwrap();
    assert_eq!(
        (map.about().stats.nodes_absurd, map.about().stats.nodes_missing),
        (1, 1)
    );
    let map = good()
        .way(3, &[i64::MAX, i64::MAX - 1], road)
        .way(4, &[1], road)
        .way(5, &[], road)
        .import();
    assert!(map.is_ok());
    // From pole to pole and round the earth.
    let map = Osm::default()
        .node(1, -90.0, -180.0, &[])
        .node(2, 90.0, 180.0, &[])
        .node(3, 90.0, -180.0, &[])
        .way(1, &[1, 2, 3, 1], road)
        .import()
        .unwrap();
    assert!(map.about().stats.road_km > 20_000);
}

#[test]
fn what_would_grow_beyond_its_file_is_held_down() {
    let road: &[(&str, &str)] = &[("highway", "residential")];
    // Ten thousand lines across the whole earth: squares grow until the list of them is short.
    let mut numbers = Numbers(11);
    let mut osm = Osm::default();
    for n in 1..=10_000 {
        osm = osm.node(
            n,
            numbers.next() * 180.0 - 90.0,
            numbers.next() * 360.0 - 180.0,
            &[],
        );
    }
    let map = osm
        .way(1, &(1..=10_000).collect::<Vec<_>>(), road)
        .import()
        .unwrap();
    assert_eq!(map.about().stats.nodes_used, 10_000);
    // A sign that names thousands of ways, and one word for all of them that is a megabyte long.
    let many: Vec<(&str, u64, i64)> = (0..2_000)
        .flat_map(|i| [("from", 1, i), ("to", 1, i)])
        .chain([("via", 0, 2)])
        .collect();
    let turn: &[(&str, &str)] = &[("type", "restriction"), ("restriction", "no_entry")];
    let long = "x".repeat(1 << 20);
    let map = good()
        .relation(1, &many, turn)
        .way(2, &[2, 1], &[("highway", "residential"), ("maxspeed", &long)])
        .import()
        .unwrap();
    assert_eq!(
        (map.about().stats.turns_refused, map.about().stats.ways_used),
        (1, 2)
    );
    let tags = vec![("a", "b"); 5_001];
    assert!(matches!(
        good().way(2, &[2, 1], &tags).import(),
        Err(ImportError::Broken { .. })
    ));
}

#[test]
fn words_and_lists_that_do_not_fit_are_refused() {
    let group = |number: u64, body: &[u8]| {
        let mut way = Vec::new();
        bytes(number, body, &mut way);
        let mut block = Vec::new();
        bytes(1, &[], &mut block);
        bytes(2, &way, &mut block);
        [header(&[]), zipped("OSMData", &block)].concat()
    };
    let mut unknown_word = Vec::new();
    bytes(2, &[9], &mut unknown_word);
    bytes(3, &[9], &mut unknown_word);
    let mut uneven = Vec::new();
    bytes(2, &[0, 0], &mut uneven);
    bytes(3, &[0], &mut uneven);
    let mut endless = Vec::new();
    bytes(8, &[0xff; 30], &mut endless);
    let mut dense = Vec::new();
    bytes(1, &[2, 2], &mut dense);
    bytes(8, &[2], &mut dense);
    let mut long = Vec::new();
    varint(8 << 3 | 2, &mut long);
    varint(u64::MAX, &mut long);
    for (number, body) in [
        (3, &unknown_word),
        (3, &uneven),
        (3, &endless),
        (2, &dense),
        (3, &long),
        (4, &uneven),
    ] {
        assert!(
            matches!(read(&group(number, body)), Err(ImportError::Broken { .. })),
            "{body:?}"
        );
    }
}

#[test]
fn thousands_of_broken_files_give_errors_or_maps_and_nothing_else() {
    // Not packed, so that a changed byte reaches the parser.
    let mut blob = Vec::new();
    let road: &[(&str, &str)] = &[("highway", "residential"), ("maxspeed", "50"), ("oneway", "no")];
    let turn: &[(&str, &str)] = &[("type", "restriction"), ("restriction", "no_left_turn")];
    let osm = good()
        .node(3, 0.01, 0.0, &[("barrier", "gate")])
        .way(2, &[2, 3, 1], road)
        .relation(1, &[("from", 1, 1), ("via", 0, 2), ("to", 1, 2)], turn);
    bytes(1, &osm.block(), &mut blob);
    let file = [header(&["DenseNodes"]), framed("OSMData", &blob)].concat();
    let mut numbers = Numbers(9);
    let (mut read_as_map, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut changed = file.clone();
        for _ in 0..1 + (numbers.next() * 3.0) as usize {
            let at = (numbers.next() * changed.len() as f64) as usize;
            changed[at] = (numbers.next() * 256.0) as u8;
        }
        match read(&changed) {
            Ok(_) => read_as_map += 1,
            Err(_) => refused += 1,
        }
    }
    eprintln!("20000 broken files: {refused} refused, {read_as_map} still maps");
    assert!(refused > 1_000 && read_as_map > 1_000);
}

#[test]
fn a_real_file_that_is_broken_is_refused() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/osm/monaco-2012.osm.pbf");
    let Ok(file) = fs::read(&path) else {
        eprintln!("100 cases skipped: shared/data/osm/monaco-2012.osm.pbf is not here");
        return;
    };
    let mut numbers = Numbers(10);
    for _ in 0..100 {
        let at = (numbers.next() * file.len() as f64) as usize;
        // The checksum of the packing, or what is missing, tells.
        assert!(read(&file[..at]).is_err(), "cut at {at}");
        let mut changed = file.clone();
        changed[at] ^= 0x55;
        drop(read(&changed));
    }
}
