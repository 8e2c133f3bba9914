//! Checkpoints and anchors: signed records of where every changed stream stood, also written to a
//! file outside the database (README.md, "Checkpoints").

use crate::{
    StoreError,
    batch::UNIT,
    bytes,
    keys::{self, KeyProvider},
    session::{Session, Value},
    sql,
};
use domain::Timestamp;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// Where one stream stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) bucket: u16,
    pub(crate) stream: String,
    pub(crate) seq: u64,
    pub(crate) hash: [u8; 32],
}

/// Encodes entries one after the other (README.md, "Checkpoint entries").
pub(crate) fn encode_entries<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<u8> {
    let mut out = Vec::new();
    for e in entries {
        bytes::put_u64(&mut out, u64::from(e.bucket));
        bytes::put_bytes(&mut out, e.stream.as_bytes());
        bytes::put_u64(&mut out, e.seq);
        out.extend_from_slice(&e.hash);
    }
    out
}

/// Reads what [`encode_entries`] wrote, entry by entry.
pub(crate) fn decode_entries(
    encoded: &[u8],
    place: &str,
    each: &mut dyn FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut r = bytes::Reader::new(encoded, place);
    while !r.is_empty() {
        let bucket =
            u16::try_from(r.u64()?).map_err(|_| StoreError::damaged(place, "a bucket is out of range"))?;
        let stream = r.text()?.to_owned();
        each(Entry {
            bucket,
            stream,
            seq: r.u64()?,
            hash: r.array()?,
        })?;
    }
    Ok(())
}

/// The signed record of one checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) number: u64,
    pub(crate) at: i64,
    /// Events in the whole log up to here.
    pub(crate) events: u64,
    /// Entries of this checkpoint, and the hash over them.
    pub(crate) entries: u64,
    pub(crate) list_hash: [u8; 32],
    /// The hash of the record before, zeros for the first.
    pub(crate) previous: [u8; 32],
    pub(crate) public_key: [u8; 32],
}

const TAG: &[u8] = b"forecourt/checkpoint/1";

impl Record {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        bytes::put_bytes(&mut out, TAG);
        bytes::put_u64(&mut out, self.number);
        out.extend_from_slice(&self.at.to_be_bytes());
        bytes::put_u64(&mut out, self.events);
        bytes::put_u64(&mut out, self.entries);
        out.extend_from_slice(&self.list_hash);
        out.extend_from_slice(&self.previous);
        out.extend_from_slice(&self.public_key);
        out
    }

    pub(crate) fn decode(encoded: &[u8], place: &str) -> Result<Self, StoreError> {
        let mut r = bytes::Reader::new(encoded, place);
        if r.bytes()? != TAG {
            return Err(StoreError::damaged(
                place,
                "it is no checkpoint record of this version",
            ));
        }
        let record = Record {
            number: r.u64()?,
            at: i64::from_be_bytes(r.array()?),
            events: r.u64()?,
            entries: r.u64()?,
            list_hash: r.array()?,
            previous: r.array()?,
            public_key: r.array()?,
        };
        r.end()?;
        Ok(record)
    }
}

/// The hash of an encoded record, on which the next one builds.
pub(crate) fn record_hash(encoded: &[u8]) -> [u8; 32] {
    Sha256::digest(encoded).into()
}

/// How many entries go into one stored part.
const PART: usize = 4096;

/// Gathers what is pending into a checkpoint, inside the running transaction. Returns its number, or
/// `None` when nothing is pending.
pub(crate) fn checkpoint(
    session: &mut dyn Session,
    provider: &dyn KeyProvider,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let mut changed: BTreeMap<(u16, String), Entry> = BTreeMap::new();
    let mut batches = Vec::new();
    let mut events = 0;
    session.each(&sql::PENDING_ALL, &[Value::Int(UNIT)], &mut |mut row| {
        batches.push(row.blob(0)?);
        events += row.count(1)?;
        decode_entries(&row.blob(2)?, "pending entries", &mut |e| {
            let key = (e.bucket, e.stream.clone());
            // Batches may be read in any order: the furthest place counts.
            match changed.get(&key) {
                Some(known) if known.seq >= e.seq => {}
                _ => {
                    changed.insert(key, e);
                }
            }
            Ok(())
        })
    })?;
    if batches.is_empty() {
        return Ok(None);
    }
    let (mut number, mut previous) = (1, [0; 32]);
    if let Some(mut row) = session.one(&sql::CHECKPOINT_LAST, &[Value::Int(UNIT)])? {
        let encoded = row.blob(1)?;
        let last = Record::decode(&encoded, "the last checkpoint")?;
        (number, previous) = (last.number + 1, record_hash(&encoded));
        events += last.events;
    }
    let mut hash = Sha256::new();
    let entries: Vec<&Entry> = changed.values().collect();
    for (part, entries) in entries.chunks(PART).enumerate() {
        let encoded = encode_entries(entries.iter().copied());
        hash.update(&encoded);
        let (number, part) = (Value::Int(number as i64), Value::Int(part as i64));
        session.insert(
            &sql::ENTRIES_ADD,
            &[Value::Int(UNIT), number, part, Value::Blob(&encoded)],
        )?;
    }
    let record = Record {
        number,
        at: now.0,
        events,
        entries: changed.len() as u64,
        list_hash: hash.finalize().into(),
        previous,
        public_key: provider.public_key(),
    }
    .encode();
    let signature = provider.sign(&record);
    let values = [
        Value::Int(UNIT),
        Value::Int(number as i64),
        Value::Blob(&record),
        Value::Blob(&signature),
    ];
    session.insert(&sql::CHECKPOINTS_ADD, &values)?;
    for batch in &batches {
        session.run(&sql::PENDING_DROP, &[Value::Int(UNIT), Value::Blob(batch)])?;
    }
    Ok(Some(number))
}

