//! Improves a plan: takes visits out, puts them back another way, and follows what is a little worse while it is warm.
//!
//! Ruin and recreate is after Schrimpf et al. ("Record breaking optimization results using the ruin and recreate principle",
//! 2000), its rule of acceptance and the falling temperature after Christiaens and Vanden Berghe (2020).

use super::insertion::Finder;
use super::ledger::{Standing, Weights};
use super::model::Model;
use super::offers::Tune;
use super::ruin::{self, Near};
use super::search::Progress;
use super::sharing::{Friend, Visits};
use super::state::{Placed, State};
use crate::numbers::{Rng, exp2, log2};

/// Temperature at the beginning and at the end, in typical ways between two neighbours.
const HOT: f64 = 6.0;
const COLD: f64 = 0.02;

/// Visits taken out at once, on average; the most is twice as many less one.
const USUALLY_OUT: usize = 6;
/// Most visits left out that are tried again in one step.
const TRIED_AGAIN: usize = 8;
/// What a visit already on a person's list weighs against travel, in seconds; one is drawn for each step.
const LOADS: [i64; 4] = [0, 0, 0, 600];
/// What part of the budget goes into spreading the visits more evenly.
const SPREADING: f64 = 0.4;
/// What part of the budget goes by before nothing is given up any more for shorter ways that the goals put before them.
const FREE: f64 = 0.7;
/// What a second of a crew's day that is cut off from both ends weighs, in sixteenths of a second of travel.
const IDLES: [i64; 3] = [0, 1, 4];

/// The best plan so far, kept by what has changed since.
struct Best {
    placed: Visits,
    standing: Standing,
    changed: Vec<usize>,
    is_changed: Vec<bool>,
}

impl Best {
    fn changes(&mut self, job: usize) {
        if !self.is_changed[job] {
            self.is_changed[job] = true;
            self.changed.push(job);
        }
    }

    /// Makes `state` the best plan again.
    fn restore(&mut self, model: &Model, state: &mut State) {
        for &job in &self.changed {
            state.remove(model, job);
        }
        for job in self.changed.drain(..) {
            self.is_changed[job] = false;
            if let Some(placed) = &self.placed[job] {
                state.place(model, job, placed.clone());
            }
        }
    }

    /// Makes `state`, which is the best plan, another one, and that the best.
    fn follow(&mut self, model: &Model, state: &mut State, visits: &Visits) {
        let differ = |&job: &usize| self.placed[job] != visits[job];
        let jobs: Vec<usize> = (0..visits.len()).filter(differ).collect();
        for &job in &jobs {
            state.remove(model, job);
        }
        for &job in &jobs {
            if let Some(placed) = &visits[job] {
                state.place(model, job, placed.clone());
            }
        }
        self.placed.clone_from(visits);
    }

    fn note(&mut self, state: &State, standing: Standing) {
        self.standing = standing;
        for job in self.changed.drain(..) {
            self.is_changed[job] = false;
            self.placed[job].clone_from(&state.placed[job]);
        }
    }
}

