//! What is to be planned: days, branches, cases, people; and the beginning of a search.

use super::{Customers, failure, list, number, roles_of};
use crate::{
    error::Failure,
    forms::Fields,
    page::{Chip, Page, Show, html_with},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed, Reach,
    planning::{
        Candidate, CrewDay, Inputs, LeftOut, PlanId, RosterEntry, SECONDS, SERVICE_MINUTES, StartError,
    },
};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{BranchId, CaseId, StaffId};
use jiff::{ToSpan as _, civil::Date};
use std::collections::BTreeSet;

/// How many working days are planned when nobody says.
const DAYS: usize = 5;
/// Most working days that a form asks for.
const MOST_DAYS: usize = 15;

struct Choice {
    code: String,
    chosen: bool,
}

struct CaseLine {
    id: String,
    customer: String,
    line: String,
    due: Chip,
    windows: usize,
    /// Why it cannot be planned.
    left_out: &'static str,
    chosen: bool,
}

struct PersonLine {
    id: String,
    name: String,
    roles: String,
    branch: String,
    /// On how many of the days they work.
    days: usize,
    languages: String,
    /// Whether they belong to one of the branches.
    near: bool,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "plan_new.html")]
struct NewPage {
    page: Page,
    from_plan: String,
    from: String,
    count: String,
    minutes: String,
    seconds: String,
    seed: String,
    /// Whether crews stay together all day.
    together: bool,
    branches: Vec<Choice>,
    days: String,
    cases: Vec<CaseLine>,
    people: Vec<PersonLine>,
    others: usize,
    others_chosen: bool,
    wrong: &'static str,
    mistake: String,
    busy: bool,
    may_roster: bool,
}

impl NewPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> &str {
        if self.wrong == field { &self.mistake } else { "" }
    }
}

/// What a form or an address chose, as far as it can be read.
struct Wish {
    from: Option<Date>,
    count: usize,
    inputs: Inputs,
    from_plan: Option<PlanId>,
    /// Whether cases and people were chosen: else all that can be are.
    picked: bool,
}

/// The branches that this person may plan.
fn reachable(app: &App, person: &Person) -> Vec<BranchId> {
    let viewer = person.viewer();
    match viewer.reach(Deed::PlanVisits) {
        Reach::All => {
            let all: BTreeSet<BranchId> = app.directory.users().iter().map(|u| u.branch.clone()).collect();
            all.into_iter().collect()
        }
        Reach::Branch => vec![viewer.branch.clone()],
        Reach::Own | Reach::None => Vec::new(),
    }
}

/// The first day that can still be announced in time.
fn first_day(app: &App) -> Date {
    let today = app.office.today();
    let notice = app.office.pack().visit_conduct(today).notice_days;
    let notice = notice.map_or(1, |n| i64::from(n.value));
    let from = today.saturating_add(notice.days());
    app.office.working_days(from, 1).first().copied().unwrap_or(from)
}

fn read(app: &App, person: &Person, fields: &Fields, base: Option<&Inputs>) -> Wish {
    let number = |name: &str, usual: u32| match fields.get(name) {
        "" => usual,
        text => text.parse::<u32>().unwrap_or(0),
    };
    let date = |text: &str| Date::strptime("%Y-%m-%d", text).ok();
    let (from, count) = match base.map(|b| &b.days) {
        Some(days) if fields.get("from").is_empty() => {
            let coming: Vec<Date> = days
                .iter()
                .copied()
                .filter(|d| *d >= app.office.today())
                .collect();
            (
                coming.first().copied().or_else(|| Some(first_day(app))),
                coming.len().max(1),
            )
        }
        _ => match fields.get("from") {
            "" => (Some(first_day(app)), DAYS),
            text => (date(text), DAYS),
        },
    };
    let count = match fields.get("count") {
        "" => count,
        text => text.parse().unwrap_or(0),
    };
    let good = |d: &Date| (2000..2200).contains(&d.year());
    let from = from.filter(good);
    let days = match from {
        Some(from) if (1..=MOST_DAYS).contains(&count) => app.office.working_days(from, count),
        _ => Vec::new(),
    };
    let reach = reachable(app, person);
    let mut asked: Vec<BranchId> = fields.all("branch").map(BranchId::from).collect();
    asked.sort();
    asked.dedup();
    let branches = match (asked.is_empty(), base) {
        (true, Some(base)) => base.branches.clone(),
        (true, None) => reach,
        (false, _) => asked,
    };
    let picked = fields.get("picked") == "yes";
    let inputs = Inputs {
        days,
        branches,
        cases: fields
            .all("case")
            .filter_map(|c| c.parse::<CaseId>().ok())
            .collect(),
        staff: fields.all("staff").map(StaffId::from).collect(),
        minutes: number("minutes", base.map_or(SERVICE_MINUTES.1, |b| b.minutes)),
        overtime: base.map_or_else(Vec::new, |b| b.overtime.clone()),
        crew_day: match fields.get("crew_day") {
            "together" => CrewDay::Together,
            "" => base.map_or(CrewDay::MeetsAtDoor, |b| b.crew_day),
            _ => CrewDay::MeetsAtDoor,
        },
        seconds: number("seconds", base.map_or(SECONDS.1, |b| b.seconds)),
        seed: match fields.get("seed") {
            "" => base.map_or(1, |b| b.seed),
            text => text.parse().unwrap_or(1),
        },
    };
    Wish {
        from,
        count,
        inputs,
        from_plan: fields.get("plan").parse().ok(),
        picked,
    }
}

