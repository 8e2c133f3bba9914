//! Searches in the hierarchy: one way with its course, and the times between many places.

use crate::{
    contract::{Arc, Of},
    cost::Cost,
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// An arc as seen from one of its ends.
#[derive(Clone, Copy, Debug)]
struct Edge {
    other: u32,
    arc: u32,
    cost: Cost,
}

/// The arcs at each state.
#[derive(Clone, Debug, Default)]
struct Fan {
    first: Vec<u32>,
    edges: Vec<Edge>,
}

impl Fan {
    fn at(&self, state: u32) -> &[Edge] {
        let s = state as usize;
        &self.edges[self.first[s] as usize..self.first[s + 1] as usize]
    }

    fn new(states: usize, arcs: &[Arc], pick: impl Fn(&Arc) -> Option<(u32, u32)>) -> Fan {
        let mut first = vec![0_u32; states + 1];
        for (at, _) in arcs.iter().filter_map(&pick) {
            first[at as usize + 1] += 1;
        }
        for i in 0..states {
            first[i + 1] += first[i];
        }
        let none = Edge {
            other: 0,
            arc: 0,
            cost: Cost::NEVER,
        };
        let mut edges = vec![none; first[states] as usize];
        let mut next = first.clone();
        for (number, arc) in arcs.iter().enumerate() {
            if let Some((at, other)) = pick(arc) {
                let slot = &mut next[at as usize];
                edges[*slot as usize] = Edge {
                    other,
                    arc: number as u32,
                    cost: arc.cost,
                };
                *slot += 1;
            }
        }
        Fan { first, edges }
    }
}

/// A hierarchy ready to be searched. States are numbered by importance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hierarchy {
    states: usize,
    /// Arcs to more important states, by their tail.
    up: Fan,
    /// Arcs from more important states, by their head.
    down: Fan,
}

/// How many sources are swept together.
const TOGETHER: usize = 8;

impl Hierarchy {
    pub(crate) fn new(states: u32, arcs: &[Arc]) -> Hierarchy {
        let states = states as usize;
        Hierarchy {
            states,
            up: Fan::new(states, arcs, |a| (a.tail < a.head).then_some((a.tail, a.head))),
            down: Fan::new(states, arcs, |a| (a.head < a.tail).then_some((a.head, a.tail))),
        }
    }

    /// Returns the cost from every source to every target, row by row.
    ///
    /// A source is a list of states with what it costs to get there; a target one with what it costs from there.
    ///
    /// Restricted sweeps (RPHAST: Delling, Goldberg and Werneck 2011): the states from which the targets can be
    /// reached downhill are gathered once, in order of importance; then each source needs one small search uphill
    /// and one pass over them without a queue. Eight sources go through together, so that each arc is fetched once
    /// for eight.
    pub(crate) fn matrix(&self, sources: &[Ends], targets: &[Ends]) -> Vec<Cost> {
        let mut result = vec![Cost::NEVER; sources.len() * targets.len()];
        let below = Below::new(self, targets);
        let mut search = Uphill::new(self.states);
        let mut cost = vec![[Cost::NEVER; TOGETHER]; below.states.len()];
        for (batch, together) in sources.chunks(TOGETHER).enumerate() {
            cost.fill([Cost::NEVER; TOGETHER]);
            for (i, source) in together.iter().enumerate() {
                search.run(&self.up, source);
                for &s in &search.touched {
                    let place = below.place[s as usize];
                    if place != NONE {
                        cost[place as usize][i] = search.cost[s as usize];
                    }
                }
            }
            below.sweep(&mut cost);
            for (i, _) in together.iter().enumerate() {
                let row = (batch * TOGETHER + i) * targets.len();
                for (t, target) in targets.iter().enumerate() {
                    let best = target
                        .iter()
                        .map(|(s, more)| cost[below.place[*s as usize] as usize][i] + *more)
                        .min();
                    result[row + t] = best.unwrap_or(Cost::NEVER);
                }
            }
        }
        result
    }

    /// Returns the cost of the fastest way, the state at its beginning and end, and its arcs in order.
    pub(crate) fn path(&self, source: &Ends, target: &Ends) -> Option<(Cost, Vec<u32>, [u32; 2])> {
        let mut there = Uphill::new(self.states);
        there.run(&self.up, source);
        let mut back = Uphill::new(self.states);
        back.run(&self.down, target);
        let (cost, top) = there
            .touched
            .iter()
            .map(|&s| (there.cost[s as usize] + back.cost[s as usize], s))
            .filter(|(cost, _)| cost.is_some())
            .min()?;
        let mut arcs = Vec::new();
        let first = there.back_from(top, &mut arcs);
        arcs.reverse();
        let last = back.back_from(top, &mut arcs);
        Some((cost, arcs, [first, last]))
    }
}

