//! A plan for people's calendars: iCalendar (RFC 5545).

use crate::sheets::{Lang, crew};
use jiff::{ToSpan as _, civil::Date};
use planner::problem::Seconds;
use planner::{Plan, Problem};
use std::collections::BTreeMap;

/// A planned day whose label is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "day {index} is called \"{label}\", which is no date such as 2026-12-01; a calendar needs dates as labels of the days"
)]
pub struct NoDate {
    index: i32,
    label: String,
}

impl NoDate {
    /// Says beforehand whether [`calendar`] would refuse the plans of `problem`.
    pub fn of(problem: &Problem) -> Option<NoDate> {
        dates(problem).err()
    }
}

/// Writes the planned visits as one iCalendar, an event for each.
///
/// Times are local to wherever the calendar is read (RFC 5545 calls them floating): a problem knows no time zone. The UID of an
/// event derives from the id of its visit, so that the calendar of a later plan replaces the event instead of adding one. `stamp`
/// is the moment at which the plan was made, in UTC. It holds nothing but ids, roles and times of the plan.
///
/// # Errors
/// When a label of a day is no date.
pub fn calendar(
    problem: &Problem,
    plan: &Plan,
    stamp: jiff::Timestamp,
    lang: Lang,
) -> Result<String, NoDate> {
    let dates = dates(problem)?;
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ");
    let mut out = String::new();
    for text in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Forecourt//Visit plan//EN",
        "CALSCALE:GREGORIAN",
    ] {
        line(&mut out, text);
    }
    for done in &plan.visits {
        let Some(date) = dates.get(&done.day) else {
            continue;
        };
        let (Some(start), Some(end)) = (moment(*date, done.start), moment(*date, done.end)) else {
            continue;
        };
        let id = escaped(&done.visit);
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:visit-{id}@forecourt"));
        line(&mut out, &format!("DTSTAMP:{stamp}"));
        line(&mut out, &format!("DTSTART:{start}"));
        line(&mut out, &format!("DTEND:{end}"));
        line(&mut out, &format!("SUMMARY:{} {id}", lang.words().visit));
        line(
            &mut out,
            &format!("DESCRIPTION:{}", escaped(&crew(done, None).join("\n"))),
        );
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    Ok(out)
}

fn dates(problem: &Problem) -> Result<BTreeMap<i32, Date>, NoDate> {
    let date = |label: &str| label.trim().parse::<Date>().ok();
    problem
        .days
        .iter()
        .map(|d| match date(&d.label) {
            Some(date) => Ok((d.index, date)),
            None => Err(NoDate {
                index: d.index,
                label: crate::words::shown(&d.label),
            }),
        })
        .collect()
}

/// A time of day on `date`, or on a day after it when it is past midnight.
fn moment(date: Date, time: Seconds) -> Option<String> {
    let moment = date.at(0, 0, 0, 0).checked_add(time.seconds()).ok()?;
    Some(moment.strftime("%Y%m%dT%H%M%S").to_string())
}

/// A value of the type TEXT (RFC 5545, 3.3.11); other control characters are not allowed and go.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Ends a line, folded so that none is longer than 75 bytes (RFC 5545, 3.1) and no character is cut.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_unfold_to_themselves() {
        let text = format!("SUMMARY:{}", escaped(&"上门;核实\n,\\\u{7}".repeat(40)));
        let mut out = String::new();
        line(&mut out, &text);
        assert!(out.ends_with("\r\n"));
        assert!(out.split("\r\n").all(|l| l.len() <= 75));
        assert_eq!(out.replace("\r\n ", "").trim_end(), text);
        assert!(!text.contains('\u{7}') && text.contains("\\;") && text.contains("\\n\\,\\\\"));
    }

    #[test]
    fn a_time_after_midnight_is_on_the_next_day() {
        let date: Date = "2026-12-31".parse().unwrap();
        assert_eq!(moment(date, 36_300).unwrap(), "20261231T100500");
        assert_eq!(moment(date, 90_000).unwrap(), "20270101T010000");
    }
}
