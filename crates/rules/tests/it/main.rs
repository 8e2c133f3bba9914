//! The wider tests of the crate, in one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests may stop the test")]

mod calendar;
mod common;
mod derivations;
mod events;
mod packs;
mod properties;
mod receipt;
mod units;
