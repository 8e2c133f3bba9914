//! What a person can ask of a case. Each command belongs to one [`Action`] of the allowed-actions table.

use super::{
    Complainant, SurveyMoment,
    allegation::{AllegationNo, NewAllegation, Reasonableness, Truth},
    allowed::Action,
    consent::ConsentScope,
    file::NewFile,
    remedy::{RemedyItem, TaskNo, Terms},
    state::{Channel, CloseReason, DeclineReason, LinkKind, ReviewOutcome, Similar},
    visit::{CrewMember, Place, ScreeningDecision, VisitReport, Window},
};
use crate::{
    clock::{ApproverRank, PauseReason},
    ids::{BranchId, CaseId, CustomerId, FileId, StaffId},
    money::Money,
    personal::Personal,
    time::Timestamp,
};

/// A complaint as it comes in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Intake {
    /// The case's id.
    pub case: CaseId,
    /// The customer, owner of the data key.
    pub customer: CustomerId,
    /// The system or file it came from.
    pub source: String,
    /// Its id there: the same source id is the same case.
    pub source_id: String,
    /// The channel it came by, as a code.
    pub channel: String,
    /// Business line code of the catalogue.
    pub line: String,
    /// Product in the bank's words.
    pub product: String,
    /// One line that says what it is about.
    pub title: Personal,
    /// The customer's own words.
    pub narrative: Personal,
    /// Who complains.
    pub complainant: Complainant,
    /// The branch responsible.
    pub branch: BranchId,
    /// What is at stake.
    pub amount: Option<Money>,
    /// When it reached the bank: the day all clocks start from.
    pub received_at: Timestamp,
    /// What went wrong, at least one.
    pub allegations: Vec<NewAllegation>,
    /// When a central-bank branch forwarded it, if so.
    pub forwarded_at: Option<Timestamp>,
}

/// A contact attempt.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Contact {
    /// By which channel.
    pub channel: String,
    /// Whether the customer was reached.
    pub reached: bool,
    /// What was said.
    pub note: Personal,
}

/// What a person asks of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "fields are named by the glossary; each command says what it does"
)]
pub enum Command {
    /// Take the complaint in.
    Receive(Box<Intake>),
    /// Tell the customer that it arrived.
    Acknowledge { channel: String },
    /// Give the case to somebody.
    Assign { handler: StaffId },
    /// Add something else the customer says went wrong.
    AddAllegation(NewAllegation),
    /// Begin the preliminary review.
    StartReview,
    /// Judge one allegation on the papers.
    Assess {
        allegation: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        reasons: Personal,
    },
    /// Take the complaint up.
    Accept,
    /// Not take it up, for a lawful reason, and say why.
    Decline {
        reason: DeclineReason,
        explanation: Personal,
    },
    /// Decide whether a visit is offered.
    DecideScreening(ScreeningDecision),
    /// Record that the customer objects to the screening; another person decides anew.
    ObjectToScreening { reason: Personal },
    /// Offer a visit.
    OfferVisit { channel: String },
    /// Record a consent of one scope.
    GiveConsent {
        scope: ConsentScope,
        channel: String,
        windows: Vec<Window>,
        place: Option<Place>,
    },
    /// Record that the customer does not want a visit; another channel opens at once.
    RefuseVisit {
        reason: Option<Personal>,
        next_channel: Channel,
    },
    /// Record that the customer takes a consent back.
    WithdrawConsent {
        scope: ConsentScope,
        next_channel: Channel,
    },
    /// Find that a consent is none.
    InvalidateConsent { scope: ConsentScope, reason: String },
    /// Agree a visit, or move it.
    ScheduleVisit { window: Window, crew: Vec<CrewMember> },
    /// Send the advance notice.
    SendNotice { channel: String },
    /// Give up the appointment; the consent stands.
    CancelVisit { reason: String },
    /// Report how the visit went.
    ReportVisit(Box<VisitReport>),
    /// Handle through another channel.
    OpenChannel { channel: Channel, reason: String },
    /// Record what the verification established.
    RecordFinding {
        allegation: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        basis: Personal,
        evidence: Vec<String>,
    },
    /// Propose a remedy.
    ProposeRemedy(Terms),
    /// Approve or reject a proposal.
    VoteOnRemedy { proposal: u16, approve: bool },
    /// Offer an approved proposal to the customer.
    MakeOffer { proposal: u16 },
    /// Record what the customer asks for instead.
    RecordCounterOffer(Terms),
    /// Record that no agreement was found.
    EndNegotiation { reason: Personal },
    /// Record the signed agreement on the bank's last offer.
    SignAgreement {
        document_hash: String,
        signature: String,
    },
    /// Tell the customer the decision, with facts, basis, reasons and ways of redress.
    NotifyDecision { channel: String },
    /// Add work promised outside an agreement.
    AddTask(RemedyItem),
    /// Report a task as done, with proof.
    CompleteTask { task: TaskNo, proof: String },
    /// Verify a task somebody else did.
    VerifyTask { task: TaskNo },
    /// Record the customer's written application for review.
    RequestReview { grounds: Personal },
    /// Decide the review.
    DecideReview {
        outcome: ReviewOutcome,
        reasons: Personal,
    },
    /// Begin mediation that both sides agreed to.
    StartMediation { body: String },
    /// End it.
    EndMediation { settled: bool },
    /// Hand the facts over to the lawyers.
    HandOverToLitigation { reason: String },
    /// Record that the customer takes the complaint back.
    WithdrawComplaint { reason: Option<Personal> },
    /// Close the case.
    Close(CloseReason),
    /// Open it again.
    Reopen { reason: String },
    /// Record new facts or reasons from the same complainant.
    ReceiveNewFacts { text: Personal },
    /// Grant an extension of a clock.
    ExtendClock {
        clock: String,
        step: u8,
        rank: ApproverRank,
        reason: String,
    },
    /// Record that the customer was told of the last extension.
    NotifyExtension { channel: String },
    /// Leave time out of the limit while an outside appraisal runs.
    PauseClock { reason: PauseReason },
    /// Count again.
    ResumeClock { reason: PauseReason },
    /// Note cases that look alike; a person chooses what they are.
    NoteSimilar(Vec<Similar>),
    /// Decide that a similar case is another matter.
    DismissSimilar { other: CaseId },
    /// Link another case.
    LinkCase { other: CaseId, kind: LinkKind },
    /// Undo a link.
    UnlinkCase { other: CaseId },
    /// Record a contact attempt.
    RecordContact(Contact),
    /// Record survey answers.
    RecordSurvey {
        moment: SurveyMoment,
        satisfaction: u8,
        trust: u8,
    },
    /// Record something unexpected during a visit.
    RecordIncident { kind: String, guidance: String },
    /// Attach a file whose sealed content is stored already.
    AttachFile(Box<NewFile>),
    /// Take a file out of the list; its record and content stay.
    WithdrawFile { file: FileId, reason: Personal },
}

