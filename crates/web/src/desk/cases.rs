//! The list of cases: filters, order, saved views, search, work on many.

use super::rows::Row;
use crate::{
    error::Failure,
    forms::Fields,
    page::{Page, Show, html, state_name},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, Order, Viewer};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    BranchId, CaseId, Role, StaffId, Timestamp,
    case::{Command, State as S},
};
use store::{CaseQuery, CaseRow, Page as Rows, RecordChange, Sort, Work};

/// Rows of one page.
const ROWS: usize = 50;
/// The kind of the records of saved views.
const VIEW: &str = "view";
/// Most saved views of one person.
const VIEWS: usize = 20;

pub(crate) type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases {
    page: Page,
    q: String,
    rows: Vec<Row>,
    next: String,
    first: bool,
    states: Vec<Choice>,
    lines: Vec<Choice>,
    branches: Vec<Choice>,
    handlers: Vec<Choice>,
    opens: Vec<Choice>,
    dues: Vec<Choice>,
    sorts: Vec<Choice>,
    filters: usize,
    views: Vec<(String, String, String, bool)>,
    here: String,
    may_assign: bool,
    may_export: bool,
    assignees: Vec<(String, String)>,
    notice: String,
    too_short: bool,
    /// At the end of a list by due date: the same conditions in an order that leaves no case out.
    unclocked: String,
}

/// The conditions of a list as its address carries them, in a fixed order.
const NAMES: [&str; 8] = ["q", "state", "line", "branch", "handler", "open", "due", "sort"];

/// Reads the question of an address. `me` stands for whoever asks.
pub(crate) fn query_of(fields: &Fields, app: &App, viewer: &Viewer) -> Result<CaseQuery, Failure> {
    let some = |name: &str| {
        Some(fields.get(name))
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
    };
    let now = app.office.now();
    let zone = app.office.pack().zone();
    let end_of_day = |days: i64| {
        let day = jiff::Timestamp::from_microsecond(now.plus(days * Timestamp::DAY).0).ok()?;
        let date = day.to_zoned(zone.clone()).date().tomorrow().ok()?;
        Some(Timestamp(
            date.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond(),
        ))
    };
    let due_before = match fields.get("due") {
        "late" => Some(now),
        "today" => end_of_day(0),
        "week" => end_of_day(7),
        "month" => end_of_day(30),
        _ => None,
    };
    let cursor = match fields.get("after") {
        "" => None,
        text => Some(text.parse().map_err(Failure::from)?),
    };
    Ok(CaseQuery {
        state: some("state"),
        branch: some("branch").map(BranchId),
        handler: some("handler").map(|h| if h == "me" { viewer.actor.id.0.clone() } else { h }),
        line: some("line"),
        open: match fields.get("open") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        due_before,
        sort: match fields.get("sort") {
            "due" => Sort::DueAsc,
            "updated" => Sort::UpdatedDesc,
            _ => Sort::ReceivedDesc,
        },
        cursor,
        limit: ROWS,
    })
}

/// Asks the work list or the search index, within the person's reach.
pub(crate) fn find(
    app: &App,
    viewer: &Viewer,
    deed: Deed,
    q: &str,
    mut query: CaseQuery,
) -> Result<Rows<CaseRow>, Failure> {
    viewer.ask(deed)?;
    if viewer.narrow(deed, &mut query).is_err() {
        return Ok(Rows {
            rows: Vec::new(),
            next: None,
        });
    }
    let store = app.office.store();
    if q.is_empty() {
        return Ok(store.cases(&query)?);
    }
    Ok(store.search(q, &query)?)
}

/// The address of these conditions, without the place in the list.
pub(crate) fn address(fields: &Fields) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for name in NAMES {
        let value = fields.get(name);
        if !value.is_empty() {
            out.append_pair(name, value);
        }
    }
    out.finish()
}

