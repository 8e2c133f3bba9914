//! Reads records one after the other, with tally, progress and the check of duplicate ids.

use crate::{
    apply::Applier,
    error::IntakeError,
    map::{Map, Wanted, heading_key},
    record::{Record, RowPlace},
    reject::{Reject, shorten},
    row::{Bad, Row, Rows, Step},
};
use domain::Timestamp;
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Bounds of what is read. The defaults suit files from outside.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longest row in bytes (default 4 MiB); a longer one is rejected and passed over.
    pub max_row_bytes: usize,
    /// Most columns of a row (default 2,000).
    pub max_columns: usize,
    /// Largest mail in bytes (default 32 MiB); a larger one is rejected.
    pub max_mail_bytes: u64,
    /// Most bytes a workbook may unpack to (default 2 GiB); a larger one is refused.
    pub max_workbook_bytes: u64,
    /// Most bytes the table of texts of a workbook may unpack to, as it is held in memory (default
    /// 96 MiB); a workbook with more is refused.
    pub max_workbook_texts: u64,
    /// Receipts later than this are rejected as typing errors; `None` checks nothing.
    pub latest: Option<Timestamp>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_row_bytes: 4 << 20,
            max_columns: 2_000,
            max_mail_bytes: 32 << 20,
            max_workbook_bytes: 2 << 30,
            max_workbook_texts: 96 << 20,
            latest: None,
        }
    }
}

/// What was read. Every row that is not blank is counted once as record or as reject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that became records.
    pub records: u64,
    /// Rows that were rejected.
    pub rejects: u64,
}

impl Tally {
    /// Returns the number of rows read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.records + self.rejects
    }
}

/// Reads records from a file, one after the other, in bounded memory.
///
/// The iterator ends at the end of the file and also when reading cannot go on; call
/// [`Reader::finish`] to learn which.
#[must_use = "a reader reads nothing until it is iterated"]
pub struct Reader {
    rows: Box<dyn Rows>,
    row: Row,
    applier: Applier,
    headings: Vec<String>,
    unused: Vec<String>,
    file: Arc<str>,
    read: Arc<AtomicU64>,
    total: u64,
    seen: HashMap<u64, u64, BuildHasherDefault<DefaultHasher>>,
    tally: Tally,
    fault: Option<IntakeError>,
    done: bool,
}

impl Reader {
    /// Reads CSV or JSON Lines (both also gzip) or one mail from a stream.
    ///
    /// `name` stands for the file in messages; `total` is the number of bytes the stream will give,
    /// for the progress (0 when not known).
    ///
    /// # Errors
    /// As [`crate::open`].
    pub fn from_stream(
        stream: Box<dyn Read + Send>,
        name: &str,
        total: u64,
        map: &Map,
        options: Options,
    ) -> Result<Reader, IntakeError> {
        crate::open::of_stream(stream, name, total, map, &options)
    }

    /// A reader over rows with columns under headings.
    pub(crate) fn over(
        rows: Box<dyn Rows>,
        headings: Vec<String>,
        name: &str,
        (read, total): (Arc<AtomicU64>, u64),
        map: &Map,
        options: &Options,
    ) -> Result<Reader, IntakeError> {
        let take = bind(&map.wanted, &headings, name)?;
        let unused = headings
            .iter()
            .enumerate()
            .filter(|(i, _)| !take.contains(&Some(*i)))
            .map(|(_, h)| h.clone());
        let unused = unused.filter(|h| !h.is_empty()).collect();
        let applier = Applier::new(map.clone(), take, &headings, options.latest);
        Ok(Reader {
            headings,
            unused,
            ..Reader::new(rows, applier, name, (read, total))
        })
    }

    /// A reader over rows whose cells are already in the order of the map's columns.
    pub(crate) fn by_key(
        rows: Box<dyn Rows>,
        name: &str,
        progress: (Arc<AtomicU64>, u64),
        map: &Map,
        options: &Options,
    ) -> Result<Reader, IntakeError> {
        let take = (0..map.wanted.len()).map(Some).collect();
        Ok(Reader::new(
            rows,
            Applier::new(map.clone(), take, &[], options.latest),
            name,
            progress,
        ))
    }

    fn new(
        rows: Box<dyn Rows>,
        applier: Applier,
        name: &str,
        (read, total): (Arc<AtomicU64>, u64),
    ) -> Reader {
        Reader {
            rows,
            row: Row::default(),
            applier,
            headings: Vec::new(),
            unused: Vec::new(),
            file: name.into(),
            read,
            total,
            seen: HashMap::default(),
            tally: Tally::default(),
            fault: None,
            done: false,
        }
    }

