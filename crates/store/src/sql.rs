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
    CASES_OF = "SELECT case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts FROM worklist WHERE bucket = $1 AND customer_id = $2 ORDER BY case_id + 0"
    OPEN_AFTER = "SELECT case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts FROM worklist WHERE bucket = $1 AND case_id > $2 AND is_open = 1 ORDER BY case_id LIMIT $3"
    TALLIES = "SELECT value, cases FROM tallies WHERE bucket = $1 AND kind = $2 AND cases > 0 ORDER BY value"
    TALLY = "SELECT cases FROM tallies WHERE bucket = $1 AND kind = $2 AND value = $3"
    HANDLE_GET = "SELECT customer_id FROM handles WHERE bucket = $1 AND digest = $2 ORDER BY customer_id"
    PENDING_COUNT = "SELECT events FROM pending WHERE bucket = $1"
    CHECKPOINT_LAST = "SELECT number, record, signature FROM checkpoints WHERE bucket = $1 ORDER BY number DESC LIMIT 1"
    PENDING_ALL = "SELECT batch_id, events, entries FROM pending WHERE bucket = $1 ORDER BY batch_id"
    PENDING_DROP = "DELETE FROM pending WHERE bucket = $1 AND batch_id = $2"
    CHECKPOINTS_AFTER = "SELECT number, record, signature FROM checkpoints WHERE bucket = $1 AND number > $2 ORDER BY number"
    ENTRIES_OF = "SELECT part, entries FROM checkpoint_entries WHERE bucket = $1 AND number = $2 ORDER BY part"
    ENTRIES_ALL = "SELECT number, entries FROM checkpoint_entries WHERE bucket = $1 ORDER BY number, part"
    EVENTS_RANGE = "SELECT stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash, bucket FROM events WHERE bucket >= $1 AND bucket < $2 ORDER BY bucket, stream_id, seq"
    ATTACHED_IN = "SELECT stream_id, seq, payload FROM events WHERE bucket >= $1 AND bucket < $2 AND kind = $3 ORDER BY bucket, stream_id, seq"
    ATTACHED_OF = "SELECT stream_id, seq, payload FROM events WHERE bucket = $1 AND stream_id >= $2 AND stream_id < $3 AND kind = $4 ORDER BY stream_id, seq"
    HEADS_RANGE = "SELECT bucket, stream_id, last_seq, head_hash FROM heads WHERE bucket >= $1 AND bucket < $2 ORDER BY bucket, stream_id"
    HEADS_COUNT = "SELECT COUNT(*) FROM heads"

    KEY_ERASE = "UPDATE data_keys SET wrapped = $1, algorithm = 'erased', erased_at = $2 WHERE bucket = $3 AND customer_id = $4 AND erased_at IS NULL"
    HANDLES_DROP = "DELETE FROM handles WHERE customer_id = $1"
    CASES_MASK = "UPDATE worklist SET masked_name = '', doc = NULL WHERE bucket = $1 AND customer_id = $2"
    DOCS_OF = "SELECT doc FROM worklist WHERE bucket = $1 AND customer_id = $2 AND doc IS NOT NULL"
    ACCESSES_OF = "SELECT at, case_id, actor, purpose, what FROM accesses WHERE bucket = $1 AND customer_id = $2 ORDER BY at, access_id"

    JOBS_DUE = "SELECT job_id, run_at, body, attempts FROM jobs WHERE bucket = $1 AND kind = $2 AND run_at <= $3 AND lease_until <= $4 ORDER BY run_at, job_id LIMIT $5{skip_locked}"
    JOB_LEASE = "UPDATE jobs SET lease_owner = $1, lease_until = $2, attempts = attempts + 1 WHERE bucket = $3 AND job_id = $4"
    JOB_DONE = "DELETE FROM jobs WHERE bucket = $1 AND job_id = $2 AND lease_owner = $3"
    JOB_FAIL = "UPDATE jobs SET run_at = $1, last_error = $2, lease_owner = '', lease_until = 0 WHERE bucket = $3 AND job_id = $4 AND lease_owner = $5"
    OUTBOX_DUE = "SELECT message_id, created_at, topic, body, attempts FROM outbox WHERE bucket = $1 AND due_at <= $2 AND lease_until <= $3 ORDER BY created_at, message_id LIMIT $4{skip_locked}"
    OUTBOX_LEASE = "UPDATE outbox SET lease_owner = $1, lease_until = $2, attempts = attempts + 1 WHERE bucket = $3 AND created_at = $4 AND message_id = $5"
    OUTBOX_DONE = "DELETE FROM outbox WHERE bucket = $1 AND created_at = $2 AND message_id = $3 AND lease_owner = $4"
    OUTBOX_LATER = "UPDATE outbox SET due_at = $1, lease_owner = '', lease_until = 0 WHERE bucket = $2 AND created_at = $3 AND message_id = $4 AND lease_owner = $5"
    RECORD_GET = "SELECT body, written_at FROM records WHERE bucket = $1 AND kind = $2 AND record_id = $3 AND (expires_at IS NULL OR expires_at > $4)"
    RECORDS_FROM = "SELECT record_id, body, written_at FROM records WHERE bucket = $1 AND kind = $2 AND record_id >= $3 AND record_id < $4 AND (expires_at IS NULL OR expires_at > $5) ORDER BY record_id LIMIT $6"
    RECORD_DROP = "DELETE FROM records WHERE bucket = $1 AND kind = $2 AND record_id = $3"
    RECORDS_EXPIRE = "DELETE FROM records WHERE bucket = $1 AND kind = $2 AND expires_at <= $3"
    DUMP_META = "SELECT bucket, name, value FROM meta ORDER BY bucket, name"
    DUMP_EVENTS = "SELECT bucket, stream_id, seq, event_id, kind, schema_version, payload, recorded_at, occurred_at, actor, purpose, prev_hash, hash FROM events ORDER BY bucket, stream_id, seq"
    DUMP_HEADS = "SELECT bucket, stream_id, last_seq, head_hash FROM heads ORDER BY bucket, stream_id"
    DUMP_PENDING = "SELECT bucket, batch_id, events, entries FROM pending ORDER BY bucket, batch_id"
    DUMP_CHECKPOINTS = "SELECT bucket, number, record, signature FROM checkpoints ORDER BY bucket, number"
    DUMP_ENTRIES = "SELECT bucket, number, part, entries FROM checkpoint_entries ORDER BY bucket, number, part"
    DUMP_KEYS = "SELECT bucket, customer_id, algorithm, wrapped, created_at, erased_at FROM data_keys ORDER BY bucket, customer_id"
    DUMP_HANDLES = "SELECT bucket, digest, customer_id FROM handles ORDER BY bucket, digest, customer_id"
    DUMP_ACCESSES = "SELECT bucket, customer_id, at, access_id, case_id, actor, purpose, what FROM accesses ORDER BY bucket, customer_id, at, access_id"
    DUMP_CASES = "SELECT bucket, case_id, customer_id, masked_name, state, line, product, channel, source, source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, is_open, facts_seq, negotiation_seq, clock_facts, doc FROM worklist ORDER BY bucket, case_id"
    DUMP_TALLIES = "SELECT bucket, kind, value, cases FROM tallies ORDER BY bucket, kind, value"
    DUMP_RECORDS = "SELECT bucket, kind, record_id, body, written_at, expires_at FROM records ORDER BY bucket, kind, record_id"
    DUMP_JOBS = "SELECT bucket, job_id, kind, run_at, body, attempts, lease_owner, lease_until, last_error FROM jobs ORDER BY bucket, job_id"
    DUMP_OUTBOX = "SELECT bucket, created_at, message_id, topic, body, due_at, attempts, lease_owner, lease_until FROM outbox ORDER BY bucket, created_at, message_id"
    DOC_DROP = "DELETE FROM search_docs WHERE bucket = $1 AND doc = $2"
    LAST_DOC = "SELECT doc FROM search_docs WHERE bucket = $1 ORDER BY doc DESC LIMIT 1"
}}

