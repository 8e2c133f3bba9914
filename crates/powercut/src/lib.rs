//! A disk in memory whose power can be cut.
//!
//! Every file has two images: what was written, and what was flushed. After a cut only the flushed one
//! is left, or that and a random part of what was not flushed yet. What counts as flushed is the
//! strictest reading of POSIX: `fsync` and `fdatasync` keep a file's bytes and length, and only `fsync`
//! of a folder keeps the names in it, each folder for itself. A program that survives this disk leans on
//! no file system's kindness.
//!
//! The disk is mounted through FUSE, so that the program under test runs unchanged. Keep that program in
//! a process of its own: a process that serves a file system and also uses it can wait for itself.

#![cfg(target_os = "linux")]

mod dice;
mod disk;
mod mount;
mod node;

pub use dice::Dice;
pub use disk::{Disk, Moment, Survival};
pub use mount::Mounted;
