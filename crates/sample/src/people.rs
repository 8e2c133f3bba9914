//! Staff and customers of the sample bank.

use crate::{
    city::Place,
    words::{Channel, Dialect, Language, Line},
};
use domain::{BranchId, CustomerId, Money, Role, StaffId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// Directory name, such as `handler-03`; carries no private name.
    pub id: StaffId,
    /// Invented name, shown on visit notices.
    pub name: String,
    /// What this person may do.
    pub role: Role,
    /// Where this person starts and ends the day.
    pub branch: BranchId,
    /// Business lines this person knows.
    pub skills: Vec<Skill>,
    /// Languages this person writes and speaks.
    pub languages: Vec<Language>,
    /// Dialects this person speaks with customers.
    pub dialects: Vec<Dialect>,
    /// Working hours of the week, Monday first; a missing weekday is a day off.
    pub shifts: Vec<Shift>,
    /// Whether the person is a woman, for customers who ask that a woman comes.
    pub woman: bool,
    /// Last day on which the certificate for visits is valid; `None`: not trained for visits.
    pub visit_certificate_until: Option<Date>,
    /// The largest remedy this person may approve alone; `None`: approves nothing.
    pub approval_limit: Option<Money>,
}

/// How well a person knows a business line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// The line.
    pub line: Line,
    /// From 1 (has learnt it) to 5 (teaches it).
    pub level: u8,
}

/// Working hours on one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u8,
    /// Minutes after midnight at which the shift starts.
    pub from: u16,
    /// Minutes after midnight at which the shift ends.
    pub to: u16,
}

/// A customer of the sample bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// Invented name.
    pub name: String,
    /// Whether the customer is a woman.
    pub woman: bool,
    /// Age in years on the day `today` of the bank.
    pub age: u8,
    /// Eleven digits that start with `100`: no subscriber's number does.
    pub phone: String,
    /// Eighteen characters with a region that does not exist and a wrong check digit.
    pub id_number: String,
    /// An address at `example.com`, `example.net` or `example.org` (RFC 2606).
    pub email: Option<String>,
    /// Nineteen digits that start with `00`: no card does, and the check digit (Luhn) is wrong.
    pub account: String,
    /// Address in the invented city.
    pub address: String,
    /// Where the address lies.
    pub place: Place,
    /// The branch that keeps the account.
    pub branch: BranchId,
    /// How the customer likes to be served.
    pub preferences: Preferences,
    /// What the customer needs from whoever visits or calls.
    pub needs: Vec<Need>,
    /// Why this customer is to be treated with more care, if so.
    pub strains: Vec<Strain>,
}

/// How a customer likes to be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Written language.
    pub language: Language,
    /// Dialect the customer would rather speak.
    pub dialect: Option<Dialect>,
    /// By which way the customer likes to be reached.
    pub channel: Channel,
    /// Time of day at which the customer likes to be reached: minutes after midnight, from and to.
    pub hours: (u16, u16),
    /// Whether Saturday suits better than a working day.
    pub saturday: bool,
}

/// What a customer needs from whoever visits or calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A meeting place without steps.
    StepFree,
    /// Hears badly: speak to the face, write down the important things.
    Hearing,
    /// Sees badly: large print, read aloud.
    LargePrint,
    /// A member of the family or a carer is to be present.
    Companion,
    /// At least one woman is to be among the visitors.
    WomanPresent,
    /// Needs the talk in English.
    English,
}

/// Why a customer is to be treated with more care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strain {
    /// Seventy years or older.
    OldAge,
    /// A serious illness of the customer or in the household.
    Illness,
    /// A disability.
    Disability,
    /// Someone close has died.
    Bereavement,
    /// Lost work or income.
    Hardship,
}