/// States with a cost each: how a place is joined to the graph.
pub(crate) type Ends = Vec<(u32, Cost)>;

const NONE: u32 = u32::MAX;

/// A search that only goes to more important states.
struct Uphill {
    cost: Vec<Cost>,
    came: Vec<(u32, u32)>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(Cost, u32)>>,
}

impl Uphill {
    fn new(states: usize) -> Uphill {
        Uphill {
            cost: vec![Cost::NEVER; states],
            came: vec![(NONE, NONE); states],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    fn run(&mut self, fan: &Fan, from: &Ends) {
        for s in self.touched.drain(..) {
            self.cost[s as usize] = Cost::NEVER;
        }
        for (s, cost) in from {
            self.reach(*s, *cost, (NONE, NONE));
        }
        while let Some(Reverse((cost, s))) = self.heap.pop() {
            if cost > self.cost[s as usize] {
                continue;
            }
            for edge in fan.at(s) {
                self.reach(edge.other, cost + edge.cost, (s, edge.arc));
            }
        }
    }

    fn reach(&mut self, s: u32, cost: Cost, came: (u32, u32)) {
        let old = &mut self.cost[s as usize];
        if cost < *old {
            if !old.is_some() {
                self.touched.push(s);
            }
            *old = cost;
            self.came[s as usize] = came;
            self.heap.push(Reverse((cost, s)));
        }
    }

    /// Appends the arcs from `state` back to where the search began, and returns that state.
    fn back_from(&self, mut state: u32, arcs: &mut Vec<u32>) -> u32 {
        while let (before, arc) = self.came[state as usize]
            && before != NONE
        {
            arcs.push(arc);
            state = before;
        }
        state
    }
}

/// The states from which some target can be reached downhill, most important first.
struct Below {
    states: Vec<u32>,
    /// Where a state stands in `states`.
    place: Vec<u32>,
    first: Vec<u32>,
    /// From which earlier place, at what cost.
    edges: Vec<(u32, Cost)>,
}

impl Below {
    fn new(hierarchy: &Hierarchy, targets: &[Ends]) -> Below {
        let mut place = vec![NONE; hierarchy.states];
        let mut states: Vec<u32> = Vec::new();
        let mut found = |s: u32, states: &mut Vec<u32>| {
            let mark = &mut place[s as usize];
            if *mark == NONE {
                *mark = 0;
                states.push(s);
            }
        };
        for (s, _) in targets.iter().flatten() {
            found(*s, &mut states);
        }
        let mut next = 0;
        while let Some(&s) = states.get(next) {
            next += 1;
            for edge in hierarchy.down.at(s) {
                found(edge.other, &mut states);
            }
        }
        states.sort_unstable_by_key(|s| Reverse(*s));
        for (i, s) in states.iter().enumerate() {
            place[*s as usize] = i as u32;
        }
        let mut first = vec![0];
        let mut edges = Vec::new();
        for s in &states {
            edges.extend(
                hierarchy
                    .down
                    .at(*s)
                    .iter()
                    .map(|e| (place[e.other as usize], e.cost)),
            );
            first.push(edges.len() as u32);
        }
        Below {
            states,
            place,
            first,
            edges,
        }
    }

    /// Completes the costs from the most important state down.
    fn sweep(&self, cost: &mut [[Cost; TOGETHER]]) {
        for i in 0..self.states.len() {
            let (done, rest) = cost.split_at_mut(i);
            let Some(mine) = rest.first_mut() else { return };
            for (from, more) in &self.edges[self.first[i] as usize..self.first[i + 1] as usize] {
                let from = &done[*from as usize];
                for k in 0..TOGETHER {
                    mine[k] = mine[k].min(from[k] + *more);
                }
            }
        }
    }
}

/// Appends the steps that an arc stands for, in order.
pub(crate) fn unpack(arcs: &[Arc], arc: u32, steps: &mut Vec<u32>) {
    let mut open = vec![arc];
    while let Some(arc) = open.pop() {
        match arcs[arc as usize].of {
            Of::Step(step) => steps.push(step),
            Of::Two(a, b) => open.extend([b, a]),
        }
    }
}
