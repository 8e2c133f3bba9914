//! What is done to a plan: a visit moved, put in, taken out, locked; undo, remedies, publishing, removal.

use super::{Customers, failure, new::again, number, roles_of, view, with_names};
use crate::{
    error::Failure,
    forms::Fields,
    page::{Page, Show, html_with},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed,
    planning::{
        Assignment, Change, Edit, EditError, Effect, Member, NotPublished, Overtime, PlanError, PlanId, Slot,
        VisitPlan,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::StaffId;

/// Most people of a crew that a form takes.
const CREW: usize = 8;
/// How many times that can be offered are shown.
const SLOTS: usize = 6;

struct SeatField {
    name: String,
    label: String,
    /// Id, name, chosen.
    people: Vec<(String, String, bool)>,
    required: bool,
}

/// A time that can be offered.
struct SlotLine {
    day: String,
    label: String,
    time: String,
    hours: String,
    crew: String,
    travel: String,
    overtime: String,
    /// Where the customer can be asked; empty when they have agreed already.
    ask: String,
    /// The fields of the crew: name and person.
    seats: Vec<(String, String)>,
}

/// What a change would do, in words.
struct Shown {
    lawful: bool,
    violations: Vec<String>,
    /// Words and whether that is better.
    goals: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "plan_visit.html")]
struct VisitPage {
    page: Page,
    plan: String,
    seq: u64,
    visit: String,
    customer: String,
    /// Label, name, chosen.
    days: Vec<(String, String, bool)>,
    time: String,
    lasts: String,
    seats: Vec<SeatField>,
    windows: Vec<String>,
    slots: Vec<SlotLine>,
    now: String,
    effect: Option<Shown>,
    problem: &'static str,
    planned: bool,
    locked: bool,
    appointed: bool,
}

#[derive(Template)]
#[template(path = "plan_published.html")]
struct PublishedPage {
    page: Page,
    plan: String,
    made: Vec<(String, String)>,
    already: usize,
    refused: Vec<(String, String, String)>,
}

/// What a form asks of a visit.
struct Wish {
    day: Option<i32>,
    start: Option<i64>,
    crew: Vec<Member>,
}

/// Reads `09:05`.
fn time_of(text: &str) -> Option<i64> {
    let (h, m) = text.split_once(':')?;
    let (h, m): (i64, i64) = (h.parse().ok()?, m.parse().ok()?);
    ((0..48).contains(&h) && (0..60).contains(&m)).then_some(h * 3600 + m * 60)
}

/// The roles of a visit's seats, one for each person who is needed.
fn seats_of(plan: &VisitPlan, visit: &str) -> Vec<String> {
    let found = plan.problem.visits.iter().find(|v| v.id == visit);
    let needs = found.map_or(&[][..], |v| &v.needs);
    let all = needs
        .iter()
        .flat_map(|n| (0..n.count.min(20)).map(|_| n.role.clone()));
    all.take(CREW).collect()
}

fn assigned<'a>(plan: &'a VisitPlan, visit: &str) -> Option<&'a Assignment> {
    plan.plan.visits.iter().find(|a| a.visit == visit)
}

/// Puts the present crew onto seats: each in the seat of their role, the others behind.
fn seated(plan: &VisitPlan, visit: &str, crew: &[Member]) -> Vec<Option<String>> {
    let mut left: Vec<&Member> = crew.iter().collect();
    let mut seats: Vec<Option<String>> = Vec::new();
    for role in seats_of(plan, visit) {
        let at = left.iter().position(|m| m.role.as_deref() == Some(role.as_str()));
        seats.push(at.map(|at| left.remove(at).staff.clone()));
    }
    seats.extend(left.into_iter().map(|m| Some(m.staff.clone())));
    seats
}

