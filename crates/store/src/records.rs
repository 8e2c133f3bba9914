//! Records: small sealed things that are not about a case (users, sessions, saved views, drafts).
//!
//! A record is written whole by a [`crate::Work`], beside the events that tell why. There is no
//! version: whoever needs one appends to a stream in the same work, and that append conflicts.

use crate::{
    AppendError, Store, StoreError, Work,
    batch::UNIT,
    bytes, keys,
    prepare::{Desk, Prepared},
    session::{Session, Value},
    sql,
};
use domain::Timestamp;

/// A record as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id within its kind.
    pub id: String,
    /// Its content.
    pub body: Vec<u8>,
    /// When it was written last.
    pub written_at: Timestamp,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({}, {} bytes)", self.id, self.body.len())
    }
}

/// What the sealed body is bound to, so that one record cannot be put in the place of another.
fn aad(kind: &str, id: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    bytes::put_bytes(&mut out, b"forecourt/record/1");
    bytes::put_bytes(&mut out, kind.as_bytes());
    bytes::put_bytes(&mut out, id.as_bytes());
    out
}

impl Desk {
    pub(crate) fn seal_records(&self, work: &Work) -> Result<Vec<Option<Vec<u8>>>, AppendError> {
        work.records
            .iter()
            .map(|r| {
                let sealed = r
                    .body
                    .as_ref()
                    .map(|body| keys::seal(&self.unit_key, &aad(r.kind, &r.id), body));
                Ok(sealed.transpose()?)
            })
            .collect()
    }

    fn open_record(
        &self,
        kind: &str,
        id: String,
        sealed: &[u8],
        written_at: i64,
    ) -> Result<Record, StoreError> {
        let body = keys::open(&self.unit_key, &aad(kind, &id), sealed).ok_or_else(|| {
            StoreError::damaged(
                format!("record {kind}/{id}"),
                "it does not open with the unit's key",
            )
        })?;
        Ok(Record {
            id,
            body: body.to_vec(),
            written_at: Timestamp(written_at),
        })
    }
}

/// Writes the records of all good works, in their order.
pub(crate) fn write(session: &mut dyn Session, good: &[&Prepared], now: Timestamp) -> Result<(), StoreError> {
    for p in good {
        for (change, sealed) in p.work.records.iter().zip(&p.records) {
            let key = [
                Value::Int(UNIT),
                Value::Text(change.kind),
                Value::Text(&change.id),
            ];
            session.run(&sql::RECORD_DROP, &key)?;
            if let Some(sealed) = sealed {
                let [unit, kind, id] = key;
                let row = [
                    unit,
                    kind,
                    id,
                    Value::Blob(sealed),
                    Value::Int(now.0),
                    Value::opt_int(change.expires_at.map(|t| t.0)),
                ];
                session.insert(&sql::RECORDS_ADD, &row)?;
            }
        }
    }
    Ok(())
}

impl Store {
    /// Returns a record that has not expired.
    ///
    /// # Errors
    /// When the database cannot be read, or the record was damaged.
    pub fn record(&self, kind: &str, id: &str) -> Result<Option<Record>, StoreError> {
        let desk = &self.inner.desk;
        let now = Value::Int(self.inner.options.clock.now().0);
        let args = [Value::Int(UNIT), Value::Text(kind), Value::Text(id), now];
        let row = desk.pool.with(|s| s.one(&sql::RECORD_GET, &args))?;
        row.map(|mut row| desk.open_record(kind, id.to_owned(), &row.blob(0)?, row.int(1)?))
            .transpose()
    }

    /// Returns the records of a kind whose ids begin with `prefix`, by id, at most `most` of them,
    /// from the first id that is not before `from`.
    ///
    /// # Errors
    /// As [`Store::record`].
    pub fn records(
        &self,
        kind: &str,
        prefix: &str,
        from: &str,
        most: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let desk = &self.inner.desk;
        // The greatest character of all ends the range of ids that begin with the prefix.
        let end = format!("{prefix}{}", char::MAX);
        let from = from.max(prefix);
        let args = [
            Value::Int(UNIT),
            Value::Text(kind),
            Value::Text(from),
            Value::Text(&end),
            Value::Int(self.inner.options.clock.now().0),
            Value::Int(i64::try_from(most).unwrap_or(i64::MAX)),
        ];
        let rows = desk.pool.with(|s| s.all(&sql::RECORDS_FROM, &args))?;
        rows.into_iter()
            .map(|mut row| {
                let id = row.text(0)?;
                desk.open_record(kind, id, &row.blob(1)?, row.int(2)?)
            })
            .collect()
    }

    /// Removes the records of a kind that expired before `now`; returns how many.
    ///
    /// # Errors
    /// When the change could not be made durable; it can be repeated.
    pub fn drop_expired(&self, kind: &'static str, now: Timestamp) -> Result<u64, StoreError> {
        self.task(move |w| {
            w.transaction(|w| {
                let args = [Value::Int(UNIT), Value::Text(kind), Value::Int(now.0)];
                w.session.run(&sql::RECORDS_EXPIRE, &args)
            })
        })
    }
}