registry! { INSERTS: Insert {
    META_SET = { "meta" ("bucket" Int, "name" Text, "value" Text) Conflict::Replace { keys: "bucket, name", column: "value" } }
    EVENTS_ADD = { "events" ("bucket" Int, "stream_id" Text, "seq" Int, "event_id" Blob, "kind" Text, "schema_version" Int, "payload" Blob, "recorded_at" Int, "occurred_at" Int, "actor" Text, "purpose" Text, "prev_hash" Blob, "hash" Blob) Conflict::Fail }
    HEADS_ADD = { "heads" ("bucket" Int, "stream_id" Text, "last_seq" Int, "head_hash" Blob) Conflict::Fail }
    PENDING_ADD = { "pending" ("bucket" Int, "batch_id" Blob, "events" Int, "entries" Blob) Conflict::Fail }
    CHECKPOINTS_ADD = { "checkpoints" ("bucket" Int, "number" Int, "record" Blob, "signature" Blob) Conflict::Fail }
    ENTRIES_ADD = { "checkpoint_entries" ("bucket" Int, "number" Int, "part" Int, "entries" Blob) Conflict::Fail }
    KEYS_ADD = { "data_keys" ("bucket" Int, "customer_id" Blob, "algorithm" Text, "wrapped" Blob, "created_at" Int) Conflict::Keep("bucket, customer_id") }
    KEYS_PUT = { "data_keys" ("bucket" Int, "customer_id" Blob, "algorithm" Text, "wrapped" Blob, "created_at" Int, "erased_at" Int) Conflict::Fail }
    JOBS_PUT = { "jobs" ("bucket" Int, "job_id" Blob, "kind" Text, "run_at" Int, "body" Text, "attempts" Int, "lease_owner" Text, "lease_until" Int, "last_error" Text) Conflict::Fail }
    OUTBOX_PUT = { "outbox" ("bucket" Int, "created_at" Int, "message_id" Blob, "topic" Text, "body" Text, "due_at" Int, "attempts" Int, "lease_owner" Text, "lease_until" Int) Conflict::Fail }
    HANDLES_ADD = { "handles" ("bucket" Int, "digest" Blob, "customer_id" Blob) Conflict::Keep("bucket, digest, customer_id") }
    ACCESSES_ADD = { "accesses" ("bucket" Int, "customer_id" Blob, "at" Int, "access_id" Blob, "case_id" Int, "actor" Text, "purpose" Text, "what" Text) Conflict::Keep("bucket, customer_id, at, access_id") }
    CASES_ADD = { "worklist" ("bucket" Int, "case_id" Int, "customer_id" Blob, "masked_name" Text, "state" Text, "line" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "branch" Text, "handler" Text, "severity" Int, "amount_minor" Int, "currency" Text, "received_at" Int, "updated_at" Int, "due_at" Int, "due_clock" Text, "is_open" Int, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text, "doc" Int) Conflict::Fail }
    TALLIES_ADD = { "tallies" ("bucket" Int, "kind" Text, "value" Text, "cases" Int) Conflict::Add { keys: "bucket, kind, value", column: "cases" } }
    RECORDS_ADD = { "records" ("bucket" Int, "kind" Text, "record_id" Text, "body" Blob, "written_at" Int, "expires_at" Int) Conflict::Fail }
    JOBS_ADD = { "jobs" ("bucket" Int, "job_id" Blob, "kind" Text, "run_at" Int, "body" Text, "attempts" Int, "lease_owner" Text, "lease_until" Int, "last_error" Text) Conflict::Keep("bucket, job_id") }
    OUTBOX_ADD = { "outbox" ("bucket" Int, "created_at" Int, "message_id" Blob, "topic" Text, "body" Text, "due_at" Int, "attempts" Int, "lease_owner" Text, "lease_until" Int) Conflict::Keep("bucket, created_at, message_id") }
}}