fn wish(plan: &VisitPlan, visit: &str, fields: &Fields) -> Wish {
    let now = assigned(plan, visit);
    let (from, to) = (fields.get("from_staff"), fields.get("to_staff"));
    let crew = if let (false, Some(now)) = (to.is_empty(), now) {
        // Dragged from one person's row to another's: the other takes the place.
        let mut crew = now.crew.clone();
        if from != to && !crew.iter().any(|m| m.staff == to) {
            for m in crew.iter_mut().filter(|m| m.staff == from) {
                to.clone_into(&mut m.staff);
            }
        }
        crew
    } else {
        let roles = seats_of(plan, visit);
        (0..CREW)
            .filter_map(|n| {
                let staff = fields.get(&format!("seat.{n}"));
                (!staff.is_empty()).then(|| Member {
                    staff: staff.to_owned(),
                    role: roles.get(n).cloned(),
                })
            })
            .collect()
    };
    Wish {
        day: plan.day_of(fields.get("day")),
        start: time_of(fields.get("time")),
        crew,
    }
}

fn shown(app: &App, plan: &VisitPlan, customers: &Customers, effect: &Effect, show: &Show) -> Shown {
    with_names(app, plan, customers, show.lang, |names| Shown {
        lawful: effect.violations.is_empty(),
        violations: effect
            .violations
            .iter()
            .map(|v| words::violation(v, names))
            .collect(),
        goals: effect
            .goals
            .iter()
            .map(|(g, before, after)| words::goal_change(*g, *before, *after, show.lang))
            .collect(),
    })
}

/// The times that can be offered for a visit whose time is open.
fn slot_lines(
    app: &App,
    plan: &VisitPlan,
    customers: &Customers,
    visit: &str,
    show: &Show,
    day_name: &dyn Fn(&str) -> String,
) -> Vec<SlotLine> {
    if plan.appointed.contains(visit) || plan.is_locked(visit) {
        return Vec::new();
    }
    // The visit is one of the plan's: the form has looked it up.
    let found = plan.slots(visit, SLOTS).unwrap_or_default();
    let line = |slot: &Slot| {
        let note = with_names(app, plan, customers, show.lang, |names| {
            let ask = Change::AskForWindow {
                day: slot.day,
                start: slot.start,
                end: slot.end,
                crew: slot.crew.clone(),
            };
            words::change(&ask, names)
        });
        let note: String = form_urlencoded::byte_serialize(note.as_bytes()).collect();
        let a = Assignment {
            visit: visit.to_owned(),
            day: slot.day,
            start: slot.start,
            end: slot.end,
            crew: slot.crew.clone(),
        };
        SlotLine {
            day: day_name(plan.day(slot.day)),
            label: plan.day(slot.day).to_owned(),
            time: words::time(slot.start),
            hours: format!("{}–{}", words::time(slot.start), words::time(slot.end)),
            crew: view::crew_text(app, &a, show.lang),
            travel: words::length(slot.travel_seconds, show.lang),
            overtime: if slot.overtime_seconds > 0 {
                words::length(slot.overtime_seconds, show.lang)
            } else {
                String::new()
            },
            ask: if slot.agreed {
                String::new()
            } else {
                format!("/cases/{visit}/do/record_contact?channel=phone&note={note}")
            },
            seats: seated(plan, visit, &slot.crew)
                .into_iter()
                .enumerate()
                .filter_map(|(n, staff)| Some((format!("seat.{n}"), staff?)))
                .collect(),
        }
    };
    found.iter().map(line).collect()
}

/// Why a change is refused, where that is no list of broken rules.
fn edit_words(e: &EditError, t: Words) -> &'static str {
    match e {
        EditError::Appointed => t.edit_appointed(),
        EditError::Locked => t.edit_locked(),
        EditError::NothingToUndo => t.edit_nothing(),
        EditError::Breaks(_) => t.edit_breaks(),
        EditError::NoSuchVisit | EditError::Impossible(_) => t.edit_bad(),
    }
}

