//! Attaching files on the case page, and opening them.

use super::case::number;
use crate::{
    error::Failure,
    page::{Page, html_with},
    request::{Person, same_site},
    state::{App, Shared},
    upload::{self, Part, Parts, Trouble},
    words::{self, Words},
};
use ::app::{Deed, Office, OfficeError, Opened, Upload};
use askama::Template;
use axum::{
    body::Body,
    extract::{FromRequestParts, Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    CaseId, EventId, FileId,
    case::{Action, FileKind},
};

/// The most files of one form.
const MOST_AT_ONCE: usize = 20;
/// The longest field beside the files in bytes.
const LONGEST_FIELD: usize = 16 << 10;

/// What an opened file may do in a browser: nothing at all.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "files.html")]
struct FilesPage {
    page: Page,
    id: String,
    /// Names of what was kept.
    kept: Vec<String>,
    /// What was not taken: name and why.
    refused: Vec<(String, String)>,
    unread: bool,
    form: UploadForm,
}

/// The form by which files are attached.
pub(crate) struct UploadForm {
    pub(crate) hint: String,
    pub(crate) kinds: Vec<(&'static str, &'static str)>,
    pub(crate) event: String,
    /// Which endings the browser offers.
    pub(crate) accept: String,
}

impl UploadForm {
    pub(crate) fn new(app: &App, lang: crate::lang::Lang) -> Self {
        let limits = app.office.file_limits();
        let together = upload::files_at_once(&limits);
        let endings = ::app::sniff::Media::ALL.iter().flat_map(|m| m.endings());
        UploadForm {
            hint: words::files_hint(&limits, together, lang),
            kinds: words::options("file_kind", lang),
            event: super::action::fresh_event().to_string(),
            accept: endings.map(|e| format!(".{e}")).collect::<Vec<_>>().join(","),
        }
    }
}

/// What became of the files of one form.
#[derive(Default)]
struct Told {
    kept: Vec<String>,
    refused: Vec<(String, String)>,
    unread: bool,
    /// The worst that happened.
    failure: Option<Failure>,
}

/// The fields that stand before the files.
struct Before {
    proven: bool,
    event: Option<EventId>,
    kind: FileKind,
    note: String,
}

pub(crate) async fn send(
    State(app): State<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    same_site(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let person = Person::from_request_parts(&mut parts, &app).await?;
    let id = number(&id)?;
    let viewer = person.viewer().clone();
    app.work(move |app| {
        Ok(app
            .office
            .look_at_case_for(id, &viewer, Deed::AttachFiles)
            .map(|_| ())?)
    })
    .await?;
    let _turn = app.turn().await?;
    let parts = Parts::of(Request::from_parts(parts, body), &app).await?;
    let told = take(&app, &person, id, parts).await?;
    if told.refused.is_empty() && told.failure.is_none() {
        let to = format!("/cases/{id}?done={}#files", Action::AttachFile.code());
        return Ok(Redirect::to(&to).into_response());
    }
    // With nothing kept the failure says all there is to say.
    if let (Some(failure), true, true) = (&told.failure, told.kept.is_empty(), told.refused.is_empty()) {
        return Err(failure.clone());
    }
    let status = told
        .failure
        .as_ref()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, Failure::status);
    let t = Words(person.lang());
    let template = FilesPage {
        page: Page::of(&app, &person, "cases", format!("{} · {id}", t.files_add())),
        id: id.to_string(),
        kept: told.kept,
        refused: told.refused,
        unread: told.unread,
        form: UploadForm::new(&app, person.lang()),
    };
    Ok(html_with(status, &template))
}

/// Reads the form part by part and attaches each file as it comes. One that is not taken costs only itself.
async fn take(app: &Shared, person: &Person, id: CaseId, mut parts: Parts) -> Result<Told, Failure> {
    let t = Words(person.lang());
    let limits = app.office.file_limits();
    let mut before = Before {
        proven: false,
        event: None,
        kind: FileKind::Other,
        note: String::new(),
    };
    let mut told = Told::default();
    let mut files = 0;
    loop {
        let part = match parts.next().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(trouble) => {
                told.unread = true;
                told.failure = Some(trouble.into());
                return Ok(told);
            }
        };
        let Some(given) = part.file_name() else {
            if let Err(trouble) = field(part, person, &mut before).await {
                told.unread = true;
                told.failure = Some(trouble);
                return Ok(told);
            }
            continue;
        };
        if !before.proven {
            return Err(Failure::Forbidden);
        }
        let (declared, content) = (part.declared(), part.content(limits.file_bytes).await);
        let shown = ::app::sniff::clean_name(&given).unwrap_or_else(|| "?".to_owned());
        let content = match content {
            Ok(content) => content,
            Err(Trouble::TooLarge) => {
                let refusal = domain::case::Refusal::FileTooLarge {
                    bytes: limits.file_bytes,
                    limit: limits.file_bytes,
                };
                told.refused
                    .push((shown, words::refusal(&refusal, person.lang())));
                continue;
            }
            Err(trouble) => {
                told.unread = true;
                told.failure = Some(trouble.into());
                return Ok(told);
            }
        };
        // A field without a choice is sent as a file without name and content.
        if given.is_empty() && content.is_empty() {
            continue;
        }
        files += 1;
        if files > MOST_AT_ONCE {
            told.refused.push((shown, t.files_too_many().to_owned()));
            continue;
        }
        let Some(event) = before.event else {
            told.refused.push((shown, t.files_send_again().to_owned()));
            continue;
        };
        let order = Office::order_of_form(event, files);
        let (viewer, kind, note) = (person.viewer().clone(), before.kind, before.note.clone());
        let attached = app
            .work(move |app| {
                let upload = Upload {
                    name: &given,
                    declared: &declared,
                    kind,
                    note: &note,
                    content: &content,
                };
                Ok(app.office.attach(order, id, &viewer, &upload))
            })
            .await?;
        match attached {
            Ok(attached) => told.kept.push(attached.file.name.or_empty().to_owned()),
            Err(OfficeError::File(why)) => {
                told.refused
                    .push((shown, words::not_accepted(&why, person.lang())));
            }
            Err(OfficeError::Refused { refusal, .. }) => {
                told.refused
                    .push((shown, words::refusal(&refusal, person.lang())));
            }
            Err(OfficeError::OtherFile) => told.refused.push((shown, t.files_send_again().to_owned())),
            Err(e) => {
                let failure = Failure::from(e);
                told.refused.push((shown, failure.words(t).0.to_owned()));
                told.unread = true;
                told.failure = Some(failure);
                return Ok(told);
            }
        }
    }
    if !before.proven {
        return Err(Failure::Forbidden);
    }
    if files == 0 && told.refused.is_empty() {
        told.refused
            .push((t.files_choose().to_owned(), t.files_none_chosen().to_owned()));
    }
    Ok(told)
}

