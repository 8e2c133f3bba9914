//! Maps: small data files that say which column of a source is which field of a complaint.
//!
//! The file format is described in `maps/README.md`. A map is read completely before anything is
//! refused: all mistakes are reported together, each with line and path.

mod check;
mod parse;

use domain::Currency;
use jiff::tz::TimeZone;
use std::{collections::HashMap, fmt, path::Path, sync::Arc};

/// The maps that are part of the program: name and text.
const SHIPPED: [(&str, &str); 2] = [
    ("forecourt", include_str!("../../../../maps/forecourt.toml")),
    ("cfpb", include_str!("../../../../maps/cfpb.toml")),
];

/// One thing wrong in a map file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line in the map file, from 1.
    pub line: usize,
    /// Where in the map, such as `fields.amount.decimal`.
    pub path: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.path, self.what)
    }
}

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// No shipped map has this name.
    #[error("there is no map named {name:?}; shipped are: {}. Give one of these, or the path of a map file", Map::names().join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The map file cannot be read.
    #[error("cannot read the map {file}: {cause}")]
    Open {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The map has mistakes; all of them are listed.
    #[error("the map {file} has {} mistake(s), nothing was read with it:{}", mistakes.len(), mistakes.iter().map(|m| format!("\n  {m}")).collect::<String>())]
    Mistakes {
        /// The file or name of the map.
        file: String,
        /// Every mistake, in the order of lines.
        mistakes: Vec<Mistake>,
    },
}

/// Says which column of a source is which field of a complaint, and how its text is to be read.
#[derive(Clone, Debug)]
pub struct Map {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) source: Arc<str>,
    pub(crate) format: Format,
    pub(crate) zone: TimeZone,
    pub(crate) currency: Option<Currency>,
    /// Every column that some rule reads.
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) id: IdRule,
    pub(crate) fields: Fields,
    pub(crate) allegations: Vec<Rule>,
    pub(crate) tags: Vec<Rule>,
    pub(crate) extra: Vec<(String, Rule)>,
}

/// What the map says about the form of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Format {
    pub(crate) delimiter: Option<u8>,
    pub(crate) encoding: Option<&'static encoding_rs::Encoding>,
    pub(crate) sheet: Option<String>,
    /// Row of the heading, from 1.
    pub(crate) heading_row: u64,
}

/// A column that is read, with the headings it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The headings, best first, as written in the map.
    pub(crate) headings: Vec<String>,
    /// Whether a file without the column is refused, because a required field reads it.
    pub(crate) required: Option<String>,
}

/// How the complaint's id in its source is found.
#[derive(Clone, Debug)]
pub(crate) struct IdRule {
    pub(crate) columns: Vec<usize>,
    pub(crate) with: String,
    /// What happens when the row has no id.
    pub(crate) from_content: bool,
}

/// Where a field's text comes from.
#[derive(Clone, Debug, Default)]
pub(crate) enum From {
    /// From no column: only a default applies.
    #[default]
    Nothing,
    /// From these columns (positions in [`Map::wanted`]), joined.
    Columns { columns: Vec<usize>, with: String },
    /// The same text for every row.
    Constant(String),
}

/// What becomes of a value that the table of values does not list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// It stays as it is (for a closed set of words: only when it is one of them).
    #[default]
    Keep,
    /// The row is rejected.
    Refuse,
    /// It becomes this.
    Becomes(String),
}

/// How decimals are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Decimal {
    /// `1,234.56`; what could also be read the other way is refused.
    #[default]
    Auto,
    /// The point is the decimal sign.
    Point,
    /// The comma is the decimal sign.
    Comma,
}

/// How one field is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rule {
    /// The field's name, for messages.
    pub(crate) name: String,
    pub(crate) from: From,
    pub(crate) keep_spaces: bool,
    pub(crate) default: Option<String>,
    pub(crate) required: bool,
    /// Listed values, by their lower-case form.
    pub(crate) values: HashMap<String, String>,
    pub(crate) otherwise: Otherwise,
    pub(crate) separator: Option<String>,
    pub(crate) dates: Vec<String>,
    pub(crate) decimal: Decimal,
}

macro_rules! fields {
    ($($field:ident: $kind:ident,)*) => {
        /// The rule of every field of a complaint that has exactly one.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Fields { $(pub(crate) $field: Rule,)* }

        impl Fields {
            /// Every field with what it holds.
            pub(crate) const KINDS: &'static [(&'static str, Kind)] = &[$((stringify!($field), Kind::$kind),)*];

            pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Rule> {
                match name { $(stringify!($field) => Some(&mut self.$field),)* _ => None }
            }
        }
    };
}

/// What a field holds; decides which settings apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Channel,
    Line,
    Date,
    Amount,
    Currency,
    Degrees,
    /// Several texts: allegations and tags.
    List,
}

fields! {
    received_at: Date,
    channel: Channel,
    line: Line,
    product: Text,
    title: Text,
    narrative: Text,
    customer_name: Text,
    customer_phone: Text,
    customer_id_number: Text,
    customer_email: Text,
    customer_account: Text,
    language: Text,
    branch: Text,
    amount: Amount,
    currency: Currency,
    address: Text,
    lat: Degrees,
    lon: Degrees,
}

impl Map {
    /// Returns the names of the shipped maps.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        SHIPPED.iter().map(|(name, _)| *name).collect()
    }

    /// Returns a shipped map.
    ///
    /// # Errors
    /// [`MapError::Unknown`] with the names there are.
    pub fn named(name: &str) -> Result<Map, MapError> {
        match SHIPPED.iter().find(|(n, _)| *n == name) {
            Some((_, text)) => Map::parse(text, name),
            None => Err(MapError::Unknown {
                name: name.to_owned(),
            }),
        }
    }

    /// Reads a map file.
    ///
    /// # Errors
    /// When it cannot be read, and every mistake in it with line and path.
    pub fn load(path: &Path) -> Result<Map, MapError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Map::parse(&text, &file),
            Err(cause) => Err(MapError::Open { file, cause }),
        }
    }

    /// Returns the shipped map of this name or, when there is none, the map file at this path.
    ///
    /// # Errors
    /// As [`Map::named`] and [`Map::load`]; a text that is neither name nor file is an unknown name.
    pub fn find(name_or_path: &str) -> Result<Map, MapError> {
        let path = Path::new(name_or_path);
        match Map::named(name_or_path) {
            Err(MapError::Unknown { .. }) if path.exists() => Map::load(path),
            other => other,
        }
    }

    /// Reads the text of a map; `file` is its name for messages.
    ///
    /// # Errors
    /// Every mistake in it with line and path.
    pub fn parse(text: &str, file: &str) -> Result<Map, MapError> {
        parse::map(text).map_err(|mistakes| MapError::Mistakes {
            file: file.to_owned(),
            mistakes,
        })
    }

    /// Returns the map's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what the map is for, in one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the name of the system whose ids the map reads.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Returns a heading in the form in which headings are compared: without case, outer space and the
/// difference between space, `_` and `-`.
pub(crate) fn heading_key(heading: &str) -> String {
    let mut key = String::with_capacity(heading.len());
    for part in heading
        .trim_matches('\u{feff}')
        .split(|c: char| c.is_whitespace() || c == '_' || c == '-')
    {
        if !part.is_empty() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.extend(part.chars().flat_map(char::to_lowercase));
        }
    }
    key
}
