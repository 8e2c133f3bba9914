//! Who goes together, to whom, when: the visit planner and its independent checker.
//!
//! The way through this crate:
//!
//! 1. [`problem`] holds what is known: days, staff, visits, rules, travel. [`validate`](validate::validate)
//!    reports every mistake in it at once.
//! 2. `solve(&problem, seed, iterations) -> Result<Plan, InvalidProblem>` makes a [`Plan`](plan::Plan): who visits whom, each person's day, and for every visit
//!    left out (or planned after its deadline) the binding reason and the cheapest change.
//! 3. `check(&problem, &plan) -> Vec<Violation>` reads problem and plan afresh and lists every violation. It
//!    shares no code with the solver, so that a mistake in one is seen by the other.
//!
//! Everything here is a pure function of its arguments: no clock, no randomness but the seed, no files.
//! The same problem, seed and number of iterations give the same plan on every machine.

pub mod plan;
pub mod problem;
pub mod validate;

pub use plan::{Assignment, Plan, Unplanned};
pub use problem::Problem;
pub use validate::{InvalidProblem, Issue, validate};
