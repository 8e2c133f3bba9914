//! The forms of the programme: an objective, a step, its end.

use super::today;
use crate::{
    desk::action::{Group, fresh_event, groups},
    error::Failure,
    forms::{Field, Fields, Kind, Mistake},
    page::{Page, Show, html_with},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Three, Words},
};
use app::{
    Deed,
    programme::{
        Fault, Goal, Plan, Programme, ProgrammeCommand as C, ProgrammeEntry, ProgrammeError, ProgrammeOrder,
        decide,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{EventId, Role, StaffId};
use jiff::civil::Date;

/// Most owners that a form suggests.
const OWNERS: usize = 300;

/// What a form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    NewObjective,
    Objective(u32),
    NewStep,
    Step(u32),
    Done(u32),
}

impl Subject {
    fn parse(kind: &str, no: &str) -> Result<Self, Failure> {
        let number = || no.parse::<u32>().map_err(|_| Failure::NotFound);
        match (kind, no) {
            ("objectives", "new") => Ok(Subject::NewObjective),
            ("objectives", _) => Ok(Subject::Objective(number()?)),
            ("steps", "new") => Ok(Subject::NewStep),
            ("steps", _) => Ok(Subject::Step(number()?)),
            ("done", _) => Ok(Subject::Done(number()?)),
            _ => Err(Failure::NotFound),
        }
    }

    fn address(self) -> String {
        match self {
            Subject::NewObjective => "/programme/objectives/new".to_owned(),
            Subject::Objective(no) => format!("/programme/objectives/{no}"),
            Subject::NewStep => "/programme/steps/new".to_owned(),
            Subject::Step(no) => format!("/programme/steps/{no}"),
            Subject::Done(no) => format!("/programme/done/{no}"),
        }
    }

    /// Whether the programme holds what the form is about.
    fn is_in(self, programme: &Programme) -> bool {
        match self {
            Subject::NewObjective | Subject::NewStep => true,
            Subject::Objective(no) => programme.objective(no).is_some(),
            Subject::Step(no) | Subject::Done(no) => programme.step(no).is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "programme_form.html")]
struct FormPage {
    page: Page,
    address: String,
    name: String,
    about: String,
    button: &'static str,
    groups: Vec<Group>,
    mistakes: Vec<(String, &'static str, String)>,
    refused: String,
    changed: Vec<String>,
    version: u64,
    event: String,
    removable: bool,
    reopenable: bool,
}

#[derive(Default)]
struct Told {
    values: Option<Fields>,
    mistakes: Vec<Mistake>,
    changed: Vec<String>,
    event: Option<EventId>,
}

fn field(name: &str, label: &'static str, kind: Kind, value: &str) -> Field {
    Field {
        name: name.to_owned(),
        label,
        kind,
        required: true,
        hint: "",
        value: value.to_owned(),
        row: 0,
    }
}

/// Users by id and name who may answer for a step.
fn owners(app: &App) -> Vec<(String, String)> {
    let users = app.directory.users();
    let leads = |r: &Role| !matches!(r, Role::Auditor | Role::Administrator);
    users
        .iter()
        .filter(|u| !u.disabled && u.roles.iter().any(leads))
        .take(OWNERS)
        .map(|u| (u.id.0.clone(), format!("{} · {}", u.name, u.branch)))
        .collect()
}

fn fields(app: &App, subject: Subject, programme: &Programme, t: Words, today: Date) -> Vec<Field> {
    let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    match subject {
        Subject::NewObjective | Subject::Objective(_) => {
            let goal = match subject {
                Subject::Objective(no) => programme.objective(no).map(|o| o.goal.clone()),
                _ => None,
            }
            .unwrap_or_default();
            vec![
                field("text", t.objective(), Kind::Text, &goal.text),
                field("measure", t.measure(), Kind::Text, &goal.measure),
                Field {
                    row: 1,
                    hint: t.target_hint(),
                    ..field("target", t.target(), Kind::Text, &goal.target)
                },
                Field {
                    row: 1,
                    required: false,
                    ..field("actual", t.actual(), Kind::Text, &goal.actual)
                },
            ]
        }
        Subject::NewStep | Subject::Step(_) => {
            let plan = match subject {
                Subject::Step(no) => programme.step(no).map(|s| &s.plan),
                _ => None,
            };
            let text = plan.map_or("", |p| &p.text);
            let owner = plan.map_or("", |p| &p.owner.0);
            vec![
                field("text", t.step(), Kind::Text, text),
                Field {
                    hint: t.owner_hint(),
                    ..field("owner", t.owner(), Kind::Suggest(owners(app)), owner)
                },
                Field {
                    row: 1,
                    ..field("starts", t.starts(), Kind::Date, &day(plan.map(|p| p.starts)))
                },
                Field {
                    row: 1,
                    ..field("ends", t.ends(), Kind::Date, &day(plan.map(|p| p.ends)))
                },
                Field {
                    row: 1,
                    required: false,
                    ..field("began", t.began(), Kind::Date, &day(plan.and_then(|p| p.began)))
                },
            ]
        }
        Subject::Done(_) => vec![field("ended", t.ended(), Kind::Date, &today.to_string())],
    }
}

fn show(
    app: &App,
    person: &Person,
    subject: Subject,
    programme: &Programme,
    status: StatusCode,
    told: Told,
) -> Response {
    let t = Words(person.lang());
    let today = today(&Show::new(app, person.lang()));
    let fields = fields(app, subject, programme, t, today);
    let label = |name: &str| fields.iter().find(|f| f.name == name).map(|f| f.label);
    let refused = told.mistakes.iter().find(|m| label(&m.field).is_none());
    let refused = refused.map_or_else(String::new, |m| m.text.clone());
    let mistakes = told
        .mistakes
        .iter()
        .filter_map(|m| Some((m.field.clone(), label(&m.field)?, m.text.clone())))
        .collect();
    let (name, button) = match subject {
        Subject::NewObjective => (t.add_objective(), t.add_objective()),
        Subject::Objective(_) => (t.objective(), t.save()),
        Subject::NewStep => (t.add_step(), t.add_step()),
        Subject::Step(_) => (t.step(), t.save()),
        Subject::Done(_) => (t.mark_done(), t.mark_done()),
    };
    let about = match subject {
        Subject::Objective(no) => programme.objective(no).map(|o| o.goal.text.clone()),
        Subject::Step(no) | Subject::Done(no) => programme.step(no).map(|s| s.plan.text.clone()),
        Subject::NewObjective | Subject::NewStep => None,
    };
    let reopenable = match subject {
        Subject::Step(no) => programme.step(no).is_some_and(|s| s.ended.is_some()),
        _ => false,
    };
    let template = FormPage {
        page: Page::of(app, person, "programme", name),
        address: subject.address(),
        name: name.to_owned(),
        about: about.unwrap_or_default(),
        button,
        groups: groups(fields, told.values.as_ref(), &told.mistakes),
        mistakes,
        refused,
        changed: told.changed,
        version: programme.version,
        event: told.event.unwrap_or_else(fresh_event).to_string(),
        removable: matches!(subject, Subject::Objective(_) | Subject::Step(_)),
        reopenable,
    };
    html_with(status, &template)
}

pub(crate) async fn edit(
    State(app): State<Shared>,
    Path((kind, no)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditProgramme)?;
    let subject = Subject::parse(&kind, &no)?;
    app.work(move |app| {
        let programme = app.office.programme()?;
        if !subject.is_in(&programme) {
            return Err(Failure::NotFound);
        }
        Ok(show(
            app,
            &person,
            subject,
            &programme,
            StatusCode::OK,
            Told::default(),
        ))
    })
    .await
}

pub(crate) async fn save(
    State(app): State<Shared>,
    Path((kind, no)): Path<(String, String)>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditProgramme)?;
    let subject = Subject::parse(&kind, &no)?;
    app.work(move |app| carry_out(app, &person, subject, fields))
        .await
}

/// Finds an owner by id, or by a name that only one user has.
fn owner(app: &App, text: &str) -> Option<StaffId> {
    let users = app.directory.users();
    let live = || users.iter().filter(|u| !u.disabled);
    let id = text.to_lowercase();
    if let Some(u) = live().find(|u| u.id.0 == id) {
        return Some(u.id.clone());
    }
    let mut named = live().filter(|u| u.name == text);
    match (named.next(), named.next()) {
        (Some(u), None) => Some(u.id.clone()),
        _ => None,
    }
}

/// Reads a command; what cannot be read is put right for the moment, so that all mistakes are found at once.
fn read(
    app: &App,
    subject: Subject,
    fields: &Fields,
    programme: &Programme,
    today: Date,
) -> (C, Vec<(&'static str, Three)>) {
    const NO_DATE: Three = [
        "请填写存在的日期，例如 2026-11-23",
        "請填寫存在的日期，例如 2026-11-23",
        "give a date that exists, such as 2026-11-23",
    ];
    const NEEDED: Three = ["请填写", "請填寫", "is needed"];
    const NO_STAFF: Three = ["没有这个账号", "沒有這個帳號", "there is no such user"];
    let mut wrong = Vec::new();
    let mut day = |name: &'static str| match fields.get(name) {
        "" => {
            wrong.push((name, NEEDED));
            None
        }
        text => {
            let date = Date::strptime("%Y-%m-%d", text).ok();
            if date.is_none() {
                wrong.push((name, NO_DATE));
            }
            date
        }
    };
    let text = |name: &str| fields.get(name).to_owned();
    let command = match subject {
        Subject::Objective(no) if fields.get("do") == "remove" => C::RemoveObjective { no },
        Subject::Step(no) if fields.get("do") == "remove" => C::RemoveStep { no },
        Subject::Step(no) if fields.get("do") == "reopen" => C::ReopenStep { no },
        Subject::NewObjective | Subject::Objective(_) => {
            let goal = Goal {
                text: text("text"),
                measure: text("measure"),
                target: text("target"),
                actual: text("actual"),
            };
            match subject {
                Subject::Objective(no) => C::ChangeObjective { no, goal },
                _ => C::AddObjective(goal),
            }
        }
        Subject::NewStep | Subject::Step(_) => {
            let (starts, ends) = (day("starts"), day("ends"));
            let began = if fields.get("began").is_empty() {
                None
            } else {
                day("began")
            };
            let before = match subject {
                Subject::Step(no) => programme.step(no).map(|s| &s.plan.owner),
                _ => None,
            };
            let named = text("owner");
            // Who left the bank may stay the owner of what is planned, but cannot become one.
            let kept = before.filter(|o| o.0 == named).cloned();
            let owner = match kept.or_else(|| owner(app, &named)) {
                Some(owner) => owner,
                None => {
                    if !named.is_empty() {
                        wrong.push(("owner", NO_STAFF));
                    }
                    StaffId(named)
                }
            };
            let plan = Plan {
                text: text("text"),
                owner,
                starts: starts.or(ends).unwrap_or(today),
                ends: ends.or(starts).unwrap_or(today),
                began,
            };
            match subject {
                Subject::Step(no) => C::ChangeStep { no, plan },
                _ => C::AddStep(plan),
            }
        }
        Subject::Done(no) => C::FinishStep {
            no,
            ended: day("ended").unwrap_or(today),
        },
    };
    (command, wrong)
}

fn changed(app: &App, shown: &Show, entries: &[ProgrammeEntry]) -> Vec<String> {
    entries
        .iter()
        .map(|e| {
            let who = e
                .actor
                .as_ref()
                .map_or_else(String::new, |a| app.directory.name_of(&a.id.0));
            format!(
                "{} · {who} · {}: {}",
                shown.moment(e.at),
                words::programme_event(&e.event, shown.lang),
                e.text
            )
        })
        .collect()
}

fn carry_out(app: &App, person: &Person, subject: Subject, fields: Fields) -> Result<Response, Failure> {
    let shown = Show::new(app, person.lang());
    let today = today(&shown);
    let programme = app.office.programme()?;
    let event: EventId = fields.get("event").parse().unwrap_or_else(|_| fresh_event());
    let (command, wrong) = read(app, subject, &fields, &programme, today);
    let seen = fields.get("version").parse::<u64>().ok();
    let mut told = Told {
        event: Some(event),
        ..Told::default()
    };
    let fault = |field: &str, fault: Fault| Mistake {
        field: field.to_owned(),
        text: words::programme_fault(fault, person.lang()),
    };
    if !wrong.is_empty() {
        let others = decide(&programme, &command, today).err().unwrap_or_default();
        told.mistakes = wrong
            .iter()
            .map(|(field, text)| Mistake {
                field: (*field).to_owned(),
                text: words::pick(*text, person.lang()).to_owned(),
            })
            .collect();
        for m in others {
            if !wrong.iter().any(|(f, _)| *f == m.field) {
                told.mistakes.push(fault(m.field, m.fault));
            }
        }
        told.values = Some(fields);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(show(app, person, subject, &programme, status, told));
    }
    let order = ProgrammeOrder {
        id: event,
        actor: person.actor().clone(),
        command,
        seen,
    };
    match app.office.change_programme(&order) {
        Ok(_) => Ok(Redirect::to("/programme?done=saved").into_response()),
        Err(ProgrammeError::Mistakes(mistakes)) => {
            told.mistakes = mistakes.iter().map(|m| fault(m.field, m.fault)).collect();
            told.values = Some(fields);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(show(app, person, subject, &programme, status, told))
        }
        Err(ProgrammeError::Changed(entries)) => {
            told.changed = changed(app, &shown, &entries);
            if told.changed.is_empty() {
                told.changed
                    .push(Words(person.lang()).programme_changed().to_owned());
            }
            told.values = Some(fields);
            let programme = app.office.programme()?;
            Ok(show(app, person, subject, &programme, StatusCode::CONFLICT, told))
        }
        Err(ProgrammeError::Office(e)) => Err(e.into()),
    }
}
