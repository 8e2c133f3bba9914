//! Random road networks: the hierarchy against plain searches, and both against a search that thinks in turns.

use crate::{
    cost::Cost,
    draft::{DraftSegment, Turn, connect},
    geo::Point,
    map::{About, Parts, RoadMap, Snapped},
    plain::Plain,
};
use proptest::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

fn about() -> About {
    About {
        source: "random".to_owned(),
        profile: "test".to_owned(),
        approach_metres: 1_000,
        approach_metres_per_hour: 4_500,
        hours: crate::Hours::default(),
        stats: crate::ImportStats::default(),
    }
}

#[derive(Clone, Debug)]
struct World {
    junctions: u32,
    segments: Vec<DraftSegment>,
    turns: Vec<Turn>,
}

/// Junctions on a small field; segments between any two, also loops and doubles, some one-way; turns between any.
fn world() -> impl Strategy<Value = World> {
    (2..28_u32).prop_flat_map(|junctions| {
        let segment = (
            0..junctions,
            0..junctions,
            prop_oneof![4 => Just((true, true)), 1 => Just((true, false)), 1 => Just((false, true))],
            1..60_u32,
            1..60_u32,
        );
        let segments = prop::collection::vec(segment, 1..70);
        let turns = prop::collection::vec((any::<u16>(), any::<u16>(), any::<bool>()), 0..12);
        (Just(junctions), segments, turns).prop_map(|(junctions, raw, picked)| {
            let at = |j: u32| Point {
                lat: (j / 6 * 9_000) as i32,
                lon: (j % 6 * 9_000) as i32,
            };
            let segments: Vec<DraftSegment> = raw
                .iter()
                .enumerate()
                .map(|(i, (from, to, (along, against), fast, slow))| DraftSegment {
                    from: *from,
                    to: *to,
                    points: vec![at(*from), at(*to)],
                    // Told apart by their length.
                    dm: 1_000 + i as u32,
                    ms: [along.then_some(fast * 100), against.then_some(slow * 100)],
                    // Never more than the fastest of them takes.
                    lost: [(i as u32 % 3) * 10, (i as u32 % 5) * 10],
                    way: [i as i64; 2],
                    stop: true,
                })
                .collect();
            let turns = picked
                .iter()
                .filter_map(|(a, b, only)| {
                    let from = &segments[*a as usize % segments.len()];
                    let near: Vec<&DraftSegment> = segments
                        .iter()
                        .filter(|s| s.from == from.to || s.to == from.to)
                        .collect();
                    let to = near.get(*b as usize % near.len().max(1))?;
                    Some(Turn {
                        from_way: from.way[0],
                        via: from.to,
                        to_way: to.way[0],
                        only: *only,
                    })
                })
                .collect();
            World {
                junctions,
                segments,
                turns,
            }
        })
    })
}

/// Fastest ways from the end of each lane, by a search whose states are lanes: it knows nothing of split junctions.
struct Turning<'a> {
    world: &'a World,
    /// For each lane those that may follow.
    next: Vec<Vec<usize>>,
}

