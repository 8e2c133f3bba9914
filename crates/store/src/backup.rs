//! One file that holds everything of a store, for both engines (README.md, "Backup file").
//!
//! A backup is a logical copy taken in one snapshot while the store goes on working. It restores
//! into an empty place on either engine. The keys are in it only when a passphrase is given, and then
//! sealed by it; without, the folder `keys` must be kept apart and put back by hand.

use crate::{
    Options, Store, StoreError, Target, Verdict,
    attachments::{self, Blobs, Folder},
    batch::case_of_key,
    bytes, dialect, keys, migrate,
    prepare::Words,
    session::{Cell, Engine, Row, Session, Value},
    sql::{self, Insert},
    store, view,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const MAGIC: &[u8] = b"forecourt-backup/1\n";
/// Rounds of PBKDF2-HMAC-SHA-256 (OWASP's figure of 2023 for this hash).
/// Builds without optimisation, which only developers run, take fewer: they are a hundred times slower.
const ROUNDS: u32 = if cfg!(debug_assertions) { 1000 } else { 600_000 };
/// How many rows are restored in one statement.
const ROWS: usize = 1000;

/// What a backup or a restore did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Rows of all tables.
    pub rows: u64,
    /// Bytes before compression.
    pub bytes: u64,
    /// Sealed files.
    pub files: u64,
    /// Whether the keys were in the file.
    pub keys: bool,
}

/// The marks of the records in a backup file.
mod mark {
    pub(super) const TABLE: u8 = b'T';
    pub(super) const ROW: u8 = b'R';
    pub(super) const FILE: u8 = b'F';
    pub(super) const KEYS: u8 = b'K';
    pub(super) const ATTACHMENT: u8 = b'A';
    pub(super) const END: u8 = b'E';
}

/// Every table that a backup holds: how it is read, and how it is written back. The search index is
/// made anew from the hashed words in `search_docs`.
static TABLES: &[(&sql::Statement, &Insert)] = &[
    (&sql::DUMP_META, &sql::META_SET),
    (&sql::DUMP_EVENTS, &sql::EVENTS_ADD),
    (&sql::DUMP_HEADS, &sql::HEADS_ADD),
    (&sql::DUMP_PENDING, &sql::PENDING_ADD),
    (&sql::DUMP_CHECKPOINTS, &sql::CHECKPOINTS_ADD),
    (&sql::DUMP_ENTRIES, &sql::ENTRIES_ADD),
    (&sql::DUMP_KEYS, &sql::KEYS_PUT),
    (&sql::DUMP_HANDLES, &sql::HANDLES_ADD),
    (&sql::DUMP_ACCESSES, &sql::ACCESSES_ADD),
    (&sql::DUMP_CASES, &sql::CASES_ADD),
    (&sql::DUMP_TALLIES, &sql::TALLIES_ADD),
    (&sql::DUMP_RECORDS, &sql::RECORDS_ADD),
    (&sql::DUMP_JOBS, &sql::JOBS_PUT),
    (&sql::DUMP_OUTBOX, &sql::OUTBOX_PUT),
];
/// The name of the documents' table, which is written back through the search index.
const DOCS: &str = "search_docs";

/// Writes records, counts and hashes them.
struct Sink<W: Write> {
    out: W,
    hash: Sha256,
    copied: Copied,
    path: PathBuf,
}

impl<W: Write> Sink<W> {
    fn put(&mut self, kind: u8, body: &[u8]) -> Result<(), StoreError> {
        let mut head = [0; 5];
        head[0] = kind;
        let length = u32::try_from(body.len()).map_err(|_| StoreError::Backup {
            path: self.path.clone(),
            reason: "a record is longer than four gigabytes".into(),
        })?;
        head[1..].copy_from_slice(&length.to_be_bytes());
        for part in [&head[..], body] {
            self.hash.update(part);
            self.out
                .write_all(part)
                .map_err(|e| StoreError::io("write", &self.path, &e))?;
        }
        self.copied.bytes += 5 + body.len() as u64;
        Ok(())
    }
}

fn encode_row(row: &Row, out: &mut Vec<u8>) {
    out.clear();
    for cell in &row.0 {
        match cell {
            Cell::Null => out.push(0),
            Cell::Int(v) => {
                out.push(1);
                out.extend_from_slice(&v.to_be_bytes());
            }
            Cell::Text(v) => {
                out.push(2);
                bytes::put_bytes(out, v.as_bytes());
            }
            Cell::Blob(v) => {
                out.push(3);
                bytes::put_bytes(out, v);
            }
        }
    }
}

