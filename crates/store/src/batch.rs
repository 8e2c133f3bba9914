//! One transaction of many works: judge each, number and chain the good ones, insert everything.
//!
//! Judging reads only (which event ids are known, where the streams stand), so one bad work costs
//! the others nothing. Inserting happens in as few statements as there are tables.

use crate::{
    AppendError, StoreError,
    chain::{self, Link},
    keys,
    prepare::{Prepared, handle_bucket},
    session::{Row, Session, Value},
    sql,
    work::{NewEvent, StreamId},
    writer::AccessRow,
};
use domain::{CaseId, CustomerId, EventId, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The bucket of tables that belong to the unit and not to one case.
pub(crate) const UNIT: i64 = 0;
/// How many lanes the job and outbox tables have.
pub(crate) const LANES: u16 = 16;

/// The judgement on one work.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Stored under these numbers.
    Done { seqs: Vec<u64>, recorded_at: Timestamp },
    /// All its event ids are known; these are the stored events (columns of `EVENTS_KNOWN`).
    Known(Vec<Row>),
    /// Its basis changed while it was prepared (a key, or an equal id in the same batch): prepare again.
    Again,
    /// A stream has moved on.
    Conflict {
        stream: StreamId,
        expected: u64,
        actual: u64,
    },
    /// Not stored.
    Failed(AppendError),
}

/// What the writer remembers between transactions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    /// The number of the last search document.
    pub(crate) last_doc: i64,
    /// Events since the last checkpoint.
    pub(crate) pending_events: u64,
    /// The number of the last checkpoint that is known here.
    pub(crate) last_checkpoint: u64,
}

/// Reads the counters from the database.
pub(crate) fn reload(session: &mut dyn Session, counters: &mut Counters) -> Result<(), StoreError> {
    counters.last_doc = session
        .one(&sql::LAST_DOC, &[Value::Int(UNIT)])?
        .map_or(Ok(0), |row| row.int(0))?;
    counters.pending_events = 0;
    session.each(&sql::PENDING_COUNT, &[Value::Int(UNIT)], &mut |row| {
        counters.pending_events += row.count(0)?;
        Ok(())
    })?;
    let last = session.one(&sql::CHECKPOINT_LAST, &[Value::Int(UNIT)])?;
    counters.last_checkpoint = last.map_or(Ok(0), |row| row.count(0))?;
    Ok(())
}

/// A new event with its number and place in the chain.
struct Placed<'a> {
    bucket: i64,
    stream: &'a StreamId,
    event: &'a NewEvent,
    payload: &'a [u8],
    seq: u64,
    id: [u8; 16],
    prev: [u8; 32],
    hash: [u8; 32],
}

/// Where a stream stands.
#[derive(Clone, Copy)]
struct Head {
    seq: u64,
    hash: [u8; 32],
    /// What the database has; the update is guarded by it.
    stored: u64,
}

/// Judges and writes one batch inside the running transaction.
pub(crate) fn write(
    session: &mut dyn Session,
    counters: &mut Counters,
    works: &[&Prepared],
    accesses: &[&AccessRow],
    now: Timestamp,
) -> Result<Vec<Verdict>, StoreError> {
    let mut known = known_events(session, works)?;
    let mut heads = heads_now(session, works)?;
    let keys = keys_now(session, works)?;
    let mut seen: HashSet<EventId> = HashSet::new();
    let mut made: HashMap<CustomerId, &[u8]> = HashMap::new();
    let mut placed: Vec<Placed<'_>> = Vec::with_capacity(works.len());
    let mut good: Vec<&Prepared> = Vec::with_capacity(works.len());
    let mut verdicts = Vec::with_capacity(works.len());
    for prepared in works {
        let verdict = judge(prepared, &mut known, &heads, &keys, &made, &seen);
        verdicts.push(match verdict {
            Some(verdict) => verdict,
            None => {
                if let Some((customer, wrapped)) = &prepared.new_key
                    && !keys.contains_key(customer)
                {
                    made.insert(*customer, wrapped.as_slice());
                }
                seen.extend(
                    prepared
                        .work
                        .streams
                        .iter()
                        .flat_map(|s| s.events.iter().map(|e| e.id)),
                );
                let seqs = place(prepared, &mut heads, now, &mut placed);
                good.push(prepared);
                Verdict::Done {
                    seqs,
                    recorded_at: now,
                }
            }
        });
    }
    write_events(session, &placed, &heads, now, counters)?;
    write_people(session, &made, &good, accesses, now)?;
    write_queues(session, &good, now)?;
    crate::records::write(session, &good, now)?;
    crate::view::write(session, counters, &good)?;
    Ok(verdicts)
}

