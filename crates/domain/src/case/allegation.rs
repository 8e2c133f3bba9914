//! Allegations: one thing the customer says went wrong, or asks for. Truth and reasonableness are
//! found for each of them apart, with reasons (mission A2.2.1).

use crate::{ids::StaffId, money::Money, personal::Personal, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The number of an allegation inside its case: 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllegationNo(pub u16);

/// Is it true (属实)?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It happened as told.
    True,
    /// Some of it happened.
    PartlyTrue,
    /// It did not happen.
    NotTrue,
    /// Neither side can show it.
    Unproven,
}

/// Is what is asked for reasonable (合理)?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reasonableness {
    /// The request is fair.
    Reasonable,
    /// Some of it is.
    PartlyReasonable,
    /// It is not.
    Unreasonable,
}

/// An allegation as it comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAllegation {
    /// Cause code of the catalogue, such as `C.price`.
    pub cause: String,
    /// What the customer says.
    pub text: Personal,
    /// What the customer asks for.
    pub asks: Personal,
    /// How much money, if any.
    pub claimed: Option<Money>,
}

/// The preliminary review of one allegation, on the papers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// True, on the papers?
    pub truth: Truth,
    /// Reasonable, on the papers?
    pub reasonableness: Reasonableness,
    /// Why.
    pub reasons: Personal,
    /// Who judged.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// What the verification established, with evidence (核实结论).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// True?
    pub truth: Truth,
    /// Reasonable?
    pub reasonableness: Reasonableness,
    /// The facts and rules it rests on.
    pub basis: Personal,
    /// Names of the evidence items it rests on (content hashes or document numbers).
    pub evidence: Vec<String>,
    /// Who found.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// One allegation with what has been judged of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allegation {
    /// Its number in the case.
    pub no: AllegationNo,
    /// As it came in.
    pub told: NewAllegation,
    /// The preliminary review, once done.
    pub assessment: Option<Assessment>,
    /// The finding, once made.
    pub finding: Option<Finding>,
}
