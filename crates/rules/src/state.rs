//! How a clock stands: the result of an evaluation.

use crate::{derivation::Derivation, lang::Texts, pack::Notify, pack::Owner};
use domain::{Timestamp, clock::ApproverRank};
use jiff::civil::Date;
use serde::Serialize;

/// How a run of a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// What starts it has not happened.
    NotStarted,
    /// The time runs.
    Running,
    /// Time is being left out at this moment; the due date moves on with every whole day.
    Paused,
    /// Done in time.
    Met,
    /// Done, but late.
    MetLate,
    /// Not done, and late. Only clocks of the bank.
    Breached,
    /// Closed without being met: withdrawn, or the customer's time is over.
    Ended,
    /// A later run took its place before it was met.
    Superseded,
}

impl Status {
    /// Says whether something can still be done about this run.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Status::Running | Status::Paused | Status::Breached)
    }
}

/// When a clock is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day as counted. Alarms of the bank's clocks go by this one.
    pub strict: Date,
    /// The last day rolled over days off by 民法典 art. 203; never before `strict`.
    pub legal: Date,
    /// The last microsecond in time: the end of `strict` (of `legal` for clocks that the pack judges
    /// by it, such as the customer's), or the end of the hour for limits in hours.
    pub at: Timestamp,
    /// Whether a year without published calendar was looked at: the dates may move.
    pub provisional: bool,
}

/// The extension that may be granted next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextExtension {
    /// The step of the ladder.
    pub step: u8,
    /// The whole limit with it, in the clock's unit.
    pub total: u32,
    /// The last day, as counted, with it.
    pub due_strict: Date,
    /// The lowest rank that may grant it.
    pub approver: ApproverRank,
    /// Whether the customer must be told.
    pub notify: Notify,
    /// The last instant for granting it and, where that is a duty, for telling the customer.
    pub by: Timestamp,
    /// The id of the rule.
    pub rule: String,
}

/// How one run of one clock stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockState {
    /// The clock's id, such as `cn.nfra.decide`.
    pub id: String,
    /// Its title.
    pub title: Texts,
    /// Whose time it measures.
    pub owner: Owner,
    /// 1 for the first run, 2 after the first restart, …; the last one is in force.
    pub run: u32,
    /// How it stands at `now`.
    pub status: Status,
    /// What started this run.
    pub started: Option<Timestamp>,
    /// When it is due; `None` before it starts.
    pub due: Option<Due>,
    /// Civil days from today to the day it is judged by; negative when overdue, `None` when closed.
    pub days_left: Option<i64>,
    /// What met, ended or superseded it, and when.
    pub closed: Option<Timestamp>,
    /// Since when it is or was late: set for `Breached` and `MetLate`, and for runs that ended or
    /// were superseded only after their due date. A restart or withdrawal heals no breach.
    pub late_since: Option<Timestamp>,
    /// Done after the strict date but not after the legal one, or not done and still before it.
    pub within_legal: bool,
    /// The whole limit with the extensions that count, in the clock's unit.
    pub total: u32,
    /// The steps of the ladder that count.
    pub extensions: u8,
    /// What extension may be granted next, while the clock is open and not late.
    pub next_extension: Option<NextExtension>,
    /// Why, step by step.
    pub derivation: Derivation,
}

impl ClockState {
    /// Returns the last microsecond in time.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.due.map(|d| d.at)
    }

    /// Returns the last day as counted.
    #[must_use]
    pub fn due_strict(&self) -> Option<Date> {
        self.due.map(|d| d.strict)
    }

    /// Returns the last day rolled over days off.
    #[must_use]
    pub fn due_legal(&self) -> Option<Date> {
        self.due.map(|d| d.legal)
    }

    /// Says whether a date rests on a calendar that is not published yet.
    #[must_use]
    pub fn provisional(&self) -> bool {
        self.due.is_some_and(|d| d.provisional)
    }
}

/// The most urgent open clock of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextDue<'a> {
    /// The clock's id.
    pub clock: &'a str,
    /// The last microsecond in time.
    pub due_at: Timestamp,
    /// `Running`, `Paused` or `Breached`.
    pub status: Status,
}
