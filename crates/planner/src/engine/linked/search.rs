//! Simulated annealing over the days of all people.

use super::days::Days;
use super::near::Near;
use super::steps::{Draw, step};
use super::{Linked, LinkedAnswer, LinkedError};
use crate::engine::Progress;
use crate::engine::anneal::is_gone;
use crate::numbers::{Rng, exp2, log2};

/// How many steps lie between two questions whether to go on.
const ASK_EVERY: u64 = 4096;

/// How many neighbours a stop is tried next to.
const NEIGHBOURS: usize = 20;
/// Parts of the budget that begin from the first days. Some coolings end far above others, so there are several.
const FRESH: u32 = 5;
/// Parts of the budget that begin from the best days so far.
const REHEATS: u32 = 5;
/// Temperatures at the beginning of fresh parts, in turn, in average ways between stops that fit behind each other.
const HOT: [f64; 2] = [0.3, 1.0];
/// Temperature at the beginning of the other parts.
const REHEAT: f64 = 0.1;
/// Temperature at the end of every part.
const COLD: f64 = 0.02;

/// Searches until `spent` says that all of the budget (1.0) is used up.
///
/// `spent` is asked now and then what part of the budget is gone; it is the only clock there is. With a budget of
/// iterations the answer depends on nothing but the problem, the seed and that budget. A visit for which there are not
/// enough people with the abilities is left out and told; all others are served, if late.
///
/// # Errors
///
/// When the problem contradicts itself ([`Linked::check`]).
pub fn search_linked(
    of: &Linked,
    seed: u64,
    mut spent: impl FnMut(Progress) -> f64,
) -> Result<LinkedAnswer, LinkedError> {
    of.check()?;
    let mut days = Days::new(of);
    let mut best = LinkedAnswer::default();
    let served = first_days(of, &mut days, &mut best);
    days.note(&mut best);
    if served.is_empty() {
        return Ok(best);
    }
    let near = Near::new(of, &days, &served, NEIGHBOURS);
    let mut draw = Draw {
        near: &near,
        served: &served,
        rng: Rng::new(seed),
    };
    let first = days.clone();
    let mut kept = days.clone();
    let (mut temperature, mut iterations, mut round) = (0.0, 0, 0);
    loop {
        if iterations % ASK_EVERY == 0 {
            let gone = spent(Progress {
                iterations,
                cost: best.cost(),
                missing: best.left_out.len(),
            });
            if is_gone(gone) {
                return Ok(best);
            }
            let rounds = gone.max(0.0) * f64::from(FRESH + REHEATS);
            let now = rounds as u32;
            if now > round {
                round = now;
                days.clone_from(if round < FRESH { &first } else { &kept });
            }
            let hot = if round >= FRESH {
                REHEAT
            } else {
                HOT[round as usize % HOT.len()]
            };
            temperature = near.unit * hot * exp2(log2(COLD / hot) * (rounds - f64::from(now)));
        }
        iterations += 1;
        let limit = days.cost.sum() + (temperature * draw.rng.exponential()) as i64;
        days.begin();
        if !(step(&mut days, &mut draw, limit) && days.settle(limit)) {
            days.back();
        } else if days.cost.sum() < best.cost() {
            days.note(&mut best);
            kept.clone_from(&days);
        }
    }
}

/// Gives every visit, by the end of its window, to whoever can take it at the end of their day at the least cost. Returns the
/// visits given away and puts the others into `left_out`.
pub(super) fn first_days(of: &Linked, days: &mut Days, answer: &mut LinkedAnswer) -> Vec<u32> {
    let mut order: Vec<u32> = (0..of.visits.len() as u32).collect();
    order.sort_by_key(|&v| (of.visits[v as usize].window.last, v));
    let people = of.people.len() as u32;
    let mut served = Vec::new();
    for v in order {
        let two = days.services(v) == 2;
        let able = |s: u32, days: &Days| -> Vec<u32> { (0..people).filter(|&p| days.able(s, p)).collect() };
        let (ones, twos) = (able(2 * v, days), able(2 * v + 1, days));
        let mut best: Option<(i64, u32, u32)> = None;
        for &p in &ones {
            for &q in if two { &twos } else { std::slice::from_ref(&p) } {
                if two && p == q {
                    continue;
                }
                days.begin();
                append(days, v, two, p, q);
                if days.settle(i64::MAX) && best.is_none_or(|(cost, _, _)| days.cost.sum() < cost) {
                    best = Some((days.cost.sum(), p, q));
                }
                days.back();
            }
        }
        match best {
            Some((_, p, q)) => {
                days.begin();
                append(days, v, two, p, q);
                days.settle(i64::MAX);
                served.push(v);
            }
            None => answer.left_out.push(v),
        }
    }
    answer.left_out.sort_unstable();
    served
}

fn append(days: &mut Days, visit: u32, two: bool, p: u32, q: u32) {
    let mut put = |s: u32, person: u32| {
        let home = days.home(person);
        let last = days.stop(home).prev;
        days.cut(last, home);
        days.join(last, s);
        days.join(s, home);
        days.give(s, person);
    };
    put(2 * visit, p);
    if two {
        put(2 * visit + 1, q);
    }
}
