//! CSV after RFC 4180, with `,` `;` `|` or tab, split on bytes and decoded row by row.
//!
//! Splitting before decoding is right for UTF-8 and for every legacy encoding accepted: none of
//! them uses the bytes of quote, delimiter or line end inside a character.

use super::{bytes::Bytes, encoding::Decoder};
use crate::{
    error::IntakeError,
    reject::shorten,
    row::{Bad, Cell, Row, Rows, Step},
};

/// Bounds of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Longest row in bytes.
    pub(crate) bytes: usize,
    /// Most columns.
    pub(crate) columns: usize,
}

/// How a scan over one record ended.
#[derive(Debug, PartialEq)]
enum Scan {
    /// Nothing more in the stream.
    End,
    /// A blank line.
    Blank,
    /// A record; its fields are in `fields`.
    Record,
    /// A record that cannot be split, ending at the next line end.
    Broken(String),
    /// A quote was opened and never closed.
    Unclosed,
    /// The line is longer than the bound; `shown` of it are in the window, the rest is gone.
    TooLong,
}

/// One field: place in the record, and whether doubled quotes must be undone.
#[derive(Clone, Copy, Debug)]
struct Field {
    start: usize,
    end: usize,
    doubled: bool,
}

/// Rows of a CSV text.
pub(crate) struct Csv {
    bytes: Bytes,
    decoder: Decoder,
    delimiter: u8,
    bounds: Bounds,
    /// Columns of the heading; 0 before it is known.
    width: usize,
    /// Columns passed over at the front and at the end (of a mended reject file).
    skip: (usize, usize),
    fields: Vec<Field>,
    /// Length of the record at the start of the window, with its line end.
    length: usize,
    /// Bytes dropped of an overlong line beyond what the window shows.
    dropped: u64,
    row: u64,
    line: u64,
    /// Lines that the last record took.
    lines: u64,
}

impl Csv {
    pub(crate) fn new(bytes: Bytes, decoder: Decoder, delimiter: u8, bounds: Bounds) -> Self {
        Csv {
            bytes,
            decoder,
            delimiter,
            bounds,
            width: 0,
            skip: (0, 0),
            fields: Vec::new(),
            length: 0,
            dropped: 0,
            row: 0,
            line: 1,
            lines: 0,
        }
    }

    /// Fixes the columns after the heading was read.
    pub(crate) fn set_columns(&mut self, width: usize, skip: (usize, usize)) {
        self.width = width;
        self.skip = skip;
    }

