//! What the lock file may hold: how many packages, which C libraries, what the pure crates reach.

use crate::arrows::Graph;
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};

/// The ceiling of the lock file, our own crates included.
const MOST_PACKAGES: usize = 650;

/// The only place packages may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Libraries that implement TLS or its cryptography: one in the program, so that one has to be patched.
const TLS: &[&str] = &[
    "aws-lc-rs",
    "boring-sys",
    "botan-sys",
    "mbedtls-sys-auto",
    "openssl-sys",
    "ring",
    "rustls-graviola",
    "rustls-rustcrypto",
    "rustls-symcrypt",
    "s2n-tls-sys",
    "wolfssl-sys",
];

/// What `domain` must not reach, through any number of crates: a runtime or a database.
const NOT_BELOW_DOMAIN: &[&str] = &[
    "async-std",
    "diesel",
    "libsqlite3-sys",
    "postgres",
    "rusqlite",
    "smol",
    "sqlx",
    "tokio",
    "tokio-postgres",
];

#[derive(Debug)]
struct Package {
    name: String,
    source: Option<String>,
    uses: Vec<String>,
}

/// The packages of a lock file.
#[derive(Debug)]
pub(crate) struct Packages(Vec<Package>);

impl Packages {
    /// Reads a Cargo.lock.
    ///
    /// # Errors
    /// When the text is not a lock file.
    pub(crate) fn parse(locked: &str) -> anyhow::Result<Packages> {
        let table: toml::Table = locked.parse().context("Cargo.lock")?;
        let text = |p: &toml::Value, key: &str| p.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let packages = table
            .get("package")
            .and_then(toml::Value::as_array)
            .context("no packages")?;
        packages
            .iter()
            .map(|p| {
                let uses = p
                    .get("dependencies")
                    .and_then(toml::Value::as_array)
                    .into_iter()
                    .flatten();
                Ok(Package {
                    name: text(p, "name").context("a package without a name")?,
                    source: text(p, "source"),
                    // "name", or "name version" where the name alone is not clear.
                    uses: uses
                        .filter_map(|u| u.as_str()?.split(' ').next())
                        .map(str::to_owned)
                        .collect(),
                })
            })
            .collect::<anyhow::Result<_>>()
            .map(Packages)
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Package> {
        self.0.iter().filter(move |p| p.name == name)
    }

    /// Names what is wrong with the lock file as a whole.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut found = Vec::new();
        let count = self.0.len();
        if count > MOST_PACKAGES {
            found.push(format!("{count} packages; at most {MOST_PACKAGES} are allowed"));
        }
        let sqlite = self.named("libsqlite3-sys").count();
        if sqlite != 1 {
            found.push(format!(
                "libsqlite3-sys stands {sqlite} times in the lock file; it must be once"
            ));
        }
        let tls: Vec<&str> = self
            .0
            .iter()
            .map(|p| p.name.as_str())
            .filter(|n| TLS.contains(n))
            .collect();
        if tls.len() > 1 {
            found.push(format!("more than one TLS provider: {}", tls.join(", ")));
        }
        for p in &self.0 {
            if p.source.as_deref().is_some_and(|s| s != REGISTRY) {
                found.push(format!("{} does not come from crates.io", p.name));
            }
        }
        found
    }

    /// Names the forbidden crates that `domain` reaches, each with the way to it.
    pub(crate) fn reached(&self, graph: &Graph) -> Vec<String> {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for p in &self.0 {
            uses.entry(&p.name)
                .or_default()
                .extend(p.uses.iter().map(String::as_str));
        }
        let mut came_from: BTreeMap<&str, &str> = graph.used_by("domain").map(|u| (u, "domain")).collect();
        let mut open: Vec<&str> = came_from.keys().copied().collect();
        while let Some(name) = open.pop() {
            for used in uses.get(name).into_iter().flatten() {
                if !came_from.contains_key(used) {
                    came_from.insert(used, name);
                    open.push(used);
                }
            }
        }
        let way = |name: &'static str| {
            let mut way = vec![name];
            let mut at = name;
            while let Some(before) = came_from.get(at) {
                way.insert(0, before);
                at = before;
            }
            way.join(" → ")
        };
        NOT_BELOW_DOMAIN
            .iter()
            .filter(|n| came_from.contains_key(*n))
            .map(|n| way(n))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, uses: &[&str]) -> String {
        format!("[[package]]\nname = {name:?}\nversion = \"1.0.0\"\ndependencies = {uses:?}\n")
    }

    fn lock(extra: &str) -> Packages {
        Packages::parse(&format!("version = 4\n{}{extra}", package("libsqlite3-sys", &[]))).unwrap()
    }

    fn domain_using(name: &str) -> Graph {
        Graph::parse(&format!(
            r#"{{"packages":[{{"name":"domain","dependencies":[{{"name":{name:?},"kind":null}}]}}]}}"#
        ))
        .unwrap()
    }

    #[test]
    fn a_good_lock_file_passes() {
        assert!(lock(&package("ring", &[])).mistakes().is_empty());
    }

    #[test]
    fn too_many_packages_are_found() {
        let more: String = (1..MOST_PACKAGES)
            .map(|n| package(&format!("p{n}"), &[]))
            .collect();
        assert!(lock(&more).mistakes().is_empty());
        let one_more = format!("{more}{}", package("straw", &[]));
        assert_eq!(
            lock(&one_more).mistakes(),
            ["651 packages; at most 650 are allowed"]
        );
    }

    #[test]
    fn a_second_sqlite_and_none_are_found() {
        assert_eq!(lock(&package("libsqlite3-sys", &[])).mistakes().len(), 1);
        assert_eq!(
            Packages::parse(&package("serde", &[])).unwrap().mistakes().len(),
            1
        );
    }

    #[test]
    fn a_second_tls_provider_is_found() {
        let two = format!("{}{}", package("ring", &[]), package("openssl-sys", &[]));
        assert_eq!(
            lock(&two).mistakes(),
            ["more than one TLS provider: ring, openssl-sys"]
        );
    }

    #[test]
    fn a_package_from_elsewhere_is_found() {
        let from_git =
            "[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"git+https://example.org/x\"\n";
        assert_eq!(lock(from_git).mistakes(), ["x does not come from crates.io"]);
    }

    #[test]
    fn a_runtime_below_domain_is_found_with_the_way_to_it() {
        let packages = lock(&format!(
            "{}{}",
            package("handy", &["tokio 1.0.0"]),
            package("tokio", &[])
        ));
        assert_eq!(
            packages.reached(&domain_using("handy")),
            ["domain → handy → tokio"]
        );
        assert!(packages.reached(&domain_using("serde")).is_empty());
    }
}
