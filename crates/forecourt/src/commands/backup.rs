//! `forecourt backup` and `forecourt restore`.

use super::say;
use crate::{
    cli::Cli,
    exit::Exit,
    place::{self, Open},
    progress,
};
use anyhow::{Context as _, bail};
use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use store::Store;

/// The file beside a backup that holds its passphrase.
fn key_file(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

fn passphrase(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the passphrase file {} cannot be read", path.display()))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!(
            "the first line of {} is empty; it must be the passphrase",
            path.display()
        ),
    }
}

/// Draws a passphrase of 256 bits and writes it to a new file that only its owner can read.
fn fresh_passphrase(path: &Path) -> anyhow::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("the system gives no random bytes: {e}"))?;
    let text: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} cannot be made; a backup never overwrites", path.display()))?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    Ok(text)
}

pub(super) fn backup(
    cli: &Cli,
    file: &Path,
    passphrase_file: Option<&Path>,
    without_keys: bool,
) -> anyhow::Result<Exit> {
    let store = place::store(cli, Open::ReadOnly)?;
    if file.exists() {
        bail!("{} exists already; a backup never overwrites", file.display());
    }
    let key = key_file(file);
    let secret = match passphrase_file {
        _ if without_keys => None,
        Some(path) => Some(passphrase(path)?),
        None => Some(fresh_passphrase(&key)?),
    };
    let bar = progress::counter("rows copied");
    let copied = store.backup(file, secret.as_deref(), |rows| bar.set_position(rows));
    bar.finish_and_clear();
    if copied.is_err() && passphrase_file.is_none() && !without_keys {
        // The passphrase of a backup that was not written opens nothing.
        let _ = std::fs::remove_file(&key);
    }
    copied?;
    let keys = if without_keys {
        format!("keep {} apart from it", cli.data.join("keys").display())
    } else if passphrase_file.is_some() {
        "its keys are sealed by your passphrase".to_owned()
    } else {
        format!(
            "its keys are sealed by the passphrase in {}: keep that file elsewhere",
            key.display()
        )
    };
    say(&format!("{} is written; {keys}\n", file.display()))
}

pub(super) fn restore(cli: &Cli, file: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<Exit> {
    let key = key_file(file);
    let secret = match passphrase_file {
        Some(path) => Some(passphrase(path)?),
        None if key.exists() => Some(passphrase(&key)?),
        None => None,
    };
    let options = place::options(cli, Open::Create)?;
    let bar = progress::counter("rows restored and rehashed");
    let restored = Store::restore(file, secret.as_deref(), options, |rows| bar.set_position(rows));
    bar.finish_and_clear();
    let (_, verdict) = restored?;
    if let Some(bad) = verdict.bad.first() {
        eprintln!("the restored store is damaged: {}: {}", bad.place, bad.reason);
        return Ok(Exit::Damaged);
    }
    say(&format!(
        "{} holds {} events, verified whole\n",
        cli.data.display(),
        verdict.events
    ))
}
