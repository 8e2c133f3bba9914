//! Plans for visits: choose, search, look, change by hand, compare, publish.

mod compare;
mod edit;
mod new;
mod papers;
mod picture;
mod run;
mod view;

pub(crate) use compare::page as compare;
pub(crate) use edit::{act, visit_page};
pub(crate) use new::{begin, page as new_page};
pub(crate) use papers::paper;
pub(crate) use run::{page as run_page, state as run_state, stop as run_stop};
pub(crate) use view::page as plan_page;

use crate::{
    error::Failure,
    lang::Lang,
    page::{Page, Show, html_with},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed,
    planning::{PlanError, PlanHead, PlanId, RunView, VisitPlan},
};
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Role, StaffId};
use std::collections::BTreeMap;
use store::CaseRow;

/// A plan in a list.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) made: String,
    pub(super) by: String,
    pub(super) branches: String,
    pub(super) days: String,
    pub(super) version: u32,
    pub(super) planned: u32,
    pub(super) left_out: u32,
    pub(super) promises: u32,
    pub(super) travel: String,
    pub(super) from: String,
}

impl Head {
    pub(super) fn of(app: &App, show: &Show, head: &PlanHead) -> Self {
        let branches: Vec<&str> = head.branches.iter().map(|b| b.0.as_str()).collect();
        Head {
            id: head.id.to_string(),
            made: show.moment(head.made_at),
            by: app.directory.name_of(&head.by.0),
            branches: branches.join(words::pick(["、", "、", ", "], show.lang)),
            days: span(&head.days.0, &head.days.1),
            version: head.version,
            planned: head.totals.planned,
            left_out: head.totals.unplanned,
            promises: head.totals.promises_moved,
            travel: words::length(head.totals.travel_seconds, show.lang),
            from: head.from.map_or_else(String::new, |f| f.to_string()),
        }
    }
}

/// First and last day: `2026-11-24 – 11-30`.
fn span(first: &str, last: &str) -> String {
    if first == last {
        first.to_owned()
    } else {
        format!("{first} – {}", last.get(5..).unwrap_or(last))
    }
}

/// The search that runs now.
pub(super) struct Running {
    pub(super) id: String,
    pub(super) by: String,
    pub(super) began: String,
}

impl Running {
    fn of(app: &App, show: &Show, run: &RunView) -> Self {
        Running {
            id: run.id.to_string(),
            by: app.directory.name_of(&run.by.0),
            began: show.clock(run.began),
        }
    }
}

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansPage {
    page: Page,
    may_plan: bool,
    may_roster: bool,
    heads: Vec<Head>,
    running: Option<Running>,
    busy: bool,
    done: &'static str,
}

/// The list of plans; with `busy`, because a search was refused.
pub(super) fn list(app: &App, person: &Person, busy: bool) -> Result<Response, Failure> {
    let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
    let viewer = person.viewer();
    let heads = app.office.visit_plans(viewer)?;
    let running = app.searches.running(viewer);
    let status = if busy {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok(html_with(
        status,
        &PlansPage {
            page: Page::of(app, person, "plan", t.plans()),
            may_plan: viewer.may(Deed::PlanVisits),
            may_roster: viewer.may(Deed::EditRoster),
            heads: heads.iter().map(|h| Head::of(app, &show, h)).collect(),
            running: running.map(|r| Running::of(app, &show, &r)),
            busy,
            done: if person.query().get("done") == "removed" {
                t.plan_removed()
            } else {
                ""
            },
        },
    ))
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| list(app, &person, false)).await
}

/// Reads a plan's number in an address.
fn number(text: &str) -> Result<PlanId, Failure> {
    text.parse().map_err(|()| Failure::NotFound)
}

/// A failure that no page of its own tells.
fn failure(e: PlanError) -> Failure {
    match e {
        PlanError::NoSuchPlan => Failure::NotFound,
        PlanError::Office(e) => e.into(),
        e => Failure::Refused(e.to_string()),
    }
}

/// In which roles somebody can go on visits.
fn roles_of(app: &App, staff: &StaffId) -> Vec<Role> {
    let user = app.directory.user(staff).filter(|u| !u.disabled);
    let mut roles = user.map_or_else(Vec::new, |u| u.roles.clone());
    roles.retain(|r| r.goes_on_visits());
    roles
}

/// How the customers of a plan's visits are called: their lines of the work list.
struct Customers(BTreeMap<String, CaseRow>);

impl Customers {
    fn of<'a>(app: &App, visits: impl Iterator<Item = &'a str>) -> Result<Self, Failure> {
        let mut rows = BTreeMap::new();
        for visit in visits {
            let Some(case) = app::planning::case_of(visit) else {
                continue;
            };
            if let Some(row) = app.office.store().case_row(case)? {
                rows.insert(visit.to_owned(), row);
            }
        }
        Ok(Customers(rows))
    }

    fn of_plan(app: &App, plan: &VisitPlan) -> Result<Self, Failure> {
        Self::of(app, plan.problem.visits.iter().map(|v| v.id.as_str()))
    }

    /// The masked name; the case's number where there is no line.
    fn name(&self, visit: &str) -> String {
        let name = self.0.get(visit).map(|r| r.masked_name.clone());
        name.filter(|n| !n.is_empty()).unwrap_or_else(|| visit.to_owned())
    }
}

/// Runs `f` with the names of a plan's people, visits and days.
fn with_names<T>(
    app: &App,
    plan: &VisitPlan,
    customers: &Customers,
    lang: Lang,
    f: impl FnOnce(&words::Names<'_>) -> T,
) -> T {
    f(&words::Names {
        person: &|id| app.directory.name_of(id),
        visit: &|v| customers.name(v),
        day: &|d| plan.day(d).get(5..).unwrap_or_default().to_owned(),
        lang,
    })
}
