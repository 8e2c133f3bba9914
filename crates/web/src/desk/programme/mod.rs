//! The programme of visits: objectives, steps with planned and actual time, and the next days' capacity.

mod bars;
mod form;
mod value;

pub(crate) use form::{edit, save};

use crate::{
    error::Failure,
    page::{Page, Show, civil_day, html},
    request::Person,
    state::{App, Shared},
    words::{self, Three, Words},
};
use app::{
    Deed,
    programme::{Progress, Step},
};
use askama::Template;
use axum::{extract::State, response::Response};
use bars::Bars;
use domain::Role;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// How many working days of capacity are shown.
const DAYS: usize = 5;

struct Aim {
    no: u32,
    text: String,
    measure: String,
    target: String,
    actual: String,
    /// Tone, word, greatest and present value of the bar.
    bar: Option<(&'static str, &'static str, String, String)>,
}

struct Line {
    no: u32,
    text: String,
    owner: String,
    starts: String,
    ends: String,
    began: String,
    ended: String,
    /// Tone and words of how far it is from the plan.
    off: (&'static str, String),
    status: (&'static str, &'static str),
    done: bool,
}

struct Capacity {
    date: String,
    name: String,
    visits: usize,
    going: usize,
}

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    page: Page,
    span: String,
    may_edit: bool,
    saved: bool,
    aims: Vec<Aim>,
    met: usize,
    lines: Vec<Line>,
    done: usize,
    late: usize,
    bars: Bars,
    marks: Vec<(String, String)>,
    capacity: Vec<Capacity>,
    people: usize,
    may_see_visits: bool,
}

impl ProgrammePage {
    /// Visits of all days whose capacity is shown.
    fn coming(&self) -> usize {
        self.capacity.iter().map(|c| c.visits).sum()
    }
}

/// Today in the pack's zone.
fn today(show: &Show) -> Date {
    Date::strptime("%Y-%m-%d", show.day(show.now)).unwrap_or(Date::ZERO)
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeeProgramme)?;
    app.work(move |app| render(app, &person)).await
}

/// How far a step is from its plan, in words.
fn off(progress: Progress, show: &Show) -> (&'static str, String) {
    let count = |n: i32, three: [&str; 2], en: &str| match show.lang {
        crate::lang::Lang::En => format!("{n} {} {en}", if n == 1 { "day" } else { "days" }),
        crate::lang::Lang::ZhTw => format!("{} {n} 日", three[1]),
        crate::lang::Lang::ZhCn => format!("{} {n} 日", three[0]),
    };
    let t = Words(show.lang);
    match progress {
        Progress::NotBegun => ("", String::new()),
        Progress::Running | Progress::Done(0) => ("", t.on_time().to_owned()),
        Progress::Late(n) => ("tone-bad", count(n, ["已超", "已超"], "over")),
        Progress::Done(n) if n > 0 => ("muted", count(n, ["晚", "晚"], "late")),
        Progress::Done(n) => ("muted", count(-n, ["早", "早"], "early")),
    }
}

fn line(app: &App, show: &Show, today: Date, step: &Step) -> Line {
    let t = Words(show.lang);
    let progress = step.progress(today);
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    Line {
        no: step.no,
        text: step.plan.text.clone(),
        owner: app.directory.name_of(&step.plan.owner.0),
        starts: step.plan.starts.to_string(),
        ends: step.plan.ends.to_string(),
        began: day(step.began_on(today)),
        ended: day(step.ended),
        off: off(progress, show),
        status: match progress {
            Progress::NotBegun => ("", t.not_begun()),
            Progress::Running => ("info", t.running()),
            Progress::Late(_) => ("bad", t.late()),
            Progress::Done(_) => ("ok", t.done()),
        },
        done: step.ended.is_some(),
    }
}

