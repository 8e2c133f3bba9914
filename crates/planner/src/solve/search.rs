//! First plans by insertion in several orders, then ruin and recreate.
//!
//! Taking out a few visits that are near one another and putting them back in another order is the idea of
//! Schrimpf et al. ("Record breaking optimization results using the ruin and recreate principle", 2000); the best
//! plan so far is kept, and a plan as good as it is followed.

use super::insertion::best_insertion;
use super::model::Model;
use super::offers::Tune;
use super::state::{Placed, State};
use super::timetable::back;
use crate::numbers::Rng;
use crate::plan::Totals;
use crate::problem::{Goal, Seconds};

/// The weights of the first plans: even, near, very even.
const FIRST_LOADS: [i64; 3] = [600, 0, 3600];
/// Most visits taken out at once.
const MOST_OUT: usize = 12;

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
    /// Less is better; compare as lists.
    pub(super) score: Vec<i64>,
}

/// Improves the first plan until `spent` says that the whole budget (1.0) is gone.
pub(super) fn search(model: &Model, seed: u64, mut spent: impl FnMut(Progress) -> f64) -> Found {
    let order = usual_order(model);
    let mut rng = Rng::new(seed);
    let mut best = State::new(model);
    insert_all(model, &mut best, &order, Tune::PLAIN);
    let mut best_totals = totals(model, &best);
    let mut best_score = score(model, &best_totals);
    for iterations in 0.. {
        let gone = spent(Progress {
            iterations,
            totals: best_totals,
        });
        // A share that is no number ends the search too: nobody could wait for it.
        if gone >= 1.0 || gone.is_nan() {
            break;
        }
        let turn = (iterations + 1) as usize;
        let load = FIRST_LOADS[turn % FIRST_LOADS.len()];
        let tune = Tune { load, ..Tune::PLAIN };
        if turn < FIRST_LOADS.len() {
            let mut other = State::new(model);
            insert_all(model, &mut other, &order, tune);
            let other_totals = totals(model, &other);
            let other_score = score(model, &other_totals);
            if other_score < best_score {
                (best, best_totals, best_score) = (other, other_totals, other_score);
            }
            continue;
        }
        let touched = ruin(model, &best, &mut rng, &order);
        let before: Vec<(usize, Option<Placed>)> = touched
            .iter()
            .map(|&job| (job, best.remove(model, job)))
            .collect();
        if !before
            .iter()
            .all(|(_, old)| old.as_ref().is_none_or(|p| best.lawful_without(model, p)))
        {
            undo(model, &mut best, before);
            continue;
        }
        insert_all(model, &mut best, &touched, tune);
        let new_totals = totals(model, &best);
        let new_score = score(model, &new_totals);
        if new_score <= best_score {
            (best_totals, best_score) = (new_totals, new_score);
        } else {
            undo(model, &mut best, before);
        }
    }
    complete(model, &mut best, &order);
    let score = score(model, &totals(model, &best));
    Found { state: best, score }
}

fn undo(model: &Model, state: &mut State, before: Vec<(usize, Option<Placed>)>) {
    for (job, _) in &before {
        state.remove(model, *job);
    }
    for (job, placed) in before {
        if let Some(placed) = placed {
            state.place(model, job, placed);
        }
    }
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
    for &job in order {
        if state.placed[job].is_none()
            && let Some(found) = best_insertion(model, state, job, &model.jobs[job], tune)
        {
            state.place(model, job, found.placed);
        }
    }
}

/// Chooses visits to take out and the order in which they and those left out are tried again.
fn ruin(model: &Model, state: &State, rng: &mut Rng, order: &[usize]) -> Vec<usize> {
    let (mut out, mut inside) = (Vec::new(), Vec::new());
    for &job in order {
        if state.placed[job].is_none() {
            out.push(job);
        } else if !model.jobs[job].locked {
            inside.push(job);
        }
    }
    let centre = if out.is_empty() || (rng.below(2) == 0 && !inside.is_empty()) {
        inside.get(rng.below(inside.len())).copied()
    } else {
        out.get(rng.below(out.len())).copied()
    };
    let mut touched = out;
    if let Some(centre) = centre {
        let count = 1 + rng.below(MOST_OUT.min(inside.len()));
        let place = model.jobs[centre].place;
        let noise = 1 + rng.below(1800);
        let mut near: Vec<(Seconds, usize)> = inside
            .iter()
            .map(|&job| {
                let way = model.roads.seconds(place, model.jobs[job].place);
                (way + rng.below(noise) as Seconds, job)
            })
            .collect();
        near.sort_unstable();
        touched.extend(near.iter().take(count).map(|&(_, job)| job));
    }
    if rng.below(2) == 0 {
        rng.shuffle(&mut touched);
        touched.sort_by_key(|&job| (!model.jobs[job].locked, !model.jobs[job].mandatory));
    } else {
        let mut rank = vec![0; model.jobs.len()];
        for (position, &job) in order.iter().enumerate() {
            rank[job] = position;
        }
        touched.sort_by_key(|&job| rank[job]);
    }
    touched
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
            let found = best_insertion(model, state, number, &job, Tune::PLAIN);
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

/// Counts what the goals compare; distances in metres stay 0, no goal needs them.
pub(super) fn totals(model: &Model, state: &State) -> Totals {
    let mut t = Totals::default();
    let last_day = model.problem.days.last().map_or(i32::MIN, |d| d.index);
    for (number, job) in model.jobs.iter().enumerate() {
        let placed = state.placed[number].as_ref();
        match placed {
            Some(p) => {
                t.planned += 1;
                t.value += if job.mandatory { 0 } else { u64::from(job.value) };
                t.preferred += u32::from(p.crew.iter().any(|(who, _)| job.preferred.contains(who)));
            }
            None => {
                t.unplanned += 1;
                t.mandatory_unplanned += u32::from(job.mandatory);
            }
        }
        if let Some(deadline) = job.deadline {
            let missed = match placed {
                Some(p) => model.day_index(p.day) > deadline,
                None => deadline <= last_day,
            };
            t.deadlines_missed += u32::from(missed);
        }
        if let Some((day, start)) = job.promise {
            let kept = placed.is_some_and(|p| Some(p.day) == day && p.start == start);
            t.promises_moved += u32::from(!kept);
        }
    }
    for person in 0..model.people.len() {
        t.most_visits_of_one = t.most_visits_of_one.max(state.load[person]);
        for day in 0..model.problem.days.len() {
            if state.route(person, day).is_empty() {
                continue;
            }
            t.travel_seconds += state.travel(person, day);
            t.overtime_seconds +=
                (back(model, state, person, day) - model.people[person].shift_end[day]).max(0);
        }
    }
    t
}

/// The plan's standing in each goal, in the order of the goals; less is better.
fn score(model: &Model, t: &Totals) -> Vec<i64> {
    let standing = |goal: &Goal| match goal {
        Goal::MandatoryPlanned => i64::from(t.mandatory_unplanned),
        Goal::DeadlinesKept => i64::from(t.deadlines_missed),
        Goal::Value => -i64::try_from(t.value).unwrap_or(i64::MAX),
        Goal::PromisesKept => i64::from(t.promises_moved),
        Goal::Overtime => t.overtime_seconds,
        Goal::Balance => i64::from(t.most_visits_of_one),
        Goal::Travel => t.travel_seconds,
        Goal::Preference => -i64::from(t.preferred),
    };
    model.problem.goals.iter().map(standing).collect()
}
