//! What ends the reading of a file. A single bad row is a [`crate::Reject`] instead.

use crate::MapError;

/// Why a file could not be read, or not to its end. Rows that were given out before stay good.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file or folder could not be opened or listed.
    #[error("cannot open {file}: {cause}. Nothing was read; check the name and the right to read it")]
    Open {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Reading stopped in the middle.
    #[error(
        "reading {file} failed after {rows} rows: {cause}. The rows before it were read; reading the file again is safe"
    )]
    Read {
        /// The file.
        file: String,
        /// Rows given out before, good and rejected ones.
        rows: u64,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A gzip stream ends too early or does not match its checksum.
    #[error(
        "{file} is cut off or damaged (gzip: {cause}): {rows} rows were read before the break. Fetch the file again; reading it again from the start is safe"
    )]
    Gzip {
        /// The file.
        file: String,
        /// Rows given out before the break, good and rejected ones.
        rows: u64,
        /// What the unpacker said.
        cause: String,
    },
    /// The text is in an encoding that is not converted by guess.
    #[error(
        "{file} seems to be {encoding}, seen first in row {row}; only UTF-8, UTF-16 with its mark and GB18030 are recognised by themselves. {rows} rows were read before it. Save the file as UTF-8, or, if you are sure, write encoding = \"{label}\" under [format] of the map"
    )]
    Encoding {
        /// The file.
        file: String,
        /// The encoding's name for people.
        encoding: &'static str,
        /// The encoding's name for the map.
        label: &'static str,
        /// The row where it showed.
        row: u64,
        /// Rows given out before.
        rows: u64,
    },
    /// The content is of a kind that is not read.
    #[error("{file} is {found}. Nothing was read; {advice}")]
    Kind {
        /// The file.
        file: String,
        /// What it is.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// There is nothing in the file.
    #[error("{file} is empty: a heading line was expected. Nothing was read")]
    Empty {
        /// The file.
        file: String,
    },
    /// The heading row cannot be used.
    #[error("the heading of {file} (row {row}) cannot be read: {reason}. Nothing was read")]
    Heading {
        /// The file.
        file: String,
        /// The heading's row.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// The heading row lacks columns that the map requires.
    #[error("{file} lacks {}; found: {}. Nothing was read; rename the columns or use another map", missing.join("; "), list(found))]
    MissingColumns {
        /// The file.
        file: String,
        /// For each: the field and the headings that would do.
        missing: Vec<String>,
        /// The headings found.
        found: Vec<String>,
    },
    /// A workbook cannot be read, or not safely.
    #[error(
        "{file} is no workbook that can be read: {reason}. {rows} rows were read before; save it again as .xlsx or as CSV UTF-8"
    )]
    Workbook {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
        /// Rows given out before.
        rows: u64,
    },
    /// The map itself is wrong.
    #[error(transparent)]
    Map(#[from] MapError),
}

impl IntakeError {
    /// Fills in how many rows were read before.
    pub(crate) fn after(mut self, count: u64) -> Self {
        match &mut self {
            IntakeError::Read { rows, .. }
            | IntakeError::Gzip { rows, .. }
            | IntakeError::Encoding { rows, .. }
            | IntakeError::Workbook { rows, .. } => *rows = count,
            _ => {}
        }
        self
    }
}

fn list(found: &[String]) -> String {
    const SHOWN: usize = 60;
    let mut out = found
        .iter()
        .take(SHOWN)
        .map(|h| format!("{h:?}"))
        .collect::<Vec<_>>()
        .join(", ");
    if found.len() > SHOWN {
        out.push_str(&format!(" and {} more", found.len() - SHOWN));
    }
    if out.is_empty() {
        "no column at all".to_owned()
    } else {
        out
    }
}
