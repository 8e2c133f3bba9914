//! Drafts of forms, kept on the server, sealed: a browser's storage is no place for customers' words.

use crate::{
    error::Failure,
    forms::Fields,
    request::{Person, Posted},
    state::{App, Shared},
};
use app::{Deed, OfficeError};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::CaseId;
use store::{RecordChange, Work};

/// The kind of the records.
const DRAFT: &str = "draft";
/// How long a draft is kept.
const DAYS: i64 = 14;

fn id(person: &Person, key: &str) -> String {
    format!("{}/{key}", person.actor().id)
}

/// Returns what was typed before, if anything.
pub(crate) fn find(app: &App, person: &Person, key: &str) -> Result<Option<Fields>, Failure> {
    let found = app.office.store().record(DRAFT, &id(person, key))?;
    Ok(found.map(|r| crate::request::decode(&r.body)))
}

fn change(app: &App, person: &Person, key: &str, body: Option<Vec<u8>>) -> Result<(), Failure> {
    let until = app.office.now().plus(DAYS * domain::Timestamp::DAY);
    app.office.store().append(Work {
        records: vec![RecordChange {
            kind: DRAFT,
            id: id(person, key),
            expires_at: body.is_some().then_some(until),
            body,
        }],
        ..Work::default()
    })?;
    Ok(())
}

/// Throws a draft away: what it was for has been done.
pub(crate) fn drop_draft(app: &App, person: &Person, key: &str) -> Result<(), Failure> {
    if app.office.store().record(DRAFT, &id(person, key))?.is_some() {
        change(app, person, key, None)?;
    }
    Ok(())
}

/// Says whether a form of ours has this key, for this person: any other would be a store of anything.
fn is_ours(app: &App, person: &Person, key: &str) -> Result<bool, Failure> {
    if key == super::intake::DRAFT {
        return Ok(true);
    }
    let mut parts = key.split('/');
    let (Some("case"), Some(case), Some(action), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(false);
    };
    // Only the number's one spelling, so that there is one draft for each form.
    let Some(id) = case.parse::<CaseId>().ok().filter(|id| id.to_string() == case) else {
        return Ok(false);
    };
    if crate::orders::action_of(action).is_none() {
        return Ok(false);
    }
    match app.office.look_at_case_for(id, person.viewer(), Deed::SeeCases) {
        Ok(_) => Ok(true),
        Err(OfficeError::NoSuchCase(_)) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Keeps what has been typed so far.
pub(crate) async fn keep(
    State(app): State<Shared>,
    Path(key): Path<String>,
    posted: Posted,
) -> Result<StatusCode, Failure> {
    app.work(move |app| {
        if !is_ours(app, &posted.person, &key)? {
            return Err(Failure::NotFound);
        }
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &posted.fields.0 {
            if name != "csrf" {
                encoded.append_pair(name, value);
            }
        }
        change(app, &posted.person, &key, Some(encoded.finish().into_bytes()))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
