//! From road segments and forbidden turns to the graph that is searched.
//!
//! A forbidden turn cannot be said in a graph of junctions: what may follow depends on where one comes from. So a
//! junction is split: whoever arrives by a lane with forbidden turns arrives at a *state* of its own, from which only
//! the allowed lanes lead on; everybody else arrives at the junction's common state. Only junctions with such signs
//! grow, and the search needs to know nothing of turns.

use crate::{cost::Cost, geo::Point};
use std::collections::{BTreeMap, BTreeSet};

/// One stretch of road between two junctions, even in speed and kind.
#[derive(Clone, Debug)]
pub(crate) struct DraftSegment {
    /// Junction at its first point.
    pub(crate) from: u32,
    /// Junction at its last point.
    pub(crate) to: u32,
    /// Its course, at least two points.
    pub(crate) points: Vec<Point>,
    /// Its length in decimetres.
    pub(crate) dm: u32,
    /// Milliseconds along and against; `None` = forbidden.
    pub(crate) ms: [Option<u32>; 2],
    /// Milliseconds of these that are lost at its first and at its last point: lights, gates, boarding.
    pub(crate) lost: [u32; 2],
    /// The way it belongs to at its first and at its last point.
    pub(crate) way: [i64; 2],
    /// Whether one can stop here.
    pub(crate) stop: bool,
}

/// A sign that forbids or commands a turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) from_way: i64,
    pub(crate) via: u32,
    pub(crate) to_way: i64,
    /// Whether it is the only turn allowed, rather than the one forbidden.
    pub(crate) only: bool,
}

/// What became of the turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TurnTally {
    pub(crate) kept: u32,
    /// They speak of ways that nobody of this profile can drive, or in the other direction.
    pub(crate) moot: u32,
    /// Not clear which turn is meant.
    pub(crate) unclear: u32,
}

/// A segment in one direction: twice its number, plus one when against its points.
pub(crate) type Lane = u32;

/// A lane out of a state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    pub(crate) lane: Lane,
    pub(crate) cost: Cost,
}

/// The largest part of the roads in which every place can be reached from every other.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) states: u32,
    /// The segments kept, in their order; those that may be driven only one way have lost the other.
    pub(crate) segments: Vec<DraftSegment>,
    /// The state at which each lane ends; `u32::MAX` where it may not be driven.
    pub(crate) heads: Vec<[u32; 2]>,
    pub(crate) steps: Vec<Step>,
    pub(crate) turns: TurnTally,
    /// Metres of road that did not belong to it.
    pub(crate) dropped_metres: u64,
}

const NONE: u32 = u32::MAX;

