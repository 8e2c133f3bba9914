//! What a rule of a map must keep to, by the kind of its field.

use super::{Decimal, Fields, From, Kind, Otherwise, Rule, Wanted, parse::Walk};
use crate::record::{Channel, Line};
use domain::Currency;

/// Notes settings that do not fit the field and words that the field does not know.
pub(super) fn rule(walk: &mut Walk<'_>, at: usize, path: &str, kind: Kind, rule: &Rule) {
    let mut only = |used: bool, key: &str, kinds: &[Kind], whom: &str| {
        if used && !kinds.contains(&kind) {
            walk.mistake(at, &format!("{path}.{key}"), format!("only applies to {whom}"));
        }
    };
    let words = [Kind::Text, Kind::Channel, Kind::Line, Kind::List, Kind::Currency];
    only(!rule.values.is_empty(), "values", &words, "texts and words");
    only(
        rule.otherwise != Otherwise::Keep,
        "otherwise",
        &words,
        "texts and words",
    );
    only(!rule.dates.is_empty(), "dates", &[Kind::Date], "received_at");
    only(
        rule.decimal != Decimal::Auto,
        "decimal",
        &[Kind::Amount],
        "amount",
    );
    only(
        rule.separator.is_some(),
        "separator",
        &[Kind::List],
        "allegations and tags",
    );
    if rule.separator.as_deref() == Some("") {
        walk.mistake(at, &format!("{path}.separator"), "is empty");
    }
    for pattern in &rule.dates {
        let sample = jiff::civil::date(2024, 12, 31).at(23, 59, 58, 0);
        if let Err(e) = jiff::fmt::strtime::format(pattern, sample) {
            walk.mistake(
                at,
                &format!("{path}.dates"),
                format!("{pattern:?} is no date pattern such as \"%Y-%m-%d\": {e}"),
            );
        }
    }
    let constant = match &rule.from {
        From::Constant(text) => Some(text),
        _ => None,
    };
    let becomes = match &rule.otherwise {
        Otherwise::Becomes(text) => Some(text),
        _ => None,
    };
    let mut results: Vec<&String> = rule
        .values
        .values()
        .chain(&rule.default)
        .chain(constant)
        .chain(becomes)
        .collect();
    results.sort();
    results.dedup();
    for word in results {
        let wrong = match kind {
            Kind::Channel if Channel::from_word(word).is_none() => all(Channel::ALL.iter().map(|(w, _)| *w)),
            Kind::Line if Line::from_word(word).is_none() => all(Line::ALL.iter().map(|(w, _)| *w)),
            Kind::Currency if Currency::try_from(word.clone()).is_err() => "three capital letters".to_owned(),
            _ => continue,
        };
        walk.mistake(at, path, format!("{word:?} is not one of {wrong}"));
    }
}

fn all<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Marks the columns without which no row could be read.
pub(super) fn required_columns(fields: &Fields, wanted: &mut [Wanted]) {
    let mut fields = fields.clone();
    for (name, _) in Fields::KINDS {
        let Some(rule) = fields.get_mut(name) else {
            continue;
        };
        let needed = (rule.required || *name == "received_at") && rule.default.is_none();
        if let (true, From::Columns { columns, .. }) = (needed, &rule.from)
            && let [column] = columns[..]
            && let Some(wanted) = wanted.get_mut(column)
        {
            wanted.required = Some((*name).to_owned());
        }
    }
}
