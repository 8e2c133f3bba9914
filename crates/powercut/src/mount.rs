//! The disk as a mounted file system.

use crate::{
    Disk,
    disk::{Facts, ROOT},
};
use fuser::{
    AccessFlags, BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request,
    TimeOrNow, WriteFlags,
};
use std::{
    ffi::OsStr,
    io,
    path::Path,
    time::{Duration, SystemTime},
};

/// A disk while it is mounted; it is unmounted at the latest when this is dropped.
#[derive(Debug)]
pub struct Mounted(BackgroundSession);

impl Disk {
    /// Mounts the disk on the empty folder `at`.
    ///
    /// # Errors
    /// When the system has no FUSE, or does not let this user mount.
    pub fn mount(&self, at: &Path) -> io::Result<Mounted> {
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("powercut".into()), MountOption::NoAtime];
        // Flushes wait; others must be able to write meanwhile.
        config.n_threads = Some(4);
        fuser::spawn_mount(Served(self.clone()), at, &config).map(Mounted)
    }
}

impl Mounted {
    /// Unmounts the disk, so that nothing of it is left in the system's caches.
    ///
    /// # Errors
    /// When a process still uses it.
    pub fn unmount(self) -> io::Result<()> {
        self.0.umount_and_join()
    }
}

/// A type of our own, since `Filesystem` is public and the disk's face to the kernel is not.
struct Served(Disk);

/// How long the kernel may believe an answer: only the kernel changes this disk.
const BELIEVED: Duration = Duration::from_secs(3600);
const NO_HANDLE: FileHandle = FileHandle(0);

fn attributes(facts: Facts, request: &Request) -> FileAttr {
    FileAttr {
        ino: INodeNo(facts.number),
        size: facts.length,
        blocks: facts.length.div_ceil(512),
        atime: SystemTime::UNIX_EPOCH,
        mtime: SystemTime::UNIX_EPOCH,
        ctime: SystemTime::UNIX_EPOCH,
        crtime: SystemTime::UNIX_EPOCH,
        kind: kind(facts),
        perm: facts.mode,
        nlink: 1,
        uid: request.uid(),
        gid: request.gid(),
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn kind(facts: Facts) -> FileType {
    if facts.folder {
        FileType::Directory
    } else {
        FileType::RegularFile
    }
}

/// The permission bits of a mode.
fn bits(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).unwrap_or(0)
}

fn entry(answer: Result<Facts, Errno>, request: &Request, reply: ReplyEntry) {
    match answer {
        Ok(facts) => reply.entry(&BELIEVED, &attributes(facts, request), Generation(0)),
        Err(e) => reply.error(e),
    }
}

fn attr(answer: Result<Facts, Errno>, request: &Request, reply: ReplyAttr) {
    match answer {
        Ok(facts) => reply.attr(&BELIEVED, &attributes(facts, request)),
        Err(e) => reply.error(e),
    }
}

fn empty(answer: Result<(), Errno>, reply: ReplyEmpty) {
    match answer {
        Ok(()) => reply.ok(),
        Err(e) => reply.error(e),
    }
}

impl Filesystem for Served {
    fn lookup(&self, req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        entry(self.0.find(parent.0, name), req, reply);
    }

    fn getattr(&self, req: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        attr(self.0.facts(ino.0), req, reply);
    }

    fn setattr(
        &self,
        req: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        attr(self.0.set(ino.0, mode.map(bits), size), req, reply);
    }

    fn mkdir(&self, req: &Request, parent: INodeNo, name: &OsStr, mode: u32, umask: u32, reply: ReplyEntry) {
        entry(self.0.make(parent.0, name, bits(mode & !umask), true), req, reply);
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(self.0.remove(parent.0, name, false), reply);
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(self.0.remove(parent.0, name, true), reply);
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !flags.is_empty() {
            return reply.error(Errno::EINVAL);
        }
        empty(self.0.rename((parent.0, name), (newparent.0, newname)), reply);
    }

    fn open(&self, _: &Request, ino: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        match self.0.facts(ino.0) {
            Ok(_) => reply.opened(NO_HANDLE, FopenFlags::FOPEN_KEEP_CACHE),
            Err(e) => reply.error(e),
        }
    }

    fn create(
        &self,
        req: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        umask: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        match self.0.make(parent.0, name, bits(mode & !umask), false) {
            Ok(facts) => reply.created(
                &BELIEVED,
                &attributes(facts, req),
                Generation(0),
                NO_HANDLE,
                FopenFlags::FOPEN_KEEP_CACHE,
            ),
            Err(e) => reply.error(e),
        }
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.0.read(ino.0, offset, size) {
            Ok(bytes) => reply.data(&bytes),
            Err(e) => reply.error(e),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.0.write(ino.0, offset, data) {
            // The kernel writes at most 16 MiB at once.
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap_or(u32::MAX)),
            Err(e) => reply.error(e),
        }
    }

    fn flush(&self, _: &Request, ino: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        // Closing a file flushes nothing.
        empty(self.0.facts(ino.0).map(|_| ()), reply);
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(self.0.flush(ino.0), reply);
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        empty(self.0.flush(ino.0), reply);
    }

    fn readdir(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let names = match self.0.list(ino.0) {
            Ok(names) => names,
            Err(e) => return reply.error(e),
        };
        let dots = [".", ".."].map(|dot| (INodeNo(ROOT), FileType::Directory, dot.into()));
        let all = dots.into_iter().chain(
            names
                .into_iter()
                .map(|(name, f)| (INodeNo(f.number), kind(f), name)),
        );
        for (place, (number, kind, name)) in (1u64..).zip(all) {
            if place > offset && reply.add(number, place, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn access(&self, _: &Request, ino: INodeNo, _: AccessFlags, reply: ReplyEmpty) {
        empty(self.0.facts(ino.0).map(|_| ()), reply);
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        const BLOCKS: u64 = 1 << 20;
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, BLOCKS, BLOCKS, 4096, 255, 4096);
    }
}
