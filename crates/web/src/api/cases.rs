//! Taking complaints in, and the list of cases.

use super::{
    Caller, Sent, answer,
    commands::{NO_EVENT, event},
    json::Object,
    moment,
};
use crate::{
    desk::{
        cases::{find, query_of},
        intake,
        rows::clock_title,
    },
    error::Failure,
    forms::{Fields, Mistake},
    page::Show,
    state::{App, Shared},
    words::{self, Three, pick},
};
use app::{Complaint, Deed, OfficeError, Reach};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{EventId, case::State as S};
use serde_json::{Value, json};
use store::CaseRow;

/// Rows of one page, where nothing is said, and at most.
const ROWS: usize = 50;
const MOST: usize = 200;

/// The header that makes a complaint one complaint, however often it is sent.
pub(super) const KEY: &str = "idempotency-key";

/// The name of a field of the intake form in the API.
pub(super) fn api_name(name: &str) -> &str {
    if name == "received" { "received_at" } else { name }
}

/// `POST /cases`.
pub(super) async fn take_in(State(app): State<Shared>, sent: Sent) -> Result<Response, Failure> {
    let Sent {
        caller,
        headers,
        body,
    } = sent;
    caller.viewer.ask(Deed::TakeIn)?;
    app.work(move |app| {
        let mut o = Object::body(body, caller.lang).map_err(Failure::Bad)?;
        let key = key(&headers, &mut o);
        let (complaint, mistakes) = complaint(app, &caller, o)?;
        let (Some(complaint), Some(key), true) = (complaint, key, mistakes.is_empty()) else {
            return Err(Failure::Invalid(mistakes));
        };
        let received_at = complaint.received_at;
        let taken = match app.office.take_in(key, complaint, &caller.viewer.actor) {
            Ok(taken) => taken,
            Err(OfficeError::Refused { refusal, .. }) => {
                return Err(Failure::Refused(words::refusal(&refusal, caller.lang)));
            }
            Err(e) => return Err(e.into()),
        };
        let row = app.office.store().case_row(taken.case)?;
        // A key that somebody else used must not tell of their case.
        let row = row
            .filter(|r| caller.viewer.reaches_row(Deed::SeeCases, r))
            .ok_or_else(|| {
                Failure::Refused("this key belongs to a complaint of somebody else; draw a new one".into())
            })?;
        let zone = app.office.pack().zone();
        let received_at = if taken.already {
            row.received_at
        } else {
            received_at
        };
        let body = json!({
            "id": taken.case.to_string(),
            "already": taken.already,
            "state": row.state,
            "receipt": {"number": taken.case.to_string(), "received_at": moment(received_at, zone)},
            "due": due(app, &row, &Show::new(app, caller.lang)),
        });
        let status = if taken.already {
            StatusCode::OK
        } else {
            StatusCode::CREATED
        };
        let mut response = answer(status, &body);
        if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/cases/{}", taken.case)) {
            response.headers_mut().insert(header::LOCATION, place);
        }
        Ok(response)
    })
    .await
}

/// The id of the complaint: the header, or the member of the body.
fn key(headers: &HeaderMap, o: &mut Object) -> Option<EventId> {
    const TWO: Three = [
        "与请求头 Idempotency-Key 不一致",
        "與請求標頭 Idempotency-Key 不一致",
        "differs from the header Idempotency-Key",
    ];
    let Some(header) = headers.get(KEY) else {
        return event(o, "event_id");
    };
    // Quoted as the draft of the header has it, or bare.
    let text = header.to_str().unwrap_or("").trim_matches('"');
    let id: Option<EventId> = text.parse().ok();
    if id.is_none() {
        o.wrong("Idempotency-Key", NO_EVENT);
    }
    if let Some(inner) = o.text("event_id")
        && inner.parse().ok() != id
    {
        o.wrong("event_id", TWO);
    }
    id
}

/// Reads a complaint as the staff's form has it; what is absent has the form's own value.
fn complaint(
    app: &App,
    caller: &Caller,
    mut o: Object,
) -> Result<(Option<Complaint>, Vec<Mistake>), Failure> {
    const NOT_YOURS: Three = [
        "只能登记到自己的网点",
        "只能登記到自己的分行",
        "you can take complaints in for your own branch only",
    ];
    let (lang, branch) = (caller.lang, &caller.viewer.branch.0);
    let mut fields = Vec::new();
    for (_, section) in intake::sections(app, lang, false, branch) {
        for field in section {
            let value = o.text(api_name(&field.name)).unwrap_or(field.value);
            fields.push((field.name, value));
        }
    }
    let fields = Fields(fields);
    if caller.viewer.reach(Deed::TakeIn) == Reach::Branch && fields.get("branch") != branch {
        o.wrong("branch", NOT_YOURS);
    }
    let mut mistakes = o.rest();
    let read = match intake::read(app, &fields, lang, false, branch) {
        Ok(complaint) => Some(complaint),
        Err(more) => {
            for m in more {
                let field = api_name(&m.field).to_owned();
                // What could not be read as a text is not missing as well.
                if !mistakes.iter().any(|k| k.field == field) {
                    mistakes.push(Mistake { field, ..m });
                }
            }
            None
        }
    };
    Ok((read, mistakes))
}

