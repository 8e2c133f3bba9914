//! The packs of a program: those shipped inside it, or those of a folder.

use crate::{
    calendar::Calendar,
    pack::Pack,
    parse::References,
    read::{PackError, Problem},
    source::Sources,
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

/// All packs, with the sources and calendars that they refer to.
#[derive(Clone, Debug)]
pub struct Packs {
    packs: Vec<Pack>,
    refs: References,
}

impl Packs {
    /// Returns the packs shipped inside the program.
    #[must_use]
    pub fn builtin() -> &'static Packs {
        static BUILTIN: LazyLock<Packs> = LazyLock::new(|| {
            let read = Packs::parse(
                ("packs/sources.toml", include_str!("../../../packs/sources.toml")),
                &[(
                    "packs/calendars/cn.toml",
                    include_str!("../../../packs/calendars/cn.toml"),
                )],
                &[("packs/cn.toml", include_str!("../../../packs/cn.toml"))],
            );
            read.expect("the shipped packs are fixed at build time and a test reads them")
        });
        &BUILTIN
    }

    /// Reads packs from texts, each given with the name of its file.
    ///
    /// # Errors
    /// Every mistake of the sources; when those are whole, of the calendars; then of the packs. What
    /// comes later would only repeat that a name is missing.
    pub fn parse(
        sources: (&str, &str),
        calendars: &[(&str, &str)],
        packs: &[(&str, &str)],
    ) -> Result<Packs, Vec<PackError>> {
        let mut errors = Vec::new();
        let sources = Sources::parse(sources.1, sources.0)?;
        let mut by_id = BTreeMap::new();
        for (file, text) in calendars {
            match Calendar::parse(text, file, &sources) {
                Ok(calendar) => {
                    let id = calendar.id().to_owned();
                    if by_id.insert(id.clone(), Arc::new(calendar)).is_some() {
                        errors.push(duplicate(file, "calendar", id));
                    }
                }
                Err(more) => errors.extend(more),
            }
        }
        let refs = References {
            sources,
            calendars: by_id,
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut read: Vec<Pack> = Vec::new();
        for (file, text) in packs {
            match Pack::parse(text, file, &refs) {
                Ok(pack) if read.iter().any(|p| p.id() == pack.id()) => {
                    errors.push(duplicate(file, "pack", pack.id().to_owned()));
                }
                Ok(pack) => read.push(pack),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() {
            Ok(Packs { packs: read, refs })
        } else {
            Err(errors)
        }
    }

    /// Reads a folder: `sources.toml`, `calendars/*.toml`, and every other `*.toml` as a pack.
    ///
    /// # Errors
    /// As [`Self::parse`], and for files that cannot be read.
    pub fn load_dir(dir: &Path) -> Result<Packs, Vec<PackError>> {
        let mut errors = Vec::new();
        let calendar_files = toml_files(&dir.join("calendars"), &mut errors);
        let mut pack_files = toml_files(dir, &mut errors);
        pack_files.retain(|p| p.file_name().is_some_and(|n| n != "sources.toml"));
        let mut read = |path: PathBuf| match fs::read_to_string(&path) {
            Ok(text) => Some((path.display().to_string(), text)),
            Err(e) => {
                errors.push(unreadable(&path, &e));
                None
            }
        };
        let sources = read(dir.join("sources.toml"));
        let calendars: Vec<_> = calendar_files.into_iter().filter_map(&mut read).collect();
        let packs: Vec<_> = pack_files.into_iter().filter_map(&mut read).collect();
        let Some((file, text)) = sources.filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        Packs::parse((&file, &text), &named(&calendars), &named(&packs))
    }

    /// Returns the pack with this id, such as `cn`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|p| p.id() == id)
    }

    /// Returns every pack.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter()
    }

    /// Returns the sources and calendars that packs refer to.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.refs
    }
}

fn duplicate(file: &str, what: &'static str, id: String) -> PackError {
    let path = "id".to_owned();
    PackError {
        file: file.to_owned(),
        line: None,
        path,
        problem: Problem::Duplicate { what, id },
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> PackError {
    let problem = Problem::Unreadable(error.to_string());
    PackError {
        file: path.display().to_string(),
        line: None,
        path: String::new(),
        problem,
    }
}

fn named(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect()
}

/// Returns the `*.toml` files of a folder, by name.
fn toml_files(dir: &Path, errors: &mut Vec<PackError>) -> Vec<PathBuf> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => {
            errors.push(unreadable(dir, &e));
            return Vec::new();
        }
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|e| e.path()));
    let mut files: Vec<_> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}
