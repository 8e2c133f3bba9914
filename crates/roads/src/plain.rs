//! The reference: one search from every source over all roads, without shortcuts (Dijkstra 1959).
//!
//! Nothing answers questions with it. Tests compare the searches with it, and the benchmark measures them by it.

use crate::{
    cost::Cost,
    draft::{Boxes, group},
    error::PlaceError,
    geo::Position,
    map::{RoadMap, Snapped},
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// The roads of a map as a plain graph.
#[derive(Debug)]
pub struct Plain<'a> {
    map: &'a RoadMap,
    leaving: Boxes,
}

impl<'a> Plain<'a> {
    /// Gathers the graph.
    pub fn new(map: &'a RoadMap) -> Plain<'a> {
        let tails = map.parts.steps.iter().map(|(tail, _)| *tail as usize);
        Plain {
            map,
            leaving: group(map.parts.states as usize, tails),
        }
    }

    /// Returns the cost of the fastest way on the road from one place to each of others.
    pub(crate) fn costs(&self, from: &Snapped, to: &[Snapped]) -> Vec<Cost> {
        let parts = &self.map.parts;
        let mut best = vec![Cost::NEVER; parts.states as usize];
        let mut heap = BinaryHeap::new();
        for (state, cost) in self.map.departures(from) {
            if cost < best[state as usize] {
                best[state as usize] = cost;
                heap.push(Reverse((cost, state)));
            }
        }
        while let Some(Reverse((cost, state))) = heap.pop() {
            if cost > best[state as usize] {
                continue;
            }
            for step in self.leaving.of(state as usize) {
                let lane = parts.steps[*step as usize].1;
                let head = parts.segments[lane as usize / 2].heads[lane as usize % 2];
                let there = cost + parts.cost(lane);
                if there < best[head as usize] {
                    best[head as usize] = there;
                    heap.push(Reverse((there, head)));
                }
            }
        }
        to.iter()
            .map(|t| {
                let around = self
                    .map
                    .arrivals(t)
                    .into_iter()
                    .map(|(state, more)| best[state as usize] + more);
                around
                    .chain(self.map.direct(from, t))
                    .min()
                    .unwrap_or(Cost::NEVER)
            })
            .collect()
    }

    /// Returns milliseconds on the road from every source to every target, row by row: one search for each source.
    ///
    /// # Errors
    /// When a place cannot be joined to the roads.
    pub fn milliseconds(&self, sources: &[Position], targets: &[Position]) -> Result<Vec<u32>, PlaceError> {
        let (from, to) = (self.map.snap(sources, None)?, self.map.snap(targets, None)?);
        Ok(from
            .iter()
            .flat_map(|s| self.costs(s, &to))
            .map(Cost::ms)
            .collect())
    }
}
