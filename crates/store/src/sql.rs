//! Every SQL text of the program, by name. `tests` parse each with a PostgreSQL parser, refuse what
//! a distributed engine forbids, and prepare each on both engines.
//!
//! Placeholders are `$1, $2, …`, numbered by first appearance: SQLite counts them so.

use crate::{CaseQuery, Sort};
use std::borrow::Cow;

/// A statement that both engines understand as it stands.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its name in errors.
    pub(crate) name: &'static str,
    /// The text; `{skip_locked}` is replaced by the dialect.
    pub(crate) text: Cow<'static, str>,
}

/// The type of a column, for arrays of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
    /// Hashed search words, separated by blanks.
    Words,
}

/// What an insert does with a key that is there already.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Conflict {
    Fail,
    Keep(&'static str),
    Add {
        keys: &'static str,
        column: &'static str,
    },
    Replace {
        keys: &'static str,
        column: &'static str,
    },
}

type Columns = &'static [(&'static str, Kind)];

/// An insert of any number of rows.
#[derive(Debug)]
pub(crate) struct Insert {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) columns: Columns,
    pub(crate) conflict: Conflict,
}

/// An update of any number of rows, each by its key.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) set: Columns,
    pub(crate) keys: Columns,
}

/// A look-up of any number of keys.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) keys: Columns,
    pub(crate) columns: &'static [&'static str],
}

/// Declares named things and the list of all of them, which the tests walk through.
macro_rules! registry {
    ($list:ident: $kind:ident { $($name:ident = $value:tt)* }) => {
        $(pub(crate) static $name: $kind = registry!(@ $kind $name $value);)*
        /// All of them, for the tests.
        #[cfg(test)]
        pub(crate) static $list: &[&$kind] = &[$(&$name),*];
    };
    (@ Statement $name:ident $text:literal) => {
        Statement { name: stringify!($name), text: Cow::Borrowed($text) }
    };
    (@ Insert $name:ident { $table:literal ($($column:literal $type:ident),*) $conflict:expr }) => {
        Insert { name: stringify!($name), table: $table, columns: &[$(($column, Kind::$type)),*], conflict: $conflict }
    };
    (@ Update $name:ident { $table:literal set ($($column:literal $type:ident),*) by ($($key:literal $ktype:ident),*) }) => {
        Update { name: stringify!($name), table: $table, set: &[$(($column, Kind::$type)),*], keys: &[$(($key, Kind::$ktype)),*] }
    };
    (@ Lookup $name:ident { $table:literal by ($($key:literal $ktype:ident),*) get ($($column:literal),*) }) => {
        Lookup { name: stringify!($name), table: $table, keys: &[$(($key, Kind::$ktype)),*], columns: &[$($column),*] }
    };
}

registry! { STATEMENTS: Statement {
    META_GET = "SELECT value FROM meta WHERE bucket = $1 AND name = $2"

    READ_STREAM = "SELECT stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash FROM events WHERE bucket = $1 AND stream_id = $2 ORDER BY seq"
    READ_PREFIX = "SELECT stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash FROM events WHERE bucket = $1 AND stream_id >= $2 AND stream_id < $3 ORDER BY stream_id, seq"
    READ_SINCE = "SELECT seq, kind, actor, recorded_at FROM events WHERE bucket = $1 AND stream_id = $2 AND seq > $3 ORDER BY seq LIMIT 50"

    KEY_GET = "SELECT wrapped, erased_at FROM data_keys WHERE bucket = $1 AND customer_id = $2"

    CASE_GET = "SELECT case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts FROM worklist WHERE bucket = $1 AND case_id = $2"
    CASES_OF = "SELECT case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts FROM worklist WHERE bucket = $1 AND customer_id = $2 ORDER BY case_id"
    CASES_AFTER = "SELECT case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts FROM worklist WHERE bucket = $1 AND case_id > $2 ORDER BY case_id LIMIT $3"
    TALLIES = "SELECT value, cases FROM tallies WHERE bucket = $1 AND kind = $2 AND cases > 0 ORDER BY value"
    TALLY = "SELECT cases FROM tallies WHERE bucket = $1 AND kind = $2 AND value = $3"
    HANDLE_GET = "SELECT customer_id FROM handles WHERE bucket = $1 AND digest = $2 ORDER BY customer_id"
    PENDING_COUNT = "SELECT events FROM pending WHERE bucket = $1"
    CHECKPOINT_LAST = "SELECT number, record, signature FROM checkpoints WHERE bucket = $1 ORDER BY number DESC LIMIT 1"
    DOC_DROP = "DELETE FROM search_docs WHERE bucket = $1 AND doc = $2"
    LAST_DOC = "SELECT doc FROM search_docs WHERE bucket = $1 ORDER BY doc DESC LIMIT 1"
}}

