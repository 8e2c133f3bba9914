//! Reading TOML row by row, so that one bad row hides no other mistake, each with its line.

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

/// The version of the file format that this program reads.
pub const FORMAT: i64 = 1;

/// How many mistakes against TOML are told at most: one open bracket makes hundreds.
const MOST_SYNTAX: usize = 10;

/// One mistake in a pack, calendar or source file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {}{problem}", .line.map(|l| format!(":{l}")).unwrap_or_default(),
    if .path.is_empty() { String::new() } else { format!("{}: ", .path) })]
pub struct PackError {
    /// The file as named by the caller.
    pub file: String,
    /// The line, counted from 1, where one is known.
    pub line: Option<usize>,
    /// The place in the file, such as `clock[2].extension[0].approver`; empty for the whole file.
    pub path: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a pack, calendar or source file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("the file cannot be read ({0}); nothing was changed; check that it exists and may be read")]
    Unreadable(String),
    /// The text is not TOML.
    #[error("not valid TOML: {0}")]
    Syntax(String),
    /// A key is unknown or missing, or a value has the wrong type or is not in the closed set.
    #[error("{0}")]
    Shape(String),
    /// A key that must be there is not.
    #[error("{0} is missing")]
    Missing(String),
    /// The same name twice.
    #[error("{what} {id:?} is used twice")]
    Duplicate {
        /// What kind of name.
        what: &'static str,
        /// The name.
        id: String,
    },
    /// A name that nothing carries.
    #[error("no {what} {id:?} is known; it must be one of the names declared in the files")]
    Unknown {
        /// What kind of name.
        what: &'static str,
        /// The name.
        id: String,
    },
    /// Two rows of one id are in force on the same day.
    #[error("{id:?} is in force twice on {day}: end the older row with valid_to before that day")]
    Overlap {
        /// The id.
        id: String,
        /// A day on which both are in force.
        day: Date,
    },
    /// A value outside what makes sense; the text says why.
    #[error("{0}")]
    Value(String),
}

/// A row with its place in the file.
pub(crate) struct Row<T> {
    pub(crate) path: String,
    pub(crate) value: T,
}

/// A file being read: its table, the line of every key, and the mistakes found so far.
pub(crate) struct Document<'a> {
    text: &'a str,
    file: &'a str,
    table: DeTable<'a>,
    known: BTreeSet<&'static str>,
    places: BTreeMap<String, usize>,
    errors: Vec<PackError>,
}

