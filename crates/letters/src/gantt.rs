//! The visit plan drawn: one chart for each day, a row for each person, a block for each visit.

use crate::{
    columns::cells,
    format::{clock, letter, short},
    report::{DemoReport, RouteStop, StaffDay},
    tongue::Tongue,
};
use std::collections::BTreeSet;

/// Pixels of an hour where the day is the usual twelve hours long.
const HOUR: f64 = 68.0;
/// Room for half a label of the axis at both ends.
const EDGE: f64 = 12.0;
const ROW: usize = 40;
const AXIS: usize = 28;
const COLOURS: usize = 8;

/// One day of the plan, ready to be drawn.
pub(crate) struct Day {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) crews: Vec<Crew>,
    pub(crate) rows: Vec<Row>,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) width: String,
    pub(crate) height: usize,
    pub(crate) picture: String,
}

pub(crate) struct Crew {
    pub(crate) letter: String,
    pub(crate) colour: usize,
    pub(crate) names: String,
}

/// One person's day, also as a row of the table.
pub(crate) struct Row {
    pub(crate) staff: String,
    pub(crate) role: String,
    pub(crate) travel: String,
    pub(crate) top: usize,
    pub(crate) stops: Vec<Stop>,
}

pub(crate) struct Stop {
    pub(crate) time: String,
    pub(crate) case: String,
    pub(crate) crew: String,
    pub(crate) with: String,
}

pub(crate) struct Tick {
    pub(crate) x: String,
    pub(crate) label: String,
}

pub(crate) struct Block {
    pub(crate) x: String,
    pub(crate) y: usize,
    pub(crate) width: String,
    pub(crate) colour: usize,
    pub(crate) label: String,
    pub(crate) title: String,
}

/// Everyone who goes to a visit, whoever's row it is seen from.
pub(crate) fn members<'a>(day: &'a StaffDay, stop: &'a RouteStop) -> BTreeSet<&'a str> {
    let others = stop.with.iter().map(String::as_str);
    others.chain([day.staff.as_str()]).collect()
}

/// The staff of one day, those of one crew together.
pub(crate) fn staff_of<'a>(report: &'a DemoReport, day: &str) -> (Vec<&'a StaffDay>, Vec<BTreeSet<&'a str>>) {
    let mut staff: Vec<&StaffDay> = report.plan.iter().filter(|s| s.day == day).collect();
    let first = |s: &StaffDay| s.stops.iter().map(|stop| stop.minutes.0).min();
    staff.sort_by_key(|s| first(s));
    let mut crews: Vec<BTreeSet<&str>> = Vec::new();
    for person in &staff {
        for stop in &person.stops {
            let crew = members(person, stop);
            if !crews.contains(&crew) {
                crews.push(crew);
            }
        }
    }
    let first_crew = |s: &StaffDay| {
        let crew = s.stops.first().map(|stop| members(s, stop));
        crew.and_then(|crew| crews.iter().position(|c| *c == crew))
    };
    staff.sort_by_key(|s| first_crew(s));
    (staff, crews)
}

/// The days to show: those the plan covers, and any other that a visit is on.
pub(crate) fn days(report: &DemoReport) -> Vec<&str> {
    let mut days: Vec<&str> = report.plan_days.iter().map(String::as_str).collect();
    for line in &report.plan {
        if !days.contains(&line.day.as_str()) {
            days.push(&line.day);
        }
    }
    days
}

/// How many visits a day has: a crew's visit counts once.
pub(crate) fn visits(staff: &[&StaffDay]) -> usize {
    let stops = staff.iter().flat_map(|s| &s.stops);
    stops.map(|s| (&s.case, s.minutes)).collect::<BTreeSet<_>>().len()
}

/// Draws every day of the plan.
pub(crate) fn draw(report: &DemoReport, tongue: Tongue) -> Vec<Day> {
    let days = days(report);
    days.iter()
        .enumerate()
        .map(|(i, day)| draw_day(report, tongue, i, day))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "minutes are clamped to two days")]
fn draw_day(report: &DemoReport, tongue: Tongue, index: usize, day: &str) -> Day {
    let (staff, crews) = staff_of(report, day);
    let held = |(from, to): (i64, i64)| {
        let from = from.clamp(0, 47 * 60);
        (from, to.clamp(from + 5, 48 * 60))
    };
    let spans = || staff.iter().flat_map(|s| &s.stops).map(|s| held(s.minutes));
    let opens = spans().map(|s| s.0 / 60).min().unwrap_or(8).min(8);
    let closes = spans().map(|s| (s.1 + 59) / 60).max().unwrap_or(20).max(20);
    let hour = (HOUR * 12.0 / (closes - opens) as f64).max(40.0);
    let x = |minutes: i64| EDGE + (minutes - opens * 60) as f64 * hour / 60.0;

    let mut rows = Vec::new();
    let mut blocks = Vec::new();
    for (i, person) in staff.iter().enumerate() {
        let top = AXIS + i * ROW;
        let mut stops = Vec::new();
        for stop in &person.stops {
            let crew = members(person, stop);
            let number = crews.iter().position(|c| *c == crew).unwrap_or_default();
            let (from, to) = held(stop.minutes);
            let time = format!("{}–{}", clock(stop.minutes.0), clock(stop.minutes.1));
            let wide = x(to) - x(from);
            let label = short(&stop.case);
            blocks.push(Block {
                x: format!("{:.1}", x(from)),
                y: top + 5,
                width: format!("{wide:.1}"),
                colour: number % COLOURS,
                label: fitting(&letter(number), &label, wide),
                title: format!(
                    "{time} · {} · {}{}{}",
                    stop.case,
                    tongue.words().crew,
                    tongue.colon(),
                    joined(tongue, &crew)
                ),
            });
            let with = stop.with.join(tongue.comma());
            stops.push(Stop {
                time,
                case: stop.case.clone(),
                crew: letter(number),
                with: if with.is_empty() {
                    tongue.words().alone.to_owned()
                } else {
                    with
                },
            });
        }
        rows.push(Row {
            staff: person.staff.clone(),
            role: tongue.pick(&person.role).to_owned(),
            travel: tongue.minutes(person.travel_minutes),
            top,
            stops,
        });
    }
    let title = tongue.day(day);
    let summary = [tongue.visits(visits(&staff)), tongue.people(staff.len())].join(" · ");
    Day {
        id: format!("{}-day-{}", tongue.key(), index + 1),
        picture: format!("{}{}{title}", tongue.words().plan, tongue.colon()),
        title,
        summary,
        crews: crews
            .iter()
            .enumerate()
            .map(|(i, crew)| Crew {
                letter: letter(i),
                colour: i % COLOURS,
                names: joined(tongue, crew),
            })
            .collect(),
        height: AXIS + rows.len() * ROW,
        rows,
        ticks: (opens..=closes)
            .map(|h| Tick {
                x: format!("{:.1}", x(h * 60)),
                label: format!("{h:02}"),
            })
            .collect(),
        blocks,
        width: format!("{:.0}", x(closes * 60) + EDGE),
    }
}

/// Crew and case where there is room, else the case, else the crew.
#[expect(clippy::cast_precision_loss, reason = "labels are short")]
fn fitting(crew: &str, case: &str, pixels: f64) -> String {
    let fits = |text: &String| cells(text) as f64 * 7.2 + 6.0 <= pixels;
    let labels = [format!("{crew} {case}"), case.to_owned(), crew.to_owned()];
    labels.into_iter().find(fits).unwrap_or_default()
}

fn joined(tongue: Tongue, names: &BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    names.join(tongue.comma())
}