fn decode_row(encoded: &[u8]) -> Result<Row, StoreError> {
    let place = "a row of the backup";
    let mut r = bytes::Reader::new(encoded, place);
    let mut cells = Vec::with_capacity(24);
    while !r.is_empty() {
        cells.push(match r.u8()? {
            0 => Cell::Null,
            1 => Cell::Int(i64::from_be_bytes(r.array()?)),
            2 => Cell::Text(r.text()?.to_owned()),
            3 => Cell::Blob(r.bytes()?.to_vec()),
            other => {
                return Err(StoreError::damaged(
                    place,
                    format!("a cell of kind {other} is unknown"),
                ));
            }
        });
    }
    Ok(Row(cells))
}

/// PBKDF2-HMAC-SHA-256, one block (RFC 8018).
fn passphrase_key(passphrase: &str, salt: &[u8], rounds: u32) -> Zeroizing<[u8; 32]> {
    let mac = Hmac::<Sha256>::new_from_slice(passphrase.as_bytes()).expect("HMAC takes a key of any length");
    let mut u: [u8; 32] = mac
        .clone()
        .chain_update(salt)
        .chain_update(1u32.to_be_bytes())
        .finalize()
        .into_bytes()
        .into();
    let mut key = Zeroizing::new(u);
    for _ in 1..rounds {
        u = mac.clone().chain_update(u).finalize().into_bytes().into();
        for (k, b) in key.iter_mut().zip(u) {
            *k ^= b;
        }
    }
    key
}

const KEY_FILES: [&str; 2] = ["kek", "checkpoint"];
const KEY_AAD: &[u8] = b"forecourt/backup-keys/1";

