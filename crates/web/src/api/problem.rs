//! Problem documents (RFC 9457), and the list of their types.

use crate::{
    error::Failure,
    lang::Lang,
    words::{Three, Words, pick},
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The last part of the type's address.
fn kind(failure: &Failure) -> &'static str {
    match failure {
        Failure::NotFound => "not-found",
        Failure::SignIn(_) | Failure::Unauthorised => "unauthorised",
        Failure::Forbidden => "forbidden",
        Failure::Bad(_) => "bad-request",
        Failure::Invalid(_) => "invalid",
        Failure::Refused(_) => "refused",
        Failure::Conflict(_) => "conflict",
        Failure::Media => "media-type",
        Failure::TooLarge => "too-large",
        Failure::Method => "method",
        Failure::Busy(_) => "busy",
        Failure::Internal(_) => "internal",
    }
}

fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::SignIn(_) => StatusCode::UNAUTHORIZED,
        f => f.status(),
    }
}

const TOKEN: Three = [
    "没有有效的接口令牌",
    "沒有有效的介面權杖",
    "There is no valid API token",
];
const TOKEN_TODO: Three = [
    "请以 Authorization: Bearer fct_… 发送有效的令牌；令牌由系统管理员生成。",
    "請以 Authorization: Bearer fct_… 傳送有效的權杖；權杖由系統管理員產生。",
    "Send a valid token as Authorization: Bearer fct_…; administrators make them.",
];

fn head(failure: &Failure, lang: Lang) -> Value {
    let t = Words(lang);
    let (title, todo) = match failure {
        Failure::SignIn(_) | Failure::Unauthorised => (pick(TOKEN, lang), pick(TOKEN_TODO, lang)),
        f => f.words(t),
    };
    json!({
        "type": format!("/api/v1/problems#{}", kind(failure)),
        "title": title,
        "status": status(failure).as_u16(),
        "todo": todo,
    })
}

/// A failure as a problem document.
pub(crate) fn document(failure: &Failure, lang: Lang) -> Response {
    let mut body = head(failure, lang);
    body["kept"] = json!(Words(lang).kept_nothing_changed());
    match failure {
        Failure::Invalid(mistakes) => {
            body["errors"] = mistakes
                .iter()
                .map(|m| json!({"field": m.field, "message": m.text}))
                .collect();
        }
        Failure::Conflict(changed) => body["changed"] = json!(changed),
        Failure::Internal(reference) => body["reference"] = json!(reference),
        f if !f.detail().is_empty() => body["detail"] = json!(f.detail()),
        _ => {}
    }
    let status = status(failure);
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body.to_string(),
    )
        .into_response();
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Every type of problem, with what it means and what to do.
pub(super) fn types(lang: Lang) -> Vec<Value> {
    [
        Failure::Bad(String::new()),
        Failure::Unauthorised,
        Failure::Forbidden,
        Failure::NotFound,
        Failure::Method,
        Failure::Conflict(Vec::new()),
        Failure::TooLarge,
        Failure::Media,
        Failure::Invalid(Vec::new()),
        Failure::Refused(String::new()),
        Failure::Internal(String::new()),
        Failure::Busy(String::new()),
    ]
    .iter()
    .map(|f| head(f, lang))
    .collect()
}

/// `GET /problems`.
pub(super) async fn list(headers: HeaderMap) -> Response {
    super::answer(
        StatusCode::OK,
        &json!({ "problems": types(super::language(&headers)) }),
    )
}
