//! The event log, views, jobs, outbox and keys on SQLite and PostgreSQL.
