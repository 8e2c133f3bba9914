//! PostgreSQL: one connection, with prepared statements kept by their text.

use crate::{
    StoreError, dialect,
    error::DatabaseKind,
    session::{Cell, Each, Engine, Row, Session, Value},
    sql::{Insert, Kind, Lookup, Statement, Update},
};
use postgres::{
    Client, NoTls,
    error::SqlState,
    fallible_iterator::FallibleIterator,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use std::collections::HashMap;

/// A connection to PostgreSQL.
pub(crate) struct Postgres {
    client: Link,
    url: String,
    settings: &'static str,
    prepared: HashMap<String, postgres::Statement>,
    /// The texts that the dialect makes, by name.
    texts: HashMap<&'static str, String>,
}

/// A client that may be let go anywhere. Closing it waits for the network on a runtime of its own, which
/// panics inside the runtime of a server; so a plain thread does it.
struct Link(Option<Client>);

impl std::ops::Deref for Link {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.0.as_ref().expect("only dropping takes the client out")
    }
}

impl std::ops::DerefMut for Link {
    fn deref_mut(&mut self) -> &mut Client {
        self.0.as_mut().expect("only dropping takes the client out")
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let client = self.0.take();
        // Waited for, so that a database which is dropped next has no connection left.
        let _ = std::thread::spawn(move || drop(client)).join();
    }
}

impl Postgres {
    /// Connects for writing.
    pub(crate) fn writer(url: &str) -> Result<Self, StoreError> {
        Self::connect(url, dialect::POSTGRES_WRITER)
    }

    /// Connects for reading.
    pub(crate) fn reader(url: &str) -> Result<Self, StoreError> {
        Self::connect(url, dialect::POSTGRES_READER)
    }

    fn connect(url: &str, settings: &'static str) -> Result<Self, StoreError> {
        let client = client(url, settings)?;
        let url = url.to_owned();
        Ok(Postgres {
            client,
            url,
            settings,
            prepared: HashMap::new(),
            texts: HashMap::new(),
        })
    }

    fn prepare(&mut self, name: &str, text: &str) -> Result<postgres::Statement, StoreError> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text).map_err(|e| failed(name, &e))?;
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Runs a text that takes one array for each column.
    fn arrays(
        &mut self,
        name: &'static str,
        text: &str,
        kinds: &[Kind],
        values: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let statement = self.prepare(name, text)?;
        let columns = Columns::of(kinds, values);
        self.client
            .execute(&statement, &columns.parameters())
            .map_err(|e| failed(name, &e))
    }
}

fn client(url: &str, settings: &str) -> Result<Link, StoreError> {
    let mut client = Client::connect(url, NoTls).map_err(|e| failed("connect", &e))?;
    client
        .batch_execute(settings)
        .map_err(|e| failed("settings", &e))?;
    Ok(Link(Some(client)))
}

fn failed(statement: &str, e: &postgres::Error) -> StoreError {
    let kind = match e.code() {
        Some(&SqlState::DISK_FULL) => return StoreError::DiskFull,
        Some(&SqlState::UNIQUE_VIOLATION) => DatabaseKind::Duplicate,
        Some(code) => match code.code() {
            // Serialization failure, deadlock, lock timeout, shutdown, crash, starting up.
            "40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" => DatabaseKind::Rerun,
            c if c.starts_with("08") => DatabaseKind::Rerun,
            "58030" => DatabaseKind::Other,
            _ => DatabaseKind::Other,
        },
        // No code: the connection broke, or a value did not fit its type.
        None if std::error::Error::source(e).is_some_and(|s| s.is::<std::io::Error>()) || e.is_closed() => {
            DatabaseKind::Rerun
        }
        None => DatabaseKind::Other,
    };
    let reason = e.as_db_error().map_or_else(
        || describe(e),
        |d| format!("{} ({})", d.message(), d.code().code()),
    );
    StoreError::Database {
        statement: statement.to_owned(),
        reason,
        kind,
    }
}

fn describe(e: &postgres::Error) -> String {
    std::error::Error::source(e).map_or_else(|| e.to_string(), |s| format!("{e}: {s}"))
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Blob(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA | Type::VARCHAR)
    }

    to_sql_checked!();
}

/// One array per column.
enum Column<'a> {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Blobs(Vec<Option<&'a [u8]>>),
}

struct Columns<'a>(Vec<Column<'a>>);