fn visit_form(
    app: &App,
    person: &Person,
    plan: &VisitPlan,
    visit: &str,
    wish: Option<Wish>,
    status: StatusCode,
    outcome: Option<Result<Effect, EditError>>,
) -> Result<Response, Failure> {
    let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
    let Some(known) = plan.problem.visits.iter().find(|v| v.id == visit) else {
        return Err(Failure::NotFound);
    };
    let customers = Customers::of_plan(app, plan)?;
    let now = assigned(plan, visit);
    let date = |label: &str| label.parse::<jiff::civil::Date>().ok();
    let day_name =
        |label: &str| date(label).map_or_else(|| label.to_owned(), |d| crate::page::civil_day(d, show.lang));
    let first = known.windows.iter().find(|w| !plan.day(w.day).is_empty());
    let (day, start, crew) = match (&wish, now) {
        (Some(w), _) => (w.day, w.start, w.crew.clone()),
        (None, Some(a)) => (Some(a.day), Some(a.start), a.crew.clone()),
        (None, None) => (first.map(|w| w.day), first.map(|w| w.start), Vec::new()),
    };
    let seated = seated(plan, visit, &crew);
    let roles = seats_of(plan, visit);
    let fields = (roles.len() + 1).max(seated.len() + 1).min(CREW);
    let seats = (0..fields)
        .map(|n| {
            let role = roles.get(n);
            let chosen = seated.get(n).cloned().flatten();
            let able =
                |s: &&app::planning::Staff| role.is_none_or(|r| s.roles.contains(r)) && !s.roles.is_empty();
            SeatField {
                name: format!("seat.{n}"),
                label: role.map_or_else(
                    || t.further_person().to_owned(),
                    |r| words::planner_role(r, show.lang),
                ),
                people: plan
                    .problem
                    .staff
                    .iter()
                    .filter(able)
                    .map(|s| {
                        (
                            s.id.clone(),
                            app.directory.name_of(&s.id),
                            chosen.as_ref() == Some(&s.id),
                        )
                    })
                    .collect(),
                required: role.is_some(),
            }
        })
        .collect();
    let (effect, problem) = match &outcome {
        None => (None, ""),
        Some(Ok(effect)) => (Some(shown(app, plan, &customers, effect, &show)), ""),
        Some(Err(EditError::Breaks(violations))) => {
            let effect = Effect {
                plan: plan.plan.clone(),
                violations: violations.clone(),
                goals: Vec::new(),
            };
            (Some(shown(app, plan, &customers, &effect, &show)), "")
        }
        Some(Err(e)) => (None, edit_words(e, t)),
    };
    let mut windows: Vec<_> = known
        .windows
        .iter()
        .filter(|w| !plan.day(w.day).is_empty())
        .collect();
    windows.sort();
    let slots = slot_lines(app, plan, &customers, visit, &show, &day_name);
    Ok(html_with(
        status,
        &VisitPage {
            page: Page::of(
                app,
                person,
                "plan",
                format!("{} · {}", t.change_visit(), customers.name(visit)),
            ),
            plan: plan.id.to_string(),
            seq: plan.seq,
            visit: visit.to_owned(),
            customer: customers.name(visit),
            days: plan
                .problem
                .days
                .iter()
                .map(|d| (d.label.clone(), day_name(&d.label), day == Some(d.index)))
                .collect(),
            time: start.map_or_else(String::new, words::time),
            lasts: words::length(known.service, show.lang),
            seats,
            windows: windows
                .iter()
                .map(|w| {
                    format!(
                        "{} {}–{}",
                        day_name(plan.day(w.day)),
                        words::time(w.start),
                        words::time(w.end)
                    )
                })
                .collect(),
            slots,
            now: now.map_or_else(String::new, |a| {
                format!(
                    "{} {}–{} · {}",
                    day_name(plan.day(a.day)),
                    words::time(a.start),
                    words::time(a.end),
                    view::crew_text(app, a, show.lang)
                )
            }),
            effect,
            problem,
            planned: now.is_some(),
            locked: plan.is_locked(visit),
            appointed: plan.appointed.contains(visit),
        },
    ))
}

pub(crate) async fn visit_page(
    State(app): State<Shared>,
    Path((id, visit)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::PlanVisits)?;
    app.work(move |app| {
        let plan = app
            .office
            .open_plan(number(&id)?, person.viewer())
            .map_err(failure)?;
        visit_form(app, &person, &plan, &visit, None, StatusCode::OK, None)
    })
    .await
}

