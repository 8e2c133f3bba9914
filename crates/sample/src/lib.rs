//! A seeded sample bank: branches, staff, customers and complaints that belong to nobody.
//!
//! [`Bank::generate`] is a pure function of `(seed, today, cases)`: the same arguments give the same
//! bytes on every machine. Every person is invented, and so is the city (see [`city`]): telephone
//! numbers, identity numbers, e-mail addresses and coordinates are chosen from ranges that no real
//! person can have.
//!
//! Each [`Complaint`] carries a hidden [`Script`]: what is true about it and how the customer will
//! act. `forecourt demo` plays the scripts through the real commands; nothing else may read them.

pub mod bank;
pub mod city;
pub mod complaint;
mod compose;
mod deck;
mod dice;
mod hant;
mod make_people;
mod make_script;
mod names;
pub mod people;
pub mod script;
mod stories;
mod when;
pub mod words;

pub use bank::Bank;
pub use city::{Branch, Place};
pub use complaint::{Allegation, Complaint, CopyKind, CopyOf, Mood};
pub use people::{Customer, Need, Preferences, Shift, Skill, Staff, Strain};
pub use script::{
    AllegationTruth, ExtensionTruth, Finding, Onward, Remedy, RemedyKind, Script, Timeline, VisitAnswer,
    VisitOutcome, Window,
};
pub use words::{Cause, Channel, Dialect, Language, Line};
