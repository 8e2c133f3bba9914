//! PostgreSQL clusters and other real things that tests start for themselves.

mod postgres;

pub use postgres::Postgres;
