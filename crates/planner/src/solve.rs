//! Makes a plan: nearest feasible insertion, then seeded improvement.
//!
//! Everybody of a crew is there from the start of the visit to its end. Crews meet at the door and travel alone, or spend the
//! whole day together (`team`). A visit gets its start when it is inserted and keeps it until it is taken out again; so each person's day stays a
//! sequence of fixed times, and whether a crew can meet is a question to each member's day alone.
//!
//! A visit that can be planned lawfully as the plan stands is always in the plan, and no other ever is.

mod anneal;
mod crew;
mod explain;
mod insertion;
mod ledger;
mod model;
mod offers;
mod roads;
mod ruin;
mod search;
mod sharing;
mod slots;
mod state;
mod team;
mod timetable;
mod words;

use crate::plan::{Assignment, Plan};
use crate::problem::{MAX_SECONDS, Problem};
use crate::validate::{InvalidProblem, validate};
use model::Model;
pub use search::Progress;
pub use slots::{Slot, slots};
use state::{Crew, Placed, State};

/// Plans the visits of `problem`.
///
/// `iterations` is the number of attempts to improve the first plan; 0 gives the first plan. The same problem, `seed` and
/// `iterations` give the same plan on every machine.
///
/// # Errors
/// When the problem contradicts itself ([`validate`]); nothing is planned then.
pub fn solve(problem: &Problem, seed: u64, iterations: u32) -> Result<Plan, InvalidProblem> {
    let all = u64::from(iterations);
    solve_within(problem, seed, |so_far| up_to(all, so_far))
}

/// Returns the share of a budget of `all` iterations that is gone; for [`solve_within`] and [`solve_in_parallel`].
pub fn up_to(all: u64, so_far: Progress) -> f64 {
    if so_far.iterations >= all {
        1.0
    } else {
        so_far.iterations as f64 / all as f64
    }
}

/// Plans the visits of `problem` until `spent` says that the whole budget is gone (1.0 or more, or no number).
///
/// `spent` is asked after the first plan and after every attempt to improve it, and is the only clock there is: a caller
/// that counts iterations gets the same plan on every machine (see [`up_to`]), one that looks at the time does not. Finding the
/// first plan and explaining the last one take their time beyond the budget.
///
/// # Errors
/// When the problem contradicts itself ([`validate`]); nothing is planned then.
pub fn solve_within(
    problem: &Problem,
    seed: u64,
    mut spent: impl FnMut(Progress) -> f64,
) -> Result<Plan, InvalidProblem> {
    validate(problem).map_err(|issues| InvalidProblem { issues })?;
    let model = Model::new(problem);
    let state = search::first(&model, &[]);
    let found = search::search(&model, state, seed, &mut spent, &mut sharing::Alone);
    Ok(timetable::plan_of(&model, &found.state))
}

/// Searches on `threads` threads side by side, each search with the whole budget and a seed of its own, and returns the best plan
/// by the goals; among equals that of the lowest number. At each quarter of the budget all go on from the best plan of any.
///
/// `spent` is told which search asks. One thread gives the plan of [`solve_within`]. With a budget of iterations the plan depends on
/// nothing but problem, seed, budget and number of threads. 0 threads count as 1.
///
/// # Errors
/// When the problem contradicts itself ([`validate`]); nothing is planned then.
pub fn solve_in_parallel(
    problem: &Problem,
    seed: u64,
    threads: usize,
    spent: impl Fn(usize, Progress) -> f64 + Sync,
) -> Result<Plan, InvalidProblem> {
    replan_in_parallel(problem, &[], seed, threads, spent)
}

