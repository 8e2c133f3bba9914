//! What became of visited cases against the held-out group and the desk, with 95 % intervals as whiskers.

use crate::{
    format::{percent, share},
    report::{DemoReport, OutcomeLine},
    tongue::Tongue,
};

/// One measure, as a table whose last column is a chart.
pub(crate) struct Measure {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) count: &'static str,
    pub(crate) value: &'static str,
    pub(crate) survey: bool,
    pub(crate) ticks: Vec<(String, String)>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) group: String,
    /// How many cases the group has in all.
    pub(crate) size: String,
    pub(crate) count: String,
    pub(crate) before: String,
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) marks: Option<Marks>,
}

/// Positions in per cent of the chart's width; the numbers on the scale for charts of characters.
pub(crate) struct Marks {
    pub(crate) at: String,
    pub(crate) low: String,
    pub(crate) high: String,
    pub(crate) before: Option<String>,
    /// Low, value and high as parts of the scale, 0 to 1.
    pub(crate) parts: [f64; 3],
}

/// Room for half a dot at both ends.
const INSET: f64 = 4.0;

fn place(part: f64) -> String {
    format!("{:.2}%", INSET + part * (100.0 - 2.0 * INSET))
}

/// A value, its interval and the value before, on the scale `from..to`; `None` when a number is none.
fn marks(value: f64, low: f64, high: f64, before: Option<f64>, (from, to): (f64, f64)) -> Option<Marks> {
    let part = |v: f64| v.is_finite().then(|| ((v - from) / (to - from)).clamp(0.0, 1.0));
    let parts = [part(low)?, part(value)?, part(high)?];
    Some(Marks {
        low: place(parts[0]),
        at: place(parts[1]),
        high: place(parts[2]),
        before: before.and_then(part).map(place),
        parts,
    })
}

fn rate((group, size): (&str, String), (count, of, low, high): (usize, usize, f64, f64)) -> Row {
    let value = percent(count, of);
    Row {
        group: group.to_owned(),
        size,
        count: format!("{count} / {of}"),
        before: String::new(),
        value: share(count, of),
        interval: match value {
            Some(_) => format!("{low:.1}–{high:.1}%"),
            None => "—".to_owned(),
        },
        marks: value.and_then(|v| marks(v, low, high, None, (0.0, 100.0))),
    }
}

fn survey(
    (group, size): (&str, String),
    (count, before, after, low, high): (usize, f64, f64, f64, f64),
) -> Row {
    let shown = |text: String| if count > 0 { text } else { "—".to_owned() };
    Row {
        group: group.to_owned(),
        size,
        count: count.to_string(),
        before: shown(format!("{before:.2}")),
        value: shown(format!("{after:.2}")),
        interval: shown(format!("{low:.2}–{high:.2}")),
        marks: (count > 0)
            .then(|| marks(after, low, high, Some(before), (1.0, 5.0)))
            .flatten(),
    }
}

/// The three measures; empty when there are no groups.
pub(crate) fn measures<'a>(report: &'a DemoReport, tongue: Tongue) -> Vec<Measure> {
    let w = tongue.words();
    if report.outcomes.is_empty() {
        return Vec::new();
    }
    let lines = || {
        let named = |o: &'a OutcomeLine| (tongue.pick(&o.group), tongue.cases(o.cases));
        report.outcomes.iter().map(move |o| (named(o), o))
    };
    let ticks = |numbers: [f64; 5], (from, to): (f64, f64), unit: &str| {
        let tick = |n: f64| (place((n - from) / (to - from)), format!("{n:.0}{unit}"));
        numbers.map(tick).to_vec()
    };
    let per_cent = || ticks([0.0, 25.0, 50.0, 75.0, 100.0], (0.0, 100.0), "%");
    vec![
        Measure {
            title: w.settled,
            note: w.settled_note,
            count: w.of_cases,
            value: w.rate,
            survey: false,
            ticks: per_cent(),
            rows: lines().map(|(group, o)| rate(group, o.settled)).collect(),
        },
        Measure {
            title: w.escalated,
            note: w.escalated_note,
            count: w.of_cases,
            value: w.rate,
            survey: false,
            ticks: per_cent(),
            rows: lines().map(|(group, o)| rate(group, o.escalated)).collect(),
        },
        Measure {
            title: w.survey,
            note: w.survey_note,
            count: w.answers,
            value: w.after,
            survey: true,
            ticks: ticks([1.0, 2.0, 3.0, 4.0, 5.0], (1.0, 5.0), ""),
            rows: lines().map(|(group, o)| survey(group, o.survey)).collect(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiskers_stand_where_the_numbers_say() {
        let row = rate(("visited", String::new()), (50, 100, 25.0, 75.0));
        let marks = row.marks.unwrap();
        assert_eq!([marks.low, marks.at, marks.high], ["27.00%", "50.00%", "73.00%"]);
        assert_eq!(row.interval, "25.0–75.0%");
    }

    #[test]
    fn empty_groups_have_no_whiskers() {
        let row = rate(("none", String::new()), (0, 0, 0.0, 100.0));
        assert!(row.marks.is_none());
        assert_eq!((row.value.as_str(), row.interval.as_str()), ("—", "—"));
        assert!(
            survey(
                ("none", String::new()),
                (0, f64::NAN, f64::NAN, f64::NAN, f64::NAN)
            )
            .marks
            .is_none()
        );
        assert!(
            survey(("odd", String::new()), (1, f64::NAN, 3.0, f64::NAN, 4.0))
                .marks
                .is_none()
        );
    }
}
