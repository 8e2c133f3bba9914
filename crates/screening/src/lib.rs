//! Near-duplicates at intake, and whom to offer a visit, with reasons.
//!
//! Three independent parts, all pure functions of their arguments:
//!
//! * [`duplicates`]: an index in memory that tells at intake whether the same complaint, or the same
//!   complainant, is already known;
//! * [`Policy`], [`features`], [`screen`]: stated criteria as data turn what is known about a case
//!   into points with a reason for each. The result is a proposal: a named person decides (个人信息保护法
//!   art. 24), and the customer may have every reason explained;
//! * [`held_out`]: the lot by which some cases get the usual handling, so that the effect of visits
//!   can be measured.

pub mod duplicates;
mod features;
mod lexicon;
mod lot;
mod policy;
mod screen;
#[cfg(test)]
mod testing;
mod units;
mod wording;

pub use duplicates::{Candidate, DuplicateIndex, Intake, Suggestion};
pub use features::{CaseFacts, CaseFeatures, Feature, Signal, features};
pub use lexicon::{Lexicon, Theme};
pub use lot::held_out;
pub use policy::{CatalogueError, Condition, Criterion, Exclusion, Policy};
pub use screen::{Reason, Screening, screen};
pub use wording::Wording;
