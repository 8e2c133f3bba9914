//! Zip containers by their central directory. Nothing is unpacked.

use super::{Found, Media, NotAccepted};

/// The most entries of a document.
const MOST_ENTRIES: usize = 10_000;
/// The most bytes that a document may say it unpacks to.
const MOST_UNPACKED: u64 = 512 << 20;
/// The end record without its comment.
const END: usize = 22;

fn le16(b: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(
        b.get(at..at + 2)?.try_into().ok()?,
    )))
}

fn le32(b: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(b.get(at..at + 4)?.try_into().ok()?)))
}

/// Where the end record stands: its comment reaches to the end of the file.
fn end_record(b: &[u8]) -> Option<usize> {
    let from = b.len().saturating_sub(END + usize::from(u16::MAX));
    memchr::memmem::rfind_iter(&b[from..], b"PK\x05\x06")
        .map(|at| from + at)
        .find(|at| le16(b, at + 20).is_some_and(|comment| at + END + comment == b.len()))
}

/// Says whether a zip archive stands at the end of something else.
pub(super) fn ends_with_one(b: &[u8]) -> bool {
    end_record(b).is_some()
}

/// Says which document a container is, or why it is not taken.
pub(super) fn kind(b: &[u8]) -> Result<Media, NotAccepted> {
    let unknown = NotAccepted::Kind(Found::Other("application/zip"));
    let end = end_record(b).ok_or(NotAccepted::Kind(Found::Other("application/zip")))?;
    let fields = le16(b, end + 10).zip(le32(b, end + 12)).zip(le32(b, end + 16));
    let ((entries, size), start) = fields.ok_or(unknown.clone())?;
    // What stands before the first entry or after the directory would be something else as well. Archives
    // of 64 bits have other numbers here; no document needs them.
    if !b.starts_with(b"PK\x03\x04") || start + size != end as u64 || entries > MOST_ENTRIES {
        return Err(unknown);
    }
    let mut names: Vec<String> = Vec::with_capacity(entries);
    let (mut packed, mut unpacked) = (0u64, 0u64);
    let mut at = usize::try_from(start).map_err(|_| unknown.clone())?;
    for _ in 0..entries {
        let entry = Entry::read(b, at)
            .filter(|e| e.next <= end)
            .ok_or(unknown.clone())?;
        if entry.encrypted {
            return Err(NotAccepted::Encrypted);
        }
        packed = packed.saturating_add(entry.packed);
        unpacked = unpacked.saturating_add(entry.unpacked);
        names.push(entry.name);
        at = entry.next;
    }
    // Entries that share their bytes, or say more than any document holds.
    let length = b.len() as u64;
    if packed > length || unpacked > MOST_UNPACKED || unpacked > length.saturating_mul(300) + (1 << 20) {
        return Err(NotAccepted::Bomb);
    }
    let has = |wanted: &str| names.iter().any(|n| n == wanted);
    let active = |n: &String| {
        n.contains("vbaproject")
            || n.contains("vbadata")
            || n.contains("/activex/")
            || n.contains("macrosheets")
            || n.starts_with("basic/")
            || n.starts_with("scripts/")
    };
    if names.iter().any(active) {
        return Err(NotAccepted::Active);
    }
    let office = has("[content_types].xml");
    match () {
        () if office && has("word/document.xml") => Ok(Media::Docx),
        () if office && has("xl/workbook.xml") => Ok(Media::Xlsx),
        () if is_odt(b) && has("content.xml") => Ok(Media::Odt),
        () => Err(unknown),
    }
}

/// The first entry of an OpenDocument file is its media type, stored as it is (ODF 1.3, part 2, 3.3).
fn is_odt(b: &[u8]) -> bool {
    let name = le16(b, 26).unwrap_or(0);
    let extra = le16(b, 28).unwrap_or(0);
    let body = 30 + name + extra;
    let wanted = Media::Odt.mime().as_bytes();
    b.get(30..30 + name) == Some(b"mimetype")
        && le16(b, 8) == Some(0)
        && b.get(body..body + wanted.len()) == Some(wanted)
        // Not the template or the master document, whose types begin alike.
        && b.get(body + wanted.len()) == Some(&b'P')
}

/// One entry of the central directory.
struct Entry {
    encrypted: bool,
    packed: u64,
    unpacked: u64,
    /// In small letters.
    name: String,
    next: usize,
}

impl Entry {
    fn read(b: &[u8], at: usize) -> Option<Entry> {
        if b.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let name = le16(b, at + 28)?;
        let from = at + 46;
        Some(Entry {
            encrypted: le16(b, at + 8)? & 1 != 0,
            packed: le32(b, at + 20)?,
            unpacked: le32(b, at + 24)?,
            name: String::from_utf8_lossy(b.get(from..from + name)?).to_lowercase(),
            next: from + name + le16(b, at + 30)? + le16(b, at + 32)?,
        })
    }
}
