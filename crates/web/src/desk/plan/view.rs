//! One plan: totals, the days with bars, list and map, what was left out with its remedies, versions.

use super::{
    Customers, Head, failure, new, number,
    picture::{self, Kind, Scale},
    with_names,
};
use crate::{
    error::Failure,
    page::{Chip, Page, Show, civil_day, html_with},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed,
    planning::{Assignment, Change, CrewDay, Reason, Route, VisitPlan, role_of},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

struct DayTab {
    label: String,
    name: String,
    visits: usize,
    here: bool,
}

struct Line {
    no: usize,
    visit: String,
    customer: String,
    from: String,
    to: String,
    /// Names with roles.
    crew: String,
    tone: usize,
    letter: String,
    chips: Vec<Chip>,
    appointed: bool,
    locked: bool,
}

/// A bar of the day's chart as it is drawn.
struct Block {
    kind: &'static str,
    x: String,
    width: String,
    y: usize,
    height: usize,
    tone: usize,
    text: String,
    title: String,
    visit: String,
    staff: String,
    start: i64,
    movable: bool,
}

struct Chart {
    names: Vec<(String, String, String)>,
    hours: Vec<(i64, String)>,
    blocks: Vec<Block>,
    height: usize,
    first: i64,
    last: i64,
}

impl Chart {
    fn lines(&self) -> impl Iterator<Item = usize> {
        (picture::HEAD..self.height).step_by(picture::ROW)
    }
}

struct Spot {
    no: usize,
    title: String,
    x: String,
    y: String,
    tone: usize,
}

/// A visit that is left out.
struct Left {
    visit: String,
    customer: String,
    reason: String,
    change: String,
    /// What can be done: the remedy's button, or the link to the case's contact form.
    remedy: &'static str,
    link: String,
}

struct VersionLine {
    no: u32,
    what: String,
    by: String,
    at: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    page: Page,
    id: String,
    seq: u64,
    head: Head,
    figures: Vec<(&'static str, String)>,
    done: &'static str,
    problem: (&'static str, &'static str, Vec<String>),
    may_plan: bool,
    may_export: bool,
    days: Vec<DayTab>,
    day: String,
    day_name: String,
    by_crew: bool,
    lines: Vec<Line>,
    chart: Chart,
    spots: Vec<Spot>,
    bases: Vec<(String, String)>,
    /// Colour, name, line, and how far it is drawn beside its place, so that people who go together are all seen.
    ways: Vec<(usize, String, String, usize)>,
    scale: (String, String),
    back: Vec<(String, String, String)>,
    left: Vec<Left>,
    not_in: Vec<(String, String, &'static str)>,
    curve: picture::Curve,
    iterations: u64,
    inputs: Vec<(&'static str, String)>,
    versions: Vec<VersionLine>,
    others: Vec<Head>,
    people: Vec<(String, String)>,
    to_publish: usize,
}

/// What the page tells beside the plan.
#[derive(Default)]
pub(super) struct Told {
    pub(super) status: Option<StatusCode>,
    /// What was refused, what to do, and its reasons.
    pub(super) problem: (&'static str, &'static str, Vec<String>),
    /// The day to show; empty: the one of the address, or the first with visits.
    pub(super) day: String,
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| {
        let plan = app
            .office
            .open_plan(number(&id)?, person.viewer())
            .map_err(failure)?;
        show(app, &person, &plan, Told::default())
    })
    .await
}

fn chip(tone: &'static str, icon: &'static str, text: &str, about: String) -> Chip {
    Chip {
        tone,
        icon,
        text: text.to_owned(),
        about,
    }
}

/// Names a crew with the roles that they fill.
pub(super) fn crew_text(app: &App, a: &Assignment, lang: crate::lang::Lang) -> String {
    let all: Vec<String> = a
        .crew
        .iter()
        .map(|m| {
            let name = app.directory.name_of(&m.staff);
            match &m.role {
                Some(role) => format!("{name} ({})", words::planner_role(role, lang)),
                None => name,
            }
        })
        .collect();
    all.join(words::pick(["、", "、", ", "], lang))
}

/// The crews of a day, each once, in the order of their first visit.
fn crews_of(plan: &VisitPlan, day: i32) -> Vec<Vec<&str>> {
    let mut crews: Vec<Vec<&str>> = Vec::new();
    for a in plan.plan.visits.iter().filter(|a| a.day == day) {
        let crew = people_of(a);
        if !crews.contains(&crew) {
            crews.push(crew);
        }
    }
    crews
}

fn people_of(a: &Assignment) -> Vec<&str> {
    let mut crew: Vec<&str> = a.crew.iter().map(|m| m.staff.as_str()).collect();
    crew.sort_unstable();
    crew
}

fn chips(plan: &VisitPlan, a: &Assignment, t: Words) -> Vec<Chip> {
    let mut chips = Vec::new();
    if plan.appointed.contains(&a.visit) {
        chips.push(chip("ok", "calendar", t.agreed_time(), String::new()));
    }
    if plan.is_locked(&a.visit) {
        chips.push(chip("", "lock", t.locked(), String::new()));
    }
    if let Some(m) = plan.plan.moved.iter().find(|m| m.visit == a.visit) {
        let before = format!("{} {}", plan.day(m.from_day), words::time(m.from_start));
        chips.push(chip("warn", "swap", t.moved(), before));
    }
    if plan.plan.late.iter().any(|l| l.visit == a.visit) {
        chips.push(chip("bad", "clock", t.late_visit(), String::new()));
    }
    chips
}

fn lines(app: &App, plan: &VisitPlan, customers: &Customers, day: i32, t: Words, show: &Show) -> Vec<Line> {
    let crews = crews_of(plan, day);
    let of_day = plan.plan.visits.iter().filter(|a| a.day == day);
    of_day
        .enumerate()
        .map(|(n, a)| {
            let crew = crews.iter().position(|c| *c == people_of(a)).unwrap_or(0);
            Line {
                no: n + 1,
                visit: a.visit.clone(),
                customer: customers.name(&a.visit),
                from: words::time(a.start),
                to: words::time(a.end),
                crew: crew_text(app, a, show.lang),
                tone: crew % 6 + 1,
                letter: letters::crew_letter(crew),
                chips: chips(plan, a, t),
                appointed: plan.appointed.contains(&a.visit),
                locked: plan.is_locked(&a.visit),
            }
        })
        .collect()
}

/// The day's chart: a row for each person with ways, waits and rest, or one for each crew with its visits.
fn chart(
    app: &App,
    plan: &VisitPlan,
    lines: &[Line],
    day: i32,
    by_crew: bool,
    t: Words,
    show: &Show,
) -> Chart {
    let routes: Vec<&Route> = plan.plan.routes.iter().filter(|r| r.day == day).collect();
    let line_of = |visit: &str| lines.iter().find(|l| l.visit == visit);
    let (names, bars): (Vec<(String, String, String)>, Vec<picture::Bar>) = if by_crew {
        let crews = crews_of(plan, day);
        let name = |c: &Vec<&str>| {
            let all: Vec<String> = c.iter().map(|s| app.directory.name_of(s)).collect();
            all.join(words::pick(["、", "、", ", "], show.lang))
        };
        let bar = |a: &Assignment| picture::Bar {
            kind: Kind::Visit,
            row: crews.iter().position(|c| *c == people_of(a)).unwrap_or(0),
            from: a.start,
            to: a.end,
            visit: a.visit.clone(),
        };
        let names = crews.iter().enumerate();
        let names = names
            .map(|(n, c)| (String::new(), letters::crew_letter(n), name(c)))
            .collect();
        (
            names,
            plan.plan
                .visits
                .iter()
                .filter(|a| a.day == day)
                .map(bar)
                .collect(),
        )
    } else {
        let names = routes
            .iter()
            .map(|r| {
                let roles = plan.problem.staff.iter().find(|s| s.id == r.staff);
                let role = roles.and_then(|s| s.roles.first()).and_then(|r| role_of(r));
                (
                    r.staff.clone(),
                    app.directory.name_of(&r.staff),
                    role.map_or("", |r| words::role(r, show.lang)).to_owned(),
                )
            })
            .collect();
        (names, picture::bars(&routes))
    };
    let scale = Scale::of(&bars);
    let blocks = bars
        .iter()
        .map(|b| {
            let line = line_of(&b.visit);
            let customer = line.map_or("", |l| l.customer.as_str());
            let (kind, what) = match b.kind {
                Kind::Visit => ("visit", customer),
                Kind::Way => ("way", t.travel()),
                Kind::Wait => ("wait", t.waiting_time()),
                Kind::Rest => ("rest", t.rest()),
            };
            let top = picture::HEAD + picture::ROW * b.row;
            let (y, height) = match b.kind {
                Kind::Visit => (top + 6, 28),
                Kind::Rest => (top + 10, 20),
                Kind::Way | Kind::Wait => (top + 16, 8),
            };
            Block {
                kind,
                x: scale.x(b.from),
                width: scale.width(b.from, b.to),
                y,
                height,
                tone: line.map_or(1, |l| l.tone),
                text: if b.kind == Kind::Visit {
                    line.map_or_else(String::new, |l| format!("{} {}", l.no, l.customer))
                } else {
                    String::new()
                },
                title: format!("{what} {}–{}", words::time(b.from), words::time(b.to)),
                staff: names.get(b.row).map_or_else(String::new, |n| n.0.clone()),
                start: b.from / 60,
                movable: b.kind == Kind::Visit && line.is_some_and(|l| !l.appointed && !l.locked),
                visit: b.visit.clone(),
            }
        })
        .collect();
    Chart {
        height: picture::HEAD + picture::ROW * names.len(),
        names,
        hours: scale.hours(),
        blocks,
        first: scale.first,
        last: scale.last,
    }
}

fn left(app: &App, plan: &VisitPlan, customers: &Customers, t: Words, show: &Show) -> Vec<Left> {
    with_names(app, plan, customers, show.lang, |names| {
        plan.plan
            .unplanned
            .iter()
            .map(|u| {
                let change = u
                    .cheapest_change
                    .as_ref()
                    .map_or_else(String::new, |c| words::change(c, names));
                let (remedy, link) = match &u.cheapest_change {
                    Some(Change::AskForWindow { .. } | Change::ConfirmStepFree {}) => {
                        let note: String = form_urlencoded::byte_serialize(change.as_bytes()).collect();
                        (
                            t.ask_customer(),
                            format!("/cases/{}/do/record_contact?channel=phone&note={note}", u.visit),
                        )
                    }
                    Some(Change::AllowOvertime { .. }) => (t.allow_and_replan(), String::new()),
                    Some(Change::GiveUpVisit { visit }) if !plan.appointed.contains(visit) => {
                        (t.give_up_and_replan(), String::new())
                    }
                    Some(Change::AddStaff { .. }) => (t.add_and_replan(), String::new()),
                    Some(Change::GiveUpVisit { .. }) | None => ("", String::new()),
                };
                let fits = matches!(u.reason, Reason::Fits {});
                Left {
                    visit: u.visit.clone(),
                    customer: customers.name(&u.visit),
                    reason: words::reason(&u.reason, names),
                    change: if fits { String::new() } else { change },
                    remedy,
                    link,
                }
            })
            .collect()
    })
}

fn versions(app: &App, plan: &VisitPlan, customers: &Customers, show: &Show) -> Vec<VersionLine> {
    with_names(app, plan, customers, show.lang, |names| {
        let newest = plan.newest().no;
        let all = plan.versions.iter().rev();
        all.map(|v| VersionLine {
            no: v.no,
            what: words::version(&v.what, names),
            by: app.directory.name_of(&v.by.0),
            at: show.moment(v.at),
            here: v.no == newest,
        })
        .collect()
    })
}

/// The day that is shown: the wished one, else the first with visits.
fn day_of(plan: &VisitPlan, wish: &str) -> i32 {
    let first = || plan.plan.visits.first().map(|a| a.day);
    let any = || plan.problem.days.first().map(|d| d.index);
    plan.day_of(wish).or_else(first).or_else(any).unwrap_or(0)
}

fn inputs(app: &App, plan: &VisitPlan, t: Words, show: &Show) -> Vec<(&'static str, String)> {
    let i = &plan.inputs;
    let days: Vec<&str> = plan.problem.days.iter().map(|d| d.label.as_str()).collect();
    let mut all = vec![
        (t.days_span(), days.join(", ")),
        (t.cases_to_plan(), i.cases.len().to_string()),
        (t.people_to_go(), i.staff.len().to_string()),
        (t.visit_minutes(), i.minutes.to_string()),
        (
            t.crew_day(),
            match i.crew_day {
                CrewDay::MeetsAtDoor => t.crew_meets(),
                CrewDay::Together => t.crew_together(),
            }
            .to_owned(),
        ),
        (t.search_seconds(), i.seconds.to_string()),
        (t.seed(), i.seed.to_string()),
    ];
    for o in &i.overtime {
        let who = app.directory.name_of(&o.staff.0);
        all.push((
            t.overtime(),
            format!("{who} · {} · {}", o.day, words::length(o.seconds, show.lang)),
        ));
    }
    all
}

/// Shows a plan that was opened for this person.
pub(super) fn show(app: &App, person: &Person, plan: &VisitPlan, told: Told) -> Result<Response, Failure> {
    let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
    let customers = Customers::of_plan(app, plan)?;
    let wish = if told.day.is_empty() {
        person.query().get("day")
    } else {
        &told.day
    };
    let day = day_of(plan, wish);
    let by_crew = person.query().get("by") == "crew";
    let lines = lines(app, plan, &customers, day, t, &show);
    let chart = chart(app, plan, &lines, day, by_crew, t, &show);
    let ways = picture::ways(&plan.problem, &plan.plan, day);
    let spots = ways
        .doors
        .iter()
        .filter_map(|(visit, (x, y))| {
            let line = lines.iter().find(|l| l.visit == *visit)?;
            Some(Spot {
                no: line.no,
                title: format!("{} {} {}–{}", line.no, line.customer, line.from, line.to),
                x: x.clone(),
                y: y.clone(),
                tone: line.tone,
            })
        })
        .collect();
    let routes: Vec<&Route> = plan.plan.routes.iter().filter(|r| r.day == day).collect();
    let name = |r: &Route| app.directory.name_of(&r.staff);
    let unit = words::pick(["公里", "公里", "km"], show.lang);
    let totals = plan.plan.totals;
    let date = |label: &str| label.parse::<jiff::civil::Date>().ok();
    let days = plan
        .problem
        .days
        .iter()
        .map(|d| DayTab {
            label: d.label.clone(),
            name: date(&d.label).map_or_else(|| d.label.clone(), |d| civil_day(d, show.lang)),
            visits: plan.plan.visits.iter().filter(|a| a.day == d.index).count(),
            here: d.index == day,
        })
        .collect();
    let label = plan.day(day).to_owned();
    let not_in: Vec<domain::CaseId> = plan.left_out.iter().map(|(c, _)| *c).collect();
    let not_in = new::names_of(app, &not_in)?
        .into_iter()
        .zip(&plan.left_out)
        .map(|(name, (case, why))| (case.to_string(), name, words::left_out(*why, show.lang)))
        .collect();
    let heads = app.office.visit_plans(person.viewer())?;
    let mut people: Vec<(String, String)> = plan
        .plan
        .routes
        .iter()
        .map(|r| (r.staff.clone(), name(r)))
        .collect();
    people.sort();
    people.dedup();
    Ok(html_with(
        told.status.unwrap_or(StatusCode::OK),
        &PlanPage {
            page: Page::of(app, person, "plan", format!("{} {}", t.plan(), plan.id)),
            id: plan.id.to_string(),
            seq: plan.seq,
            head: Head::of(app, &show, &plan.head()),
            figures: vec![
                (t.planned(), totals.planned.to_string()),
                (t.left_out(), totals.unplanned.to_string()),
                (t.promises_moved(), totals.promises_moved.to_string()),
                (t.deadlines_missed(), totals.deadlines_missed.to_string()),
                (t.travel(), words::length(totals.travel_seconds, show.lang)),
                (t.overtime(), words::length(totals.overtime_seconds, show.lang)),
            ],
            done: match person.query().get("done") {
                "kept" => t.plan_saved(),
                "undone" => t.plan_undone(),
                _ => "",
            },
            problem: told.problem,
            may_plan: person.viewer().may(Deed::PlanVisits),
            may_export: person.viewer().may(Deed::Export),
            days,
            day_name: date(&label).map_or_else(|| label.clone(), |d| civil_day(d, show.lang)),
            day: label,
            by_crew,
            spots,
            bases: ways.bases,
            ways: ways
                .lines
                .into_iter()
                .map(|(n, line)| {
                    let name = routes.get(n).map_or_else(String::new, |r| name(r));
                    (n % 6 + 1, name, line, 3 * (n % 4))
                })
                .collect(),
            scale: (format!("{} {unit}", ways.scale.0), ways.scale.1),
            back: routes
                .iter()
                .map(|r| {
                    (
                        name(r),
                        words::time(r.home.arrive),
                        words::length(r.travel_seconds, show.lang),
                    )
                })
                .collect(),
            left: left(app, plan, &customers, t, &show),
            not_in,
            curve: picture::curve(&plan.curve, u64::from(plan.inputs.seconds) * 1000),
            iterations: plan.iterations,
            inputs: inputs(app, plan, t, &show),
            versions: versions(app, plan, &customers, &show),
            others: heads
                .iter()
                .filter(|h| h.id != plan.id)
                .map(|h| Head::of(app, &show, h))
                .collect(),
            people,
            to_publish: plan
                .plan
                .visits
                .iter()
                .filter(|a| !plan.appointed.contains(&a.visit))
                .count(),
            lines,
            chart,
        },
    ))
}
