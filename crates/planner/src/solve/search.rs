//! A first plan by insertion, improvement by ruin and recreate, and what is put right at the end.

use super::anneal;
use super::insertion::Finder;
use super::ledger::{Standing, Weights};
use super::model::Model;
use super::offers::Tune;
use super::sharing::Friend;
use super::state::State;
use crate::numbers::Rng;
use crate::plan::{Assignment, Totals};
use std::collections::BTreeMap;

/// What the search tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Attempts to improve the first plan so far.
    pub iterations: u64,
    /// The sums of the best plan so far. Metres stay 0 until the plan is written: no goal needs them.
    pub totals: Totals,
}

/// A plan as the search knows it, with its standing in the goals.
pub(super) struct Found {
    pub(super) state: State,
    /// Less is better.
    pub(super) standing: Standing,
}

/// Makes a first plan: what of `before` is still lawful, as it was, and whatever else fits.
pub(super) fn first(model: &Model, before: &[Assignment]) -> State {
    let mut state = State::new(model);
    // Where a way is shorter through a third place, a day may hold a visit only once another is there.
    while keep(model, &mut state, before) {}
    insert_all(model, &mut state, &usual_order(model), Tune::PLAIN);
    state
}

/// Puts in the visits of a plan that are lawful at their times with their people; says whether there were any.
fn keep(model: &Model, state: &mut State, before: &[Assignment]) -> bool {
    let mut kept = false;
    let problem = model.problem;
    let visits: BTreeMap<&str, usize> = (0..).zip(&problem.visits).map(|(n, v)| (&*v.id, n)).collect();
    let staff: BTreeMap<&str, usize> = (0..).zip(&problem.staff).map(|(n, s)| (&*s.id, n)).collect();
    let mut finder = Finder::default();
    for a in before {
        let number = visits.get(a.visit.as_str()).copied();
        let day = problem.days.iter().position(|d| d.index == a.day);
        let (Some(number), Some(day)) = (number, day) else {
            continue;
        };
        let crew: Vec<usize> = a
            .crew
            .iter()
            .filter_map(|m| staff.get(m.staff.as_str()).copied())
            .collect();
        if state.placed[number].is_some() || crew.len() != a.crew.len() {
            continue;
        }
        let mut job = model.jobs[number].clone();
        job.starts
            .retain(|s| s.day == day && (s.first..=s.last).contains(&a.start));
        for starts in &mut job.starts {
            (starts.first, starts.last) = (a.start, a.start);
        }
        for need in &mut job.needs {
            need.able.retain(|able| crew.contains(&able.person));
        }
        job.crew = Some(crew);
        let found = finder.best_insertion(model, state, number, &job, Tune::PLAIN);
        if let Some(found) = found.filter(|f| f.placed.crew.len() == a.crew.len()) {
            state.place(model, number, found.placed);
            kept = true;
        }
    }
    kept
}

/// Improves a plan until `spent` says that the whole budget (1.0) is gone.
pub(super) fn search(
    model: &Model,
    mut state: State,
    seed: u64,
    spent: &mut dyn FnMut(Progress) -> f64,
    friend: &mut dyn Friend,
) -> Found {
    let order = usual_order(model);
    anneal::improve(model, &mut state, Rng::new(seed).next(), &order, spent, friend);
    complete(model, &mut state, &order);
    let standing = Weights::new(model, 1.0).standing(&state.totals());
    Found { state, standing }
}

/// The hard to place and the important first: locked, mandatory, promised, near deadline, few possibilities.
fn usual_order(model: &Model) -> Vec<usize> {
    let mut order: Vec<usize> = (0..model.jobs.len()).collect();
    order.sort_by_key(|&i| {
        let job = &model.jobs[i];
        let room: i64 = job.starts.iter().map(|s| s.last - s.first + 60).sum();
        let people = job
            .needs
            .iter()
            .map(|n| n.able.len() / n.count.max(1))
            .min()
            .unwrap_or(0);
        let possibilities = room.saturating_mul(people as i64);
        let value = if job.mandatory { 0 } else { u32::MAX - job.value };
        (
            !job.locked,
            !job.mandatory,
            job.deadline.is_none(),
            value,
            job.deadline,
            possibilities,
            i,
        )
    });
    order
}

fn insert_all(model: &Model, state: &mut State, order: &[usize], tune: Tune) {
    let mut finder = Finder::default();
    for &job in order {
        if state.placed[job].is_none()
            && let Some(found) = finder.best_insertion(model, state, job, &model.jobs[job], tune)
        {
            state.place(model, job, found.placed);
        }
    }
}

/// Until nothing more fits: puts in what fits, and moves late visits to a time before their deadline.
fn complete(model: &Model, state: &mut State, order: &[usize]) {
    loop {
        insert_all(model, state, order, Tune::PLAIN);
        let mut moved = false;
        for &number in order {
            if !is_late(model, state, number) || model.jobs[number].locked {
                continue;
            }
            let Some(old) = state.remove(model, number) else {
                continue;
            };
            if !state.lawful_without(model, &old) {
                state.place(model, number, old);
                continue;
            }
            let mut job = model.jobs[number].clone();
            job.starts
                .retain(|s| job.deadline.is_none_or(|last| model.day_index(s.day) <= last));
            let found = Finder::default().best_insertion(model, state, number, &job, Tune::PLAIN);
            moved |= found.is_some();
            state.place(model, number, found.map_or(old, |f| f.placed));
        }
        if !moved {
            return;
        }
    }
}

/// Says whether `job` is planned after its deadline.
pub(super) fn is_late(model: &Model, state: &State, job: usize) -> bool {
    match (&state.placed[job], model.jobs[job].deadline) {
        (Some(placed), Some(last)) => model.day_index(placed.day) > last,
        _ => false,
    }
}
