//! Remedies, their approval, the negotiation, the agreement and its execution (mission A2.2.4).

use crate::{ids::StaffId, money::Money, personal::Personal, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What the bank can do for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// Explain process and policy (mission B4.1).
    Explain,
    /// Apologise in writing.
    Apologise,
    /// Correct a record or a credit report.
    Correct,
    /// Give money back.
    Refund,
    /// Pay for a loss.
    Compensate,
    /// Waive a fee or interest.
    Waive,
    /// Agree another repayment plan.
    Replan,
    /// Repair a device or an access, or show how it works (mission B4.2).
    Repair,
}

/// One thing promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemedyItem {
    /// What kind.
    pub kind: RemedyKind,
    /// What exactly.
    pub detail: Personal,
    /// What it costs the bank, if money.
    pub amount: Option<Money>,
    /// By when it is to be done.
    pub due: Timestamp,
}

/// All that is promised together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The items; never empty in a valid proposal.
    pub items: Vec<RemedyItem>,
}

impl Terms {
    /// Returns what the terms cost in minor units, or `None` when currencies differ, an amount is
    /// negative or the sum does not fit.
    #[must_use]
    pub fn cost(&self) -> Option<i64> {
        let mut sum = 0i64;
        let mut currency = None;
        for money in self.items.iter().filter_map(|i| i.amount) {
            if money.minor < 0 || currency.is_some_and(|c| c != money.currency) {
                return None;
            }
            currency = Some(money.currency);
            sum = sum.checked_add(money.minor)?;
        }
        Some(sum)
    }
}

/// An approver's vote; once counted it cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who voted: never the proposer.
    pub by: StaffId,
    /// Whether they approved.
    pub approved: bool,
}

/// A remedy somebody in the bank proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number: 1, 2, …
    pub no: u16,
    /// The terms.
    pub terms: Terms,
    /// Who proposed.
    pub by: StaffId,
    /// The vote, once cast.
    pub vote: Option<Vote>,
}

/// One round of negotiation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The bank offered an approved proposal.
    ByBank {
        /// Which.
        proposal: u16,
    },
    /// The customer answered with terms of their own.
    ByCustomer {
        /// What they ask for.
        terms: Terms,
    },
}

/// Where the negotiation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NegotiationStatus {
    /// Nothing has been proposed in this round.
    #[default]
    None,
    /// A remedy has been proposed, nothing offered yet.
    Proposed,
    /// An offer is on the table.
    Offered,
}

/// The negotiation stream, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Negotiation {
    /// Proposals of all rounds.
    pub proposals: Vec<Proposal>,
    /// Offers of the present round, oldest first.
    pub offers: Vec<Offer>,
    /// Index of the first proposal of the present round.
    pub round_start: usize,
}

impl Negotiation {
    /// Returns where the present round stands.
    #[must_use]
    pub fn status(&self) -> NegotiationStatus {
        if !self.offers.is_empty() {
            NegotiationStatus::Offered
        } else if self.round().is_empty() {
            NegotiationStatus::None
        } else {
            NegotiationStatus::Proposed
        }
    }

    /// Returns the proposals of the present round.
    #[must_use]
    pub fn round(&self) -> &[Proposal] {
        &self.proposals[self.round_start.min(self.proposals.len())..]
    }

    /// Returns the proposal with number `no`.
    #[must_use]
    pub fn proposal(&self, no: u16) -> Option<&Proposal> {
        self.proposals.get(usize::from(no).checked_sub(1)?)
    }

    /// Returns the proposals of this round that wait for a vote.
    pub fn pending(&self) -> impl Iterator<Item = &Proposal> {
        self.round().iter().filter(|p| p.vote.is_none())
    }

    /// Returns the newest offer of the bank in this round.
    #[must_use]
    pub fn last_bank_offer(&self) -> Option<u16> {
        self.offers.iter().rev().find_map(|o| match o {
            Offer::ByBank { proposal } => Some(*proposal),
            Offer::ByCustomer { .. } => None,
        })
    }
}

/// The signed settlement (和解协议).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// What was agreed.
    pub terms: Terms,
    /// SHA-256 of the signed text, in hexadecimal.
    pub document_hash: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// How the customer signed, such as `on_paper`, `finger_drawing`, `ca_signature`.
    pub signature: String,
}

/// The number of a task inside its case: 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskNo(pub u16);

/// How far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// Still to do.
    Open,
    /// Done, with proof; somebody else has yet to look.
    Done {
        /// Who did it.
        by: StaffId,
        /// The proof: a document number or content hash.
        proof: String,
    },
    /// Done, and verified by another person.
    Verified {
        /// Who did it.
        done_by: StaffId,
        /// Who verified: somebody else.
        by: StaffId,
    },
}

/// Work promised to the customer (落实).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number in the case.
    pub no: TaskNo,
    /// What is to be done.
    pub item: RemedyItem,
    /// How far it is.
    pub status: TaskStatus,
}