/// The next clock of a case.
fn due(app: &App, row: &CaseRow, show: &Show) -> Value {
    row.due_at.map_or(Value::Null, |at| {
        json!({
            "at": moment(at, &show.zone),
            "clock": row.due_clock,
            "title": clock_title(app, &row.due_clock, show),
        })
    })
}

/// The parameters of the list, with the values that they may have; empty where any text is good.
pub(super) fn parameters() -> Vec<(&'static str, Vec<&'static str>)> {
    let states = S::ALL
        .iter()
        .filter(|s| **s != S::New)
        .map(|s| s.code())
        .collect();
    vec![
        ("state", states),
        ("line", Vec::new()),
        ("branch", Vec::new()),
        ("handler", Vec::new()),
        ("open", vec!["yes", "no"]),
        ("due", vec!["late", "today", "week", "month"]),
        ("sort", vec!["received", "due", "updated"]),
        ("q", Vec::new()),
        ("limit", Vec::new()),
        ("cursor", Vec::new()),
    ]
}

/// Names every parameter that is unknown, stands twice or has a value that it cannot have: dropped
/// without a word, it would give a longer list than was asked for.
fn check(query: &Fields, lang: crate::lang::Lang) -> Vec<Mistake> {
    const UNKNOWN: Three = ["没有这个条件", "沒有這個條件", "there is no such parameter"];
    const TWICE: Three = ["重复", "重複", "stands twice"];
    const VALUE: Three = ["不能取这个值", "不能取這個值", "cannot have this value"];
    let known = parameters();
    let mut mistakes = Vec::new();
    for (n, (name, value)) in query.0.iter().enumerate().take(100) {
        let wrong = match known.iter().find(|(k, _)| k == name) {
            None => Some(UNKNOWN),
            Some(_) if query.0[..n].iter().any(|(other, _)| other == name) => Some(TWICE),
            Some(("limit", _)) if !value.parse().is_ok_and(|n: usize| (1..=MOST).contains(&n)) => Some(VALUE),
            Some((_, values)) if !values.is_empty() && !values.contains(&value.as_str()) => Some(VALUE),
            Some(_) => None,
        };
        if let Some(text) = wrong {
            mistakes.push(Mistake {
                field: name.chars().take(60).collect(),
                text: pick(text, lang).to_owned(),
            });
        }
    }
    mistakes
}

/// `GET /cases`.
pub(super) async fn list(State(app): State<Shared>, caller: Caller) -> Result<Response, Failure> {
    caller.viewer.ask(Deed::SeeCases)?;
    app.work(move |app| {
        let mistakes = check(&caller.query, caller.lang);
        if !mistakes.is_empty() {
            return Err(Failure::Invalid(mistakes));
        }
        let mut asked = caller.query.clone();
        for (name, _) in &mut asked.0 {
            if name == "cursor" {
                "after".clone_into(name);
            }
        }
        let mut query = query_of(&asked, app, &caller.viewer)?;
        query.limit = asked.get("limit").parse().unwrap_or(ROWS);
        let found = find(app, &caller.viewer, Deed::SeeCases, asked.get("q"), query)?;
        let show = Show::new(app, caller.lang);
        let next = found.next.map(|c| c.to_string());
        let rows: Vec<Value> = found.rows.iter().map(|r| line(app, r, &show)).collect();
        let mut response = answer(StatusCode::OK, &json!({"cases": rows, "next": next}));
        if let Some(next) = next {
            let link = format!("<{}>; rel=\"next\"", address(&caller.query, &next));
            if let Ok(link) = HeaderValue::from_str(&link) {
                response.headers_mut().insert(header::LINK, link);
            }
        }
        Ok(response)
    })
    .await
}

/// The address of the next page.
fn address(query: &Fields, cursor: &str) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.0.iter().filter(|(n, _)| n != "cursor") {
        out.append_pair(name, value);
    }
    out.append_pair("cursor", cursor);
    format!("/api/v1/cases?{}", out.finish())
}

fn line(app: &App, row: &CaseRow, show: &Show) -> Value {
    json!({
        "id": row.case.to_string(),
        "customer": row.masked_name,
        "state": row.state,
        "open": row.open,
        "line": row.line,
        "product": row.product,
        "branch": row.branch,
        "handler": row.handler,
        "amount": row.amount_minor.map(|minor| json!({"minor": minor, "currency": row.currency})),
        "received_at": moment(row.received_at, &show.zone),
        "updated_at": moment(row.updated_at, &show.zone),
        "due": due(app, row, show),
        "versions": {"facts": row.facts_seq, "negotiation": row.negotiation_seq},
    })
}
