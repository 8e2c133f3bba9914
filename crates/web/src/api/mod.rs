//! The API for programs, version 1.
//!
//! A token says who asks and in which role; cookies are not looked at, so that no browser can be made to
//! ask for somebody. What may be done, which fields it takes and how they are read is the same as on
//! the pages: both go through `crate::orders` and `crate::forms`.

mod case;
mod cases;
mod commands;
pub(crate) mod files;
mod json;
mod openapi;
pub(crate) mod problem;

use crate::{
    error::Failure,
    forms::Fields,
    lang::{self, Lang},
    request::{LONGEST_FORM, decode},
    routes::{Routes, get, post},
    state::Shared,
};
use app::Viewer;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::Timestamp;
use json::Json;
use rules::TimeZone;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .route("/cases", get(cases::list).post(cases::take_in))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/commands", post(commands::give))
        .route("/cases/{id}/files", get(files::list))
        .route("/cases/{id}/files/{file}", get(files::open))
        .route("/openapi.json", get(openapi::document))
        .route("/problems", get(problem::list))
}

/// The language of an answer: only what the request itself says.
pub(crate) fn language(headers: &HeaderMap) -> Lang {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    lang::negotiate(accept.unwrap_or(""))
}

/// A program with a good token.
pub(crate) struct Caller {
    viewer: Viewer,
    lang: Lang,
    query: Fields,
}

/// The secret of the one `Authorization: Bearer fct_…` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (one, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, secret) = one.to_str().ok()?.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && secret.starts_with("fct_")).then_some(secret)
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let viewer = bearer(&parts.headers).and_then(|secret| app.directory.token(secret));
        Ok(Caller {
            viewer: viewer.ok_or(Failure::Unauthorised)?,
            lang: language(&parts.headers),
            query: decode(parts.uri.query().unwrap_or("").as_bytes()),
        })
    }
}

/// What a program sent.
pub(crate) struct Sent {
    caller: Caller,
    headers: HeaderMap,
    body: Json,
}

impl FromRequest<Shared> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await?;
        let headers = parts.headers.clone();
        let media = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let media = media.and_then(|m| m.split(';').next()).map_or("", str::trim);
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Failure::Media);
        }
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| Failure::TooLarge)?;
        if bytes.len() > LONGEST_FORM {
            return Err(Failure::TooLarge);
        }
        let body = json::parse(&bytes).map_err(Failure::Bad)?;
        Ok(Sent {
            caller,
            headers,
            body,
        })
    }
}

/// An answer in JSON.
fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// A moment as RFC 3339 has it, with the offset of the pack's zone.
fn moment(at: Timestamp, zone: &TimeZone) -> Option<String> {
    let instant = jiff::Timestamp::from_microsecond(at.0).ok()?;
    let there = instant.to_zoned(zone.clone());
    Some(there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_bearer_token_of_ours_counts() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for v in values {
                headers.append(header::AUTHORIZATION, v.parse().expect("a header"));
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer fct_1"]), Some("fct_1".into()));
        assert_eq!(of(&["bearer  fct_1 "]), Some("fct_1".into()));
        for bad in [
            &[][..],
            &["Basic fct_1"],
            &["Bearer x"],
            &["Bearer fct_1", "Bearer fct_2"],
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn moments_carry_the_offset() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let at = |t| moment(Timestamp(t), &zone);
        assert_eq!(
            at(1_795_406_400_000_000).as_deref(),
            Some("2026-11-23T12:00:00+08:00")
        );
        assert_eq!(at(i64::MAX), None);
    }
}
