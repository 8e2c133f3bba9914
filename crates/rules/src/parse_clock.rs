//! Reading and checking the `[[clock]]` rows of a pack.

use crate::{
    lang::Texts,
    pack::{Clock, Effect, JudgeBy, Notify, Owner, PauseRule, Rung, Unit},
    parse::{References, find_calendar, read_validity},
    read::{Document, Problem, Row},
};
use domain::clock::{ApproverRank, Milestone};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::value::Datetime;

/// The largest limit a clock may have, in its unit: a mistyped number is caught, and a walk over
/// the days of a limit stays short.
const MOST: u32 = 3_650;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRung {
    step: i64,
    rule: String,
    to_total: Option<i64>,
    add: Option<i64>,
    approver: ApproverRank,
    notify: Notify,
}

/// A `[[clock]]` row as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawClock {
    id: String,
    title: Texts,
    owner: Owner,
    rule: String,
    day_rule: Option<String>,
    n: i64,
    unit: String,
    total_max: Option<i64>,
    judge_by: JudgeBy,
    start: Milestone,
    #[serde(default)]
    restart: Vec<Effect>,
    stop: Vec<Effect>,
    #[serde(default)]
    end: Vec<Effect>,
    #[serde(default)]
    pause: Vec<PauseRule>,
    #[serde(default)]
    extension: Vec<RawRung>,
    valid_from: Datetime,
    valid_to: Option<Datetime>,
}

/// The rules that a clock names, each with its place.
pub(crate) fn rules_named(row: &Row<RawClock>) -> Vec<(String, String)> {
    let (p, c) = (&row.path, &row.value);
    let mut named = vec![(format!("{p}.rule"), c.rule.clone())];
    named.extend(c.day_rule.iter().map(|id| (format!("{p}.day_rule"), id.clone())));
    for (key, effects) in [("restart", &c.restart), ("stop", &c.stop), ("end", &c.end)] {
        for (i, e) in effects.iter().enumerate() {
            named.extend(
                e.rule
                    .iter()
                    .map(|id| (format!("{p}.{key}[{i}].rule"), id.clone())),
            );
        }
    }
    named.extend(
        c.pause
            .iter()
            .enumerate()
            .map(|(i, x)| (format!("{p}.pause[{i}].rule"), x.rule.clone())),
    );
    named.extend(
        c.extension
            .iter()
            .enumerate()
            .map(|(i, x)| (format!("{p}.extension[{i}].rule"), x.rule.clone())),
    );
    named
}

fn read_unit(doc: &mut Document<'_>, path: &str, text: &str, refs: &References) -> Option<Unit> {
    Some(match text {
        "cd" => Unit::CalendarDays,
        "wk" => Unit::Weeks,
        "h" => Unit::Hours,
        "mo" => Unit::Months,
        "yr" => Unit::Years,
        _ => match text.strip_prefix("bd:") {
            Some(calendar) => Unit::WorkingDays(find_calendar(doc, path, calendar, refs)?),
            None => {
                let text = format!("unit {text:?} is unknown; it must be cd, wk, h, mo, yr or bd:CALENDAR");
                doc.fail(path, Problem::Value(text));
                return None;
            }
        },
    })
}

fn read_count(doc: &mut Document<'_>, path: &str, value: i64) -> Option<u32> {
    match u32::try_from(value) {
        Ok(n) if (1..=MOST).contains(&n) => Some(n),
        _ => {
            doc.fail(path, Problem::Value(format!("{value} is outside 1 to {MOST}")));
            None
        }
    }
}

