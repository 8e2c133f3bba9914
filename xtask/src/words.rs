//! What no file of the project says, and how long a source file may be.

/// Folders of somebody's machine, as the beginning of a path.
const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tm", "p/lead"),
    concat!("/tm", "p/brief"),
];

/// Endings of host names that only one network knows, such as that of a mirror of a registry.
const PRIVATE_HOSTS: &[&str] = &[".internal", ".intranet", ".corp", ".lan"];

/// Phrases about how a text was made rather than what it says. Compared without case, as whole words.
const ABOUT_THE_MAKING: &[&str] = &[
    concat!("anthr", "opic"),
    concat!("cla", "ude"),
    concat!("chat", "gpt"),
    concat!("open", "ai"),
    concat!("as an ", "ai"),
    concat!("ai ", "agent"),
    concat!("ai ", "assistant"),
    concat!("coding ", "agent"),
    concat!("sub", "agent"),
    concat!("sub-", "agent"),
    concat!("helper ", "session"),
    concat!("generated ", "by an ai"),
    concat!("co-authored", "-by"),
];

/// A note of work left over; allowed when it names its issue: `(#12)`.
const LEFT_OVER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// The longest source file, in lines.
const LONGEST: usize = 900;

const SOURCES: &[&str] = &[".rs", ".sql", ".ts", ".js", ".css", ".html", ".sh"];

/// Names each line of `text` that says what no file of the project says.
pub(crate) fn forbidden(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let small = line.to_lowercase();
        let mut note = |what: &str| found.push(format!("{file}:{number}: {what}"));
        if MACHINE_PATHS.iter().any(|p| starts_a_path(line, p)) {
            note("a path of somebody's machine");
        }
        if hosts(&small).any(|h| PRIVATE_HOSTS.iter().any(|end| h.ends_with(end))) {
            note("a host that only one network knows");
        }
        if ABOUT_THE_MAKING.iter().any(|w| words(&small, w).next().is_some()) {
            note("speaks of how it was made; speak of the project");
        }
        if LEFT_OVER
            .iter()
            .any(|w| words(line, w).any(|rest| !names_an_issue(rest)))
        {
            note("work left over without the number of its issue");
        }
    }
    found
}

/// Names `file` when it is a source file that nobody can read in one sitting.
pub(crate) fn too_long(file: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines > LONGEST && SOURCES.iter().any(|s| file.ends_with(s)) {
        return vec![format!("{file}: {lines} lines; at most {LONGEST}")];
    }
    Vec::new()
}

/// Says whether `path` begins a path somewhere in `line`, rather than stands inside a longer one.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '~' | '}'))
    })
}

/// The host names of the addresses in `line`.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    line.split("://")
        .skip(1)
        .filter_map(move |rest| rest.split(|c| !inside(c)).next())
}

/// Finds `word` where no letter or digit touches it; gives what follows each time.
fn words<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(word).filter_map(move |(at, _)| {
        let (before, rest) = (&line[..at], &line[at + word.len()..]);
        let touches = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!before.ends_with(touches) && !rest.starts_with(touches)).then_some(rest)
    })
}

fn names_an_issue(rest: &str) -> bool {
    rest.strip_prefix("(#")
        .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forbidden_word_is_found_with_file_and_line() {
        let phrases = MACHINE_PATHS.iter().chain(ABOUT_THE_MAKING).chain(LEFT_OVER);
        for phrase in phrases {
            for line in [
                format!("see `{phrase} here"),
                format!("{phrase}: x"),
                format!("x = \"{phrase}\""),
            ] {
                let found = forbidden("a.md", &format!("fine\n{line}\n"));
                assert_eq!(found.len(), 1, "{line}");
                assert!(found[0].starts_with("a.md:2: "), "{found:?}");
            }
        }
    }

    #[test]
    fn a_private_host_is_found() {
        for end in PRIVATE_HOSTS {
            assert_eq!(
                forbidden("a.toml", &format!("index = \"sparse+http://mirror{end}:80/x/\"")).len(),
                1
            );
        }
        assert!(forbidden("a.toml", "https://index.crates.io/ http://localhost:80 x.lan").is_empty());
    }

    #[test]
    fn ordinary_words_pass() {
        for line in [
            "the field network/work/plan and https://example.org/work/x",
            "session timed out; an authorised agent; two agents of the bank; ./home/x",
            "clippy.todo = \"warn\"",
            &format!("// {}(#12): say it in the customer's language", LEFT_OVER[0]),
        ] {
            assert_eq!(forbidden("a.md", line), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_source_file_too_long_is_found_and_data_is_not() {
        let long = "x\n".repeat(LONGEST + 1);
        assert_eq!(
            too_long("a.rs", &long),
            [format!("a.rs: 901 lines; at most {LONGEST}")]
        );
        assert!(too_long("a.rs", &long[2..]).is_empty());
        assert!(too_long("a.snap", &long).is_empty());
    }
}
