//! Attachments: sealed files beside the log, each named by one event.
//!
//! A file is durable before the event that names it is appended, and an event that names a file which is
//! not there is refused. A file that no event names is rubbish of a work that broke off; the sweep
//! removes it. Erasing a customer destroys the key first and then removes the files.

mod folder;
mod seal;

pub(crate) use folder::{Blobs, Folder};

use crate::{
    Store, StoreError, StreamId,
    keys::DataKey,
    payload,
    prepare::Desk,
    session::{Row, Session, Value},
    sql,
};
use domain::{CaseId, CustomerId, FileId};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    io::Read,
    path::PathBuf,
    str::FromStr,
    time::{Duration, SystemTime},
};
use zeroize::Zeroizing;

/// The kind of the events that name an attachment. The public part of such an event has the fields `id`
/// and `address`, and its sealed part says whose it is.
pub const ATTACHED: &str = "FileAttached";

/// Younger files are left alone by the sweep: the event that names them may be on its way.
const YOUNG: Duration = Duration::from_secs(24 * 3600);

/// Where an attachment lies: the SHA-256 of its sealed bytes, printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(pub [u8; 32]);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Says that a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address has 64 hexadecimal digits in small letters")]
pub struct NoAddress;

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let mut bytes = [0; 32];
        // One spelling only, so that a changed letter shows.
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(NoAddress);
        }
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NoAddress)?;
        Ok(Address(bytes))
    }
}

impl TryFrom<String> for Address {
    type Error = NoAddress;

    fn try_from(text: String) -> Result<Self, NoAddress> {
        text.parse()
    }
}

/// An attachment as an event names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct AttachmentRef {
    /// Its id.
    #[serde(rename = "id")]
    pub file: FileId,
    /// Where it lies.
    pub address: Address,
}

/// Reads which attachment the public part of an event names.
pub(crate) fn named(public: &[u8]) -> Option<AttachmentRef> {
    serde_json::from_slice(public).ok()
}

/// An attachment, the event that names it, and whose it is.
pub(crate) struct Named {
    pub(crate) at: AttachmentRef,
    pub(crate) customer: CustomerId,
    /// Stream and number of the event.
    pub(crate) place: String,
}

/// Reads which attachment a stored event names; its payload may be damaged.
pub(crate) fn named_by(payload: &[u8], place: String) -> Result<Named, StoreError> {
    let stored = payload::decode(payload, &place)?;
    match (named(stored.public), stored.sealed) {
        (Some(at), Some((customer, _))) => Ok(Named { at, customer, place }),
        _ => Err(StoreError::damaged(place, "it names no attachment")),
    }
}

/// Reads a row of `ATTACHED_IN` or `ATTACHED_OF`.
fn of_row(row: &mut Row) -> Result<Named, StoreError> {
    let place = format!("{} entry {}", row.text(0)?, row.count(1)?);
    named_by(&row.blob(2)?, place)
}

/// How a stored attachment fares.
pub(crate) enum Health {
    Whole,
    Missing,
    Changed,
    Unreadable(String),
}

impl Desk {
    /// Rehashes what lies at an address.
    pub(crate) fn rehash(&self, address: Address) -> Health {
        let mut file = match self.blobs.get(address) {
            Ok(Some(file)) => file,
            Ok(None) => return Health::Missing,
            Err(e) => return Health::Unreadable(e.to_string()),
        };
        let mut hash = Sha256::new();
        let mut part = vec![0; 1 << 16];
        loop {
            match file.read(&mut part) {
                Ok(0) => break,
                Ok(n) => hash.update(&part[..n]),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Health::Unreadable(e.to_string()),
            }
        }
        if <[u8; 32]>::from(hash.finalize()) == address.0 {
            Health::Whole
        } else {
            Health::Changed
        }
    }

    /// Whether the key of a customer was destroyed.
    pub(crate) fn is_erased(&self, customer: CustomerId) -> Result<bool, StoreError> {
        Ok(matches!(self.stored_key(customer)?, Some(DataKey::Erased)))
    }

    /// The attachments that events of a case name.
    fn attached_to(&self, case: CaseId) -> Result<Vec<Named>, StoreError> {
        let (from, to) = (format!("case/{case}/"), format!("case/{case}0"));
        let bucket = Value::Int(i64::from(case.bucket().0));
        let args = [
            bucket,
            Value::Text(&from),
            Value::Text(&to),
            Value::Text(ATTACHED),
        ];
        let rows = self.pool.with(|s| s.all(&sql::ATTACHED_OF, &args))?;
        rows.into_iter().map(|mut row| of_row(&mut row)).collect()
    }
}

/// Tells every attachment that an event names, in the snapshot of `session`.
pub(crate) fn each_named(
    session: &mut dyn Session,
    told: &mut dyn FnMut(Named) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let range = [
        Value::Int(0),
        Value::Int(i64::from(domain::ids::BUCKETS)),
        Value::Text(ATTACHED),
    ];
    session.each(&sql::ATTACHED_IN, &range, &mut |mut row| told(of_row(&mut row)?))
}

