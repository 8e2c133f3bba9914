//! The files of a case.

use super::{Caller, answer, moment};
use crate::{
    desk,
    error::Failure,
    forms::Mistake,
    lang::Lang,
    state::{App, Shared},
    words::{self, Three, pick},
};
use ::app::{Deed, OfficeError, Upload};
use axum::{
    body,
    extract::{FromRequestParts, Path, Request, State},
    http::{StatusCode, header},
    response::Response,
};
use domain::{
    CaseId, EventId, FileId, StaffId, Timestamp,
    case::{Attachment, FileKind},
};
use serde_json::{Value, json};

/// The header with the id of the order.
pub(super) const KEY: &str = "idempotency-key";
/// The parameters that say what a file is.
pub(super) const PARAMETERS: [&str; 3] = ["name", "kind", "note"];

/// What the address says of the file that is sent.
struct Told {
    order: EventId,
    name: String,
    kind: FileKind,
    note: String,
}

fn told(caller: &Caller, key: Option<&str>) -> Result<Told, Vec<Mistake>> {
    const NEEDED: Three = ["请填写", "請填寫", "is needed"];
    const UNKNOWN: Three = ["没有这个参数", "沒有這個參數", "there is no such parameter"];
    const KIND: Three = [
        "请从列表中选择：material、evidence、signed、other",
        "請從列表中選擇：material、evidence、signed、other",
        "choose one of material, evidence, signed, other",
    ];
    let mut mistakes = Vec::new();
    let mut wrong = |field: &str, text: Three| {
        mistakes.push(Mistake {
            field: field.to_owned(),
            text: pick(text, caller.lang).to_owned(),
        });
    };
    for (name, _) in caller.query.0.iter().take(20) {
        if !PARAMETERS.contains(&name.as_str()) {
            wrong(name, UNKNOWN);
        }
    }
    let name = caller.query.get("name").to_owned();
    if name.is_empty() {
        wrong("name", NEEDED);
    }
    let kind = match caller.query.get("kind") {
        "" => Some(FileKind::Other),
        code => serde_json::from_value(Value::String(code.to_owned())).ok(),
    };
    if kind.is_none() {
        wrong("kind", KIND);
    }
    // Quoted as the draft of the header has it, or bare.
    let order = key.and_then(|k| k.trim_matches('"').parse().ok());
    if order.is_none() {
        wrong("Idempotency-Key", super::commands::NO_EVENT);
    }
    match (order, kind) {
        (Some(order), Some(kind)) if mistakes.is_empty() => Ok(Told {
            order,
            name,
            kind,
            note: caller.query.get("note").to_owned(),
        }),
        _ => Err(mistakes),
    }
}

/// `POST /cases/{id}/files`: the content as it is; name, kind and note stand in the address.
pub(crate) async fn attach(
    State(app): State<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, content) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let viewer = caller.viewer.clone();
    app.work(move |app| {
        Ok(app
            .office
            .look_at_case_for(id, &viewer, Deed::AttachFiles)
            .map(|_| ())?)
    })
    .await?;
    let text = |name: header::HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok());
    let key = text(header::HeaderName::from_static(KEY));
    let told = told(&caller, key).map_err(Failure::Invalid)?;
    let declared = text(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let _turn = app.turn().await?;
    let most = usize::try_from(app.office.file_limits().file_bytes).unwrap_or(usize::MAX);
    let content = body::to_bytes(content, most)
        .await
        .map_err(|_| Failure::TooLarge)?;
    app.work(move |app| {
        let upload = Upload {
            name: &told.name,
            declared: &declared,
            kind: told.kind,
            note: &told.note,
            content: &content,
        };
        let attached = app
            .office
            .attach(told.order, id, &caller.viewer, &upload)
            .map_err(|e| refused(e, caller.lang))?;
        let f = attached.file;
        let (facts, negotiation) = attached.versions;
        let body = json!({
            "already": attached.already,
            "id": f.id.to_string(),
            "name": f.name.text(),
            "media": f.media,
            "bytes": f.bytes,
            "sha256": f.sha256.text(),
            "address": f.address,
            "versions": {"facts": facts, "negotiation": negotiation},
        });
        let status = if attached.already {
            StatusCode::OK
        } else {
            StatusCode::CREATED
        };
        Ok(answer(status, &body))
    })
    .await
}

/// Says in the caller's language why a file is not taken.
fn refused(e: OfficeError, lang: Lang) -> Failure {
    match e {
        OfficeError::File(why) => Failure::Refused(words::not_accepted(&why, lang)),
        OfficeError::Refused { refusal, .. } => Failure::Refused(words::refusal(&refusal, lang)),
        e => e.into(),
    }
}

/// `GET /cases/{id}/files`.
pub(super) async fn list(
    State(app): State<Shared>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, Failure> {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    app.work(move |app| {
        let dossier = app
            .office
            .open_case_for(id, &caller.viewer, Deed::SeeFiles, "files by API")?;
        let files: Vec<Value> = dossier.case.facts.files.iter().map(|a| shown(app, a)).collect();
        Ok(answer(StatusCode::OK, &json!({ "files": files })))
    })
    .await
}

fn shown(app: &App, a: &Attachment) -> Value {
    let zone = app.office.pack().zone();
    let staff = |id: &StaffId| json!({"id": id.0, "name": app.directory.name_of(&id.0)});
    let at = |at: Timestamp| json!(moment(at, zone));
    let f = &a.file;
    json!({
        "id": f.id.to_string(),
        "name": f.name.text(),
        "kind": f.kind,
        "media": f.media,
        "bytes": f.bytes,
        "sha256": f.sha256.text(),
        "address": f.address,
        "note": f.note.as_ref().and_then(|n| n.text()),
        "by": staff(&a.by),
        "at": at(a.at),
        "withdrawn": a.withdrawn.as_ref().map(|(by, when, reason)| json!({
            "by": staff(by),
            "at": at(*when),
            "reason": reason.text(),
        })),
    })
}

/// `GET /cases/{id}/files/{file}`.
pub(super) async fn open(
    State(app): State<Shared>,
    Path((id, file)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, Failure> {
    let id: CaseId = id.parse().map_err(|_| Failure::NotFound)?;
    let file: FileId = file.parse().map_err(|_| Failure::NotFound)?;
    app.work(move |app| {
        let opened = app.office.open_file(id, &caller.viewer, file)?;
        Ok(desk::files::answer(opened))
    })
    .await
}
