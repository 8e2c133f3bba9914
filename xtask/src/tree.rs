//! The files of the project, and a walk over those that are text.

use anyhow::Context as _;
use std::{path::Path, process::Command};

/// Folders that are never part of the project; needed only where git does not say what is.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules"];

/// Returns the project's files, relative to `root`, sorted: what git tracks, or, in a tree without
/// git, all there is.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files(root: &Path) -> anyhow::Result<Vec<String>> {
    let listed = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["ls-files", "-z"])
        .output();
    let mut files = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let text = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
            // A file deleted and not yet committed is listed but not there.
            text.split_terminator('\0')
                .filter(|f| root.join(f).is_file())
                .map(str::to_owned)
                .collect()
        }
        _ => {
            let mut all = Vec::new();
            walk(root, "", &mut all)?;
            all
        }
    };
    files.sort();
    Ok(files)
}

fn walk(root: &Path, below: &str, into: &mut Vec<String>) -> anyhow::Result<()> {
    let folder = root.join(below);
    for entry in folder
        .read_dir()
        .with_context(|| format!("{} cannot be read", folder.display()))?
    {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .context("a file name is not UTF-8")?;
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        if entry.file_type()?.is_file() {
            into.push(path);
        } else if entry.file_type()?.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            walk(root, &path, into)?;
        }
    }
    Ok(())
}

/// Gives `check` the path and text of each file that is text, and gathers what it finds.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn each_text(
    root: &Path,
    files: &[String],
    check: impl Fn(&str, &str) -> Vec<String>,
) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files {
        let bytes = std::fs::read(root.join(file)).with_context(|| format!("{file} cannot be read"))?;
        if let Ok(text) = String::from_utf8(bytes)
            && !text.contains('\0')
        {
            found.extend(check(file, &text));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_all_files_but_built_ones_are_walked_and_texts_are_read() {
        let dir = tempfile::tempdir().unwrap();
        for (path, bytes) in [
            ("a/b.rs", &b"text"[..]),
            ("a/c.bin", b"\0\xff"),
            ("target/d.rs", b"x"),
            ("e.md", b"more"),
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let files = files(dir.path()).unwrap();
        assert_eq!(files, ["a/b.rs", "a/c.bin", "e.md"]);
        let read = each_text(dir.path(), &files, |f, t| vec![format!("{f} {t}")]).unwrap();
        assert_eq!(read, ["a/b.rs text", "e.md more"]);
    }

    #[test]
    fn this_file_is_one_of_the_project() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(files(root).unwrap().contains(&"xtask/src/main.rs".to_owned()));
    }
}
