//! What a row becomes: one complaint with typed fields.

use domain::{BranchId, Money, Personal, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// Where a row stands, for messages.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RowPlace {
    /// The file's name as given to [`crate::open`]; for a folder of mails, the mail's own path.
    pub file: Arc<str>,
    /// The row as a spreadsheet numbers it: the heading is row 1. In JSON Lines, the line; in a
    /// folder of mails, the position of the mail in the sorted list, from 1.
    pub row: u64,
    /// The line in the (unpacked) text on which the row starts, from 1; equal to `row` where the
    /// format has no lines.
    pub line: u64,
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}", self.file, self.row)?;
        if self.line != self.row {
            write!(f, " (line {})", self.line)?;
        }
        Ok(())
    }
}

impl fmt::Debug for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value with the word that stands for it in files and maps.
            pub const ALL: &'static [(&'static str, $name)] = &[$(($word, $name::$variant),)*];

            /// Returns the word that stands for this value in files and maps.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// Returns the value a word stands for, whatever the case of its letters.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().find(|(w, _)| w.eq_ignore_ascii_case(word)).map(|(_, v)| *v)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// How the complaint reached the bank.
    Channel {
        /// A web form or online banking.
        Web = "web",
        /// The bank's app.
        App = "app",
        /// A telephone call.
        Phone = "phone",
        /// An e-mail.
        Email = "email",
        /// A letter.
        Post = "post",
        /// A telefax.
        Fax = "fax",
        /// In person at a branch.
        Branch = "branch",
        /// Passed on by a regulator or another authority.
        Regulator = "regulator",
        /// Social media or the press.
        Media = "media",
        /// Anything else, or not known.
        Other = "other",
    }
}

words! {
    /// The business line that the complaint is about.
    Line {
        /// Loans and mortgages.
        Loan = "loan",
        /// Credit, debit and prepaid cards.
        Card = "card",
        /// Current and savings accounts.
        Account = "account",
        /// Wealth management and investment products.
        Wealth = "wealth",
        /// Insurance sold by the bank.
        Insurance = "insurance",
        /// Payments and transfers.
        Payment = "payment",
        /// Anything else, or not known.
        Other = "other",
    }
}

/// A point on the ground, degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

/// A file that came with a mail: listed, not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// The name the sender gave; empty when there was none.
    pub name: String,
    /// The content type, such as `application/pdf`.
    pub kind: String,
    /// Size of the decoded content in bytes.
    pub bytes: u64,
}

/// One complaint as read from a row or a mail.
///
/// `Debug` shows only where it stands and its id, so that no log line can leak what a customer wrote.
#[derive(Clone, PartialEq, Serialize)]
pub struct Record {
    /// Where it was read.
    pub place: RowPlace,
    /// The system the ids belong to, from the map. The pair (`source`, `source_id`) names the
    /// complaint for ever: reading it again must lead to the same case.
    pub source: Arc<str>,
    /// The complaint's id in that system; made from the content when the row has none.
    pub source_id: String,
    /// Whether `source_id` was made from the content.
    pub id_from_content: bool,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// How it came.
    pub channel: Channel,
    /// The business line.
    pub line: Line,
    /// The product by the source's own name; may be empty.
    pub product: String,
    /// A short title or subject; may be an empty text.
    pub title: Personal,
    /// What the customer wrote or said; may be an empty text where the map allows it.
    pub narrative: Personal,
    /// The customer's name.
    pub customer_name: Option<Personal>,
    /// Telephone number as given.
    pub customer_phone: Option<Personal>,
    /// Number of the identity document as given.
    pub customer_id_number: Option<Personal>,
    /// E-mail address as given.
    pub customer_email: Option<Personal>,
    /// Account, card or contract number as given.
    pub customer_account: Option<Personal>,
    /// Language tag (BCP 47), such as `zh-CN`, when the source says it or a mail's text shows it.
    pub language: Option<String>,
    /// The branch concerned, by the bank's code.
    pub branch: Option<BranchId>,
    /// The amount in dispute.
    pub amount: Option<Money>,
    /// What the customer says went wrong or asks for, one text each; the list may be empty.
    pub allegations: Vec<Personal>,
    /// Postal address.
    pub address: Option<Personal>,
    /// Where that address lies.
    pub position: Option<Position>,
    /// Free tags.
    pub tags: Vec<String>,
    /// What came with a mail.
    pub attachments: Vec<Attachment>,
    /// Further columns that the map keeps as they are: (name in the map, text), without empty ones.
    pub extra: Vec<(String, String)>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("place", &self.place)
            .field("source", &self.source)
            .field("source_id", &self.source_id)
            .finish_non_exhaustive()
    }
}
