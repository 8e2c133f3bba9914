//! Who goes together, to whom, when: the visit planner and its independent checker.
//!
//! The way through this crate:
//!
//! 1. [`problem`] holds what is known: days, staff, visits, rules, travel. [`validate()`]
//!    reports every mistake in it at once.
//! 2. [`solve()`] makes a [`Plan`]: who visits whom, each person's day, and for every visit left out
//!    (or planned after its deadline) the binding reason and the cheapest change.
//!    [`solve_within`] does it with any budget, [`solve_in_parallel`] on several threads;
//!    [`timetable`] does the same for visits assigned by hand, [`replan_in_parallel`] begins with a plan that stands, and
//!    [`slots`] says which times can be offered to a customer now.
//! 3. [`check()`] reads problem and plan afresh and lists every [`Violation`]. It shares no code with
//!    the solver, so that a mistake in one is seen by the other.
//!
//! Everything here is a pure function of its arguments: no clock, no randomness but the seed, no files.
//! The same problem, seed and number of iterations give the same plan on every machine.

pub mod check;
pub mod engine;
mod numbers;
pub mod plan;
pub mod problem;
pub mod solve;
pub mod validate;
pub mod violation;

pub use check::check;
pub use plan::{Assignment, Plan, Unplanned};
pub use problem::Problem;
pub use solve::{
    Progress, Slot, TimetableError, replan_in_parallel, slots, solve, solve_in_parallel, solve_within,
    timetable, up_to,
};
pub use validate::{InvalidProblem, Issue, validate};
pub use violation::Violation;