/// The plan that the form is based on, if it names one that this person may plan with.
fn base(app: &App, person: &Person, fields: &Fields) -> Result<Option<Inputs>, Failure> {
    match fields.get("plan") {
        "" => Ok(None),
        id => {
            let plan = app
                .office
                .plan_for(number(id)?, person.viewer(), Deed::PlanVisits);
            Ok(Some(plan.map_err(failure)?.inputs))
        }
    }
}

fn person_line(
    app: &App,
    show: &Show,
    entry: &RosterEntry,
    wish: &Wish,
    base: Option<&Inputs>,
) -> Option<PersonLine> {
    let roles = roles_of(app, &entry.staff);
    let user = app.directory.user(&entry.staff)?;
    if roles.is_empty() {
        return None;
    }
    let and = words::pick(["、", "、", ", "], show.lang);
    let works = |d: &&Date| {
        let weekday = u8::try_from(d.weekday().to_monday_one_offset()).unwrap_or(0);
        entry.shifts.iter().any(|s| s.weekday == weekday)
            && !entry.absences.iter().any(|a| (a.from..=a.to).contains(*d))
            && entry.certified_until.is_none_or(|until| **d <= until)
    };
    Some(PersonLine {
        id: entry.staff.0.clone(),
        name: user.name.clone(),
        roles: roles
            .iter()
            .map(|r| words::role(*r, show.lang))
            .collect::<Vec<_>>()
            .join(and),
        branch: user.branch.0.clone(),
        days: wish.inputs.days.iter().filter(works).count(),
        languages: entry.languages.join(", "),
        near: wish.inputs.branches.contains(&user.branch),
        chosen: match (wish.picked, base) {
            (true, _) => wish.inputs.staff.contains(&entry.staff),
            (false, Some(base)) => base.staff.contains(&entry.staff),
            (false, None) => wish.inputs.branches.contains(&user.branch),
        },
    })
}

fn case_line(show: &Show, c: &Candidate, wish: &Wish, base: Option<&Inputs>) -> CaseLine {
    // Without days nothing can be said of the customer's times.
    let unknown = wish.inputs.days.is_empty();
    let left_out = c.left_out.filter(|why| !(unknown && *why == LeftOut::NoWindow));
    CaseLine {
        id: c.row.case.to_string(),
        customer: c.row.masked_name.clone(),
        line: words::line(&c.row.line, show.lang),
        due: show.due(c.row.due_at, c.row.open),
        windows: c.windows,
        left_out: left_out.map_or("", |why| words::left_out(why, show.lang)),
        chosen: match (wish.picked, base) {
            (true, _) => wish.inputs.cases.contains(&c.row.case),
            (false, Some(base)) => base.cases.contains(&c.row.case),
            (false, None) => left_out.is_none(),
        },
    }
}

