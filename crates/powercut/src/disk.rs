//! The disk: a tree of files and folders, and the moment at which its power is cut.

use crate::{
    Dice,
    node::{Body, File, Folder, Node},
};
use fuser::Errno;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    sync::Arc,
    time::Duration,
};

/// When the power is cut, counted from the moment this is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Right after this many writes, new or removed names and changes of length.
    Changes(u64),
    /// When this many flushes were asked for, just before the last of them has an effect.
    Flushes(u64),
    /// As [`Moment::Flushes`], counting only those of files with this name.
    FlushesOf(&'static str, u64),
}

/// What a cut leaves of the bytes and names that were not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// Nothing.
    Flushed,
    /// Each sector of 4 KiB by a coin; of each folder, by one coin, all new names or none.
    Torn {
        /// The seed of the coins.
        seed: u64,
    },
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    flush_takes: Duration,
}

#[derive(Debug)]
struct State {
    nodes: HashMap<u64, Node>,
    next: u64,
    cut: bool,
    moment: Option<Moment>,
}

/// The number of the uppermost folder.
pub(crate) const ROOT: u64 = 1;

/// What the kernel asks about a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) number: u64,
    pub(crate) folder: bool,
    pub(crate) length: u64,
    pub(crate) mode: u16,
}

impl Disk {
    /// Returns an empty disk on which each flush takes this long. While one waits, others may write.
    #[must_use]
    pub fn new(flush_takes: Duration) -> Disk {
        let mut nodes = HashMap::new();
        nodes.insert(ROOT, folder(0o755));
        Disk::of(nodes, ROOT + 1, flush_takes)
    }

    fn of(nodes: HashMap<u64, Node>, next: u64, flush_takes: Duration) -> Disk {
        let state = State {
            nodes,
            next,
            cut: false,
            moment: None,
        };
        Disk {
            state: Arc::new(Mutex::new(state)),
            flush_takes,
        }
    }

    /// Cuts the power at `moment`: from then on nothing can be read, written or flushed any more.
    pub fn cut_at(&self, moment: Moment) {
        self.state.lock().moment = Some(moment);
    }

    /// Cuts the power now.
    pub fn cut(&self) {
        self.state.lock().cut = true;
    }

