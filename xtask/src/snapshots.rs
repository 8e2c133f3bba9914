//! Snapshots that no test reads any more: what they show is no longer proven by anything.

use std::{collections::BTreeSet, path::Path};

/// Names the snapshot files among `files` that are not in `read`, the paths that insta wrote down.
pub(crate) fn unread(root: &Path, files: &[String], read: &str) -> Vec<String> {
    // The tests write paths by way of their own folder: crates/x/tests/../tests/snapshots/….
    let real = |p: &Path| p.canonicalize().unwrap_or_else(|_| p.to_owned());
    let read: BTreeSet<_> = read.lines().map(|line| real(Path::new(line))).collect();
    files
        .iter()
        .filter(|f| f.ends_with(".snap") && !read.contains(&real(&root.join(f))))
        .map(|f| format!("{f}: no test read it; delete it or find the test that was lost"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_no_test_read_is_found() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("s")).unwrap();
        let files = ["s/a.snap", "s/b.snap", "s/c.rs"].map(str::to_owned);
        for file in &files {
            std::fs::write(dir.path().join(file), "").unwrap();
        }
        let read = format!("{0}/s/../s/a.snap\n{0}/s/a.snap\n", dir.path().display());
        let found = unread(dir.path(), &files, &read);
        assert_eq!(
            found,
            ["s/b.snap: no test read it; delete it or find the test that was lost"]
        );
    }
}
