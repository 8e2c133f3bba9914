//! The two engines behind [`crate::session::Session`].

pub(crate) mod postgres;
pub(crate) mod sqlite;
