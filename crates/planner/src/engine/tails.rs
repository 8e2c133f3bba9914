//! Exchanging the tails of two routes: the one change that strings cannot make when routes are long.

use super::near::Near;
use super::routes::{NONE, Routes};

/// Finds the cheapest exchange that puts `client` right behind or right before one of its neighbours, makes it if it adds at most
/// `most` to the cost, and returns what it added.
pub(super) fn exchange(routes: &mut Routes<'_>, near: &Near, client: u32, most: f64) -> Option<i32> {
    let own = routes.stop(client).route;
    if own == NONE {
        return None;
    }
    let mut least = most.min(f64::from(1 << 28)) as i32 + 1;
    let mut best = None;
    // Whoever comes to follow the other must be one whom the other's vehicle may serve.
    let before = near.before[client as usize].iter().filter(|&&other| {
        let route = routes.stop(other).route;
        route != NONE && routes.serves(route, client)
    });
    let after = near.after[client as usize]
        .iter()
        .filter(|&&other| routes.stop(other).route != NONE && routes.serves(own, other));
    let behind = before.take(near.count).map(|&other| (other, client));
    let ahead = after.take(near.count).map(|&other| (client, other));
    let alone = routes.unused().map(|route| (routes.start(route), client));
    for (a, b) in behind.chain(ahead).chain(alone) {
        let route = routes.stop(if a == client { b } else { a }).route;
        if route == own {
            continue;
        }
        if let Some(adds) = routes.tails_add(a, b, least) {
            least = adds;
            best = Some((a, b));
        }
    }
    let (a, b) = best?;
    routes.exchange_tails(a, b);
    Some(least)
}
