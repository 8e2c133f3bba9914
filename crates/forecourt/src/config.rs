//! The configuration file: DIR/forecourt.toml. Every key is optional; unknown keys are mistakes.

use anyhow::Context as _;
use app::Authority;
use domain::case::FileLimits;
use rules::Packs;
use screening::{Lexicon, Policy};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The name of the file in the data directory.
pub(crate) const FILE: &str = "forecourt.toml";

/// The configuration as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) store: StoreConfig,
    pub(crate) rules: RulesConfig,
    pub(crate) catalogue: CatalogueConfig,
    pub(crate) server: ServerConfig,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreConfig {
    /// `postgres://…`; absent: the embedded database.
    pub(crate) database: Option<String>,
    /// The anchor file, best on other storage.
    pub(crate) anchor_file: Option<PathBuf>,
    /// Size of the reserve in MiB.
    pub(crate) ballast_mib: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RulesConfig {
    /// Which pack governs.
    pub(crate) pack: Option<String>,
    /// A folder with packs of the bank's own.
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CatalogueConfig {
    /// The screening policy.
    pub(crate) screening: Option<PathBuf>,
    /// The words that screening knows.
    pub(crate) lexicon: Option<PathBuf>,
    /// Limits of authority.
    pub(crate) authority: Option<PathBuf>,
}

/// How `serve` appears.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerConfig {
    /// The address to listen on; 127.0.0.1 when absent.
    pub(crate) listen: Option<std::net::IpAddr>,
    /// The port; --port goes before it.
    pub(crate) port: Option<u16>,
    /// The bank's name, in Chinese and in English.
    pub(crate) bank_name: Option<String>,
    pub(crate) bank_name_en: Option<String>,
    /// The proxy before the server, whose `X-Forwarded-For` is believed.
    pub(crate) proxy: Option<std::net::IpAddr>,
    /// Whether customers may complain on the public form.
    pub(crate) public_form: Option<bool>,
    /// After how many minutes without a request a session ends.
    pub(crate) idle_minutes: Option<u32>,
    /// After how many hours a session ends in any case.
    pub(crate) session_hours: Option<u32>,
    /// The largest file that is attached to a case, in MiB.
    pub(crate) file_mib: Option<u32>,
    /// The most files of one case, withdrawn ones too.
    pub(crate) case_files: Option<u32>,
    /// The most MiB of files of one case.
    pub(crate) case_files_mib: Option<u32>,
}

impl ServerConfig {
    /// Returns how much may be attached to a case.
    pub(crate) fn file_limits(&self) -> FileLimits {
        let shipped = FileLimits::default();
        let mib = |value: Option<u32>, shipped| value.map_or(shipped, |v| u64::from(v) << 20);
        FileLimits {
            file_bytes: mib(self.file_mib, shipped.file_bytes),
            case_files: self.case_files.map_or(shipped.case_files, |n| n as usize),
            case_bytes: mib(self.case_files_mib, shipped.case_bytes),
        }
    }
}

/// The configuration with everything it names loaded.
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) packs: &'static Packs,
    pub(crate) pack: String,
    pub(crate) policy: Policy,
    pub(crate) lexicon: Lexicon,
    pub(crate) authority: Authority,
}

fn file<T>(
    path: Option<&Path>,
    mistakes: &mut Vec<String>,
    shipped: impl FnOnce() -> T,
    parse: impl FnOnce(&str, &str) -> Result<T, String>,
) -> T {
    let Some(path) = path else { return shipped() };
    let name = path.display().to_string();
    let read = std::fs::read_to_string(path).map_err(|e| format!("{name}: cannot be read: {e}"));
    match read.and_then(|text| parse(&text, &name)) {
        Ok(value) => value,
        Err(mistake) => {
            mistakes.push(mistake);
            shipped()
        }
    }
}

/// Reads the configuration at `path` and all that it names.
///
/// # Errors
/// Every mistake found, each naming its file.
pub(crate) fn load(path: &Path) -> Result<Loaded, Vec<String>> {
    let mut mistakes = Vec::new();
    let config: Config = if path.exists() {
        let name = path.display();
        match std::fs::read_to_string(path) {
            Err(e) => return Err(vec![format!("{name}: cannot be read: {e}")]),
            Ok(text) => match toml::from_str(&text) {
                Ok(config) => config,
                Err(e) => return Err(vec![format!("{name}: {e}")]),
            },
        }
    } else {
        Config::default()
    };
    if let Some(url) = &config.store.database
        && !is_postgres(url)
    {
        mistakes.push(format!(
            "{}: store.database must begin with postgres://",
            path.display()
        ));
    }
    let s = &config.server;
    for (name, value, most) in [
        ("idle_minutes", s.idle_minutes, 24 * 60),
        ("session_hours", s.session_hours, 24 * 7),
        // A file is held in memory while it is looked at and sealed.
        ("file_mib", s.file_mib, 100),
        ("case_files", s.case_files, 10_000),
        ("case_files_mib", s.case_files_mib, 100 << 10),
    ] {
        if let Some(v) = value.filter(|v| *v == 0 || *v > most) {
            mistakes.push(format!(
                "{}: server.{name}: {v} is not between 1 and {most}",
                path.display()
            ));
        }
    }
    let files = s.file_limits();
    if files.case_bytes < files.file_bytes {
        mistakes.push(format!(
            "{}: server.case_files_mib: {} MiB for a whole case is less than server.file_mib allows for one file ({} MiB)",
            path.display(),
            files.case_bytes >> 20,
            files.file_bytes >> 20
        ));
    }
    let packs: &'static Packs = match &config.rules.folder {
        None => Packs::builtin(),
        // Loaded once, for the life of the program.
        Some(folder) => match Packs::load_dir(folder) {
            Ok(packs) => Box::leak(Box::new(packs)),
            Err(errors) => {
                mistakes.extend(errors.iter().map(ToString::to_string));
                Packs::builtin()
            }
        },
    };
    let pack = config.rules.pack.clone().unwrap_or_else(|| "cn".to_owned());
    if packs.get(&pack).is_none() {
        let known: Vec<&str> = packs.iter().map(rules::Pack::id).collect();
        mistakes.push(format!(
            "{}: rules.pack: there is no pack {pack:?}; there are: {}",
            path.display(),
            known.join(", ")
        ));
    }
    let c = &config.catalogue;
    let policy = file(c.screening.as_deref(), &mut mistakes, Policy::builtin, |t, f| {
        Policy::parse(t, f).map_err(|e| e.to_string())
    });
    let lexicon = file(c.lexicon.as_deref(), &mut mistakes, Lexicon::builtin, |t, f| {
        Lexicon::parse(t, f).map_err(|e| e.to_string())
    });
    let authority = file(
        c.authority.as_deref(),
        &mut mistakes,
        Authority::builtin,
        |t, f| Authority::parse(t, f).map_err(|e| e.to_string()),
    );
    if mistakes.is_empty() {
        Ok(Loaded {
            config,
            packs,
            pack,
            policy,
            lexicon,
            authority,
        })
    } else {
        Err(mistakes)
    }
}

/// Says whether a text is the address of a PostgreSQL database.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// As [`load`], with all mistakes in one error.
///
/// # Errors
/// As [`load`].
pub(crate) fn require(path: &Path) -> anyhow::Result<Loaded> {
    load(path)
        .map_err(|mistakes| anyhow::anyhow!("{}", mistakes.join("\n")))
        .context("the configuration has mistakes; nothing was changed")
}