/// What a sweep of the attachments removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that no event names.
    pub unnamed: u64,
    /// Files of erased customers, left by an erasure that broke off.
    pub erased: u64,
}

impl Store {
    /// Seals `plain` with the key of `customer` and stores it; returns where, when that is durable. It is
    /// rubbish until an event of kind [`ATTACHED`] names it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and other failures of the disk; [`StoreError::BadQuestion`] for a customer
    /// without a key: one that was erased, or of whom nothing is stored. Nothing is left then.
    pub fn put_attachment(
        &self,
        customer: CustomerId,
        file: FileId,
        plain: &[u8],
    ) -> Result<Address, StoreError> {
        self.writable()?;
        let desk = &self.inner.desk;
        let key = match desk.stored_key(customer)? {
            Some(DataKey::Stored(key)) => key,
            Some(DataKey::Erased) => {
                return Err(StoreError::BadQuestion(format!(
                    "the personal data of customer {customer} has been erased; no file can be attached any more"
                )));
            }
            // Files are attached to a case, and receiving the case made the key.
            Some(DataKey::Fresh(..)) | None => {
                return Err(StoreError::BadQuestion(format!(
                    "there is no customer {customer}"
                )));
            }
        };
        desk.blobs.put(&mut seal::seal(&key, customer, file, plain))
    }

    /// Opens an attachment; `None` when the customer has been erased.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is missing or changed, naming its id.
    pub fn attachment(
        &self,
        customer: CustomerId,
        named: &AttachmentRef,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let desk = &self.inner.desk;
        let place = || format!("attachment {}", named.file);
        let key = match desk.stored_key(customer)? {
            Some(DataKey::Stored(key) | DataKey::Fresh(key, _)) => key,
            Some(DataKey::Erased) => return Ok(None),
            None => {
                let reason = format!("the data key of customer {customer} is missing");
                return Err(StoreError::damaged(place(), reason));
            }
        };
        let sealed = desk.blobs.get(named.address)?;
        let sealed = sealed.ok_or_else(|| StoreError::damaged(place(), "the sealed file is missing"))?;
        seal::open(&key, customer, named, sealed).map(Some)
    }

    /// Removes sealed files that no event names and that are older than a day, and those of customers who
    /// were erased.
    ///
    /// # Errors
    /// When the folder or the database cannot be read; what was removed so far stays removed.
    pub fn sweep_attachments(&self) -> Result<Swept, StoreError> {
        self.writable()?;
        let desk = &self.inner.desk;
        let old = SystemTime::now()
            .checked_sub(YOUNG)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        let mut found: Vec<(Option<Address>, PathBuf)> = Vec::new();
        desk.blobs.list(&mut |address, written, path| {
            if written < old {
                found.push((address, path));
            }
        })?;
        if found.is_empty() {
            return Ok(Swept::default());
        }
        let mut known: HashMap<Address, CustomerId> = HashMap::new();
        desk.pool.snapshot(|s| {
            each_named(s, &mut |n| {
                known.insert(n.at.address, n.customer);
                Ok(())
            })
        })?;
        let mut swept = Swept::default();
        let mut erased: HashMap<CustomerId, bool> = HashMap::new();
        for (address, path) in found {
            let Some(address) = address else {
                // Half a file of a process that died; nothing else has such a name.
                if path.extension().is_some_and(|e| e == "partial") {
                    std::fs::remove_file(&path).map_err(|e| StoreError::io("remove", &path, &e))?;
                    swept.unnamed += 1;
                }
                continue;
            };
            match known.get(&address) {
                None => swept.unnamed += u64::from(desk.blobs.delete(address)?),
                Some(customer) => {
                    let gone = match erased.get(customer) {
                        Some(gone) => *gone,
                        None => desk.is_erased(*customer)?,
                    };
                    erased.insert(*customer, gone);
                    if gone {
                        swept.erased += u64::from(desk.blobs.delete(address)?);
                    }
                }
            }
        }
        Ok(swept)
    }

    /// Removes the sealed files of an erased customer; returns how many.
    pub(crate) fn remove_attachments_of(&self, customer: CustomerId) -> Result<u64, StoreError> {
        let desk = &self.inner.desk;
        let mut removed = 0;
        for row in desk.cases_of(customer)? {
            for n in desk.attached_to(row.case)? {
                if n.customer == customer {
                    removed += u64::from(desk.blobs.delete(n.at.address)?);
                }
            }
        }
        Ok(removed)
    }
}

/// Refuses work whose event names an attachment that is not stored.
pub(crate) fn check_named(
    desk: &Desk,
    stream: &StreamId,
    public: &[u8],
    known: &mut HashSet<Address>,
) -> Result<(), String> {
    let at = named(public).ok_or_else(|| format!("an event {ATTACHED} of {stream} names no attachment"))?;
    if !known.insert(at.address) {
        return Err(format!("attachment {} lies where another does", at.file));
    }
    match desk.blobs.get(at.address) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(format!("attachment {} is not stored", at.file)),
        Err(e) => Err(e.to_string()),
    }
}
