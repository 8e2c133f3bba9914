//! Small maps drawn by hand: what tags and signs do.

use super::writer::{Osm, Pairs};
use crate::{ImportError, Leg, PlaceError, Position, Profile, RoadMap, import::import_from};
use std::io::Cursor;

const ROAD: Pairs<'static> = &[("highway", "residential")];

fn at(lat: f64, lon: f64) -> Position {
    Position { lat, lon }
}

/// A ladder: two long streets from west to east, joined at both ends and in the middle. Nodes 1 to 3 lie on the
/// northern street, 4 to 6 on the southern, 0.01 degrees apart.
///
/// ```text
/// 1 — 2 — 3
/// |   |   |
/// 4 — 5 — 6
/// ```
fn ladder(north: Pairs<'_>, middle: Pairs<'_>, node2: Pairs<'_>) -> Osm {
    Osm::default()
        .node(1, 0.01, 0.0, &[])
        .node(2, 0.01, 0.01, node2)
        .node(3, 0.01, 0.02, &[])
        .node(4, 0.0, 0.0, &[])
        .node(5, 0.0, 0.01, &[])
        .node(6, 0.0, 0.02, &[])
        .way(10, &[1, 2], north)
        .way(11, &[2, 3], north)
        .way(12, &[4, 5], ROAD)
        .way(13, &[5, 6], ROAD)
        .way(14, &[1, 4], ROAD)
        .way(15, &[2, 5], middle)
        .way(16, &[3, 6], ROAD)
}

const WEST: Position = Position {
    lat: 0.01,
    lon: 0.004,
};
const EAST: Position = Position {
    lat: 0.01,
    lon: 0.016,
};

fn leg(map: &RoadMap, from: Position, to: Position) -> Leg {
    let route = map.route(from, to, None).unwrap().unwrap();
    assert_eq!(map.matrix(&[from], &[to]).unwrap().get(0, 0), Some(route.leg));
    route.leg
}

/// A hundredth of a degree at the equator.
const STEP: u32 = 1_112;

fn about(metres: u32, steps: f64) -> bool {
    (f64::from(metres) - steps * f64::from(STEP)).abs() < 20.0
}

#[test]
fn the_straight_way_is_taken_when_it_is_open() {
    let map = ladder(ROAD, ROAD, &[]).import().unwrap();
    let there = leg(&map, WEST, EAST);
    assert!(about(there.metres, 1.2), "{there:?}");
    // 20 km/h.
    assert!(there.seconds.abs_diff(there.metres * 36 / 200) < 3, "{there:?}");
    assert_eq!(leg(&map, EAST, WEST), there);
    let stats = &map.about().stats;
    assert_eq!(
        (stats.nodes, stats.ways, stats.ways_used, stats.road_km),
        (6, 7, 7, 7)
    );
    // The four corners are no junctions: streets go on round them.
    assert_eq!((stats.states, stats.segments), (2, 3));
}

#[test]
fn a_one_way_street_behind_you_means_going_round() {
    let one: Pairs<'_> = &[("highway", "residential"), ("oneway", "yes")];
    let map = ladder(one, ROAD, &[]).import().unwrap();
    assert!(about(leg(&map, WEST, EAST).metres, 1.2));
    // Out by the northern street's rest, and back by the southern one.
    assert!(about(leg(&map, EAST, WEST).metres, 0.4 + 1.0 + 2.0 + 1.0 + 0.4));
    // On one and the same street: ahead, and behind.
    let ahead = at(0.01, 0.006);
    assert!(about(leg(&map, WEST, ahead).metres, 0.2));
    // To the middle, down, west, up.
    assert!(about(leg(&map, ahead, WEST).metres, 0.4 + 1.0 + 1.0 + 1.0 + 0.4));
    let back: Pairs<'_> = &[("highway", "residential"), ("oneway", "-1")];
    let turned = ladder(back, ROAD, &[]).import().unwrap();
    assert!(about(leg(&turned, EAST, WEST).metres, 1.2));
}

