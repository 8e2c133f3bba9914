//! Rehashing everything: events, heads, checkpoints, and the anchors outside the database.

use crate::{
    StoreError,
    attachments::{self, Health, Named},
    batch::UNIT,
    chain::{self, Link},
    integrity::{self, Anchor, Record},
    keys,
    prepare::Desk,
    read::StoredEvent,
    session::{Session, Value},
    sql,
    work::StreamId,
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, path::Path};

/// What `verify` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Events that were rehashed.
    pub events: u64,
    /// Streams that they belong to.
    pub streams: u64,
    /// Checkpoints in the database.
    pub checkpoints: u64,
    /// Events vouched for by the anchor file outside the database.
    pub anchored_events: u64,
    /// Events that nothing outside the database vouches for yet.
    pub unanchored_events: u64,
    /// Attachments that were rehashed.
    pub attachments: u64,
    /// The first bad place, and up to 99 more. Empty when all is whole.
    pub bad: Vec<Bad>,
    /// What is no damage but should be known.
    pub notes: Vec<String>,
}

impl Verdict {
    /// Whether nothing bad was found.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.bad.is_empty()
    }

    fn add(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        if self.bad.len() < 100 {
            self.bad.push(Bad {
                place: place.into(),
                reason: reason.into(),
            });
        }
    }
}

/// One bad place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Where: a stream and number, a checkpoint, or a line of the anchor file.
    pub place: String,
    /// What is wrong there.
    pub reason: String,
}

/// Places where a stream must have been: number → (hash, checkpoint; 0 when only pending).
type Marks = HashMap<(u16, String), Vec<(u64, [u8; 32], u64)>>;

/// How many checkpoint entries are held in memory at once.
const GROUP: u64 = 250_000;

struct Pass<'a> {
    session: &'a mut dyn Session,
    verdict: Verdict,
    anchors: HashMap<u64, Anchor>,
    progress: &'a mut dyn FnMut(u64),
    desk: &'a Desk,
    /// Attachments that are not there: damage, unless their customer was erased.
    missing: Vec<Named>,
}

impl Desk {
    /// Rehashes the whole store in one snapshot; `progress` gets the number of events done.
    pub(crate) fn verify(
        &self,
        anchor_file: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Verdict, StoreError> {
        // First the anchors, then the snapshot: what is anchored is then in the snapshot too.
        let lines = integrity::read_anchors(anchor_file)?;
        let public = self.provider.public_key();
        let (mut verdict, missing) = self.pool.snapshot(|session| {
            let mut pass = Pass {
                desk: self,
                missing: Vec::new(),
                session,
                verdict: Verdict::default(),
                anchors: HashMap::new(),
                progress: &mut *progress,
            };
            match &lines {
                None => pass.verdict.notes.push(format!(
                    "there is no anchor file {}: nothing outside the database vouches for it",
                    anchor_file.display()
                )),
                Some(lines) => pass.anchors(lines, &public),
            }
            pass.run(&public)?;
            Ok((pass.verdict, pass.missing))
        })?;
        // Asked after the snapshot: somebody may be erased while we look.
        for gone in missing {
            if !self.is_erased(gone.customer)? {
                verdict.add(about(&gone), "the sealed file is missing");
            }
        }
        Ok(verdict)
    }
}

/// Names an attachment and the event that names it.
fn about(named: &Named) -> String {
    format!("attachment {} ({})", named.at.file, named.place)
}

impl Pass<'_> {
    /// Rehashes what events name.
    fn files(&mut self, files: Vec<Result<Named, StoreError>>) {
        for file in files {
            let named = match file {
                Ok(named) => named,
                Err(e) => {
                    self.verdict.add("an attachment", e.to_string());
                    continue;
                }
            };
            match self.desk.rehash(named.at.address) {
                Health::Whole => {}
                Health::Missing => {
                    self.missing.push(named);
                    continue;
                }
                Health::Changed => self.verdict.add(
                    about(&named),
                    "its sealed bytes are not those that the entry names: they were changed",
                ),
                Health::Unreadable(why) => self.verdict.add(about(&named), why),
            }
            self.verdict.attachments += 1;
        }
    }