/// The visits of the coming working days, and how many different people go.
fn capacity(app: &App, show: &Show, today: Date) -> Result<Vec<Capacity>, Failure> {
    app.office
        .working_days(today, DAYS)
        .into_iter()
        .map(|day| {
            let visits = app.office.visits_of(&day.to_string())?;
            let going: BTreeSet<&str> = visits
                .iter()
                .flat_map(|v| v.crew.iter().map(|m| m.staff.0.as_str()))
                .collect();
            Ok(Capacity {
                date: day.to_string(),
                name: civil_day(day, show.lang),
                going: going.len(),
                visits: visits.len(),
            })
        })
        .collect()
}

/// How many people are there for visits: handlers and supervisors go along but are not counted on.
fn people(app: &App) -> usize {
    let goes = |r: &Role| r.goes_on_visits() && !matches!(r, Role::Handler | Role::Supervisor);
    let users = app.directory.users();
    users
        .iter()
        .filter(|u| !u.disabled && u.roles.iter().any(goes))
        .count()
}

fn render(app: &App, person: &Person) -> Result<Response, Failure> {
    const MET: Three = ["达到", "達到", "met"];
    const NOT_MET: Three = ["未达到", "未達到", "not met"];
    let show = Show::new(app, person.lang());
    let today = today(&show);
    let programme = app.office.programme()?;
    let mut steps = programme.steps;
    steps.sort_by_key(|s| (s.plan.starts, s.plan.ends, s.no));
    let aims: Vec<Aim> = programme
        .objectives
        .into_iter()
        .map(|o| {
            let bar = value::reached(&o.goal.target, &o.goal.actual).map(|r| {
                let (tone, word) = if r.met { ("ok", MET) } else { ("warn", NOT_MET) };
                let most = r.target.max(r.actual).max(f64::MIN_POSITIVE);
                // A share of a hundred is shown on the scale of a hundred.
                let most = if o.goal.target.contains(['%', '％']) {
                    most.max(100.0)
                } else {
                    most
                };
                (
                    tone,
                    words::pick(word, show.lang),
                    most.to_string(),
                    r.actual.to_string(),
                )
            });
            Aim {
                no: o.no,
                text: o.goal.text,
                measure: o.goal.measure,
                target: o.goal.target,
                actual: o.goal.actual,
                bar,
            }
        })
        .collect();
    let lines: Vec<Line> = steps.iter().map(|s| line(app, &show, today, s)).collect();
    let bars = bars::bars(&steps, today);
    let marks = bars
        .marks
        .iter()
        .map(|(d, x)| {
            let year = d.month() == 1 || bars.marks.first().is_some_and(|(first, _)| first == d);
            (month(*d, year, show.lang), x.clone())
        })
        .collect();
    let span = match (
        steps.iter().map(|s| s.plan.starts).min(),
        steps.iter().map(|s| s.plan.ends).max(),
    ) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        _ => String::new(),
    };
    Ok(html(&ProgrammePage {
        page: Page::of(app, person, "programme", Words(person.lang()).programme()),
        span,
        may_edit: person.viewer().may(Deed::EditProgramme),
        saved: person.query().get("done") == "saved",
        met: aims.iter().filter(|a| matches!(&a.bar, Some(("ok", ..)))).count(),
        aims,
        done: lines.iter().filter(|l| l.done).count(),
        late: lines.iter().filter(|l| l.status.0 == "bad").count(),
        lines,
        bars,
        marks,
        capacity: capacity(app, &show, today)?,
        people: people(app),
        may_see_visits: person.viewer().may(Deed::SeeVisits),
    }))
}

/// A month's name, with its year where one begins.
fn month(d: Date, year: bool, lang: crate::lang::Lang) -> String {
    match (lang, year) {
        (crate::lang::Lang::En, true) => d.strftime("%b %Y").to_string(),
        (crate::lang::Lang::En, false) => d.strftime("%b").to_string(),
        (_, true) => format!("{}年{}月", d.year(), d.month()),
        (_, false) => format!("{}月", d.month()),
    }
}