#[test]
fn a_bollard_stops_and_a_light_delays() {
    let free = leg(&ladder(ROAD, ROAD, &[]).import().unwrap(), WEST, EAST);
    let map = ladder(ROAD, ROAD, &[("barrier", "bollard")]).import().unwrap();
    assert_eq!(map.about().stats.blocked, 1);
    assert!(about(leg(&map, WEST, EAST).metres, 0.4 + 1.0 + 2.0 + 1.0 + 0.4));
    let map = ladder(ROAD, ROAD, &[("highway", "traffic_signals")])
        .import()
        .unwrap();
    let delayed = leg(&map, WEST, EAST);
    assert_eq!(delayed.metres, free.metres);
    assert_eq!(delayed.seconds - free.seconds, 10);
    // Not for who turns before it.
    assert_eq!(
        leg(&map, WEST, at(0.01, 0.006)),
        leg(&ladder(ROAD, ROAD, &[]).import().unwrap(), WEST, at(0.01, 0.006))
    );
}

#[test]
fn signs_about_turns_are_kept() {
    let sign = |kind: &'static str, members: &[(&str, u64, i64)]| {
        let tags = [("type", "restriction"), ("restriction", kind)];
        ladder(ROAD, ROAD, &[])
            .relation(1, members, &tags)
            .import()
            .unwrap()
    };
    let straight: &[(&str, u64, i64)] = &[("from", 1, 10), ("via", 0, 2), ("to", 1, 11)];
    let down: &[(&str, u64, i64)] = &[("from", 1, 10), ("via", 0, 2), ("to", 1, 15)];
    let centre = at(0.005, 0.01);
    let free = ladder(ROAD, ROAD, &[]).import().unwrap();

    // Not straight on: down, turn at the crossing below, up again, and east.
    let map = sign("no_straight_on", straight);
    assert_eq!(map.about().stats.turns, 1);
    assert!(about(leg(&map, WEST, EAST).metres, 0.6 + 2.0 + 0.6));
    assert_eq!(leg(&map, EAST, WEST), leg(&free, EAST, WEST));
    assert_eq!(leg(&map, WEST, centre), leg(&free, WEST, centre));
    // Only straight on: the street down is reached by turning behind the crossing.
    let map = sign("only_straight_on", straight);
    assert_eq!(leg(&map, WEST, EAST), leg(&free, WEST, EAST));
    assert!(leg(&map, WEST, centre).metres > leg(&free, WEST, centre).metres + 1_000);
    let map = sign("no_right_turn", down);
    assert!(leg(&map, WEST, centre).metres > leg(&free, WEST, centre).metres + 1_000);

    // What is not kept is counted.
    for (kind, members) in [
        (
            "no_right_turn",
            &[("from", 1, 10), ("via", 1, 15), ("to", 1, 13)][..],
        ),
        ("no_right_turn", &[("from", 1, 10), ("to", 1, 15)]),
        ("sometimes", straight),
    ] {
        let map = sign(kind, members);
        assert_eq!(
            (map.about().stats.turns, map.about().stats.turns_refused),
            (0, 1),
            "{kind}"
        );
        assert_eq!(leg(&map, WEST, centre), leg(&free, WEST, centre));
    }
    let excepted = [
        ("type", "restriction"),
        ("restriction", "no_right_turn"),
        ("except", "psv;motorcar"),
    ];
    let map = ladder(ROAD, ROAD, &[])
        .relation(1, down, &excepted)
        .import()
        .unwrap();
    assert_eq!(map.about().stats.turns, 0);
}

