//! The packs of a program: those shipped inside it, or those of a folder.

use crate::{
    calendar::Calendar,
    pack::Pack,
    parse::References,
    read::{PackError, Problem},
    source::Sources,
};
use std::{
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

/// A file by name and text.
type Named<'a> = (&'a str, &'a str);

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
    /// Every mistake of the registers; when those are whole, every mistake of the packs.
    pub fn parse(
        sources: Named<'_>,
        calendars: &[Named<'_>],
        packs: &[Named<'_>],
    ) -> Result<Packs, Vec<PackError>> {
        let mut errors = Vec::new();
        let mut refs = References::default();
        match Sources::parse(sources.1, sources.0) {
            Ok(sources) => refs.sources = sources,
            Err(more) => errors.extend(more),
        }
        for (file, text) in calendars {
            match Calendar::parse(text, file) {
                Ok(calendar) => {
                    let id = calendar.id().to_owned();
                    if refs.calendars.insert(id.clone(), Arc::new(calendar)).is_some() {
                        errors.push(duplicate(file, "calendar", id));
                    }
                }
                Err(more) => errors.extend(more),
            }
        }
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
        let mut load = |paths: Vec<PathBuf>| -> Vec<(String, String)> {
            let read = paths.into_iter().map(|path| {
                let name = path.display().to_string();
                fs::read_to_string(&path)
                    .map(|text| (name, text))
                    .map_err(|e| unreadable(&path, &e))
            });
            read.filter_map(|r| r.map_err(|e| errors.push(e)).ok()).collect()
        };
        let mut sources = load(vec![dir.join("sources.toml")]);
        let calendar_files = toml_files(&dir.join("calendars"));
        let pack_files = toml_files(dir);
        let calendars = load(calendar_files.as_ref().map_or_else(|_| Vec::new(), Clone::clone));
        let is_pack = |p: &PathBuf| p.file_name().is_some_and(|n| n != "sources.toml");
        let packs = load(
            pack_files
                .iter()
                .flatten()
                .filter(|p| is_pack(p))
                .cloned()
                .collect(),
        );
        errors.extend(calendar_files.err());
        errors.extend(pack_files.err());
        let Some(sources) = sources.pop().filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        let named = |list: &'_ [(String, String)]| -> Vec<(String, String)> { list.to_vec() };
        let (calendars, packs) = (named(&calendars), named(&packs));
        let calendars: Vec<Named<'_>> = calendars.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let packs: Vec<Named<'_>> = packs.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        Packs::parse((&sources.0, &sources.1), &calendars, &packs)
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

/// Returns the `*.toml` files of a folder, by name.
fn toml_files(dir: &Path) -> Result<Vec<PathBuf>, PackError> {
    let entries = fs::read_dir(dir).map_err(|e| unreadable(dir, &e))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    Ok(files)
}