/// Improves `state` until `spent` says that the whole budget (1.0) is gone, and leaves the best plan found in it.
///
/// `order` is the usual order in which visits are put in.
pub(super) fn improve(
    model: &Model,
    state: &mut State,
    seed: u64,
    order: &[usize],
    spent: &mut dyn FnMut(Progress) -> f64,
    friend: &mut dyn Friend,
) {
    let mut best_totals = state.totals();
    let mut asked = |iterations, totals| {
        let gone = spent(Progress { iterations, totals });
        // A share that is no number ends the search too: nobody could wait for it.
        if gone.is_nan() { 1.0 } else { gone }
    };
    if asked(0, best_totals) >= 1.0 || model.jobs.is_empty() || model.people.is_empty() {
        return;
    }
    let near = Near::new(model);
    let way = near.typical_way(model);
    let weights = Weights::new(model, way);
    let jobs = model.jobs.len();
    let mut best = Best {
        placed: state.placed.clone(),
        standing: weights.standing(&best_totals),
        changed: Vec::new(),
        is_changed: vec![false; jobs],
    };
    let mut rank = vec![0; jobs];
    for (position, &job) in order.iter().enumerate() {
        rank[job] = position;
    }
    let mut absent = left_out(state);
    let mut rng = Rng::new(seed);
    let mut out: Vec<usize> = Vec::new();
    let mut firm = false;
    let mut finder = Finder::default();
    let mut before: Vec<(usize, Option<Placed>)> = Vec::new();
    for iterations in 1.. {
        let gone = asked(iterations, best_totals);
        if gone >= 1.0 {
            break;
        }
        // While it is warm the search looks for a plan with less for the busiest; then it keeps to what was reached.
        let fewer = u32::from(gone < SPREADING);
        let most = best_totals.most_visits_of_one.saturating_sub(fewer).max(1);
        if let Some((visits, standing)) = friend.meet(gone, &best.placed, best.standing) {
            best.restore(model, state);
            best.follow(model, state, &visits);
            best.standing = standing;
            best_totals = state.totals();
            absent = left_out(state);
        }
        if gone >= FREE && !firm {
            firm = true;
            if !weights.standing(&state.totals()).keeps(&best.standing, &weights) {
                best.restore(model, state);
                absent = left_out(state);
            }
        }
        let energy = weights.energy(state.ledger(), most);
        let temperature = HOT * way * exp2(log2(COLD / HOT) * gone.max(0.0));
        out.clear();
        let chance = (5 * absent.len()).clamp(jobs / 16 + 1, jobs / 2 + 1);
        let centre = if !absent.is_empty() && rng.below(jobs) < chance {
            absent[rng.below(absent.len())]
        } else {
            rng.below(jobs)
        };
        let wanted = 1 + rng.below(2 * USUALLY_OUT - 1);
        ruin::Around {
            model,
            state,
            near: &near,
            centre,
            wanted,
        }
        .choose(&mut rng, &mut out);
        before.clear();
        before.extend(out.iter().map(|&job| (job, state.remove(model, job))));
        let lawful =
            |(_, old): &(usize, Option<Placed>)| old.as_ref().is_none_or(|p| state.lawful_without(model, p));
        if !before.iter().all(lawful) {
            undo(model, state, &before);
            continue;
        }
        try_again(model, &absent, centre, &near, &mut rng, &mut out, state);
        before.extend(out[before.len()..].iter().map(|&job| (job, None)));
        arrange(model, &mut rng, &rank, &mut out);
        let tune = Tune {
            load: LOADS[rng.below(LOADS.len())],
            most,
            idle: IDLES[rng.below(IDLES.len())],
            blink: rng.next() | 1,
            ..Tune::PLAIN
        };
        for &job in &out {
            if let Some(found) = finder.good_insertion(model, state, &near, job, tune) {
                state.place(model, job, found.placed);
            }
        }
        let totals = state.totals();
        let after = weights.energy(state.ledger(), most);
        let standing = weights.standing(&totals);
        let worse = firm && !standing.keeps(&best.standing, &weights);
        if worse || standing >= best.standing && after - energy > temperature * rng.exponential() {
            undo(model, state, &before);
            continue;
        }
        for (job, old) in &before {
            if state.placed[*job] != *old {
                best.changes(*job);
            }
        }
        absent.retain(|&job| state.placed[job].is_none());
        absent.extend(
            before
                .iter()
                .filter(|(job, old)| old.is_some() && state.placed[*job].is_none())
                .map(|(job, _)| *job),
        );
        if standing < best.standing {
            best.note(state, standing);
            best_totals = totals;
        }
    }
    best.restore(model, state);
}

fn left_out(state: &State) -> Vec<usize> {
    (0..state.placed.len())
        .filter(|&job| state.placed[job].is_none())
        .collect()
}

fn undo(model: &Model, state: &mut State, before: &[(usize, Option<Placed>)]) {
    for (job, _) in before {
        state.remove(model, *job);
    }
    for (job, placed) in before {
        if let Some(placed) = placed {
            state.place(model, *job, placed.clone());
        }
    }
}

/// Adds some of the visits that are left out: those near `centre` first, then others by chance.
fn try_again(
    model: &Model,
    absent: &[usize],
    centre: usize,
    near: &Near,
    rng: &mut Rng,
    out: &mut Vec<usize>,
    state: &State,
) {
    if absent.len() <= TRIED_AGAIN {
        let chosen = |&&job: &&usize| job == centre || rng.below(4) == 0;
        out.extend(absent.iter().filter(chosen));
        return;
    }
    let most = out.len() + TRIED_AGAIN;
    let missing = |job: usize| state.placed[job].is_none() && !model.jobs[job].starts.is_empty();
    for job in std::iter::once(centre).chain(near.of(centre)) {
        if out.len() + TRIED_AGAIN / 2 >= most {
            break;
        }
        if missing(job) && !out.contains(&job) {
            out.push(job);
        }
    }
    for _ in 0..TRIED_AGAIN {
        let job = absent[rng.below(absent.len())];
        if out.len() < most && !out.contains(&job) {
            out.push(job);
        }
    }
}

/// Chooses the order in which visits are put in.
fn arrange(model: &Model, rng: &mut Rng, rank: &[usize], out: &mut [usize]) {
    match rng.below(4) {
        0 => out.sort_unstable_by_key(|&job| rank[job]),
        1 => {
            rng.shuffle(out);
            out.sort_by_key(|&job| std::cmp::Reverse(model.jobs[job].value));
        }
        _ => rng.shuffle(out),
    }
    out.sort_by_key(|&job| (!model.jobs[job].locked, !model.jobs[job].mandatory));
}
