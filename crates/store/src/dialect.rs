//! Every difference between the engines: words of the schema, settings, multi-row statements,
//! skipping locked rows, and the search index.

use crate::{
    session::Engine,
    sql::{Conflict, Insert, Kind, Lookup, Update},
};
use std::fmt::Write as _;

/// Replaces the portable words of a migration.
pub(crate) fn schema(engine: Engine, text: &str) -> String {
    let (clustered, bytes) = match engine {
        Engine::Sqlite => (" WITHOUT ROWID", "TEXT"),
        Engine::Postgres => ("", "TEXT COLLATE \"C\""),
    };
    text.replace(" CLUSTERED", clustered).replace("TEXT_BYTES", bytes)
}

/// The search index: the one table whose shape differs.
///
/// FTS5 keeps no content and no positions; tokens are keyed hashes in ASCII, and `search_docs` keeps
/// the same hashes packed, so that the index can be made anew and a backup can hold it. On PostgreSQL the
/// GIN index holds only hashed words, so it has no bucket column: an inverted index is searched by
/// word, and a distributed engine keeps one per shard.
pub(crate) fn search_schema(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "ALTER TABLE search_docs ADD COLUMN words BLOB; \
             CREATE VIRTUAL TABLE search_words USING fts5(words, content='', contentless_delete=1, \
             detail=none, tokenize='ascii');"
        }
        Engine::Postgres => {
            "ALTER TABLE search_docs ADD COLUMN words tsvector; \
             CREATE INDEX search_docs_words ON search_docs USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 1024);"
        }
    }
}

/// Settings of a SQLite connection. The page cache of the writer is 64 MB, that of each reader 8 MB (behind
/// it is that of the system); the log is copied back every 20,000
/// pages, because each copy flushes and fewer, larger copies cost less.
pub(crate) fn sqlite_settings(read_only: bool, synchronous_normal: bool) -> String {
    let synchronous = if synchronous_normal { "NORMAL" } else { "FULL" };
    if read_only {
        "PRAGMA cache_size = -8192; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;".to_owned()
    } else {
        format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA secure_delete = ON; \
             PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 20000; PRAGMA temp_store = MEMORY; \
             PRAGMA journal_size_limit = 104857600;"
        )
    }
}

/// Settings of the PostgreSQL connection that writes: the isolation is said, not inherited, and
/// key look-ups never become scans whatever the statistics say.
pub(crate) const POSTGRES_WRITER: &str = "SET default_transaction_isolation = 'read committed'; \
     SET synchronous_commit = on; SET enable_seqscan = off; SET enable_hashjoin = off; \
     SET enable_mergejoin = off; SET jit = off; SET client_min_messages = warning; \
     SET statement_timeout = 0; SET lock_timeout = '30s'";

/// Settings of the PostgreSQL connections that read. Each list is written for one index, and the
/// planner must not prefer to sort; only the search index needs bitmaps, and switches them on.
pub(crate) const POSTGRES_READER: &str = "SET default_transaction_isolation = 'read committed'; \
     SET default_transaction_read_only = on; SET enable_seqscan = off; SET enable_hashjoin = off; \
     SET enable_mergejoin = off; SET enable_bitmapscan = off; SET enable_sort = off; \
     SET jit = off; SET max_parallel_workers_per_gather = 0; SET client_min_messages = warning; SET work_mem = '32MB'";

/// What is appended to a statement that locks rows for a worker.
pub(crate) fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        // The one writer of SQLite cannot meet a locked row.
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

fn array(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint[]",
        Kind::Text => "text[]",
        Kind::Blob => "bytea[]",
        Kind::Words => "text[]",
    }
}

fn arrays(kinds: impl Iterator<Item = Kind>) -> String {
    let parts: Vec<String> = kinds
        .enumerate()
        .map(|(i, k)| format!("${}::{}", i + 1, array(k)))
        .collect();
    parts.join(", ")
}