impl<'a> Columns<'a> {
    fn of(kinds: &[Kind], values: &[Value<'a>]) -> Self {
        let width = kinds.len().max(1);
        let of_column = |i: usize| values.iter().skip(i).step_by(width);
        Columns(
            kinds
                .iter()
                .enumerate()
                .map(|(i, kind)| match kind {
                    Kind::Int => Column::Ints(
                        of_column(i)
                            .map(|v| if let Value::Int(n) = v { Some(*n) } else { None })
                            .collect(),
                    ),
                    Kind::Text | Kind::Words => Column::Texts(
                        of_column(i)
                            .map(|v| if let Value::Text(t) = v { Some(*t) } else { None })
                            .collect(),
                    ),
                    Kind::Blob => Column::Blobs(
                        of_column(i)
                            .map(|v| if let Value::Blob(b) = v { Some(*b) } else { None })
                            .collect(),
                    ),
                })
                .collect(),
        )
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0
            .iter()
            .map(|c| -> &(dyn ToSql + Sync) {
                match c {
                    Column::Ints(v) => v,
                    Column::Texts(v) => v,
                    Column::Blobs(v) => v,
                }
            })
            .collect()
    }
}

fn row_of(row: &postgres::Row, from: usize, statement: &str) -> Result<Row, StoreError> {
    let mut cells = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate().skip(from) {
        let cell = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i).map(|v| v.map(Cell::Int)),
            Type::TEXT => row.try_get::<_, Option<String>>(i).map(|v| v.map(Cell::Text)),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i).map(|v| v.map(Cell::Blob)),
            ref other => {
                return Err(StoreError::damaged(
                    statement,
                    format!("column {i} has the type {other}"),
                ));
            }
        };
        cells.push(cell.map_err(|e| failed(statement, &e))?.unwrap_or(Cell::Null));
    }
    Ok(Row(cells))
}

impl Session for Postgres {
    fn each(&mut self, statement: &Statement, args: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError> {
        let text = statement
            .text
            .replace("{skip_locked}", dialect::skip_locked(Engine::Postgres));
        let prepared = self.prepare(statement.name, &text)?;
        let args = args.iter().map(|v| v as &(dyn ToSql + Sync));
        let mut rows = self
            .client
            .query_raw(&prepared, args)
            .map_err(|e| failed(statement.name, &e))?;
        while let Some(row) = rows.next().map_err(|e| failed(statement.name, &e))? {
            each(row_of(&row, 0, statement.name)?)?;
        }
        Ok(())
    }

    fn run(&mut self, statement: &Statement, args: &[Value<'_>]) -> Result<u64, StoreError> {
        let prepared = self.prepare(statement.name, &statement.text)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        self.client
            .execute(&prepared, &args)
            .map_err(|e| failed(statement.name, &e))
    }

    fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64, StoreError> {
        if values.is_empty() {
            return Ok(0);
        }
        let text = self
            .texts
            .entry(insert.name)
            .or_insert_with(|| dialect::insert(Engine::Postgres, insert));
        let text = text.clone();
        let kinds: Vec<Kind> = insert.columns.iter().map(|c| c.1).collect();
        self.arrays(insert.name, &text, &kinds, values)
    }

    fn update(&mut self, update: &Update, values: &[Value<'_>]) -> Result<u64, StoreError> {
        if values.is_empty() {
            return Ok(0);
        }
        let text = self
            .texts
            .entry(update.name)
            .or_insert_with(|| dialect::update(Engine::Postgres, update));
        let text = text.clone();
        let kinds: Vec<Kind> = update.set.iter().chain(update.keys).map(|c| c.1).collect();
        self.arrays(update.name, &text, &kinds, values)
    }

    fn lookup(
        &mut self,
        lookup: &Lookup,
        keys: &[Value<'_>],
        each: &mut dyn FnMut(usize, Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let text = self
            .texts
            .entry(lookup.name)
            .or_insert_with(|| dialect::lookup(Engine::Postgres, lookup));
        let text = text.clone();
        let statement = self.prepare(lookup.name, &text)?;
        let kinds: Vec<Kind> = lookup.keys.iter().map(|c| c.1).collect();
        let columns = Columns::of(&kinds, keys);
        let rows = self
            .client
            .query(&statement, &columns.parameters())
            .map_err(|e| failed(lookup.name, &e))?;
        for row in rows {
            let n: i64 = row.try_get(0).map_err(|e| failed(lookup.name, &e))?;
            let n = usize::try_from(n - 1)
                .map_err(|_| StoreError::damaged(lookup.name, "a position is out of range"))?;
            each(n, row_of(&row, 1, lookup.name)?)?;
        }
        Ok(())
    }

    fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.batch_execute(text).map_err(|e| failed("script", &e))
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.script("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    }

    fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        self.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.script("COMMIT")
    }

    fn rollback(&mut self) {
        if !self.client.is_closed() {
            // Fails only when the connection breaks, and then the server rolls back.
            let _ = self.client.batch_execute("ROLLBACK");
        }
    }

    fn revive(&mut self) -> Result<(), StoreError> {
        if self.client.is_closed() {
            self.client = client(&self.url, self.settings)?;
            self.prepared.clear();
        }
        Ok(())
    }

    fn engine(&self) -> Engine {
        Engine::Postgres
    }
}
