//! Orders on a case.

use super::{
    Sent, answer,
    json::{NEEDED, Object},
    moment,
};
use crate::{
    error::Failure,
    forms::{self, Fields},
    lang::Lang,
    orders::{self, Given, Outcome},
    page::Show,
    state::{App, Shared},
    words::{self, Three},
};
use app::{Deed, Dossier};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{CaseId, EventId};
use serde_json::{Value, json};

pub(super) const NO_EVENT: Three = [
    "请填写 32 位十六进制数字",
    "請填寫 32 位十六進位數字",
    "give 32 hexadecimal digits",
];
const NO_ACTION: Three = ["没有这个操作", "沒有這個操作", "there is no such action"];

/// Reads an event id that must be there.
pub(super) fn event(o: &mut Object, name: &str) -> Option<EventId> {
    let missing = o.mistakes.len();
    let Some(text) = o.text(name) else {
        if o.mistakes.len() == missing {
            o.wrong(name, NEEDED);
        }
        return None;
    };
    let id = text.parse().ok();
    if id.is_none() {
        o.wrong(name, NO_EVENT);
    }
    id
}

/// `POST /cases/{id}/commands`.
pub(super) async fn give(
    State(app): State<Shared>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Failure> {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let Sent { caller, body, .. } = sent;
    let (viewer, lang) = (caller.viewer, caller.lang);
    app.work(move |app| {
        let mut o = Object::body(body, lang).map_err(Failure::Bad)?;
        let event = event(&mut o, "event_id");
        let action = match o.text("action") {
            Some(code) => orders::action_of(&code),
            None => None,
        };
        let Some(action) = action else {
            o.wrong("action", NO_ACTION);
            // Without it nobody knows which fields there are.
            o.object("fields");
            o.object("seen");
            return Err(Failure::Invalid(o.rest()));
        };
        let dossier = app.office.look_at_case_for(id, &viewer, Deed::SeeCases)?;
        let seen = seen(&mut o);
        let fields = fields(app, lang, &dossier, action, &mut o);
        let mistakes = o.rest();
        let (Some(event), true) = (event, mistakes.is_empty()) else {
            return Err(Failure::Invalid(mistakes));
        };
        let given = Given {
            case: id,
            action,
            fields: &fields,
            event,
            seen,
        };
        told(app, lang, orders::give(app, &viewer, lang, &dossier, &given)?)
    })
    .await
}

fn seen(o: &mut Object) -> Option<(u64, u64)> {
    let mut seen = o.object("seen")?;
    let both = (seen.count("facts"), seen.count("negotiation"));
    if seen.mistakes.is_empty() {
        for (name, value) in [("facts", both.0), ("negotiation", both.1)] {
            if value.is_none() {
                seen.wrong(name, NEEDED);
            }
        }
    }
    o.close(seen);
    both.0.zip(both.1)
}

/// Reads the fields that the form of the action has; others are mistakes.
fn fields(app: &App, lang: Lang, dossier: &Dossier, action: domain::case::Action, o: &mut Object) -> Fields {
    let Some(mut inner) = o.object("fields") else {
        return Fields::default();
    };
    let form = forms::form(action, &orders::context(app, lang, dossier, None));
    let mut read = Vec::new();
    for field in form.fields {
        if let Some(value) = inner.text(&field.name) {
            read.push((field.name, value));
        }
    }
    o.close(inner);
    Fields(read)
}

fn told(app: &App, lang: Lang, outcome: Outcome) -> Result<Response, Failure> {
    match outcome {
        Outcome::Done {
            already,
            state,
            versions: (facts, negotiation),
            events,
        } => Ok(answer(
            StatusCode::OK,
            &json!({
                "already": already,
                "state": state,
                "versions": {"facts": facts, "negotiation": negotiation},
                "events": events,
            }),
        )),
        Outcome::Mistakes(mistakes) => Err(Failure::Invalid(
            mistakes
                .into_iter()
                .map(|m| forms::Mistake {
                    field: format!("fields.{}", m.field),
                    ..m
                })
                .collect(),
        )),
        Outcome::Refused(refusal) => Err(Failure::Refused(words::refusal(&refusal, lang))),
        Outcome::Stale(since) => {
            let show = Show::new(app, lang);
            let told = |c: &orders::Changed| -> Value {
                json!({
                    "at": moment(c.at, &show.zone),
                    "by": c.by,
                    "kind": c.kind,
                    "text": c.text(app, &show),
                })
            };
            Err(Failure::Conflict(since.iter().map(told).collect()))
        }
    }
}
