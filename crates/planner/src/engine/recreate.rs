//! Putting clients back, one by one, each at its cheapest place, now and then looking away (blinks; Christiaens and
//! Vanden Berghe 2020, §5.2).

use super::instance::REQUIRED;
use super::near::Near;
use super::routes::{NONE, Routes};
use crate::numbers::Rng;

/// Counts down to the next place that is overlooked, so that chance is asked once in a hundred places.
pub(super) struct Blinks {
    left: u32,
    rate: f64,
}

impl Blinks {
    pub(super) fn new(rate: f64) -> Self {
        Blinks { left: 50, rate }
    }

    #[inline]
    fn now(&mut self, rng: &mut Rng) -> bool {
        if self.left == 0 {
            self.left = (rng.exponential() / self.rate) as u32;
            return true;
        }
        self.left -= 1;
        false
    }
}

/// Orders the clients to put back; which comes first decides much.
pub(super) fn sort(routes: &Routes<'_>, out: &mut [u32], rng: &mut Rng) {
    rng.shuffle(out);
    let of = routes.of;
    let client = |c: u32| &of.clients[c as usize];
    let depot = of.fleets[0].start;
    // Random, demand, far, near, narrow, early, late, in the proportions of the paper.
    match rng.below(17) {
        0..4 => {}
        4..8 => out.sort_by_key(|&c| -client(c).demand),
        8..10 => out.sort_by_key(|&c| -of.distance.get(depot, client(c).location)),
        10 => out.sort_by_key(|&c| of.distance.get(depot, client(c).location)),
        11..13 => out.sort_by_key(|&c| client(c).windows.iter().map(|w| w.last - w.first).sum::<i32>()),
        13..15 => out.sort_by_key(|&c| client(c).windows.first().map_or(0, |w| w.first)),
        _ => out.sort_by_key(|&c| -client(c).windows.last().map_or(0, |w| w.last)),
    }
    if out.iter().any(|&c| client(c).prize < REQUIRED) {
        if rng.below(4) == 0 {
            out.sort_by_key(|&c| -client(c).prize);
        }
        out.sort_by_key(|&c| client(c).prize < REQUIRED);
    }
}

/// Puts each client of `out` at its cheapest place if that costs less than `worth` times its price; the others are left out.
///
/// With `worth` above 1 a first client may open a route that pays only with the next ones; whether it did is judged
/// when all are back.
pub(super) fn greedily(
    routes: &mut Routes<'_>,
    near: &Near,
    blinks: &mut Blinks,
    rng: &mut Rng,
    out: &[u32],
    worth: i64,
) {
    for &client in out {
        match cheapest(routes, near, blinks, rng, client, worth) {
            Some(after) => routes.insert(client, after),
            None if routes.of.clients[client as usize].prize >= REQUIRED => routes.missing.push(client),
            None => {}
        }
    }
}

/// The stop after which serving `client` costs least, if that is less than `worth` times its price.
fn cheapest(
    routes: &Routes<'_>,
    near: &Near,
    blinks: &mut Blinks,
    rng: &mut Rng,
    client: u32,
    worth: i64,
) -> Option<u32> {
    let asks = routes.asks(client);
    let mut best = None;
    let mut least = i32::try_from(routes.price(client).saturating_mul(worth)).unwrap_or(i32::MAX);
    for route in routes.unused() {
        let start = routes.start(route);
        if !routes.serves(route, client) || !routes.has_room(route, &asks) {
            continue;
        }
        let fixed = routes.of.fleets[routes.routes[route as usize].fleet as usize].fixed;
        let below = i32::try_from(i64::from(least) - fixed).unwrap_or(i32::MAX);
        if let Some(adds) = routes.adds(&asks, routes.stop(start), routes.stop(start + 1), below)
            && routes.lasts(&asks, start, start + 1)
        {
            least = adds + fixed as i32;
            best = Some(start);
        }
    }
    // Only those that could be neighbours on a route count: with many left out, or many vehicles that may not come, they lie
    // farther away.
    let mut left = near.count;
    for &other in &near.before[client as usize] {
        let here = routes.stop(other);
        if here.route == NONE || !routes.serves(here.route, client) {
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        if !routes.has_room(here.route, &asks) {
            continue;
        }
        if let Some(adds) = routes.adds(&asks, here, routes.stop(here.next), least)
            && !blinks.now(rng)
            && routes.lasts(&asks, other, here.next)
        {
            least = adds;
            best = Some(other);
        }
    }
    left = near.count;
    for &other in &near.after[client as usize] {
        let here = routes.stop(other);
        if here.route == NONE || !routes.serves(here.route, client) {
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        if !routes.has_room(here.route, &asks) {
            continue;
        }
        if let Some(adds) = routes.adds(&asks, routes.stop(here.prev), here, least)
            && !blinks.now(rng)
            && routes.lasts(&asks, here.prev, other)
        {
            least = adds;
            best = Some(here.prev);
        }
    }
    best
}
