//! Complaints from files and e-mail, with maps, rejects and bounded memory.
//!
//! [`open`] looks at what a file contains (CSV, JSON Lines, both also gzip; XLSX; one mail, a folder
//! of mails or a maildir) and gives a [`Reader`]: an iterator of [`Record`]s, where a bad row is a
//! [`Reject`] with row, column and reason and the rows after it go on. A [`Map`] says which column
//! is which field. What ends the reading early (a gzip cut off, a foreign encoding) is told by
//! [`Reader::finish`], which therefore must be called at the end:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let map = intake::Map::named("forecourt")?;
//! let mut reader = intake::open("complaints.csv".as_ref(), &map, intake::Options::default())?;
//! let mut rejects = intake::RejectWriter::new(std::fs::File::create("rejects.csv")?, reader.headings())?;
//! for row in reader.by_ref() {
//!     match row {
//!         Ok(record) => { /* make a case of it */ }
//!         Err(reject) => rejects.write(&reject)?,
//!     }
//! }
//! rejects.finish()?;
//! let tally = reader.finish()?;
//! # Ok(()) }
//! ```
//!
//! [`sniff`] says what a single file is that somebody attaches, and whether it may be taken.
//!
//! The crate only reads: no database, no clock, no randomness. Memory is bounded by
//! [`Options::max_row_bytes`] and, for the check of duplicate ids, by 16 bytes a row.

mod apply;
mod error;
mod map;
mod open;
mod reader;
mod record;
mod reject;
mod row;
pub mod sniff;
mod source;
mod value;

pub use error::IntakeError;
pub use map::{Map, MapError, Mistake};
pub use open::open;
pub use reader::{Options, Reader, Tally};
pub use record::{Attachment, Channel, Line, Position, Record, RowPlace};
pub use reject::{Reject, RejectWriter};
