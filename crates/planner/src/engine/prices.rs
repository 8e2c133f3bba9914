//! What leaving a client out counts at the moment: the levers by which the search is led towards serving the right ones.
//!
//! A client that has to be served counts more than any detour at first, and more with every step in which it is left
//! out, until the others make room for it: what is missing often counts more (the absence counters of Christiaens and
//! Vanden Berghe 2020, §5.3, as prices, so that the same acceptance serves for all). A client with a prize counts more
//! than its prize in the beginning and its prize in the end. To stop serving somebody is one change, to open a route that
//! pays is a dozen; so the search comes to the best number of routes from above (strategic oscillation, Glover and Laguna,
//! "Tabu Search", 1997, §4.4, with one swing).

use super::instance::{Instance, REQUIRED};
use super::routes::Routes;

/// By what part of its first price a client gets dearer in each step in which it is missing.
const DEARER: i64 = 256;

/// The prices of a search.
pub(super) struct Prices {
    optional: Vec<u32>,
    first: i64,
}

impl Prices {
    /// Sets the price of every client that has to be served; the others begin with their prizes.
    pub(super) fn new(routes: &mut Routes<'_>) -> Self {
        let of = routes.of;
        let first = above_any_detour(of);
        let (optional, required): (Vec<u32>, Vec<u32>) =
            (0..of.clients.len() as u32).partition(|&c| of.clients[c as usize].prize < REQUIRED);
        for c in required {
            routes.set_price(c, first);
        }
        Prices { optional, first }
    }

    /// Says whether somebody may be left out.
    pub(super) fn some_are_optional(&self) -> bool {
        !self.optional.is_empty()
    }

    /// Lets every optional client count `times` its prize.
    pub(super) fn lean(&self, routes: &mut Routes<'_>, times: f64) {
        for &c in &self.optional {
            let prize = routes.of.clients[c as usize].prize;
            routes.set_price(c, (prize as f64 * times) as i64);
        }
    }

    /// Makes those dearer who are missing.
    pub(super) fn missing_again(&self, routes: &mut Routes<'_>) {
        let dearer = (self.first / DEARER).max(1);
        for i in 0..routes.missing.len() {
            let c = routes.missing[i];
            routes.set_price(c, (routes.price(c) + dearer).min(REQUIRED));
        }
    }
}

/// More than it can add to the cost to serve a client somewhere.
fn above_any_detour(of: &Instance) -> i64 {
    let places = of.distance.size() as u32;
    let ways = (0..places).flat_map(|a| of.distance.from(a));
    let farthest = ways.max().map_or(0, |&way| i64::from(way));
    let fixed = of.fleets.iter().map(|f| f.fixed).max().unwrap_or(0);
    (4 * farthest + fixed + 1).min(REQUIRED)
}
