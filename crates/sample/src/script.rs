//! The hidden truth of a complaint: what the demo plays out and no rule of the program may read.

use crate::words::Channel;
use domain::{Money, Timestamp, clock::ApproverRank};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is true about a complaint and how its customer and handler will act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The truth about each allegation, in the order of [`crate::Complaint::allegations`].
    pub truths: Vec<AllegationTruth>,
    /// What the customer answers when a visit is offered.
    pub answer: VisitAnswer,
    /// What happens at the door when the customer consented and the visit takes place as planned.
    pub outcome: VisitOutcome,
    /// What would settle the matter.
    pub remedy: Remedy,
    /// Satisfaction before anything was done, 1 (worst) to 5.
    pub satisfaction_before: u8,
    /// Satisfaction at the end when the case was handled at the desk, 1 to 5.
    pub satisfaction_desk: u8,
    /// Satisfaction at the end when the visit was held, 1 to 5; never lower than at the desk by more than 1.
    pub satisfaction_visited: u8,
    /// Whether the customer answers the survey at the end.
    pub answers_survey: bool,
    /// What the customer does when no agreement is reached.
    pub onward: Onward,
    /// Set when the customer takes the whole complaint back at this time.
    pub withdraws_at: Option<Timestamp>,
    /// When each step of the handling happens.
    pub timeline: Timeline,
    /// An idea for the bank that the customer gives when asked.
    pub suggestion: Option<String>,
}

/// The truth about one allegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllegationTruth {
    /// Whether what the customer says happened (属实).
    pub truth: Finding,
    /// Whether what the customer asks for is reasonable (合理).
    pub reasonable: Finding,
    /// What the records show, in simplified Chinese, as the handler would write it down.
    pub reason: String,
}

/// A finding of truth or of reasonableness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Yes.
    Yes,
    /// In part.
    Partly,
    /// No.
    No,
}

/// What the customer answers when a visit is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum VisitAnswer {
    /// Consents to the visit.
    Consents {
        /// Whether the visitors may come in (else: meet at the door, the branch or a café).
        entering: bool,
        /// Whether the talk may be recorded.
        recording: bool,
        /// When the customer can be visited: at least one window, in order of time.
        windows: Vec<Window>,
    },
    /// Consents, and takes the consent back before the visit.
    Revokes {
        /// The windows offered at first.
        windows: Vec<Window>,
        /// Hours from the consent to the withdrawal.
        after_hours: u16,
        /// The way by which the case goes on.
        instead: Channel,
    },
    /// Does not want a visit.
    Refuses {
        /// Why, when the customer cares to say; simplified Chinese.
        reason: Option<String>,
        /// The way by which the case goes on.
        instead: Channel,
    },
    /// Cannot be reached within the limit.
    Silent,
}

impl VisitAnswer {
    /// Returns the windows the customer offered; empty when there is no consent.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        match self {
            VisitAnswer::Consents { windows, .. } | VisitAnswer::Revokes { windows, .. } => windows,
            VisitAnswer::Refuses { .. } | VisitAnswer::Silent => &[],
        }
    }
}

/// A span of one day in which the customer can be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The day.
    pub date: Date,
    /// Minutes after midnight at which the window opens.
    pub from: u16,
    /// Minutes after midnight at which it closes.
    pub to: u16,
}

/// What happens at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitOutcome {
    /// The talk took place to its end.
    Held,
    /// Nobody was there.
    Absent,
    /// The customer no longer wanted it when the crew came.
    RefusedAtDoor,
    /// The crew left for its safety.
    Unsafe,
    /// The talk began and had to be broken off.
    CutShort,
}

/// What would settle the matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// The kind of remedy that meets the case.
    pub kind: RemedyKind,
    /// What the handler proposes first; zero when no money is due.
    pub first_offer: Money,
    /// The least the customer would accept; zero when an explanation or a repair is enough.
    pub least: Money,
    /// The most the bank would pay on these facts; below `least` there is no agreement.
    pub most: Money,
    /// How many counter-offers the customer makes before accepting or giving up: 0 to 3.
    pub counters: u8,
    /// What the bank does, in simplified Chinese, as written into the proposal.
    pub text: String,
}

impl Remedy {
    /// Says whether the two sides can meet.
    #[must_use]
    pub fn can_agree(&self) -> bool {
        self.most.minor >= self.least.minor
    }
}

/// The kind of a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// Policy and process are explained; nothing is paid.
    Explanation,
    /// Money taken wrongly is given back.
    Refund,
    /// A fee or default interest is waived.
    Waiver,
    /// A payment for harm or trouble.
    Compensation,
    /// A record is put right (credit report, contract data, contact data).
    Correction,
    /// A technician repairs and shows how.
    TechnicalFix,
    /// New terms: instalments, later dates, another rate.
    NewTerms,
    /// A product or a service is cancelled.
    Cancellation,
    /// An apology and a talk with the staff concerned.
    Apology,
}

/// What a customer does when no agreement is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onward {
    /// Lets it rest.
    Nothing,
    /// Asks the higher level of the bank for review (核查).
    Review,
    /// Goes to mediation (调解).
    Mediation,
    /// Goes to court.
    Court,
}

/// When each step happens; in order of time, each later than the one before.
///
/// Steps after the bank's `today` have not happened yet: the demo plays what lies before its own
/// clock. `visit_at` holds for a visit in the past; one in the future is the planner's to set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The bank tells the customer that it has the complaint.
    pub acknowledged_at: Timestamp,
    /// The preliminary review is done.
    pub reviewed_at: Timestamp,
    /// A visit is offered, or desk handling begins.
    pub offered_at: Timestamp,
    /// The customer answers the offer.
    pub answered_at: Timestamp,
    /// The visit (or the talk at the desk) takes place; inside the first window when there is one.
    pub visit_at: Timestamp,
    /// The findings are written down.
    pub found_at: Timestamp,
    /// The first remedy is proposed.
    pub proposed_at: Timestamp,
    /// The customer is told the decision, or signs the agreement.
    pub decided_at: Timestamp,
    /// What was agreed is carried out.
    pub executed_at: Timestamp,
    /// The survey is answered.
    pub surveyed_at: Timestamp,
    /// Extensions granted before `decided_at`; a decision after the limit without one is a breach.
    pub extensions: Vec<ExtensionTruth>,
}

/// An extension of the time limit that the handler obtains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionTruth {
    /// The step of the ladder: 1 (to 30 days in total), 2 (30 days more).
    pub step: u8,
    /// When it is granted.
    pub granted_at: Timestamp,
    /// When the customer is told.
    pub notified_at: Timestamp,
    /// The rank that grants it.
    pub rank: ApproverRank,
    /// Why, in simplified Chinese.
    pub reason: String,
}
