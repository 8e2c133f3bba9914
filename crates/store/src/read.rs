//! Reading streams: rows of the log, checked and with their personal texts opened.

use crate::{
    StoreError,
    keys::DataKey,
    payload,
    prepare::Desk,
    session::{Row, Value},
    sql,
    work::{Change, Recorded, StreamId},
};
use domain::{Bucket, CaseId, CustomerId, EventId, Timestamp};
use std::collections::{HashMap, hash_map::Entry};

/// A row of the log with its bytes as stored.
pub(crate) struct StoredEvent {
    pub(crate) stream: StreamId,
    pub(crate) seq: u64,
    pub(crate) id: EventId,
    pub(crate) kind: String,
    pub(crate) schema_version: i64,
    pub(crate) payload: Vec<u8>,
    pub(crate) recorded_at: i64,
    pub(crate) occurred_at: i64,
    pub(crate) actor: String,
    pub(crate) purpose: String,
    pub(crate) prev_hash: [u8; 32],
    pub(crate) hash: [u8; 32],
}

impl StoredEvent {
    /// Reads the columns of `READ_STREAM`.
    pub(crate) fn of(row: &mut Row) -> Result<Self, StoreError> {
        Ok(StoredEvent {
            stream: StreamId::stored(row.text(0)?),
            seq: row.count(1)?,
            id: EventId(u128::from_be_bytes(row.bytes(2)?)),
            kind: row.text(3)?,
            schema_version: row.int(4)?,
            payload: row.blob(5)?,
            recorded_at: row.int(6)?,
            occurred_at: row.int(7)?,
            actor: row.text(8)?,
            purpose: row.text(9)?,
            prev_hash: row.bytes(10)?,
            hash: row.bytes(11)?,
        })
    }

    fn place(&self) -> String {
        format!("{} entry {}", self.stream, self.seq)
    }
}

impl Desk {
    /// Reads one stream.
    pub(crate) fn read(&self, bucket: Bucket, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        let rows = self.pool.with(|s| {
            s.all(
                &sql::READ_STREAM,
                &[Value::Int(i64::from(bucket.0)), Value::Text(stream.as_str())],
            )
        })?;
        self.open_rows(rows)
    }

    /// Reads all streams of a case.
    pub(crate) fn read_case(&self, case: CaseId) -> Result<Vec<Recorded>, StoreError> {
        // '0' follows '/': the range holds every name that starts with the first text.
        let (from, to) = (format!("case/{case}/"), format!("case/{case}0"));
        let rows = self.pool.with(|s| {
            let bucket = Value::Int(i64::from(case.bucket().0));
            s.all(&sql::READ_PREFIX, &[bucket, Value::Text(&from), Value::Text(&to)])
        })?;
        self.open_rows(rows)
    }

    /// Returns what was added to a stream after `seq`, at most fifty entries.
    pub(crate) fn since(&self, stream: &StreamId, seq: u64) -> Result<Vec<Change>, StoreError> {
        let rows = self.pool.with(|s| {
            let bucket = Value::Int(i64::from(stream.bucket().0));
            let seq = i64::try_from(seq).unwrap_or(i64::MAX);
            s.all(
                &sql::READ_SINCE,
                &[bucket, Value::Text(stream.as_str()), Value::Int(seq)],
            )
        })?;
        rows.into_iter()
            .map(|mut r| {
                Ok(Change {
                    seq: r.count(0)?,
                    kind: r.text(1)?,
                    actor: r.text(2)?,
                    recorded_at: Timestamp(r.int(3)?),
                })
            })
            .collect()
    }

    fn open_rows(&self, rows: Vec<Row>) -> Result<Vec<Recorded>, StoreError> {
        let mut keys: HashMap<CustomerId, DataKey> = HashMap::new();
        rows.into_iter()
            .map(|mut row| {
                let event = StoredEvent::of(&mut row)?;
                self.open_event(event, &mut keys)
            })
            .collect()
    }

    /// Opens one event; `keys` saves asking the ring again for each event of a case.
    pub(crate) fn open_event(
        &self,
        e: StoredEvent,
        keys: &mut HashMap<CustomerId, DataKey>,
    ) -> Result<Recorded, StoreError> {
        let place = e.place();
        let stored = payload::decode(&e.payload, &place)?;
        let texts = match stored.sealed {
            None => Some(Vec::new()),
            Some((customer, sealed)) => {
                let key = match keys.entry(customer) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place_for) => {
                        let missing = || format!("the data key of customer {customer} is missing");
                        let key = self.stored_key(customer)?;
                        place_for.insert(key.ok_or_else(|| StoreError::damaged(&place, missing()))?)
                    }
                };
                match key {
                    DataKey::Stored(key) | DataKey::Fresh(key, _) => {
                        Some(payload::open(sealed, key, &e.stream, e.seq, e.id, &place)?)
                    }
                    DataKey::Erased => None,
                }
            }
        };
        let body = payload::join(stored.public, texts.as_deref(), &place)?;
        Ok(Recorded {
            seq: e.seq,
            id: e.id,
            schema_version: u16::try_from(e.schema_version)
                .map_err(|_| StoreError::damaged(&place, "the schema version is out of range"))?,
            occurred_at: Timestamp(e.occurred_at),
            recorded_at: Timestamp(e.recorded_at),
            body,
            hash: e.hash,
            kind: e.kind,
            actor: e.actor,
            purpose: e.purpose,
            stream: e.stream,
        })
    }
}
