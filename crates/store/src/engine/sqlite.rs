//! SQLite: one connection of the pool, or the one that writes.

use crate::{
    StoreError, dialect,
    error::DatabaseKind,
    session::{Cell, Each, Engine, Row, Session, Value},
    sql::{Insert, Lookup, Statement, Update},
};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use std::{collections::HashMap, path::Path, time::Duration};

/// A connection to `forecourt.db`.
pub(crate) struct Sqlite {
    connection: Connection,
    /// The texts that the dialect makes, by name.
    texts: HashMap<&'static str, String>,
}

impl Sqlite {
    /// Opens the connection that writes (and makes the file when `create`).
    pub(crate) fn writer(path: &Path, create: bool, synchronous_normal: bool) -> Result<Self, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        Self::open(path, flags, &dialect::sqlite_settings(false, synchronous_normal))
    }

    /// Opens a connection that only reads.
    pub(crate) fn reader(path: &Path) -> Result<Self, StoreError> {
        // Read-write at file level: a reader must be able to make the -shm file of a log left by a crash.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open(path, flags, &dialect::sqlite_settings(true, false))
    }

    fn open(path: &Path, flags: OpenFlags, settings: &str) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, flags).map_err(|e| failed("open", &e))?;
        connection.set_prepared_statement_cache_capacity(128);
        connection
            .busy_timeout(Duration::from_secs(30))
            .map_err(|e| failed("busy_timeout", &e))?;
        connection
            .execute_batch(settings)
            .map_err(|e| failed("settings", &e))?;
        Ok(Sqlite {
            connection,
            texts: HashMap::new(),
        })
    }

    fn text(&mut self, name: &'static str, make: impl FnOnce() -> String) -> String {
        self.texts.entry(name).or_insert_with(make).clone()
    }

    /// Runs the same text for each group of `width` values; returns the sum of touched rows.
    fn repeat(
        &mut self,
        name: &'static str,
        text: &str,
        width: usize,
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(text)
            .map_err(|e| failed(name, &e))?;
        let mut n = 0;
        for row in values.chunks(width) {
            n += statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(|e| failed(name, &e))?;
        }
        Ok(n as u64)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

fn failed(statement: &str, e: &rusqlite::Error) -> StoreError {
    let kind = match e.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => return StoreError::DiskFull,
        // One writer: a duplicate here is no race, and a rerun would not help.
        Some(ErrorCode::ConstraintViolation) => DatabaseKind::Other,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseKind::Rerun,
        Some(ErrorCode::SystemIoFailure) => DatabaseKind::Device,
        _ => DatabaseKind::Other,
    };
    StoreError::Database {
        statement: statement.to_owned(),
        reason: e.to_string(),
        kind,
    }
}

fn row_of(row: &rusqlite::Row<'_>, columns: usize, statement: &str) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(columns);
    for i in 0..columns {
        cells.push(match row.get_ref(i).map_err(|e| failed(statement, &e))? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(v) => Cell::Int(v),
            // Damage shows as a cell of another kind, so that its reader can tell the place.
            ValueRef::Text(v) => {
                String::from_utf8(v.to_vec()).map_or_else(|e| Cell::Blob(e.into_bytes()), Cell::Text)
            }
            ValueRef::Real(v) => Cell::Blob(v.to_be_bytes().to_vec()),
            ValueRef::Blob(v) => Cell::Blob(v.to_vec()),
        });
    }
    Ok(Row(cells))
}

impl Session for Sqlite {
    fn each(&mut self, statement: &Statement, args: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError> {
        let mut prepared = self
            .connection
            .prepare_cached(
                &statement
                    .text
                    .replace("{skip_locked}", dialect::skip_locked(Engine::Sqlite)),
            )
            .map_err(|e| failed(statement.name, &e))?;
        let columns = prepared.column_count();
        let mut rows = prepared
            .query(rusqlite::params_from_iter(args))
            .map_err(|e| failed(statement.name, &e))?;
        while let Some(row) = rows.next().map_err(|e| failed(statement.name, &e))? {
            each(row_of(row, columns, statement.name)?)?;
        }
        Ok(())
    }

    fn run(&mut self, statement: &Statement, args: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut prepared = self
            .connection
            .prepare_cached(&statement.text)
            .map_err(|e| failed(statement.name, &e))?;
        let n = prepared
            .execute(rusqlite::params_from_iter(args))
            .map_err(|e| failed(statement.name, &e))?;
        Ok(n as u64)
    }

    fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64, StoreError> {
        if values.is_empty() {
            return Ok(0);
        }
        let text = self.text(insert.name, || dialect::insert(Engine::Sqlite, insert));
        self.repeat(insert.name, &text, insert.columns.len(), values)
    }

    fn update(&mut self, update: &Update, values: &[Value<'_>]) -> Result<u64, StoreError> {
        if values.is_empty() {
            return Ok(0);
        }
        let text = self.text(update.name, || dialect::update(Engine::Sqlite, update));
        self.repeat(update.name, &text, update.set.len() + update.keys.len(), values)
    }

    fn lookup(
        &mut self,
        lookup: &Lookup,
        keys: &[Value<'_>],
        each: &mut dyn FnMut(usize, Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let text = self.text(lookup.name, || dialect::lookup(Engine::Sqlite, lookup));
        let mut prepared = self
            .connection
            .prepare_cached(&text)
            .map_err(|e| failed(lookup.name, &e))?;
        for (n, key) in keys.chunks(lookup.keys.len()).enumerate() {
            let mut rows = prepared
                .query(rusqlite::params_from_iter(key))
                .map_err(|e| failed(lookup.name, &e))?;
            while let Some(row) = rows.next().map_err(|e| failed(lookup.name, &e))? {
                each(n, row_of(row, lookup.columns.len(), lookup.name)?)?;
            }
        }
        Ok(())
    }

    fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.connection
            .execute_batch(text)
            .map_err(|e| failed("script", &e))
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.script("BEGIN IMMEDIATE")
    }

    fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.script("BEGIN")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.script("COMMIT")
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit() {
            // Fails only when SQLite has rolled back by itself, which is what is wanted.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn revive(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn engine(&self) -> Engine {
        Engine::Sqlite
    }
}
