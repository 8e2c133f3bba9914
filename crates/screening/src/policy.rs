//! The screening policy: stated criteria as versioned data.

use crate::{duplicates, features::Feature, wording::Wording};
use domain::{Currency, Role};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, fmt};

/// Says what is wrong in a file of the catalogue, all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} was not taken, the policy in use stays; please mend:\n{}", Lines(.mistakes))]
pub struct CatalogueError {
    /// The file's name as the caller gave it.
    pub file: String,
    /// One sentence for each mistake, beginning with its place.
    pub mistakes: Vec<String>,
}

struct Lines<'a>(&'a [String]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, line) in self.0.iter().enumerate() {
            write!(f, "{}  {line}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl CatalogueError {
    pub(crate) fn toml(file: &str, error: &toml::de::Error) -> Self {
        // The parser's own text shows line, column and the line itself.
        CatalogueError {
            file: file.to_owned(),
            mistakes: vec![error.to_string().trim_end().to_owned()],
        }
    }

    pub(crate) fn mistakes(file: &str, mistakes: Vec<String>) -> Self {
        CatalogueError {
            file: file.to_owned(),
            mistakes,
        }
    }
}

/// When a criterion or an exclusion holds: its feature lies in `at_least .. below`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What is asked.
    pub feature: Feature,
    /// The least value for which the condition holds.
    pub at_least: i64,
    /// The value from which on it holds no more, so that steps of one ladder do not add up.
    pub below: Option<i64>,
}

impl Condition {
    /// Says whether the condition holds for a value.
    #[must_use]
    pub fn holds(&self, value: i64) -> bool {
        value >= self.at_least && self.below.is_none_or(|below| value < below)
    }
}

/// One stated reason for offering a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its name, stable over versions.
    pub id: String,
    /// When it holds.
    pub when: Condition,
    /// What it adds; may be negative.
    pub points: i64,
    /// Who should go when it holds, beside the usual crew.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Why, in plain words for the customer; `{value}` and `{terms}` are filled in.
    pub reason: Wording,
}

/// One stated reason for not offering a visit, whatever the points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Its name, stable over versions.
    pub id: String,
    /// When it holds.
    pub when: Condition,
    /// Why, and what happens instead.
    pub reason: Wording,
}

/// The whole policy, as read from `catalogue/screening.toml` or the bank's own file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The version, written into every screening.
    pub version: String,
    /// What the customer is told about the procedure as a whole.
    pub notice: Wording,
    /// From this sum of points on a visit is proposed.
    pub threshold: i64,
    /// The currency in which amounts are asked.
    pub currency: Currency,
    /// Who goes to every visit.
    pub usual_crew: Vec<Role>,
    /// Reasons for.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
    /// Reasons against.
    #[serde(rename = "exclusion", default)]
    pub exclusions: Vec<Exclusion>,
    /// When complaints count as duplicates.
    #[serde(default)]
    pub duplicates: duplicates::Config,
}

impl Policy {
    /// Returns the policy that Forecourt ships (`catalogue/screening.toml`).
    #[must_use]
    pub fn builtin() -> Policy {
        Policy::parse(
            include_str!("../../../catalogue/screening.toml"),
            "catalogue/screening.toml",
        )
        .expect("a test reads the shipped policy")
    }

    /// Reads a policy; `file` names it in errors.
    ///
    /// # Errors
    /// Wrong TOML or an unknown key, with line and column; else all mistakes of meaning at once: ids
    /// given twice, conditions that can never hold, a threshold that can never be reached, sentences
    /// missing in a language, unknown places to fill in, likeness limits outside of 0 to 1.
    pub fn parse(source: &str, file: &str) -> Result<Policy, CatalogueError> {
        let policy: Policy = toml::from_str(source).map_err(|e| CatalogueError::toml(file, &e))?;
        let mistakes = policy.mistakes();
        if mistakes.is_empty() {
            Ok(policy)
        } else {
            Err(CatalogueError::mistakes(file, mistakes))
        }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.version.trim().is_empty() {
            found.push("version: is empty; every screening must name its policy".to_owned());
        }
        if self.usual_crew.is_empty() {
            found.push("usual_crew: is empty".to_owned());
        }
        wording("notice", &self.notice, &mut found);
        let criteria = self
            .criteria
            .iter()
            .map(|c| ("criterion", &c.id, &c.when, &c.reason));
        let exclusions = self
            .exclusions
            .iter()
            .map(|e| ("exclusion", &e.id, &e.when, &e.reason));
        let mut ids = HashSet::new();
        for (kind, id, when, reason) in criteria.chain(exclusions) {
            let place = format!("{kind} {id:?}");
            if id.is_empty()
                || !id
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                found.push(format!(
                    "{place}: an id has small letters, digits and hyphens only"
                ));
            }
            if !ids.insert(id) {
                found.push(format!("{place}: the id is given twice"));
            }
            if when.below.is_some_and(|below| below <= when.at_least) {
                found.push(format!(
                    "{place}: can never hold, below must be greater than at_least"
                ));
            }
            if when.at_least <= 0 {
                found.push(format!(
                    "{place}: at_least must be 1 or more, else it holds for every case"
                ));
            }
            wording(&format!("{place}, reason"), reason, &mut found);
        }
        for c in self.criteria.iter().filter(|c| c.points == 0) {
            found.push(format!("criterion {:?}: points must not be 0", c.id));
        }
        let most: i64 = self
            .criteria
            .iter()
            .fold(0, |sum, c| sum.saturating_add(c.points.max(0)));
        if self.threshold <= 0 || self.threshold > most {
            found.push(format!(
                "threshold: {} is not in 1..={most}, the sum of all points",
                self.threshold
            ));
        }
        let d = &self.duplicates;
        let limits = [
            ("near_copy", d.near_copy),
            ("same_text", d.same_text),
            ("same_customer_copy", d.same_customer_copy),
        ];
        for (name, value) in limits {
            if !(value > 0.0 && value <= 1.0) {
                found.push(format!(
                    "duplicates, {name}: {value} is not above 0 and at most 1"
                ));
            }
        }
        for (name, value) in [
            ("most_candidates", d.most_candidates),
            ("most_in_chain", d.most_in_chain),
        ] {
            if value == 0 {
                found.push(format!("duplicates, {name}: must be 1 or more"));
            }
        }
        found
    }
}

fn wording(place: &str, wording: &Wording, found: &mut Vec<String>) {
    for (language, sentence) in wording.each() {
        if sentence.trim().is_empty() {
            found.push(format!("{place}: the sentence in {language} is empty"));
        }
        let rest = sentence.replace("{value}", "").replace("{terms}", "");
        if rest.contains(['{', '}']) {
            found.push(format!(
                "{place}: {language} may have {{value}} and {{terms}} only"
            ));
        }
    }
}
