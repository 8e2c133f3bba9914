//! Files and folders, each with its two images.

use crate::Dice;
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
};

/// The unit in which a cut keeps or loses what was not flushed, in bytes.
pub(crate) const SECTOR: usize = 4096;

/// A file's bytes as written and as flushed.
#[derive(Debug, Default)]
pub(crate) struct File {
    now: Vec<u8>,
    flushed: Vec<u8>,
    /// Sectors that may differ between the two.
    dirty: BTreeSet<usize>,
}

impl File {
    pub(crate) fn len(&self) -> u64 {
        self.now.len() as u64
    }

    pub(crate) fn read(&self, offset: u64, size: u32) -> &[u8] {
        let length = self.now.len();
        let from = usize::try_from(offset).map_or(length, |o| o.min(length));
        let to = from.saturating_add(size as usize).min(length);
        &self.now[from..to]
    }

    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if end > self.now.len() {
            self.resize(end);
        }
        self.now[offset..end].copy_from_slice(bytes);
        self.touch(offset, end);
    }

    pub(crate) fn resize(&mut self, length: usize) {
        let old = self.now.len();
        self.now.resize(length, 0);
        self.touch(old.min(length), old.max(length));
    }

    fn touch(&mut self, from: usize, to: usize) {
        self.dirty.extend(from / SECTOR..to.div_ceil(SECTOR));
    }

    pub(crate) fn flush(&mut self) {
        self.flushed.resize(self.now.len(), 0);
        for sector in std::mem::take(&mut self.dirty) {
            copy_sector(sector, &self.now, &mut self.flushed);
        }
    }

    /// The file after a cut. With dice, each sector that was not flushed is there or not by a coin, and
    /// so is a shortening; a hole before a kept sector reads as zeros.
    pub(crate) fn survivor(&self, dice: Option<&mut Dice>) -> File {
        let mut left = self.flushed.clone();
        if let Some(dice) = dice {
            if self.now.len() < left.len() && dice.coin() {
                left.truncate(self.now.len());
            }
            for &sector in &self.dirty {
                if dice.coin() {
                    let end = ((sector + 1) * SECTOR).min(self.now.len());
                    if left.len() < end && sector * SECTOR < end {
                        left.resize(end, 0);
                    }
                    copy_sector(sector, &self.now, &mut left);
                }
            }
        }
        File {
            now: left.clone(),
            flushed: left,
            dirty: BTreeSet::new(),
        }
    }
}

/// Copies what both have of a sector.
fn copy_sector(sector: usize, from: &[u8], to: &mut [u8]) {
    let start = sector * SECTOR;
    let end = (start + SECTOR).min(from.len()).min(to.len());
    if start < end {
        to[start..end].copy_from_slice(&from[start..end]);
    }
}

/// A folder's names as they are and as flushed.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    pub(crate) now: BTreeMap<OsString, u64>,
    pub(crate) flushed: BTreeMap<OsString, u64>,
}

/// What a number stands for.
#[derive(Debug)]
pub(crate) enum Body {
    File(File),
    Folder(Folder),
}

/// A file or folder with its mode.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) mode: u16,
    pub(crate) body: Body,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(flushed: &[u8]) -> File {
        let mut file = File::default();
        file.write(0, flushed);
        file.flush();
        file
    }

    #[test]
    fn what_was_not_flushed_is_gone_and_what_was_is_there() {
        let mut f = file(b"first");
        f.write(2, b"STILL HERE?");
        assert_eq!(f.read(0, 100), b"fiSTILL HERE?");
        assert_eq!(f.survivor(None).read(0, 100), b"first");
        f.flush();
        assert_eq!(f.survivor(None).read(0, 100), b"fiSTILL HERE?");
    }

    #[test]
    fn a_shortening_and_the_zeros_after_it_need_a_flush_too() {
        let mut f = file(&[7; 3 * SECTOR]);
        f.resize(10);
        f.resize(3 * SECTOR);
        assert_eq!(f.survivor(None).now, [7; 3 * SECTOR]);
        f.flush();
        assert_eq!(f.survivor(None).now[10..], [0; 3 * SECTOR - 10]);
        f.resize(10);
        f.flush();
        assert_eq!(f.survivor(None).now, [7; 10]);
    }

    #[test]
    fn a_torn_file_holds_only_whole_old_and_whole_new_sectors() {
        let mut f = file(&[1; 8 * SECTOR]);
        f.write(0, &[2; 12 * SECTOR]);
        let mut seen = BTreeSet::new();
        for seed in 0..50 {
            let left = f.survivor(Some(&mut Dice::new(seed)));
            assert!(left.now.len().is_multiple_of(SECTOR) && left.now.len() >= 8 * SECTOR);
            let sectors: Vec<u8> = left.now.chunks(SECTOR).map(|s| s[0]).collect();
            for (i, sector) in left.now.chunks(SECTOR).enumerate() {
                assert!(sector.iter().all(|b| *b == sector[0]), "seed {seed} sector {i}");
                assert!([if i < 8 { 1 } else { 0 }, 2].contains(&sector[0]));
            }
            seen.insert(sectors);
        }
        assert!(seen.len() > 40, "the cuts differ");
    }
}
