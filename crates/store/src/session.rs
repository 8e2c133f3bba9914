//! The narrow trait between the store and its engines, and the values that cross it.

use crate::{
    StoreError,
    sql::{Insert, Lookup, Statement, Update},
};

/// A value going into a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(crate) fn opt_int(v: Option<i64>) -> Self {
        v.map_or(Value::Null, Value::Int)
    }

    pub(crate) fn opt_text(v: Option<&'a str>) -> Self {
        v.map_or(Value::Null, Value::Text)
    }
}

/// A value coming out of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// One row, by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    fn wrong(&self, i: usize, what: &str) -> StoreError {
        StoreError::damaged(format!("column {i} of a row"), format!("expected {what}"))
    }

    pub(crate) fn int(&self, i: usize) -> Result<i64, StoreError> {
        match self.0.get(i) {
            Some(Cell::Int(v)) => Ok(*v),
            _ => Err(self.wrong(i, "a number")),
        }
    }

    pub(crate) fn opt_int(&self, i: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(i) {
            Some(Cell::Null) => Ok(None),
            _ => self.int(i).map(Some),
        }
    }

    /// Takes the text out of the row.
    pub(crate) fn text(&mut self, i: usize) -> Result<String, StoreError> {
        match self.0.get_mut(i) {
            Some(Cell::Text(v)) => Ok(std::mem::take(v)),
            _ => Err(self.wrong(i, "a text")),
        }
    }

    pub(crate) fn opt_text(&mut self, i: usize) -> Result<Option<String>, StoreError> {
        match self.0.get(i) {
            Some(Cell::Null) => Ok(None),
            _ => self.text(i).map(Some),
        }
    }

    /// Takes the bytes out of the row.
    pub(crate) fn blob(&mut self, i: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get_mut(i) {
            Some(Cell::Blob(v)) => Ok(std::mem::take(v)),
            _ => Err(self.wrong(i, "bytes")),
        }
    }

    pub(crate) fn bytes<const N: usize>(&self, i: usize) -> Result<[u8; N], StoreError> {
        match self.0.get(i) {
            Some(Cell::Blob(v)) => v
                .as_slice()
                .try_into()
                .map_err(|_| self.wrong(i, &format!("{N} bytes, not {}", v.len()))),
            _ => Err(self.wrong(i, &format!("{N} bytes"))),
        }
    }

    /// Reads a column that is never negative.
    pub(crate) fn count(&self, i: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(i)?).map_err(|_| self.wrong(i, "a number that is not negative"))
    }
}

/// Receives rows one by one.
pub(crate) type Each<'a> = &'a mut dyn FnMut(Row) -> Result<(), StoreError>;

/// One connection to either engine.
pub(crate) trait Session: Send {
    /// Runs a question and gives each row to `each`.
    fn each(&mut self, statement: &Statement, args: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError>;
    /// Runs a change and returns how many rows it touched.
    fn run(&mut self, statement: &Statement, args: &[Value<'_>]) -> Result<u64, StoreError>;
    /// Inserts rows, given one after the other; returns how many were new.
    fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64, StoreError>;
    /// Updates rows by key; returns how many matched.
    fn update(&mut self, update: &Update, values: &[Value<'_>]) -> Result<u64, StoreError>;
    /// Looks keys up; `each` gets the key's position and the row.
    fn lookup(
        &mut self,
        lookup: &Lookup,
        keys: &[Value<'_>],
        each: &mut dyn FnMut(usize, Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
    /// Runs several statements of a migration or setting.
    fn script(&mut self, text: &str) -> Result<(), StoreError>;
    /// Starts a transaction that will write.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Starts a transaction that sees one state and only reads.
    fn begin_snapshot(&mut self) -> Result<(), StoreError>;
    /// Makes the transaction durable; returns after the flush.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Drops the transaction. Never fails: a broken connection has dropped it already.
    fn rollback(&mut self);
    /// Replaces a lost connection; does nothing when it is whole.
    fn revive(&mut self) -> Result<(), StoreError>;
    /// Which engine this is.
    fn engine(&self) -> Engine;
}

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Convenience on top of the narrow trait.
impl dyn Session + '_ {
    pub(crate) fn all(&mut self, statement: &Statement, args: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.each(statement, args, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    pub(crate) fn one(
        &mut self,
        statement: &Statement,
        args: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.all(statement, args)?.into_iter().next())
    }
}
