//! The form of one action on a case, and carrying it out.

use super::{
    case::{number, open},
    drafts,
    rows::clock_title,
};
use crate::{
    error::Failure,
    forms::{self, Field, Fields, Kind, Mistake},
    orders::{self, Given, Outcome},
    page::{Page, Show, html_with, state_name, state_tone},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, Dossier};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    CaseId, EventId,
    case::{Action, Refusal},
};

/// A field as the template shows it.
pub(crate) struct Shown {
    pub(crate) field: Field,
    pub(crate) mistake: String,
}

impl Shown {
    pub(crate) fn kind(&self) -> &'static str {
        self.field.kind.word()
    }

    pub(crate) fn options(&self) -> &[(String, String)] {
        match &self.field.kind {
            Kind::Choice(options) | Kind::Suggest(options) => options,
            _ => &[],
        }
    }

    /// Few short options stand side by side.
    pub(crate) fn is_short(&self) -> bool {
        let options = self.options();
        options.len() <= 4 && self.field.row == 0 && options.iter().all(|(_, n)| n.chars().count() <= 24)
    }

    pub(crate) fn is(&self, code: &str) -> bool {
        self.field.value == code
    }

    pub(crate) fn range(&self) -> (i64, i64) {
        match self.field.kind {
            Kind::Number(low, high) => (low, high),
            _ => (0, 0),
        }
    }
}

/// Fields that stand in one row, or one alone.
pub(crate) struct Group {
    pub(crate) fields: Vec<Shown>,
    pub(crate) side_by_side: bool,
}

/// Puts values and mistakes onto fields, and fields that belong together into rows.
pub(crate) fn groups(fields: Vec<Field>, values: Option<&Fields>, mistakes: &[Mistake]) -> Vec<Group> {
    let mut groups: Vec<(u8, Vec<Shown>)> = Vec::new();
    for mut field in fields {
        if let Some(values) = values {
            field.value = values.get(&field.name).to_owned();
        }
        let mistake = mistakes
            .iter()
            .find(|m| m.field == field.name)
            .map_or_else(String::new, |m| m.text.clone());
        let row = field.row;
        let shown = Shown { field, mistake };
        match groups.last_mut() {
            Some((last, fields)) if row > 0 && *last == row => fields.push(shown),
            _ => groups.push((row, vec![shown])),
        }
    }
    groups
        .into_iter()
        .map(|(row, fields)| Group {
            fields,
            side_by_side: row > 0,
        })
        .collect()
}