fn choices(chosen: &str, all: impl IntoIterator<Item = (String, String)>) -> Vec<Choice> {
    let mut list: Vec<Choice> = all
        .into_iter()
        .map(|(c, n)| {
            let here = c == chosen;
            (c, n, here)
        })
        .collect();
    if !chosen.is_empty() && !list.iter().any(|(_, _, here)| *here) {
        list.push((chosen.to_owned(), chosen.to_owned(), true));
    }
    list
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    // A case number in the search box opens the case.
    if let Ok(id) = person.query().get("q").parse::<CaseId>() {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    app.work(move |app| list(app, &person)).await
}

fn list(app: &App, person: &Person) -> Result<Response, Failure> {
    let (lang, t) = (person.lang(), Words(person.lang()));
    let fields = person.query().clone();
    let q = fields.get("q").to_owned();
    let query = query_of(&fields, app, person.viewer())?;
    let show = Show::new(app, lang);
    let unanswerable = !q.is_empty() && text::query_tokens(&q).is_empty();
    let too_short = unanswerable || text::query_too_short(&q);
    let found = if unanswerable {
        Rows {
            rows: Vec::new(),
            next: None,
        }
    } else {
        find(app, person.viewer(), Deed::SeeCases, &q, query)?
    };
    let pair = |c: &str, n: &str| (c.to_owned(), n.to_owned());
    let users = app.directory.users();
    let mut branches: Vec<String> = users.iter().map(|u| u.branch.0.clone()).collect();
    branches.sort();
    branches.dedup();
    if person.viewer().reach(Deed::SeeCases) != app::Reach::All {
        branches.retain(|b| *b == person.viewer().branch.0);
    }
    let handlers = users
        .iter()
        .filter(|u| {
            u.roles
                .iter()
                .any(|r| matches!(r, Role::Handler | Role::Supervisor))
        })
        .filter(|u| branches.contains(&u.branch.0));
    let assignees: Vec<_> = handlers
        .clone()
        .filter(|u| !u.disabled)
        .map(|u| (u.id.0.clone(), u.name.clone()))
        .collect();
    let chosen = |n: &str| fields.get(n).to_owned();
    let here = address(&fields);
    let base = vec![
        (t.all_open().to_owned(), "open=yes&sort=due".to_owned()),
        (t.my_work().to_owned(), "handler=me&open=yes&sort=due".to_owned()),
        (t.overdue().to_owned(), "open=yes&due=late&sort=due".to_owned()),
        (t.due_week().to_owned(), "open=yes&due=week&sort=due".to_owned()),
        (t.any().to_owned(), String::new()),
    ];
    let mut views: Vec<(String, String, String, bool)> = base
        .into_iter()
        .map(|(name, a)| {
            let is = a == here;
            (name, a, String::new(), is)
        })
        .collect();
    for record in app
        .office
        .store()
        .records(VIEW, &format!("{}/", person.actor().id), "", VIEWS)?
    {
        let stored = crate::request::decode(&record.body);
        let (name, a) = (stored.get("name").to_owned(), stored.get("address").to_owned());
        let is = a == here;
        views.push((name, a, record.id.rsplit('/').next().unwrap_or("").to_owned(), is));
    }
    // That order knows only cases with a due date; nobody may take its end for the end of the work.
    let all_told = found.next.is_some() || fields.get("sort") != "due" || !q.is_empty();
    let unclocked = if all_told || !fields.get("due").is_empty() {
        String::new()
    } else {
        here.replace("sort=due", "sort=updated")
    };
    let next = found.next.map_or_else(String::new, |c| {
        let and = if here.is_empty() { "" } else { "&" };
        format!("/cases?{here}{and}after={c}")
    });
    let notice = match fields.get("done") {
        "" => String::new(),
        "view" => t.saved().to_owned(),
        n => format!("{} · {n}", t.assign()),
    };
    Ok(html(&Cases {
        rows: found.rows.iter().map(|r| Row::of(app, r, &show)).collect(),
        next,
        first: fields.get("after").is_empty(),
        states: choices(
            &chosen("state"),
            S::ALL
                .iter()
                .filter(|s| **s != S::New)
                .map(|s| (s.code().to_owned(), state_name(s.code(), lang))),
        ),
        lines: choices(
            &chosen("line"),
            words::options("line", lang).into_iter().map(|(c, n)| pair(c, n)),
        ),
        branches: choices(&chosen("branch"), branches.iter().map(|b| (b.clone(), b.clone()))),
        handlers: choices(
            &chosen("handler"),
            std::iter::once(pair("me", person.session.user.name.as_str())).chain(
                handlers
                    .filter(|u| u.id != person.actor().id)
                    .map(|u| (u.id.0.clone(), u.name.clone())),
            ),
        ),
        opens: choices(&chosen("open"), [pair("yes", t.open()), pair("no", t.closed())]),
        dues: choices(
            &chosen("due"),
            [
                pair("late", t.overdue()),
                pair("today", t.due_today()),
                pair("week", t.due_week()),
            ],
        ),
        sorts: choices(
            &chosen("sort"),
            [pair("due", t.sort_due()), pair("updated", t.sort_updated())],
        ),
        filters: NAMES[1..7].iter().filter(|n| !fields.get(n).is_empty()).count(),
        views,
        here,
        may_assign: person.viewer().may(Deed::AssignMany),
        may_export: person.viewer().may(Deed::Export),
        assignees,
        notice,
        too_short,
        unclocked,
        page: Page::of(
            app,
            person,
            "cases",
            if q.is_empty() {
                t.cases()
            } else {
                t.search_results()
            },
        ),
        q,
    }))
}

/// Gives many cases to somebody. Each is its own command; one that is refused stops none of the others.
pub(crate) async fn assign(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::AssignMany)?;
    app.work(move |app| {
        let handler = StaffId(fields.get("to").to_lowercase());
        if app.directory.user(&handler).is_none_or(|u| u.disabled) {
            return Err(Failure::Bad(Words(person.lang()).assign_to().to_owned()));
        }
        let mut done = 0;
        for id in fields.all("case").take(1000) {
            let Ok(id) = id.parse::<CaseId>() else { continue };
            let Some(row) = app.office.store().case_row(id)? else {
                continue;
            };
            if !person.viewer().reaches_row(Deed::AssignMany, &row) {
                continue;
            }
            let command = Command::Assign {
                handler: handler.clone(),
            };
            let order = Order::new(id, person.actor().clone(), app.office.now(), command);
            match app.office.execute(&order) {
                Ok(_) => done += 1,
                Err(app::OfficeError::Refused { .. }) => {}
                Err(e) => return Err(e.into()),
            }
        }
        let back = crate::request::own_path(fields.get("back"));
        let and = if back.contains('?') { "&" } else { "?" };
        Ok(Redirect::to(&format!("{back}{and}done={done}")).into_response())
    })
    .await
}