/// Keeps the largest strongly connected part.
pub(crate) fn connect(junctions: u32, mut segments: Vec<DraftSegment>, turns: &[Turn]) -> Connected {
    let lanes = segments.len() * 2;
    let usable = |lane: usize| segments[lane / 2].ms[lane % 2].is_some();
    let tail = |lane: usize| [segments[lane / 2].from, segments[lane / 2].to][lane % 2];
    let leaving = group(junctions as usize, (0..lanes).map(|l| tail(l) as usize));

    let mut tally = TurnTally::default();
    let mut forbidden: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for turn in turns {
        let at = leaving.of(turn.via as usize);
        // A lane that leaves begins with the way at that end; its twin arrives by the same way.
        let way = |lane: usize| segments[lane / 2].way[lane % 2];
        let named = |wanted: i64, twin: bool| -> Vec<usize> {
            at.iter()
                .map(|l| *l as usize)
                .filter(|l| way(*l) == wanted)
                .map(|l| if twin { l ^ 1 } else { l })
                .collect()
        };
        let (from, to) = (named(turn.from_way, true), named(turn.to_way, false));
        let (&[from], &[to]) = (&from[..], &to[..]) else {
            tally.unclear += 1;
            continue;
        };
        if !usable(from) || (!turn.only && !usable(to)) {
            tally.moot += 1;
            continue;
        }
        tally.kept += 1;
        let set = forbidden.entry(from).or_default();
        if turn.only {
            set.extend(at.iter().copied().filter(|l| *l as usize != to));
        } else {
            set.insert(to as u32);
        }
    }

    // States: the junctions, then one for each lane with forbidden turns at its end.
    let mut head: Vec<u32> = (0..lanes).map(|l| tail(l ^ 1)).collect();
    let mut outs: Vec<Vec<u32>> = (0..junctions as usize)
        .map(|j| {
            leaving
                .of(j)
                .iter()
                .copied()
                .filter(|l| usable(*l as usize))
                .collect()
        })
        .collect();
    for (lane, banned) in &forbidden {
        let common = &outs[head[*lane] as usize];
        let allowed: Vec<u32> = common.iter().copied().filter(|l| !banned.contains(l)).collect();
        head[*lane] = outs.len() as u32;
        outs.push(allowed);
    }

    let part = largest_part(&outs, &head);
    let mut number = vec![NONE; outs.len()];
    let mut states = 0;
    for (state, inside) in part.iter().enumerate() {
        if *inside {
            number[state] = states;
            states += 1;
        }
    }
    // A lane is kept when one can get onto it and go on behind it.
    let mut kept = vec![false; lanes];
    for (_, lanes) in outs.iter().enumerate().filter(|(s, _)| part[*s]) {
        for lane in lanes {
            kept[*lane as usize] = part[head[*lane as usize] as usize];
        }
    }

    let mut renumbered = vec![NONE; segments.len()];
    let (mut heads, mut dropped) = (Vec::new(), 0_u64);
    let mut count = 0;
    for s in 0..segments.len() {
        if !kept[2 * s] && !kept[2 * s + 1] {
            dropped += u64::from(segments[s].dm);
            continue;
        }
        renumbered[s] = count;
        count += 1;
        heads.push([0, 1].map(|d| match kept[2 * s + d] {
            true => number[head[2 * s + d] as usize],
            false => NONE,
        }));
        for d in 0..2 {
            if !kept[2 * s + d] {
                segments[s].ms[d] = None;
            }
        }
    }
    let mut steps = Vec::new();
    for (state, lanes) in outs.iter().enumerate().filter(|(s, _)| part[*s]) {
        for &lane in lanes.iter().filter(|l| kept[**l as usize]) {
            let (s, d) = (lane as usize / 2, lane as usize % 2);
            let Some(ms) = segments[s].ms[d] else { continue };
            steps.push(Step {
                tail: number[state],
                head: number[head[lane as usize] as usize],
                lane: renumbered[s] * 2 + lane % 2,
                cost: Cost::new(ms, segments[s].dm),
            });
        }
    }
    let mut i = 0;
    segments.retain(|_| {
        i += 1;
        renumbered[i - 1] != NONE
    });
    Connected {
        states,
        segments,
        heads,
        steps,
        turns: tally,
        dropped_metres: dropped / 10,
    }
}