/// One line of the anchor file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) record: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

const WORD: &str = "forecourt-anchor/1";

/// The file outside the database that holds a copy of every checkpoint record.
pub(crate) struct Anchors {
    path: PathBuf,
    /// The number of the last checkpoint in the file; `None` until it was read.
    last: Option<u64>,
}

impl Anchors {
    pub(crate) fn new(path: PathBuf) -> Self {
        Anchors { path, last: None }
    }

    /// Appends every checkpoint of the database that the file lacks, and flushes it.
    pub(crate) fn catch_up(&mut self, session: &mut dyn Session) -> Result<(), StoreError> {
        let last = match self.last {
            Some(last) => last,
            None => last_number(&self.path)?,
        };
        let args = [
            Value::Int(UNIT),
            Value::Int(i64::try_from(last).unwrap_or(i64::MAX)),
        ];
        let rows = session.all(&sql::CHECKPOINTS_AFTER, &args)?;
        if rows.is_empty() {
            self.last = Some(last);
            return Ok(());
        }
        let mut text = String::new();
        let mut newest = last;
        for mut row in rows {
            newest = row.count(0)?;
            let (record, signature) = (hex::encode(row.blob(1)?), hex::encode(row.blob(2)?));
            text.push_str(&format!("{WORD} {newest} {record} {signature}\n"));
        }
        self.last = None;
        append(&self.path, &text)?;
        self.last = Some(newest);
        Ok(())
    }
}

/// The unit in which disks and file systems keep or lose what was not flushed, in bytes.
const BLOCK: u64 = 4096;

/// Appends whole lines durably, block by block: a power cut during one flush of two blocks may keep the
/// second and lose the first, and the hole would look like a forger's work. A last line without its end
/// is the rest of a power cut: the record is still in the database and is written again.
fn append(path: &Path, text: &str) -> Result<(), StoreError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    keys::make_dir(dir)?;
    let write = || -> std::io::Result<bool> {
        let fresh = !path.exists();
        let mut file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let end = whole_lines(&mut file)?;
        if end < file.metadata()?.len() {
            file.set_len(end)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(end))?;
        let (mut at, mut rest) = (end, text.as_bytes());
        while !rest.is_empty() {
            let room = (BLOCK - at % BLOCK).min(rest.len() as u64);
            let (block, later) = rest.split_at(room as usize);
            file.write_all(block)?;
            file.sync_all()?;
            (at, rest) = (at + room, later);
        }
        Ok(fresh)
    };
    let fresh = write().map_err(|e| StoreError::io("write", path, &e))?;
    if fresh { keys::sync_dir(dir) } else { Ok(()) }
}

/// Returns where the last whole line ends.
fn whole_lines(file: &mut fs::File) -> std::io::Result<u64> {
    let length = file.metadata()?.len();
    // A line is far shorter than this.
    let from = length.saturating_sub(4096);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(tail
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(from, |i| from + i as u64 + 1))
}

fn last_number(path: &Path) -> Result<u64, StoreError> {
    Ok(read_anchors(path)?
        .and_then(|a| a.into_iter().filter_map(|a| number(&a)).max())
        .unwrap_or(0))
}

fn number(anchor: &Result<Anchor, String>) -> Option<u64> {
    let anchor = anchor.as_ref().ok()?;
    Record::decode(&anchor.record, "anchor").ok().map(|r| r.number)
}

/// Reads the anchor file line by line; a line that is none is told in words. `None` without a file.
pub(crate) fn read_anchors(path: &Path) -> Result<Option<Vec<Result<Anchor, String>>>, StoreError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::io("read", path, &e)),
    };
    let mut lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    // What follows the last line's end is the rest of a power cut, or nothing.
    lines.pop();
    Ok(Some(
        lines
            .iter()
            .enumerate()
            .map(|(i, line)| parse_line(line).ok_or_else(|| format!("line {}", i + 1)))
            .collect(),
    ))
}

fn parse_line(line: &[u8]) -> Option<Anchor> {
    let text = std::str::from_utf8(line).ok()?;
    let mut parts = text.split(' ');
    if parts.next()? != WORD {
        return None;
    }
    let told: u64 = parts.next()?.parse().ok()?;
    let anchor = Anchor {
        record: hex_lower(parts.next()?)?,
        signature: hex_lower(parts.next()?)?,
    };
    let record = Record::decode(&anchor.record, "anchor").ok()?;
    (parts.next().is_none()
        && record.number == told
        && told.to_string().len() == text.split(' ').nth(1)?.len())
    .then_some(anchor)
}

/// Reads hexadecimal digits in the one spelling that is written, so that every changed byte shows.
fn hex_lower(text: &str) -> Option<Vec<u8>> {
    (!text.bytes().any(|b| b.is_ascii_uppercase()))
        .then(|| hex::decode(text).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_is_dropped_and_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a").join("anchors.log");
        append(&path, "one\n").unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"tw")
            .unwrap();
        append(&path, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_record_comes_back() {
        let record = Record {
            number: 7,
            at: -3,
            events: 9,
            entries: 2,
            list_hash: [1; 32],
            previous: [2; 32],
            public_key: [3; 32],
        };
        let encoded = record.encode();
        assert_eq!(Record::decode(&encoded, "t").unwrap(), record);
        assert!(Record::decode(&encoded[1..], "t").is_err());
        let line = format!("{WORD} 7 {} {}", hex::encode(&encoded), hex::encode([4; 64]));
        assert!(parse_line(line.as_bytes()).is_some());
        assert!(parse_line(line.replace(" 7 ", " 8 ").as_bytes()).is_none());
        assert!(parse_line(line.replace(" 7 ", " 07 ").as_bytes()).is_none());
    }
}