    /// Returns the headings of the columns in the order of the file, for [`crate::RejectWriter`];
    /// empty where the format has none.
    #[must_use]
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Returns the headings that the map does not use, so that a person can see what is left out.
    #[must_use]
    pub fn unused_headings(&self) -> &[String] {
        &self.unused
    }

    /// Returns the bytes of the file read so far, and all of them (0 when not known).
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let read = self.read.load(Ordering::Relaxed);
        (
            if self.total > 0 {
                read.min(self.total)
            } else {
                read
            },
            self.total,
        )
    }

    /// Returns what was read so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Returns the tally at the end, or the error that ended the reading early. What was read
    /// before it stays good.
    ///
    /// # Errors
    /// A stream cut off or damaged, or an encoding that is not converted.
    pub fn finish(mut self) -> Result<Tally, IntakeError> {
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => Ok(self.tally),
        }
    }

    fn place(&self) -> RowPlace {
        let file = self.rows.file().map_or_else(|| self.file.clone(), Arc::from);
        RowPlace {
            file,
            row: self.row.row,
            line: self.row.line,
        }
    }

    fn reject(&self, bad: Bad) -> Reject {
        Reject {
            place: self.place(),
            column: bad.column,
            value: bad.value,
            reason: bad.reason,
            raw: self.rows.raw(),
            cells: self.row.cells.iter().map(|c| self.row.shown(c)).collect(),
        }
    }

    #[expect(
        clippy::result_large_err,
        reason = "the good case is larger still, and both are handed on at once"
    )]
    fn accept(&mut self) -> Result<Record, Reject> {
        let mut record = self
            .applier
            .record(&self.row, &|| self.place())
            .map_err(|bad| self.reject(bad))?;
        record.attachments = self.rows.attachments();
        let mut hash = DefaultHasher::new();
        record.source_id.hash(&mut hash);
        match self.seen.entry(hash.finish()) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(self.row.row);
                Ok(record)
            }
            std::collections::hash_map::Entry::Occupied(first) => {
                let first = *first.get();
                let reason = if record.id_from_content {
                    format!(
                        "has the same content as row {first}, which was read; without an id they cannot be told apart"
                    )
                } else {
                    format!("has the same id as row {first}, which was read")
                };
                let column = self.applier.id_column();
                Err(self.reject(Bad {
                    column,
                    value: shorten(&record.source_id),
                    reason,
                }))
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Record, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let item = match self.rows.next(&mut self.row) {
            Ok(Step::Row) => self.accept(),
            Ok(Step::Bad(bad)) => Err(self.reject(bad)),
            Ok(Step::End) => {
                self.done = true;
                return None;
            }
            Err(fault) => {
                self.done = true;
                self.fault = Some(fault.after(self.tally.rows()));
                return None;
            }
        };
        match &item {
            Ok(_) => self.tally.records += 1,
            Err(_) => self.tally.rejects += 1,
        }
        Some(item)
    }
}

/// Finds for every wanted column its position among the headings.
fn bind(wanted: &[Wanted], headings: &[String], file: &str) -> Result<Vec<Option<usize>>, IntakeError> {
    let keys: Vec<String> = headings.iter().map(|h| heading_key(h)).collect();
    let mut missing = Vec::new();
    let mut take = Vec::with_capacity(wanted.len());
    for w in wanted {
        let at = w.headings.iter().find_map(|h| {
            let key = heading_key(h);
            keys.iter().position(|k| *k == key)
        });
        if let Some(at) = at
            && let Some(second) = keys.iter().skip(at + 1).position(|k| *k == keys[at])
        {
            return Err(IntakeError::Heading {
                file: file.to_owned(),
                row: 1,
                reason: format!(
                    "columns {} and {} have the same heading {:?}",
                    at + 1,
                    at + second + 2,
                    headings[at]
                ),
            });
        }
        if let (None, Some(field)) = (at, &w.required) {
            let choice = w
                .headings
                .iter()
                .map(|h| format!("{h:?}"))
                .collect::<Vec<_>>()
                .join(" or ");
            missing.push(format!("a column for {field}, headed {choice}"));
        }
        take.push(at);
    }
    if missing.is_empty() {
        Ok(take)
    } else {
        Err(IntakeError::MissingColumns {
            file: file.to_owned(),
            missing,
            found: headings.to_vec(),
        })
    }
}
