//! What can be done before the writer: checking, sealing, hashing. Runs on the caller's thread.

use crate::{
    AppendError, StoreError, Work,
    attachments::{self, Blobs},
    keys::{self, DataKey, KeyProvider, KeyRing, Secret},
    payload,
    pool::Pool,
    session::{Row, Value},
    sql,
    work::Handle,
};
use domain::{Bucket, CustomerId};
use sha2::{Digest, Sha256};
use std::{collections::HashSet, sync::Arc};

/// Work that the writer only has to number, chain and insert.
pub(crate) struct Prepared {
    pub(crate) work: Arc<Work>,
    pub(crate) bucket: Bucket,
    /// Stored payloads, in the order of the work's events.
    pub(crate) payloads: Vec<Vec<u8>>,
    /// Hashed search words.
    pub(crate) words: Option<Words>,
    /// The sealed bodies of the work's records, in their order; `None` removes.
    pub(crate) records: Vec<Option<Vec<u8>>>,
    /// Hashed handles.
    pub(crate) handles: Vec<[u8; 16]>,
    /// A data key that is not known to be stored yet, wrapped.
    pub(crate) new_key: Option<(CustomerId, Arc<Vec<u8>>)>,
    /// The customer, when the data key is gone: then it can only be work that is stored already.
    pub(crate) erased: Option<CustomerId>,
    /// About how many bytes it will write.
    pub(crate) bytes: usize,
}

/// The hashed words of one text, in the two spellings that the engines want.
pub(crate) struct Words {
    /// Eight characters each, separated by blanks.
    pub(crate) text: String,
    /// Five bytes each.
    pub(crate) packed: Vec<u8>,
}

const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl Words {
    fn push(&mut self, bits: [u8; 5]) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.extend(spelled(bits).map(char::from));
        self.packed.extend(bits);
    }

    /// Reads the packed spelling.
    pub(crate) fn unpack(packed: &[u8]) -> Self {
        let mut words = Words {
            text: String::with_capacity(packed.len() * 2),
            packed: Vec::new(),
        };
        for bits in packed.as_chunks::<5>().0 {
            words.push(*bits);
        }
        words
    }

    /// Reads the spelled words; anything that is none is left out.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = Words {
            text: String::with_capacity(text.len()),
            packed: Vec::new(),
        };
        text.split(' ')
            .filter_map(packed_word)
            .for_each(|w| words.push(w));
        words
    }
}

/// Returns the packed spelling of one spelled word.
pub(crate) fn packed_word(word: &str) -> Option<[u8; 5]> {
    if word.len() != 8 {
        return None;
    }
    let value = word.bytes().try_fold(0u64, |v, c| {
        DIGITS.iter().position(|d| *d == c).map(|p| v << 5 | p as u64)
    })?;
    let b = value.to_be_bytes();
    Some([b[3], b[4], b[5], b[6], b[7]])
}

fn spelled(bits: [u8; 5]) -> [u8; 8] {
    let value = bits.iter().fold(0u64, |v, b| v << 8 | u64::from(*b));
    std::array::from_fn(|i| DIGITS[(value >> (35 - 5 * i) & 31) as usize])
}

/// The keyed hashes of search words and handles.
pub(crate) struct Blind {
    words: Secret,
    handles: Secret,
}

impl Blind {
    pub(crate) fn new(provider: &dyn KeyProvider) -> Self {
        Blind {
            words: provider.derive("blind-index"),
            handles: provider.derive("handles"),
        }
    }

    /// Returns the keyed hash of a search word: eight characters, forty bits. A false hit needs one of
    /// a million words to collide: about one in a million per word asked for.
    fn bits(&self, token: &str) -> [u8; 5] {
        // One compression per short word: the key fills the first half of the only block. The hash is
        // cut to 40 of 256 bits, so lengthening a message gains nothing.
        let mut h = Sha256::new();
        h.update(self.words.as_ref());
        h.update(token.as_bytes());
        let digest = h.finalize();
        std::array::from_fn(|i| digest[i])
    }

    /// Returns the hashed word as it is asked for.
    pub(crate) fn word(&self, token: &str) -> [u8; 8] {
        spelled(self.bits(token))
    }

    /// Returns the hashed words of a text.
    pub(crate) fn words(&self, tokens: &[String]) -> Words {
        let mut words = Words {
            text: String::with_capacity(tokens.len() * 9),
            packed: Vec::with_capacity(tokens.len() * 5),
        };
        for token in tokens {
            words.push(self.bits(token));
        }
        words
    }

    /// Returns the keyed hash of a handle.
    pub(crate) fn handle(&self, handle: &Handle) -> [u8; 16] {
        let hash = keys::hmac(
            &self.handles,
            &[&[handle.kind.code()], handle.normalised().as_bytes()],
        );
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        short
    }
}

/// The bucket in which a handle's hash lives.
pub(crate) fn handle_bucket(digest: &[u8; 16]) -> i64 {
    i64::from(u16::from_be_bytes([digest[0], digest[1]]) % domain::ids::BUCKETS)
}

