//! The route engine: who is served by which vehicle in which order, at the least cost.
//!
//! The way through it: an [`Instance`] holds clients, vehicles and ways in whole numbers; [`search`] changes routes until
//! its budget is spent; the [`Answer`] lists the routes. The classical problem with time windows, several depots,
//! optional clients with prizes, and vehicles that may serve only some clients are all the same instance with other numbers.
//!
//! One step of the search takes strings of neighbouring clients out and puts them back at their cheapest places, with
//! blinks (`ruin`, `recreate`; Christiaens and Vanden Berghe 2020), then tries a few exchanges of whole tails (`tails`;
//! Potvin and Rousseau 1995), which strings cannot make when routes are long. What makes the plan a little worse is
//! accepted while it is warm (`anneal`). Places are tried next to a client's neighbours in space and time only (`near`; Vidal,
//! Crainic, Gendreau, Prins 2013), each in constant time (`routes`).
//!
//! What leaving a client out counts changes during the search (`prices`): so it is led to serve everybody where it must, and
//! to as many routes as pay where it may choose.
//!
//! No clock, no threads, no randomness but the seed: the same instance, seed and budget of iterations give the same answer
//! on every machine.

mod anneal;
pub mod instance;
pub mod linked;
mod near;
mod prices;
mod recreate;
mod routes;
mod ruin;
mod tails;

pub use anneal::{Progress, Tuning, search};
pub use instance::{Answer, Instance, InstanceError};
pub use linked::{Linked, LinkedAnswer, search_linked};