fn known_events(session: &mut dyn Session, works: &[&Prepared]) -> Result<HashMap<EventId, Row>, StoreError> {
    let ids: Vec<(i64, EventId, [u8; 16])> = works
        .iter()
        .flat_map(|p| {
            let bucket = i64::from(p.bucket.0);
            p.work
                .streams
                .iter()
                .flat_map(move |s| s.events.iter().map(move |e| (bucket, e.id, e.id.bytes())))
        })
        .collect();
    let mut known = HashMap::new();
    if ids.is_empty() {
        return Ok(known);
    }
    let values: Vec<Value<'_>> = ids
        .iter()
        .flat_map(|(b, _, id)| [Value::Int(*b), Value::Blob(id)])
        .collect();
    session.lookup(&sql::EVENTS_KNOWN, &values, &mut |n, row| {
        known.insert(ids[n].1, row);
        Ok(())
    })?;
    Ok(known)
}

fn heads_now<'a>(
    session: &mut dyn Session,
    works: &[&'a Prepared],
) -> Result<HashMap<&'a StreamId, Head>, StoreError> {
    let mut heads = HashMap::new();
    for p in works {
        for append in &p.work.streams {
            heads.entry(&append.stream).or_insert(Head {
                seq: 0,
                hash: chain::START,
                stored: 0,
            });
        }
    }
    let streams: Vec<&StreamId> = heads.keys().copied().collect();
    if streams.is_empty() {
        return Ok(heads);
    }
    let values: Vec<Value<'_>> = streams
        .iter()
        .flat_map(|s| [Value::Int(i64::from(s.bucket().0)), Value::Text(s.as_str())])
        .collect();
    session.lookup(&sql::HEADS_NOW, &values, &mut |n, row| {
        let seq = row.count(0)?;
        heads.insert(
            streams[n],
            Head {
                seq,
                hash: row.bytes(1)?,
                stored: seq,
            },
        );
        Ok(())
    })?;
    Ok(heads)
}

/// The stored keys of customers for whom a work brings a new one: (wrapped, erased).
fn keys_now(
    session: &mut dyn Session,
    works: &[&Prepared],
) -> Result<HashMap<CustomerId, (Vec<u8>, bool)>, StoreError> {
    let customers: Vec<(CustomerId, [u8; 16])> = works
        .iter()
        .filter_map(|p| p.new_key.as_ref())
        .map(|(c, _)| (*c, c.bytes()))
        .collect();
    let mut stored = HashMap::new();
    if customers.is_empty() {
        return Ok(stored);
    }
    let values: Vec<Value<'_>> = customers
        .iter()
        .flat_map(|(c, id)| [Value::Int(i64::from(c.bucket().0)), Value::Blob(id)])
        .collect();
    session.lookup(&sql::KEYS_NOW, &values, &mut |n, mut row| {
        let erased = row.opt_int(1)?.is_some();
        stored.insert(customers[n].0, (row.blob(0)?, erased));
        Ok(())
    })?;
    Ok(stored)
}

/// Returns why a work is not stored now, or `None` when it is good.
fn judge(
    p: &Prepared,
    known: &mut HashMap<EventId, Row>,
    heads: &HashMap<&StreamId, Head>,
    keys: &HashMap<CustomerId, (Vec<u8>, bool)>,
    made: &HashMap<CustomerId, &[u8]>,
    seen: &HashSet<EventId>,
) -> Option<Verdict> {
    let ids = || p.work.streams.iter().flat_map(|s| s.events.iter().map(|e| e.id));
    if ids().any(|id| seen.contains(&id)) {
        return Some(Verdict::Again);
    }
    let old = ids().filter(|id| known.contains_key(id)).count();
    if old > 0 && old == ids().count() {
        return Some(Verdict::Known(
            ids().filter_map(|id| known.get(&id).cloned()).collect(),
        ));
    }
    if old > 0 {
        let text =
            "some of its events are stored already and others are not; send each unit of work unchanged";
        return Some(Verdict::Failed(AppendError::BadWork(text.into())));
    }
    if let Some(customer) = p.erased {
        return Some(Verdict::Failed(AppendError::CustomerErased(customer)));
    }
    for append in &p.work.streams {
        let actual = heads.get(&append.stream).map_or(0, |h| h.seq);
        if actual != append.expected {
            let stream = append.stream.clone();
            return Some(Verdict::Conflict {
                stream,
                expected: append.expected,
                actual,
            });
        }
    }
    if let Some((customer, wrapped)) = &p.new_key
        && let Some((stored, erased)) = keys.get(customer)
    {
        if *erased {
            return Some(Verdict::Failed(AppendError::CustomerErased(*customer)));
        }
        if stored != wrapped.as_ref() {
            return Some(Verdict::Again);
        }
    }
    // Two works of one batch may bring different keys for a new customer: only one can be the key, and
    // what the other sealed would never open again.
    if let Some((customer, wrapped)) = &p.new_key
        && made
            .get(customer)
            .is_some_and(|other| *other != wrapped.as_slice())
    {
        return Some(Verdict::Again);
    }
    None
}

