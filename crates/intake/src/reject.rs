//! Rows that could not become a complaint, and the file they are written to.

use crate::record::RowPlace;
use std::{fmt, io};

/// The first columns of a reject file. A file that starts with them is read as a mended reject
/// file: they are passed over, the columns after them are the original ones.
pub(crate) const LEAD: [&str; 4] = ["row", "column", "reason", "value"];
/// The last column of a reject file: the row as it stood in the source.
pub(crate) const ORIGINAL: &str = "original";

/// Why one row was not read.
///
/// `Debug` hides what the customer wrote; [`fmt::Display`] shows place, column and reason only.
#[derive(Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where the row stands.
    pub place: RowPlace,
    /// The column, by its heading in the file (or the field, when no column feeds it); `None` when
    /// the whole row is at fault.
    pub column: Option<String>,
    /// What stood there, shortened to 80 characters.
    pub value: String,
    /// What is wrong and what would be right, in one sentence.
    pub reason: String,
    /// The row as it stood in the source (bad bytes replaced; a row over the length limit is cut to
    /// its beginning; for a mail, its path).
    pub raw: String,
    /// The fields of the row in the order of [`crate::Reader::headings`]; empty when the row could
    /// not be split.
    pub cells: Vec<String>,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(column) = &self.column {
            write!(f, ", column {column:?}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl fmt::Debug for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reject({self})")
    }
}

/// Shortens a text to 80 characters for a message.
pub(crate) fn shorten(text: &str) -> String {
    const LIMIT: usize = 80;
    match text.char_indices().nth(LIMIT) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

/// Writes rejects as CSV: `row,column,reason,value`, then the original columns, then `original` with
/// the row as it stood.
///
/// Mended in place, the file can be given to [`crate::open`] with the same map: the first four
/// columns are passed over. Where the source had no columns (JSON Lines) or the row could not be
/// split, mend the text under `original`.
pub struct RejectWriter<W: io::Write> {
    out: csv::Writer<W>,
    width: usize,
    written: u64,
}

impl<W: io::Write> RejectWriter<W> {
    /// Starts a reject file for a source with these headings ([`crate::Reader::headings`]).
    ///
    /// # Errors
    /// When the heading cannot be written.
    pub fn new(out: W, headings: &[String]) -> io::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let heads = LEAD
            .into_iter()
            .chain(headings.iter().map(String::as_str))
            .chain([ORIGINAL]);
        out.write_record(heads).map_err(io_error)?;
        Ok(RejectWriter {
            out,
            width: headings.len(),
            written: 0,
        })
    }

    /// Writes one reject.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let row = reject.place.row.to_string();
        let lead = [
            &row,
            reject.column.as_deref().unwrap_or(""),
            &reject.reason,
            &reject.value,
        ];
        let cells = (0..self.width).map(|i| reject.cells.get(i).map_or("", String::as_str));
        let record = lead.into_iter().chain(cells).chain([reject.raw.as_str()]);
        self.out.write_record(record).map_err(io_error)?;
        self.written += 1;
        Ok(())
    }

    /// Returns how many rejects were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes out what is buffered and returns the file.
    ///
    /// # Errors
    /// When the last rows cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}

fn io_error(e: csv::Error) -> io::Error {
    io::Error::other(e)
}
