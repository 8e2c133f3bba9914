//! The reference of `append`: one writer thread with group commit and nothing else.

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, bounded};
use domain::CaseId;
use rand_chacha::{ChaCha8Rng, rand_core::Rng as _};
use std::path::Path;

/// The row that a writer hands in: what ours stores for the same command.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    bucket: i64,
    stream: String,
    seq: i64,
    event: [u8; 16],
    payload: Vec<u8>,
    at: i64,
    case: i64,
    message: [u8; 16],
    clock_facts: String,
    topic_body: String,
}

/// The rest of the row is the same for all.
const HASH: [u8; 32] = [7; 32];
const KIND: &str = "contact_recorded";
const ACTOR: &str = "handler:handler-0001";
const PURPOSE: &str = "complaint_handling";
const TOPIC: &str = "case.changed";

impl Item {
    /// Returns the row before the first call on `case`.
    pub(crate) fn of(case: CaseId, seq: u64, clock_facts: String, payload: usize) -> Self {
        Item {
            bucket: i64::from(case.bucket().0),
            stream: format!("case/{case}/facts"),
            seq: seq as i64,
            event: [0; 16],
            payload: vec![9; payload],
            at: crate::generate::NOW.0,
            case: case.bits() as i64,
            message: [0; 16],
            clock_facts,
            topic_body: format!(r#"{{"case":"{case}","state":"under_review"}}"#),
        }
    }

    /// Makes it the next call.
    pub(crate) fn next(&mut self, dice: &mut ChaCha8Rng) {
        self.seq += 1;
        self.at += 1_000_000;
        dice.fill_bytes(&mut self.event);
        dice.fill_bytes(&mut self.message);
    }
}

/// Writes one batch durably.
pub(crate) type Write = Box<dyn FnMut(&[Item]) -> anyhow::Result<()> + Send>;
type Request = (Item, Sender<()>);

/// Runs `clients` against a thread that takes all that waits into one transaction; `send` returns after
/// the flush.
pub(crate) fn with_group_commit<T>(
    mut write: Write,
    clients: impl FnOnce(&(dyn Fn(&Item) -> anyhow::Result<()> + Sync)) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let (send, queue): (Sender<Request>, Receiver<Request>) = bounded(1024);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || -> anyhow::Result<()> {
            while let Ok(first) = queue.recv() {
                let (items, waiting): (Vec<Item>, Vec<Sender<()>>) =
                    std::iter::once(first).chain(queue.try_iter()).unzip();
                write(&items)?;
                for reply in waiting {
                    reply.send(()).context("the client waits")?;
                }
            }
            Ok(())
        });
        let result = clients(&|item| {
            let (reply, answer) = bounded(1);
            send.send((item.clone(), reply))
                .map_err(|_| anyhow::anyhow!("the writer has stopped"))?;
            answer.recv().context("the writer has stopped")
        });
        drop(send);
        match writer.join() {
            Ok(written) => written.and(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

const EVENT: &str = "INSERT INTO events (bucket, stream_id, seq, event_id, kind, schema_version, payload, \
    recorded_at, occurred_at, actor, purpose, prev_hash, hash)";
const MESSAGE: &str = "INSERT INTO outbox (bucket, created_at, message_id, topic, body, due_at, attempts, lease_owner, lease_until)";

/// Opens the database file with the durability and the cache that ours uses.
pub(crate) fn sqlite(file: &Path) -> anyhow::Result<Write> {
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; \
         PRAGMA wal_autocheckpoint = 20000;",
    )?;
    Ok(Box::new(move |items| {
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut event = db.prepare_cached(&format!("{EVENT} VALUES (?,?,?,?,?,1,?,?,?,?,?,?,?)"))?;
        let mut head = db.prepare_cached(
            "UPDATE heads SET last_seq = ?, head_hash = ? WHERE bucket = ? AND stream_id = ?",
        )?;
        let mut view = db.prepare_cached(
            "UPDATE worklist SET updated_at = ?, facts_seq = ?, clock_facts = ? WHERE bucket = 0 AND case_id = ?",
        )?;
        let mut message = db.prepare_cached(&format!("{MESSAGE} VALUES (?,?,?,?,?,?,0,'',0)"))?;
        for i in items {
            event.execute(rusqlite::params![
                i.bucket, i.stream, i.seq, i.event, KIND, i.payload, i.at, i.at, ACTOR, PURPOSE, HASH, HASH
            ])?;
            let moved = head.execute(rusqlite::params![i.seq, HASH, i.bucket, i.stream])?;
            let shown = view.execute(rusqlite::params![i.at, i.seq, i.clock_facts, i.case])?;
            anyhow::ensure!(moved == 1 && shown == 1, "the reference misses {}", i.stream);
            message.execute(rusqlite::params![
                i.bucket % 16,
                i.at,
                i.message,
                TOPIC,
                i.topic_body,
                i.at
            ])?;
        }
        drop((event, head, view, message));
        db.execute_batch("COMMIT")?;
        Ok(())
    }))
}

/// Prepares one statement per table that takes all rows of a batch.
pub(crate) fn postgres(mut client: postgres::Client) -> anyhow::Result<Write> {
    client.batch_execute(
        "SET synchronous_commit = on; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
         SET jit = off",
    )?;
    let event = client.prepare(&format!(
        "{EVENT} SELECT b, s, n, e, $8, 1, p, t, t, $9, $10, $7, $7 FROM \
         unnest($1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bigint[]) AS v (b, s, n, e, p, t)"
    ))?;
    let head = client.prepare(
        "UPDATE heads AS h SET last_seq = v.n, head_hash = $4 FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS v (b, s, n) \
         WHERE h.bucket = v.b AND h.stream_id = v.s",
    )?;
    let view = client.prepare(
        "UPDATE worklist AS w SET updated_at = v.t, facts_seq = v.n, clock_facts = v.f \
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS v (c, t, n, f) \
         WHERE w.bucket = 0 AND w.case_id = v.c",
    )?;
    let message = client.prepare(&format!(
        "{MESSAGE} SELECT b, t, m, $5, x, t, 0, '', 0 FROM \
         unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[]) AS v (b, t, m, x)"
    ))?;
    Ok(Box::new(move |items| {
        let ints = |f: fn(&Item) -> i64| items.iter().map(f).collect::<Vec<i64>>();
        let (buckets, seqs, times) = (ints(|i| i.bucket), ints(|i| i.seq), ints(|i| i.at));
        let (cases, lanes) = (ints(|i| i.case), ints(|i| i.bucket % 16));
        let streams: Vec<&str> = items.iter().map(|i| i.stream.as_str()).collect();
        let events: Vec<&[u8]> = items.iter().map(|i| i.event.as_slice()).collect();
        let payloads: Vec<&[u8]> = items.iter().map(|i| i.payload.as_slice()).collect();
        let messages: Vec<&[u8]> = items.iter().map(|i| i.message.as_slice()).collect();
        let bodies: Vec<&str> = items.iter().map(|i| i.topic_body.as_str()).collect();
        let facts: Vec<&str> = items.iter().map(|i| i.clock_facts.as_str()).collect();
        let hash = HASH.as_slice();
        let mut t = client.transaction()?;
        t.execute(
            &event,
            &[
                &buckets, &streams, &seqs, &events, &payloads, &times, &hash, &KIND, &ACTOR, &PURPOSE,
            ],
        )?;
        let moved = t.execute(&head, &[&buckets, &streams, &seqs, &hash])?;
        let shown = t.execute(&view, &[&cases, &times, &seqs, &facts])?;
        let wanted = items.len() as u64;
        anyhow::ensure!(moved == wanted && shown == wanted, "the reference misses a case");
        t.execute(&message, &[&lanes, &times, &messages, &bodies, &TOPIC])?;
        t.commit()?;
        Ok(())
    }))
}
