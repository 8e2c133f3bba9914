//! Who may use whom: the rooms of the workspace and the arrows between them.

use anyhow::Context as _;
use serde_json::Value;

/// For each crate, those of ours that it may use; ARCHITECTURE.md has the reasons.
///
/// Dependencies of tests are free, so that a test may play through several rooms.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("text", &[]),
    ("planner", &[]),
    ("roads", &[]),
    ("testkit", &[]),
    ("powercut", &[]),
    ("xtask", &[]),
    ("planfile", &["planner"]),
    ("rules", &["domain"]),
    ("intake", &["domain"]),
    ("sample", &["domain"]),
    ("screening", &["domain", "text"]),
    ("store", &["domain", "text"]),
    ("letters", &["domain", "rules"]),
    (
        "app",
        &[
            "domain",
            "intake",
            "letters",
            "planfile",
            "planner",
            "rules",
            "sample",
            "screening",
            "store",
            "text",
        ],
    ),
    ("web", &["app", "domain", "letters", "rules", "store", "text"]),
    (
        "forecourt",
        &[
            "app",
            "web",
            "domain",
            "intake",
            "letters",
            "planfile",
            "planner",
            "roads",
            "rules",
            "sample",
            "screening",
            "store",
            "text",
        ],
    ),
    (
        "bench",
        &[
            "app",
            "web",
            "domain",
            "intake",
            "letters",
            "planner",
            "rules",
            "sample",
            "screening",
            "store",
            "testkit",
            "text",
        ],
    ),
];

/// Crates that stay free of everything but these crates of others.
const PURE: &[(&str, &[&str])] = &[
    ("domain", &["serde", "thiserror"]),
    ("planner", &["serde", "thiserror"]),
];

/// One dependency that goes into the program (tests' dependencies are left out).
#[derive(Debug)]
struct Arrow {
    from: String,
    to: String,
    ours: bool,
}

/// The workspace's members and what they use.
#[derive(Debug)]
pub(crate) struct Graph {
    members: Vec<String>,
    arrows: Vec<Arrow>,
}

impl Graph {
    /// Reads the output of `cargo metadata --no-deps`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub(crate) fn parse(metadata: &str) -> anyhow::Result<Graph> {
        let metadata: Value = serde_json::from_str(metadata).context("cargo metadata")?;
        let mut graph = Graph {
            members: Vec::new(),
            arrows: Vec::new(),
        };
        for package in list(&metadata, "packages")? {
            let from = name(package)?;
            for dependency in list(package, "dependencies")? {
                if dependency["kind"] != "dev" {
                    graph.arrows.push(Arrow {
                        from: from.clone(),
                        to: name(dependency)?,
                        ours: dependency["path"].is_string(),
                    });
                }
            }
            graph.members.push(from);
        }
        Ok(graph)
    }

    /// Names the crates that a crate's program is built from directly.
    pub(crate) fn used_by<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a str> {
        self.arrows
            .iter()
            .filter(move |a| a.from == from)
            .map(|a| a.to.as_str())
    }

    /// Names every arrow inside the workspace that the table does not allow.
    pub(crate) fn wrong_arrows(&self) -> Vec<String> {
        let mut found: Vec<String> = self
            .members
            .iter()
            .filter(|m| room(m).is_none())
            .map(|m| format!("{m}: a room without a row in xtask/src/arrows.rs; say what it may use"))
            .collect();
        for a in self.arrows.iter().filter(|a| a.ours) {
            if room(&a.from).is_some_and(|allowed| !allowed.contains(&a.to.as_str())) {
                found.push(format!("{} may not use {}", a.from, a.to));
            }
        }
        found
    }

    /// Names what the pure crates use beyond their short lists.
    pub(crate) fn strangers(&self) -> Vec<String> {
        let pure = |a: &&Arrow| {
            PURE.iter()
                .any(|(name, allowed)| *name == a.from && !allowed.contains(&a.to.as_str()))
        };
        self.arrows
            .iter()
            .filter(pure)
            .map(|a| {
                format!(
                    "{} gained {}; it must stay free of I/O, clock and randomness",
                    a.from, a.to
                )
            })
            .collect()
    }
}

fn room(name: &str) -> Option<&'static [&'static str]> {
    ROOMS
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, allowed)| *allowed)
}

fn list<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a Vec<Value>> {
    value[key]
        .as_array()
        .with_context(|| format!("cargo metadata has no {key}"))
}

fn name(value: &Value) -> anyhow::Result<String> {
    Ok(value["name"]
        .as_str()
        .context("cargo metadata has a package without a name")?
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn graph(from: &str, to: &str, kind: Option<&str>, path: Option<&str>) -> Graph {
        let dependency = json!({ "name": to, "kind": kind, "path": path });
        let metadata = json!({ "packages": [{ "name": from, "dependencies": [dependency] }] });
        Graph::parse(&metadata.to_string()).unwrap()
    }

    #[test]
    fn an_arrow_upward_is_found_in_programs_and_build_scripts() {
        for kind in [None, Some("build")] {
            let found = graph("store", "app", kind, Some("crates/app")).wrong_arrows();
            assert_eq!(found, ["store may not use app"]);
        }
    }

    #[test]
    fn powercut_is_for_tests_only() {
        for from in ["store", "bench", "forecourt"] {
            assert_eq!(graph(from, "powercut", None, Some("p")).wrong_arrows().len(), 1);
        }
        assert!(
            graph("store", "powercut", Some("dev"), Some("p"))
                .wrong_arrows()
                .is_empty()
        );
    }

    #[test]
    fn testkit_is_for_tests_and_the_bench_only() {
        assert_eq!(
            graph("store", "testkit", None, Some("p")).wrong_arrows(),
            ["store may not use testkit"]
        );
        assert!(
            graph("store", "testkit", Some("dev"), Some("p"))
                .wrong_arrows()
                .is_empty()
        );
        assert!(
            graph("bench", "testkit", None, Some("p"))
                .wrong_arrows()
                .is_empty()
        );
    }

    #[test]
    fn a_room_without_a_row_is_found() {
        assert_eq!(graph("cellar", "serde", None, None).wrong_arrows().len(), 1);
    }

    #[test]
    fn domain_and_planner_gain_nothing_unseen() {
        for from in ["domain", "planner"] {
            assert!(graph(from, "serde", None, None).strangers().is_empty());
            assert!(graph(from, "insta", Some("dev"), None).strangers().is_empty());
            assert_eq!(graph(from, "jiff", None, None).strangers().len(), 1);
            assert_eq!(graph(from, "cc", Some("build"), None).strangers().len(), 1);
        }
        assert!(graph("rules", "jiff", None, None).strangers().is_empty());
    }

    #[test]
    fn the_table_has_no_circle_and_names_only_rooms() {
        let mut placed: Vec<&str> = Vec::new();
        for (name, uses) in ROOMS {
            for used in *uses {
                assert!(
                    placed.contains(used),
                    "{name} uses {used}, which does not stand above it"
                );
            }
            placed.push(name);
        }
    }
}
