//! The formats: each turns bytes into rows.

pub(crate) mod bytes;
pub(crate) mod csv;
pub(crate) mod encoding;