#[derive(Template)]
#[template(path = "action.html")]
struct ActionPage {
    page: Page,
    id: String,
    action: &'static str,
    name: &'static str,
    title: String,
    state: String,
    state_tone: &'static str,
    groups: Vec<Group>,
    mistakes: Vec<(String, &'static str, String)>,
    refused: String,
    changed: Vec<String>,
    draft_found: bool,
    /// Versions the person saw, and the id of this form: sent again, it is carried out once.
    facts_seq: u64,
    negotiation_seq: u64,
    event: String,
    proposal: Option<(String, Vec<String>)>,
    clock: String,
}

/// What a form is shown with.
#[derive(Default)]
struct Told {
    values: Option<Fields>,
    mistakes: Vec<Mistake>,
    refused: String,
    changed: Vec<String>,
    draft_found: bool,
    event: Option<EventId>,
}

fn action_of(code: &str) -> Result<Action, Failure> {
    orders::action_of(code).ok_or(Failure::NotFound)
}

fn draft_key(id: CaseId, action: Action) -> String {
    format!("case/{id}/{}", action.code())
}

fn show(
    app: &App,
    person: &Person,
    id: CaseId,
    action: Action,
    dossier: &Dossier,
    status: StatusCode,
    told: Told,
) -> Result<Response, Failure> {
    let lang = person.lang();
    let t = Words(lang);
    let shown = Show::new(app, lang);
    let found = orders::proposal(app, action, id, dossier)?;
    let context = orders::context(app, lang, dossier, found.as_ref());
    let mut form = forms::form(action, &context);
    // Its choices may tell what is negotiated: they are only for roles that can act.
    let allowed = domain::case::check(action, dossier.case.state(), person.actor().role);
    if matches!(allowed, Err(Refusal::NotInThisRole { .. })) {
        form.fields.clear();
    }
    let labels: Vec<(String, &'static str)> = form.fields.iter().map(|f| (f.name.clone(), f.label)).collect();
    let mistakes = told
        .mistakes
        .iter()
        .map(|m| {
            let label = labels.iter().find(|(n, _)| *n == m.field).map_or("", |(_, l)| *l);
            (m.field.clone(), label, m.text.clone())
        })
        .collect();
    let case = &dossier.case;
    let template = ActionPage {
        page: Page::of(
            app,
            person,
            "cases",
            format!("{} · {id}", words::action(action, lang)),
        ),
        id: id.to_string(),
        action: action.code(),
        name: words::action(action, lang),
        title: format!(
            "{} · {}",
            text::mask_name(case.facts.complainant.name.or_empty()),
            case.facts
                .title
                .text()
                .filter(|x| !x.is_empty())
                .unwrap_or(&case.facts.product)
        ),
        state: state_name(case.state().code(), lang),
        state_tone: state_tone(case.state().code()),
        groups: groups(form.fields, told.values.as_ref(), &told.mistakes),
        mistakes,
        refused: told.refused,
        changed: told.changed,
        draft_found: told.draft_found,
        facts_seq: dossier.facts_seq,
        negotiation_seq: dossier.negotiation_seq,
        event: told.event.unwrap_or_else(fresh_event).to_string(),
        proposal: found.map(|p| {
            let d = p.as_proposed();
            let chosen = if d.selected { t.yes() } else { t.no() };
            let held = if d.held_out {
                format!(" · {}", t.held_out())
            } else {
                String::new()
            };
            (
                format!(
                    "{}: {chosen} · {} {}{held}",
                    words::action(Action::OfferVisit, lang),
                    t.points(),
                    d.points
                ),
                d.reasons,
            )
        }),
        clock: app.office.next_due(case).map_or_else(String::new, |due| {
            format!(
                "{} · {} {}",
                clock_title(app, due.clock, &shown),
                shown.long_day(due.due_at),
                shown.clock(due.due_at)
            )
        }),
    };
    Ok(html_with(status, &template))
}

/// An id for a form: the order that it becomes is carried out once, however often it is sent.
pub(crate) fn fresh_event() -> EventId {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    EventId(u128::from_be_bytes(bytes))
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path((id, action)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    let (id, action) = (number(&id)?, action_of(&action)?);
    app.work(move |app| {
        let dossier = open(app, &person, id, action.code())?;
        let allowed = app.office.allowed(&dossier.case, person.actor());
        let refused = allowed
            .into_iter()
            .find(|(a, _)| *a == action)
            .and_then(|(_, r)| r.err());
        let mut told = Told::default();
        if let Some(why) = refused {
            told.refused = words::refusal(&why, person.lang());
        }
        // A link may bring values along, such as the other case of a link.
        told.values = drafts::find(app, &person, &draft_key(id, action))?;
        told.draft_found = told.values.is_some();
        if told.values.is_none() && !person.query().0.is_empty() {
            told.values = Some(with_defaults(app, &person, action, id, &dossier)?);
        }
        show(app, &person, id, action, &dossier, StatusCode::OK, told)
    })
    .await
}

/// The form's own values, with those of the address over them.
fn with_defaults(
    app: &App,
    person: &Person,
    action: Action,
    id: CaseId,
    dossier: &Dossier,
) -> Result<Fields, Failure> {
    let found = orders::proposal(app, action, id, dossier)?;
    let context = orders::context(app, person.lang(), dossier, found.as_ref());
    let fields = forms::form(action, &context).fields;
    Ok(Fields(
        fields
            .into_iter()
            .map(|f| {
                let given = person.query().get(&f.name);
                let value = if given.is_empty() {
                    f.value
                } else {
                    given.to_owned()
                };
                (f.name, value)
            })
            .collect(),
    ))
}

pub(crate) async fn run(
    State(app): State<Shared>,
    Path((id, action)): Path<(String, String)>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    let (id, action) = (number(&id)?, action_of(&action)?);
    app.work(move |app| carry_out(app, &person, id, action, fields))
        .await
}

fn carry_out(
    app: &App,
    person: &Person,
    id: CaseId,
    action: Action,
    fields: Fields,
) -> Result<Response, Failure> {
    let dossier = app.office.look_at_case_for(id, person.viewer(), Deed::SeeCases)?;
    let event: EventId = fields.get("event").parse().unwrap_or_else(|_| fresh_event());
    let seq = |name: &str| fields.get(name).parse::<u64>().ok();
    let given = Given {
        case: id,
        action,
        fields: &fields,
        event,
        seen: seq("facts_seq").zip(seq("negotiation_seq")),
    };
    let outcome = orders::give(app, person.viewer(), person.lang(), &dossier, &given)?;
    let mut told = Told {
        values: Some(fields),
        event: Some(event),
        ..Told::default()
    };
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    match outcome {
        Outcome::Done { .. } => {
            drafts::drop_draft(app, person, &draft_key(id, action))?;
            Ok(Redirect::to(&format!("/cases/{id}?done={}", action.code())).into_response())
        }
        Outcome::Mistakes(mistakes) => {
            told.mistakes = mistakes;
            let dossier = open(app, person, id, action.code())?;
            show(app, person, id, action, &dossier, wrong, told)
        }
        Outcome::Refused(refusal) => {
            told.refused = words::refusal(&refusal, person.lang());
            let dossier = open(app, person, id, action.code())?;
            show(app, person, id, action, &dossier, wrong, told)
        }
        Outcome::Stale(since) => {
            let dossier = open(app, person, id, action.code())?;
            let shown = Show::new(app, person.lang());
            told.changed = since.iter().map(|c| c.text(app, &shown)).collect();
            if told.changed.is_empty() {
                told.changed.push(Words(person.lang()).conflict_head().to_owned());
            }
            show(app, person, id, action, &dossier, StatusCode::CONFLICT, told)
        }
    }
}
