//! Writing results: whole or not at all.

use anyhow::{Context as _, bail};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Says beforehand what would keep `path` from being written, so that no long work is done in vain.
pub(crate) fn writable(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        bail!("{} is a folder; name a file. Nothing was written", path.display());
    }
    let folder = folder(path);
    if path.file_name().is_none() || !folder.is_dir() {
        bail!(
            "{} cannot be written: {} is no folder. Nothing was written",
            path.display(),
            folder.display()
        );
    }
    Ok(())
}

/// True for a device or a pipe, such as /dev/stdout, which is written to directly.
pub(crate) fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| !m.is_file())
}

/// Says whether both paths lead to one file.
pub(crate) fn same(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = folder(path).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        })
    };
    // A device or a pipe takes any number of texts.
    !is_stream(a) && place(a).is_some_and(|a| Some(a) == place(b))
}

/// Writes several files: each is complete beside its place before the first gets its name.
pub(crate) fn write_all(files: &[(&Path, Vec<u8>)]) -> anyhow::Result<()> {
    let mut waiting = Waiting(Vec::new());
    for (path, bytes) in files {
        if is_stream(path) {
            let write = || File::options().write(true).open(path)?.write_all(bytes);
            write().with_context(|| format!("{} cannot be written", path.display()))?;
            continue;
        }
        // A link stays a link: its target is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let mut partial = OsString::from(target.as_os_str());
        partial.push(format!(".{}.part", std::process::id()));
        let partial = PathBuf::from(partial);
        waiting.0.push((partial.clone(), target));
        let write = || -> io::Result<()> {
            let mut file = File::create(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().with_context(|| format!("{} cannot be written; nothing was written", path.display()))?;
    }
    for (partial, target) in &waiting.0 {
        let name = || -> io::Result<()> {
            fs::rename(partial, target)?;
            // The name lies in the folder, which is flushed by itself.
            File::open(folder(target))?.sync_all()
        };
        name().with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// Files that have no name yet; what is left of them goes with this.
struct Waiting(Vec<(PathBuf, PathBuf)>);

impl Drop for Waiting {
    fn drop(&mut self) {
        for (partial, _) in &self.0 {
            // Gone already when it has got its name.
            drop(fs::remove_file(partial));
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