/// Gives the events of a good work their numbers and hashes.
fn place<'a>(
    p: &'a Prepared,
    heads: &mut HashMap<&'a StreamId, Head>,
    now: Timestamp,
    placed: &mut Vec<Placed<'a>>,
) -> Vec<u64> {
    let mut seqs = Vec::with_capacity(p.payloads.len());
    let mut payloads = p.payloads.iter();
    for append in &p.work.streams {
        let Some(head) = heads.get_mut(&append.stream) else {
            continue;
        };
        for (event, payload) in append
            .events
            .iter()
            .zip(payloads.by_ref().take(append.events.len()))
        {
            let seq = head.seq + 1;
            let id = event.id.bytes();
            let prev = head.hash;
            let hash = Link {
                bucket: p.bucket.0,
                stream: append.stream.as_str(),
                seq,
                event_id: &id,
                kind: &event.kind,
                schema_version: i64::from(event.schema_version),
                payload,
                recorded_at: now.0,
                occurred_at: event.occurred_at.0,
                actor: &event.actor,
                purpose: &event.purpose,
                prev_hash: &prev,
            }
            .hash();
            placed.push(Placed {
                bucket: i64::from(p.bucket.0),
                stream: &append.stream,
                event,
                payload,
                seq,
                id,
                prev,
                hash,
            });
            (head.seq, head.hash) = (seq, hash);
            seqs.push(seq);
        }
    }
    seqs
}

fn write_events(
    session: &mut dyn Session,
    placed: &[Placed<'_>],
    heads: &HashMap<&StreamId, Head>,
    now: Timestamp,
    counters: &mut Counters,
) -> Result<(), StoreError> {
    if placed.is_empty() {
        return Ok(());
    }
    // In the order of the trees: neighbours are written together.
    let mut sorted: Vec<&Placed<'_>> = placed.iter().collect();
    sorted.sort_unstable_by_key(|e| (e.bucket, e.stream, e.seq));
    let mut values = Vec::with_capacity(placed.len() * 13);
    for e in sorted {
        values.extend([
            Value::Int(e.bucket),
            Value::Text(e.stream.as_str()),
            Value::Int(e.seq as i64),
            Value::Blob(&e.id),
            Value::Text(&e.event.kind),
            Value::Int(i64::from(e.event.schema_version)),
            Value::Blob(e.payload),
            Value::Int(now.0),
            Value::Int(e.event.occurred_at.0),
            Value::Text(&e.event.actor),
            Value::Text(&e.event.purpose),
            Value::Blob(&e.prev),
            Value::Blob(&e.hash),
        ]);
    }
    session.insert(&sql::EVENTS_ADD, &values)?;

    // Sorted: neighbours in the tree are written together, and two writers lock in one order.
    let changed: BTreeMap<(i64, &str), &Head> = heads
        .iter()
        .filter(|(_, h)| h.seq != h.stored)
        .map(|(s, h)| ((i64::from(s.bucket().0), s.as_str()), h))
        .collect();
    let (mut added, mut moved) = (Vec::new(), Vec::new());
    for ((bucket, stream), head) in &changed {
        let (bucket, stream) = (Value::Int(*bucket), Value::Text(stream));
        let (seq, hash) = (Value::Int(head.seq as i64), Value::Blob(&head.hash));
        if head.stored == 0 {
            added.extend([bucket, stream, seq, hash]);
        } else {
            moved.extend([seq, hash, bucket, stream, Value::Int(head.stored as i64)]);
        }
    }
    session.insert(&sql::HEADS_ADD, &added)?;
    let wanted = moved.len() as u64 / 5;
    if session.update(&sql::HEADS_MOVE, &moved)? != wanted {
        return Err(StoreError::Database {
            statement: sql::HEADS_MOVE.name.into(),
            reason: "a stream moved on while this was written".into(),
            kind: crate::error::DatabaseKind::Rerun,
        });
    }

    let entries: Vec<crate::integrity::Entry> = changed
        .iter()
        .map(|((bucket, stream), head)| crate::integrity::Entry {
            bucket: *bucket as u16,
            stream: (*stream).to_owned(),
            seq: head.seq,
            hash: head.hash,
        })
        .collect();
    let batch_id: [u8; 16] = batch_id(now)?;
    let encoded = crate::integrity::encode_entries(&entries);
    let count = placed.len() as u64;
    session.insert(
        &sql::PENDING_ADD,
        &[
            Value::Int(UNIT),
            Value::Blob(&batch_id),
            Value::Int(count as i64),
            Value::Blob(&encoded),
        ],
    )?;
    counters.pending_events += count;
    Ok(())
}

/// A key that grows with time, so that new rows come last, and that no other writer makes.
fn batch_id(now: Timestamp) -> Result<[u8; 16], StoreError> {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&now.0.to_be_bytes());
    id[8..].copy_from_slice(&keys::random::<8>()?);
    Ok(id)
}

