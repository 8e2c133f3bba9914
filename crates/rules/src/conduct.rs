//! What a pack says on the conduct of visits: the inputs of the planner, each with its source.

use crate::{
    pack::{Pack, Validity},
    read::{Document, Problem, Row},
    source::{Confidence, Source},
};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// Hours of the day, in the customer's local time; `from` before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// First moment allowed.
    pub from: Time,
    /// First moment not allowed any more.
    pub to: Time,
}

/// Which visits a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every visit.
    Visit,
    /// Visits of customers with an overdue balance, which count as collection.
    Collection,
}

/// What follows when a row is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// The visit must not be planned so.
    Block,
    /// A warning is shown.
    Warn,
}

/// What kind of norm a row rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A statute or order.
    Law,
    /// A recommended standard or an association's guideline.
    Guideline,
    /// The product's own choice; the bank may set another.
    Policy,
}

/// What a row demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Visits only within these hours unless the customer agrees.
    HoursLegal(Hours),
    /// Visits are offered within these hours.
    HoursDefault(Hours),
    /// At least so many staff go together.
    MinCrew(u8),
    /// Written notice at least so many calendar days before.
    NoticeDays(u16),
    /// The visit is confirmed again at most so many hours before.
    ReconfirmHours(u16),
}

/// A row on the conduct of visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// Its id, such as `cn.visit.hours`.
    pub id: String,
    /// What it demands.
    pub demand: Demand,
    /// Which visits it speaks of.
    pub scope: Scope,
    /// What follows when it is not kept.
    pub consequence: Consequence,
    /// What it rests on.
    pub basis: Basis,
    /// Where it was read.
    pub source: Source,
    /// The article or, for policy, its footing.
    pub article: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// When it is in force; policy rows always are.
    pub valid: Option<Validity>,
}

/// A value with the row it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Sourced<'a, T> {
    /// The value.
    pub value: T,
    /// The row: id, source, article, confidence, scope, consequence.
    pub row: &'a Conduct,
}

/// The pack's demands on visits on one day; `None` where the pack has no row in force.
#[derive(Clone, Copy, Debug)]
pub struct VisitConduct<'a> {
    /// Hours outside of which a visit is forbidden without the customer's agreement.
    pub hours_legal: Option<Sourced<'a, Hours>>,
    /// Hours within which visits are offered.
    pub hours_default: Option<Sourced<'a, Hours>>,
    /// The smallest crew.
    pub min_crew: Option<Sourced<'a, u8>>,
    /// Calendar days between the written notice and the visit.
    pub notice_days: Option<Sourced<'a, u16>>,
    /// The visit is confirmed again at most so many hours before.
    pub reconfirm_hours: Option<Sourced<'a, u16>>,
}

impl Pack {
    /// Returns what visits on `day` must keep to.
    #[must_use]
    pub fn visit_conduct(&self, day: Date) -> VisitConduct<'_> {
        let mut all = VisitConduct {
            hours_legal: None,
            hours_default: None,
            min_crew: None,
            notice_days: None,
            reconfirm_hours: None,
        };
        for row in self
            .conduct
            .iter()
            .filter(|c| c.valid.is_none_or(|v| v.covers(day)))
        {
            match row.demand {
                Demand::HoursLegal(value) => all.hours_legal = Some(Sourced { value, row }),
                Demand::HoursDefault(value) => all.hours_default = Some(Sourced { value, row }),
                Demand::MinCrew(value) => all.min_crew = Some(Sourced { value, row }),
                Demand::NoticeDays(value) => all.notice_days = Some(Sourced { value, row }),
                Demand::ReconfirmHours(value) => all.reconfirm_hours = Some(Sourced { value, row }),
            }
        }
        all
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    HoursLegal,
    HoursDefault,
    MinCrew,
    NoticeDays,
    ReconfirmHours,
}

/// A `[[conduct]]` row as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawConduct {
    pub(crate) id: String,
    kind: Kind,
    from: Option<String>,
    to: Option<String>,
    persons: Option<i64>,
    days: Option<i64>,
    hours: Option<i64>,
    scope: Scope,
    effect: Consequence,
    basis: Basis,
    pub(crate) source: String,
    article: String,
    confidence: Confidence,
    valid_from: Option<toml::value::Datetime>,
    valid_to: Option<toml::value::Datetime>,
}