/// All that preparing needs.
pub(crate) struct Desk {
    pub(crate) provider: Arc<dyn KeyProvider>,
    /// Seals records.
    pub(crate) unit_key: Secret,
    pub(crate) ring: KeyRing,
    pub(crate) blind: Blind,
    pub(crate) pool: Pool,
    pub(crate) blobs: Box<dyn Blobs>,
}

/// The largest payload in bytes.
const MAX_PAYLOAD: usize = 8 << 20;
/// The longest kind, actor, purpose and view text in bytes.
const MAX_NAME: usize = 1000;
/// The most events in one work.
const MAX_EVENTS: usize = 10_000;

fn bad<T>(text: impl Into<String>) -> Result<T, AppendError> {
    Err(AppendError::BadWork(text.into()))
}

fn clean(what: &str, text: &str, longest: usize) -> Result<(), AppendError> {
    if text.len() > longest {
        return bad(format!(
            "{what} has {} bytes, and {longest} are allowed",
            text.len()
        ));
    }
    // PostgreSQL stores no zero character.
    if text.contains('\0') {
        return bad(format!("{what} holds a zero character"));
    }
    Ok(())
}

impl Desk {
    /// Prepares many works; the keys of their customers are looked up together.
    pub(crate) fn prepare_part(&self, works: &[Arc<Work>]) -> Vec<Result<Prepared, AppendError>> {
        // Without the answer each work asks for itself, and tells what went wrong.
        let new = self.without_keys(works).unwrap_or_default();
        works.iter().map(|w| self.prepare(Arc::clone(w), &new)).collect()
    }

    /// Returns the customers of `works` that have no key in the database; remembers the keys of the others.
    fn without_keys(&self, works: &[Arc<Work>]) -> Result<HashSet<CustomerId>, StoreError> {
        let asked: HashSet<CustomerId> = works
            .iter()
            .filter_map(|w| w.customer)
            .filter(|c| self.ring.get(*c).is_none())
            .collect();
        let mut customers: Vec<(i64, [u8; 16], CustomerId)> = asked
            .iter()
            .map(|c| (i64::from(c.bucket().0), c.bytes(), *c))
            .collect();
        // In the order of the tree.
        customers.sort_unstable();
        let keys: Vec<Value<'_>> = customers
            .iter()
            .flat_map(|(bucket, id, _)| [Value::Int(*bucket), Value::Blob(id)])
            .collect();
        let mut found = Vec::new();
        self.pool.with(|s| {
            found.clear();
            s.lookup(&sql::KEYS_NOW, &keys, &mut |n, row| {
                found.push((customers[n].2, row));
                Ok(())
            })
        })?;
        let mut new = asked;
        for (customer, row) in found {
            self.keep_key(customer, row)?;
            new.remove(&customer);
        }
        Ok(new)
    }

    /// Checks `work` and makes everything that does not depend on the writer. `new` are customers that
    /// are known to have no key yet; when one has got it meanwhile, the writer says so.
    pub(crate) fn prepare(
        &self,
        work: Arc<Work>,
        new: &HashSet<CustomerId>,
    ) -> Result<Prepared, AppendError> {
        let bucket = check(&work)?;
        let mut new_key = None;
        let mut erased = None;
        let mut key: Option<(CustomerId, Arc<Secret>)> = None;
        let mut payloads = Vec::new();
        let mut files = HashSet::new();
        let mut bytes = 200;
        for append in &work.streams {
            for (i, event) in append.events.iter().enumerate() {
                let split = payload::split(&event.body).map_err(AppendError::BadWork)?;
                if !split.texts.is_empty() && key.is_none() && erased.is_none() {
                    let Some(customer) = work.customer else {
                        return bad("it holds personal text but names no customer");
                    };
                    match self.data_key(customer, new)? {
                        DataKey::Stored(k) => key = Some((customer, k)),
                        DataKey::Fresh(k, wrapped) => {
                            key = Some((customer, k));
                            new_key = Some((customer, wrapped));
                        }
                        DataKey::Erased => erased = Some(customer),
                    }
                }
                if event.kind == attachments::ATTACHED {
                    attachments::check_named(self, &append.stream, &split.public, &mut files)
                        .map_err(AppendError::BadWork)?;
                }
                let seq = append.expected + i as u64 + 1;
                let opened = key.as_ref().map(|(c, k)| (*c, &***k));
                let made = payload::encode(&split, opened, &append.stream, seq, event.id)?;
                if made.len() > MAX_PAYLOAD {
                    return bad(format!(
                        "an event has {} bytes, and {MAX_PAYLOAD} are allowed; put large things into attachments",
                        made.len()
                    ));
                }
                bytes += made.len() + 200;
                payloads.push(made);
            }
        }
        let words = match &work.search {
            None => None,
            Some(text) => {
                if work.view.is_none() {
                    return bad("a search text needs the case's view beside it");
                }
                Some(self.blind.words(&text::tokens(text)))
            }
        };
        bytes += words.as_ref().map_or(0, |w| w.text.len() * 2);
        let records = self.seal_records(&work)?;
        bytes += records.iter().flatten().map(Vec::len).sum::<usize>();
        let handles = work.handles.iter().map(|h| self.blind.handle(h)).collect();
        Ok(Prepared {
            work,
            bucket,
            payloads,
            words,
            records,
            handles,
            new_key,
            erased,
            bytes,
        })
    }