registry! { INSERTS: Insert {
    META_SET = { "meta" ("bucket" Int, "name" Text, "value" Text) Conflict::Replace { keys: "bucket, name", column: "value" } }
    EVENTS_ADD = { "events" ("bucket" Int, "stream_id" Text, "seq" Int, "event_id" Blob, "kind" Text, "schema_version" Int, "payload" Blob, "recorded_at" Int, "occurred_at" Int, "actor" Text, "purpose" Text, "prev_hash" Blob, "hash" Blob) Conflict::Fail }
    HEADS_ADD = { "heads" ("bucket" Int, "stream_id" Text, "last_seq" Int, "head_hash" Blob) Conflict::Fail }
    PENDING_ADD = { "pending" ("bucket" Int, "batch_id" Blob, "events" Int, "entries" Blob) Conflict::Fail }
    KEYS_ADD = { "data_keys" ("bucket" Int, "customer_id" Blob, "algorithm" Text, "wrapped" Blob, "created_at" Int) Conflict::Keep("bucket, customer_id") }
    HANDLES_ADD = { "handles" ("bucket" Int, "digest" Blob, "customer_id" Blob) Conflict::Keep("bucket, digest, customer_id") }
    ACCESSES_ADD = { "accesses" ("bucket" Int, "customer_id" Blob, "at" Int, "access_id" Blob, "case_id" Int, "actor" Text, "purpose" Text, "what" Text) Conflict::Keep("bucket, customer_id, at, access_id") }
    CASES_ADD = { "worklist" ("bucket" Int, "case_id" Int, "customer_id" Blob, "masked_name" Text, "state" Text, "line" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "branch" Text, "handler" Text, "severity" Int, "amount_minor" Int, "currency" Text, "received_at" Int, "updated_at" Int, "due_at" Int, "due_clock" Text, "is_open" Int, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text, "doc" Int) Conflict::Fail }
    TALLIES_ADD = { "tallies" ("bucket" Int, "kind" Text, "value" Text, "cases" Int) Conflict::Add { keys: "bucket, kind, value", column: "cases" } }
    DOCS_ADD = { "search_docs" ("bucket" Int, "doc" Int, "case_id" Int) Conflict::Fail }
    DOCS_WORDS_ADD = { "search_docs" ("bucket" Int, "doc" Int, "case_id" Int, "words" Words) Conflict::Fail }
    JOBS_ADD = { "jobs" ("bucket" Int, "job_id" Blob, "kind" Text, "run_at" Int, "body" Text, "attempts" Int, "lease_owner" Text, "lease_until" Int, "last_error" Text) Conflict::Keep("bucket, job_id") }
    OUTBOX_ADD = { "outbox" ("bucket" Int, "created_at" Int, "message_id" Blob, "topic" Text, "body" Text, "due_at" Int, "attempts" Int, "lease_owner" Text, "lease_until" Int) Conflict::Keep("bucket, created_at, message_id") }
}}

