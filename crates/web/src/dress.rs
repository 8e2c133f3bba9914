//! The outermost layer: security headers on every answer, failures in the reader's language, counting.

use crate::{
    api::problem,
    error::Failure,
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

/// By which a request is found again in the logs of both sides.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the id that the request brought along, where it is a plain one; else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let brought = headers
        .get(REQUEST_ID)
        .filter(|v| (1..=128).contains(&v.len()) && v.as_bytes().iter().all(plain));
    brought.cloned().unwrap_or_else(|| {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        let text = format!("{:016x}", u64::from_be_bytes(bytes));
        HeaderValue::from_str(&text).expect("hexadecimal digits stand in any header")
    })
}

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
    let id = request_id(&wanted);
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
            problem::document(&failure, crate::api::language(&wanted))
        } else {
            failed_page(&app, &failure, &wanted, path)
        };
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // An attachment comes with a stricter policy of its own.
        if name != header::CONTENT_SECURITY_POLICY || !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(REQUEST_ID, id.clone());
    let took = from.elapsed();
    let status = response.status();
    app.counters.end(&method, &route, status, took);
    tracing::info!(
        method = %method,
        route,
        status = status.as_u16(),
        request = id.to_str().unwrap_or(""),
        milliseconds = took.as_secs_f64() * 1e3,
        "request"
    );
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
