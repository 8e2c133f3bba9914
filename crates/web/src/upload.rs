//! Forms with files (multipart/form-data), read part by part; nothing is held but the part at hand.

use crate::{error::Failure, state::Shared};
use axum::{
    extract::{FromRequest, Multipart, Request, multipart},
    http::{StatusCode, header},
};
use domain::case::FileLimits;

/// How many files of the largest kind one form may hold.
const FILES: u64 = 5;
/// What a form holds beside its files.
const FRAME: u64 = 1 << 20;
/// The most parts of one form.
const MOST_PARTS: usize = 64;

/// How many bytes of files one form may bring.
pub(crate) fn files_at_once(limits: &FileLimits) -> u64 {
    limits.file_bytes.saturating_mul(FILES)
}

/// The longest form with files in bytes.
pub(crate) fn longest_form(limits: &FileLimits) -> usize {
    usize::try_from(files_at_once(limits).saturating_add(FRAME)).unwrap_or(usize::MAX)
}

/// Why a form cannot be read on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The part, or the whole, is longer than allowed.
    TooLarge,
    /// It is no proper form.
    Broken,
}

impl From<Trouble> for Failure {
    fn from(t: Trouble) -> Self {
        match t {
            Trouble::TooLarge => Failure::TooLarge,
            Trouble::Broken => {
                Failure::Bad("the form is cut off or has another shape than multipart/form-data".into())
            }
        }
    }
}

impl From<multipart::MultipartError> for Trouble {
    fn from(e: multipart::MultipartError) -> Self {
        if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Trouble::TooLarge
        } else {
            Trouble::Broken
        }
    }
}

/// The parts of a form.
pub(crate) struct Parts {
    form: Multipart,
    read: usize,
}

impl Parts {
    pub(crate) async fn of(request: Request, app: &Shared) -> Result<Parts, Failure> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let form = media.is_some_and(|m| {
            m.as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"multipart/form-data")
        });
        if !form {
            return Err(Failure::Bad(
                "a form with files is expected here (multipart/form-data)".into(),
            ));
        }
        let form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Failure::from(Trouble::Broken))?;
        Ok(Parts { form, read: 0 })
    }

    /// Returns the next part. What was not read of the one before is skipped, not held.
    pub(crate) async fn next(&mut self) -> Result<Option<Part<'_>>, Trouble> {
        self.read += 1;
        if self.read > MOST_PARTS {
            return Err(Trouble::TooLarge);
        }
        Ok(self.form.next_field().await?.map(Part))
    }
}

/// One part.
pub(crate) struct Part<'a>(multipart::Field<'a>);

impl Part<'_> {
    pub(crate) fn name(&self) -> String {
        self.0.name().unwrap_or_default().to_owned()
    }

    /// The name of the file; `None` for a field that is none.
    pub(crate) fn file_name(&self) -> Option<String> {
        self.0.file_name().map(str::to_owned)
    }

    /// The media type that the sender declared; may be empty.
    pub(crate) fn declared(&self) -> String {
        self.0.content_type().unwrap_or_default().to_owned()
    }

    /// Reads the content, at most `limit` bytes of it.
    pub(crate) async fn content(mut self, limit: u64) -> Result<Vec<u8>, Trouble> {
        let mut content = Vec::new();
        while let Some(chunk) = self.0.chunk().await? {
            if (content.len() + chunk.len()) as u64 > limit {
                return Err(Trouble::TooLarge);
            }
            content.extend_from_slice(&chunk);
        }
        Ok(content)
    }
}
