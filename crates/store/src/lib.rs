//! The event log, views, jobs, outbox and keys on SQLite and PostgreSQL, and sealed attachments in a folder.
//!
//! One thread writes: it drains a queue of prepared work into one transaction and answers only after
//! the flush (group commit). Sealing, hashing and checking happen on the callers' threads. README.md
//! has the stored encodings byte by byte.

mod attachments;
mod backup;
mod ballast;
mod batch;
mod body;
mod bytes;
mod chain;
mod dialect;
mod engine;
mod error;
mod integrity;
mod keys;
mod list;
mod migrate;
mod options;
mod payload;
mod people;
mod pool;
mod prepare;
mod queues;
mod read;
mod records;
mod rows;
mod search;
mod session;
mod sql;
mod store;
mod verify;
mod view;
mod work;
mod writer;

pub use attachments::{ATTACHED, Address, AttachmentRef, NoAddress, Swept};
pub use backup::Copied;
pub use ballast::release_ballast;
pub use body::Body;
pub use error::{AppendError, DatabaseKind, StoreError};
pub use keys::{FileKeys, KeyProvider, Secret};
pub use options::{Clock, Options, Target};
pub use people::Erasure;
pub use queues::{ClaimedJob, LeasedMessage};
pub use records::Record;
pub use rows::{CaseQuery, CaseRow, Cursor, Page, Sort};
pub use store::{Store, Ticket};
pub use verify::{Bad, Verdict};
pub use work::{
    Access, Change, Handle, HandleKind, NewEvent, NewJob, OutboxMessage, Receipt, RecordChange, Recorded,
    StreamAppend, StreamId, Work,
};
