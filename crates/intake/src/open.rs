//! Finds out from its content what a file is, and opens the fitting source of rows.

use crate::{
    error::IntakeError,
    map::{Map, heading_key},
    reader::{Options, Reader},
    reject::{LEAD, ORIGINAL},
    row::{Row, Rows, Step},
    source::{
        bytes::{Bytes, Counted},
        csv::{self, Csv},
        encoding::{self, Decoder, Foreign, FromUtf16},
        json::{InCsv, JsonLines},
        mail::{self, Mails},
        workbook::{self, Workbook},
    },
};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, atomic::AtomicU64},
};

/// How much of a file is looked at.
const HEAD: usize = 64 * 1024;

/// Opens a file, a folder of mails or a maildir. What it is is found out from its content.
///
/// # Errors
/// When it cannot be opened, is of a kind that is not read, or lacks required columns. Nothing was
/// read then.
pub fn open(path: &Path, map: &Map, options: Options) -> Result<Reader, IntakeError> {
    let name = path.display().to_string();
    let failed = |cause| IntakeError::Open {
        file: name.clone(),
        cause,
    };
    if path.is_dir() {
        let (paths, total) = mail::list(path).map_err(failed)?;
        if paths.is_empty() {
            return Err(kind(
                &name,
                "a folder without mails",
                "a folder must hold .eml files, or cur and new of a maildir",
            ));
        }
        let read = Arc::new(AtomicU64::new(0));
        let mails = Mails::of_paths(paths, options.max_mail_bytes, read.clone());
        return Reader::over(
            Box::new(mails),
            mail_headings(),
            &name,
            (read, total),
            map,
            &options,
        );
    }
    let mut file = File::open(path).map_err(failed)?;
    let total = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    (&mut file).take(4).read_to_end(&mut head).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    if head == b"PK\x03\x04" {
        of_workbook(file, &name, total, map, &options)
    } else {
        of_stream(Box::new(file), &name, total, map, &options)
    }
}

fn mail_headings() -> Vec<String> {
    mail::HEADINGS.map(str::to_owned).to_vec()
}

fn kind(file: &str, found: &str, advice: &'static str) -> IntakeError {
    IntakeError::Kind {
        file: file.to_owned(),
        found: found.to_owned(),
        advice,
    }
}

fn of_workbook(
    file: File,
    name: &str,
    total: u64,
    map: &Map,
    options: &Options,
) -> Result<Reader, IntakeError> {
    let read = Arc::new(AtomicU64::new(0));
    let bounds = workbook::Bounds {
        unpacked: options.max_workbook_bytes,
        texts: options.max_workbook_texts,
        row_bytes: options.max_row_bytes,
        columns: options.max_columns,
    };
    let mut book = Workbook::open(file, &name.into(), read.clone(), map.format.sheet.clone(), bounds)?;
    let mut row = Row::default();
    loop {
        match book.next(&mut row)? {
            Step::End => {
                return Err(IntakeError::Empty {
                    file: name.to_owned(),
                });
            }
            // Blank rows are passed over, so the heading may come later than its number says.
            _ if row.row < map.format.heading_row => {}
            Step::Bad(bad) => {
                return Err(IntakeError::Heading {
                    file: name.to_owned(),
                    row: row.row,
                    reason: bad.reason,
                });
            }
            Step::Row => break,
        }
    }
    let headings: Vec<String> = row.cells.iter().map(|c| row.shown(c).trim().to_owned()).collect();
    book.width = headings.len();
    Reader::over(Box::new(book), headings, name, (read, total), map, options)
}

