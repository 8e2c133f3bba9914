//! What happened: the events of the two streams of a case.
//!
//! Who and when stand in the envelope of the log, not here. Field names are a stored format: add,
//! never rename; a changed meaning is a new event.

use super::{
    SurveyMoment,
    allegation::{AllegationNo, NewAllegation, Reasonableness, Truth},
    command::{Contact, Intake},
    consent::ConsentScope,
    file::NewFile,
    remedy::{Agreement, RemedyItem, TaskNo, Terms},
    state::{Channel, CloseReason, DeclineReason, LinkKind, ReviewOutcome, Similar},
    visit::{Appointment, Notice, Place, ScreeningDecision, VisitReport, Window},
};
use crate::{
    clock::{ApproverRank, PauseReason},
    ids::{CaseId, FileId, StaffId},
    personal::Personal,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// An event with the stream it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Goes to the facts.
    Fact(Box<FactEvent>),
    /// Goes to the negotiation.
    Negotiation(NegotiationEvent),
}

impl From<FactEvent> for Event {
    fn from(e: FactEvent) -> Self {
        Event::Fact(Box::new(e))
    }
}

impl From<NegotiationEvent> for Event {
    fn from(e: NegotiationEvent) -> Self {
        Event::Negotiation(e)
    }
}

/// Facts: what may be shown to the customer, an auditor or a court.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "fields carry the meaning of the command fields of the same name"
)]
#[expect(
    clippy::large_enum_variant,
    reason = "one receipt per case, and events live boxed"
)]
pub enum FactEvent {
    /// The complaint came in.
    ComplaintReceived(Intake),
    /// The customer was told that it arrived.
    ComplaintAcknowledged { channel: String },
    /// Somebody took the case over.
    HandlerAssigned { handler: StaffId },
    /// Another allegation was added.
    AllegationAdded {
        no: AllegationNo,
        allegation: NewAllegation,
    },
    /// The preliminary review began.
    ReviewStarted,
    /// An allegation was judged on the papers.
    AllegationAssessed {
        no: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        reasons: Personal,
    },
    /// The complaint was taken up.
    ComplaintAccepted,
    /// It was not taken up.
    ComplaintDeclined {
        reason: DeclineReason,
        explanation: Personal,
    },
    /// A person decided about a visit.
    ScreeningDecided(ScreeningDecision),
    /// The customer objected.
    ScreeningObjected { reason: Personal },
    /// A visit was offered.
    VisitOffered { channel: String },
    /// A consent was given.
    ConsentGiven {
        no: u16,
        scope: ConsentScope,
        channel: String,
        windows: Vec<Window>,
        place: Option<Place>,
    },
    /// The customer did not want a visit.
    VisitRefused { reason: Option<Personal> },
    /// A consent was taken back.
    ConsentWithdrawn { no: u16 },
    /// A consent was found to be none.
    ConsentInvalidated { no: u16, reason: String },
    /// Time, place and crew are agreed.
    VisitScheduled(Appointment),
    /// The advance notice went out.
    NoticeSent(Notice),
    /// The appointment was given up.
    VisitCancelled { reason: String },
    /// The crew reported.
    VisitReported(VisitReport),
    /// Another channel was opened.
    ChannelOpened { channel: Channel, reason: String },
    /// A finding was made.
    FindingRecorded {
        no: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        basis: Personal,
        evidence: Vec<String>,
    },
    /// Talks about a remedy began. What is said in them stands in the other stream.
    NegotiationOpened,
    /// Talks ended without agreement.
    NegotiationEnded,
    /// The settlement was signed.
    AgreementSigned(Agreement),
    /// The customer was told the decision.
    DecisionNotified { channel: String },
    /// Work was promised.
    TaskAdded { no: TaskNo, item: RemedyItem },
    /// Work was done.
    TaskCompleted { no: TaskNo, proof: String },
    /// Work was verified.
    TaskVerified { no: TaskNo },
    /// All promised work is verified.
    AgreementExecuted,
    /// The customer appealed.
    ReviewRequested { grounds: Personal },
    /// The appeal was decided.
    ReviewDecided {
        outcome: ReviewOutcome,
        reasons: Personal,
    },
    /// Mediation began.
    MediationStarted { body: String },
    /// Mediation ended.
    MediationEnded { settled: bool },
    /// The facts went to the lawyers.
    HandedToLitigation { reason: String },
    /// The complaint was taken back.
    ComplaintWithdrawn { reason: Option<Personal> },
    /// The case was closed.
    CaseClosed { reason: CloseReason },
    /// It was opened again.
    CaseReopened { reason: String },
    /// New facts came in.
    NewFactsReceived { text: Personal },
    /// A clock was extended.
    ClockExtended {
        clock: String,
        step: u8,
        rank: ApproverRank,
        reason: String,
    },
    /// The customer was told of the extension.
    ExtensionNotified { channel: String, at: Timestamp },
    /// A clock was paused.
    ClockPaused { reason: PauseReason },
    /// A clock runs again.
    ClockResumed { reason: PauseReason },
    /// Cases that look alike were noted.
    SimilarNoted(Vec<Similar>),
    /// A similar case was found to be another matter.
    SimilarDismissed { other: CaseId },
    /// Another case was linked.
    CaseLinked { other: CaseId, kind: LinkKind },
    /// The link was undone.
    CaseUnlinked { other: CaseId },
    /// The customer was contacted, or not reached.
    ContactRecorded(Contact),
    /// Survey answers came in.
    SurveyRecorded {
        moment: SurveyMoment,
        satisfaction: u8,
        trust: u8,
    },
    /// Something unexpected happened.
    IncidentRecorded { kind: String, guidance: String },
    /// A file was attached. The store finds the sealed content by `id` and `address` of this event.
    FileAttached(NewFile),
    /// A file was taken out of the list.
    FileWithdrawn { file: FileId, reason: Personal },
}

/// What is said in a negotiation: never part of a litigation file (人民法院在线调解规则 art. 18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "fields carry the meaning of the command fields of the same name"
)]
pub enum NegotiationEvent {
    /// A new round began: earlier offers no longer stand.
    RoundOpened,
    /// A remedy was proposed inside the bank.
    RemedyProposed { no: u16, terms: Terms },
    /// An approver voted.
    RemedyVoted { no: u16, approved: bool },
    /// The bank offered it.
    OfferMade { proposal: u16 },
    /// The customer asked for something else.
    CounterOffered { terms: Terms },
    /// The round ended without agreement.
    RoundEnded { reason: Personal },
    /// The round ended with a signature.
    OfferAccepted { proposal: u16 },
}
