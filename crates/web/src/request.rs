//! Who asks, in which language, and what they sent: the extractors of all handlers.

use crate::{
    error::Failure,
    forms::Fields,
    lang::{self, Lang},
    state::Shared,
};
use app::SessionView;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};

/// The session's cookie. The prefix binds it to this host and to a trustworthy connection.
pub(crate) const COOKIE: &str = "__Host-forecourt";
/// The cookie of the chosen language.
pub(crate) const LANGUAGE: &str = "forecourt-language";

/// Returns a cookie of the request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v)
}

/// Returns the language a reader wants: the chosen one, else the browser's.
pub(crate) fn language(headers: &HeaderMap) -> Lang {
    cookie(headers, LANGUAGE)
        .and_then(lang::from_code)
        .unwrap_or_else(|| {
            let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
            lang::negotiate(accept.unwrap_or(""))
        })
}

/// Anybody, signed in or not.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) lang: Lang,
    pub(crate) session: Option<SessionView>,
    /// The secret of the session's cookie.
    pub(crate) secret: String,
    /// Path and query, for coming back.
    pub(crate) path: String,
    /// The query, decoded.
    pub(crate) query: Fields,
}

/// Decodes names and values; bytes that are no UTF-8 become replacement characters, zeros are dropped.
pub(crate) fn decode(encoded: &[u8]) -> Fields {
    let plain = |s: std::borrow::Cow<'_, str>| s.replace('\0', "").replace("\r\n", "\n");
    Fields(
        form_urlencoded::parse(encoded)
            .take(2000)
            .map(|(n, v)| (plain(n), plain(v)))
            .collect(),
    )
}

impl FromRequestParts<Shared> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let secret = cookie(&parts.headers, COOKIE).unwrap_or("").to_owned();
        let session = if secret.is_empty() {
            None
        } else {
            app.directory.session(&secret)
        };
        Ok(Asker {
            lang: language(&parts.headers),
            session,
            secret,
            path: parts
                .uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            query: decode(parts.uri.query().unwrap_or("").as_bytes()),
        })
    }
}

/// A signed-in person.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) asker: Asker,
    pub(crate) session: SessionView,
}

impl Person {
    pub(crate) fn lang(&self) -> Lang {
        self.asker.lang
    }

    pub(crate) fn query(&self) -> &Fields {
        &self.asker.query
    }

    pub(crate) fn viewer(&self) -> &app::Viewer {
        &self.session.viewer
    }

    pub(crate) fn actor(&self) -> &domain::Actor {
        &self.session.viewer.actor
    }
}

impl FromRequestParts<Shared> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let asker = Asker::from_request_parts(parts, app).await?;
        match asker.session.clone() {
            Some(session) => Ok(Person { asker, session }),
            // What was posted cannot be repeated after signing in: come back to the page before it.
            None if parts.method == Method::GET => Err(Failure::SignIn(asker.path)),
            None => Err(Failure::SignIn("/".to_owned())),
        }
    }
}

/// The longest form in bytes.
pub(crate) const LONGEST_FORM: usize = 256 << 10;

/// Refuses what another site made the browser send.
pub(crate) fn same_site(headers: &HeaderMap) -> Result<(), Failure> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if text("sec-fetch-site").is_some_and(|s| !matches!(s, "same-origin" | "none")) {
        return Err(Failure::Forbidden);
    }
    if let Some(origin) = text("origin") {
        let host = text("host").unwrap_or("");
        let ours = origin
            .split_once("://")
            .is_some_and(|(_, o)| o.eq_ignore_ascii_case(host));
        if !ours {
            return Err(Failure::Forbidden);
        }
    }
    Ok(())
}

async fn fields<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, Failure> {
    let form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/x-www-form-urlencoded"));
    if !form {
        return Err(Failure::Bad(
            "a form is expected here (application/x-www-form-urlencoded)".into(),
        ));
    }
    let bytes = Bytes::from_request(request, state)
        .await
        .map_err(|_| Failure::TooLarge)?;
    if bytes.len() > LONGEST_FORM {
        return Err(Failure::TooLarge);
    }
    Ok(decode(&bytes))
}

/// A form that a signed-in person sent, proven to come from one of our pages.
pub(crate) struct Posted {
    pub(crate) person: Person,
    pub(crate) fields: Fields,
}

impl FromRequest<Shared> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        same_site(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let person = Person::from_request_parts(&mut parts, app).await?;
        let fields = fields(Request::from_parts(parts, body), app).await?;
        if fields.get("csrf") != person.session.csrf {
            return Err(Failure::Forbidden);
        }
        Ok(Posted { person, fields })
    }
}

/// A form of somebody who need not be signed in: sign-in, language, the public complaint.
pub(crate) struct PostedByAnybody {
    pub(crate) asker: Asker,
    pub(crate) fields: Fields,
}

impl FromRequest<Shared> for PostedByAnybody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        same_site(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let asker = Asker::from_request_parts(&mut parts, app).await?;
        let fields = fields(Request::from_parts(parts, body), app).await?;
        Ok(PostedByAnybody { asker, fields })
    }
}

/// Returns `path` when it leads to one of our own pages; else the start page. Stops open redirects.
pub(crate) fn own_path(path: &str) -> &str {
    let good = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.len() <= 2000
        && path.bytes().all(|b| (0x21..0x7f).contains(&b));
    if good { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_in_the_house() {
        for (path, to) in [
            ("/cases?q=1", "/cases?q=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(path), to);
        }
    }

    #[test]
    fn forms_decode_whatever_comes() {
        let f = decode(b"a=%E6%8A%95&a=2&b=%FF%00x&c");
        assert_eq!(f.get("a"), "投");
        assert_eq!(f.all("a").collect::<Vec<_>>(), ["投", "2"]);
        assert_eq!(f.get("b"), "\u{fffd}x");
        assert_eq!(f.get("c"), "");
    }
}
