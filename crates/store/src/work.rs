//! The words of one append: the work, its streams and events, and what comes back.

use crate::{Body, rows::CaseRow};
use domain::{Bucket, CaseId, CustomerId, EventId, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;

/// The name of one stream of events, such as `case/FC-…/facts`.
///
/// The first two parts (kind and id) say where the stream lives; all streams of one case share
/// the case's bucket.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(String);

/// The longest stream name in bytes.
const MAX_STREAM: usize = 200;

impl StreamId {
    /// The stream of a case that tells what happened.
    #[must_use]
    pub fn facts(case: CaseId) -> Self {
        StreamId(format!("case/{case}/facts"))
    }

    /// The stream of a case that holds what was said in negotiation; never exported to litigation.
    #[must_use]
    pub fn negotiation(case: CaseId) -> Self {
        StreamId(format!("case/{case}/negotiation"))
    }

    /// The stream of a customer.
    #[must_use]
    pub fn customer(id: CustomerId) -> Self {
        StreamId(format!("customer/{id}"))
    }

    /// A stream of another kind, such as `("programme", "2026-q1")`.
    ///
    /// # Errors
    /// When a part is empty, too long, or holds `/` or control characters.
    pub fn other(kind: &str, id: &str) -> Result<Self, crate::StoreError> {
        let bad = |p: &str| p.is_empty() || p.contains('/') || p.chars().any(char::is_control);
        if bad(kind) || bad(id) || kind.len() + id.len() + 1 > MAX_STREAM {
            return Err(crate::StoreError::BadQuestion(format!(
                "{kind:?}/{id:?} is not a stream name: both parts must be 1 to 198 bytes without slash"
            )));
        }
        Ok(StreamId(format!("{kind}/{id}")))
    }

    pub(crate) fn stored(text: String) -> Self {
        StreamId(text)
    }

    /// Returns the bucket in which this stream lives.
    #[must_use]
    pub fn bucket(&self) -> Bucket {
        let mut parts = self.0.splitn(3, '/');
        let kind = parts.next().unwrap_or("");
        let id = parts.next().unwrap_or("");
        match kind {
            "case" => {
                if let Ok(case) = id.parse::<CaseId>() {
                    return case.bucket();
                }
            }
            "customer" => {
                if let Ok(customer) = id.parse::<CustomerId>() {
                    return customer.bucket();
                }
            }
            _ => {}
        }
        let digest = Sha256::digest(format!("{kind}/{id}"));
        Bucket(u16::from_be_bytes([digest[0], digest[1]]) % domain::ids::BUCKETS)
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One unit of work: stored as a whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// The appends, all to streams of one bucket.
    pub streams: Vec<StreamAppend>,
    /// Whose key seals the personal parts; the key is made on first use.
    pub customer: Option<CustomerId>,
    /// The new state of the case as lists show it; `None` leaves it as it is.
    pub view: Option<CaseRow>,
    /// Plain text to find the case by: stored only as keyed hashes. `None` leaves it as it is.
    pub search: Option<String>,
    /// By what the customer can be found; stored only as keyed hashes.
    pub handles: Vec<Handle>,
    /// Messages to send once this is durable.
    pub outbox: Vec<OutboxMessage>,
    /// Jobs to run later.
    pub jobs: Vec<NewJob>,
    /// Records to write or to remove.
    pub records: Vec<RecordChange>,
}

/// A record to write whole, or to remove. Records hold what is not about a case: users, sessions,
/// saved views, drafts. The body is sealed with a key of the unit before it reaches the database.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordChange {
    /// What kind of record, such as `user`.
    pub kind: &'static str,
    /// Its id within the kind; may be read, so it holds nothing personal.
    pub id: String,
    /// The new content; `None` removes the record.
    pub body: Option<Vec<u8>>,
    /// When it stops being found.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for RecordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordChange({} {})", self.kind, self.id)
    }
}

/// Events to append to one stream.
#[derive(Clone, Debug)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamId,
    /// The last sequence number the caller saw; 0 for a new stream.
    pub expected: u64,
    /// The events, oldest first.
    pub events: Vec<NewEvent>,
}

/// An event that is not stored yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Made by the client; the same id with the same content may be sent again at any time.
    pub id: EventId,
    /// What happened, such as `case_received`.
    pub kind: String,
    /// The version of the body's shape.
    pub schema_version: u16,
    /// When it happened, by the clock of whoever saw it.
    pub occurred_at: Timestamp,
    /// Who did it, as `role:id` or any text the caller uses.
    pub actor: String,
    /// For what purpose.
    pub purpose: String,
    /// The content; personal texts are marked as [`domain::Personal`] and get sealed.
    pub body: Body,
}

