//! From the text of a pack to a checked [`Pack`], with every mistake gathered.

use crate::{
    calendar::{Calendar, RollBasis},
    conduct::{self, RawConduct},
    lang::Texts,
    pack::{Counting, Pack, Rule, Validity},
    parse_clock::{RawClock, read_clock, rules_named},
    read::{Document, PackError, Problem, Row},
    source::{Confidence, Source, Sources},
};
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use toml::value::Datetime;

/// What packs may refer to.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// The register of sources.
    pub sources: Sources,
    /// The calendars, by id.
    pub calendars: BTreeMap<String, Arc<Calendar>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    id: String,
    version: String,
    title: Texts,
    zone: String,
    calendar: String,
    roll_basis: RollBasis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounting {
    first_day: String,
    month_end: String,
    last_day: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    text: Texts,
    source: String,
    article: String,
    confidence: Confidence,
    valid_from: Datetime,
    valid_to: Option<Datetime>,
}

impl Pack {
    /// Reads a pack; `file` is named in the errors.
    ///
    /// # Errors
    /// Every mistake of the file, by line, each with path and reason: unknown keys, names and
    /// milestones, limits of zero, ladders that do not rise, totals over the cap, dates that do not
    /// exist, two versions of one id in force on one day, sources, rules or calendars that no file
    /// declares. Only mistakes against TOML itself hide the others.
    pub fn parse(text: &str, file: &str, refs: &References) -> Result<Pack, Vec<PackError>> {
        let mut doc = Document::open(text, file)?;
        doc.expect_format();
        let head = doc.scalar::<RawHead>("pack");
        let counting = doc.scalar::<RawCounting>("counting");
        let rule_rows = doc.rows::<RawRule>("rule", "id");
        let clock_rows = doc.rows::<RawClock>("clock", "id");
        let conduct_rows = doc.rows::<RawConduct>("conduct", "id");

        // A rule row that could not be read is named already; that its id is unknown is no news.
        let rules_whole = doc.is_clean();
        let names: BTreeSet<String> = rule_rows.iter().map(|r| r.value.id.clone()).collect();
        let rules = read_rules(&mut doc, rule_rows, refs);
        let expect_rule = |doc: &mut Document<'_>, path: String, id: &str| {
            if rules_whole && !names.contains(id) {
                doc.fail(
                    &path,
                    Problem::Unknown {
                        what: "rule",
                        id: id.to_owned(),
                    },
                );
            }
        };

        if let Some(c) = &counting {
            for (key, id) in [
                ("first_day", &c.first_day),
                ("month_end", &c.month_end),
                ("last_day", &c.last_day),
            ] {
                expect_rule(&mut doc, format!("counting.{key}"), id);
            }
        }
        let mut clocks = Vec::new();
        for row in clock_rows {
            for (path, id) in rules_named(&row) {
                expect_rule(&mut doc, path, &id);
            }
            let path = row.path.clone();
            if let Some(clock) = read_clock(&mut doc, row, refs) {
                clocks.push((path, clock));
            }
        }
        expect_no_overlap(
            &mut doc,
            clocks
                .iter()
                .map(|(p, c)| (p.as_str(), c.id.as_str(), Some(c.valid))),
        );

        let mut conduct = Vec::new();
        for row in conduct_rows {
            let path = row.path.clone();
            let source = find_source(&mut doc, &path, &row.value.source, refs);
            if let Some(row) = conduct::check(&mut doc, row, source) {
                conduct.push((path, row));
            }
        }
        expect_no_overlap(
            &mut doc,
            conduct.iter().map(|(p, c)| (p.as_str(), c.id.as_str(), c.valid)),
        );
        // A policy row is in force for ever, so its id may stand once only; and one kind of demand
        // has one answer a day, or visit_conduct would pick by order.
        for (i, (path, row)) in conduct.iter().enumerate() {
            let kind = std::mem::discriminant(&row.demand);
            let clash = conduct[..i].iter().any(|(_, other)| {
                std::mem::discriminant(&other.demand) == kind
                    && shared_day(other.valid, row.valid).is_some()
                    && (other.id != row.id || other.valid.is_none() || row.valid.is_none())
            });
            if clash {
                let text = "another row of this kind is in force at the same time".to_owned();
                doc.fail(&format!("{path}.kind"), Problem::Value(text));
            }
        }

        let zone = head.as_ref().and_then(|h| match TimeZone::get(&h.zone) {
            Ok(zone) => Some(zone),
            Err(_) => {
                doc.fail(
                    "pack.zone",
                    Problem::Unknown {
                        what: "time zone",
                        id: h.zone.clone(),
                    },
                );
                None
            }
        });
        let calendar = head
            .as_ref()
            .and_then(|h| find_calendar(&mut doc, "pack.calendar", &h.calendar, refs));
        if let Some(h) = &head {
            doc.expect_texts("pack", [("id", &h.id), ("version", &h.version)]);
        }