/// The plan with what somebody else changed meanwhile.
fn changed(app: &App, person: &Person, id: PlanId) -> Result<Response, Failure> {
    let t = Words(person.lang());
    let plan = app.office.open_plan(id, person.viewer()).map_err(failure)?;
    let told = view::Told {
        status: Some(StatusCode::CONFLICT),
        problem: (t.plan_changed(), t.plan_changed_hint(), Vec::new()),
        ..view::Told::default()
    };
    view::show(app, person, &plan, told)
}

/// The plan with why something was not done.
fn refused(app: &App, person: &Person, id: PlanId, why: &'static str) -> Result<Response, Failure> {
    let t = Words(person.lang());
    let plan = app.office.open_plan(id, person.viewer()).map_err(failure)?;
    let told = view::Told {
        status: Some(StatusCode::UNPROCESSABLE_ENTITY),
        problem: (t.refused_head(), why, Vec::new()),
        ..view::Told::default()
    };
    view::show(app, person, &plan, told)
}

fn to_day(plan: &VisitPlan, visit: &str, done: &str) -> Response {
    let day = assigned(plan, visit).map_or("", |a| plan.day(a.day));
    Redirect::to(&format!("/plan/{}?done={done}&day={day}", plan.id)).into_response()
}

/// Tries or keeps a visit's new place.
fn place(app: &App, person: &Person, id: PlanId, fields: &Fields, keep: bool) -> Result<Response, Failure> {
    let plan = app.office.open_plan(id, person.viewer()).map_err(failure)?;
    let visit = fields.get("visit").to_owned();
    if visit.is_empty() {
        return refused(app, person, id, Words(person.lang()).edit_bad());
    }
    let wish = wish(&plan, &visit, fields);
    let unfit = StatusCode::UNPROCESSABLE_ENTITY;
    let (Some(day), Some(start), false) = (wish.day, wish.start, wish.crew.is_empty()) else {
        let bad = EditError::Impossible(String::new());
        return visit_form(app, person, &plan, &visit, Some(wish), unfit, Some(Err(bad)));
    };
    let edit = Edit::Place {
        visit: visit.clone(),
        day,
        start,
        crew: wish.crew.clone(),
    };
    if keep {
        let seen = fields.get("seq").parse().unwrap_or(0);
        return match app.office.change_plan(id, person.viewer(), seen, &edit) {
            Ok(plan) => Ok(to_day(&plan, &visit, "kept")),
            Err(PlanError::Edit(e)) => {
                visit_form(app, person, &plan, &visit, Some(wish), unfit, Some(Err(e)))
            }
            Err(PlanError::Changed) => changed(app, person, id),
            Err(e) => Err(failure(e)),
        };
    }
    let effect = plan.try_edit(&edit);
    let status = if effect.is_ok() { StatusCode::OK } else { unfit };
    visit_form(app, person, &plan, &visit, Some(wish), status, Some(effect))
}

fn edit(app: &App, person: &Person, id: PlanId, fields: &Fields, edit: &Edit) -> Result<Response, Failure> {
    let seen = fields.get("seq").parse().unwrap_or(0);
    match app.office.change_plan(id, person.viewer(), seen, edit) {
        Ok(plan) => Ok(to_day(&plan, edit.visit(), "kept")),
        Err(PlanError::Edit(e)) => refused(app, person, id, edit_words(&e, Words(person.lang()))),
        Err(PlanError::Changed) => changed(app, person, id),
        Err(e) => Err(failure(e)),
    }
}