/// An event as it was stored, with its personal texts opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The stream.
    pub stream: StreamId,
    /// Its number in the stream, from 1.
    pub seq: u64,
    /// The client's id.
    pub id: EventId,
    /// What happened.
    pub kind: String,
    /// The version of the body's shape.
    pub schema_version: u16,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the store took it.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// For what purpose.
    pub purpose: String,
    /// The content; `{"personal": null}` where the customer's key is gone.
    pub body: serde_json::Value,
    /// The hash that the next event of the stream builds on.
    pub hash: [u8; 32],
}

/// What the caller gets once the work is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Every event id was known with the same content; nothing was stored again.
    pub already: bool,
    /// The sequence numbers, in the order of the work's events.
    pub seqs: Vec<u64>,
    /// When the store took it (the first time).
    pub recorded_at: Timestamp,
}

/// One entry that was added since the caller read the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub seq: u64,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// When the store took it.
    pub recorded_at: Timestamp,
}

/// Something by which a customer can be found. The value is kept only as a keyed hash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Handle {
    /// What it is.
    pub kind: HandleKind,
    /// The value as the caller knows it; normalised before hashing.
    pub value: String,
}

impl Handle {
    /// Makes a handle from a value in any usual spelling.
    pub fn new(kind: HandleKind, value: impl Into<String>) -> Self {
        Handle {
            kind,
            value: value.into(),
        }
    }

    /// Returns the value in the one spelling that is hashed: full-width folded, and without what
    /// people add for reading (blanks, dashes, brackets; a leading +86 or 0086 of a telephone).
    #[must_use]
    pub fn normalised(&self) -> String {
        let folded = text::normalise(&self.value);
        match self.kind {
            HandleKind::Name => folded.split_whitespace().collect::<Vec<_>>().join(" "),
            HandleKind::Email => folded.trim().to_owned(),
            HandleKind::Phone => {
                let plus = folded.trim_start().starts_with('+');
                let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
                let cut = if plus {
                    digits.strip_prefix("86")
                } else {
                    digits.strip_prefix("0086")
                };
                cut.map_or_else(|| digits.clone(), str::to_owned)
            }
            HandleKind::IdNumber | HandleKind::Account => {
                folded.chars().filter(|c| c.is_alphanumeric()).collect()
            }
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:?}, ..)", self.kind)
    }
}

/// The kinds of handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandleKind {
    /// A telephone number.
    Phone,
    /// A number of an identity document.
    IdNumber,
    /// An e-mail address.
    Email,
    /// An account or card number.
    Account,
    /// A full name.
    Name,
}

impl HandleKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            HandleKind::Phone => 1,
            HandleKind::IdNumber => 2,
            HandleKind::Email => 3,
            HandleKind::Account => 4,
            HandleKind::Name => 5,
        }
    }
}

/// A message for somebody outside, kept until it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Made by the caller; the receiver can recognise a second delivery by it.
    pub id: EventId,
    /// Where it goes, such as `webhook:case`.
    pub topic: String,
    /// The content; must hold no personal text.
    pub body: String,
}

/// A job to run later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Made by the caller; a job with a known id is not enqueued twice.
    pub id: EventId,
    /// What to do, such as `notice`.
    pub kind: String,
    /// Not before this time.
    pub run_at: Timestamp,
    /// The arguments; must hold no personal text.
    pub body: String,
}

/// Somebody read a customer's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose data.
    pub customer: CustomerId,
    /// In which case, if in one.
    pub case: Option<CaseId>,
    /// Who read.
    pub actor: String,
    /// For what purpose.
    pub purpose: String,
    /// What was shown, such as `case page`.
    pub what: String,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_handle_are_one() {
        for s in [
            "+86 138-0000-0000",
            "0086 138 0000 0000",
            "13800000000",
            "１３８００００００００",
        ] {
            assert_eq!(
                Handle::new(HandleKind::Phone, s).normalised(),
                "13800000000",
                "{s}"
            );
        }
        let a = Handle::new(HandleKind::IdNumber, "11010519491231002x").normalised();
        assert_eq!(
            a,
            Handle::new(HandleKind::IdNumber, "110105 19491231 002X").normalised()
        );
        assert_eq!(Handle::new(HandleKind::Email, " A@b.CN ").normalised(), "a@b.cn");
    }

    #[test]
    fn all_streams_of_a_case_live_in_its_bucket() {
        let case = CaseId::from_bits(0x0abc_def0_1234_5678);
        assert_eq!(StreamId::facts(case).bucket(), case.bucket());
        assert_eq!(StreamId::negotiation(case).bucket(), case.bucket());
        let customer = CustomerId(77);
        assert_eq!(StreamId::customer(customer).bucket(), customer.bucket());
    }

    #[test]
    fn a_stream_name_has_two_clean_parts() {
        assert!(StreamId::other("programme", "2026-q1").is_ok());
        for (k, i) in [("", "x"), ("a/b", "x"), ("a", "x/y"), ("a", "x\0")] {
            assert!(StreamId::other(k, i).is_err(), "{k:?} {i:?}");
        }
    }
}