/// Reads a field that is no file.
async fn field(part: Part<'_>, person: &Person, before: &mut Before) -> Result<(), Failure> {
    let name = part.name();
    let content = part.content(LONGEST_FIELD as u64).await?;
    let text = String::from_utf8_lossy(&content)
        .replace('\0', "")
        .replace("\r\n", "\n");
    match name.as_str() {
        "csrf" => before.proven = text == person.session.csrf,
        "event" => before.event = text.parse().ok(),
        "kind" => {
            let kind = serde_json::from_value(serde_json::Value::String(text));
            before.kind = kind.unwrap_or(FileKind::Other);
        }
        "note" => before.note = text,
        _ => {}
    }
    Ok(())
}

pub(crate) async fn open(
    State(app): State<Shared>,
    Path((id, file)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let file: FileId = file.parse().map_err(|_| Failure::NotFound)?;
    app.work(move |app| {
        let opened = app.office.open_file(id, person.viewer(), file)?;
        Ok(answer(opened))
    })
    .await
}

/// The content of a file as something to save, never as a page of ours.
pub(crate) fn answer(opened: Opened) -> Response {
    let file = &opened.attachment.file;
    let known = ::app::sniff::Media::from_mime(&file.media);
    let media = known.map_or("application/octet-stream", ::app::sniff::Media::mime);
    let name = file.name.or_empty();
    let ending = known.map_or("bin", |m| m.endings()[0]);
    // RFC 6266: a plain name for old readers, the full one in UTF-8.
    let disposition = format!(
        "attachment; filename=\"{}.{ending}\"; filename*=UTF-8''{}",
        file.id,
        percent(name)
    );
    let mut response = Body::from(opened.content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Writes a text as RFC 8187 has it.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_headers_whatever_they_hold() {
        assert_eq!(percent("a b'\"账.pdf"), "a%20b%27%22%E8%B4%A6.pdf");
    }
}