    /// Finds the end of the record at the start of the window and its fields.
    fn scan(&mut self) -> Result<Scan, IntakeError> {
        self.fields.clear();
        self.dropped = 0;
        let mut at = 0;
        if self.bytes.window().is_empty() && !self.bytes.fill()? {
            self.length = 0;
            return Ok(Scan::End);
        }
        let mut quoted = false;
        let mut doubled = false;
        let mut start = 0;
        // Invariant: `at` is the first byte not looked at; `start` the first byte of the open field.
        loop {
            let window = self.bytes.window();
            if at >= window.len() {
                if at > self.bounds.bytes {
                    return if quoted {
                        Ok(Scan::Unclosed)
                    } else {
                        self.drop_line()
                    };
                }
                if !self.bytes.fill()? {
                    self.length = at;
                    if quoted {
                        return Ok(Scan::Unclosed);
                    }
                    self.fields.push(Field {
                        start,
                        end: at,
                        doubled: false,
                    });
                    return Ok(Scan::Record);
                }
                continue;
            }
            if quoted {
                let Some(n) = window[at..].iter().position(|b| *b == b'"') else {
                    at = window.len();
                    continue;
                };
                let quote = at + n;
                if quote + 1 >= window.len() && self.bytes.fill()? {
                    at = quote;
                    continue;
                }
                match self.bytes.window().get(quote + 1) {
                    Some(b'"') => {
                        doubled = true;
                        at = quote + 2;
                    }
                    Some(b) if *b == self.delimiter => {
                        self.fields.push(Field {
                            start,
                            end: quote,
                            doubled,
                        });
                        (quoted, doubled) = (false, false);
                        start = quote + 2;
                        at = start;
                        self.open_quote(&mut at, &mut start, &mut quoted)?;
                    }
                    None | Some(b'\n' | b'\r') => {
                        self.fields.push(Field {
                            start,
                            end: quote,
                            doubled,
                        });
                        self.finish_line(quote + 1)?;
                        return Ok(Scan::Record);
                    }
                    Some(_) => {
                        let column = self.fields.len() + 1;
                        return self.skip_line(quote + 1, format!(
                            "has text after the closing quote of column {column}: a quote inside a field must be doubled"
                        ));
                    }
                }
            } else {
                if at == 0 {
                    self.open_quote(&mut at, &mut start, &mut quoted)?;
                    if quoted {
                        continue;
                    }
                }
                let delimiter = self.delimiter;
                let window = self.bytes.window();
                let Some(n) = window[at..]
                    .iter()
                    .position(|b| *b == delimiter || *b == b'\n' || *b == b'\r')
                else {
                    at = window.len();
                    continue;
                };
                let stop = at + n;
                let byte = window[stop];
                if byte != delimiter && stop == 0 {
                    self.finish_line(0)?;
                    return Ok(Scan::Blank);
                }
                self.fields.push(Field {
                    start,
                    end: stop,
                    doubled: false,
                });
                if byte != delimiter {
                    self.finish_line(stop)?;
                    return Ok(Scan::Record);
                }
                start = stop + 1;
                at = start;
                self.open_quote(&mut at, &mut start, &mut quoted)?;
            }
            if self.fields.len() > self.bounds.columns {
                return self.skip_line(at, format!("has more than {} columns", self.bounds.columns));
            }
        }
    }

    /// Steps over a quote that opens a field.
    fn open_quote(
        &mut self,
        at: &mut usize,
        start: &mut usize,
        quoted: &mut bool,
    ) -> Result<(), IntakeError> {
        if *at >= self.bytes.window().len() {
            self.bytes.fill()?;
        }
        if self.bytes.window().get(*at) == Some(&b'"') {
            *quoted = true;
            *at += 1;
            *start = *at;
        }
        Ok(())
    }

    /// Ends the record at the line end that stands at `stop` (or the end of the stream).
    fn finish_line(&mut self, stop: usize) -> Result<(), IntakeError> {
        if stop + 1 >= self.bytes.window().len() {
            self.bytes.fill()?;
        }
        let window = self.bytes.window();
        self.length = match (window.get(stop), window.get(stop + 1)) {
            (Some(b'\r'), Some(b'\n')) => stop + 2,
            (Some(_), _) => stop + 1,
            (None, _) => stop,
        };
        Ok(())
    }

    /// Ends a record that cannot be split at the next line end from `at` on.
    fn skip_line(&mut self, mut at: usize, reason: String) -> Result<Scan, IntakeError> {
        loop {
            let window = self.bytes.window();
            let rest = window.get(at..).unwrap_or(&[]);
            if let Some(n) = rest.iter().position(|b| *b == b'\n' || *b == b'\r') {
                self.finish_line(at + n)?;
                return Ok(Scan::Broken(reason));
            }
            at = window.len();
            if at > self.bounds.bytes {
                return self.drop_line();
            }
            if !self.bytes.fill()? {
                self.length = at;
                return Ok(Scan::Broken(reason));
            }
        }
    }

    /// Drops the rest of an overlong line from the stream, keeping its beginning for the message.
    fn drop_line(&mut self) -> Result<Scan, IntakeError> {
        self.dropped = 0;
        loop {
            let window = self.bytes.window();
            let from = SHOWN.min(window.len());
            if let Some(n) = window[from..].iter().position(|b| *b == b'\n') {
                self.dropped += n as u64;
                self.bytes.cut(from, from + n);
                self.length = from + 1;
                return Ok(Scan::TooLong);
            }
            let n = window.len() - from;
            self.dropped += n as u64;
            self.bytes.cut(from, from + n);
            if !self.bytes.fill()? {
                self.length = from;
                return Ok(Scan::TooLong);
            }
        }
    }

