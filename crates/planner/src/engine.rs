//! The route engine: who is served by which vehicle in which order, at the least cost.
//!
//! The heart is ruin and recreate ([`anneal`]).

mod anneal;
pub mod instance;
pub mod linked;
mod near;
pub(crate) mod numbers;
mod recreate;
mod routes;
mod ruin;
mod tails;

pub use anneal::{Progress, Tuning, search};
pub use instance::{Answer, Instance};
pub use linked::{Linked, LinkedAnswer, search_linked};
