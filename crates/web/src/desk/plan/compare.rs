//! Two plans side by side.

use super::{Customers, Head, failure, number};
use crate::{
    error::Failure,
    page::{Page, Show, html},
    request::Person,
    state::Shared,
    words::{self, Words},
};
use app::{
    Deed,
    planning::{Stand, Totals},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

struct Line {
    visit: String,
    customer: String,
    /// Tone and word.
    what: (&'static str, &'static str),
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "plan_compare.html")]
struct ComparePage {
    page: Page,
    first: Head,
    second: Head,
    /// Label and both values.
    totals: Vec<(&'static str, String, String)>,
    goals: Vec<(String, bool)>,
    lines: Vec<Line>,
    same: usize,
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| {
        let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
        let viewer = person.viewer();
        let id = number(&id)?;
        if person.query().get("with").is_empty() {
            return Ok(Redirect::to(&format!("/plan/{id}")).into_response());
        }
        let first = app
            .office
            .open_plan(number(person.query().get("with"))?, viewer)
            .map_err(failure)?;
        let second = app.office.open_plan(id, viewer).map_err(failure)?;
        let compared = first.compare(&second);
        let customers = Customers::of(app, compared.visits.iter().map(|d| d.visit.as_str()))?;
        let stand = |s: &Option<Stand>| match s {
            None => "–".to_owned(),
            Some(s) => {
                let crew: Vec<String> = s.crew.iter().map(|p| app.directory.name_of(p)).collect();
                let and = words::pick(["、", "、", ", "], show.lang);
                let day = s.day.get(5..).unwrap_or(&s.day);
                format!("{day} {} · {}", words::time(s.start), crew.join(and))
            }
        };
        let lines = compared
            .visits
            .iter()
            .map(|d| Line {
                visit: d.visit.clone(),
                customer: customers.name(&d.visit),
                what: match (&d.before, &d.after) {
                    (None, _) => ("ok", t.came_in()),
                    (_, None) => ("bad", t.fell_out()),
                    (Some(b), Some(a)) if (&b.day, b.start) == (&a.day, a.start) => ("info", t.other_crew()),
                    _ => ("warn", t.moved()),
                },
                before: stand(&d.before),
                after: stand(&d.after),
            })
            .collect();
        let (a, b) = compared.totals;
        let count = |label, f: fn(&Totals) -> u32| (label, f(&a).to_string(), f(&b).to_string());
        let long = |label, f: fn(&Totals) -> i64| {
            (
                label,
                words::length(f(&a), show.lang),
                words::length(f(&b), show.lang),
            )
        };
        Ok(html(&ComparePage {
            page: Page::of(app, &person, "plan", t.compare()),
            first: Head::of(app, &show, &first.head()),
            second: Head::of(app, &show, &second.head()),
            totals: vec![
                count(t.planned(), |s| s.planned),
                count(t.left_out(), |s| s.unplanned),
                count(t.promises_moved(), |s| s.promises_moved),
                count(t.deadlines_missed(), |s| s.deadlines_missed),
                long(t.travel(), |s| s.travel_seconds),
                long(t.overtime(), |s| s.overtime_seconds),
            ],
            goals: compared
                .goals
                .iter()
                .map(|(g, before, after)| words::goal_change(*g, *before, *after, show.lang))
                .collect(),
            lines,
            same: compared.same,
        }))
    })
    .await
}
