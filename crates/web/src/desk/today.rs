//! Today: what needs me, by clock.

use super::rows::Row;
use crate::{
    error::Failure,
    page::{Page, Show, html},
    request::Person,
    state::{App, Shared},
    words::Words,
};
use app::{Deed, OfficeError, Reach};
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
    /// How many there are; `100+` or `…` where the list was cut before their end.
    count: String,
}

/// A list that may have been cut.
struct Cut {
    rows: Vec<CaseRow>,
    more: bool,
}

impl Cut {
    fn none() -> Self {
        Cut {
            rows: Vec::new(),
            more: false,
        }
    }

    /// The number of rows as a count that does not pretend.
    fn count(&self) -> String {
        counted(self.rows.len(), self.more)
    }
}

fn counted(n: usize, more: bool) -> String {
    if more { format!("{n}+") } else { n.to_string() }
}

#[derive(Template)]
#[template(path = "today.html")]
struct Today {
    page: Page,
    date: String,
    groups: Vec<Group>,
    /// Cases with a remedy on which nobody has voted yet.
    votes: Vec<Row>,
    votes_count: String,
    unassigned: Vec<Row>,
    unassigned_count: String,
    /// Whether there is nothing at all.
    idle: bool,
    visits: Vec<super::visit_rows::VisitRow>,
    /// Whether the person has cases of their own, or looks at their branch's.
    own: bool,
    more: bool,
}

fn list(app: &App, person: &Person, mut query: CaseQuery) -> Result<Cut, Failure> {
    if person.viewer().narrow(Deed::SeeCases, &mut query).is_err() {
        return Ok(Cut::none());
    }
    let page = app.office.store().cases(&query)?;
    Ok(Cut {
        more: page.next.is_some(),
        rows: page.rows,
    })
}

/// Keeps the cases on whose remedy this person could vote now.
fn waiting_for_vote(app: &App, person: &Person, cut: Cut) -> Result<Cut, Failure> {
    let mut rows = Vec::new();
    for row in cut.rows {
        let case = match app
            .office
            .look_at_case_for(row.case, person.viewer(), Deed::SeeNegotiation)
        {
            Ok(dossier) => dossier.case,
            Err(OfficeError::NoSuchCase(_)) => continue,
            Err(e) => return Err(e.into()),
        };
        if case.negotiation.pending().any(|p| p.by != person.actor().id) {
            rows.push(row);
        }
    }
    Ok(Cut { rows, more: cut.more })
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
    let open = |handler: Option<String>, sort| CaseQuery {
        handler,
        open: Some(true),
        sort,
        limit: MOST,
        ..CaseQuery::default()
    };
    // A list by due date holds only cases with a running clock; the others need somebody all the same.
    let both = |handler: Option<String>| -> Result<(Cut, Cut), Failure> {
        let due = list(app, person, open(handler.clone(), Sort::DueAsc))?;
        let mut rest = list(app, person, open(handler, Sort::UpdatedDesc))?;
        rest.rows.retain(|r| r.due_at.is_none());
        Ok((due, rest))
    };
    let (mut due, mut rest) = both(Some(me))?;
    let own =
        !(due.rows.is_empty() && rest.rows.is_empty()) || person.viewer().reach(Deed::SeeCases) == Reach::Own;
    if !own {
        (due, rest) = both(None)?;
    }
    let more = due.more || rest.more;
    let mut groups = [
        ("late", t.overdue(), true),
        ("due-today", t.due_today(), false),
        ("week", t.due_week(), false),
        ("later", t.due_later(), false),
        ("no-clock", t.no_clock(), false),
    ]
    .map(|(key, name, bad)| Group {
        key,
        name,
        bad,
        rows: Vec::new(),
        count: String::new(),
    });
    for row in due.rows.iter().chain(&rest.rows) {
        let n = row.due_at.map_or(4, |at| slot(&show, at));
        groups[n].rows.push(Row::of(app, row, &show));
    }
    // Where the list was cut, the group it was cut in goes on, and those after it are not known.
    let cut_in = due
        .more
        .then(|| groups[..4].iter().rposition(|g| !g.rows.is_empty()))
        .flatten();
    for (n, group) in groups.iter_mut().enumerate() {
        let shown = group.rows.len();
        group.count = match cut_in {
            _ if n == 4 => counted(shown, rest.more),
            Some(cut) if n > cut => "…".to_owned(),
            Some(cut) => counted(shown, n == cut),
            None => shown.to_string(),
        };
    }
    let state = |state: &str| CaseQuery {
        state: Some(state.to_owned()),
        limit: 20,
        sort: Sort::ReceivedDesc,
        ..CaseQuery::default()
    };
    let votes = if app.office.approves(person.actor()) {
        waiting_for_vote(app, person, list(app, person, state("remedy_proposed"))?)?
    } else {
        Cut::none()
    };
    let unassigned = if person.viewer().may(Deed::AssignMany) {
        let mut new = list(app, person, state("received"))?;
        new.rows.retain(|r| r.handler.is_none());
        new
    } else {
        Cut::none()
    };
    let today = super::visit_rows::of_day(app, person, &show, &show.day(app.office.now()))?;
    Ok(html(&Today {
        date: show.long_day(app.office.now()),
        idle: groups.iter().all(|g| g.rows.is_empty()),
        groups: groups.into(),
        votes_count: votes.count(),
        votes: votes.rows.iter().map(|r| Row::of(app, r, &show)).collect(),
        unassigned_count: unassigned.count(),
        unassigned: unassigned.rows.iter().map(|r| Row::of(app, r, &show)).collect(),
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
