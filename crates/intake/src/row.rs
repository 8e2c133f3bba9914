//! A row as every format gives it, before the map is applied. One row is reused for a whole file.

use crate::{error::IntakeError, record::Attachment};
use jiff::civil::DateTime;
use std::ops::Range;

/// One cell. Texts lie in [`Row::text`], so that a row costs no allocation of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Cell {
    /// Nothing there.
    #[default]
    Empty,
    /// A text.
    Text(Range<usize>),
    /// A number by the format's own type, as its shortest decimal text.
    Number(Range<usize>),
    /// A date cell of a workbook.
    Moment(DateTime),
    /// Several texts.
    List(Vec<String>),
    /// Something no field can hold, in words such as `an object`.
    Odd(&'static str),
}

/// One row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Number as [`crate::RowPlace::row`] counts.
    pub(crate) row: u64,
    /// Line as [`crate::RowPlace::line`] counts.
    pub(crate) line: u64,
    pub(crate) text: String,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// Empties the row, keeping its memory (unless one huge row has blown it up).
    pub(crate) fn clear(&mut self) {
        const KEPT: usize = 1 << 20;
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.cells.clear();
    }

    /// Adds a text cell.
    pub(crate) fn push_text(&mut self, text: &str) {
        let cell = self.keep(text);
        self.cells.push(if cell.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(cell)
        });
    }

    /// Stores a text and returns where it lies.
    pub(crate) fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// Returns the text at a place that this row handed out.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// Returns a cell's text as a person would write it, for messages and reject files.
    pub(crate) fn shown(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(range) | Cell::Number(range) => self.slice(range).to_owned(),
            Cell::Moment(moment) => moment.to_string(),
            Cell::List(items) => items.join("; "),
            Cell::Odd(what) => format!("({what})"),
        }
    }
}

/// What is wrong with a row, before it is known where the row stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bad {
    pub(crate) column: Option<String>,
    pub(crate) value: String,
    pub(crate) reason: String,
}

impl Bad {
    pub(crate) fn row(reason: impl Into<String>) -> Self {
        Bad {
            column: None,
            value: String::new(),
            reason: reason.into(),
        }
    }
}

/// What a source found.
#[derive(Debug)]
pub(crate) enum Step {
    /// A row, filled in.
    Row,
    /// A row that cannot be split; its number and line are filled in.
    Bad(Bad),
    /// Nothing more.
    End,
}

/// A source of rows in one format.
pub(crate) trait Rows: Send {
    /// Reads the next row. An error ends the reading; the count of rows in it is filled in by the
    /// caller.
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError>;

    /// Returns the last row as it stood in the source.
    fn raw(&self) -> String;

    /// Returns what came with the last row, a mail.
    fn attachments(&mut self) -> Vec<Attachment> {
        Vec::new()
    }

    /// Returns the name of the file that the last row came from, when it is not the opened one.
    fn file(&self) -> Option<String> {
        None
    }
}