/// Checks a row; `None` when it cannot be used, with the mistakes noted.
pub(crate) fn check(doc: &mut Document<'_>, row: Row<RawConduct>, source: Option<Source>) -> Option<Conduct> {
    let Row { path, value: raw } = row;
    doc.expect_texts(&path, [("id", &raw.id), ("article", &raw.article)]);
    let from = doc.date(&format!("{path}.valid_from"), raw.valid_from);
    let to = doc.date(&format!("{path}.valid_to"), raw.valid_to);
    let policy = raw.basis == Basis::Policy;
    if policy != (raw.confidence == Confidence::Policy) {
        let text = "basis and confidence must both say policy, or neither".to_owned();
        doc.fail(&format!("{path}.confidence"), Problem::Value(text));
    }
    if raw.confidence == Confidence::MLow && raw.effect == Consequence::Block {
        let text = "a row of confidence M-low must not block; use effect = \"warn\"".to_owned();
        doc.fail(&format!("{path}.effect"), Problem::Value(text));
    }
    let valid = match (from, to) {
        (Some(from), Some(to)) if to < from => {
            let text = format!("valid_to {to} is before valid_from {from}");
            doc.fail(&format!("{path}.valid_to"), Problem::Value(text));
            None
        }
        (Some(from), to) => Some(Validity { from, to }),
        (None, None) if policy => None,
        (None, _) => {
            doc.fail(
                &path,
                Problem::Missing("valid_from (the first day in force)".to_owned()),
            );
            None
        }
    };
    let demand = match raw.kind {
        Kind::HoursLegal => hours(doc, &path, &raw).map(Demand::HoursLegal),
        Kind::HoursDefault => hours(doc, &path, &raw).map(Demand::HoursDefault),
        Kind::MinCrew => number(doc, &path, "persons", raw.persons, 1, 20).map(|n| Demand::MinCrew(n as u8)),
        Kind::NoticeDays => number(doc, &path, "days", raw.days, 0, 365).map(Demand::NoticeDays),
        Kind::ReconfirmHours => number(doc, &path, "hours", raw.hours, 1, 720).map(Demand::ReconfirmHours),
    };
    let used: &[&str] = match raw.kind {
        Kind::HoursLegal | Kind::HoursDefault => &["from", "to"],
        Kind::MinCrew => &["persons"],
        Kind::NoticeDays => &["days"],
        Kind::ReconfirmHours => &["hours"],
    };
    let given = [
        ("from", raw.from.is_some()),
        ("to", raw.to.is_some()),
        ("persons", raw.persons.is_some()),
        ("days", raw.days.is_some()),
        ("hours", raw.hours.is_some()),
    ];
    for (field, _) in given
        .iter()
        .filter(|(field, there)| *there && !used.contains(field))
    {
        let text = format!(
            "{field} does not belong to this kind; it takes {}",
            used.join(" and ")
        );
        doc.fail(&format!("{path}.{field}"), Problem::Value(text));
    }
    Some(Conduct {
        id: raw.id,
        demand: demand?,
        scope: raw.scope,
        consequence: raw.effect,
        basis: raw.basis,
        source: source?,
        article: raw.article,
        confidence: raw.confidence,
        valid,
    })
}

fn hours(doc: &mut Document<'_>, path: &str, raw: &RawConduct) -> Option<Hours> {
    let mut time = |field: &str, text: &Option<String>| {
        let Some(text) = text else {
            doc.fail(path, Problem::Missing(format!("{field} (a time such as 08:00)")));
            return None;
        };
        let read = Time::strptime("%H:%M", text).ok().filter(|_| text.len() == 5);
        if read.is_none() {
            let text = format!("{text:?} is not a time of day; write it like 08:00");
            doc.fail(&format!("{path}.{field}"), Problem::Value(text));
        }
        read
    };
    let (from, to) = (time("from", &raw.from), time("to", &raw.to));
    let (from, to) = (from?, to?);
    if to <= from {
        let text = "must be after from: these are the hours in which visits are allowed".to_owned();
        doc.fail(&format!("{path}.to"), Problem::Value(text));
        return None;
    }
    Some(Hours { from, to })
}

fn number(
    doc: &mut Document<'_>,
    path: &str,
    field: &str,
    value: Option<i64>,
    min: u16,
    max: u16,
) -> Option<u16> {
    let Some(value) = value else {
        doc.fail(path, Problem::Missing(field.to_owned()));
        return None;
    };
    match u16::try_from(value) {
        Ok(n) if (min..=max).contains(&n) => Some(n),
        _ => {
            let text = format!("{value} is outside {min} to {max}");
            doc.fail(&format!("{path}.{field}"), Problem::Value(text));
            None
        }
    }
}
