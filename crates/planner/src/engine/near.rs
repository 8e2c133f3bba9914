//! Who is near whom, in space and in time.

use super::instance::{Instance, REQUIRED};

/// For each client the clients that are near it, nearest first.
pub(super) struct Near {
    /// By cost of travel, for choosing what to take out together.
    pub(super) places: Vec<Vec<u32>>,
    /// Those that are well served right before it: near, and without losing time in between.
    pub(super) before: Vec<Vec<u32>>,
    /// Those that are well served right after it.
    pub(super) after: Vec<Vec<u32>>,
    /// How many of `before` and of `after` are tried: the first that are of use.
    pub(super) count: usize,
}

/// How many clients of [`Near::places`] are kept.
const PLACES: usize = 200;
/// What a moment of waiting counts against a unit of travel (Vidal, Crainic, Gendreau, Prins 2013).
const WAIT: f64 = 0.2;

impl Near {
    pub(super) fn new(of: &Instance, count: usize, looked_through: usize) -> Self {
        let n = of.clients.len();
        // Many may be of no use: left out themselves, or served by who may not serve this client.
        let sparse = of.clients.iter().any(|c| c.prize < REQUIRED)
            || of.fleets.iter().any(|f| f.serves.contains(&false));
        let neighbours = if sparse { looked_through.max(count) } else { count };
        let mut places = Vec::with_capacity(n);
        let (mut before, mut after) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut ways: Vec<(i64, u32)> = Vec::with_capacity(n);
        let others = |a: usize| (0..n).filter(move |&b| b != a);
        for a in 0..n {
            let way = |b: usize| {
                let (from, to) = (of.clients[a].location, of.clients[b].location);
                i64::from(of.distance.get(from, to).min(of.distance.get(to, from)))
            };
            ways.clear();
            ways.extend(others(a).map(|b| (way(b), b as u32)));
            places.push(nearest(&mut ways, PLACES));
            ways.clear();
            ways.extend(others(a).filter_map(|b| Some((follows(of, b, a)?, b as u32))));
            before.push(nearest(&mut ways, neighbours));
            ways.clear();
            ways.extend(others(a).filter_map(|b| Some((follows(of, a, b)?, b as u32))));
            after.push(nearest(&mut ways, neighbours));
        }
        Near {
            places,
            before,
            after,
            count,
        }
    }
}

fn nearest(list: &mut Vec<(i64, u32)>, count: usize) -> Vec<u32> {
    if list.len() > count && count > 0 {
        list.select_nth_unstable(count - 1);
        list.truncate(count);
    }
    list.sort_unstable();
    list.iter().map(|&(_, b)| b).collect()
}

/// The cost of serving `b` right after `a`, with waiting; `None` = never in time.
fn follows(of: &Instance, a: usize, b: usize) -> Option<i64> {
    let (x, y) = (&of.clients[a], &of.clients[b]);
    let time = of.time.get(x.location, y.location) + x.service;
    let (first, last) = (x.windows.first()?.first, x.windows.last()?.last);
    let (opens, closes) = (y.windows.first()?.first, y.windows.last()?.last);
    if first + time > closes {
        return None;
    }
    let wait = i64::from((opens - last - time).max(0));
    Some(i64::from(of.distance.get(x.location, y.location)) + (wait as f64 * WAIT) as i64)
}
