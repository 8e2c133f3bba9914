//! A search while it runs, and how it ended.

use super::{failure, number};
use crate::{
    desk::plan::picture,
    error::Failure,
    page::{Page, Show, html},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed,
    planning::{Ended, RunView},
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

#[derive(Template)]
#[template(path = "plan_run.html")]
struct RunPage {
    page: Page,
    id: String,
    by: String,
    began: String,
    seconds: u32,
    size: (usize, usize),
    /// Texts by the names that the script knows them by.
    texts: Vec<(&'static str, &'static str, String)>,
    share: u64,
    curve: picture::Curve,
    may_stop: bool,
    stopping: bool,
    running: bool,
    /// What became of it, and what to do, where it led to no plan.
    ended: (&'static str, &'static str),
}

/// The figures of a search: key, label, value.
fn texts(run: &RunView, t: Words, show: &Show) -> Vec<(&'static str, &'static str, String)> {
    let last = run.curve.last();
    let count = |f: fn(&app::planning::Totals) -> u32| {
        last.map_or_else(|| "–".to_owned(), |p| f(&p.totals).to_string())
    };
    vec![
        ("planned", t.planned(), count(|s| s.planned)),
        ("left", t.left_out(), count(|s| s.unplanned)),
        ("promises", t.promises_moved(), count(|s| s.promises_moved)),
        (
            "travel",
            t.travel(),
            last.map_or_else(
                || "–".to_owned(),
                |p| words::length(p.totals.travel_seconds, show.lang),
            ),
        ),
        (
            "attempts",
            t.attempts(),
            last.map_or_else(|| "–".to_owned(), |p| p.iterations.to_string()),
        ),
    ]
}

/// The share of the time that is gone, in per cent.
fn share(run: &RunView) -> u64 {
    if run.ended.is_some() {
        return 100;
    }
    (run.ms / 10 / u64::from(run.seconds.max(1))).min(100)
}

fn find(app: &App, person: &Person, id: &str) -> Result<RunView, Failure> {
    let run = app.searches.view(&app.office, person.viewer(), number(id)?);
    run.map_err(failure)
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| {
        let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
        let run = find(app, &person, &id)?;
        if let Some(Ended::Kept(plan)) = run.ended {
            return Ok(Redirect::to(&format!("/plan/{plan}")).into_response());
        }
        let ended = match (&run.ended, run.lost) {
            (_, true) => (t.search_lost(), t.search_lost_hint()),
            (Some(Ended::Dropped), _) => (t.search_dropped(), ""),
            (Some(Ended::TooMany), _) => (t.search_too_many(), ""),
            (Some(Ended::Failed), _) => (t.search_failed(), t.search_failed_hint()),
            (Some(Ended::Kept(_)) | None, _) => ("", ""),
        };
        Ok(html(&RunPage {
            page: Page::of(app, &person, "plan", t.search_running()),
            by: app.directory.name_of(&run.by.0),
            began: show.moment(run.began),
            seconds: run.seconds,
            size: run.size,
            texts: texts(&run, t, &show),
            share: share(&run),
            curve: picture::curve(&run.curve, u64::from(run.seconds) * 1000),
            may_stop: person.viewer().may(Deed::PlanVisits) && run.ended.is_none() && !run.lost,
            stopping: run.stopping,
            running: run.ended.is_none() && !run.lost,
            ended,
            id: run.id.to_string(),
        }))
    })
    .await
}

/// The same for the script: what to put where, ready to be shown.
pub(crate) async fn state(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Json<Value>, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| {
        let (t, show) = (Words(person.lang()), Show::new(app, person.lang()));
        let run = find(app, &person, &id)?;
        let curve = picture::curve(&run.curve, u64::from(run.seconds) * 1000);
        let texts: serde_json::Map<String, Value> = texts(&run, t, &show)
            .into_iter()
            .map(|(key, _, text)| (key.to_owned(), text.into()))
            .collect();
        Ok(Json(json!({
            "texts": texts,
            "share": share(&run),
            "travel": curve.travel,
            "left": curve.left,
            "over": run.ended.is_some() || run.lost,
        })))
    })
    .await
}

pub(crate) async fn stop(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::PlanVisits)?;
    app.work(move |app| {
        let id = number(&id)?;
        let keep = match fields.get("do") {
            "keep" => true,
            "drop" => false,
            _ => return Err(Failure::Bad(String::new())),
        };
        app.searches.stop(person.viewer(), id, keep).map_err(failure)?;
        Ok(Redirect::to(&format!("/plan/runs/{id}")).into_response())
    })
    .await
}
