//! Contraction: shortcuts that let a search leave most of a road map out.
//!
//! A contraction hierarchy (Geisberger, Sanders, Schultes and Delling 2008). States are taken out one by one, least
//! important first; where the only fastest way between two neighbours led through the one taken out, a shortcut
//! takes its place. Afterwards every fastest way can be had by going up in importance and then down, so that two
//! searches of some hundred states meet.
//!
//! Own code, because what is needed is many-to-many with metres and the way's course: the kept crate for this,
//! `fast_paths`, answers one pair at a time (a million searches for a matrix of a thousand places) and keeps its
//! hierarchy to itself.

use crate::{cost::Cost, draft::Step};
use std::{cmp::Reverse, collections::BinaryHeap};

/// How many states a search for another way settles, when a state is judged and when it is taken out. More finds
/// more of them and makes fewer shortcuts, but takes longer; without any the result is right, too.
const SETTLED_JUDGING: usize = 50;
const SETTLED_CONTRACTING: usize = 400;

/// An arc of the hierarchy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    pub(crate) cost: Cost,
    pub(crate) of: Of,
}

/// What an arc stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A step from a state onto a lane, by its number.
    Step(u32),
    /// Two arcs of smaller number, one after the other.
    Two(u32, u32),
}

/// Orders the states by importance, renumbers them so, and adds the shortcuts.
///
/// Returns the new number of every state, and the arcs: steps first, every shortcut behind its halves.
/// Steps for which another is as good are in no arc.
pub(crate) fn contract(states: u32, steps: &[Step]) -> (Vec<u32>, Vec<Arc>) {
    let n = states as usize;
    let mut graph = Graph::new(n, steps);
    let mut rank = vec![u32::MAX; n];
    let mut level = vec![0_i64; n];
    let mut queue: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::with_capacity(n);
    for s in 0..states {
        queue.push(Reverse((graph.priority(s, 0), s)));
    }
    let mut next = 0;
    let mut kept: Vec<u32> = Vec::new();
    while let Some(Reverse((_, s))) = queue.pop() {
        // What was judged before its neighbours changed is judged again, and goes back when it is not the least.
        let now = graph.priority(s, level[s as usize]);
        if queue.peek().is_some_and(|Reverse(least)| (now, s) > *least) {
            queue.push(Reverse((now, s)));
            continue;
        }
        graph.shortcuts(s, SETTLED_CONTRACTING, true);
        rank[s as usize] = next;
        next += 1;
        let above = level[s as usize] + 1;
        for edge in graph.take_out(s) {
            kept.push(edge.id);
            let l = &mut level[edge.other as usize];
            *l = (*l).max(above);
        }
    }
    // Arcs that a better one replaced are in no list and in no shortcut.
    kept.sort_unstable();
    let mut number = vec![u32::MAX; graph.arcs.len()];
    for (new, old) in kept.iter().enumerate() {
        number[*old as usize] = new as u32;
    }
    let arcs = kept
        .iter()
        .map(|old| {
            let arc = graph.arcs[*old as usize];
            Arc {
                tail: rank[arc.tail as usize],
                head: rank[arc.head as usize],
                cost: arc.cost,
                of: match arc.of {
                    Of::Step(step) => Of::Step(step),
                    Of::Two(a, b) => Of::Two(number[a as usize], number[b as usize]),
                },
            }
        })
        .collect();
    (rank, arcs)
}

/// An arc as seen from one of its ends.
#[derive(Clone, Copy, Debug)]
struct Edge {
    other: u32,
    id: u32,
    cost: Cost,
}

/// What is left of the graph while states are taken out.
struct Graph {
    out: Vec<Vec<Edge>>,
    into: Vec<Vec<Edge>>,
    arcs: Vec<Arc>,
    reached: Vec<Cost>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(Cost, u32)>>,
    found: Vec<Arc>,
}

impl Graph {
    fn new(n: usize, steps: &[Step]) -> Graph {
        let mut graph = Graph {
            out: vec![Vec::new(); n],
            into: vec![Vec::new(); n],
            arcs: Vec::with_capacity(steps.len() * 2),
            reached: vec![Cost::NEVER; n],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            found: Vec::new(),
        };
        for (number, step) in (0..).zip(steps) {
            graph.add(Arc {
                tail: step.tail,
                head: step.head,
                cost: step.cost,
                of: Of::Step(number),
            });
        }
        graph
    }

