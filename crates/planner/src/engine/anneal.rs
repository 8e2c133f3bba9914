//! The search: ruin, recreate, and accept a little worse while it is warm.

use super::instance::{Answer, Instance, InstanceError, REQUIRED};
use super::near::Near;
use super::prices::Prices;
use super::recreate::{self, Blinks};
use super::routes::Routes;
use super::{ruin, tails};
use crate::numbers::{Rng, exp2, log2};

/// How the search is tuned. The defaults were chosen on the public instances (docs/benchmarks.md).
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// How many neighbours a client is tried next to.
    pub neighbours: usize,
    /// How many are looked through to find so many that are served and could be its neighbours on a route.
    pub looked_through: usize,
    /// Chance to overlook a place.
    pub blink: f64,
    /// Temperature at the beginning, in average ways between neighbours; higher where vehicles differ or clients may be left out.
    pub hot: f64,
    /// Temperature before the quench.
    pub cold: f64,
    /// What part of the budget is spent before the temperature falls steeply to the end.
    pub quench: f64,
    /// Clients taken out in one step, on average; more where vehicles differ.
    pub average_out: f64,
    /// By how many times its prize more an optional client counts at the beginning.
    pub lean: f64,
    /// What part of the budget is spent when it has come down to its prize.
    pub upright: f64,
    /// Most clients that were left out and are tried again in one step.
    pub optional: u32,
    /// Longest string taken out of one route.
    pub longest_string: usize,
    /// Exchanges of tails tried in each step.
    pub tails: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            neighbours: 25,
            looked_through: 200,
            blink: 0.01,
            hot: 1.0,
            cold: 0.05,
            quench: 0.85,
            average_out: 10.0,
            lean: 0.5,
            upright: 0.8,
            optional: 10,
            longest_string: 10,
            tails: 4,
        }
    }
}

/// What the search tells while it runs.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Steps so far.
    pub iterations: u64,
    /// Cost of the best answer so far.
    pub cost: i64,
    /// Clients that have to be served and are not, in the best answer so far.
    pub missing: usize,
}

/// So many times hotter is the search where vehicles differ or clients may be left out: a client's neighbours on its route are
/// not its nearest, and to get from one good choice of vehicles to the next costs more than a detour among neighbours.
const ROUGH: f64 = 3.2;

/// So many times more clients are taken out in one step where vehicles differ: only some of the neighbours can change places.
const MORE_OUT: f64 = 1.5;

/// How often the temperature halves in the quench.
const QUENCH: f64 = 5.0;

/// So many times its prize is everybody worth in the first answer; the search lets go whom it does not pay to serve.
const EVERYBODY: i64 = 1 << 20;

/// Half of the steps count prizes 1, 2, 4, … times, so many powers of two, so that a route may open that pays only with the
/// next clients.
const WORTH: usize = 6;

/// How many steps lie between two questions whether to go on.
const ASK_EVERY: u64 = 128;

/// Searches until `spent` says that all of the budget (1.0) is used up.
///
/// `spent` is asked now and then what part of the budget is gone; it is the only clock there is. With a budget of
/// iterations the answer depends on nothing but the instance, the seed and that budget.
///
/// # Errors
///
/// When the instance cannot be searched ([`Instance::check`]).
pub fn search(
    of: &Instance,
    seed: u64,
    mut tuning: Tuning,
    mut spent: impl FnMut(Progress) -> f64,
) -> Result<Answer, InstanceError> {
    of.check()?;
    let mut best = Answer::default();
    if of.clients.is_empty() || of.fleets.is_empty() {
        best.routes.resize(of.vehicles(), Vec::new());
        best.cost = of.clients.iter().map(|c| c.prize).sum();
        best.missing = of.clients.iter().filter(|c| c.prize >= REQUIRED).count();
        return Ok(best);
    }
    let near = Near::new(of, tuning.neighbours, tuning.looked_through);
    let mut rng = Rng::new(seed);
    let mut routes = Routes::new(of);
    let mut blinks = Blinks::new(tuning.blink);
    let mut out: Vec<u32> = (0..of.clients.len() as u32).collect();
    routes.missing.clear();
    let prices = Prices::new(&mut routes);
    routes.begin();
    recreate::sort(&routes, &mut out, &mut rng);
    recreate::greedily(&mut routes, &near, &mut blinks, &mut rng, &out, EVERYBODY);
    let optional = prices.some_are_optional();
    routes.note(&mut best);
    let differ = of.fleets.len() > 1;
    if differ {
        tuning.average_out *= MORE_OUT;
    }
    let rough = if differ || optional { ROUGH } else { 1.0 };
    let unit = average_way(of, &near) * rough;
    let (hot, fall) = (tuning.hot * unit, log2(tuning.cold / tuning.hot));
    let mut temperature = hot;
    let mut iterations = 0;
    loop {
        if iterations % ASK_EVERY == 0 {
            let gone = spent(Progress {
                iterations,
                cost: best.cost,
                missing: best.missing,
            });
            if is_gone(gone) {
                break;
            }
            let cooling = fall * gone.min(tuning.quench) / tuning.quench;
            let quenching = ((gone - tuning.quench) / (1.0 - tuning.quench).max(f64::EPSILON)).max(0.0);
            temperature = hot * exp2(cooling - QUENCH * quenching);
            prices.lean(
                &mut routes,
                1.0 + tuning.lean * (1.0 - gone / tuning.upright).max(0.0),
            );
        }
        iterations += 1;
        let before = routes.cost;
        routes.begin();
        out.clear();
        ruin::strings(&mut routes, &near, &tuning, &mut rng, &mut out);
        out.append(&mut routes.missing);
        recreate::sort(&routes, &mut out, &mut rng);
        let worth = if optional && rng.below(2) == 0 {
            1 << rng.below(WORTH)
        } else {
            1
        };
        recreate::greedily(&mut routes, &near, &mut blinks, &mut rng, &out, worth);
        let change = routes.cost - before;
        if change as f64 <= temperature * rng.exponential() {
            if routes.real < best.cost {
                routes.note(&mut best);
            }
        } else {
            routes.back();
        }
        prices.missing_again(&mut routes);
        for _ in 0..tuning.tails {
            let client = rng.below(of.clients.len()) as u32;
            routes.begin();
            let before = routes.cost;
            if let Some(adds) = tails::exchange(&mut routes, &near, client, temperature * rng.exponential()) {
                debug_assert_eq!(
                    routes.cost - before,
                    i64::from(adds),
                    "an exchange costs what was foretold"
                );
            }
            if routes.real < best.cost {
                routes.note(&mut best);
            }
        }
    }
    Ok(best)
}

/// Says whether the budget is spent. A share that is no number ends the search too: nobody could wait for it.
pub(super) fn is_gone(share: f64) -> bool {
    share >= 1.0 || share.is_nan()
}

/// The average way from a client to one of its nearest.
fn average_way(of: &Instance, near: &Near) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (a, list) in near.places.iter().enumerate() {
        for &b in list.iter().take(10) {
            let way = of
                .distance
                .get(of.clients[a].location, of.clients[b as usize].location);
            sum += f64::from(way);
            count += 1.0;
        }
    }
    if count > 0.0 { (sum / count).max(1.0) } else { 1.0 }
}
