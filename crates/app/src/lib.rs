//! Use cases: one function per thing a person can do; each loads, decides and appends.
//!
//! [`Office`] is the one way in: the command line today, the desk and the field app next. It reads
//! the clock and draws ids only here, at the rim; the domain gets both as arguments.

mod access;
mod authority;
mod codec;
mod directory;
mod dossier;
mod error;
mod explain;
mod files;
mod ids;
mod import;
mod office;
mod plan;
mod row;
mod screening;
mod similar;
mod sweep;
mod take_in;
mod visits;

/// What a file is, by its bytes.
pub use intake::sniff;

pub mod demo;
pub mod planning;
pub mod programme;

pub use access::{Deed, Denied, POLICY, Reach, Viewer, policy_text};
pub use authority::{Authority, AuthorityError};
pub use codec::kind_of;
pub use directory::{Cost, Directory, DirectoryError, Limits, NewUser, SessionView, TokenView, User};
pub use dossier::{Dossier, Entry};
pub use error::OfficeError;
pub use explain::Explanation;
pub use files::{Attached, Opened, Upload};
pub use import::{ImportEvent, ImportOptions, ImportSummary};
pub use office::{Done, Office, Order, Setup};
pub use plan::{Crewing, PlannedVisits, VisitRequest};
pub use screening::ScreeningProposal;
pub use similar::SimilarChoice;
pub use sweep::{Alarm, AlarmKind, SweepReport};
pub use take_in::{Complaint, TakenIn};
pub use visits::VisitLine;