/// Does what would let a visit in, as the plan itself says, and plans again from the present plan.
fn remedy(app: &App, person: &Person, id: PlanId, visit: &str) -> Result<Response, Failure> {
    let t = Words(person.lang());
    let plan = app
        .office
        .plan_for(id, person.viewer(), Deed::PlanVisits)
        .map_err(failure)?;
    let found = plan.plan.unplanned.iter().find(|u| u.visit == visit);
    let Some(change) = found.and_then(|u| u.cheapest_change.clone()) else {
        return refused(app, person, id, t.edit_bad());
    };
    let mut inputs = plan.inputs.clone();
    match change {
        Change::AllowOvertime { staff, day, seconds } => {
            let Ok(day) = plan.day(day).parse() else {
                return refused(app, person, id, t.edit_bad());
            };
            let staff = StaffId(staff);
            inputs.overtime.retain(|o| o.staff != staff || o.day != day);
            inputs.overtime.push(Overtime { staff, day, seconds });
        }
        Change::GiveUpVisit { visit } if !plan.appointed.contains(&visit) => {
            inputs.cases.retain(|c| c.to_string() != visit);
        }
        Change::AddStaff { seat, count } => {
            let role = seat.role.as_deref().and_then(app::planning::role_of);
            let before = inputs.staff.len();
            let roster = app.office.roster()?;
            let fits = roster.into_iter().filter(|e| {
                let roles = roles_of(app, &e.staff);
                !plan.inputs.staff.contains(&e.staff)
                    && role.map_or(!roles.is_empty(), |r| roles.contains(&r))
                    && seat.language.as_ref().is_none_or(|l| e.languages.contains(l))
                    && seat.skill.as_ref().is_none_or(|s| e.skills.contains(s))
            });
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            inputs.staff.extend(fits.take(count).map(|e| e.staff));
            if inputs.staff.len() == before {
                return refused(app, person, id, t.nobody_to_add());
            }
        }
        Change::GiveUpVisit { .. } | Change::AskForWindow { .. } | Change::ConfirmStepFree {} => {
            return refused(app, person, id, t.edit_bad());
        }
    }
    again(app, person, id, inputs)
}

fn publish(app: &App, person: &Person, id: PlanId) -> Result<Response, Failure> {
    let t = Words(person.lang());
    let published = app.office.publish_plan(id, person.viewer()).map_err(failure)?;
    let made: Vec<String> = published.made.iter().map(ToString::to_string).collect();
    let all = made.iter().chain(published.refused.iter().map(|(v, _)| v));
    let customers = Customers::of(app, all.map(String::as_str))?;
    let why = |why: &NotPublished| words::not_published(why, person.lang());
    Ok(html_with(
        StatusCode::OK,
        &PublishedPage {
            page: Page::of(app, person, "plan", t.published()),
            plan: id.to_string(),
            made: made.iter().map(|c| (c.clone(), customers.name(c))).collect(),
            already: published.already.len(),
            refused: published
                .refused
                .iter()
                .map(|(v, w)| (v.clone(), customers.name(v), why(w)))
                .collect(),
        },
    ))
}

pub(crate) async fn act(
    State(app): State<Shared>,
    Path((id, what)): Path<(String, String)>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::PlanVisits)?;
    app.work(move |app| {
        let id = number(&id)?;
        let visit = fields.get("visit").to_owned();
        match what.as_str() {
            "try" => place(app, &person, id, &fields, false),
            "keep" => place(app, &person, id, &fields, true),
            "out" => edit(app, &person, id, &fields, &Edit::TakeOut { visit }),
            "lock" => edit(app, &person, id, &fields, &Edit::Lock { visit }),
            "unlock" => edit(app, &person, id, &fields, &Edit::Unlock { visit }),
            "undo" => {
                let seen = fields.get("seq").parse().unwrap_or(0);
                match app.office.undo_plan(id, person.viewer(), seen) {
                    Ok(plan) => Ok(to_day(&plan, "", "undone")),
                    Err(PlanError::Edit(e)) => {
                        refused(app, &person, id, edit_words(&e, Words(person.lang())))
                    }
                    Err(PlanError::Changed) => changed(app, &person, id),
                    Err(e) => Err(failure(e)),
                }
            }
            "replan" => {
                let plan = app
                    .office
                    .plan_for(id, person.viewer(), Deed::PlanVisits)
                    .map_err(failure)?;
                again(app, &person, id, plan.inputs)
            }
            "remedy" => remedy(app, &person, id, &visit),
            "publish" => publish(app, &person, id),
            "remove" => {
                app.office.remove_plan(id, person.viewer()).map_err(failure)?;
                Ok(Redirect::to("/plan?done=removed").into_response())
            }
            _ => Err(Failure::NotFound),
        }
    })
    .await
}
