//! What can go wrong, said so that the person at the desk knows what is safe and what to do.

use crate::work::{Change, StreamId};
use domain::{CustomerId, EventId};
use std::path::PathBuf;

/// A failure of the store as a whole.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A file could not be read or written.
    #[error(
        "could not {what} {path}: {reason}. Nothing acknowledged was lost; check the disk and the rights of this folder"
    )]
    Io {
        /// What was tried, as a verb.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// The database refused a statement.
    #[error("the database refused {statement}: {reason}. Nothing acknowledged was lost")]
    Database {
        /// The name of the statement.
        statement: String,
        /// The engine's reason.
        reason: String,
        /// What kind of refusal it is, for the code that decides on a rerun.
        kind: DatabaseKind,
    },
    /// There is no Forecourt database here.
    #[error(
        "there is no Forecourt database in {dir}. Start with `forecourt init` or name the right folder with --data"
    )]
    NotInitialised {
        /// The data directory.
        dir: PathBuf,
    },
    /// Another process has the data directory open for writing.
    #[error(
        "another Forecourt is running on {dir}. Stop it first, or use a command that only reads (backup, verify, cases, sweep)"
    )]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// The database was written by a newer program.
    #[error(
        "this database has schema {found}, and this program knows schemas up to {known}. Nothing was changed; use the newer Forecourt that wrote it"
    )]
    Newer {
        /// The schema number in the database.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The keys do not fit the database, or cannot be read.
    #[error(
        "the keys cannot be used: {reason}. The log itself is unharmed; put the right keys folder in place"
    )]
    Keys {
        /// Why.
        reason: String,
    },
    /// Stored bytes do not have the written form.
    #[error("stored data is damaged at {place}: {reason}. Run `forecourt verify` and restore from a backup")]
    Damaged {
        /// Where, as table and key or stream and number.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A backup file cannot be used.
    #[error("the backup {path} cannot be used: {reason}")]
    Backup {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The disk is full.
    #[error("{}", DISK_FULL)]
    DiskFull,
    /// The store is not open for writing.
    #[error("{0}")]
    Closed(String),
    /// The question cannot be answered as put.
    #[error("{0}")]
    BadQuestion(String),
}

/// The sentence shown when the disk is full.
pub(crate) const DISK_FULL: &str = "the disk is full: this entry was not stored. Nothing acknowledged was lost and reading goes on. \
     Free space on the disk, or run `forecourt ballast release` to gain the reserve, then repeat the entry";

/// What kind of refusal came from the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Another transaction was faster, or the connection was lost: the same closure may be rerun.
    Rerun,
    /// A key exists already.
    Duplicate,
    /// No space is left.
    Full,
    /// A write or flush failed on the device: what is on the disk is unknown until it is read again.
    Device,
    /// Anything else.
    Other,
}

impl StoreError {
    pub(crate) fn io(what: &'static str, path: &std::path::Path, e: &std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::StorageFull {
            return StoreError::DiskFull;
        }
        StoreError::Io {
            what,
            path: path.to_owned(),
            reason: e.to_string(),
        }
    }

    pub(crate) fn damaged(place: impl Into<String>, reason: impl Into<String>) -> Self {
        StoreError::Damaged {
            place: place.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        match self {
            StoreError::Database { kind, .. } => *kind,
            StoreError::DiskFull => DatabaseKind::Full,
            _ => DatabaseKind::Other,
        }
    }
}

/// Why a piece of work was not appended. In every case nothing of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Somebody changed the stream since the caller read it.
    #[error(
        "{stream} has changed since you read it: you saw {expected} entries, now there are {actual}{}. Nothing was stored; read again and repeat",
        told(since)
    )]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The sequence number that the caller saw last.
        expected: u64,
        /// The last sequence number now.
        actual: u64,
        /// What was added since, oldest first, at most fifty entries.
        since: Vec<Change>,
    },
    /// The event id belongs to an event with other content.
    #[error(
        "event id {id} is already used in {stream} entry {seq} with other content. Nothing was stored; the sender must make a new id for a new event"
    )]
    EventIdReused {
        /// The id.
        id: EventId,
        /// The stream that has it.
        stream: StreamId,
        /// The entry that has it.
        seq: u64,
    },
    /// The disk is full; reading goes on.
    #[error("{}", DISK_FULL)]
    DiskFull,
    /// The store takes no more writes.
    #[error("{0}")]
    Closed(String),
    /// The work contradicts itself.
    #[error("this entry cannot be stored: {0}. Nothing was stored")]
    BadWork(String),
    /// The customer's data has been erased; personal text can no longer be stored for them.
    #[error(
        "the personal data of customer {0} has been erased; nothing personal can be stored for this customer any more"
    )]
    CustomerErased(CustomerId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn told(since: &[Change]) -> String {
    match since.last() {
        None => String::new(),
        Some(c) => format!(" (last: {} by {})", c.kind, c.actor),
    }
}