fn names<'a>(columns: impl Iterator<Item = &'a str>, before: &str) -> String {
    columns
        .map(|c| format!("{before}{c}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns the text of an insert: one row per call on SQLite, all rows by `unnest` on PostgreSQL.
pub(crate) fn insert(engine: Engine, i: &Insert) -> String {
    let columns = names(i.columns.iter().map(|c| c.0), "");
    let mut text = match engine {
        Engine::Sqlite => {
            let marks: Vec<String> = (1..=i.columns.len()).map(|n| format!("${n}")).collect();
            format!(
                "INSERT INTO {} ({columns}) VALUES ({})",
                i.table,
                marks.join(", ")
            )
        }
        Engine::Postgres => {
            let picked: Vec<String> = i
                .columns
                .iter()
                .map(|(c, k)| {
                    if *k == Kind::Words {
                        format!("array_to_tsvector(string_to_array(v.{c}, ' '))")
                    } else {
                        format!("v.{c}")
                    }
                })
                .collect();
            format!(
                "INSERT INTO {} ({columns}) SELECT {} FROM unnest({}) AS v ({columns})",
                i.table,
                picked.join(", "),
                arrays(i.columns.iter().map(|c| c.1)),
            )
        }
    };
    match i.conflict {
        Conflict::Fail => {}
        Conflict::Keep(keys) => {
            let _ = write!(text, " ON CONFLICT ({keys}) DO NOTHING");
        }
        Conflict::Add { keys, column } => {
            let table = i.table;
            let _ = write!(
                text,
                " ON CONFLICT ({keys}) DO UPDATE SET {column} = {table}.{column} + excluded.{column}"
            );
        }
        Conflict::Replace { keys, column } => {
            let _ = write!(
                text,
                " ON CONFLICT ({keys}) DO UPDATE SET {column} = excluded.{column}"
            );
        }
    }
    text
}

/// Returns the text of an update by key; values come first, then keys.
pub(crate) fn update(engine: Engine, u: &Update) -> String {
    match engine {
        Engine::Sqlite => {
            let mut n = 0;
            let mut mark = |c: &str| {
                n += 1;
                format!("{c} = ${n}")
            };
            let set: Vec<String> = u.set.iter().map(|c| mark(c.0)).collect();
            let keys: Vec<String> = u.keys.iter().map(|c| mark(c.0)).collect();
            format!(
                "UPDATE {} SET {} WHERE {}",
                u.table,
                set.join(", "),
                keys.join(" AND ")
            )
        }
        Engine::Postgres => {
            let set: Vec<String> = u.set.iter().map(|c| format!("{0} = v.n_{0}", c.0)).collect();
            let keys: Vec<String> = u.keys.iter().map(|c| format!("t.{0} = v.k_{0}", c.0)).collect();
            let mut columns: Vec<String> = u.set.iter().map(|c| format!("n_{}", c.0)).collect();
            columns.extend(u.keys.iter().map(|c| format!("k_{}", c.0)));
            format!(
                "UPDATE {} AS t SET {} FROM unnest({}) AS v ({}) WHERE {}",
                u.table,
                set.join(", "),
                arrays(u.set.iter().chain(u.keys).map(|c| c.1)),
                columns.join(", "),
                keys.join(" AND ")
            )
        }
    }
}

/// Returns the text of a look-up by key; on PostgreSQL the first column is the key's position.
pub(crate) fn lookup(engine: Engine, l: &Lookup) -> String {
    match engine {
        Engine::Sqlite => {
            let keys: Vec<String> = l
                .keys
                .iter()
                .enumerate()
                .map(|(i, c)| format!("{} = ${}", c.0, i + 1))
                .collect();
            format!(
                "SELECT {} FROM {} WHERE {}",
                l.columns.join(", "),
                l.table,
                keys.join(" AND ")
            )
        }
        Engine::Postgres => {
            let keys: Vec<String> = l.keys.iter().map(|c| format!("t.{0} = v.{0}", c.0)).collect();
            format!(
                "SELECT v.n, {} FROM unnest({}) WITH ORDINALITY AS v ({}, n) JOIN {} AS t ON {}",
                names(l.columns.iter().copied(), "t."),
                arrays(l.keys.iter().map(|c| c.1)),
                names(l.keys.iter().map(|c| c.0), ""),
                l.table,
                keys.join(" AND ")
            )
        }
    }
}

/// How many low bits of a document's number the blocks of each level leave out: 4,096 documents,
/// 65,536, and a million.
const BLOCK_BITS: [u32; 3] = [12, 16, 20];

/// Returns the word that all documents of a block carry. It starts with `0`, which no hashed word does.
pub(crate) fn block(level: usize, doc: i64) -> String {
    format!("0{level}{:x}", doc >> BLOCK_BITS[level])
}

/// Returns the number of the first document in the block.
pub(crate) fn block_start(level: usize, doc: i64) -> i64 {
    doc >> BLOCK_BITS[level] << BLOCK_BITS[level]
}

/// Returns the words that the search index of PostgreSQL holds for a document.
pub(crate) fn with_blocks(doc: i64, words: &str) -> String {
    format!("{} {} {} {words}", block(0, doc), block(1, doc), block(2, doc))
}

/// Returns the words without those of blocks.
pub(crate) fn without_blocks(words: &str) -> String {
    words
        .split(' ')
        .filter(|w| !w.starts_with('0'))
        .collect::<Vec<_>>()
        .join(" ")
}
