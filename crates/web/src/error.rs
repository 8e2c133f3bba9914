//! What can go wrong with a request, and how it is told: as a page, or as a problem document (RFC 9457).
//!
//! A handler returns a [`Failure`]; the outermost layer dresses it in the reader's language.

use crate::{forms::Mistake, words::Words};
use app::{Denied, DirectoryError, OfficeError};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use store::{AppendError, StoreError};

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// There is nothing here, or nothing for this person: the same answer for both.
    NotFound,
    /// Sign in first; then come back to this path.
    SignIn(String),
    /// No or a wrong token (API).
    Unauthorised,
    /// The form was not ours, or its session has ended.
    Forbidden,
    /// The request cannot be understood.
    Bad(String),
    /// The case's rules refuse it (API).
    Refused(String),
    /// Fields with mistakes (API).
    Invalid(Vec<Mistake>),
    /// Somebody else was faster: what they entered (API).
    Conflict(Vec<Value>),
    /// The body is of another kind than the one expected.
    Media,
    /// Longer than allowed.
    TooLarge,
    /// The address does not do that.
    Method,
    /// It will pass: disk full, store closed, too many attempts.
    Busy(String),
    /// A defect or damage; the log has the reference.
    Internal(String),
}

impl Failure {
    /// Logs what nobody should see and gives it a reference to be found by.
    pub(crate) fn internal(what: &dyn std::fmt::Display) -> Self {
        let mut bytes = [0u8; 4];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        let reference: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        tracing::error!(reference, error = %what, "a request failed");
        Failure::Internal(reference)
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::SignIn(_) => StatusCode::SEE_OTHER,
            Failure::Unauthorised => StatusCode::UNAUTHORIZED,
            Failure::Forbidden => StatusCode::FORBIDDEN,
            Failure::Bad(_) => StatusCode::BAD_REQUEST,
            Failure::Refused(_) | Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::Conflict(_) => StatusCode::CONFLICT,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Method => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The failure that an answer of the framework itself stands for.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Failure::NotFound,
            StatusCode::UNAUTHORIZED => Failure::Unauthorised,
            StatusCode::FORBIDDEN => Failure::Forbidden,
            StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
            StatusCode::METHOD_NOT_ALLOWED => Failure::Method,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Failure::Media,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Failure::Busy(String::new()),
            s if s.is_server_error() => Failure::internal(&"the framework answered with an error"),
            _ => Failure::Bad(String::new()),
        }
    }

    /// What happened, and what to do.
    pub(crate) fn words(&self, t: Words) -> (&'static str, &'static str) {
        match self {
            Failure::NotFound => (t.http_not_found(), t.http_not_found_todo()),
            Failure::SignIn(_) | Failure::Unauthorised => (t.signed_out_note(), t.sign_in()),
            Failure::Forbidden => (t.http_forbidden(), t.http_forbidden_todo()),
            Failure::Bad(_) => (t.http_bad(), t.http_bad_todo()),
            Failure::Refused(_) => (t.refused_head(), t.http_refused_todo()),
            Failure::Invalid(_) => (t.http_invalid(), t.http_invalid_todo()),
            Failure::Conflict(_) => (t.conflict_head(), t.http_conflict_todo()),
            Failure::Media => (t.http_media(), t.http_media_todo()),
            Failure::TooLarge => (t.http_too_large(), t.http_too_large_todo()),
            Failure::Method => (t.http_method(), t.http_bad_todo()),
            Failure::Busy(_) => (t.http_busy(), t.http_busy_todo()),
            Failure::Internal(_) => (t.http_internal(), t.http_internal_todo()),
        }
    }

    /// Says more, in the program's own words; nothing personal stands in it.
    pub(crate) fn detail(&self) -> &str {
        match self {
            Failure::Bad(d) | Failure::Refused(d) | Failure::Busy(d) => d,
            Failure::Internal(reference) => reference,
            _ => "",
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Denied> for Failure {
    fn from(_: Denied) -> Self {
        Failure::NotFound
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::BadQuestion(why) => Failure::Bad(why),
            e @ (StoreError::DiskFull | StoreError::Closed(_)) => Failure::Busy(e.to_string()),
            e => Failure::internal(&e),
        }
    }
}

impl From<AppendError> for Failure {
    fn from(e: AppendError) -> Self {
        match e {
            e @ AppendError::Conflict { .. } => Failure::Conflict(vec![e.to_string().into()]),
            e @ (AppendError::DiskFull | AppendError::Closed(_)) => Failure::Busy(e.to_string()),
            e @ (AppendError::EventIdReused { .. }
            | AppendError::BadWork(_)
            | AppendError::CustomerErased(_)) => Failure::Refused(e.to_string()),
            AppendError::Store(e) => e.into(),
        }
    }
}

impl From<OfficeError> for Failure {
    fn from(e: OfficeError) -> Self {
        match e {
            OfficeError::NoSuchCase(_) | OfficeError::NoSuchFile(_) | OfficeError::FileErased(_) => {
                Failure::NotFound
            }
            e @ (OfficeError::Refused { .. } | OfficeError::File(_) | OfficeError::OtherFile) => {
                Failure::Refused(e.to_string())
            }
            OfficeError::Append(e) => e.into(),
            OfficeError::Store(e) => e.into(),
            e => Failure::internal(&e),
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(e: DirectoryError) -> Self {
        match e {
            DirectoryError::Office(e) => e.into(),
            DirectoryError::NoSuchUser(_) => Failure::NotFound,
            e @ DirectoryError::TooMany { .. } => Failure::Busy(e.to_string()),
            e => Failure::Bad(e.to_string()),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(e: askama::Error) -> Self {
        Failure::internal(&e)
    }
}