    /// Adds an arc unless there is one as good between the same states.
    fn add(&mut self, arc: Arc) {
        if arc.tail == arc.head {
            return;
        }
        let id = self.arcs.len() as u32;
        let out = &mut self.out[arc.tail as usize];
        let edge = |other| Edge {
            other,
            id,
            cost: arc.cost,
        };
        match out.iter_mut().find(|e| e.other == arc.head) {
            Some(e) if e.cost <= arc.cost => return,
            Some(e) => {
                *e = edge(arc.head);
                if let Some(twin) = self.into[arc.head as usize]
                    .iter_mut()
                    .find(|e| e.other == arc.tail)
                {
                    *twin = edge(arc.tail);
                }
            }
            None => {
                out.push(edge(arc.head));
                self.into[arc.head as usize].push(edge(arc.tail));
            }
        }
        self.arcs.push(arc);
    }

    /// The smaller, the sooner a state is taken out: few shortcuts for many arcs, and evenly over the map.
    fn priority(&mut self, s: u32, level: i64) -> i64 {
        let shortcuts = self.shortcuts(s, SETTLED_JUDGING, false) as i64;
        let arcs = (self.out[s as usize].len() + self.into[s as usize].len()) as i64;
        2 * (2 * shortcuts - arcs) + level
    }

    /// Counts the shortcuts that taking `s` out needs, and adds them when told so.
    fn shortcuts(&mut self, s: u32, settled: usize, add: bool) -> usize {
        let dearest =
            |edges: &[Edge], but: u32| edges.iter().filter(|e| e.other != but).map(|e| e.cost).max();
        self.found.clear();
        for i in 0..self.into[s as usize].len() {
            let first = self.into[s as usize][i];
            let Some(most) = dearest(&self.out[s as usize], first.other) else {
                continue;
            };
            self.search(first.other, s, first.cost + most, settled);
            for second in &self.out[s as usize] {
                let cost = first.cost + second.cost;
                if second.other != first.other && self.reached[second.other as usize] > cost {
                    self.found.push(Arc {
                        tail: first.other,
                        head: second.other,
                        cost,
                        of: Of::Two(first.id, second.id),
                    });
                }
            }
            for t in self.touched.drain(..) {
                self.reached[t as usize] = Cost::NEVER;
            }
        }
        let count = self.found.len();
        if add {
            for arc in std::mem::take(&mut self.found) {
                self.add(arc);
            }
        }
        count
    }

    /// Looks for ways from `from` around `without`, as far as `most`; what it reaches costs no more than it says.
    fn search(&mut self, from: u32, without: u32, most: Cost, settled: usize) {
        self.heap.clear();
        self.reached[from as usize] = Cost::ZERO;
        self.touched.push(from);
        self.heap.push(Reverse((Cost::ZERO, from)));
        let mut left = settled;
        while let Some(Reverse((cost, s))) = self.heap.pop() {
            if cost > self.reached[s as usize] {
                continue;
            }
            if cost > most || left == 0 {
                break;
            }
            left -= 1;
            for edge in &self.out[s as usize] {
                let there = cost + edge.cost;
                if edge.other == without || there > most {
                    continue;
                }
                let old = &mut self.reached[edge.other as usize];
                if there < *old {
                    if !old.is_some() {
                        self.touched.push(edge.other);
                    }
                    *old = there;
                    self.heap.push(Reverse((there, edge.other)));
                }
            }
        }
    }

    /// Takes a state out and returns its arcs, all to and from states that stay.
    fn take_out(&mut self, s: u32) -> Vec<Edge> {
        let mut edges = std::mem::take(&mut self.out[s as usize]);
        for edge in &edges {
            self.into[edge.other as usize].retain(|e| e.other != s);
        }
        let into = std::mem::take(&mut self.into[s as usize]);
        for edge in &into {
            self.out[edge.other as usize].retain(|e| e.other != s);
        }
        edges.extend(into);
        edges
    }
}
