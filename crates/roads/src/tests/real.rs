//! Two real extracts: Andorra and Monaco.

use crate::{
    FileError, Leg, PlaceError, Plain, Position, Profile, RoadMap, WeekTime,
    geo::{Point, length},
    import,
    map::Snapped,
};
use std::{fs, path::PathBuf};

fn shared(name: &str) -> Option<RoadMap> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/osm")
        .join(name);
    if !path.exists() {
        eprintln!("skipped: shared/data/osm/{name} is not here");
        return None;
    }
    let car = Profile::named("car").expect("shipped");
    Some(import(&path, &car, |_, _| {}).expect("imports"))
}

/// Numbers by a fixed rule (SplitMix64), from 0 to 1.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn place(&mut self, map: &RoadMap) -> Position {
        let (a, b) = map.corners();
        Position {
            lat: a.lat + (b.lat - a.lat) * self.next(),
            lon: a.lon + (b.lon - a.lon) * self.next(),
        }
    }

    fn places(&mut self, map: &RoadMap, wanted: usize) -> Vec<Position> {
        let mut found = Vec::new();
        while found.len() < wanted {
            let place = self.place(map);
            if map.snap(&[place], None).is_ok() {
                found.push(place);
            }
        }
        found
    }
}

#[test]
fn twenty_thousand_pairs_are_as_plain_searches_say() {
    for name in ["andorra-2013.osm.pbf", "monaco-2012.osm.pbf"] {
        let Some(map) = shared(name) else { return };
        let mut numbers = Numbers(1);
        let mut places = map.snap(&numbers.places(&map, 60), None).unwrap();
        // Several on one segment: ahead, behind, at the ends; among them one-way roads.
        let oneway = map
            .parts
            .segments
            .iter()
            .filter(|s| s.stop && s.ms.contains(&u32::MAX));
        assert!(oneway.count() > 20, "{name} has one-way roads");
        for s in (0..map.parts.segments.len()).step_by(map.parts.segments.len() / 14) {
            let dm = map.parts.segments[s].dm;
            places.extend([0, dm / 3, dm].map(|along| Snapped {
                segment: s as u32,
                along,
                ..places[0]
            }));
        }
        let ours = map.costs(&places, &places);
        let plain = Plain::new(&map);
        for (row, from) in ours.chunks(places.len()).zip(&places) {
            assert_eq!(row, plain.costs(from, &places));
        }
        eprintln!("{name}: {} pairs", ours.len());
        assert!(ours.len() >= 10_000);
        assert!(ours.iter().all(|c| c.is_some()));
    }
}

#[test]
fn a_known_drive_takes_about_as_long_as_it_does() {
    let Some(map) = shared("andorra-2013.osm.pbf") else {
        return;
    };
    // From the capital over the pass to the French border: about 32 km and three quarters of an hour.
    let capital = Position::new(42.5078, 1.5211).unwrap();
    let pass = Position::new(42.5430, 1.7330).unwrap();
    let route = map.route(capital, pass, None).unwrap().unwrap();
    let Leg { seconds, metres } = route.leg;
    eprintln!("{} min, {:.1} km", seconds / 60, f64::from(metres) / 1_000.0);
    assert!((26_000..38_000).contains(&metres), "{metres} m");
    assert!((1_800..4_200).contains(&seconds), "{seconds} s");
    let monday = map
        .route(capital, pass, WeekTime::parse("mon 08:00"))
        .unwrap()
        .unwrap();
    assert!(monday.leg.seconds > seconds + seconds / 4);
    assert_eq!(monday.line, route.line);
}

#[test]
fn a_course_is_as_long_as_its_way_and_leads_from_place_to_place() {
    let Some(map) = shared("andorra-2013.osm.pbf") else {
        return;
    };
    let places = Numbers(2).places(&map, 40);
    let matrix = map.matrix(&places, &places).unwrap();
    let mut longest = 0.0_f64;
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let route = map.route(*from, *to, None).unwrap().unwrap();
            assert_eq!(Some(route.leg), matrix.get(i, j));
            assert_eq!((route.line.first(), route.line.last()), (Some(from), Some(to)));
            let points: Vec<Point> = route.line.iter().map(|p| Point::of(*p)).collect();
            let drawn = length(&points);
            let told = f64::from(route.leg.metres);
            assert!(
                (drawn - told).abs() <= 2.0 + told * 0.001,
                "{i} to {j}: {drawn} m drawn, {told} m told"
            );
            longest = longest.max(told);
        }
    }
    eprintln!("1600 courses, the longest {longest:.0} m");
}

