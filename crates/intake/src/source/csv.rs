//! CSV after RFC 4180, with `,` `;` `|` or tab, split on bytes and decoded row by row.
//!
//! Splitting before decoding is right for UTF-8 and for every legacy encoding accepted: none of
//! them uses the bytes of quote, delimiter or line end inside a character.

use super::{
    bytes::{Bytes, Overlong},
    encoding::Decoder,
};
use crate::{
    error::IntakeError,
    reject::shorten,
    row::{Bad, Cell, Row, Rows, Step},
};

use memchr::{memchr, memchr_iter, memchr2, memchr3};

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
    /// The heading's columns; none before it is read.
    headings: Vec<String>,
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
            headings: Vec::new(),
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
    pub(crate) fn set_columns(&mut self, headings: Vec<String>, skip: (usize, usize)) {
        self.headings = headings;
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
                let Some(n) = memchr(b'"', &window[at..]) else {
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
                        self.finish_line(quote + 1);
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
                let Some(n) = memchr3(delimiter, b'\n', b'\r', &window[at..]) else {
                    at = window.len();
                    continue;
                };
                let stop = at + n;
                let byte = window[stop];
                if byte != delimiter && stop == 0 {
                    self.finish_line(0);
                    return Ok(Scan::Blank);
                }
                self.fields.push(Field {
                    start,
                    end: stop,
                    doubled: false,
                });
                if byte != delimiter {
                    self.finish_line(stop);
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
    fn finish_line(&mut self, stop: usize) {
        if self.bytes.window().get(stop) == Some(&b'\r') {
            self.bytes.look_ahead(stop + 2);
        }
        let window = self.bytes.window();
        self.length = match (window.get(stop), window.get(stop + 1)) {
            (Some(b'\r'), Some(b'\n')) => stop + 2,
            (Some(_), _) => stop + 1,
            (None, _) => stop,
        };
    }

    /// Ends a record that cannot be split at the next line end from `at` on.
    fn skip_line(&mut self, mut at: usize, reason: String) -> Result<Scan, IntakeError> {
        loop {
            let window = self.bytes.window();
            let rest = window.get(at..).unwrap_or(&[]);
            if let Some(n) = memchr2(b'\n', b'\r', rest) {
                self.finish_line(at + n);
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

    fn drop_line(&mut self) -> Result<Scan, IntakeError> {
        let Overlong { kept, dropped } = self.bytes.drop_line()?;
        (self.length, self.dropped) = (kept, dropped);
        Ok(Scan::TooLong)
    }

    /// Makes the first line alone the record: what follows a quote that is never closed are rows
    /// of their own.
    fn only_first_line(&mut self) -> Result<Option<Scan>, IntakeError> {
        match memchr2(b'\n', b'\r', self.bytes.window()) {
            Some(stop) => {
                self.finish_line(stop);
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
            if scan == Scan::Unclosed
                && let Some(other) = self.only_first_line()?
            {
                scan = other;
            }
            let record = &self.bytes.window()[..self.length];
            self.lines = (memchr_iter(b'\n', record).count() as u64).max(1);
            if scan == Scan::Record && self.length > self.bounds.bytes {
                scan = Scan::TooLong;
            }
            let bad = match scan {
                Scan::End => return Ok(Step::End),
                Scan::Blank => continue,
                Scan::TooLong => super::too_long(self.length as u64 + self.dropped, self.bounds.bytes),
                Scan::Unclosed => Bad::row(
                    "opens a quote that is never closed; the lines after it are read as rows of their own",
                ),
                Scan::Broken(reason) => Bad::row(reason),
                Scan::Record if memchr(0, record).is_some() => super::has_nul(),
                Scan::Record => {
                    self.decoder.settle(&mut self.bytes, self.length, self.row)?;
                    match self.split(row) {
                        Ok(()) if row.cells.iter().all(|c| *c == Cell::Empty) => continue,
                        Ok(()) => return Ok(Step::Row),
                        Err(bad) => bad,
                    }
                }
            };
            return Ok(Step::Bad(bad));
        }
    }

    /// Decodes the fields of the record into cells.
    fn split(&self, row: &mut Row) -> Result<(), Bad> {
        let record = &self.bytes.window()[..self.length];
        for (i, field) in self.fields.iter().enumerate() {
            let bytes = record.get(field.start..field.end).unwrap_or(&[]);
            let text = self.decoder.decode(bytes).map_err(|reason| Bad {
                column: Some(
                    self.headings
                        .get(i)
                        .cloned()
                        .unwrap_or_else(|| (i + 1).to_string()),
                ),
                value: shorten(&self.decoder.decode_lossy(bytes)),
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

impl Rows for Csv {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        let step = self.record(row)?;
        if !matches!(step, Step::Row) {
            return Ok(step);
        }
        let (found, width) = (row.cells.len(), self.headings.len());
        let surplus_is_empty = || row.cells.iter().skip(width).all(|c| *c == Cell::Empty);
        if found < width || (found > width && !surplus_is_empty()) {
            let reason = format!("has {found} columns where the heading has {width}");
            return Ok(Step::Bad(Bad::row(reason)));
        }
        row.cells.truncate(width - self.skip.1);
        row.cells.drain(..self.skip.0);
        Ok(Step::Row)
    }

    fn raw(&self) -> String {
        let record = &self.bytes.window()[..self.length];
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        super::cut_mark(self.decoder.decode_lossy(record).into_owned(), self.dropped)
    }
}
