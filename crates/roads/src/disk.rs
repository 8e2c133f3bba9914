//! Writing a file whole or not at all.

use crate::error::FileError;
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// Writes a file beside its name, flushes it, and gives it the name: a reader sees the old bytes or the new.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut temporary = OsString::from(path.as_os_str());
    temporary.push(format!(".{}.part", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        // The name lies in the folder, which is flushed by itself.
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write()
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .map_err(|source| FileError::Io {
            path: path.to_owned(),
            done: "written",
            source,
        })
}