#[test]
fn the_nearest_road_is_the_nearest() {
    let Some(map) = shared("monaco-2012.osm.pbf") else {
        return;
    };
    let mut numbers = Numbers(3);
    let mut far = 0;
    for _ in 0..1_000 {
        let place = numbers.place(&map);
        // All pieces, one after the other, on the same plane.
        let right = place.lat.to_radians().cos();
        let metres = 111_195.08;
        let mut best = f64::INFINITY;
        for s in 0..map.parts.segments.len() as u32 {
            if !map.parts.segments[s as usize].stop {
                continue;
            }
            for w in map.parts.course(s).windows(2) {
                let [a, b] = [0, 1].map(|i| {
                    let p = w[i].position();
                    ((p.lon - place.lon) * metres * right, (p.lat - place.lat) * metres)
                });
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let t = if dx == 0.0 && dy == 0.0 {
                    0.0
                } else {
                    -(a.0 * dx + a.1 * dy) / (dx * dx + dy * dy)
                };
                let t = t.clamp(0.0, 1.0);
                best = best.min((a.0 + t * dx).hypot(a.1 + t * dy));
            }
        }
        match map.snap(&[place], None) {
            Ok(found) => assert!(
                (found[0].metres - best).abs() < 0.01,
                "{} {best}",
                found[0].metres
            ),
            Err(_) => {
                assert!(best > 999.99);
                far += 1;
            }
        }
    }
    eprintln!("1000 places, {far} too far from a road");
    let sea = [
        Position::new(43.7333, 7.42).unwrap(),
        Position::new(43.0, 8.0).unwrap(),
    ];
    let names = ["A".to_owned(), "B".to_owned()];
    let error = map.snap(&sea, Some(&names)).unwrap_err();
    assert_eq!(
        error,
        PlaceError::TooFar {
            place: "place \"B\"".to_owned(),
            metres: 1_000,
            more: String::new()
        }
    );
}

#[test]
fn a_file_is_read_as_it_was_written_and_damage_is_found() {
    let Some(map) = shared("monaco-2012.osm.pbf") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("monaco.roads");
    let bytes = map.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len() as u64, bytes);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing else is left behind"
    );

    let again = RoadMap::open(&path).unwrap();
    assert_eq!(again.parts.segments, map.parts.segments);
    assert_eq!(again.parts.points, map.parts.points);
    assert_eq!(again.parts.steps, map.parts.steps);
    assert_eq!(again.parts.arcs, map.parts.arcs);
    assert_eq!(again.about().stats, map.about().stats);
    // Written again it is the same, byte by byte.
    again.save(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), whole);

    let open = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        RoadMap::open(&path)
    };
    for cut in (0..whole.len()).step_by(1_237) {
        assert!(open(&whole[..cut]).is_err(), "cut at {cut}");
    }
    for at in (0..whole.len()).step_by(997) {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        assert!(open(&changed).is_err(), "changed at {at}");
    }
    assert!(matches!(
        open(b"PK\x03\x04 another file"),
        Err(FileError::Foreign(_))
    ));
    let mut newer = whole.clone();
    newer[8] = 9;
    assert!(matches!(
        open(&newer),
        Err(FileError::Version {
            version: 9,
            ours: 1,
            ..
        })
    ));
    let mut longer = whole;
    longer.push(0);
    assert!(open(&longer).is_err());
    assert!(matches!(
        RoadMap::open(&folder.path().join("none")),
        Err(FileError::Io { .. })
    ));
}

#[test]
fn a_file_whose_checksum_was_mended_breaks_nothing() {
    use sha2::{Digest as _, Sha256};
    let Some(map) = shared("monaco-2012.osm.pbf") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("monaco.roads");
    map.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut numbers = Numbers(4);
    let (mut refused, mut read) = (0, 0);
    for _ in 0..1_500 {
        let mut body = whole[..whole.len() - 32].to_vec();
        let at = (numbers.next() * body.len() as f64) as usize;
        body[at] = (numbers.next() * 256.0) as u8;
        let sum = Sha256::digest(&body);
        body.extend_from_slice(&sum);
        fs::write(&path, body).unwrap();
        match RoadMap::open(&path) {
            Err(_) => refused += 1,
            Ok(map) => {
                read += 1;
                let places = [
                    Position::new(43.74, 7.427).unwrap(),
                    Position::new(43.731, 7.415).unwrap(),
                ];
                drop(map.matrix(&places, &places));
                drop(map.route(places[0], places[1], None));
            }
        }
    }
    eprintln!("1500 changed files: {refused} refused, {read} read");
}
