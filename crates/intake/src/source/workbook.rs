//! Excel workbooks (.xlsx), row by row.
//!
//! A workbook is a zip of XML, so a small file can unpack to anything. Before the library that reads
//! it sees a byte, [`inspect`] unpacks every part once, counting, and refuses what would need
//! unbounded memory: too many bytes in all, a too large table of texts, a single huge row. The rows
//! are read on a thread of their own, because the library's reader borrows the open workbook, and
//! come through a short channel; a panic in there is an error here.

use super::bytes::Counted;
use crate::{
    error::IntakeError,
    row::{Bad, Cell, Row, Rows, Step},
};
use calamine::{DataRef, Reader as _, Xlsx};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::AtomicU64,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

/// Bounds of a workbook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) unpacked: u64,
    pub(crate) texts: u64,
    pub(crate) row_bytes: usize,
    pub(crate) columns: usize,
}

/// What the reading thread sends.
enum Message {
    Rows(Vec<(Row, Option<Bad>)>),
    Failed(String),
    End,
}

/// Rows of one sheet.
pub(crate) struct Workbook {
    file: Arc<str>,
    from: Receiver<Message>,
    batch: std::vec::IntoIter<(Row, Option<Bad>)>,
    /// Columns of the heading; 0 before it is read.
    pub(crate) width: usize,
    ended: bool,
    raw: String,
}

/// How many rows are sent at once, and how many bytes of text make a batch full earlier.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 256 * 1024;

impl Workbook {
    /// Checks the workbook against the bounds and starts to read its first sheet, or the one named.
    pub(crate) fn open(
        mut source: File,
        file: &Arc<str>,
        read: Arc<AtomicU64>,
        sheet: Option<String>,
        bounds: Bounds,
    ) -> Result<Workbook, IntakeError> {
        let failed = |reason: String| IntakeError::Workbook {
            file: file.to_string(),
            reason,
            rows: 0,
        };
        inspect(&source, bounds).map_err(failed)?;
        source
            .seek(SeekFrom::Start(0))
            .map_err(|e| failed(e.to_string()))?;
        let (to, from) = sync_channel(2);
        let source = BufReader::new(Counted::new(source, read));
        std::thread::Builder::new()
            .name("workbook".to_owned())
            .spawn(move || {
                let last = match read_sheet(source, sheet, bounds, &to) {
                    Ok(()) => Message::End,
                    Err(reason) => Message::Failed(reason),
                };
                // When nobody listens any more there is nobody to tell.
                let _ = to.send(last);
            })
            .map_err(|e| failed(e.to_string()))?;
        let (batch, raw) = (Vec::new().into_iter(), String::new());
        Ok(Workbook {
            file: file.clone(),
            from,
            batch,
            width: 0,
            ended: false,
            raw,
        })
    }
}

impl Rows for Workbook {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        loop {
            let Some((next, bad)) = self.batch.next() else {
                if self.ended {
                    return Ok(Step::End);
                }
                let reason = match self.from.recv() {
                    Ok(Message::Rows(rows)) => {
                        self.batch = rows.into_iter();
                        continue;
                    }
                    Ok(Message::End) => {
                        self.ended = true;
                        continue;
                    }
                    Ok(Message::Failed(reason)) => reason,
                    Err(_) => "it is damaged in a way that its reader does not survive".to_owned(),
                };
                self.ended = true;
                return Err(IntakeError::Workbook {
                    file: self.file.to_string(),
                    reason,
                    rows: 0,
                });
            };
            *row = next;
            if row.cells.iter().all(|c| *c == Cell::Empty) && bad.is_none() {
                continue;
            }
            self.raw = row
                .cells
                .iter()
                .map(|c| row.shown(c))
                .collect::<Vec<_>>()
                .join("\t");
            if let Some(bad) = bad {
                return Ok(Step::Bad(bad));
            }
            if self.width > 0 {
                if row.cells.iter().skip(self.width).any(|c| *c != Cell::Empty) {
                    let (found, width) = (row.cells.len(), self.width);
                    return Ok(Step::Bad(Bad::row(format!(
                        "has {found} columns where the heading has {width}"
                    ))));
                }
                row.cells.resize(self.width, Cell::Empty);
            }
            return Ok(Step::Row);
        }
    }

    fn raw(&self) -> String {
        self.raw.clone()
    }
}

/// Gathers cells into rows and sends them in batches.
struct Sender<'s> {
    to: &'s SyncSender<Message>,
    bounds: Bounds,
    batch: Vec<(Row, Option<Bad>)>,
    bytes: usize,
    row: Row,
    bad: Option<Bad>,
}