impl<'a> Document<'a> {
    /// Parses the text as TOML; on syntax mistakes returns the first of them and nothing else.
    pub(crate) fn open(text: &'a str, file: &'a str) -> Result<Self, Vec<PackError>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let fault = |line, text: String| PackError {
                file: file.to_owned(),
                line,
                path: String::new(),
                problem: Problem::Syntax(text),
            };
            let place = |e: &toml::de::Error| e.span().map(|s| line_of(text, s.start));
            let shown = errors.iter().take(MOST_SYNTAX);
            let mut found: Vec<_> = shown.map(|e| fault(place(e), e.message().to_owned())).collect();
            if errors.len() > MOST_SYNTAX {
                let more = errors.len() - MOST_SYNTAX;
                found.push(fault(
                    None,
                    format!("{more} more; they most likely follow from the first"),
                ));
            }
            return Err(found);
        }
        let table = table.into_inner();
        let mut places = BTreeMap::new();
        note_places(&table, "", &mut places);
        Ok(Document {
            text,
            file,
            table,
            known: BTreeSet::new(),
            places,
            errors: Vec::new(),
        })
    }

    /// Notes a mistake at `path`; the line is that of the nearest key that the file has.
    pub(crate) fn fail(&mut self, path: &str, problem: Problem) {
        let mut near = path;
        let line = loop {
            if let Some(&at) = self.places.get(near) {
                break Some(line_of(self.text, at));
            }
            match near.rfind(['.', '[']) {
                Some(cut) => near = &near[..cut],
                None => break None,
            }
        };
        self.errors.push(PackError {
            file: self.file.to_owned(),
            line,
            path: path.to_owned(),
            problem,
        });
    }

    /// Checks the `format` key.
    pub(crate) fn expect_format(&mut self) {
        match self.scalar::<i64>("format") {
            Some(FORMAT) | None => {}
            Some(other) => self.fail(
                "format",
                Problem::Value(format!(
                    "format {other} is unknown; this program reads format {FORMAT}"
                )),
            ),
        }
    }

    /// Takes a required top-level value.
    pub(crate) fn scalar<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        self.known.insert(key);
        let Some(value) = self.table.remove(key) else {
            self.fail(key, Problem::Missing(format!("the key {key:?}")));
            return None;
        };
        self.row(value, key)
    }

    /// Takes the rows of the array of tables `key`; unreadable rows are noted and left out.
    /// `name` is the field that names a row in the messages.
    pub(crate) fn rows<T: DeserializeOwned>(&mut self, key: &'static str, name: &str) -> Vec<Row<T>> {
        self.known.insert(key);
        let Some(value) = self.table.remove(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value.into_inner() else {
            self.fail(key, Problem::Shape(format!("must be written as [[{key}]] rows")));
            return Vec::new();
        };
        let mut rows = Vec::new();
        for (i, value) in array.into_iter().enumerate() {
            let path = format!("{key}[{i}]");
            if !value.get_ref().is_table() {
                self.fail(
                    &path,
                    Problem::Shape(format!("must be a table with the field {name:?}")),
                );
                continue;
            }
            if let Some(value) = self.row(value, &path) {
                rows.push(Row { path, value });
            }
        }
        rows
    }

    /// Reads one value. After a mistake in one key of a table that key is dropped and the rest read
    /// again, so that every wrong key of a row is named.
    fn row<T: DeserializeOwned>(&mut self, value: toml::Spanned<DeValue<'a>>, path: &str) -> Option<T> {
        let span = value.span();
        let mut value = value;
        let mut dropped: Vec<String> = Vec::new();
        loop {
            let copy = toml::Spanned::new(span.clone(), value.get_ref().clone());
            let error = match T::deserialize(toml::de::ValueDeserializer::from(copy)) {
                Ok(read) if dropped.is_empty() => return Some(read),
                Ok(_) => return None,
                Err(error) => error,
            };
            let caused = dropped
                .iter()
                .any(|k| error.message().contains(&format!("missing field `{k}`")));
            if caused {
                return None;
            }
            let at = error.span().unwrap_or_else(|| span.clone());
            let culprit = match value.get_ref() {
                DeValue::Table(t) if at != span => t
                    .iter()
                    .find(|(k, v)| within(&at, &k.span()) || within(&at, &v.span()))
                    .map(|(k, _)| k.get_ref().to_string()),
                _ => None,
            };
            let place = culprit
                .as_ref()
                .map_or_else(|| path.to_owned(), |k| format!("{path}.{k}"));
            self.fail(&place, Problem::Shape(error.message().to_owned()));
            match (culprit, value.get_mut()) {
                (Some(key), DeValue::Table(t)) => {
                    t.remove(key.as_str());
                    dropped.push(key);
                }
                _ => return None,
            }
        }
    }

    /// Turns a TOML date into a civil date; anything with a time of day is a mistake.
    pub(crate) fn date(&mut self, path: &str, value: Option<toml::value::Datetime>) -> Option<Date> {
        let value = value?;
        let date = match (value.date, value.time, value.offset) {
            (Some(d), None, None) => Date::new(d.year as i16, d.month as i8, d.day as i8).ok(),
            _ => None,
        };
        if date.is_none() {
            self.fail(
                path,
                Problem::Value(format!("{value} is not a date; write it like 2026-03-01")),
            );
        }
        date
    }

    /// Notes every text that is blank.
    pub(crate) fn expect_texts<'t>(
        &mut self,
        path: &str,
        texts: impl IntoIterator<Item = (&'static str, &'t String)>,
    ) {
        for (field, text) in texts {
            if text.trim().is_empty() {
                self.fail(
                    &format!("{path}.{field}"),
                    Problem::Value("must not be empty".to_owned()),
                );
            }
        }
    }

    /// Ends the reading: notes unknown top-level keys and returns `value` or every mistake, by line.
    pub(crate) fn finish<T>(mut self, value: T) -> Result<T, Vec<PackError>> {
        let unknown: Vec<String> = self.table.keys().map(|k| k.get_ref().to_string()).collect();
        for key in unknown {
            let known: Vec<_> = self.known.iter().copied().collect();
            let problem = Problem::Shape(format!("unknown key; this file may have {}", known.join(", ")));
            self.fail(&key, problem);
        }
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors
            .sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
        Err(self.errors)
    }

    /// Returns whether no mistake was found so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }
}

fn within(inner: &std::ops::Range<usize>, outer: &std::ops::Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text
        .as_bytes()
        .iter()
        .take(offset)
        .filter(|&&b| b == b'\n')
        .count()
}

fn note_places(table: &DeTable<'_>, prefix: &str, places: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.get_ref().to_string()
        } else {
            format!("{prefix}.{}", key.get_ref())
        };
        places.insert(path.clone(), key.span().start);
        note_value(value, &path, places);
    }
}

fn note_value(value: &toml::Spanned<DeValue<'_>>, path: &str, places: &mut BTreeMap<String, usize>) {
    match value.get_ref() {
        DeValue::Table(table) => note_places(table, path, places),
        DeValue::Array(array) => {
            for (i, value) in array.iter().enumerate() {
                let path = format!("{path}[{i}]");
                places.insert(path.clone(), value.span().start);
                note_value(value, &path, places);
            }
        }
        _ => {}
    }
}