    fn anchors(&mut self, lines: &[Result<Anchor, String>], public: &[u8; 32]) {
        for line in lines {
            let anchor = match line {
                Ok(anchor) => anchor,
                Err(place) => {
                    self.verdict.add(
                        format!("anchor file, {place}"),
                        "the line has not the written form",
                    );
                    continue;
                }
            };
            let Ok(record) = Record::decode(&anchor.record, "anchor") else {
                continue;
            };
            let place = format!("anchor of checkpoint {}", record.number);
            if !keys::signature_holds(public, &anchor.record, &anchor.signature) {
                self.verdict.add(&place, "its signature does not hold");
            }
            match self.anchors.insert(record.number, anchor.clone()) {
                Some(other) if other != *anchor => {
                    self.verdict.add(&place, "the anchor file holds two different records of this number: the database was replaced by an older state in between");
                }
                _ => {}
            }
        }
    }

    fn run(&mut self, public: &[u8; 32]) -> Result<(), StoreError> {
        let (last, entries) = self.checkpoints(public)?;
        let heads = self
            .session
            .one(&sql::HEADS_COUNT, &[])?
            .map_or(Ok(0), |r| r.count(0))?;
        let groups = (entries.max(heads) / GROUP + 1).min(u64::from(domain::ids::BUCKETS));
        let step = u64::from(domain::ids::BUCKETS).div_ceil(groups);
        let mut anchored = 0;
        let mut from = 0;
        while from < u64::from(domain::ids::BUCKETS) {
            let to = (from + step).min(u64::from(domain::ids::BUCKETS));
            anchored += self.buckets(from as i64, to as i64)?;
            from = to;
        }
        let mut pending = 0;
        self.session
            .each(&sql::PENDING_COUNT, &[Value::Int(UNIT)], &mut |row| {
                pending += row.count(0)?;
                Ok(())
            })?;
        let counted = last.as_ref().map_or(0, |r| r.events) + pending;
        if counted != self.verdict.events && self.verdict.whole() {
            self.verdict.add(
                "the number of events",
                format!(
                    "checkpoints and pending batches count {counted}, the log has {}",
                    self.verdict.events
                ),
            );
        }
        self.verdict.anchored_events = anchored;
        self.verdict.unanchored_events = self.verdict.events.saturating_sub(anchored);
        Ok(())
    }

    /// Checks the chain of checkpoint records; returns the last one and the number of all entries.
    fn checkpoints(&mut self, public: &[u8; 32]) -> Result<(Option<Record>, u64), StoreError> {
        let rows = self
            .session
            .all(&sql::CHECKPOINTS_AFTER, &[Value::Int(UNIT), Value::Int(0)])?;
        let mut previous = [0; 32];
        let mut last: Option<Record> = None;
        let mut expected = 1;
        let mut all = 0;
        for mut row in rows {
            self.verdict.checkpoints += 1;
            let (Ok(number), Ok(encoded), Ok(signature)) = (row.count(0), row.blob(1), row.blob(2)) else {
                self.verdict
                    .add(format!("checkpoint {expected}"), "it cannot be read");
                continue;
            };
            let place = format!("checkpoint {number}");
            if number != expected {
                self.verdict
                    .add(format!("checkpoint {expected}"), "it is missing");
            }
            expected = number + 1;
            let record = match Record::decode(&encoded, &place) {
                Ok(record) => record,
                Err(e) => {
                    self.verdict.add(&place, e.to_string());
                    continue;
                }
            };
            if record.number != number {
                self.verdict.add(&place, "its record has another number");
            }
            if record.previous != previous {
                self.verdict
                    .add(&place, "it does not follow the checkpoint before");
            }
            if !keys::signature_holds(public, &encoded, &signature) || record.public_key != *public {
                self.verdict.add(&place, "its signature does not hold");
            }
            if let Some(anchor) = self.anchors.get(&number)
                && (anchor.record != encoded || anchor.signature != signature)
            {
                self.verdict
                    .add(&place, "it differs from its anchor outside the database");
            }
            let (hash, entries) = self.list_hash(number)?;
            if hash != record.list_hash || entries != Some(record.entries) {
                self.verdict.add(&place, "its entries are not the signed ones");
            }
            all += record.entries.min(u64::from(u32::MAX));
            previous = integrity::record_hash(&encoded);
            last = Some(record);
        }
        let mut beyond: Vec<u64> = self.anchors.keys().copied().filter(|n| *n >= expected).collect();
        beyond.sort_unstable();
        if let Some(first) = beyond.first() {
            self.verdict.add(
                format!("checkpoint {first}"),
                "it is in the anchor file but not in the database: the database is older than its anchor, or its end was cut off",
            );
        }
        Ok((last, all))
    }

