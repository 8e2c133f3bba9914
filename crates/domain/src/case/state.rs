//! Where a case stands in its life.

use super::remedy::NegotiationStatus;
use crate::ids::CaseId;
use serde::{Deserialize, Serialize};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $hant:literal, $en:literal;)*) => {
        /// The states of a case, in the order of its life.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum State { $($(#[$doc])* $name,)* }

        impl State {
            /// Every state.
            pub const ALL: &'static [State] = &[$(State::$name,)*];

            /// Returns the stable code, as it stands in views and files.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(State::$name => $code,)* }
            }

            /// Returns the name shown to people: simplified Chinese, traditional Chinese, English.
            #[must_use]
            pub fn labels(self) -> [&'static str; 3] {
                match self { $(State::$name => [$zh, $hant, $en],)* }
            }

            /// Returns the state with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<State> {
                match code { $($code => Some(State::$name),)* _ => None }
            }
        }
    };
}

states! {
    /// Nothing has been received yet.
    New = "new", "未登记", "未登記", "not yet received";
    /// The complaint is in.
    Received = "received", "已收到", "已收到", "received";
    /// The customer knows that we have it.
    Acknowledged = "acknowledged", "已告知收悉", "已告知收悉", "acknowledged";
    /// Somebody checks whether it is true and reasonable.
    UnderReview = "under_review", "初步审核中", "初步審核中", "under review";
    /// Not taken up, for a lawful reason.
    Declined = "declined", "不予受理", "不予受理", "declined";
    /// Taken up.
    Accepted = "accepted", "已受理", "已受理", "accepted";
    /// A person decided whether a visit is offered.
    Screened = "screened", "已筛选", "已篩選", "screened";
    /// The customer has been offered a visit.
    VisitOffered = "visit_offered", "已邀约上门", "已邀約上門", "visit offered";
    /// Handled through another channel.
    DeskHandling = "desk_handling", "其他渠道处理中", "其他渠道處理中", "desk handling";
    /// The customer agreed to be visited.
    Consented = "consented", "客户已同意", "客戶已同意", "consented";
    /// Time, place and crew are agreed.
    Scheduled = "scheduled", "已排期", "已排期", "scheduled";
    /// The visit took place.
    Visited = "visited", "已上门", "已上門", "visited";
    /// The visit failed.
    VisitFailed = "visit_failed", "上门未成", "上門未成", "visit failed";
    /// Every allegation has a finding.
    Verified = "verified", "已核实", "已核實", "verified";
    /// The bank has a remedy in mind.
    RemedyProposed = "remedy_proposed", "方案拟定中", "方案擬定中", "remedy proposed";
    /// An offer is on the table.
    Negotiating = "negotiating", "协商中", "協商中", "negotiating";
    /// Signed.
    Agreed = "agreed", "已达成和解", "已達成和解", "agreed";
    /// All promised work is done and verified.
    Executed = "executed", "已落实", "已落實", "executed";
    /// No agreement was found.
    NotAgreed = "not_agreed", "未达成一致", "未達成一致", "not agreed";
    /// The customer appealed to a higher level in the bank.
    InReview = "in_review", "核查中", "核查中", "in review";
    /// A mediator works with both sides.
    InMediation = "in_mediation", "调解中", "調解中", "in mediation";
    /// The facts are with the lawyers.
    InLitigation = "in_litigation", "已转诉讼", "已轉訴訟", "in litigation";
    /// The customer took the complaint back.
    Withdrawn = "withdrawn", "客户已撤回", "客戶已撤回", "withdrawn";
    /// Finished.
    Closed = "closed", "已结案", "已結案", "closed";
}

impl State {
    /// Says whether the case still needs somebody.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, State::New | State::Closed)
    }
}

/// What the facts stream alone knows of the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before receipt.
    #[default]
    New,
    /// A state that needs nothing of the negotiation.
    At(State),
    /// Negotiations are open; how far they are stands in the other stream.
    Negotiation,
}

impl Phase {
    pub(crate) fn state(self, negotiation: NegotiationStatus) -> State {
        match (self, negotiation) {
            (Phase::New, _) => State::New,
            (Phase::At(state), _) => state,
            (Phase::Negotiation, NegotiationStatus::Offered) => State::Negotiating,
            (Phase::Negotiation, _) => State::RemedyProposed,
        }
    }
}

/// How a case is handled when nobody visits (mission A4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// In the branch.
    Branch,
    /// By video call.
    Video,
    /// By telephone.
    Phone,
    /// In writing.
    Written,
    /// With a mediator.
    Mediation,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 5] = [
        Channel::Branch,
        Channel::Video,
        Channel::Phone,
        Channel::Written,
        Channel::Mediation,
    ];
}

/// Lawful reasons not to take a complaint up: a closed list (`cn.decline.note`: a bank may not add).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Not made by the complainant, a legal representative or an authorised agent (`cn.decline.1`).
    NotAuthorised,
    /// The same matter again, without new facts or reasons (`cn.nfra.restart.newfacts`).
    NothingNew,
    /// Not a complaint in the sense of the measures: a consultation, a suggestion, a report of crime
    /// (`cn.def.complaint`).
    NotAComplaint,
}

/// A case that looks like this one. The program only notes it; a person chooses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Similar {
    /// The other case.
    pub other: CaseId,
    /// How sure the program is, in thousandths.
    pub score: u16,
    /// What the program suggests: `None` for "new", a matter of its own.
    pub suggestion: Option<LinkKind>,
}

/// How two cases belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The same complaint, come in twice.
    Duplicate,
    /// The same customer again about the same matter.
    Repeated,
    /// Another case it is useful to know of.
    Related,
}

/// What a review came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// The result stands.
    Upheld,
    /// The case is to be decided anew.
    Changed,
}

/// With what result a case was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Settled, and everything promised was done.
    Settled,
    /// Decided and explained; nothing had to be put right.
    NotUpheld,
    /// No agreement; the customer knows the ways of redress.
    NotAgreed,
    /// Not taken up.
    Declined,
    /// Taken back by the customer.
    Withdrawn,
    /// Goes on in court.
    Litigation,
    /// Goes on in the case it duplicates.
    Duplicate,
}
