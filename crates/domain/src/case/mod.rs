//! One complaint or dispute of one customer, with its whole history.
//!
//! A case is two folds: the **facts** ([`CaseFile`]) and the **negotiation** ([`Negotiation`]). They
//! are separate streams from the first day, because concessions offered in a negotiation may not be
//! used against a party later (人民法院在线调解规则 art. 18) and must never enter a litigation file.

mod allegation;
mod allowed;
mod apply;
mod command;
mod consent;
mod decide;
mod event;
mod file;
mod invariant;
mod refusal;
mod remedy;
mod state;
mod visit;

pub use allegation::{Allegation, AllegationNo, Assessment, Finding, NewAllegation, Reasonableness, Truth};
pub use allowed::{ALLOWED, Action, Rule, allowed_actions, check, table_text};
pub use apply::Stamp;
pub use command::{Command, Contact, Intake};
pub use consent::{Consent, ConsentScope, ConsentStatus, LiveConsent};
pub use decide::{Context, decide};
pub use event::{Event, FactEvent, NegotiationEvent};
pub use file::{Attachment, FileKind, FileLimits, NewFile};
pub use refusal::Refusal;
pub use remedy::{
    Agreement, Negotiation, NegotiationStatus, Offer, Proposal, RemedyItem, RemedyKind, Task, TaskNo,
    TaskStatus, Terms, Vote,
};
pub use state::{Channel, CloseReason, DeclineReason, LinkKind, ReviewOutcome, Similar, State};
pub use visit::{
    Appointment, CrewMember, MIN_CREW, Notice, Place, PlaceKind, ScreeningDecision, VisitOutcome,
    VisitReport, Window,
};

use crate::{
    clock::ClockFacts,
    ids::{BranchId, CaseId, CustomerId, FileId, StaffId},
    money::Money,
    personal::Personal,
};
use std::collections::BTreeSet;

/// Who complains, and how they can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Complainant {
    /// Full name.
    pub name: Personal,
    /// Telephone number.
    pub phone: Personal,
    /// E-mail address.
    pub email: Personal,
    /// Number of the identity document.
    pub id_number: Personal,
    /// Account or card number the complaint is about.
    pub account: Personal,
    /// Postal address.
    pub address: Personal,
    /// `latitude,longitude` of the address in degrees, where known.
    pub point: Personal,
    /// BCP 47 tag of the preferred language, such as `zh-CN`.
    pub language: String,
    /// The representative who complains for them, if any (A art. 14: a proven authorisation).
    pub representative: Option<Personal>,
}

/// A case as its two streams tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Facts: may be shown to a court.
    pub facts: CaseFile,
    /// Proposals, votes, offers: may not.
    pub negotiation: Negotiation,
}

/// The facts of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// The case's own id; `None` before it is received.
    pub id: Option<CaseId>,
    /// The customer, owner of the data key.
    pub customer: Option<CustomerId>,
    /// Who complains.
    pub complainant: Complainant,
    /// Where the complaint came from: the channel's code.
    pub intake_channel: String,
    /// The system or file it came from, and its id there.
    pub source: (String, String),
    /// Business line code of the catalogue, such as `loan`.
    pub line: String,
    /// Product in the bank's words.
    pub product: String,
    /// One line that says what it is about.
    pub title: Personal,
    /// The customer's own words.
    pub narrative: Personal,
    /// The branch responsible.
    pub branch: Option<BranchId>,
    /// What is at stake, as the customer puts it.
    pub amount: Option<Money>,
    /// Who handles it now.
    pub handler: Option<StaffId>,
    /// Everybody who acted on the case as handler, approver or crew: none of them may decide a review.
    pub touched_by: BTreeSet<StaffId>,
    /// What the customer says went wrong, by number.
    pub allegations: Vec<Allegation>,
    /// What clocks are computed from.
    pub clock: ClockFacts,
    /// The screening decisions so far, newest last.
    pub screenings: Vec<(ScreeningDecision, StaffId)>,
    /// Whether the customer objected to the newest screening decision.
    pub screening_objected: bool,
    /// The advance notice of the standing appointment, once sent.
    pub notice: Option<Notice>,
    /// Kinds of incidents during visits.
    pub incidents: Vec<String>,
    /// The handling channel when no visit is under way.
    pub channel: Option<Channel>,
    /// All consents ever recorded, by number.
    pub consents: Vec<Consent>,
    /// The appointment that stands, if any.
    pub appointment: Option<Appointment>,
    /// Reports of all visits, held or failed.
    pub visits: Vec<VisitReport>,
    /// The signed agreement.
    pub agreement: Option<Agreement>,
    /// Work promised to the customer.
    pub tasks: Vec<Task>,
    /// Cases that look alike and about which nobody has decided yet.
    pub similar: Vec<Similar>,
    /// Other cases linked to this one; removing a link leaves both whole.
    pub links: Vec<(CaseId, LinkKind)>,
    /// The files, oldest first; withdrawn ones too.
    pub files: Vec<Attachment>,
    /// Contact attempts.
    pub contacts: u32,
    /// Whether the customer was told the decision in the present round.
    pub decision_notified: bool,
    /// How often the case was reopened.
    pub reopened: u32,
    /// Survey answers: (when, satisfaction 1–5, trust 1–5).
    pub surveys: Vec<(SurveyMoment, u8, u8)>,
    pub(crate) phase: state::Phase,
}

/// When a survey was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurveyMoment {
    /// At intake, before anything was done.
    Before,
    /// After the case was handled.
    After,
}

impl Case {
    /// Returns where the case stands in its life.
    #[must_use]
    pub fn state(&self) -> State {
        self.facts.phase.state(self.negotiation.status())
    }

    /// Returns the allegation with number `no`.
    #[must_use]
    pub fn allegation(&self, no: AllegationNo) -> Option<&Allegation> {
        self.facts.allegations.get(usize::from(no.0).checked_sub(1)?)
    }

    /// Returns the newest consent of `scope` if it has been neither withdrawn nor invalidated.
    #[must_use]
    pub fn live_consent(&self, scope: ConsentScope) -> Option<LiveConsent<'_>> {
        self.facts
            .consents
            .iter()
            .rev()
            .find(|c| c.scope == scope)
            .and_then(Consent::live)
    }

    /// Returns the file of this id, withdrawn or not.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&Attachment> {
        self.facts.files.iter().find(|a| a.file.id == id)
    }

    /// Returns the files that were not withdrawn, oldest first.
    pub fn standing_files(&self) -> impl Iterator<Item = &Attachment> {
        self.facts.files.iter().filter(|a| a.withdrawn.is_none())
    }

    /// Returns the tasks that nobody has verified yet.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.facts
            .tasks
            .iter()
            .filter(|t| !matches!(t.status, TaskStatus::Verified { .. }))
    }

    /// Returns what is illegal about this state: always empty, or there is a defect (bar R7).
    #[must_use]
    pub fn illegal(&self) -> Vec<&'static str> {
        invariant::illegal(self)
    }
}