/// Checks a row; `None` when it cannot be used, with the mistakes noted.
pub(crate) fn read_clock(doc: &mut Document<'_>, row: Row<RawClock>, refs: &References) -> Option<Clock> {
    let Row { path, value: raw } = row;
    doc.expect_texts(&path, [("id", &raw.id)]);
    let unit = read_unit(doc, &format!("{path}.unit"), &raw.unit, refs);
    let n = read_count(doc, &format!("{path}.n"), raw.n);
    let cap = raw
        .total_max
        .and_then(|c| read_count(doc, &format!("{path}.total_max"), c));
    if let (Some(n), Some(cap)) = (n, cap)
        && cap < n
    {
        let text = format!("the cap of {cap} in total is lower than the limit of {n}");
        doc.fail(&format!("{path}.total_max"), Problem::Value(text));
    }
    if raw.stop.is_empty() {
        let text = "a clock needs at least one milestone that meets it".to_owned();
        doc.fail(&format!("{path}.stop"), Problem::Value(text));
    }
    let mut roles = BTreeMap::new();
    for (role, effects) in [("stop", &raw.stop), ("end", &raw.end), ("restart", &raw.restart)] {
        for (i, effect) in effects.iter().enumerate() {
            if let Some(other) = roles.insert(effect.on, role) {
                let text = format!("this milestone is already named under {other}");
                doc.fail(&format!("{path}.{role}[{i}].on"), Problem::Value(text));
            }
            if role != "restart" && effect.on == raw.start {
                let text = "the milestone that starts the clock cannot close it".to_owned();
                doc.fail(&format!("{path}.{role}[{i}].on"), Problem::Value(text));
            }
        }
    }
    let mut reasons = BTreeSet::new();
    for (i, pause) in raw.pause.iter().enumerate() {
        if !reasons.insert(pause.reason) {
            let text = "this reason is given twice".to_owned();
            doc.fail(&format!("{path}.pause[{i}].reason"), Problem::Value(text));
        }
    }
    let ladder = read_ladder(doc, &path, &raw.extension, n, cap);
    let valid = read_validity(doc, &path, raw.valid_from, raw.valid_to);
    Some(Clock {
        id: raw.id,
        title: raw.title,
        owner: raw.owner,
        rule: raw.rule,
        day_rule: raw.day_rule,
        n: n?,
        unit: unit?,
        judge_by: raw.judge_by,
        start: raw.start,
        restart: raw.restart,
        stop: raw.stop,
        end: raw.end,
        pauses: raw.pause,
        ladder: ladder?,
        valid: valid?,
    })
}

fn read_ladder(
    doc: &mut Document<'_>,
    path: &str,
    rows: &[RawRung],
    n: Option<u32>,
    cap: Option<u32>,
) -> Option<Vec<Rung>> {
    let mut total = n;
    let mut ladder = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let path = format!("{path}.extension[{i}]");
        let step = u8::try_from(i + 1).ok().filter(|s| i64::from(*s) == row.step);
        if step.is_none() {
            let text = format!(
                "steps must be numbered 1, 2, … in order; this one is number {}",
                i + 1
            );
            doc.fail(&format!("{path}.step"), Problem::Value(text));
        }
        let before = total;
        total = match (row.to_total, row.add) {
            (Some(to), None) => read_count(doc, &format!("{path}.to_total"), to),
            (None, Some(add)) => read_count(doc, &format!("{path}.add"), add)
                .zip(before)
                .map(|(a, b)| a + b),
            _ => {
                let text = "exactly one of to_total and add must be given".to_owned();
                doc.fail(&path, Problem::Value(text));
                None
            }
        };
        if let (Some(before), Some(now)) = (before, total) {
            if now <= before {
                let text = format!("the ladder must rise: {now} in total is not more than {before} before");
                doc.fail(&format!("{path}.to_total"), Problem::Value(text));
            }
            if cap.is_some_and(|cap| now > cap) {
                let cap = cap.unwrap_or(now);
                let text = format!("{now} in total is over the cap total_max = {cap}");
                doc.fail(&path, Problem::Value(text));
            }
        }
        if let (Some(step), Some(total)) = (step, total) {
            let RawRung {
                rule,
                approver,
                notify,
                ..
            } = row;
            ladder.push(Rung {
                step,
                rule: rule.clone(),
                total,
                approver: *approver,
                notify: *notify,
            });
        }
    }
    (ladder.len() == rows.len()).then_some(ladder)
}