registry! { UPDATES: Update {
    HEADS_MOVE = { "heads" set ("last_seq" Int, "head_hash" Blob) by ("bucket" Int, "stream_id" Text, "last_seq" Int) }
    CASES_SET = { "worklist" set ("customer_id" Blob, "masked_name" Text, "state" Text, "line" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "branch" Text, "handler" Text, "severity" Int, "amount_minor" Int, "currency" Text, "received_at" Int, "updated_at" Int, "due_at" Int, "due_clock" Text, "is_open" Int, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text, "doc" Int) by ("bucket" Int, "case_id" Int) }
    CASES_TOUCH = { "worklist" set ("masked_name" Text, "line" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "severity" Int, "amount_minor" Int, "currency" Text, "updated_at" Int, "due_clock" Text, "is_open" Int, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text, "doc" Int) by ("bucket" Int, "case_id" Int) }
    CASES_DOC = { "worklist" set ("doc" Int) by ("bucket" Int, "case_id" Int) }
}}

registry! { LOOKUPS: Lookup {
    EVENTS_KNOWN = { "events" by ("bucket" Int, "event_id" Blob) get ("stream_id", "seq", "event_id", "kind", "schema_version", "payload", "recorded_at", "occurred_at", "actor", "purpose", "prev_hash", "hash") }
    HEADS_NOW = { "heads" by ("bucket" Int, "stream_id" Text) get ("last_seq", "head_hash") }
    KEYS_NOW = { "data_keys" by ("bucket" Int, "customer_id" Blob) get ("wrapped", "erased_at") }
    CASES_NOW = { "worklist" by ("bucket" Int, "case_id" Int) get ("state", "branch", "handler", "line", "is_open", "customer_id", "received_at", "due_at", "doc") }
    CASES_ROWS = { "worklist" by ("bucket" Int, "case_id" Int) get ("case_id", "customer_id", "masked_name", "state", "line", "product", "channel", "source", "source_ref", "branch", "handler", "severity", "amount_minor", "currency", "received_at", "updated_at", "due_at", "due_clock", "is_open", "facts_seq", "negotiation_seq", "clock_facts") }
    DOCS_ROWS = { "search_docs" by ("bucket" Int, "doc" Int) get ("case_id") }
}}

// The search index of SQLite: a virtual table of its own, keyed by the number of the document.
pub(crate) static FTS_ADD: Insert = Insert {
    name: "FTS_ADD",
    table: "search_words",
    columns: &[("rowid", Kind::Int), ("words", Kind::Text)],
    conflict: Conflict::Fail,
};
pub(crate) static FTS_DROP: Statement = Statement {
    name: "FTS_DROP",
    text: Cow::Borrowed("DELETE FROM search_words WHERE rowid = $1"),
};

/// The columns of a case row, as `CASE_GET` names them.
const CASE_COLUMNS: &str = "case_id, customer_id, masked_name, state, line, product, channel, source, \
     source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, \
     is_open, facts_seq, negotiation_seq, clock_facts";

/// Returns the text of a page of the work list. The arguments are, in this order: unit, cursor key,
/// cursor case, each filter that is set (state, branch, handler, line, open, due before), limit.
pub(crate) fn list(query: &CaseQuery) -> Statement {
    let (key, order, direction) = match query.sort {
        Sort::ReceivedDesc => ("received_at", "<", "DESC"),
        Sort::UpdatedDesc => ("updated_at", "<", "DESC"),
        Sort::DueAsc => ("due_at", ">", "ASC"),
    };
    let mut text = format!(
        "SELECT {CASE_COLUMNS} FROM worklist WHERE bucket = $1 AND ({key}, case_id) {order} ($2, $3)"
    );
    let mut n = 3;
    let mut filter = |set: bool, condition: &str| {
        if set {
            n += 1;
            text.push_str(&format!(" AND {condition} ${n}"));
        }
    };
    filter(query.state.is_some(), "state =");
    filter(query.branch.is_some(), "branch =");
    filter(query.handler.is_some(), "handler =");
    filter(query.line.is_some(), "line =");
    filter(query.open.is_some(), "is_open =");
    filter(query.due_before.is_some(), "due_at <");
    if query.sort == Sort::DueAsc {
        text.push_str(" AND due_at IS NOT NULL");
    }
    text.push_str(&format!(
        " ORDER BY {key} {direction}, case_id {direction} LIMIT ${}",
        n + 1
    ));
    Statement {
        name: "LIST",
        text: Cow::Owned(text),
    }
}