fn write_people(
    session: &mut dyn Session,
    made: &HashMap<CustomerId, &[u8]>,
    good: &[&Prepared],
    accesses: &[&AccessRow],
    now: Timestamp,
) -> Result<(), StoreError> {
    // In the order of the tree.
    let new: BTreeMap<(i64, [u8; 16]), &[u8]> = made
        .iter()
        .map(|(c, wrapped)| ((i64::from(c.bucket().0), c.bytes()), *wrapped))
        .collect();
    let mut values = Vec::with_capacity(new.len() * 5);
    for ((bucket, id), wrapped) in &new {
        let algorithm = Value::Text(keys::ALGORITHM);
        values.extend([
            Value::Int(*bucket),
            Value::Blob(id),
            algorithm,
            Value::Blob(wrapped),
            Value::Int(now.0),
        ]);
    }
    let rows = new.len() as u64;
    if session.insert(&sql::KEYS_ADD, &values)? != rows {
        return Err(StoreError::Database {
            statement: sql::KEYS_ADD.name.into(),
            reason: "another process made the same customer's key".into(),
            kind: crate::error::DatabaseKind::Rerun,
        });
    }

    let mut found: Vec<(i64, &[u8; 16], [u8; 16])> = Vec::new();
    for p in good {
        if let Some(customer) = p.work.customer {
            found.extend(p.handles.iter().map(|h| (handle_bucket(h), h, customer.bytes())));
        }
    }
    found.sort_unstable();
    found.dedup();
    let values: Vec<Value<'_>> = found
        .iter()
        .flat_map(|(b, h, c)| [Value::Int(*b), Value::Blob(*h), Value::Blob(c)])
        .collect();
    session.insert(&sql::HANDLES_ADD, &values)?;

    let ids: Vec<[u8; 16]> = accesses.iter().map(|a| a.access.customer.bytes()).collect();
    let mut values = Vec::with_capacity(accesses.len() * 8);
    for (row, id) in accesses.iter().zip(&ids) {
        let a = &row.access;
        values.extend([
            Value::Int(i64::from(a.customer.bucket().0)),
            Value::Blob(id),
            Value::Int(a.at.0),
            Value::Blob(&row.id),
            Value::opt_int(a.case.map(case_key)),
            Value::Text(&a.actor),
            Value::Text(&a.purpose),
            Value::Text(&a.what),
        ]);
    }
    session.insert(&sql::ACCESSES_ADD, &values)?;
    Ok(())
}

fn write_queues(session: &mut dyn Session, good: &[&Prepared], now: Timestamp) -> Result<(), StoreError> {
    let lane = |p: &Prepared| i64::from(p.bucket.0 % LANES);
    let jobs: Vec<(i64, [u8; 16], &crate::NewJob)> = good
        .iter()
        .flat_map(|p| p.work.jobs.iter().map(move |j| (lane(p), j.id.bytes(), j)))
        .collect();
    let mut values = Vec::with_capacity(jobs.len() * 9);
    for (lane, id, job) in &jobs {
        values.extend([
            Value::Int(*lane),
            Value::Blob(id),
            Value::Text(&job.kind),
            Value::Int(job.run_at.0),
            Value::Text(&job.body),
            Value::Int(0),
            Value::Text(""),
            Value::Int(0),
            Value::Text(""),
        ]);
    }
    session.insert(&sql::JOBS_ADD, &values)?;

    let messages: Vec<(i64, [u8; 16], &crate::OutboxMessage)> = good
        .iter()
        .flat_map(|p| p.work.outbox.iter().map(move |m| (lane(p), m.id.bytes(), m)))
        .collect();
    let mut values = Vec::with_capacity(messages.len() * 9);
    for (lane, id, message) in &messages {
        values.extend([
            Value::Int(*lane),
            Value::Int(now.0),
            Value::Blob(id),
            Value::Text(&message.topic),
            Value::Text(&message.body),
            Value::Int(now.0),
            Value::Int(0),
            Value::Text(""),
            Value::Int(0),
        ]);
    }
    session.insert(&sql::OUTBOX_ADD, &values)?;
    Ok(())
}

/// The key of a case in tables of the unit.
pub(crate) fn case_key(case: CaseId) -> i64 {
    // Sixty bits: always fits.
    case.bits() as i64
}

/// A stored row and what it stands for; used by readers and writers of the work list.
pub(crate) fn case_of_key(key: i64) -> CaseId {
    CaseId::from_bits(key as u64)
}