    /// Returns the hash over the stored entries, and how many they are (`None` when unreadable).
    fn list_hash(&mut self, number: u64) -> Result<([u8; 32], Option<u64>), StoreError> {
        let mut hash = Sha256::new();
        let mut count = Some(0);
        let mut part = 0;
        self.session.each(
            &sql::ENTRIES_OF,
            &[Value::Int(UNIT), Value::Int(number as i64)],
            &mut |mut row| {
                if row.int(0)? != part {
                    count = None;
                }
                part += 1;
                let encoded = row.blob(1)?;
                hash.update(&encoded);
                let read = integrity::decode_entries(&encoded, "entries", &mut |_| {
                    count = count.map(|n| n + 1);
                    Ok(())
                });
                if read.is_err() {
                    count = None;
                }
                Ok(())
            },
        )?;
        Ok((hash.finalize().into(), count))
    }

    /// Rehashes the streams of some buckets; returns how many of their events are anchored.
    fn buckets(&mut self, from: i64, to: i64) -> Result<u64, StoreError> {
        let mut marks = self.marks(from, to)?;
        let mut heads: HashMap<(u16, String), (u64, [u8; 32])> = HashMap::new();
        let verdict = &mut self.verdict;
        self.session.each(
            &sql::HEADS_RANGE,
            &[Value::Int(from), Value::Int(to)],
            &mut |mut row| {
                let stream = row
                    .text(1)
                    .unwrap_or_else(|_| "a stream without a readable name".into());
                let bucket = u16::try_from(row.int(0)?).unwrap_or(u16::MAX);
                match (row.count(2), row.bytes(3)) {
                    (Ok(seq), Ok(hash)) => {
                        heads.insert((bucket, stream), (seq, hash));
                    }
                    _ => verdict.add(format!("the head of {stream}"), "it cannot be read"),
                }
                Ok(())
            },
        )?;
        let mut anchored = 0;
        let mut files = Vec::new();
        let mut chain: Option<Chain> = None;
        let verdict = &mut self.verdict;
        let anchors = &self.anchors;
        let progress = &mut *self.progress;
        let mut finish = |chain: Chain, verdict: &mut Verdict| {
            anchored += chain.finish(&mut marks, &mut heads, anchors, verdict);
        };
        self.session.each(
            &sql::EVENTS_RANGE,
            &[Value::Int(from), Value::Int(to)],
            &mut |mut row| {
                let bucket = row.int(12)?;
                verdict.events += 1;
                let Ok(stream) = row.text(0) else {
                    let near = chain.as_ref().map_or("the first stream", |c| c.key.1.as_str());
                    verdict.add(format!("after {near}"), "the name of a stream cannot be read");
                    return Ok(());
                };
                let key = (u16::try_from(bucket).unwrap_or(u16::MAX), stream);
                if chain.as_ref().is_none_or(|c| c.key != key)
                    && let Some(done) = chain.replace(Chain::new(key.clone()))
                {
                    finish(done, verdict);
                }
                row.0[0] = crate::session::Cell::Text(key.1);
                let event = StoredEvent::of(&mut row);
                if let Ok(e) = &event
                    && e.kind == attachments::ATTACHED
                {
                    let place = format!("{} entry {}", e.stream, e.seq);
                    files.push(attachments::named_by(&e.payload, place));
                }
                if let Some(chain) = chain.as_mut() {
                    match event {
                        Ok(event) => chain.add(event, verdict),
                        Err(e) => chain.unreadable(&e, verdict),
                    }
                }
                if verdict.events.is_multiple_of(1024) {
                    progress(verdict.events);
                }
                Ok(())
            },
        )?;
        if let Some(done) = chain.take() {
            finish(done, verdict);
        }
        let mut left: Vec<String> = marks.keys().chain(heads.keys()).map(|(_, s)| s.clone()).collect();
        left.sort();
        left.dedup();
        for stream in left {
            self.verdict
                .add(format!("{stream} entry 1"), "the whole stream is missing");
        }
        self.files(files);
        Ok(anchored)
    }

    /// Loads the places where the streams of some buckets must have been.
    fn marks(&mut self, from: i64, to: i64) -> Result<Marks, StoreError> {
        let mut marks = Marks::new();
        let mut unreadable = Vec::new();
        let mut take = |encoded: &[u8], number: u64, place: String| {
            let read = integrity::decode_entries(encoded, &place, &mut |e| {
                if StreamId::stored(e.stream.clone()).bucket().0 != e.bucket {
                    return Err(StoreError::damaged(
                        &place,
                        format!("{} is in the wrong bucket", e.stream),
                    ));
                }
                if (from..to).contains(&i64::from(e.bucket)) {
                    marks
                        .entry((e.bucket, e.stream))
                        .or_default()
                        .push((e.seq, e.hash, number));
                }
                Ok(())
            });
            if let Err(e) = read {
                unreadable.push((place, e.to_string()));
            }
        };
        self.session
            .each(&sql::ENTRIES_ALL, &[Value::Int(UNIT)], &mut |mut row| {
                let number = row.count(0)?;
                take(&row.blob(1)?, number, format!("entries of checkpoint {number}"));
                Ok(())
            })?;
        self.session
            .each(&sql::PENDING_ALL, &[Value::Int(UNIT)], &mut |mut row| {
                take(&row.blob(2)?, 0, "pending entries".to_owned());
                Ok(())
            })?;
        for (place, reason) in unreadable {
            // Entries of a checkpoint are told by its hash already.
            if place == "pending entries" {
                self.verdict.add(place, reason);
            }
        }
        Ok(marks)
    }
}