impl Command {
    /// Returns the action of the table that this command is.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Command::Receive(_) => Action::Receive,
            Command::Acknowledge { .. } => Action::Acknowledge,
            Command::Assign { .. } => Action::Assign,
            Command::AddAllegation(_) => Action::AddAllegation,
            Command::StartReview => Action::StartReview,
            Command::Assess { .. } => Action::Assess,
            Command::Accept => Action::Accept,
            Command::Decline { .. } => Action::Decline,
            Command::DecideScreening(_) => Action::DecideScreening,
            Command::ObjectToScreening { .. } => Action::ObjectToScreening,
            Command::OfferVisit { .. } => Action::OfferVisit,
            Command::GiveConsent { .. } => Action::GiveConsent,
            Command::RefuseVisit { .. } => Action::RefuseVisit,
            Command::WithdrawConsent { .. } => Action::WithdrawConsent,
            Command::InvalidateConsent { .. } => Action::InvalidateConsent,
            Command::ScheduleVisit { .. } => Action::ScheduleVisit,
            Command::SendNotice { .. } => Action::SendNotice,
            Command::CancelVisit { .. } => Action::CancelVisit,
            Command::ReportVisit(_) => Action::ReportVisit,
            Command::OpenChannel { .. } => Action::OpenChannel,
            Command::RecordFinding { .. } => Action::RecordFinding,
            Command::ProposeRemedy(_) => Action::ProposeRemedy,
            Command::VoteOnRemedy { .. } => Action::VoteOnRemedy,
            Command::MakeOffer { .. } => Action::MakeOffer,
            Command::RecordCounterOffer(_) => Action::RecordCounterOffer,
            Command::EndNegotiation { .. } => Action::EndNegotiation,
            Command::SignAgreement { .. } => Action::SignAgreement,
            Command::NotifyDecision { .. } => Action::NotifyDecision,
            Command::AddTask(_) => Action::AddTask,
            Command::CompleteTask { .. } => Action::CompleteTask,
            Command::VerifyTask { .. } => Action::VerifyTask,
            Command::RequestReview { .. } => Action::RequestReview,
            Command::DecideReview { .. } => Action::DecideReview,
            Command::StartMediation { .. } => Action::StartMediation,
            Command::EndMediation { .. } => Action::EndMediation,
            Command::HandOverToLitigation { .. } => Action::HandOverToLitigation,
            Command::WithdrawComplaint { .. } => Action::WithdrawComplaint,
            Command::Close(_) => Action::Close,
            Command::Reopen { .. } => Action::Reopen,
            Command::ReceiveNewFacts { .. } => Action::ReceiveNewFacts,
            Command::ExtendClock { .. } => Action::ExtendClock,
            Command::NotifyExtension { .. } => Action::NotifyExtension,
            Command::PauseClock { .. } => Action::PauseClock,
            Command::ResumeClock { .. } => Action::ResumeClock,
            Command::NoteSimilar(_) => Action::NoteSimilar,
            Command::DismissSimilar { .. } => Action::DismissSimilar,
            Command::LinkCase { .. } => Action::LinkCase,
            Command::UnlinkCase { .. } => Action::UnlinkCase,
            Command::RecordContact(_) => Action::RecordContact,
            Command::RecordSurvey { .. } => Action::RecordSurvey,
            Command::RecordIncident { .. } => Action::RecordIncident,
            Command::AttachFile(_) => Action::AttachFile,
            Command::WithdrawFile { .. } => Action::WithdrawFile,
        }
    }
}