/// Numbers sorted into boxes.
#[derive(Debug)]
pub(crate) struct Boxes {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Boxes {
    /// What lies in a box, in ascending order.
    pub(crate) fn of(&self, i: usize) -> &[u32] {
        &self.items[self.first[i] as usize..self.first[i + 1] as usize]
    }
}

/// Puts item number i into the i-th box named.
pub(crate) fn group(boxes: usize, of: impl Iterator<Item = usize> + Clone) -> Boxes {
    let mut first = vec![0_u32; boxes + 1];
    for i in of.clone() {
        first[i + 1] += 1;
    }
    for i in 0..boxes {
        first[i + 1] += first[i];
    }
    let mut next = first.clone();
    let mut items = vec![0; *first.last().unwrap_or(&0) as usize];
    for (item, i) in of.enumerate() {
        items[next[i] as usize] = item as u32;
        next[i] += 1;
    }
    Boxes { first, items }
}

/// Marks the states of the largest strongly connected part (Tarjan 1972, without recursion).
fn largest_part(outs: &[Vec<u32>], head: &[u32]) -> Vec<bool> {
    let n = outs.len();
    let mut order = vec![NONE; n];
    let mut low = vec![0_u32; n];
    let mut open = vec![false; n];
    let mut stack: Vec<u32> = Vec::new();
    let mut path: Vec<(u32, usize)> = Vec::new();
    let mut clock = 0;
    let mut best: Vec<u32> = Vec::new();
    for root in 0..n {
        if order[root] != NONE {
            continue;
        }
        path.push((root as u32, 0));
        while let Some((state, next)) = path.pop() {
            let s = state as usize;
            if next == 0 {
                order[s] = clock;
                low[s] = clock;
                clock += 1;
                stack.push(state);
                open[s] = true;
            }
            if let Some(lane) = outs[s].get(next) {
                path.push((state, next + 1));
                let to = head[*lane as usize];
                if order[to as usize] == NONE {
                    path.push((to, 0));
                } else if open[to as usize] {
                    low[s] = low[s].min(order[to as usize]);
                }
                continue;
            }
            if let Some((parent, _)) = path.last() {
                let p = *parent as usize;
                low[p] = low[p].min(low[s]);
            }
            if low[s] == order[s] {
                let from = stack.iter().rposition(|x| *x == state).unwrap_or(0);
                let part = stack.split_off(from);
                for x in &part {
                    open[*x as usize] = false;
                }
                if part.len() > best.len() {
                    best = part;
                }
            }
        }
    }
    let mut inside = vec![false; n];
    for s in best {
        inside[s as usize] = true;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(from: u32, to: u32, ms: [Option<u32>; 2], way: i64) -> DraftSegment {
        DraftSegment {
            from,
            to,
            points: vec![Point { lat: 0, lon: 0 }; 2],
            dm: 10,
            ms,
            lost: [0, 0],
            way: [way, way],
            stop: true,
        }
    }

    const BOTH: [Option<u32>; 2] = [Some(100), Some(100)];

    #[test]
    fn the_largest_part_stays() {
        // 0 ⇄ 1 ⇄ 2, a one-way road out of it to 3, and 4 ⇄ 5 apart.
        let segments = vec![
            segment(0, 1, BOTH, 1),
            segment(1, 2, BOTH, 2),
            segment(2, 3, [Some(1), None], 3),
            segment(4, 5, BOTH, 4),
        ];
        let found = connect(6, segments, &[]);
        assert_eq!((found.states, found.segments.len(), found.steps.len()), (3, 2, 4));
        assert_eq!(found.dropped_metres, 2);
    }

    #[test]
    fn a_forbidden_turn_gets_a_state_of_its_own() {
        // A crossing 0 with arms 1, 2, 3, which are joined outside it too.
        let segments = vec![
            segment(0, 1, BOTH, 1),
            segment(0, 2, BOTH, 2),
            segment(0, 3, BOTH, 3),
            segment(1, 2, BOTH, 4),
            segment(2, 3, BOTH, 5),
        ];
        let turn = |from_way, to_way, only| Turn {
            from_way,
            via: 0,
            to_way,
            only,
        };
        let from_one = |found: &Connected| -> Vec<u32> {
            // Lane 1 drives the first segment against its points, towards the crossing.
            let arrives = found.heads[0][1];
            found
                .steps
                .iter()
                .filter(|s| s.tail == arrives)
                .map(|s| s.lane)
                .collect()
        };
        let free = connect(4, segments.clone(), &[]);
        assert_eq!(from_one(&free), [0, 2, 4]);
        let no = connect(4, segments.clone(), &[turn(1, 2, false)]);
        assert_eq!((no.states, no.turns.kept), (5, 1));
        assert_eq!(from_one(&no), [0, 4]);
        let only = connect(4, segments.clone(), &[turn(1, 2, true)]);
        assert_eq!(from_one(&only), [2]);
        let unclear = connect(4, segments, &[turn(1, 9, false)]);
        assert_eq!(unclear.turns.unclear, 1);
        assert_eq!(from_one(&unclear), [0, 2, 4]);
    }
}
