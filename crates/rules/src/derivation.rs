//! Why a date is what it is: the steps of an evaluation, each with its rule and source.

use crate::{
    calendar::{RollBasis, YearStatus},
    lang::{Lang, Texts},
    pack::{JudgeBy, Notify},
    source::Confidence,
    state::Status,
    words,
};
use domain::{
    StaffId,
    clock::{ApproverRank, Milestone, PauseReason},
};
use jiff::civil::{Date, Time};
use serde::Serialize;

/// The rule that a step rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cite {
    /// The rule's id.
    pub rule: String,
    /// What it says, in short.
    pub text: Texts,
    /// The title of the source.
    pub source: String,
    /// Who issued the source, with number.
    pub issuer: String,
    /// The article, with "number to verify" where that is so.
    pub article: String,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The first day of the rule, when that is after the day of receipt: then it is cited because
    /// the pack holds no older text.
    pub only_since: Option<Date>,
}

/// Why a granted extension does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// The approver stands too low.
    Rank {
        /// The lowest rank that may grant it.
        needed: ApproverRank,
    },
    /// Granted after the clock was due.
    TooLate,
    /// The customer must be told and was not.
    NotNotified,
    /// The customer must be told and was told only after the clock was due.
    NotifiedTooLate {
        /// The day of telling.
        day: Date,
    },
    /// The step before it does not count.
    StepBefore,
    /// The clock has no such step.
    NoSuchStep,
    /// Granted outside this run: before it started, or after it was closed.
    OtherRun,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum What {
    /// The clock waits for its milestone.
    Waiting {
        /// What would start it.
        milestone: Milestone,
    },
    /// The pack and clock version that governs.
    Version {
        /// The pack's id.
        pack: String,
        /// The pack's version.
        version: String,
        /// First day of this version of the clock.
        from: Date,
        /// Its last day, where one is known.
        to: Option<Date>,
    },
    /// What started the run.
    Started {
        /// What happened.
        milestone: Milestone,
        /// The zone that days are counted in.
        zone: String,
        /// The run's number.
        run: u32,
    },
    /// The start day is not counted, or hours run from the stated hour.
    FirstDay {
        /// Whether the limit is in hours.
        hours: bool,
    },
    /// What a day is.
    DayMeaning,
    /// The limit as such.
    Limit {
        /// How many units.
        n: u32,
        /// The unit, as the pack writes it.
        unit: String,
    },
    /// The month had no corresponding day.
    MonthEnd,
    /// A pause and the days that it covers.
    Paused {
        /// Why.
        reason: PauseReason,
        /// Its first day.
        from: Date,
        /// The day it ended; `None` while it runs.
        to: Option<Date>,
        /// The days covered from 0:00 to 24:00.
        whole_days: i64,
    },
    /// The time left out in all.
    LeftOut {
        /// How many.
        n: i64,
        /// The unit, as the pack writes it.
        unit: String,
    },
    /// A pause that began when the limit had run out.
    PauseTooLate {
        /// Why.
        reason: PauseReason,
    },
    /// An extension that counts.
    Extended {
        /// Step of the ladder.
        step: u8,
        /// The day of granting.
        granted: Date,
        /// The whole limit with it.
        total: u32,
        /// The unit, as the pack writes it.
        unit: String,
        /// How much is left out of the longer limit.
        left_out: i64,
        /// What `left_out` is counted in, as the pack writes it.
        left_unit: String,
        /// Who granted it.
        approver: StaffId,
        /// In which rank.
        rank: ApproverRank,
        /// The day of telling the customer.
        notified: Option<Date>,
        /// What the rule says on telling.
        notify: Notify,
    },
    /// An extension that does not count.
    NotExtended {
        /// Step of the ladder.
        step: u8,
        /// The day of granting.
        granted: Date,
        /// Who granted it.
        approver: StaffId,
        /// In which rank.
        rank: ApproverRank,
        /// Why it does not count.
        why: NotCounted,
    },
    /// The last day moved, or not, because of days off.
    Roll {
        /// Which days move it.
        basis: RollBasis,
        /// The notice that published the calendar of that year.
        notice: Option<String>,
    },
    /// The calendar of a year is not published.
    NotPublished {
        /// The year.
        year: i16,
        /// Provisional or unknown.
        status: YearStatus,
    },
    /// By which date the clock is judged.
    Judged {
        /// Strict or legal.
        by: JudgeBy,
        /// The time of day, for limits in hours; otherwise the day ends at 24:00.
        hour: Option<Time>,
    },
    /// What closed the run.
    Closed {
        /// What happened; `None` for a new run of the same clock.
        milestone: Option<Milestone>,
    },
    /// How it stands.
    Stands {
        /// The status.
        status: Status,
        /// Whether time has closed it: the customer's window is over.
        lapsed: bool,
        /// Whether it was late when it closed, or is.
        late: bool,
        /// Whether it is late by the strict date only.
        within_legal: bool,
    },
}

/// One step: what was done, by which rule, from which date to which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was done.
    #[serde(flatten)]
    pub what: What,
    /// The rule it rests on; `None` for plain facts.
    pub cite: Option<Cite>,
    /// The date it started from.
    pub date_in: Option<Date>,
    /// The date it led to.
    pub date_out: Option<Date>,
}

impl Step {
    /// Returns the step as one sentence, without its source.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        words::sentence(self, lang)
    }
}

/// The whole way from the facts to a due date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// The clock's id.
    pub clock: String,
    /// The clock's title.
    pub title: Texts,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl Derivation {
    /// Returns the derivation as numbered lines, each step with rule, source, article and
    /// confidence.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        words::lines(self, lang)
    }
}