/// Opens CSV, JSON Lines (both also gzip) or one mail from a stream.
pub(crate) fn of_stream(
    stream: Box<dyn Read + Send>,
    name: &str,
    total: u64,
    map: &Map,
    options: &Options,
) -> Result<Reader, IntakeError> {
    let read = Arc::new(AtomicU64::new(0));
    let file: Arc<str> = name.into();
    let mut bytes = Bytes::new(Box::new(Counted::new(stream, read.clone())), false, file.clone());
    bytes.look_ahead(HEAD);
    if bytes.window().starts_with(&[0x1f, 0x8b]) {
        bytes = Bytes::new(
            Box::new(flate2::read::MultiGzDecoder::new(bytes)),
            true,
            file.clone(),
        );
        bytes.look_ahead(HEAD);
    }
    if bytes.window().is_empty() {
        // Says why nothing came, when that is known.
        bytes.fill()?;
        return Err(IntakeError::Empty {
            file: name.to_owned(),
        });
    }
    refuse_other_kinds(bytes.window(), name)?;
    let (mut bytes, encoding) = to_splittable(bytes, &file, map)?;
    bytes.look_ahead(HEAD);
    let decoder = Decoder::new(encoding);
    let first = bytes.window().trim_ascii_start().first().copied();
    let progress = (read, total);
    if first == Some(b'{') {
        let lines = JsonLines::new(bytes, decoder, options.max_row_bytes, &map.wanted);
        return Reader::by_key(Box::new(lines), name, progress, map, options);
    }
    if first == Some(b'[') {
        return Err(kind(
            name,
            "one JSON list",
            "JSON Lines has one object on each line (jq -c '.[]' makes it from a list)",
        ));
    }
    if first == Some(b'<') {
        return Err(kind(
            name,
            "an HTML or XML page",
            "save it as .xlsx or as CSV UTF-8",
        ));
    }
    if bytes.window().starts_with(b"From ") {
        return Err(kind(
            name,
            "a mailbox of several mails in one file (mbox)",
            "convert it to a maildir or to .eml files",
        ));
    }
    if mail::looks_like_mail(bytes.window()) {
        let mut whole = Vec::new();
        let limit = options.max_mail_bytes + 1;
        let copied = bytes.take(limit).read_to_end(&mut whole);
        copied.map_err(|cause| IntakeError::Read {
            file: name.to_owned(),
            rows: 0,
            cause,
        })?;
        let mails = Mails::of_bytes(whole, options.max_mail_bytes, Arc::new(AtomicU64::new(0)));
        return Reader::over(Box::new(mails), mail_headings(), name, progress, map, options);
    }
    of_csv(bytes, decoder, name, progress, map, options)
}

/// Refuses what is surely no text, naming it.
fn refuse_other_kinds(head: &[u8], name: &str) -> Result<(), IntakeError> {
    const KINDS: [(&[u8], &str, &str); 8] = [
        (
            b"PK\x03\x04",
            "a zip archive in a stream",
            "give the workbook as a file, or unpack the archive first",
        ),
        (
            b"\xd0\xcf\x11\xe0",
            "an old Office file (.xls or .msg)",
            "save it as .xlsx, as CSV UTF-8 or as .eml",
        ),
        (b"%PDF", "a PDF", "ask for the data as CSV, JSON Lines or .xlsx"),
        (b"\x1f\x8b", "packed by gzip twice", "unpack it once"),
        (
            b"\x28\xb5\x2f\xfd",
            "packed by zstd",
            "unpack it first; gzip is read as it is",
        ),
        (
            b"BZh",
            "packed by bzip2",
            "unpack it first; gzip is read as it is",
        ),
        (
            b"\xfd7zXZ\0",
            "packed by xz",
            "unpack it first; gzip is read as it is",
        ),
        (
            b"SQLite format 3\0",
            "an SQLite database",
            "export the table as CSV",
        ),
    ];
    match KINDS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        Some((_, found, advice)) => Err(kind(name, found, advice)),
        None => Ok(()),
    }
}

/// Turns UTF-16 into UTF-8 and passes over a mark; what remains can be split on bytes.
fn to_splittable(
    mut bytes: Bytes,
    file: &Arc<str>,
    map: &Map,
) -> Result<(Bytes, Option<&'static encoding_rs::Encoding>), IntakeError> {
    let head = bytes.window();
    if head.starts_with(&[0xff, 0xfe, 0, 0]) || head.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Err(kind(file, "text in UTF-32", "save it as UTF-8"));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.consume(3);
        return Ok((bytes, Some(encoding_rs::UTF_8)));
    }
    let marked = encoding::utf16_mark(head);
    let by_map = map.format.encoding;
    if let Some(utf16) = marked.or(by_map.filter(|e| encoding::is_utf16(e))) {
        let converted = Bytes::new(Box::new(FromUtf16::new(bytes, utf16)), false, file.clone());
        return Ok((converted, Some(encoding_rs::UTF_8)));
    }
    if let (None, Some(Foreign { encoding, label })) =
        (by_map, encoding::unmarked_utf16(&head[..head.len().min(4096)]))
    {
        return Err(IntakeError::Encoding {
            file: file.to_string(),
            encoding,
            label,
            row: 1,
            rows: 0,
        });
    }
    Ok((bytes, by_map))
}

