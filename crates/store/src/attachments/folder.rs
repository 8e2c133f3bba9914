//! Sealed files in a folder of this machine: `aa/bb/<address>`, where the address is the SHA-256 of the
//! bytes. Whoever can read the folder can check it, without any key.

use super::Address;
use crate::{StoreError, keys};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fs,
    io::{BufReader, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Where sealed files lie. So narrow that a bucket of an object store can stand behind it.
pub(crate) trait Blobs: Send + Sync {
    /// Stores the parts under the hash of them all; returns when that is durable.
    ///
    /// # Errors
    /// When a part cannot be made or nothing can be written; nothing is there under any address then.
    fn put(
        &self,
        parts: &mut dyn Iterator<Item = Result<Vec<u8>, StoreError>>,
    ) -> Result<Address, StoreError>;

    /// Opens what lies at `address`; `None` when nothing does.
    ///
    /// # Errors
    /// When it is there and cannot be opened.
    fn get(&self, address: Address) -> Result<Option<Box<dyn Read>>, StoreError>;

    /// Removes what lies at `address`, for good; says whether anything did.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    fn delete(&self, address: Address) -> Result<bool, StoreError>;

    /// Tells every address, and when it was written. What cannot be an address is told as `None`.
    ///
    /// # Errors
    /// When the list cannot be read.
    fn list(&self, told: &mut dyn FnMut(Option<Address>, SystemTime, PathBuf)) -> Result<(), StoreError>;
}

/// A local folder.
pub(crate) struct Folder {
    root: PathBuf,
    /// The folders whose own names are known to be durable.
    durable: Mutex<HashSet<PathBuf>>,
}

impl Folder {
    pub(crate) fn new(root: PathBuf) -> Self {
        Folder {
            root,
            durable: Mutex::default(),
        }
    }

    fn place(&self, address: Address) -> PathBuf {
        let name = address.to_string();
        self.root.join(&name[..2]).join(&name[2..4]).join(name)
    }

    /// Makes a folder below the data directory whose name no power cut takes away. A folder that is there
    /// already may be one that a process made and died before flushing: it is flushed once in each process.
    fn ready(&self, dir: &Path) -> Result<(), StoreError> {
        let mut durable = self.durable.lock();
        if durable.contains(dir) {
            return Ok(());
        }
        keys::make_dir(dir)?;
        // From the folder up to the one that holds `attachments`.
        let above = dir
            .ancestors()
            .skip(1)
            .take_while(|d| self.root.parent().is_some_and(|top| d.starts_with(top)));
        for above in above {
            keys::sync_dir(above)?;
        }
        durable.insert(dir.to_owned());
        Ok(())
    }

    fn write(
        &self,
        partial: &Path,
        parts: &mut dyn Iterator<Item = Result<Vec<u8>, StoreError>>,
    ) -> Result<Address, StoreError> {
        let io = |e: std::io::Error| StoreError::io("write", partial, &e);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(partial).map_err(io)?;
        let mut hash = Sha256::new();
        for part in parts {
            let part = part?;
            hash.update(&part);
            file.write_all(&part).map_err(io)?;
        }
        file.sync_all().map_err(io)?;
        let address = Address(hash.finalize().into());
        let to = self.place(address);
        let dir = to.parent().unwrap_or(&self.root);
        self.ready(dir)?;
        fs::rename(partial, &to).map_err(|e| StoreError::io("rename", partial, &e))?;
        keys::sync_dir(dir)?;
        Ok(address)
    }
}

impl Blobs for Folder {
    fn put(
        &self,
        parts: &mut dyn Iterator<Item = Result<Vec<u8>, StoreError>>,
    ) -> Result<Address, StoreError> {
        self.ready(&self.root)?;
        let name = format!("{}.partial", hex::encode(keys::random::<16>()?));
        let partial = self.root.join(name);
        let written = self.write(&partial, parts);
        if written.is_err() {
            // Half a file only takes space away; the sweep removes what is left of it.
            let _ = fs::remove_file(&partial);
        }
        written
    }

    fn get(&self, address: Address) -> Result<Option<Box<dyn Read>>, StoreError> {
        let path = self.place(address);
        match fs::File::open(&path) {
            Ok(file) => Ok(Some(Box::new(BufReader::with_capacity(1 << 16, file)))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("read", &path, &e)),
        }
    }

    fn delete(&self, address: Address) -> Result<bool, StoreError> {
        let path = self.place(address);
        match fs::remove_file(&path) {
            Ok(()) => {
                keys::sync_dir(path.parent().unwrap_or(&self.root))?;
                Ok(true)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(StoreError::io("remove", &path, &e)),
        }
    }

    fn list(&self, told: &mut dyn FnMut(Option<Address>, SystemTime, PathBuf)) -> Result<(), StoreError> {
        let mut left = vec![self.root.clone()];
        while let Some(dir) = left.pop() {
            let read = match fs::read_dir(&dir) {
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(StoreError::io("read", &dir, &e)),
            };
            for entry in read {
                let entry = entry.map_err(|e| StoreError::io("read", &dir, &e))?;
                let path = entry.path();
                // Gone between the two calls: somebody else removed it.
                let Ok(about) = fs::symlink_metadata(&path) else {
                    continue;
                };
                if about.is_dir() {
                    left.push(path);
                    continue;
                }
                let written = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
                let address = name.parse().ok().filter(|a| self.place(*a) == path);
                told(address, written, path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Folder, text: &[u8]) -> Address {
        let mut parts = text.chunks(2).map(|c| Ok(c.to_vec()));
        folder.put(&mut parts).unwrap()
    }

    #[test]
    fn what_is_put_lies_at_the_hash_of_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("attachments"));
        let address = put(&folder, b"hello");
        assert_eq!(address.0, <[u8; 32]>::from(Sha256::digest(b"hello")));
        let mut back = Vec::new();
        let mut file = folder.get(address).unwrap().unwrap();
        file.read_to_end(&mut back).unwrap();
        assert_eq!(back, b"hello");
        let mut seen = Vec::new();
        folder.list(&mut |a, _, _| seen.push(a)).unwrap();
        assert_eq!(seen, [Some(address)]);
        assert!(folder.delete(address).unwrap());
        assert!(!folder.delete(address).unwrap());
        assert!(folder.get(address).unwrap().is_none());
    }

    #[test]
    fn what_breaks_off_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("attachments"));
        let mut parts = [Ok(vec![1, 2]), Err(StoreError::DiskFull)].into_iter();
        assert!(matches!(folder.put(&mut parts), Err(StoreError::DiskFull)));
        let mut seen = 0;
        folder.list(&mut |_, _, _| seen += 1).unwrap();
        assert_eq!(seen, 0);
    }
}