impl Sender<'_> {
    /// Sends the row in hand; `false` when nobody listens any more.
    fn finish_row(&mut self) -> bool {
        let row = std::mem::take(&mut self.row);
        self.bytes += row.text.len() + row.cells.len() * size_of::<Cell>();
        self.batch.push((row, self.bad.take()));
        self.batch.len() < BATCH && self.bytes < BATCH_BYTES || self.flush()
    }

    fn flush(&mut self) -> bool {
        self.bytes = 0;
        self.to
            .send(Message::Rows(std::mem::take(&mut self.batch)))
            .is_ok()
    }

    fn put(&mut self, column: usize, value: &DataRef<'_>) {
        if column >= self.bounds.columns {
            if !matches!(value, DataRef::Empty) {
                self.bad = Some(Bad::row(format!("has more than {} columns", self.bounds.columns)));
            }
            return;
        }
        let cell = cell(value, &mut self.row);
        if self.row.text.len() > self.bounds.row_bytes {
            self.bad = Some(super::too_long(self.row.text.len() as u64, self.bounds.row_bytes));
            self.row.text.clear();
            self.row.cells.clear();
        }
        if self.bad.is_none() {
            if self.row.cells.len() <= column {
                self.row.cells.resize(column + 1, Cell::Empty);
            }
            self.row.cells[column] = cell;
        }
    }
}

fn read_sheet(
    source: BufReader<Counted<File>>,
    sheet: Option<String>,
    bounds: Bounds,
    to: &SyncSender<Message>,
) -> Result<(), String> {
    let mut book = Xlsx::new(source).map_err(|e| e.to_string())?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) if names.contains(&name) => name,
        Some(name) => {
            return Err(format!(
                "it has no sheet named {name:?}; it has {}",
                names.join(", ")
            ));
        }
        None => names.first().cloned().ok_or("it has no sheet")?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|e| e.to_string())?;
    let mut out = Sender {
        to,
        bounds,
        batch: Vec::new(),
        bytes: 0,
        row: Row::default(),
        bad: None,
    };
    let result = loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                let number = u64::from(row) + 1;
                if out.row.row != number {
                    if out.row.row > 0 && !out.finish_row() {
                        return Ok(());
                    }
                    (out.row.row, out.row.line) = (number, number);
                }
                out.put(column as usize, cell.get_value());
            }
            Ok(None) => break Ok(()),
            Err(e) => break Err(e.to_string()),
        }
    };
    // After an error the row in hand may be half a row.
    if out.row.row > 0 && result.is_ok() {
        out.finish_row();
    }
    out.flush();
    result
}

fn cell(value: &DataRef<'_>, row: &mut Row) -> Cell {
    let text = |row: &mut Row, text: &str| {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(row.keep(text))
        }
    };
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(s) | DataRef::DateTimeIso(s) => text(row, s),
        DataRef::SharedString(s) => text(row, s),
        DataRef::Bool(b) => text(row, if *b { "true" } else { "false" }),
        DataRef::Int(i) => Cell::Number(row.keep(&i.to_string())),
        DataRef::Float(f) => Cell::Number(row.keep(&shown_number(*f))),
        DataRef::DateTime(at) if at.is_duration() => Cell::Odd("a span of time"),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            let date = jiff::civil::Date::new(year as i16, month as i8, day as i8);
            let time = jiff::civil::Time::new(
                hour as i8,
                minute as i8,
                second as i8,
                i32::from(milli) * 1_000_000,
            );
            match (date, time) {
                (Ok(date), Ok(time)) => Cell::Moment(date.to_datetime(time)),
                _ => Cell::Odd("a date that does not exist"),
            }
        }
        DataRef::DurationIso(_) => Cell::Odd("a span of time"),
        DataRef::Error(_) => Cell::Odd("an error of a formula, such as #N/A"),
    }
}

/// Writes a floating cell as a spreadsheet shows it: with 15 digits, which hides the rounding of
/// sums; longer whole numbers stay long, so that they are found out.
fn shown_number(f: f64) -> String {
    if f.abs() >= 1e15 || f.fract() == 0.0 {
        return format!("{f:.0}");
    }
    format!("{f:.14e}")
        .parse::<f64>()
        .map_or_else(|_| f.to_string(), |rounded| rounded.to_string())
}