fn show_form(
    app: &App,
    person: &Person,
    wish: &Wish,
    base: Option<&Inputs>,
    status: StatusCode,
    wrong: &'static str,
) -> Result<Response, Failure> {
    let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
    let viewer = person.viewer();
    let candidates = app
        .office
        .plan_candidates(viewer, &wish.inputs.branches, &wish.inputs.days)?;
    let mut people: Vec<PersonLine> = app
        .office
        .roster()?
        .iter()
        .filter_map(|e| person_line(app, &show, e, wish, base))
        .collect();
    people.sort_by_key(|p| (!p.near, p.branch.clone(), p.roles.clone(), p.id.clone()));
    let mistake = match wrong {
        "days" | "from" => t.bad_days(),
        "branches" => t.bad_branches(),
        "staff" => t.bad_staff(),
        "cases" => t.bad_cases(),
        "minutes" => t.bad_minutes(),
        "seconds" => t.bad_seconds(),
        _ => "",
    };
    let last = wish
        .inputs
        .days
        .last()
        .map_or_else(String::new, ToString::to_string);
    let first = wish
        .inputs
        .days
        .first()
        .map_or_else(String::new, ToString::to_string);
    Ok(html_with(
        status,
        &NewPage {
            page: Page::of(app, person, "plan", t.new_plan()),
            from_plan: wish.from_plan.map_or_else(String::new, |p| p.to_string()),
            from: wish.from.map_or_else(String::new, |d| d.to_string()),
            count: wish.count.to_string(),
            minutes: wish.inputs.minutes.to_string(),
            seconds: wish.inputs.seconds.to_string(),
            seed: wish.inputs.seed.to_string(),
            together: wish.inputs.crew_day == CrewDay::Together,
            branches: reachable(app, person)
                .into_iter()
                .map(|b| Choice {
                    chosen: wish.inputs.branches.contains(&b),
                    code: b.0,
                })
                .collect(),
            days: super::span(&first, &last),
            cases: candidates
                .iter()
                .map(|c| case_line(&show, c, wish, base))
                .collect(),
            others: people.iter().filter(|p| !p.near).count(),
            others_chosen: people.iter().any(|p| !p.near && p.chosen),
            people,
            // The days are told beside the first of them.
            wrong: if wrong == "days" { "from" } else { wrong },
            mistake: mistake.to_owned(),
            busy: status == StatusCode::CONFLICT,
            may_roster: viewer.may(Deed::EditRoster),
        },
    ))
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::PlanVisits)?;
    app.work(move |app| {
        let base = base(app, &person, person.query())?;
        let wish = read(app, &person, person.query(), base.as_ref());
        let wrong = if wish.inputs.days.is_empty() { "days" } else { "" };
        let status = if wrong.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        show_form(app, &person, &wish, base.as_ref(), status, wrong)
    })
    .await
}

pub(crate) async fn begin(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::PlanVisits)?;
    app.work(move |app| {
        let base = base(app, &person, &fields)?;
        let mut wish = read(app, &person, &fields, base.as_ref());
        // What was posted is what was picked, even if it is nothing.
        wish.picked = true;
        let roles = |s: &StaffId| roles_of(app, s);
        let started = app.searches.start(
            &app.office,
            person.viewer(),
            wish.inputs.clone(),
            &roles,
            wish.from_plan,
        );
        match started {
            Ok(run) => Ok(Redirect::to(&format!("/plan/runs/{run}")).into_response()),
            Err(StartError::Bad(field)) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                show_form(app, &person, &wish, base.as_ref(), status, field)
            }
            Err(StartError::Busy { .. }) => {
                show_form(app, &person, &wish, base.as_ref(), StatusCode::CONFLICT, "")
            }
            Err(StartError::Plan(e)) => Err(failure(e)),
            Err(StartError::Office(e)) => Err(e.into()),
        }
    })
    .await
}

/// Begins a search with the inputs of a plan, changed or not; its times are kept where possible.
pub(super) fn again(app: &App, person: &Person, id: PlanId, mut inputs: Inputs) -> Result<Response, Failure> {
    let today = app.office.today();
    inputs.days.retain(|d| *d >= today);
    let roles = |s: &StaffId| roles_of(app, s);
    match app
        .searches
        .start(&app.office, person.viewer(), inputs, &roles, Some(id))
    {
        Ok(run) => Ok(Redirect::to(&format!("/plan/runs/{run}")).into_response()),
        Err(StartError::Busy { .. }) => list(app, person, true),
        // The days are over, or nobody is left: the form says what is needed.
        Err(StartError::Bad(_)) => Ok(Redirect::to(&format!("/plan/new?plan={id}")).into_response()),
        Err(StartError::Plan(e)) => Err(failure(e)),
        Err(StartError::Office(e)) => Err(e.into()),
    }
}

/// The names of cases that a plan could not take, for its page.
pub(super) fn names_of(app: &App, cases: &[CaseId]) -> Result<Vec<String>, Failure> {
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let customers = Customers::of(app, ids.iter().map(String::as_str))?;
    Ok(ids.iter().map(|id| customers.name(id)).collect())
}