    /// Makes the first line alone the record: what follows a quote that is never closed are rows
    /// of their own.
    fn only_first_line(&mut self) -> Result<Option<Scan>, IntakeError> {
        match self
            .bytes
            .window()
            .iter()
            .position(|b| *b == b'\n' || *b == b'\r')
        {
            Some(stop) => {
                self.finish_line(stop)?;
                Ok(None)
            }
            None if self.bytes.window().len() > self.bounds.bytes => self.drop_line().map(Some),
            None => {
                self.length = self.bytes.window().len();
                Ok(None)
            }
        }
    }

    /// Reads one record into `row`, whatever its number of columns.
    pub(crate) fn record(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        loop {
            self.bytes.consume(self.length);
            self.line += self.lines;
            self.length = 0;
            self.row += 1;
            row.clear();
            (row.row, row.line) = (self.row, self.line);
            let mut scan = self.scan()?;
            let mut unclosed = false;
            if scan == Scan::Unclosed {
                unclosed = true;
                if let Some(other) = self.only_first_line()? {
                    scan = other;
                }
            }
            let record = &self.bytes.window()[..self.length];
            self.lines = (record.iter().filter(|b| **b == b'\n').count() as u64).max(1);
            let bad = match scan {
                Scan::End => return Ok(Step::End),
                Scan::Blank => continue,
                Scan::TooLong => {
                    let all = self.length as u64 + self.dropped;
                    format!(
                        "is {all} bytes long, more than the {} bytes a row may have",
                        self.bounds.bytes
                    )
                }
                Scan::Unclosed if unclosed => {
                    "opens a quote that is never closed; the lines after it are read as rows of their own"
                        .to_owned()
                }
                Scan::Broken(reason) => reason,
                Scan::Record | Scan::Unclosed => {
                    if record.contains(&0) {
                        "has a NUL byte, which no text has: the file is damaged here or is no text".to_owned()
                    } else {
                        match self.split(row) {
                            Ok(()) if row.cells.iter().all(|c| *c == Cell::Empty) => continue,
                            Ok(()) => return Ok(Step::Row),
                            Err(bad) => return Ok(Step::Bad(bad)),
                        }
                    }
                }
            };
            return Ok(Step::Bad(Bad::row(bad)));
        }
    }

    /// Decodes the fields of the record into cells.
    fn split(&self, row: &mut Row) -> Result<(), Bad> {
        let record = &self.bytes.window()[..self.length];
        for (i, field) in self.fields.iter().enumerate() {
            let bytes = record.get(field.start..field.end).unwrap_or(&[]);
            let text = self.decoder.decode(bytes).map_err(|reason| Bad {
                column: Some(format!("{}", i + 1)),
                value: shorten(&String::from_utf8_lossy(bytes)),
                reason,
            })?;
            if field.doubled {
                row.push_text(&text.replace("\"\"", "\""));
            } else {
                row.push_text(&text);
            }
        }
        Ok(())
    }
}

/// How much of an overlong line is kept for the message.
const SHOWN: usize = 1000;

impl Rows for Csv {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        let step = self.record(row)?;
        if !matches!(step, Step::Row) {
            return Ok(step);
        }
        let found = row.cells.len();
        let surplus_is_empty = || row.cells[self.width..].iter().all(|c| *c == Cell::Empty);
        if found < self.width || (found > self.width && !surplus_is_empty()) {
            let reason = format!("has {found} columns where the heading has {}", self.width);
            return Ok(Step::Bad(Bad::row(reason)));
        }
        row.cells.truncate(self.width - self.skip.1);
        row.cells.drain(..self.skip.0);
        Ok(Step::Row)
    }

    fn raw(&self) -> String {
        let record = &self.bytes.window()[..self.length];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let text = match self.decoder.decode(record) {
            Ok(text) => text.into_owned(),
            Err(_) => String::from_utf8_lossy(record).into_owned(),
        };
        if self.dropped > 0 {
            format!("{text}… ({} more bytes)", self.dropped)
        } else {
            text
        }
    }
}
