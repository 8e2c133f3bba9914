//! Rule packs, business calendars and the clock engine.
//!
//! A rule pack is a jurisdiction's rules as versioned data: [`Packs::builtin`] holds those shipped
//! with the program. [`evaluate`] turns what happened in a case into the state of every clock, each
//! date with its [`Derivation`]; [`next_due`] answers the sweep over all open cases without
//! explaining itself. Everything is a pure function: no clock, no randomness, no I/O except
//! [`Packs::load_dir`].
//!
//! ```
//! use domain::{Timestamp, clock::{ClockFacts, Milestone}};
//! use rules::{Lang, Packs, Status, evaluate};
//!
//! let pack = Packs::builtin().get("cn").unwrap();
//! let received = Timestamp(1_772_420_400_000_000); // 2026-03-02 11:00 in Shanghai
//! let facts = ClockFacts {
//!     milestones: vec![(Milestone::ComplaintReceived, received)],
//!     ..ClockFacts::default()
//! };
//! let states = evaluate(pack, &facts, pack.zone(), received);
//! let decide = states.iter().find(|s| s.id == "cn.nfra.decide").unwrap();
//! assert_eq!(decide.status, Status::Running);
//! assert_eq!(decide.due_strict().unwrap().to_string(), "2026-03-17");
//! assert!(decide.derivation.to_text(Lang::ZhCn).contains("民法典"));
//! ```

mod calendar;
mod conduct;
mod count;
mod derivation;
mod evaluate;
mod explain;
mod lang;
mod pack;
mod packs;
mod parse;
mod parse_clock;
mod read;
mod source;
mod state;
mod words;

pub use calendar::{Calendar, RollBasis, YearStatus};
pub use conduct::{Basis, Conduct, Consequence, Demand, Hours, Scope, Sourced, VisitConduct};
pub use derivation::{Cite, Derivation, NotCounted, Step, What};
pub use evaluate::{evaluate, next_due, without_version};
pub use jiff::{civil::Date, tz::TimeZone};
pub use lang::{Lang, Texts};
pub use pack::{
    Clock, Counting, Effect, JudgeBy, Notify, Owner, Pack, PauseRule, Rule, Rung, Unit, Validity,
};
pub use packs::Packs;
pub use parse::References;
pub use read::{FORMAT, PackError, Problem};
pub use source::{Confidence, Source, Sources};
pub use state::{ClockState, Due, NextDue, NextExtension, Status};
pub use words::{milestone_name, rank_name, reason_name};
