//! The two engines behind [`crate::session::Session`].

pub(crate) mod sqlite;