registry! { UPDATES: Update {
    HEADS_MOVE = { "heads" set ("last_seq" Int, "head_hash" Blob) by ("bucket" Int, "stream_id" Text, "last_seq" Int) }
    CASES_SET = { "worklist" set ("customer_id" Blob, "masked_name" Text, "state" Text, "line" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "branch" Text, "handler" Text, "severity" Int, "amount_minor" Int, "currency" Text, "received_at" Int, "updated_at" Int, "due_at" Int, "due_clock" Text, "is_open" Int, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text, "doc" Int) by ("bucket" Int, "case_id" Int) }
    CASES_TOUCH = { "worklist" set ("masked_name" Text, "product" Text, "channel" Text, "source" Text, "source_ref" Text, "severity" Int, "amount_minor" Int, "currency" Text, "updated_at" Int, "due_clock" Text, "facts_seq" Int, "negotiation_seq" Int, "clock_facts" Text) by ("bucket" Int, "case_id" Int) }
}}

registry! { LOOKUPS: Lookup {
    CASES_BY_DOC = { "worklist" by ("bucket" Int, "doc" Int) get ("case_id", "customer_id", "masked_name", "state", "line", "product", "channel", "source", "source_ref", "branch", "handler", "severity", "amount_minor", "currency", "received_at", "updated_at", "due_at", "due_clock", "is_open", "facts_seq", "negotiation_seq", "clock_facts") }
    EVENTS_KNOWN = { "events" by ("bucket" Int, "event_id" Blob) get ("stream_id", "seq", "event_id", "kind", "schema_version", "payload", "recorded_at", "occurred_at", "actor", "purpose", "prev_hash", "hash") }
    HEADS_NOW = { "heads" by ("bucket" Int, "stream_id" Text) get ("last_seq", "head_hash") }
    KEYS_NOW = { "data_keys" by ("bucket" Int, "customer_id" Blob) get ("wrapped", "erased_at") }
    CASES_NOW = { "worklist" by ("bucket" Int, "case_id" Int) get ("state", "branch", "handler", "line", "is_open", "customer_id", "received_at", "due_at", "doc") }
}}

