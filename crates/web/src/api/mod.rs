//! The API for programs, version 1.

use crate::state::Shared;
use axum::Router;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
}
