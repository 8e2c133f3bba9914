//! The words of the field: the case and its commands, events, states and allowed actions.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no randomness. Ids and
//! times come in with the command. Two functions carry the crate: [`case::decide`] turns a command
//! into events or a refusal, and [`case::CaseFile::apply`] folds an event into the state.

pub mod case;
pub mod clock;
pub mod ids;
pub mod money;
pub mod personal;
pub mod staff;
pub mod time;

pub use ids::{BranchId, Bucket, CaseId, CustomerId, EventId, FileId, StaffId};
pub use money::{Currency, Money};
pub use personal::Personal;
pub use staff::{Actor, Role};
pub use time::Timestamp;