/// Plans anew from a plan that stands: what of `before` is still lawful is the first plan, as it was, and the rest is added to it;
/// then it is improved like any other ([`solve_in_parallel`]).
///
/// With no budget at all nothing that is still lawful moves. With a budget, what customers were promised
/// ([`Promise`](crate::problem::Promise)) moves only for the sake of goals that come before
/// [`Goal::PromisesKept`](crate::problem::Goal::PromisesKept). Assignments that name what the problem no longer has are left
/// out, and so is whatever clashes with those before it in the list.
///
/// # Errors
/// When the problem contradicts itself ([`validate`]); nothing is planned then.
pub fn replan_in_parallel(
    problem: &Problem,
    before: &[Assignment],
    seed: u64,
    threads: usize,
    spent: impl Fn(usize, Progress) -> f64 + Sync,
) -> Result<Plan, InvalidProblem> {
    validate(problem).map_err(|issues| InvalidProblem { issues })?;
    let model = Model::new(problem);
    let first = search::first(&model, before);
    let run = |number: usize, friend: &mut dyn sharing::Friend| {
        let own = match number {
            0 => seed,
            _ => crate::numbers::Rng::new(seed.wrapping_add(number as u64)).next(),
        };
        search::search(
            &model,
            first.clone(),
            own,
            &mut |so_far| spent(number, so_far),
            friend,
        )
    };
    if threads <= 1 {
        let found = run(0, &mut sharing::Alone);
        return Ok(timetable::plan_of(&model, &found.state));
    }
    let table = sharing::Table::new(threads);
    let best = std::thread::scope(|scope| {
        let (run, table) = (&run, &table);
        let others: Vec<_> = (1..threads)
            .map(|number| scope.spawn(move || run(number, &mut table.seat(number))))
            .collect();
        let first = run(0, &mut table.seat(0));
        others.into_iter().fold(first, |best, other| match other.join() {
            Ok(found) if found.standing < best.standing => found,
            Ok(_) => best,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    });
    Ok(timetable::plan_of(&model, &best.state))
}

/// Why a list of assignments cannot be laid out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimetableError {
    /// The problem contradicts itself.
    #[error(transparent)]
    Invalid(#[from] InvalidProblem),
    /// An assignment names something that the problem does not have.
    #[error(
        "assignment {position}: `{name}` is not {kind} of the problem; nothing was laid out, correct the name"
    )]
    Unknown {
        /// Position of the assignment in the list.
        position: usize,
        /// What kind of thing was named: a visit, a day, a member of staff, a role of that visit.
        kind: &'static str,
        /// The name used.
        name: String,
    },
    /// A start that is no time of day.
    #[error(
        "assignment {position}: start {start} is not between 0 and {MAX_SECONDS} seconds; nothing was laid out, correct it"
    )]
    Start {
        /// Position of the assignment in the list.
        position: usize,
        /// The start given.
        start: i64,
    },
    /// Two assignments are of one visit, or one person is in a crew twice.
    #[error("assignment {position}: `{name}` is there twice; nothing was laid out, remove one")]
    Twice {
        /// Position of the assignment in the list.
        position: usize,
        /// Visit or person.
        name: String,
    },
}

/// Lays out a plan made by hand (or changed by hand): routes, reasons and totals for these assignments.
///
/// Nothing is judged: ask [`check`](crate::check::check) whether the result is lawful. The ends of the assignments are
/// recomputed.
///
/// # Errors
/// When the problem contradicts itself, or an assignment names what is not there or names it twice.
pub fn timetable(problem: &Problem, assignments: &[Assignment]) -> Result<Plan, TimetableError> {
    validate(problem).map_err(|issues| InvalidProblem { issues })?;
    let model = Model::new(problem);
    Ok(timetable::plan_of(&model, &by_hand(&model, assignments)?))
}

/// The plan under construction that these assignments make.
fn by_hand(model: &Model, assignments: &[Assignment]) -> Result<State, TimetableError> {
    let problem = model.problem;
    let mut state = State::new(model);
    for (position, wanted) in assignments.iter().enumerate() {
        let unknown = |kind, name: &str| TimetableError::Unknown {
            position,
            kind,
            name: name.into(),
        };
        let twice = |name: &str| TimetableError::Twice {
            position,
            name: name.into(),
        };
        let job = problem
            .visits
            .iter()
            .position(|v| v.id == wanted.visit)
            .ok_or_else(|| unknown("a visit", &wanted.visit))?;
        let day = problem
            .days
            .iter()
            .position(|d| d.index == wanted.day)
            .ok_or_else(|| unknown("a day", &wanted.day.to_string()))?;
        let mut crew: Crew = Vec::with_capacity(wanted.crew.len());
        for member in &wanted.crew {
            let person = problem
                .staff
                .iter()
                .position(|s| s.id == member.staff)
                .ok_or_else(|| unknown("a member of staff", &member.staff))?;
            let need = match &member.role {
                Some(role) => Some(
                    problem.visits[job]
                        .needs
                        .iter()
                        .position(|n| n.role == *role)
                        .ok_or_else(|| unknown("a role", role))?,
                ),
                None => None,
            };
            if crew.iter().any(|(other, _)| *other == person) {
                return Err(twice(&member.staff));
            }
            crew.push((person, need));
        }
        if !(0..=MAX_SECONDS).contains(&wanted.start) {
            return Err(TimetableError::Start {
                position,
                start: wanted.start,
            });
        }
        if state.placed[job].is_some() {
            return Err(twice(&wanted.visit));
        }
        state.place(
            model,
            job,
            Placed {
                day,
                start: wanted.start,
                crew,
            },
        );
    }
    Ok(state)
}
