//! Where a rule was read and how sure that is.

use crate::read::{Document, PackError, Problem};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// How a fact was established.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// Read in a copy of the official text.
    V,
    /// Read in a secondary text that quotes or summarises the rule.
    S,
    /// From memory, to be verified; rather sure.
    #[serde(rename = "M-high")]
    MHigh,
    /// From memory, to be verified; fairly sure.
    #[serde(rename = "M-med")]
    MMed,
    /// From memory, to be verified; unsure. Must never block anything.
    #[serde(rename = "M-low")]
    MLow,
    /// A choice of the product, not a rule of law.
    #[serde(rename = "policy")]
    Policy,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Confidence::V => "V",
            Confidence::S => "S",
            Confidence::MHigh => "M-high",
            Confidence::MMed => "M-med",
            Confidence::MLow => "M-low",
            Confidence::Policy => "policy",
        })
    }
}

/// A law, order, standard or guideline that rules are read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The key that rule rows point to, such as `cn.A`.
    pub key: String,
    /// Its official title, in its own language.
    pub title: String,
    /// Who issued it, with the number.
    pub issuer: String,
    /// The first day in force, where it has one.
    pub in_force: Option<Date>,
    /// How sure its identity (title, number, date) is.
    pub confidence: Confidence,
    /// What a reader should know about how it was read.
    pub note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    key: String,
    title: String,
    issuer: String,
    in_force: Option<toml::value::Datetime>,
    confidence: Confidence,
    note: Option<String>,
}

/// The register of sources (`sources.toml`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    by_key: BTreeMap<String, Source>,
}

impl Sources {
    /// Reads a register; `file` is named in the errors.
    ///
    /// # Errors
    /// Every mistake of the file, with its line and path.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<PackError>> {
        let mut doc = Document::open(text, file)?;
        doc.expect_format();
        let mut by_key = BTreeMap::new();
        for row in doc.rows::<RawSource>("source", "key") {
            let path = row.path;
            let in_force = doc.date(&format!("{path}.in_force"), row.value.in_force);
            doc.expect_texts(&path, [("key", &row.value.key), ("title", &row.value.title)]);
            let RawSource {
                key,
                title,
                issuer,
                confidence,
                note,
                ..
            } = row.value;
            let source = Source {
                key: key.clone(),
                title,
                issuer,
                in_force,
                confidence,
                note,
            };
            if by_key.insert(key.clone(), source).is_some() {
                doc.fail(
                    &format!("{path}.key"),
                    Problem::Duplicate {
                        what: "source key",
                        id: key,
                    },
                );
            }
        }
        doc.finish(Sources { by_key })
    }

    /// Returns the source with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Source> {
        self.by_key.get(key)
    }

    /// Returns every source, by key.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.by_key.values()
    }
}