    /// Returns the customer's data key; makes one when there has never been one.
    fn data_key(&self, customer: CustomerId, new: &HashSet<CustomerId>) -> Result<DataKey, StoreError> {
        if let Some(key) = self.ring.get(customer) {
            return Ok(key);
        }
        if new.contains(&customer) {
            return self.ring.fresh(customer, &*self.provider);
        }
        match self.stored_key(customer)? {
            Some(key) => Ok(key),
            None => self.ring.fresh(customer, &*self.provider),
        }
    }

    /// Returns the data key as the database has it.
    pub(crate) fn stored_key(&self, customer: CustomerId) -> Result<Option<DataKey>, StoreError> {
        if let Some(key @ (DataKey::Stored(_) | DataKey::Erased)) = self.ring.get(customer) {
            return Ok(Some(key));
        }
        let row = self.pool.with(|s| {
            let args = [
                Value::Int(i64::from(customer.bucket().0)),
                Value::Blob(&customer.bytes()),
            ];
            s.one(&sql::KEY_GET, &args)
        })?;
        row.map(|row| self.keep_key(customer, row)).transpose()
    }

    fn keep_key(&self, customer: CustomerId, mut row: Row) -> Result<DataKey, StoreError> {
        let key = match row.opt_int(1)? {
            Some(_) => DataKey::Erased,
            None => DataKey::Stored(Arc::new(self.provider.unwrap(customer, &row.blob(0)?)?)),
        };
        Ok(self.ring.keep(customer, key))
    }
}

/// Checks what can be known without the database; returns the bucket of the work.
fn check(work: &Work) -> Result<Bucket, AppendError> {
    let mut bucket = None;
    let mut ids = HashSet::new();
    let mut streams = HashSet::new();
    for append in &work.streams {
        let own = append.stream.bucket();
        if bucket.is_some_and(|b| b != own) {
            return bad(format!(
                "its streams live in different buckets (second: {})",
                append.stream
            ));
        }
        bucket = Some(own);
        if !streams.insert(&append.stream) {
            return bad(format!("{} is named twice", append.stream));
        }
        if append.expected > i64::MAX as u64 / 2 {
            return bad(format!("the expected number {} is out of range", append.expected));
        }
        for event in &append.events {
            if !ids.insert(event.id) {
                return bad(format!("event id {} is used twice in it", event.id));
            }
            clean("the kind of an event", &event.kind, MAX_NAME)?;
            clean("the actor of an event", &event.actor, MAX_NAME)?;
            clean("the purpose of an event", &event.purpose, MAX_NAME)?;
            if event.kind.is_empty() {
                return bad("an event has no kind");
            }
        }
    }
    if ids.len() > MAX_EVENTS {
        return bad(format!(
            "it has {} events, and {MAX_EVENTS} are allowed",
            ids.len()
        ));
    }
    if let Some(v) = &work.view {
        let texts = [
            ("masked name", &v.masked_name),
            ("state", &v.state),
            ("line", &v.line),
            ("product", &v.product),
            ("channel", &v.channel),
            ("source", &v.source),
            ("source reference", &v.source_ref),
            ("branch", &v.branch),
            ("currency", &v.currency),
            ("due clock", &v.due_clock),
        ];
        for (what, text) in texts {
            clean(what, text, MAX_NAME)?;
        }
        clean("handler", v.handler.as_deref().unwrap_or(""), MAX_NAME)?;
        clean("clock facts", &v.clock_facts, 1 << 20)?;
        if v.facts_seq > i64::MAX as u64 || v.negotiation_seq > i64::MAX as u64 {
            return bad("a sequence number of the view is out of range");
        }
        if work.search.is_some() && bucket.is_some_and(|b| b != v.case.bucket()) {
            return bad("the view is of another case than the streams");
        }
        bucket = bucket.or(Some(v.case.bucket()));
    }
    for message in &work.outbox {
        clean("the topic of a message", &message.topic, MAX_NAME)?;
        clean("the body of a message", &message.body, MAX_PAYLOAD)?;
    }
    for record in &work.records {
        clean("the kind of a record", record.kind, MAX_NAME)?;
        clean("the id of a record", &record.id, MAX_NAME)?;
        if record.id.is_empty() {
            return bad("a record has no id");
        }
        if record.body.as_ref().is_some_and(|b| b.len() > MAX_PAYLOAD) {
            return bad(format!("a record is longer than {MAX_PAYLOAD} bytes"));
        }
    }
    for job in &work.jobs {
        clean("the kind of a job", &job.kind, MAX_NAME)?;
        clean("the body of a job", &job.body, MAX_PAYLOAD)?;
    }
    if !work.handles.is_empty() && work.customer.is_none() {
        return bad("it has handles but names no customer");
    }
    Ok(bucket
        .or_else(|| work.customer.map(CustomerId::bucket))
        .unwrap_or(Bucket(0)))
}