// The table of documents, whose column of words differs: packed bytes on SQLite, `tsvector` on
// PostgreSQL.
pub(crate) static DOCS_ADD: Insert = Insert {
    name: "DOCS_ADD",
    table: "search_docs",
    columns: &[
        ("bucket", Kind::Int),
        ("doc", Kind::Int),
        ("case_id", Kind::Int),
        ("words", Kind::Blob),
    ],
    conflict: Conflict::Fail,
};
pub(crate) static DOCS_WORDS_ADD: Insert = Insert {
    name: "DOCS_WORDS_ADD",
    table: "search_docs",
    columns: &[
        ("bucket", Kind::Int),
        ("doc", Kind::Int),
        ("case_id", Kind::Int),
        ("words", Kind::Words),
    ],
    conflict: Conflict::Fail,
};

/// SQLite: the packed words of documents.
pub(crate) static DOCS_WORDS: Lookup = Lookup {
    name: "DOCS_WORDS",
    table: "search_docs",
    keys: &[("bucket", Kind::Int), ("doc", Kind::Int)],
    columns: &["words"],
};
pub(crate) static DUMP_DOCS_SQLITE: Statement = Statement {
    name: "DUMP_DOCS_SQLITE",
    text: Cow::Borrowed("SELECT doc, words, case_id FROM search_docs ORDER BY bucket, doc"),
};
pub(crate) static DUMP_DOCS_POSTGRES: Statement = Statement {
    name: "DUMP_DOCS_POSTGRES",
    text: Cow::Borrowed(
        "SELECT doc, array_to_string(tsvector_to_array(words), ' '), case_id FROM search_docs ORDER BY bucket, doc",
    ),
};

