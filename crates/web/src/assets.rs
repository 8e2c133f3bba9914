//! The few static files, carried inside the program, named by their content so that browsers may keep
//! them for ever.

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{io::Write as _, sync::LazyLock};

struct Asset {
    /// Its address under `/static/`.
    name: String,
    kind: &'static str,
    plain: &'static [u8],
    packed: Bytes,
}

/// All of them: styles, script, icons, the script of plans.
struct Assets([Asset; 4]);

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    Assets([
        asset(
            "desk",
            "css",
            "text/css; charset=utf-8",
            include_bytes!("../assets/desk.css"),
        ),
        asset(
            "desk",
            "js",
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/desk.js"),
        ),
        asset(
            "icons",
            "svg",
            "image/svg+xml",
            include_bytes!("../assets/icons.svg"),
        ),
        asset(
            "plan",
            "js",
            "text/javascript; charset=utf-8",
            include_bytes!("../assets/plan.js"),
        ),
    ])
});

fn asset(stem: &str, ending: &str, kind: &'static str, plain: &'static [u8]) -> Asset {
    let digest = Sha256::digest(plain);
    let mark: String = digest[..6].iter().map(|b| format!("{b:02x}")).collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let packed = gzip
        .write_all(plain)
        .and_then(|()| gzip.finish())
        .expect("writing into memory does not fail");
    Asset {
        name: format!("{stem}-{mark}.{ending}"),
        kind,
        plain,
        packed: Bytes::from(packed),
    }
}

pub(crate) fn css() -> &'static str {
    &ASSETS.0[0].name
}

pub(crate) fn script() -> &'static str {
    &ASSETS.0[1].name
}

/// The script of the pages that watch a search and move visits.
pub(crate) fn plan_script() -> &'static str {
    &ASSETS.0[3].name
}

/// Returns an icon of the sprite, hidden from screen readers: it always stands beside a word.
pub(crate) fn icon(name: &str, class: &str) -> String {
    let space = if class.is_empty() { "" } else { " " };
    format!(
        "<svg class=\"icon{space}{class}\" width=\"16\" height=\"16\" aria-hidden=\"true\" focusable=\"false\"><use href=\"/static/{}#{name}\"/></svg>",
        ASSETS.0[2].name
    )
}

/// Serves one of the files.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.0.iter().find(|a| a.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("gzip"));
    let mut response = if gzip {
        asset.packed.clone().into_response()
    } else {
        Bytes::from_static(asset.plain).into_response()
    };
    let h = response.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    h.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    h.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        h.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
