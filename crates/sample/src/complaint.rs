//! A complaint as the bank receives it, and the hidden script behind it.

use crate::{
    script::Script,
    words::{Cause, Channel, Language, Line},
};
use domain::{BranchId, CustomerId, Money, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One complaint of one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// The number in the system that took the complaint in, such as `SB-2026-00042`; unique in the bank.
    pub source_id: String,
    /// Who complains.
    pub customer: CustomerId,
    /// The business line complained about.
    pub line: Line,
    /// The product complained about, as the bank sells it.
    pub product: String,
    /// The branch complained about.
    pub branch: BranchId,
    /// By which way the complaint came.
    pub channel: Channel,
    /// When it came.
    pub received_at: Timestamp,
    /// The civil date of `received_at` in the bank's zone (UTC+8).
    pub received_on: Date,
    /// The language of title, narrative and allegations.
    pub language: Language,
    /// A short title.
    pub title: String,
    /// The customer's own words.
    pub narrative: String,
    /// One to three things the customer says went wrong, the gravest first.
    pub allegations: Vec<Allegation>,
    /// How the customer feels.
    pub mood: Mood,
    /// Whether the text threatens the regulator, the press or a court.
    pub threatens: bool,
    /// Whether a technician is needed to find out what happened.
    pub technical: bool,
    /// The story this text was made of, such as `loan.prepayment-fee`; equal for cases of one kind.
    pub story: String,
    /// The earlier complaint of which this one is a near copy.
    pub copy_of: Option<CopyOf>,
    /// The `source_id` of an earlier complaint of the same customer about something else.
    pub repeat_of: Option<String>,
    /// The truth the demo plays out.
    pub script: Script,
}

/// One thing the customer says went wrong, or asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allegation {
    /// The kind of cause.
    pub cause: Cause,
    /// What went wrong, in the complaint's language.
    pub text: String,
    /// What the customer asks for, in the complaint's language.
    pub asks: String,
    /// The amount asked for, if any.
    pub claimed: Option<Money>,
}

/// How a customer feels, from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// States the matter.
    Calm,
    /// Annoyed, still polite.
    Annoyed,
    /// Angry.
    Angry,
    /// Beside himself or herself.
    Furious,
}

/// A near copy of an earlier complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOf {
    /// `source_id` of the earlier complaint.
    pub source_id: String,
    /// Whose copy it is.
    pub kind: CopyKind,
    /// Whether the narrative is the same to the letter.
    pub exact: bool,
}

/// Whose copy a near copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// The same customer about the same matter by another channel: a duplicate.
    Duplicate,
    /// Another customer with the same template text: to be linked.
    Link,
}
