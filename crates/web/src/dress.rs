//! The outermost layer: security headers on every answer, failures in the reader's language, counting.

use crate::{
    error::Failure,
    lang::Lang,
    page::Page,
    request::{self, Asker},
    state::Shared,
    words::Words,
};
use askama::Template;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde_json::json;
use std::time::Instant;

/// What a page may load and do: only what comes from here. No inline script or style, no frames.
const CONTENT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page,
    happened: &'a str,
    todo: &'a str,
    detail: &'a str,
    reference: &'a str,
}

/// Answers in dress: headers always; a failure as a page or a problem document.
pub(crate) async fn dress(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let from = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |p| p.as_str().to_owned());
    let api = request.uri().path().starts_with("/api/");
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string);
    let wanted = request.headers().clone();
    app.counters.begin();
    let mut response = next.run(request).await;
    let status = response.status();
    let failure = response.extensions_mut().remove::<Failure>().or_else(|| {
        let plain = status.is_client_error() || status.is_server_error();
        // What a handler made itself says already what is wrong.
        let made = response.headers().get(header::CONTENT_TYPE).is_some_and(|v| {
            let v = v.as_bytes();
            v.starts_with(b"text/html") || v.starts_with(b"application/problem+json")
        });
        (plain && !made).then(|| Failure::of_status(status))
    });
    if let Some(failure) = failure {
        let allow = response.headers().get(header::ALLOW).cloned();
        response = if api {
            problem(&failure)
        } else {
            failed_page(&app, &failure, &wanted, path)
        };
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let took = from.elapsed();
    let status = response.status();
    app.counters.end(&method, &route, status, took);
    tracing::info!(
        method = %method,
        route,
        status = status.as_u16(),
        milliseconds = took.as_secs_f64() * 1e3,
        "request"
    );
    response
}

/// A failure as RFC 9457 says.
fn problem(failure: &Failure) -> Response {
    let t = Words(Lang::En);
    let (title, todo) = failure.words(t);
    let status = match failure {
        Failure::SignIn(_) => StatusCode::UNAUTHORIZED,
        f => f.status(),
    };
    let kind = match failure {
        Failure::NotFound => "not-found",
        Failure::SignIn(_) | Failure::Unauthorised => "unauthorised",
        Failure::Forbidden => "forbidden",
        Failure::Bad(_) => "bad-request",
        Failure::Refused(_) => "refused",
        Failure::Conflict(_) => "conflict",
        Failure::TooLarge => "too-large",
        Failure::Method => "method",
        Failure::Busy(_) => "busy",
        Failure::Internal(_) => "internal",
    };
    let mut body = json!({
        "type": format!("/api/v1/problems#{kind}"),
        "title": title,
        "status": status.as_u16(),
        "todo": todo,
        "kept": t.kept_nothing_changed(),
    });
    if !failure.detail().is_empty() {
        let name = if matches!(failure, Failure::Internal(_)) {
            "reference"
        } else {
            "detail"
        };
        body[name] = json!(failure.detail());
    }
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

fn failed_page(app: &Shared, failure: &Failure, wanted: &HeaderMap, path: String) -> Response {
    if let Failure::SignIn(back) = failure {
        let next: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    let secret = request::cookie(wanted, request::COOKIE).unwrap_or("");
    let asker = Asker {
        lang: request::language(wanted),
        session: if secret.is_empty() {
            None
        } else {
            app.directory.session(secret)
        },
        secret: String::new(),
        path,
        query: crate::forms::Fields::default(),
    };
    let t = Words(asker.lang);
    let (happened, todo) = failure.words(t);
    let reference = if let Failure::Internal(r) = failure {
        r.as_str()
    } else {
        ""
    };
    let page = ErrorPage {
        page: Page::new(app, &asker, "", happened),
        happened,
        todo,
        detail: if reference.is_empty() {
            failure.detail()
        } else {
            ""
        },
        reference,
    };
    match page.render() {
        Ok(text) => (failure.status(), Html(text)).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, happened.to_owned()).into_response(),
    }
}