impl Store {
    /// Writes a backup to the new file `to`, in one snapshot and beside running work; `progress` gets
    /// the rows done. With a passphrase the keys go in too, sealed by it: then this one file replaces
    /// the machine. Without, keep the folder `keys` safe by other means.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or the database cannot be read.
    pub fn backup(
        &self,
        to: &Path,
        passphrase: Option<&str>,
        mut progress: impl FnMut(u64),
    ) -> Result<Copied, StoreError> {
        if to.exists() {
            return Err(StoreError::Backup {
                path: to.to_owned(),
                reason: "the file exists already; a backup never overwrites".into(),
            });
        }
        let partial = to.with_extension("partial");
        let result = self.write_backup(&partial, passphrase, &mut progress);
        let done = result.and_then(|copied| {
            fs::rename(&partial, to).map_err(|e| StoreError::io("rename", &partial, &e))?;
            let dir = to
                .parent()
                .filter(|d| !d.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            keys::sync_dir(dir)?;
            Ok(copied)
        });
        if done.is_err() {
            // Half a backup must not be taken for one.
            let _ = fs::remove_file(&partial);
        }
        done
    }

    fn write_backup(
        &self,
        path: &Path,
        passphrase: Option<&str>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Copied, StoreError> {
        let io = |e: std::io::Error| StoreError::io("write", path, &e);
        let mut file = fs::File::create(path).map_err(io)?;
        file.write_all(MAGIC).map_err(io)?;
        let out = GzEncoder::new(BufWriter::new(file), Compression::fast());
        let mut sink = Sink {
            out,
            hash: Sha256::new(),
            copied: Copied::default(),
            path: path.to_owned(),
        };
        if let Some(passphrase) = passphrase {
            sink.put(mark::KEYS, &self.sealed_keys(passphrase)?)?;
            sink.copied.keys = true;
        }
        // The anchors before the snapshot: none of them is then newer than the tables.
        let anchors = self.inner.options.anchors();
        match fs::read(&anchors) {
            Ok(text) => sink.put(mark::FILE, &text)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(StoreError::io("read", &anchors, &e)),
        }
        let desk = &self.inner.desk;
        let named = desk.pool.snapshot(|s| {
            dump(s, &mut sink, progress)?;
            let mut named = Vec::new();
            attachments::each_named(s, &mut |n| {
                named.push(n);
                Ok(())
            })?;
            Ok(named)
        })?;
        // What the snapshot names was stored before it; only an erasure or damage can have taken it away.
        for n in named {
            let mut body = n.at.address.0.to_vec();
            let Some(mut file) = desk.blobs.get(n.at.address)? else {
                if !desk.is_erased(n.customer)? {
                    tracing::error!(attachment = %n.at.file, "a sealed file is missing and cannot be backed up; run verify");
                }
                continue;
            };
            file.read_to_end(&mut body).map_err(|e| {
                StoreError::damaged(
                    format!("attachment {}", n.at.file),
                    format!("it cannot be read: {e}"),
                )
            })?;
            sink.put(mark::ATTACHMENT, &body)?;
            sink.copied.files += 1;
        }
        let hash: [u8; 32] = sink.hash.clone().finalize().into();
        sink.put(mark::END, &hash)?;
        let mut file = sink.out.finish().map_err(io)?;
        file.flush().map_err(io)?;
        file.get_ref().sync_all().map_err(io)?;
        Ok(sink.copied)
    }

    fn sealed_keys(&self, passphrase: &str) -> Result<Vec<u8>, StoreError> {
        let dir = self.inner.options.dir.join("keys");
        let mut plain = Zeroizing::new(Vec::new());
        for name in KEY_FILES {
            let path = dir.join(name);
            let text = Zeroizing::new(fs::read(&path).map_err(|e| StoreError::io("read", &path, &e))?);
            bytes::put_bytes(&mut plain, &text);
        }
        let salt: [u8; 16] = keys::random()?;
        let mut body = salt.to_vec();
        bytes::put_u32(&mut body, ROUNDS);
        let key = passphrase_key(passphrase, &salt, ROUNDS);
        bytes::put_bytes(&mut body, &keys::seal(&key, KEY_AAD, &plain)?);
        Ok(body)
    }

    /// Restores a backup into the empty place that `options` name, on either engine, and verifies it.
    /// Keys come from the file when it holds them, else they must lie in the folder `keys` already.
    ///
    /// # Errors
    /// When the place is not empty, the file is damaged or cut off, or the passphrase is wrong. What
    /// was restored so far is left for inspection; start again in an empty place.
    pub fn restore(
        from: &Path,
        passphrase: Option<&str>,
        options: Options,
        mut progress: impl FnMut(u64),
    ) -> Result<(Copied, Verdict), StoreError> {
        let mut restore = Restore::new(from, passphrase, &options)?;
        let copied = restore.run(&mut progress)?;
        let store = Store::open(Options {
            create: false,
            ..options
        })?;
        let verdict = store.verify(&mut progress)?;
        Ok((copied, verdict))
    }
}

fn dump(
    s: &mut dyn Session,
    sink: &mut Sink<impl Write>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut body = Vec::new();
    let docs = match s.engine() {
        Engine::Sqlite => &sql::DUMP_DOCS_SQLITE,
        Engine::Postgres => &sql::DUMP_DOCS_POSTGRES,
    };
    let tables = TABLES
        .iter()
        .map(|(read, insert)| (*read, insert.table))
        .chain([(docs, DOCS)]);
    for (read, table) in tables {
        sink.put(mark::TABLE, table.as_bytes())?;
        s.each(read, &[], &mut |mut row| {
            if table == DOCS {
                row.0[1] = words_cell(&row)?;
            }
            encode_row(&row, &mut body);
            sink.put(mark::ROW, &body)?;
            sink.copied.rows += 1;
            if sink.copied.rows.is_multiple_of(1024) {
                progress(sink.copied.rows);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The words of a document as one text, the same from either engine.
fn words_cell(row: &Row) -> Result<Cell, StoreError> {
    Ok(match &row.0[1] {
        Cell::Blob(packed) => Cell::Text(Words::unpack(packed).text),
        Cell::Text(text) => {
            let mut words: Vec<String> = dialect::without_blocks(text)
                .split(' ')
                .map(str::to_owned)
                .collect();
            words.sort_unstable();
            Cell::Text(words.join(" "))
        }
        _ => return Err(StoreError::damaged("search_docs", "a document has no words")),
    })
}

struct Restore<'a> {
    input: GzDecoder<BufReader<fs::File>>,
    hash: Sha256,
    path: &'a Path,
    passphrase: Option<&'a str>,
    options: &'a Options,
    session: Option<Box<dyn Session>>,
    copied: Copied,
    blobs: Folder,
}

impl<'a> Restore<'a> {
    fn new(path: &'a Path, passphrase: Option<&'a str>, options: &'a Options) -> Result<Self, StoreError> {
        let io = |e: std::io::Error| StoreError::io("read", path, &e);
        let mut file = BufReader::new(fs::File::open(path).map_err(io)?);
        let mut magic = vec![0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || magic != MAGIC {
            return Err(StoreError::Backup {
                path: path.to_owned(),
                reason: "it is no backup of Forecourt".into(),
            });
        }
        let dir = &options.dir;
        if options.target == Target::Sqlite && options.database().exists() || options.anchors().exists() {
            return Err(StoreError::Backup {
                path: path.to_owned(),
                reason: format!("{} is not empty; restore into a new folder", dir.display()),
            });
        }
        keys::make_dir(dir)?;
        let copied = Copied::default();
        let input = GzDecoder::new(file);
        Ok(Restore {
            input,
            hash: Sha256::new(),
            path,
            passphrase,
            options,
            session: None,
            copied,
            blobs: Folder::new(options.attachments()),
        })
    }

    fn damaged(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Backup {
            path: self.path.to_owned(),
            reason: reason.into(),
        }
    }

    /// Reads the next record; every byte but the last record's goes into the hash.
    fn record(&mut self) -> Result<(u8, Vec<u8>), StoreError> {
        let cut = |e: std::io::Error| StoreError::Backup {
            path: self.path.to_owned(),
            reason: format!("it is damaged or cut off after {} rows: {e}", self.copied.rows),
        };
        let mut head = [0; 5];
        self.input.read_exact(&mut head).map_err(cut)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let mut body = Vec::new();
        // Taken in steps: a damaged length must not ask for gigabytes at once.
        (&mut self.input)
            .take(u64::from(length))
            .read_to_end(&mut body)
            .map_err(cut)?;
        if body.len() != length as usize {
            return Err(self.damaged(format!("it is cut off after {} rows", self.copied.rows)));
        }
        if head[0] != mark::END {
            self.hash.update(head);
            self.hash.update(&body);
        }
        self.copied.bytes += 5 + body.len() as u64;
        Ok((head[0], body))
    }

    fn run(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Copied, StoreError> {
        let mut table = String::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut anchors = None;
        loop {
            let (kind, body) = self.record()?;
            if kind != mark::ROW {
                self.flush(&table, &mut rows)?;
            }
            match kind {
                mark::KEYS => self.keys(&body)?,
                mark::FILE => anchors = Some(body),
                mark::ATTACHMENT => self.attachment(&body)?,
                mark::TABLE => {
                    table = String::from_utf8(body).map_err(|_| self.damaged("a table has no name"))?;
                    if self.session.is_none() {
                        self.session = Some(self.begin()?);
                    }
                }
                mark::ROW => {
                    rows.push(decode_row(&body)?);
                    self.copied.rows += 1;
                    if rows.len() == ROWS {
                        self.flush(&table, &mut rows)?;
                        progress(self.copied.rows);
                    }
                }
                mark::END => {
                    if body != self.hash.clone().finalize().as_slice() {
                        return Err(self.damaged("its content does not have the hash at its end"));
                    }
                    // The end of the compressed stream holds a checksum of its own.
                    if !matches!(self.input.read(&mut [0]), Ok(0)) {
                        return Err(self.damaged("its end is damaged or cut off"));
                    }
                    break;
                }
                other => return Err(self.damaged(format!("a record of kind {other} is unknown"))),
            }
        }
        let Some(mut session) = self.session.take() else {
            return Err(self.damaged("it holds no tables"));
        };
        session.commit()?;
        if let Some(text) = anchors {
            let path = self.options.anchors();
            let dir = path.parent().unwrap_or(Path::new("."));
            keys::make_dir(dir)?;
            let mut file = fs::File::create_new(&path).map_err(|e| StoreError::io("write", &path, &e))?;
            file.write_all(&text)
                .and_then(|()| file.sync_all())
                .map_err(|e| StoreError::io("write", &path, &e))?;
            keys::sync_dir(dir)?;
        }
        Ok(self.copied.clone())
    }

    /// Makes the tables and starts the one transaction that fills them.
    fn begin(&self) -> Result<Box<dyn Session>, StoreError> {
        if !keys::FileKeys::exist(&self.options.dir.join("keys")) {
            return Err(StoreError::Keys {
                reason: format!(
                    "{} holds no keys; put the folder `keys` of the old machine into {} first",
                    self.path.display(),
                    self.options.dir.display()
                ),
            });
        }
        let mut session = store::writer(&Options {
            create: true,
            ..self.options.clone()
        })?;
        if migrate::check(&mut *session)? != 0 {
            return Err(self.damaged("the database is not empty; restore into a new one"));
        }
        migrate::run(&mut *session, true)?;
        session.begin()?;
        Ok(session)
    }

    /// Puts a sealed file back. One that was damaged before the backup is put where its bytes belong, and
    /// `verify` then misses it.
    fn attachment(&mut self, body: &[u8]) -> Result<(), StoreError> {
        let Some((_, sealed)) = body.split_first_chunk::<32>() else {
            return Err(self.damaged("a sealed file has no address"));
        };
        self.blobs.put(&mut std::iter::once(Ok(sealed.to_vec())))?;
        self.copied.files += 1;
        Ok(())
    }

    fn keys(&mut self, body: &[u8]) -> Result<(), StoreError> {
        let place = "the keys in the backup";
        let mut r = bytes::Reader::new(body, place);
        let salt: [u8; 16] = r.array()?;
        let rounds = r.u32()?;
        if !(1000..=10_000_000).contains(&rounds) {
            return Err(self.damaged("its keys are sealed in an unknown way"));
        }
        let sealed = r.bytes()?;
        let Some(passphrase) = self.passphrase else {
            return Err(self.damaged("it holds the keys, sealed: its passphrase is needed"));
        };
        let key = passphrase_key(passphrase, &salt, rounds);
        let plain = keys::open(&key, KEY_AAD, sealed)
            .ok_or_else(|| self.damaged("the passphrase does not open its keys"))?;
        let dir = self.options.dir.join("keys");
        keys::make_dir(&dir)?;
        let mut r = bytes::Reader::new(&plain, place);
        for name in KEY_FILES {
            let mut secret = Zeroizing::new([0u8; 32]);
            let text = r.text()?;
            hex::decode_to_slice(text.trim(), secret.as_mut())
                .map_err(|_| StoreError::damaged(place, "a key has not the written form"))?;
            keys::write_secret(&dir.join(name), &secret)?;
        }
        self.copied.keys = true;
        keys::sync_dir(&dir)
    }

    fn flush(&mut self, table: &str, rows: &mut Vec<Row>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let damaged = self.damaged(format!("a row of the table {table:?} does not fit"));
        let Some(session) = self.session.as_deref_mut() else {
            return Err(damaged);
        };
        if table == DOCS {
            let mut docs = Vec::with_capacity(rows.len());
            for row in rows.iter_mut() {
                docs.push((row.int(0)?, case_of_key(row.int(2)?), Words::parse(&row.text(1)?)));
            }
            let docs: Vec<_> = docs
                .iter()
                .map(|(doc, case, words)| (*doc, *case, words))
                .collect();
            view::add_documents(session, &docs)?;
        } else {
            let insert = TABLES.iter().map(|(_, i)| *i).find(|i| i.table == table);
            let Some(insert) = insert else {
                return Err(damaged);
            };
            if rows.iter().any(|r| r.0.len() != insert.columns.len()) {
                return Err(damaged);
            }
            let values: Vec<Value<'_>> = rows.iter().flat_map(|r| r.0.iter().map(value)).collect();
            session.insert(insert, &values)?;
        }
        rows.clear();
        Ok(())
    }
}

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(v) => Value::Int(*v),
        Cell::Text(v) => Value::Text(v),
        Cell::Blob(v) => Value::Blob(v),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_in_the_order_in_which_it_is_written() {
        for (read, insert) in TABLES {
            let columns: Vec<&str> = insert.columns.iter().map(|c| c.0).collect();
            let text = format!("SELECT {} FROM {}", columns.join(", "), insert.table);
            assert!(
                read.text.starts_with(&text),
                "{}: {} / {text}",
                read.name,
                read.text
            );
        }
    }

    #[test]
    fn the_passphrase_key_is_the_standard_one() {
        // The value was computed with another implementation (Python's hashlib.pbkdf2_hmac).
        let key = passphrase_key("passphrase", b"0123456789abcdef", 1000);
        assert_eq!(
            hex::encode(*key),
            "79fb009af2209905f16f041902cbeb904a639320ff0965fd3c787458e830c779"
        );
    }

    #[test]
    fn rows_come_back() {
        let row = Row(vec![
            Cell::Null,
            Cell::Int(-5),
            Cell::Text("王".into()),
            Cell::Blob(vec![0, 1]),
        ]);
        let mut out = Vec::new();
        encode_row(&row, &mut out);
        assert_eq!(decode_row(&out).unwrap(), row);
        assert!(decode_row(&out[..out.len() - 1]).is_err());
        assert!(decode_row(&[9]).is_err());
    }
}
