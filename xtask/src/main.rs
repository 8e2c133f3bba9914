//! Checks of the project on itself: `cargo xtask check`, `cargo xtask snapshots FILE`.
//!
//! Each check is a pure function from text to the list of what it found, so that its tests can show
//! that it fails. This file alone runs programs and reads the tree.

mod arrows;
mod lock;
mod map;
mod snapshots;
mod tree;
mod words;

use anyhow::{Context as _, bail};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const USAGE: &str = "cargo xtask check            arrows between crates, lock file, words, code map
cargo xtask snapshots FILE   fails on snapshots that no test read; FILE is what insta wrote to
                             $INSTA_SNAPSHOT_REFERENCES_FILE while all tests ran";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let found = match args[..] {
        ["check"] => check(),
        ["snapshots", file] => unread_snapshots(Path::new(file)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match found {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("xtask: {e:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs every check and returns how many findings were printed.
fn check() -> anyhow::Result<usize> {
    let root = root();
    let metadata = metadata(&root)?;
    let locked = std::fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let paper =
        std::fs::read_to_string(root.join("ARCHITECTURE.md")).context("ARCHITECTURE.md cannot be read")?;
    let files = tree::files(&root)?;
    let graph = arrows::Graph::parse(&metadata)?;
    let packages = lock::Packages::parse(&locked)?;

    let mut total = 0;
    total += tell("arrows between crates", &graph.wrong_arrows())?;
    total += tell("dependencies of domain and planner", &graph.strangers())?;
    total += tell("what domain can reach", &packages.reached(&graph))?;
    total += tell("lock file", &packages.mistakes())?;
    total += tell("words", &tree::each_text(&root, &files, words::forbidden)?)?;
    total += tell(
        "length of source files",
        &tree::each_text(&root, &files, words::too_long)?,
    )?;
    total += tell(
        "code map",
        &map::mistakes(&paper, &crates(&files), |p| root.join(p).exists()),
    )?;
    Ok(total)
}

fn unread_snapshots(references: &Path) -> anyhow::Result<usize> {
    let root = root();
    let read = std::fs::read_to_string(references)
        .with_context(|| format!("{} cannot be read; no test wrote it", references.display()))?;
    let files = tree::files(&root)?;
    tell("snapshots", &snapshots::unread(&root, &files, &read))
}

/// Prints one line for a check that holds, or all that it found.
fn tell(name: &str, found: &[String]) -> anyhow::Result<usize> {
    let mut out = std::io::stdout().lock();
    if found.is_empty() {
        writeln!(out, "ok    {name}")?;
    } else {
        writeln!(out, "WRONG {name}")?;
        for f in found {
            writeln!(out, "        {f}")?;
        }
    }
    Ok(found.len())
}

/// The root of the workspace, as it was when this program was built.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn metadata(root: &Path) -> anyhow::Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--locked",
            "--format-version",
            "1",
        ])
        .current_dir(root)
        .output()
        .context("cargo cannot be run")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The folders below `crates/` that hold a manifest.
fn crates(files: &[String]) -> Vec<String> {
    let mut names: Vec<String> = files
        .iter()
        .filter_map(|f| f.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"))
        .filter(|name| !name.contains('/'))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}
