//! The reserve on the disk: a file that is given up when the disk is full, so that people can go on
//! working while space is made.

use crate::{Store, StoreError, keys};
use std::{fs, io::Write, path::Path};

/// Makes the reserve when it is missing or was cut short by a crash. A disk that has no room for it is no reason not to start.
pub(crate) fn ensure(path: &Path, bytes: u64) {
    if bytes == 0 || fs::metadata(path).is_ok_and(|m| m.len() >= bytes) {
        return;
    }
    if let Err(error) = fill(path, bytes) {
        tracing::warn!(%error, path = %path.display(), "there is no room for the reserve");
        // Half a reserve would only take the last space away.
        let _ = fs::remove_file(path);
    }
}

fn fill(path: &Path, bytes: u64) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    // Not zeros: a compressing or sparse file system would keep no room for them.
    let mut block = vec![0u8; 1 << 16];
    let mut x = 0x9E37_79B9_7F4A_7C15u64;
    let mut left = bytes;
    while left > 0 {
        for word in block.chunks_mut(8) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            word.copy_from_slice(&x.to_le_bytes()[..word.len()]);
        }
        let n = left.min(block.len() as u64);
        file.write_all(&block[..n as usize])?;
        left -= n;
    }
    file.sync_all()
}

/// Gives the reserve of a data directory up; returns how many bytes became free. Needs no open store.
///
/// # Errors
/// When the file cannot be removed.
pub fn release_ballast(dir: &Path) -> Result<u64, StoreError> {
    let path = dir.join("ballast");
    let bytes = match fs::metadata(&path) {
        Ok(m) => m.len(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(e) => return Err(StoreError::io("read", &path, &e)),
    };
    fs::remove_file(&path).map_err(|e| StoreError::io("remove", &path, &e))?;
    keys::sync_dir(dir)?;
    Ok(bytes)
}

impl Store {
    /// Gives the reserve up; returns how many bytes became free. Appending goes on without a restart,
    /// and the next start makes a new reserve.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn release_ballast(&self) -> Result<u64, StoreError> {
        release_ballast(&self.inner.options.dir)
    }
}