impl<'a> Turning<'a> {
    fn new(world: &'a World) -> Turning<'a> {
        let mut turning = Turning {
            world,
            next: Vec::new(),
        };
        let lanes = 0..world.segments.len() * 2;
        turning.next = lanes
            .clone()
            .map(|from| lanes.clone().filter(|to| turning.allowed(from, *to)).collect())
            .collect();
        turning
    }

    fn ends(&self, lane: usize) -> (u32, u32) {
        let s = &self.world.segments[lane / 2];
        [(s.from, s.to), (s.to, s.from)][lane % 2]
    }

    fn cost(&self, lane: usize) -> Option<Cost> {
        let s = &self.world.segments[lane / 2];
        s.ms[lane % 2].map(|ms| Cost::new(ms, s.dm))
    }

    /// What the signs say, read one by one.
    fn allowed(&self, from: usize, to: usize) -> bool {
        let via = self.ends(from).1;
        let w = self.world;
        if self.ends(to).0 != via {
            return false;
        }
        let at = |way: i64, leaving: bool| -> Vec<usize> {
            (0..w.segments.len() * 2)
                .filter(|l| w.segments[l / 2].way[0] == way)
                .filter(|l| [self.ends(*l).1, self.ends(*l).0][usize::from(leaving)] == via)
                .collect()
        };
        w.turns.iter().filter(|t| t.via == via).all(|t| {
            let (ins, outs) = (at(t.from_way, false), at(t.to_way, true));
            if ins.len() != 1 || outs.len() != 1 || ins[0] != from {
                return true;
            }
            if t.only { outs[0] == to } else { outs[0] != to }
        })
    }

    /// The cost from the end of a lane to the beginning of every lane.
    fn search(&self, start: usize) -> Vec<Cost> {
        let lanes = self.world.segments.len() * 2;
        // To have arrived at the end of a lane.
        let mut done = vec![Cost::NEVER; lanes];
        let mut heap = BinaryHeap::from([Reverse((Cost::ZERO, start, true))]);
        let mut begin = vec![Cost::NEVER; lanes];
        while let Some(Reverse((cost, lane, _))) = heap.pop() {
            if cost > done[lane] {
                continue;
            }
            for &next in &self.next[lane] {
                if let Some(more) = self.cost(next) {
                    begin[next] = begin[next].min(cost);
                    if cost + more < done[next] {
                        done[next] = cost + more;
                        heap.push(Reverse((cost + more, next, false)));
                    }
                }
            }
        }
        begin
    }
}

fn places(map: &RoadMap, picks: &[(u32, u32)]) -> Vec<Snapped> {
    let segments = &map.parts.segments;
    picks
        .iter()
        .map(|(s, a)| {
            let segment = s % segments.len() as u32;
            let dm = segments[segment as usize].dm;
            // Often an end, or the same point twice.
            let along = match a % 5 {
                0 => 0,
                1 => dm,
                2 => dm / 2,
                _ => a % (dm + 1),
            };
            Snapped {
                segment,
                along,
                road: map.parts.course(segment)[0].position(),
                metres: 0.0,
            }
        })
        .collect()
}

/// The cost from the beginning of a lane to a place on it: what is lost at its beginning, and its share of the rest.
fn until(map: &RoadMap, place: &Snapped, direction: usize) -> Cost {
    let s = &map.parts.segments[place.segment as usize];
    let part = [place.along, s.dm - place.along][direction];
    let moving = u64::from(s.ms[direction] - s.lost[0] - s.lost[1]);
    let ms = s.lost[direction] + (moving * u64::from(part) / u64::from(s.dm)) as u32;
    Cost::new(ms, part)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_hierarchy_finds_what_plain_searches_find(
        world in world(),
        picks in prop::collection::vec((any::<u32>(), any::<u32>()), 1..20),
    ) {
        let network = connect(world.junctions, world.segments.clone(), &world.turns);
        if network.segments.is_empty() {
            return Ok(());
        }
        let map = RoadMap::new(Parts::build(about(), network));
        let all = places(&map, &picks);
        let ours = map.costs(&all, &all);
        let plain = Plain::new(&map);
        for (row, from) in ours.chunks(all.len()).zip(&all) {
            let theirs = plain.costs(from, &all);
            prop_assert_eq!(row, &theirs[..]);
            // Every place that can be stopped at is joined to every other.
            prop_assert!(theirs.iter().all(|c| c.is_some()));
        }
    }

    #[test]
    fn signs_about_turns_are_obeyed(
        world in world(),
        picks in prop::collection::vec((any::<u32>(), any::<u32>()), 1..8),
    ) {
        let network = connect(world.junctions, world.segments.clone(), &world.turns);
        if network.segments.is_empty() {
            return Ok(());
        }
        let map = RoadMap::new(Parts::build(about(), network));
        let original: BTreeMap<u32, usize> =
            world.segments.iter().enumerate().map(|(i, s)| (s.dm, i)).collect();
        let turning = Turning::new(&world);
        let all = places(&map, &picks);
        for from in &all {
            let mine = &map.parts.segments[from.segment as usize];
            let mut best = vec![Cost::NEVER; all.len()];
            for d in 0..2 {
                // Lanes that lead out of the connected part are closed to us, and to the reference.
                let cost = map.parts.cost(from.segment * 2 + d as u32);
                if !cost.is_some() {
                    continue;
                }
                let begin = turning.search(original[&mine.dm] * 2 + d);
                let rest = cost.less(until(&map, from, d));
                for (best, to) in best.iter_mut().zip(&all) {
                    let theirs = &map.parts.segments[to.segment as usize];
                    for e in 0..2 {
                        let there = map.parts.cost(to.segment * 2 + e as u32);
                        if there.is_some() {
                            let way = begin[original[&theirs.dm] * 2 + e];
                            *best = (*best).min(rest + way + until(&map, to, e));
                        }
                    }
                }
            }
            for (best, to) in best.iter_mut().zip(&all) {
                if let Some(direct) = map.direct(from, to) {
                    *best = (*best).min(direct);
                }
            }
            prop_assert_eq!(&map.costs(std::slice::from_ref(from), &all), &best);
        }
    }
}
