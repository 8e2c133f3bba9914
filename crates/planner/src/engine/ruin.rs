//! Taking out strings of clients that are near one another (Christiaens and Vanden Berghe, "Slack induction by string
//! removals for vehicle routing problems", Transportation Science 2020, §5.1).

use super::anneal::Tuning;
use super::instance::REQUIRED;
use super::near::Near;
use super::routes::{NONE, Routes};
use crate::numbers::Rng;

/// How often a string keeps some clients in its middle.
const SPLIT: f64 = 0.5;
/// How often one more of them is kept.
const KEEP_MORE: f64 = 0.01;

/// Takes clients out of `routes` into `out`.
pub(super) fn strings(
    routes: &mut Routes<'_>,
    near: &Near,
    tuning: &Tuning,
    rng: &mut Rng,
    out: &mut Vec<u32>,
) {
    let clients = routes.of.clients.len();
    let used = routes.routes.iter().filter(|r| r.clients > 0).count();
    let average = routes.served / used.max(1);
    let longest = tuning.longest_string.min(average.max(1));
    let most_strings = 4.0 * tuning.average_out / (1.0 + longest as f64) - 1.0;
    let strings = (rng.unit() * most_strings + 1.0) as usize;
    let seed = if !routes.missing.is_empty() && rng.unit() < 0.5 {
        routes.missing[rng.below(routes.missing.len())]
    } else {
        rng.below(clients) as u32
    };
    let mut taken = 0;
    let mut optional = tuning.optional;
    for &client in std::iter::once(&seed).chain(&near.places[seed as usize]) {
        if taken == strings {
            break;
        }
        let route = routes.stop(client).route;
        if route == NONE
            && optional > 0
            && routes.of.clients[client as usize].prize < REQUIRED
            && rng.unit() < 0.5
            && !out.contains(&client)
        {
            // Somebody near who was left out gets another chance.
            optional -= 1;
            out.push(client);
        }
        if route == NONE || routes.touched().contains(&route) {
            continue;
        }
        taken += 1;
        let size = routes.routes[route as usize].clients as usize;
        let most = size.min(longest);
        let length = 1 + rng.below(most);
        string(routes, client, length, size, rng, out);
    }
}

/// Takes `length` clients around `client` out of its route of `size` clients.
fn string(
    routes: &mut Routes<'_>,
    client: u32,
    length: usize,
    size: usize,
    rng: &mut Rng,
    out: &mut Vec<u32>,
) {
    let mut kept = 0;
    if length > 1 && length < size && rng.unit() < SPLIT {
        kept = 1;
        while length + kept < size && rng.unit() < KEEP_MORE {
            kept += 1;
        }
    }
    let span = length + kept;
    // The string begins up to `span - 1` stops before the client, and does not leave the route.
    let mut before = 0;
    let mut at = routes.stop(client).prev;
    while before + 1 < span && routes.is_client(at) {
        before += 1;
        at = routes.stop(at).prev;
    }
    let mut after = 0;
    at = routes.stop(client).next;
    while after + 1 < span && routes.is_client(at) {
        after += 1;
        at = routes.stop(at).next;
    }
    let least = (span - 1).saturating_sub(after);
    let back = least + rng.below(before + 1 - least.min(before));
    let mut first = client;
    for _ in 0..back.min(before) {
        first = routes.stop(first).prev;
    }
    // The kept ones lie together somewhere in it.
    let keep_from = if kept == 0 { span } else { rng.below(length) };
    let mut at = first;
    let begin = out.len();
    for i in 0..span {
        if !routes.is_client(at) {
            break;
        }
        if i < keep_from || i >= keep_from + kept {
            out.push(at);
        }
        at = routes.stop(at).next;
    }
    let route = routes.stop(client).route;
    for &c in &out[begin..] {
        routes.remove(c);
    }
    routes.refresh_route(route);
}