/// Saves the present conditions under a name, or removes a saved view.
pub(crate) async fn save_view(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeeCases)?;
    app.work(move |app| {
        let me = &person.actor().id;
        let remove = fields.get("remove");
        let address = address(&crate::request::decode(fields.get("address").as_bytes()));
        let record = if remove.is_empty() {
            let name: String = fields
                .get("name")
                .chars()
                .filter(|c| !c.is_control())
                .take(30)
                .collect();
            if name.is_empty() {
                return Ok(Redirect::to(&format!("/cases?{address}")).into_response());
            }
            if app
                .office
                .store()
                .records(VIEW, &format!("{me}/"), "", VIEWS)?
                .len()
                >= VIEWS
            {
                return Err(Failure::Bad(Words(person.lang()).saved_views().to_owned()));
            }
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("name", &name)
                .append_pair("address", &address)
                .finish();
            RecordChange {
                kind: VIEW,
                id: format!("{me}/{:032x}", super::action::fresh_event().0),
                body: Some(body.into_bytes()),
                expires_at: None,
            }
        } else {
            let plain: String = remove.chars().filter(char::is_ascii_hexdigit).take(32).collect();
            RecordChange {
                kind: VIEW,
                id: format!("{me}/{plain}"),
                body: None,
                expires_at: None,
            }
        };
        app.office.store().append(Work {
            records: vec![record],
            ..Work::default()
        })?;
        let to = if remove.is_empty() {
            format!("/cases?{address}&done=view")
        } else {
            "/cases?open=yes&sort=due".to_owned()
        };
        Ok(Redirect::to(&to).into_response())
    })
    .await
}