fn of_csv(
    mut bytes: Bytes,
    decoder: Decoder,
    name: &str,
    progress: (Arc<AtomicU64>, u64),
    map: &Map,
    options: &Options,
) -> Result<Reader, IntakeError> {
    let delimiter = delimiter(&mut bytes, &decoder, map);
    let bounds = csv::Bounds {
        bytes: options.max_row_bytes,
        columns: options.max_columns,
    };
    let mut csv = Csv::new(bytes, decoder, delimiter, bounds);
    let mut row = Row::default();
    loop {
        match csv.record(&mut row)? {
            Step::End => {
                return Err(IntakeError::Empty {
                    file: name.to_owned(),
                });
            }
            _ if row.row < map.format.heading_row => {}
            Step::Bad(bad) => {
                return Err(IntakeError::Heading {
                    file: name.to_owned(),
                    row: row.row,
                    reason: bad.reason,
                });
            }
            Step::Row => break,
        }
    }
    let headings: Vec<String> = row.cells.iter().map(|c| row.shown(c).trim().to_owned()).collect();
    let mended = headings.len() > LEAD.len()
        && headings.iter().zip(LEAD).all(|(h, l)| h == l)
        && headings.last().is_some_and(|h| h == ORIGINAL);
    if mended && headings.len() == LEAD.len() + 1 {
        csv.set_columns(headings, (LEAD.len(), 0));
        return Reader::by_key(
            Box::new(InCsv::new(csv, &map.wanted)),
            name,
            progress,
            map,
            options,
        );
    }
    let skip = if mended { (LEAD.len(), 1) } else { (0, 0) };
    let own = headings[skip.0..headings.len() - skip.1].to_vec();
    csv.set_columns(headings, skip);
    Reader::over(Box::new(csv), own, name, progress, map, options)
}

/// Returns the delimiter: the map's, that of Excel's `sep=` line, or the one by which the heading
/// gives most columns that the map knows.
fn delimiter(bytes: &mut Bytes, decoder: &Decoder, map: &Map) -> u8 {
    const CHOICE: [char; 4] = [',', ';', '\t', '|'];
    let mut named = None;
    if let [
        b's' | b'S',
        b'e' | b'E',
        b'p' | b'P',
        b'=',
        sign,
        b'\r' | b'\n',
        rest @ ..,
    ] = bytes.window()
    {
        let length = 6 + usize::from(rest.first() == Some(&b'\n') && bytes.window()[5] == b'\r');
        named = Some(*sign);
        bytes.consume(length);
    }
    if let Some(known) = map
        .format
        .delimiter
        .or(named.filter(|s| CHOICE.contains(&char::from(*s))))
    {
        return known;
    }
    let window = bytes.window();
    let at = usize::try_from(map.format.heading_row.saturating_sub(1)).unwrap_or(0);
    let line = window.split(|b| *b == b'\n').nth(at).unwrap_or(&[]);
    // Chinese headings may be in GB18030; the encoding is decided in earnest when they are read.
    let sample = if line.is_ascii() {
        None
    } else {
        encoding::guess(window, window.len() < HEAD).ok()
    };
    let text = match sample {
        Some(encoding) => encoding.decode_without_bom_handling(line).0,
        None => decoder.decode_lossy(line),
    };
    let known: Vec<String> = map
        .wanted
        .iter()
        .flat_map(|w| &w.headings)
        .map(|h| heading_key(h))
        .collect();
    let score = |sign: char| {
        let fields = || text.split(sign).map(|f| heading_key(f.trim().trim_matches('"')));
        (fields().filter(|f| known.contains(f)).count(), fields().count())
    };
    let mut best = (',', score(','));
    for sign in CHOICE {
        let found = score(sign);
        if found > best.1 {
            best = (sign, found);
        }
    }
    best.0 as u8
}
