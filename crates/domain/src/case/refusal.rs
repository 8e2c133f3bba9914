//! Why a command is refused. A refusal has no side effect (bar R7).

use super::{allegation::AllegationNo, allowed::Action, consent::ConsentScope, remedy::TaskNo, state::State};
use crate::{
    ids::{CaseId, FileId},
    staff::Role,
};

/// Why a command is refused, in words that tell a person what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each refusal says what its fields are")]
pub enum Refusal {
    #[error("{action:?} is not possible while the case is {}", state.labels()[2])]
    NotInThisState { action: Action, state: State },
    #[error("the role {role:?} may not do {action:?} while the case is {}", state.labels()[2])]
    NotInThisRole {
        action: Action,
        state: State,
        role: Role,
    },
    #[error("a complaint needs at least one allegation")]
    NoAllegation,
    #[error("a case holds at most {limit} {what}")]
    TooMany { what: &'static str, limit: usize },
    #[error("the complaint is said to have been received after it was entered; check the date of receipt")]
    ReceivedInTheFuture,
    #[error("that would have happened before the complaint was received; check the date")]
    BeforeReceipt,
    #[error("there is no allegation {}", .0.0)]
    NoSuchAllegation(AllegationNo),
    #[error("allegation {} has not been reviewed yet; every allegation needs a view on truth and on reasonableness", .0.0)]
    NotAssessed(AllegationNo),
    #[error("allegation {} has no finding yet; verify it first", .0.0)]
    NotVerified(AllegationNo),
    #[error(
        "an allegation was found true and what it asks for reasonable; propose a remedy instead of closing"
    )]
    UpheldNeedsRemedy,
    #[error("an appointment stands; cancel or move it before the consent to be visited is given anew")]
    AppointmentStands,
    #[error("reasons are needed: the customer has a right to them")]
    ReasonsMissing,
    #[error("the person who decided the screening that the customer objected to may not decide it again")]
    ObjectionNeedsAnotherPerson,
    #[error("the case was not selected for a visit; decide the screening anew first")]
    NotSelected,
    #[error("the case is in the held-out group and gets the usual handling")]
    HeldOut,
    #[error("there is no live consent for {0:?}; no consent, no visit")]
    NoLiveConsent(ConsentScope),
    #[error("consent to be visited comes first")]
    VisitingConsentFirst,
    #[error("a window must end after it begins")]
    BadWindow,
    #[error("consent to be visited needs at least one window and a place")]
    ConsentNeedsWindowAndPlace,
    #[error("the consent names no place")]
    ConsentWithoutPlace,
    #[error(
        "the customer did not agree to that time; ask for it, or choose a time inside a consented window"
    )]
    WindowNotConsented,
    #[error("the appointment would lie in the past")]
    WindowInThePast,
    #[error("the crew has {have} people and needs at least {need}")]
    CrewTooSmall { have: usize, need: usize },
    #[error("the crew names somebody twice")]
    CrewNamesSomebodyTwice,
    #[error("the role {0:?} does not go on visits")]
    RoleDoesNotVisit(Role),
    #[error("no appointment stands")]
    NoAppointment,
    #[error("the advance notice has not been sent; the customer must know who comes, when and why")]
    NoticeMissing,
    #[error("the report's times do not fit: a visit ends after it begins and is reported after it ended")]
    BadReportTimes,
    #[error("the report names a crew member who is not of the appointed crew")]
    StrangerInCrew,
    #[error("a visit that ends the visiting needs the channel that opens instead")]
    NextChannelMissing,
    #[error("mediation needs both sides: use the action for it")]
    MediationIsItsOwnAction,
    #[error("a finding needs its basis and, where the allegation is found true, evidence")]
    FindingNeedsBasis,
    #[error("a remedy needs at least one item, amounts of one currency, and none below zero")]
    BadTerms,
    #[error("there is no proposal {0} in this round")]
    NoSuchProposal(u16),
    #[error("who proposes never approves; another person must vote")]
    FourEyes,
    #[error("the vote on proposal {0} has been counted and cannot be changed")]
    AlreadyVoted(u16),
    #[error(
        "the remedy costs {cost} minor units, above your authority of {limit}; ask somebody with a higher limit"
    )]
    AboveAuthority { cost: i64, limit: i64 },
    #[error("proposal {0} has not been approved")]
    NotApproved(u16),
    #[error("there is no offer of the bank to sign")]
    NoOffer,
    #[error("the hash of the signed document must be 64 hexadecimal digits")]
    BadDocumentHash,
    #[error("the customer has already been told the decision in this round")]
    AlreadyNotified,
    #[error("there is no task {}", .0.0)]
    NoSuchTask(TaskNo),
    #[error("task {} is not open", .0.0)]
    TaskNotOpen(TaskNo),
    #[error("task {} has not been done yet", .0.0)]
    TaskNotDone(TaskNo),
    #[error("a proof is needed: a document number or a content hash")]
    ProofMissing,
    #[error("a review is decided by somebody who had no part in the case")]
    ReviewerWasInvolved,
    #[error(
        "the customer has not been told the decision; tell it, with reasons and ways of redress, before closing"
    )]
    DecisionNotNotified,
    #[error("{0} promised task(s) are not yet done and verified")]
    OpenTasks(usize),
    #[error("{0} proposed remedy or remedies wait for a vote")]
    PendingApprovals(usize),
    #[error("the reason for closing does not fit a case that is {}", .0.labels()[2])]
    CloseReasonDoesNotFit(State),
    #[error("the decision clock cannot be paused twice for the same reason")]
    AlreadyPaused,
    #[error("it is not paused for that reason")]
    NotPaused,
    #[error("no extension waits to be told to the customer")]
    NothingToNotify,
    #[error("extension step {step} comes after step {expected}")]
    WrongExtensionStep { step: u8, expected: u8 },
    #[error("a case cannot be linked to itself")]
    LinkToItself,
    #[error("the case is already linked to {0}")]
    AlreadyLinked(CaseId),
    #[error("the case is not linked to {0}")]
    NotLinked(CaseId),
    #[error("a duplicate can only be closed as such when it is linked to the case that goes on")]
    NotADuplicate,
    #[error("survey answers go from 1 to 5")]
    BadSurvey,
    #[error("the file is empty")]
    EmptyFile,
    #[error("the file has {bytes} bytes, and {limit} are allowed")]
    FileTooLarge { bytes: u64, limit: u64 },
    #[error("with this file the case would hold {bytes} bytes of files, and {limit} are allowed")]
    FilesTooLarge { bytes: u64, limit: u64 },
    #[error("the file is described wrongly: its hash and address must be 64 hexadecimal digits")]
    BadFile,
    #[error("the case holds this very file already: {0}")]
    FileTwice(FileId),
    #[error("there is no file {0} in this case")]
    NoSuchFile(FileId),
    #[error("the file {0} has been withdrawn already")]
    FileWithdrawn(FileId),
    #[error("the file {0} is the signed agreement; it stays")]
    FileIsAgreement(FileId),
    #[error("{field} must not be empty")]
    Empty { field: &'static str },
    #[error("{field} holds more than {limit} characters")]
    TooLong { field: &'static str, limit: usize },
}