#[test]
fn what_is_not_joined_is_dropped_and_a_missing_node_cuts() {
    let map = ladder(ROAD, ROAD, &[])
        .node(7, 0.02, 0.0, &[])
        .node(8, 0.02, 0.01, &[])
        .way(20, &[7, 8], ROAD)
        // Leads out of the extract.
        .way(21, &[3, 999, 998], ROAD)
        .import()
        .unwrap();
    let stats = &map.about().stats;
    assert_eq!((stats.dropped_km, stats.nodes_missing), (1, 2));
    // A place beside the dropped road is taken to the next one that leads somewhere: too far.
    assert!(map.snap(&[at(0.02, 0.005)], None).is_err());
    let map = ladder(ROAD, ROAD, &[])
        .way(22, &[1, 999, 6], ROAD)
        .import()
        .unwrap();
    assert!(about(leg(&map, at(0.01, 0.0), at(0.0, 0.02)).metres, 3.0));
}

#[test]
fn nobody_stops_on_a_motorway_and_approaches_are_walked() {
    let motorway: Pairs<'_> = &[("highway", "motorway"), ("oneway", "no")];
    let map = ladder(motorway, ROAD, &[]).import().unwrap();
    let place = at(0.01, 0.005);
    let found = map.snap(&[place], None).unwrap();
    assert!(found[0].metres > 500.0);
    // 10 m from the southern street, twice at 4.5 km/h: 16 s and 20 m more.
    let (a, b) = (at(0.000_09, 0.002), at(0.000_09, 0.008));
    let (on_a, on_b) = (at(0.0, 0.002), at(0.0, 0.008));
    let (off, on) = (leg(&map, a, b), leg(&map, on_a, on_b));
    assert_eq!(off.metres - on.metres, 20);
    assert!((16..=17).contains(&(off.seconds - on.seconds)));
    assert_eq!(leg(&map, a, a), Leg::default());
}

#[test]
fn empty_and_far_too_large_matrices_are_no_trouble() {
    let map = ladder(ROAD, ROAD, &[]).import().unwrap();
    for (sources, targets) in [(0, 0), (2, 0), (0, 2)] {
        let matrix = map.matrix(&vec![WEST; sources], &vec![EAST; targets]).unwrap();
        assert_eq!(
            (matrix.sources(), matrix.targets(), matrix.get(0, 0)),
            (sources, targets, None)
        );
    }
    let many = vec![WEST; 5_001];
    assert!(matches!(
        map.matrix(&many, &many),
        Err(PlaceError::TooMany { pairs: 25_010_001 })
    ));
    let nowhere = [Position {
        lat: f64::NAN,
        lon: 0.0,
    }];
    assert!(matches!(
        map.matrix(&nowhere, &[WEST]),
        Err(PlaceError::NotOnEarth { .. })
    ));
}

#[test]
fn on_foot_the_same_map_has_other_ways() {
    let foot = Profile::named("foot").unwrap();
    let one: Pairs<'_> = &[("highway", "residential"), ("oneway", "yes")];
    let file = ladder(one, &[("highway", "steps")], &[("barrier", "bollard")]).file();
    let map = import_from(|| Ok(Cursor::new(&file)), String::new(), &foot, |_| {}).unwrap();
    let back = leg(&map, EAST, WEST);
    assert!(about(back.metres, 1.2), "{back:?}");
    // 4.5 km/h.
    assert!(back.seconds.abs_diff(back.metres * 36 / 45) < 3, "{back:?}");
}

#[test]
fn a_ferry_takes_its_time() {
    let ferry: Pairs<'_> = &[("route", "ferry"), ("duration", "0:20")];
    let map = ladder(ROAD, ferry, &[]).import().unwrap();
    let over = leg(&map, at(0.01, 0.01), at(0.0, 0.01));
    // Round it takes 3 steps at 20 km/h, 600 s; the ferry with its wait 1,800 s.
    assert!(about(over.metres, 3.0), "{over:?}");
}

#[test]
fn a_map_without_roads_is_refused() {
    let empty = Osm::default().node(1, 0.0, 0.0, &[]).import();
    assert!(matches!(empty, Err(ImportError::NoRoads)));
    let path = Osm::default()
        .node(1, 0.0, 0.0, &[])
        .node(2, 0.0, 0.1, &[])
        .way(1, &[1, 2], &[("highway", "footway")])
        .import();
    assert!(matches!(path, Err(ImportError::NoRoads)));
}