// The search index of SQLite: a virtual table of its own, keyed by the number of the document.
pub(crate) static FTS_ADD: Insert = Insert {
    name: "FTS_ADD",
    table: "search_words",
    columns: &[("rowid", Kind::Int), ("words", Kind::Text)],
    conflict: Conflict::Fail,
};
/// Whether there are more than so many hits.
pub(crate) static FTS_BEYOND: Statement = Statement {
    name: "FTS_BEYOND",
    text: Cow::Borrowed(
        "SELECT rowid FROM search_words WHERE search_words MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT 1 OFFSET $3",
    ),
};
pub(crate) static FTS_DROP: Statement = Statement {
    name: "FTS_DROP",
    text: Cow::Borrowed("DELETE FROM search_words WHERE rowid = $1"),
};

/// The columns of a case row, as `CASE_GET` names them.
const CASE_COLUMNS: &str = "case_id, customer_id, masked_name, state, line, product, channel, source, \
     source_ref, branch, handler, severity, amount_minor, currency, received_at, updated_at, due_at, due_clock, \
     is_open, facts_seq, negotiation_seq, clock_facts";

/// Which index a page of the work list is read through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// The index of the order; filters are checked row by row.
    Order,
    /// The index of this filter.
    State,
    Line,
    Branch,
    Handler,
}

/// Appends the filters that are set, after `n` placeholders; returns how many there are then.
fn filter(text: &mut String, query: &CaseQuery, path: Path, due: &str, mut n: usize) -> usize {
    let mut add = |set: bool, column: &str, compare: &str, bare: bool| {
        if set {
            n += 1;
            let hide = if bare { "" } else { " || ''" };
            text.push_str(&format!(" AND {column}{hide} {compare} ${n}"));
        }
    };
    add(query.state.is_some(), "state", "=", path == Path::State);
    add(query.branch.is_some(), "branch", "=", path == Path::Branch);
    add(query.handler.is_some(), "handler", "=", path == Path::Handler);
    add(query.line.is_some(), "line", "=", path == Path::Line);
    add(query.open.is_some(), "is_open", "=", true);
    add(query.due_before.is_some(), due, "<", true);
    n
}

/// Returns the text of a page of the work list. The arguments are, in this order: unit, cursor key,
/// cursor case, each filter that is set (state, branch, handler, line, open, due before), limit.
///
/// A column inside an expression (`state || ''`, `due_at + 0`) can be found by no index of that column:
/// so the text itself says which index is used, on both engines. The index of due dates holds the
/// expressions themselves behind the date.
pub(crate) fn list(query: &CaseQuery, path: Path) -> Statement {
    let (key, order, direction) = match query.sort {
        Sort::ReceivedDesc => ("received_at", "<", "DESC"),
        Sort::UpdatedDesc => ("updated_at", "<", "DESC"),
        Sort::DueAsc => ("due_at", ">", "ASC"),
    };
    // The indexes of filters are in the order of receipt.
    let hidden = path != Path::Order && query.sort != Sort::ReceivedDesc;
    let key = if hidden {
        format!("{key} + 0")
    } else {
        key.to_owned()
    };
    let mut text = format!(
        "SELECT {CASE_COLUMNS} FROM worklist WHERE bucket = $1 AND ({key}, case_id + 0) {order} ($2, $3)"
    );
    let due = if query.sort == Sort::DueAsc && !hidden {
        "due_at"
    } else {
        "due_at + 0"
    };
    let n = filter(&mut text, query, path, due, 3);
    if query.sort == Sort::DueAsc {
        // Bare, it would be read as a range of the index of due dates.
        text.push_str(if hidden {
            " AND due_at + 0 IS NOT NULL"
        } else {
            " AND due_at IS NOT NULL"
        });
    }
    text.push_str(&format!(
        " ORDER BY {key} {direction}, case_id + 0 {direction} LIMIT ${}",
        n + 1
    ));
    Statement {
        name: "LIST",
        text: Cow::Owned(text),
    }
}

/// How many columns `CASE_COLUMNS` has.
pub(crate) const CASE_WIDTH: usize = 22;