        let clocks = clocks.into_iter().map(|(_, c)| c).collect();
        let conduct = conduct.into_iter().map(|(_, c)| c).collect();
        let pack = match (head, counting, zone, calendar) {
            (Some(head), Some(counting), Some(zone), Some(calendar)) => Some(Pack {
                id: head.id,
                version: head.version,
                title: head.title,
                zone_name: head.zone,
                zone,
                calendar,
                roll_basis: head.roll_basis,
                counting: Counting {
                    first_day: counting.first_day,
                    month_end: counting.month_end,
                    last_day: counting.last_day,
                },
                rules,
                clocks,
                conduct,
            }),
            _ => None,
        };
        // Whatever made `pack` none was noted, so finish returns the mistakes.
        doc.finish(pack)?.ok_or_else(Vec::new)
    }
}

fn find_source(doc: &mut Document<'_>, path: &str, key: &str, refs: &References) -> Option<Source> {
    let found = refs.sources.get(key).cloned();
    if found.is_none() {
        let problem = Problem::Unknown {
            what: "source (sources.toml)",
            id: key.to_owned(),
        };
        doc.fail(&format!("{path}.source"), problem);
    }
    found
}

pub(crate) fn find_calendar(
    doc: &mut Document<'_>,
    path: &str,
    id: &str,
    refs: &References,
) -> Option<Arc<Calendar>> {
    let found = refs.calendars.get(id).cloned();
    if found.is_none() {
        doc.fail(
            path,
            Problem::Unknown {
                what: "calendar",
                id: id.to_owned(),
            },
        );
    }
    found
}

pub(crate) fn read_validity(
    doc: &mut Document<'_>,
    path: &str,
    from: Datetime,
    to: Option<Datetime>,
) -> Option<Validity> {
    let from = doc.date(&format!("{path}.valid_from"), Some(from));
    let ends = to.is_some();
    let to = doc.date(&format!("{path}.valid_to"), to);
    let from = from?;
    if ends && to.is_none() {
        return None;
    }
    if let Some(to) = to.filter(|to| *to < from) {
        let text = format!("{to} is before valid_from {from}");
        doc.fail(&format!("{path}.valid_to"), Problem::Value(text));
        return None;
    }
    Some(Validity { from, to })
}

fn shared_day(a: Option<Validity>, b: Option<Validity>) -> Option<Date> {
    let always = Validity {
        from: Date::MIN,
        to: None,
    };
    let (a, b) = (a.unwrap_or(always), b.unwrap_or(always));
    let day = a.from.max(b.from);
    (a.covers(day) && b.covers(day)).then_some(day)
}

fn expect_no_overlap<'r>(
    doc: &mut Document<'_>,
    rows: impl Iterator<Item = (&'r str, &'r str, Option<Validity>)>,
) {
    let mut seen: BTreeMap<&str, Vec<Option<Validity>>> = BTreeMap::new();
    for (path, id, valid) in rows {
        let older = seen.entry(id).or_default();
        if let Some(day) = older.iter().find_map(|o| shared_day(*o, valid)) {
            doc.fail(
                &format!("{path}.id"),
                Problem::Overlap {
                    id: id.to_owned(),
                    day,
                },
            );
        }
        older.push(valid);
    }
}

fn read_rules(
    doc: &mut Document<'_>,
    rows: Vec<Row<RawRule>>,
    refs: &References,
) -> BTreeMap<String, Vec<Rule>> {
    let mut read = Vec::new();
    for Row { path, value } in rows {
        let t = &value.text;
        doc.expect_texts(&path, [("id", &value.id), ("article", &value.article)]);
        let texts = [("zh-CN", &t.zh_cn), ("zh-TW", &t.zh_tw), ("en", &t.en)];
        doc.expect_texts(&format!("{path}.text"), texts);
        let source = find_source(doc, &path, &value.source, refs);
        let valid = read_validity(doc, &path, value.valid_from, value.valid_to);
        if let (Some(source), Some(valid)) = (source, valid) {
            let RawRule {
                id,
                text,
                article,
                confidence,
                ..
            } = value;
            read.push((
                path,
                Rule {
                    id,
                    text,
                    source,
                    article,
                    confidence,
                    valid,
                },
            ));
        }
    }
    expect_no_overlap(
        doc,
        read.iter()
            .map(|(p, r)| (p.as_str(), r.id.as_str(), Some(r.valid))),
    );
    let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
    for (_, rule) in read {
        rules.entry(rule.id.clone()).or_default().push(rule);
    }
    for versions in rules.values_mut() {
        versions.sort_by_key(|r| r.valid.from);
    }
    rules
}
