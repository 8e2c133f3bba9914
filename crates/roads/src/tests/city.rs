//! A city made by rule: a grid of streets with faster ones every ten and every forty, a quarter of them one-way.
//!
//! `FORECOURT_CITY=300 cargo test --release -p roads city -- --nocapture` measures a city of 300 by 300 crossings.

use super::real::Numbers;
use crate::{
    About, Hours, ImportStats, Plain, Position, RoadMap,
    draft::{DraftSegment, connect},
    geo::Point,
    map::Parts,
};
use std::time::Instant;

/// Crossings 0.0012 degrees apart.
const APART: u32 = 12_000;

fn city(side: u32) -> RoadMap {
    let mut numbers = Numbers(7);
    let at = |x: u32, y: u32| Point {
        lat: (y * APART) as i32,
        lon: (x * APART) as i32,
    };
    let mut segments = Vec::new();
    for i in 0..side * side * 2 {
        let (x, y) = (i / 2 % side, i / 2 / side);
        let (u, v) = if i % 2 == 0 { (x + 1, y) } else { (x, y + 1) };
        if u == side || v == side || numbers.next() < 0.1 {
            continue;
        }
        let street = if i % 2 == 0 { y } else { x };
        let speed = match (street % 40, street % 10) {
            (0, _) => 800,
            (_, 0) => 450,
            _ => 150 + (numbers.next() * 100.0) as u32,
        };
        let dm = 1_200 + (numbers.next() * 500.0) as u32;
        let ms = Some(dm * 3_600 / speed);
        segments.push(DraftSegment {
            from: y * side + x,
            to: v * side + u,
            points: vec![at(x, y), at(u, v)],
            dm,
            ms: [ms, ms.filter(|_| numbers.next() < 0.75)],
            lost: [0, 0],
            way: [i64::from(i); 2],
            stop: true,
        });
    }
    let about = About {
        source: "city".to_owned(),
        profile: "test".to_owned(),
        approach_metres: 1_000,
        approach_metres_per_hour: 4_500,
        hours: Hours::default(),
        stats: ImportStats::default(),
    };
    let begun = Instant::now();
    let parts = Parts::build(about, connect(side * side, segments, &[]));
    eprintln!("{} states contracted in {:?}", parts.states, begun.elapsed());
    RoadMap::new(parts)
}

#[test]
fn a_city_is_searched_exactly() {
    let wanted = std::env::var("FORECOURT_CITY").ok().and_then(|n| n.parse().ok());
    let side = wanted.unwrap_or(60_u32).clamp(10, 1_000);
    let map = city(side);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.roads");
    let bytes = map.save(&path).unwrap();
    let begun = Instant::now();
    let map = RoadMap::open(&path).unwrap();
    eprintln!("{bytes} bytes loaded in {:?}", begun.elapsed());

    let mut numbers = Numbers(8);
    let across = f64::from(side * APART) / 1e7;
    let mut places = Vec::new();
    while places.len() < 1_000 {
        let place = Position {
            lat: across * numbers.next(),
            lon: across * numbers.next(),
        };
        if map.snap(&[place], None).is_ok() {
            places.push(place);
        }
    }
    let begun = Instant::now();
    let matrix = map.matrix(&places, &places).unwrap();
    let ours = begun.elapsed();
    let plain = Plain::new(&map);
    let begun = Instant::now();
    let few = plain.milliseconds(&places[..20], &places).unwrap();
    let theirs = begun.elapsed() * 50;
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
    eprintln!("1000 by 1000 in {ours:?}; plain searches would take {theirs:?}, {ratio:.1} times as long");
    assert_eq!(matrix.unknown(), 0);

    let snapped = map.snap(&places, None).unwrap();
    let costs = map.costs(&snapped[..20], &snapped);
    assert!(costs.iter().map(|c| c.ms()).eq(few));
    eprintln!("20000 pairs compared");
}