    /// Whether the power was cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.state.lock().cut
    }

    /// Returns the disk as it is when the power is back.
    #[must_use]
    pub fn after_cut(&self, survival: Survival) -> Disk {
        let state = self.state.lock();
        let mut dice = match survival {
            Survival::Flushed => None,
            Survival::Torn { seed } => Some(Dice::new(seed)),
        };
        let mut nodes = HashMap::new();
        let mut open = vec![ROOT];
        while let Some(number) = open.pop() {
            let Some(node) = state.nodes.get(&number) else {
                continue;
            };
            let body = match &node.body {
                Body::File(file) => Body::File(file.survivor(dice.as_mut())),
                Body::Folder(folder) => {
                    let all = dice.as_mut().is_some_and(Dice::coin);
                    let names = if all { &folder.now } else { &folder.flushed };
                    open.extend(names.values());
                    Body::Folder(Folder {
                        now: names.clone(),
                        flushed: names.clone(),
                    })
                }
            };
            nodes.insert(
                number,
                Node {
                    mode: node.mode,
                    body,
                },
            );
        }
        Disk::of(nodes, state.next, self.flush_takes)
    }

    /// Runs `f` on the tree, unless the power was cut.
    fn with<T>(&self, f: impl FnOnce(&mut State) -> Result<T, Errno>) -> Result<T, Errno> {
        let mut state = self.state.lock();
        if state.cut {
            return Err(Errno::EIO);
        }
        f(&mut state)
    }

    /// As [`Disk::with`]; a success counts as a change.
    fn change<T>(&self, f: impl FnOnce(&mut State) -> Result<T, Errno>) -> Result<T, Errno> {
        self.with(|state| {
            let done = f(state)?;
            if let Some(Moment::Changes(left)) = &mut state.moment {
                *left = left.saturating_sub(1);
                state.cut = *left == 0;
            }
            Ok(done)
        })
    }

    pub(crate) fn facts(&self, number: u64) -> Result<Facts, Errno> {
        self.with(|s| s.facts(number))
    }

    pub(crate) fn find(&self, parent: u64, name: &OsStr) -> Result<Facts, Errno> {
        self.with(|s| {
            let number = s.child(parent, name)?;
            s.facts(number)
        })
    }

    pub(crate) fn list(&self, number: u64) -> Result<Vec<(OsString, Facts)>, Errno> {
        self.with(|s| {
            let names = s.folder(number)?.now.clone();
            names
                .into_iter()
                .map(|(name, number)| Ok((name, s.facts(number)?)))
                .collect()
        })
    }

    /// Makes an empty file or folder.
    pub(crate) fn make(&self, parent: u64, name: &OsStr, mode: u16, is_folder: bool) -> Result<Facts, Errno> {
        self.change(|s| {
            let number = s.next;
            let names = &mut s.folder(parent)?.now;
            if names.contains_key(name) {
                return Err(Errno::EEXIST);
            }
            names.insert(name.to_owned(), number);
            s.next += 1;
            let node = if is_folder {
                folder(mode)
            } else {
                Node {
                    mode,
                    body: Body::File(File::default()),
                }
            };
            s.nodes.insert(number, node);
            s.facts(number)
        })
    }

    /// Takes a name away. What it named stays: it may be open, or come back with a cut.
    pub(crate) fn remove(&self, parent: u64, name: &OsStr, is_folder: bool) -> Result<(), Errno> {
        self.change(|s| {
            let number = s.child(parent, name)?;
            match &s.node(number)?.body {
                Body::Folder(f) if is_folder && !f.now.is_empty() => return Err(Errno::ENOTEMPTY),
                Body::Folder(_) if !is_folder => return Err(Errno::EISDIR),
                Body::File(_) if is_folder => return Err(Errno::ENOTDIR),
                _ => {}
            }
            s.folder(parent)?.now.remove(name);
            Ok(())
        })
    }

    pub(crate) fn rename(&self, from: (u64, &OsStr), to: (u64, &OsStr)) -> Result<(), Errno> {
        self.change(|s| {
            let number = s.child(from.0, from.1)?;
            if let Some(old) = s.folder(to.0)?.now.get(to.1).copied()
                && s.facts(old)?.folder
            {
                return Err(Errno::EISDIR);
            }
            s.folder(from.0)?.now.remove(from.1);
            s.folder(to.0)?.now.insert(to.1.to_owned(), number);
            Ok(())
        })
    }

    /// Changes mode and length, where they are given.
    pub(crate) fn set(&self, number: u64, mode: Option<u16>, length: Option<u64>) -> Result<Facts, Errno> {
        let set = |s: &mut State| {
            if let Some(mode) = mode {
                s.node(number)?.mode = mode;
            }
            if let Some(length) = length {
                let length = usize::try_from(length).map_err(|_| Errno::EFBIG)?;
                s.file(number)?.resize(length);
            }
            s.facts(number)
        };
        if length.is_some() {
            self.change(set)
        } else {
            self.with(set)
        }
    }

    pub(crate) fn read(&self, number: u64, offset: u64, size: u32) -> Result<Vec<u8>, Errno> {
        self.with(|s| Ok(s.file(number)?.read(offset, size).to_vec()))
    }

    pub(crate) fn write(&self, number: u64, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let offset = usize::try_from(offset).map_err(|_| Errno::EFBIG)?;
        self.change(|s| {
            s.file(number)?.write(offset, bytes);
            Ok(())
        })
    }

    /// Flushes a file's bytes or a folder's names: waits as long as a flush takes, then keeps at one
    /// stroke everything that is written by then.
    pub(crate) fn flush(&self, number: u64) -> Result<(), Errno> {
        std::thread::sleep(self.flush_takes);
        self.with(|s| {
            let counts = match &s.moment {
                Some(Moment::Flushes(_)) => true,
                Some(Moment::FlushesOf(name, _)) => s.is_called(number, name),
                _ => false,
            };
            if counts && let Some(Moment::Flushes(left) | Moment::FlushesOf(_, left)) = &mut s.moment {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    s.cut = true;
                    return Err(Errno::EIO);
                }
            }
            match &mut s.node(number)?.body {
                Body::File(file) => file.flush(),
                Body::Folder(folder) => folder.flushed.clone_from(&folder.now),
            }
            Ok(())
        })
    }
}

