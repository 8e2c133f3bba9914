//! The facts a clock is computed from. The arithmetic lives in the `rules` crate.
//!
//! Clocks are derived, never stored as "time left": the case keeps what happened and when; the
//! rule pack and calendar in force on the day of receipt turn that into due dates.

use crate::{ids::StaffId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Something that starts, restarts or stops a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// The complaint reached the bank.
    ComplaintReceived,
    /// The bank told the customer that it has the complaint.
    Acknowledged,
    /// The same complainant brought new facts or reasons.
    NewFactsReceived,
    /// The customer was told the decision (or the agreement was signed).
    DecisionNotified,
    /// The decision reached the customer.
    DecisionReceived,
    /// The customer applied in writing for review (核查).
    ReviewRequested,
    /// The customer was told the outcome of the review.
    ReviewDecided,
    /// The customer withdrew the complaint.
    Withdrawn,
    /// A central-bank branch forwarded the complaint to the bank.
    ForwardedByCentralBank,
    /// The case was handed over to litigation.
    HandedToLitigation,
}

/// Why time is left out of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// An outside appraisal, test or assessment is running.
    Appraisal,
    /// Both sides agreed to mediation.
    Mediation,
}

/// A span left out of the limit; `to` is `None` while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// First moment left out.
    pub from: Timestamp,
    /// First moment counted again.
    pub to: Option<Timestamp>,
}

/// How high an approver stands; the pack says which rank an extension needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApproverRank {
    /// The leader of the handling team.
    TeamLeader,
    /// The person in charge of complaint handling in this institution.
    ComplaintOfficer,
    /// A superior institution, or a senior manager of head office.
    SuperiorOrHeadOffice,
}

/// A granted extension of one clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The clock's id in the rule pack, such as `cn.nfra.decide`.
    pub clock: String,
    /// The step of the pack's extension ladder that was granted: 1, 2, …
    pub step: u8,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// Who granted it.
    pub approver: StaffId,
    /// In which rank.
    pub rank: ApproverRank,
    /// When the customer was told, if so.
    pub notified_at: Option<Timestamp>,
}

/// All that a clock needs to know of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockFacts {
    /// What happened, oldest first.
    pub milestones: Vec<(Milestone, Timestamp)>,
    /// Spans left out.
    pub pauses: Vec<Pause>,
    /// Extensions granted.
    pub extensions: Vec<Extension>,
}

impl ClockFacts {
    /// Returns when `milestone` last happened.
    #[must_use]
    pub fn last(&self, milestone: Milestone) -> Option<Timestamp> {
        self.milestones
            .iter()
            .rev()
            .find(|(m, _)| *m == milestone)
            .map(|(_, t)| *t)
    }
}