/// The columns of a hit: the row of the work list, then the number of its document.
fn hit_columns() -> String {
    CASE_COLUMNS
        .split(", ")
        .map(|c| format!("w.{}, ", c.trim()))
        .collect::<String>()
        + "w.doc"
}

/// SQLite: returns the text that asks the search index and looks at each hit in the order of the index
/// (`CROSS JOIN` says so). Arguments: words, older than, unit, filters, limit.
pub(crate) fn fts_find(query: &CaseQuery) -> Statement {
    let mut text = format!(
        "SELECT {} FROM search_words CROSS JOIN worklist AS w WHERE search_words MATCH $1 \
         AND search_words.rowid < $2 AND w.bucket = $3 AND w.doc = search_words.rowid",
        hit_columns()
    );
    let n = filter(&mut text, query, Path::Order, "due_at + 0", 3);
    text.push_str(&format!(" ORDER BY search_words.rowid DESC LIMIT ${}", n + 1));
    Statement {
        name: "FTS_FIND",
        text: Cow::Owned(text),
    }
}

/// PostgreSQL: returns the text that asks the search index, a column of the table of documents.
/// Arguments: unit, words, older than, filters, limit.
///
/// `doc + 0`: the order must not be taken from the primary key, which would be walked until enough
/// documents had the words.
pub(crate) fn gin_find(query: &CaseQuery) -> Statement {
    let columns = hit_columns();
    let hits = "SELECT doc FROM search_docs WHERE bucket = $1 AND words @@ CAST(CAST($2 AS TEXT) AS tsquery) AND doc + 0 < $3";
    let mut filters = String::new();
    let n = filter(&mut filters, query, Path::Order, "due_at + 0", 3) + 1;
    let text = if filters.is_empty() {
        format!(
            "SELECT {columns} FROM ({hits} ORDER BY doc + 0 DESC LIMIT ${n}) AS d \
             JOIN worklist AS w ON w.bucket = $1 AND w.doc = d.doc ORDER BY d.doc + 0 DESC"
        )
    } else {
        format!(
            "SELECT {columns} FROM ({hits}) AS d JOIN worklist AS w ON w.doc = d.doc WHERE w.bucket = $1{filters} \
             ORDER BY d.doc + 0 DESC LIMIT ${n}"
        )
    };
    Statement {
        name: "GIN_FIND",
        text: Cow::Owned(text),
    }
}

/// Returns the text that gives the documents of the cases that the filters admit, in no order, through the
/// index of one filter. Arguments: unit, older than, filters.
pub(crate) fn docs_of(query: &CaseQuery, path: Path) -> Statement {
    let mut text = "SELECT doc FROM worklist WHERE bucket = $1 AND doc + 0 < $2".to_owned();
    filter(&mut text, query, path, "due_at + 0", 2);
    Statement {
        name: "DOCS_OF_FILTER",
        text: Cow::Owned(text),
    }
}

/// PostgreSQL: how many documents have the words.
pub(crate) static GIN_COUNT: Statement = Statement {
    name: "GIN_COUNT",
    text: Cow::Borrowed(
        "SELECT COUNT(*) FROM search_docs WHERE bucket = $1 AND words @@ CAST(CAST($2 AS TEXT) AS tsquery) AND doc + 0 < $3",
    ),
};
/// PostgreSQL: which of these documents have the words.
pub(crate) static GIN_TEST: Statement = Statement {
    name: "GIN_TEST",
    text: Cow::Borrowed(
        "SELECT doc FROM search_docs WHERE bucket = $1 AND doc = ANY (CAST(string_to_array(CAST($2 AS TEXT), ' ') AS BIGINT[])) AND words @@ CAST(CAST($3 AS TEXT) AS tsquery)",
    ),
};

/// SQLite only: writes the log back into the database and empties it; the first column is 0 when done.
pub(crate) static WAL_TRUNCATE: Statement = Statement {
    name: "WAL_TRUNCATE",
    text: Cow::Borrowed("PRAGMA wal_checkpoint(TRUNCATE)"),
};

#[cfg(test)]
mod tests;