fn folder(mode: u16) -> Node {
    Node {
        mode,
        body: Body::Folder(Folder::default()),
    }
}

impl State {
    fn node(&mut self, number: u64) -> Result<&mut Node, Errno> {
        self.nodes.get_mut(&number).ok_or(Errno::ENOENT)
    }

    fn file(&mut self, number: u64) -> Result<&mut File, Errno> {
        match &mut self.node(number)?.body {
            Body::File(file) => Ok(file),
            Body::Folder(_) => Err(Errno::EISDIR),
        }
    }

    fn folder(&mut self, number: u64) -> Result<&mut Folder, Errno> {
        match &mut self.node(number)?.body {
            Body::Folder(folder) => Ok(folder),
            Body::File(_) => Err(Errno::ENOTDIR),
        }
    }

    fn child(&mut self, parent: u64, name: &OsStr) -> Result<u64, Errno> {
        self.folder(parent)?.now.get(name).copied().ok_or(Errno::ENOENT)
    }

    fn facts(&mut self, number: u64) -> Result<Facts, Errno> {
        let node = self.node(number)?;
        let (folder, length) = match &node.body {
            Body::File(file) => (false, file.len()),
            Body::Folder(_) => (true, 0),
        };
        Ok(Facts {
            number,
            folder,
            length,
            mode: node.mode,
        })
    }

    fn is_called(&self, number: u64, name: &str) -> bool {
        self.nodes.values().any(|n| match &n.body {
            Body::Folder(folder) => folder.now.get(OsStr::new(name)) == Some(&number),
            Body::File(_) => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "a";

    fn disk_with_a_file() -> (Disk, u64) {
        let disk = Disk::new(Duration::ZERO);
        let file = disk.make(ROOT, NAME.as_ref(), 0o644, false).unwrap().number;
        (disk, file)
    }

    fn names(disk: &Disk) -> Vec<OsString> {
        disk.list(ROOT)
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn a_name_lasts_only_when_its_folder_was_flushed() {
        let (disk, file) = disk_with_a_file();
        disk.write(file, 0, b"x").unwrap();
        disk.flush(file).unwrap();
        assert!(names(&disk.after_cut(Survival::Flushed)).is_empty());
        disk.flush(ROOT).unwrap();
        assert_eq!(names(&disk.after_cut(Survival::Flushed)), [NAME]);
        disk.rename((ROOT, NAME.as_ref()), (ROOT, "b".as_ref())).unwrap();
        assert_eq!(names(&disk.after_cut(Survival::Flushed)), [NAME]);
        disk.remove(ROOT, "b".as_ref(), false).unwrap();
        let back = disk.after_cut(Survival::Flushed);
        let number = back.find(ROOT, NAME.as_ref()).unwrap().number;
        assert_eq!(back.read(number, 0, 10).unwrap(), b"x");
        disk.flush(ROOT).unwrap();
        assert!(names(&disk.after_cut(Survival::Flushed)).is_empty());
    }

    #[test]
    fn after_the_cut_every_call_is_refused() {
        let (disk, file) = disk_with_a_file();
        disk.cut_at(Moment::Changes(2));
        disk.write(file, 0, b"x").unwrap();
        disk.flush(file).unwrap();
        assert!(!disk.is_cut());
        disk.write(file, 0, b"y").unwrap();
        assert!(disk.is_cut());
        assert!(disk.write(file, 0, b"z").is_err());
        assert!(disk.flush(file).is_err());
        assert!(disk.read(file, 0, 1).is_err());
        assert!(disk.find(ROOT, NAME.as_ref()).is_err());
    }

    #[test]
    fn the_flush_at_which_the_power_goes_keeps_nothing() {
        let (disk, file) = disk_with_a_file();
        let other = disk.make(ROOT, "b".as_ref(), 0o644, false).unwrap().number;
        disk.flush(ROOT).unwrap();
        disk.cut_at(Moment::FlushesOf(NAME, 2));
        disk.write(file, 0, b"1").unwrap();
        disk.flush(file).unwrap();
        disk.write(file, 0, b"2").unwrap();
        disk.flush(other).unwrap();
        assert!(disk.flush(file).is_err());
        assert_eq!(disk.after_cut(Survival::Flushed).read(file, 0, 9).unwrap(), b"1");
    }
}