/// Unpacks every part of the workbook once, holding nothing, and says why it must not be read.
fn inspect(source: &File, bounds: Bounds) -> Result<(), String> {
    /// Parts other than sheets and texts (styles, relations) are held in memory by the reader.
    const SMALL_PART: u64 = 32 << 20;
    let mut zip =
        zip::ZipArchive::new(BufReader::new(source)).map_err(|e| format!("the zip is damaged: {e}"))?;
    let mut total = 0;
    let mut is_workbook = false;
    for i in 0..zip.len() {
        let part = zip
            .by_index(i)
            .map_err(|e| format!("the zip is damaged or locked by a password: {e}"))?;
        let name = part
            .name()
            .map_err(|e| format!("the zip is damaged: {e}"))?
            .to_lowercase();
        is_workbook |= name.ends_with("workbook.xml");
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let texts = name.contains("sharedstrings");
        let sheet = name.contains("worksheets/");
        let limit = match (texts, sheet) {
            (true, _) => bounds.texts,
            (_, true) => bounds.unpacked,
            _ => SMALL_PART,
        };
        let limit = limit.min(bounds.unpacked - total);
        let too_large = || {
            format!(
                "its part {name} unpacks to more than {limit} bytes, which may be an attack; \
                 if the file is honest, split it or save it as CSV"
            )
        };
        if part.size() > limit {
            return Err(too_large());
        }
        let mut scan = Scan {
            longest: 0,
            since_row: 0,
            tag: None,
            odd: None,
            declared: None,
        };
        let mut taken = part.take(limit + 1);
        let mut buf = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let n = taken
                .read(&mut buf)
                .map_err(|e| format!("its part {name} is damaged: {e}"))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            if sheet || texts {
                scan.look(&buf[..n]);
            }
        }
        if size > limit {
            return Err(too_large());
        }
        total += size;
        if let Some(odd) = scan.odd {
            return Err(format!(
                "its part {name} has {odd}, which no spreadsheet program writes"
            ));
        }
        // In XML a row is several times as long as its texts.
        if sheet && scan.longest.max(scan.since_row) > 8 * bounds.row_bytes as u64 {
            return Err(format!(
                "its part {name} has a row of {} bytes",
                scan.longest.max(scan.since_row)
            ));
        }
        if texts && scan.declared.is_some_and(|declared| declared > size) {
            return Err(format!(
                "its part {name} declares more texts than it can hold, which may be an attack"
            ));
        }
    }
    if is_workbook {
        Ok(())
    } else {
        Err("it is a zip archive without a workbook in it".to_owned())
    }
}

/// Looks through the XML of a part for what would need unbounded memory.
struct Scan {
    /// Most bytes from one row's tag to the next.
    longest: u64,
    since_row: u64,
    /// The tag being read.
    tag: Option<Vec<u8>>,
    odd: Option<&'static str>,
    /// What `uniqueCount` of the table of texts says: its reader reserves so many places.
    declared: Option<u64>,
}

impl Scan {
    /// Longest beginning of a tag that is kept: enough for the attributes of interest.
    const TAG: usize = 1024;

    fn look(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.since_row += 1;
            match (&mut self.tag, b) {
                (_, 0) => self.odd = Some("a NUL byte (or is UTF-16)"),
                (None, b'<') => self.tag = Some(Vec::new()),
                (None, _) => {}
                (Some(_), b'>') => self.end_tag(),
                (Some(tag), b) if tag.len() < Self::TAG => tag.push(*b),
                (Some(_), _) => self.odd = Some("a tag of more than 1,024 bytes"),
            }
        }
    }

    fn end_tag(&mut self) {
        let Some(tag) = self.tag.take() else { return };
        if tag.first() == Some(&b'!') {
            self.odd = Some("a comment, a document type or raw text");
        }
        let name = tag.strip_prefix(b"/").unwrap_or(&tag);
        let name = name
            .split(|b| b.is_ascii_whitespace() || *b == b'/')
            .next()
            .unwrap_or(&[]);
        let name = name.rsplit(|b| *b == b':').next().unwrap_or(&[]);
        match name {
            b"row" => {
                self.longest = self.longest.max(self.since_row);
                self.since_row = 0;
            }
            b"sst" => {
                let text = String::from_utf8_lossy(&tag);
                let digits = text.split("uniqueCount").nth(1).map(|rest| {
                    rest.chars()
                        .skip_while(|c| !c.is_ascii_digit())
                        .take_while(char::is_ascii_digit)
                        .collect::<String>()
                });
                self.declared = self.declared.max(digits.map(|d| d.parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
    }
}
