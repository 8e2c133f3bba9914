//! Names of files as people may read them. They are never used as a path.

/// The longest name in characters.
const LONGEST: usize = 120;
/// The longest ending.
const LONGEST_ENDING: usize = 10;

/// Characters that change how the rest is read: directions, joiners without a word, marks of order.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Names that some systems take for devices.
fn is_reserved(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = |p: &str| {
        let rest = stem.strip_prefix(p);
        rest.is_some_and(|r| r.len() == 1 && r.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// Returns the ending of a name, without its dot.
pub(super) fn ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let plain = !stem.is_empty() && (1..=LONGEST_ENDING).contains(&ending.len());
    (plain && ending.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(ending)
}

/// Returns a name that is safe to show and to offer for saving: without folders, control and direction
/// characters, device names; shortened in the middle when too long. `None` when nothing is left.
#[must_use]
pub fn clean_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' => '_',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    // A leading dot hides a file, a trailing one hides its ending.
    let plain = plain.trim_matches([' ', '.', '~']);
    if plain.is_empty() {
        return None;
    }
    let (stem, dot_ending) = match ending(plain) {
        Some(ending) => plain.split_at(plain.len() - ending.len() - 1),
        None => (plain, ""),
    };
    let room = LONGEST - dot_ending.chars().count();
    let mut stem = if stem.chars().count() > room {
        stem.chars().take(room - 1).chain(['…']).collect()
    } else {
        stem.to_owned()
    };
    if is_reserved(stem.split('.').next().unwrap_or_default().trim()) {
        stem.insert(0, '_');
    }
    Some(stem + dot_ending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_cleaned() {
        for (given, clean) in [
            ("账单 2026.pdf", Some("账单 2026.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\x\\bill.pdf", Some("bill.pdf")),
            ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
            ("a\r\nContent-Type: text/html.pdf", Some("html.pdf")),
            ("a\r\nb\0.pdf", Some("ab.pdf")),
            ("CON.txt", Some("_CON.txt")),
            ("lpt1", Some("_lpt1")),
            (".htaccess", Some("htaccess")),
            ("bill.pdf. . ", Some("bill.pdf")),
            ("a%00b?.png", Some("a_00b_.png")),
            ("/", None),
            ("..", None),
            ("\u{202e}\u{200b}", None),
        ] {
            assert_eq!(clean_name(given).as_deref(), clean, "{given:?}");
        }
        let long = format!("{}.jpeg", "长".repeat(500));
        let cut = clean_name(&long).unwrap();
        assert_eq!(cut.chars().count(), LONGEST);
        assert!(cut.ends_with("….jpeg"));
    }

    proptest! {
        #[test]
        fn no_name_keeps_what_could_mislead(given in "\\PC{0,200}|.{0,200}") {
            if let Some(name) = clean_name(&given) {
                prop_assert!(!name.is_empty() && name.chars().count() <= LONGEST + 1);
                let bad = name.contains(['/', '\\', '"', '\r', '\n', '\0']) || name.chars().any(is_hidden);
                prop_assert!(!bad);
                prop_assert!(!name.starts_with('.'));
            }
        }
    }
}
