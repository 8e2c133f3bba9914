//! A text as a row of units: what shingles and the lexicon count in.
//!
//! A unit is one Chinese character, or one whole word of letters and digits, of the normalised text
//! (see [`text::normalise`]). Thus five units are five words of English or five characters of Chinese,
//! and one definition serves mixed texts too.

/// Stands for the end of a sentence or clause, so that no phrase is found across it.
pub(crate) const STOP: &str = "|";

/// Calls `each` with every unit of an already normalised text, and with [`STOP`] at punctuation that
/// ends a clause.
pub(crate) fn for_each<'a>(normal: &'a str, mut each: impl FnMut(&'a str)) {
    let mut chars = normal.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        if text::is_cjk(c) {
            each(&normal[start..end]);
        } else if c.is_alphanumeric() {
            while let Some((at, next)) = chars.next_if(|&(_, n)| in_word(n)) {
                end = at + next.len_utf8();
            }
            each(&normal[start..end]);
        } else if matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '。' | '、' | '\n' | '…') {
            each(STOP);
        }
    }
}

fn in_word(c: char) -> bool {
    (c.is_alphanumeric() && !text::is_cjk(c)) || is_apostrophe(c)
}

/// Part of a word, and left out of it: don't is dont.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

/// Returns the text as one line in which every unit stands between single spaces, apostrophes
/// dropped: a phrase laid out the same way is found in it by plain search, and only as whole units.
pub(crate) fn spaced(raw: &str) -> String {
    let normal = text::normalise(raw);
    let mut line = String::with_capacity(normal.len() * 2 + 2);
    line.push(' ');
    for_each(&normal, |unit| {
        line.extend(unit.chars().filter(|&c| !is_apostrophe(c)));
        line.push(' ');
    });
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_words_are_units_and_clauses_are_kept_apart() {
        assert_eq!(
            spaced("我要起訴！打12378，Don't wait"),
            " 我 要 起 诉 | 打 12378 | dont wait "
        );
        assert_eq!(spaced(""), " ");
    }
}
