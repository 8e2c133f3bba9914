//! Problems and plans of the visit planner as files.
//!
//! [`read_problem`] and [`read_plan`] tell every mistake of a document at once, each with its place; what a
//! document may hold stands in `docs/plan-problem.schema.json` and `docs/plan.schema.json`, which are carried inside the
//! program and are what it reads by. [`geojson()`] draws a plan on a map, [`calendar()`] writes it as iCalendar,
//! [`run_sheets`] as pages to print.
//!
//! Pure functions from text to text: no file, no clock.

mod calendar;
mod geojson;
mod read;
mod schema;
mod sheets;
mod walk;
mod words;

pub use calendar::{NoDate, calendar};
pub use geojson::{NoDegrees, geojson};
pub use read::{LARGEST, Mistakes, read_plan, read_problem};
pub use sheets::{Lang, run_sheets, run_sheets_html};
pub use words::{clock, length, plain};

/// The JSON Schema (draft 2020-12) of a problem.
pub const PROBLEM_SCHEMA: &str = include_str!("../../../docs/plan-problem.schema.json");

/// The JSON Schema (draft 2020-12) of a plan.
pub const PLAN_SCHEMA: &str = include_str!("../../../docs/plan.schema.json");
