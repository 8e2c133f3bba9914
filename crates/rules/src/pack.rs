//! A rule pack: a jurisdiction's rules, clocks and visit conduct as versioned data.

use crate::{
    calendar::{Calendar, RollBasis},
    conduct::Conduct,
    lang::Texts,
    source::{Confidence, Source},
};
use domain::clock::{ApproverRank, Milestone, PauseReason};
use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The days on which a row is in force, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First day in force.
    pub from: Date,
    /// Last day in force; `None` while no end is known.
    pub to: Option<Date>,
}

impl Validity {
    /// Says whether the row is in force on `day`.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// One rule as read from its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, such as `cn.nfra.decide.simple`.
    pub id: String,
    /// What it says, in short (not the wording of the law).
    pub text: Texts,
    /// Where it was read.
    pub source: Source,
    /// The article, with "number to verify" where that is so.
    pub article: String,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// When it is in force.
    pub valid: Validity,
}

/// Whose time a clock measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The bank must act in time.
    Bank,
    /// The customer may act in time; letters must show it.
    Customer,
}

/// What a limit is counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Calendar days.
    CalendarDays,
    /// Weeks of seven calendar days.
    Weeks,
    /// Working days of a calendar.
    WorkingDays(Arc<Calendar>),
    /// Hours, from the stated hour.
    Hours,
    /// Months, to the corresponding day.
    Months,
    /// Years, to the corresponding day.
    Years,
}

/// By which of the two dates a clock is judged late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgeBy {
    /// The date as counted: no source says that a supervisor accepts the roll of art. 203.
    Strict,
    /// The date rolled over days off.
    Legal,
}

/// Whether the customer must be told of an extension for it to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Not asked for.
    None,
    /// Good practice; the extension counts without it.
    Advised,
    /// A duty; the extension does not count without it.
    Required,
}

/// A milestone and the rule that gives it its effect on a clock, where one is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The milestone.
    pub on: Milestone,
    /// The id of the rule.
    pub rule: Option<String>,
}

/// A reason for which time is left out, and the rule that allows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    /// The reason.
    pub reason: PauseReason,
    /// The id of the rule.
    pub rule: String,
}

/// One step of the ladder of extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// 1, 2, … without gaps.
    pub step: u8,
    /// The id of the rule.
    pub rule: String,
    /// The whole limit once this step counts, in the clock's unit.
    pub total: u32,
    /// The lowest rank that may grant it.
    pub approver: ApproverRank,
    /// Whether the customer must be told.
    pub notify: Notify,
}

/// One version of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Its id, such as `cn.nfra.decide`; several versions may share it.
    pub id: String,
    /// Its title.
    pub title: Texts,
    /// Whose time it measures.
    pub owner: Owner,
    /// The id of the rule that sets the limit.
    pub rule: String,
    /// The id of the rule that says what a day is, where one does.
    pub day_rule: Option<String>,
    /// How many units.
    pub n: u32,
    /// The unit.
    pub unit: Unit,
    /// By which date it is judged late.
    pub judge_by: JudgeBy,
    /// What starts it, at its first occurrence.
    pub start: Milestone,
    /// What starts it again.
    pub restart: Vec<Effect>,
    /// What meets it.
    pub stop: Vec<Effect>,
    /// What ends it without meeting it.
    pub end: Vec<Effect>,
    /// What is left out of it.
    pub pauses: Vec<PauseRule>,
    /// The ladder of extensions, from step 1.
    pub ladder: Vec<Rung>,
    /// For complaints received on which days this version governs.
    pub valid: Validity,
}

/// The rules that say how to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// The id of the rule that the start day is not counted.
    pub first_day: String,
    /// The id of the rule on months without corresponding day.
    pub month_end: String,
    /// The id of the rule that moves a last day that is a day off.
    pub last_day: String,
}

/// A jurisdiction's rules, checked and linked to sources and calendars.
#[derive(Clone, Debug)]
pub struct Pack {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: Texts,
    pub(crate) zone_name: String,
    pub(crate) zone: TimeZone,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) roll_basis: RollBasis,
    pub(crate) counting: Counting,
    pub(crate) rules: BTreeMap<String, Vec<Rule>>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) conduct: Vec<Conduct>,
}

impl Pack {
    /// Returns the id, such as `cn`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the version of the data.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the title.
    #[must_use]
    pub fn title(&self) -> &Texts {
        &self.title
    }

    /// Returns the zone in which the pack's days begin and end.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns the name of [`Self::zone`].
    #[must_use]
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// Returns the business calendar.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Returns which days move the last day of a period.
    #[must_use]
    pub fn roll_basis(&self) -> RollBasis {
        self.roll_basis
    }

    /// Returns every version of every clock, in the order of the file.
    #[must_use]
    pub fn clocks(&self) -> &[Clock] {
        &self.clocks
    }

    /// Returns the title of a clock, in its newest version.
    #[must_use]
    pub fn clock_title(&self, id: &str) -> Option<&Texts> {
        self.clocks.iter().rev().find(|c| c.id == id).map(|c| &c.title)
    }

    /// Returns the version of the clock that governs complaints received on `received`.
    #[must_use]
    pub fn clock(&self, id: &str, received: Date) -> Option<&Clock> {
        self.clocks
            .iter()
            .find(|c| c.id == id && c.valid.covers(received))
    }

    /// Returns every rule, by id and then by age.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values().flatten()
    }

    /// Returns the version of the rule in force on `day`, or else the oldest one.
    #[must_use]
    pub fn rule(&self, id: &str, day: Date) -> Option<&Rule> {
        let versions = self.rules.get(id)?;
        versions
            .iter()
            .find(|r| r.valid.covers(day))
            .or_else(|| versions.first())
    }

    /// Returns every row on the conduct of visits.
    #[must_use]
    pub fn conduct(&self) -> &[Conduct] {
        &self.conduct
    }
}
