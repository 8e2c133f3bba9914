//! ARCHITECTURE.md must match the tree: every crate stands in its code map, every path it names exists.

use std::collections::BTreeSet;

const HEADING: &str = "## Code map";

/// Names crates missing from the code map of `paper`, and paths in it that are not in the tree.
///
/// `crates` are the names of the folders in `crates/`; `exists` answers for a path from the root. A
/// path is what stands between backticks, begins with a lower-case letter or a point, and holds a
/// slash.
pub(crate) fn mistakes(paper: &str, crates: &[String], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let Some((_, map)) = paper.split_once(HEADING) else {
        return vec![format!("ARCHITECTURE.md has no heading {HEADING:?}")];
    };
    let map = map.split_once("\n## ").map_or(map, |(map, _)| map);
    let mut found: Vec<String> = crates
        .iter()
        .filter(|name| !map.contains(&format!("`crates/{name}`")))
        .map(|name| format!("the code map of ARCHITECTURE.md does not name `crates/{name}`"))
        .collect();
    let named: BTreeSet<&str> = paths(paper).collect();
    found.extend(
        named
            .into_iter()
            .filter(|p| !exists(p))
            .map(|p| format!("ARCHITECTURE.md names `{p}`, which is not there")),
    );
    found
}

/// The paths between backticks, outside of blocks of code.
fn paths(paper: &str) -> impl Iterator<Item = &str> {
    let prose = paper.split("```").step_by(2);
    prose
        .flat_map(|text| text.split('`').skip(1).step_by(2))
        .filter(|quoted| {
            let first = quoted.chars().next().unwrap_or(' ');
            (first.is_ascii_lowercase() || first == '.')
                && quoted.contains('/')
                && quoted
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: &str = "# A\n## Code map\n`crates/domain`: words, in `crates/domain/src/ids.rs`.\n\
        ```\n`no/path`\n```\n## After\n`crates/store` and `ids and/or words` and `A/B`\n";

    #[test]
    fn a_crate_missing_from_the_code_map_is_found() {
        let crates = ["domain".to_owned(), "store".to_owned()];
        assert_eq!(
            mistakes(PAPER, &crates, |_| true),
            ["the code map of ARCHITECTURE.md does not name `crates/store`"]
        );
        assert_eq!(mistakes(PAPER, &crates[..1], |_| true), [""; 0]);
    }

    #[test]
    fn a_path_that_is_gone_is_found() {
        assert_eq!(
            mistakes(PAPER, &[], |p| p != "crates/domain/src/ids.rs"),
            ["ARCHITECTURE.md names `crates/domain/src/ids.rs`, which is not there"]
        );
    }

    #[test]
    fn a_paper_without_a_code_map_is_found() {
        assert_eq!(mistakes("# A\n", &[], |_| true).len(), 1);
    }
}
