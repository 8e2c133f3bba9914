//! The form of every action: which fields it asks for, and how they become a command.
//!
//! One description serves the pages, the API and its documentation: `spec` makes it, `read` takes what came
//! back. Fields are flat names with text values (`item.0.kind`), as browsers send them.

mod read;
mod spec;

pub(crate) use read::{Fields, command, day_text, moment, moment_text, money};
pub(crate) use spec::{CREW, ITEMS, WINDOWS, form};

use crate::lang::Lang;
use app::{Directory, ScreeningProposal};
use domain::case::Case;
use rules::TimeZone;

/// What a form and its reading need to know beside the fields.
pub(crate) struct Context<'a> {
    pub(crate) case: &'a Case,
    pub(crate) directory: &'a Directory,
    pub(crate) proposal: Option<&'a ScreeningProposal>,
    pub(crate) zone: &'a TimeZone,
    pub(crate) lang: Lang,
}

/// How a field is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line of text.
    Text,
    /// Several lines.
    Long,
    /// One of some, by code and name.
    Choice(Vec<(String, String)>),
    /// One line, with suggestions by code and name.
    Suggest(Vec<(String, String)>),
    /// Yes or not.
    Tick,
    /// A civil date.
    Date,
    /// A civil date and time of the pack's zone.
    Moment,
    /// An amount such as `1,200.50`.
    Money,
    /// A whole number of this range.
    Number(i64, i64),
}

impl Kind {
    /// The kind's word in the API and in templates.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Long => "long_text",
            Kind::Choice(_) => "choice",
            Kind::Suggest(_) => "suggest",
            Kind::Tick => "tick",
            Kind::Date => "date",
            Kind::Moment => "moment",
            Kind::Money => "money",
            Kind::Number(..) => "number",
        }
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) hint: &'static str,
    /// What stands in it at first.
    pub(crate) value: String,
    /// Fields with the same group number stand in one row.
    pub(crate) row: u8,
}

/// The form of an action.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) fields: Vec<Field>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) field: String,
    pub(crate) text: String,
}
