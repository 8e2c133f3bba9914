//! The page of a case: where it stands, what happened, what can be done next and why the rest cannot.

mod files;
mod parts;
mod todo;

pub(crate) use todo::has_object;

use super::{contact, rows::clock_title};
use crate::{
    error::Failure,
    page::{Chip, Page, Show, html, state_name, state_tone},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, Dossier, Explanation};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{CaseId, case::Action};
use files::Files;
use parts::{Claim, Clock, Consent, Happened, Linked, Proposal, Report, Step, Task, Visit};
use todo::Todos;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    page: Page,
    id: String,
    title: String,
    state: String,
    state_tone: &'static str,
    chip: Chip,
    customer: String,
    customer_id: String,
    may_see_customer: bool,
    narrative: String,
    facts: Vec<(&'static str, String)>,
    person: Vec<(&'static str, String)>,
    path: Vec<Step>,
    clocks: Vec<Clock>,
    todos: Todos,
    timeline: Vec<Happened>,
    earlier: Vec<Happened>,
    claims: Vec<Claim>,
    consents: Vec<Consent>,
    windows: String,
    visit: Option<Visit>,
    reports: Vec<Report>,
    screening: Option<(String, Vec<String>)>,
    negotiation: bool,
    proposals: Vec<Proposal>,
    agreement: String,
    tasks: Vec<Task>,
    links: Vec<Linked>,
    evidence: Vec<(String, String)>,
    files: Files,
    can_link: bool,
    can_dismiss: bool,
    done: String,
}

/// Opens a case for this person, or says that there is none.
pub(crate) fn open(app: &App, person: &Person, id: CaseId, what: &str) -> Result<Dossier, Failure> {
    crate::orders::open(app, person.viewer(), id, what)
}

/// Reads a case number of an address.
pub(crate) fn number(id: &str) -> Result<CaseId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    app.work(move |app| {
        let dossier = open(app, &person, id, "case page")?;
        let explained = app.office.explained(id, dossier, person.actor());
        Ok(html(&view(app, &person, &explained)))
    })
    .await
}

fn view(app: &App, person: &Person, e: &Explanation) -> CasePage {
    let show = Show::new(app, person.lang());
    let t = Words(person.lang());
    let case = &e.dossier.case;
    let f = &case.facts;
    let state = case.state();
    let negotiation = person.viewer().ask_case(Deed::SeeNegotiation, case).is_ok();
    let mut timeline = parts::timeline(app, &e.dossier, negotiation, &show);
    let earlier = timeline.split_off(timeline.len().min(8));
    let next = app.office.next_due(case);
    let mut chip = show.due(next.map(|n| n.due_at), state.is_open());
    if let Some(next) = next {
        chip.about = clock_title(app, next.clock, &show);
    }
    let evidence = f
        .allegations
        .iter()
        .filter_map(|a| a.finding.as_ref().map(|x| (a.no.0, x)))
        .flat_map(|(no, x)| x.evidence.iter().map(move |e| (e.clone(), no)))
        // Files of the case stand in the list above it.
        .filter(|(e, _)| e.parse().ok().and_then(|id| case.file(id)).is_none())
        .map(|(e, no)| (e, format!("{} {no}", t.allegations())))
        .collect();
    let can = |a: Action| e.actions.iter().any(|(x, r)| *x == a && r.is_ok());
    let id = e.id.to_string();
    let done = person.query().get("done");
    let done = Action::ALL
        .iter()
        .find(|a| a.code() == done)
        .map_or_else(String::new, |a| words::action(*a, show.lang).to_owned());
    CasePage {
        page: Page::of(app, person, "cases", format!("{} {id}", t.case())),
        title: f
            .title
            .text()
            .filter(|x| !x.is_empty())
            .unwrap_or(&f.product)
            .to_owned(),
        state: state_name(state.code(), show.lang),
        state_tone: state_tone(state.code()),
        chip,
        customer: text::mask_name(f.complainant.name.or_empty()),
        customer_id: f.customer.map_or_else(String::new, |c| c.to_string()),
        may_see_customer: person.viewer().ask_case(Deed::SeeCustomer, case).is_ok(),
        narrative: f.narrative.text().unwrap_or(t.erased()).to_owned(),
        facts: parts::facts(f, app, &show, t),
        person: contact::of(&[&f.complainant], t, &show),
        path: parts::path(state, show.lang),
        clocks: e.clocks.iter().map(|c| parts::clock(c, &show)).collect(),
        todos: todo::todos(case, &e.actions, show.lang),
        timeline,
        earlier,
        claims: parts::claims(case, app, &show, t),
        consents: parts::consents(case, app, &show, t),
        windows: parts::windows(case, &show),
        visit: parts::visit(f, app, &show, t),
        reports: parts::reports(f, app, &show),
        screening: f.screenings.last().map(|(d, by)| {
            let held = if d.held_out {
                format!(" · {}", t.held_out())
            } else {
                String::new()
            };
            let chosen = words::screened(d.selected, show.lang);
            (
                format!(
                    "{chosen} · {} {} · {}{held}",
                    t.points(),
                    d.points,
                    app.directory.name_of(&by.0)
                ),
                d.reasons.clone(),
            )
        }),
        negotiation,
        proposals: if negotiation {
            parts::proposals(case, app, &show, t)
        } else {
            Vec::new()
        },
        agreement: f.agreement.as_ref().map_or_else(String::new, |a| {
            format!(
                "{} {} · {} · SHA-256 {}…",
                t.signed(),
                show.day(a.signed_at),
                words::option("signature", &a.signature, show.lang),
                a.document_hash.chars().take(12).collect::<String>()
            )
        }),
        tasks: parts::tasks(case, app, &show, t),
        links: parts::links(f, &show, t),
        evidence,
        files: Files::of(app, person, case, &e.actions, &show),
        can_link: can(Action::LinkCase),
        can_dismiss: can(Action::DismissSimilar),
        id,
        done,
    }
}
