//! Today: what needs me, by clock.

use super::rows::Row;
use crate::{
    error::Failure,
    page::{Page, Show, html},
    request::Person,
    state::{App, Shared},
    words::Words,
};
use app::{Deed, Reach};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::Timestamp;
use store::{CaseQuery, CaseRow, Sort};

/// Most lines of one group; the list of cases has the rest.
const MOST: usize = 100;

struct Group {
    key: &'static str,
    name: &'static str,
    bad: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "today.html")]
struct Today {
    page: Page,
    date: String,
    groups: Vec<Group>,
    /// Open cases that wait for an approver.
    votes: Vec<Row>,
    unassigned: Vec<Row>,
    visits: Vec<super::visit_rows::VisitRow>,
    /// Whether the person has cases of their own, or looks at their branch's.
    own: bool,
    more: bool,
}

fn list(app: &App, person: &Person, mut query: CaseQuery) -> Result<Vec<CaseRow>, Failure> {
    match person.viewer().narrow(Deed::SeeCases, &mut query) {
        Ok(()) => Ok(app.office.store().cases(&query)?.rows),
        Err(_) => Ok(Vec::new()),
    }
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    if !person.viewer().may(Deed::SeeCases) {
        return Ok(Redirect::to("/programme").into_response());
    }
    app.work(move |app| render(app, &person)).await
}

fn render(app: &App, person: &Person) -> Result<Response, Failure> {
    let show = Show::new(app, person.lang());
    let t = Words(person.lang());
    let me = person.actor().id.0.clone();
    let due = |handler: Option<String>| CaseQuery {
        handler,
        open: Some(true),
        sort: Sort::DueAsc,
        limit: MOST,
        ..CaseQuery::default()
    };
    let mut rows = list(app, person, due(Some(me)))?;
    let own = !rows.is_empty() || person.viewer().reach(Deed::SeeCases) == Reach::Own;
    if !own {
        rows = list(app, person, due(None))?;
    }
    let more = rows.len() == MOST;
    let mut groups = [
        ("late", t.overdue(), true),
        ("due-today", t.due_today(), false),
        ("week", t.due_week(), false),
        ("later", t.due_later(), false),
    ]
    .map(|(key, name, bad)| Group {
        key,
        name,
        bad,
        rows: Vec::new(),
    });
    for row in &rows {
        let n = row.due_at.map_or(3, |at| slot(&show, at));
        groups[n].rows.push(Row::of(app, row, &show));
    }
    let state = |state: &str| CaseQuery {
        state: Some(state.to_owned()),
        limit: 20,
        sort: Sort::ReceivedDesc,
        ..CaseQuery::default()
    };
    let votes = if app.office.approves(person.actor()) {
        list(app, person, state("remedy_proposed"))?
    } else {
        Vec::new()
    };
    let unassigned = if person.viewer().may(Deed::AssignMany) {
        let new = list(app, person, state("received"))?;
        new.into_iter().filter(|r| r.handler.is_none()).collect()
    } else {
        Vec::new()
    };
    let today = super::visit_rows::of_day(app, person, &show, &show.day(app.office.now()))?;
    Ok(html(&Today {
        date: show.long_day(app.office.now()),
        groups: groups.into(),
        votes: votes.iter().map(|r| Row::of(app, r, &show)).collect(),
        unassigned: unassigned.iter().map(|r| Row::of(app, r, &show)).collect(),
        visits: today,
        own,
        more,
        page: Page::of(app, person, "today", t.today()),
    }))
}

/// Which group a due date belongs to.
fn slot(show: &Show, at: Timestamp) -> usize {
    if at < show.now {
        return 0;
    }
    match show.days_to(at) {
        0 => 1,
        1..=7 => 2,
        _ => 3,
    }
}