/// One stream while it is rehashed.
struct Chain {
    key: (u16, String),
    seq: u64,
    hash: [u8; 32],
    /// The stored hash by number, for the marks.
    hashes: Vec<[u8; 32]>,
    broken: bool,
}

impl Chain {
    fn new(key: (u16, String)) -> Self {
        Chain {
            key,
            seq: 0,
            hash: chain::START,
            hashes: Vec::new(),
            broken: false,
        }
    }

    fn bad(&mut self, seq: u64, reason: impl Into<String>, verdict: &mut Verdict) {
        if !self.broken {
            verdict.add(format!("{} entry {seq}", self.key.1), reason);
        }
        self.broken = true;
    }

    fn unreadable(&mut self, e: &StoreError, verdict: &mut Verdict) {
        self.bad(self.seq + 1, format!("it cannot be read: {e}"), verdict);
    }

    fn add(&mut self, e: StoredEvent, verdict: &mut Verdict) {
        if self.seq == 0 {
            verdict.streams += 1;
            if StreamId::stored(self.key.1.clone()).bucket().0 != self.key.0 {
                self.bad(e.seq, "it lies in the wrong bucket", verdict);
            }
        }
        if e.seq != self.seq + 1 {
            let wanted = self.seq + 1;
            self.bad(
                wanted,
                format!("it is missing; the next stored entry is {}", e.seq),
                verdict,
            );
        }
        if e.prev_hash != self.hash {
            self.bad(e.seq, "it does not follow the entry before", verdict);
        }
        let hash = Link {
            bucket: self.key.0,
            stream: &self.key.1,
            seq: e.seq,
            event_id: &e.id.bytes(),
            kind: &e.kind,
            schema_version: e.schema_version,
            payload: &e.payload,
            recorded_at: e.recorded_at,
            occurred_at: e.occurred_at,
            actor: &e.actor,
            purpose: &e.purpose,
            prev_hash: &e.prev_hash,
        }
        .hash();
        if hash != e.hash {
            self.bad(e.seq, "its content does not have the stored hash", verdict);
        }
        (self.seq, self.hash) = (e.seq, e.hash);
        self.hashes.push(e.hash);
    }

    /// Compares the end with marks and head; returns how many events are anchored.
    fn finish(
        mut self,
        marks: &mut Marks,
        heads: &mut HashMap<(u16, String), (u64, [u8; 32])>,
        anchors: &HashMap<u64, Anchor>,
        verdict: &mut Verdict,
    ) -> u64 {
        let mut anchored = 0;
        for (seq, hash, number) in marks.remove(&self.key).unwrap_or_default() {
            let stored = usize::try_from(seq)
                .ok()
                .and_then(|n| self.hashes.get(n.wrapping_sub(1)));
            let told = if number == 0 {
                "the batch that wrote it".into()
            } else {
                format!("checkpoint {number}")
            };
            match stored {
                None => {
                    let next = self.seq + 1;
                    self.bad(
                        next,
                        format!("{told} knows {seq} entries, and the rest is missing"),
                        verdict,
                    );
                }
                Some(stored) if *stored != hash => {
                    self.bad(
                        seq,
                        format!("its hash is not the one that {told} knows: it was written again"),
                        verdict,
                    );
                }
                Some(_) => {
                    if anchors.contains_key(&number) {
                        anchored = anchored.max(seq);
                    }
                }
            }
        }
        match heads.remove(&self.key) {
            None => self.bad(self.seq, "the stream has no head", verdict),
            Some(head) if head != (self.seq, self.hash) => {
                let seq = self.seq.min(head.0) + 1;
                self.bad(
                    seq,
                    format!(
                        "the head of the stream says {} entries, {} are stored, or its hash differs",
                        head.0, self.seq
                    ),
                    verdict,
                );
            }
            Some(_) => {}
        }
        anchored
    }
}
