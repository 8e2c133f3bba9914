//! One spelling for one text: compatibility forms, case, traditional characters.

use crate::fold::fold;
use unicode_normalization::UnicodeNormalization;

/// Returns `text` in NFKC, lower case, with traditional characters folded to simplified ones.
///
/// Full-width letters and digits become plain ones, so １３８ equals 138. Normalising twice is the
/// same as normalising once. White space and punctuation stay (in their compatibility form).
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.chars().all(is_simple) {
        out.extend(text.chars().map(simple));
    } else {
        // Lower case can undo NFKC (H with a macron below has no capital of its own), hence twice.
        out.extend(text.nfkc().flat_map(char::to_lowercase).nfkc().map(fold));
    }
    out
}

/// Says whether NFKC and lower case of this character need no look at its neighbours, as long as
/// all neighbours are simple too: nearly all Chinese and English complaints take this way, which
/// is several times as fast as the full one.
fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\x7f'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{2013}' | '\u{2014}' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}'
        | '\u{3000}'..='\u{3002}' | '\u{3008}'..='\u{3011}'
        | '\u{ff01}'..='\u{ff5e}')
}

fn simple(c: char) -> char {
    match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = (u32::from(c) - 0xfee0) as u8;
            char::from(plain.to_ascii_lowercase())
        }
        _ => fold(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn joins_width_case_and_script() {
        assert_eq!(normalise("ＡＴＭ吞卡，臺北　分行"), "atm吞卡,台北 分行");
        assert_eq!(normalise("①號帳戶 ﬁne ｶﾞ"), "1号帐户 fine ガ");
    }

    #[test]
    fn simple_characters_agree_with_the_full_way() {
        for c in ('\0'..='\u{ffff}').filter(|&c| is_simple(c)) {
            let full: String = c.nfkc().flat_map(char::to_lowercase).nfkc().map(fold).collect();
            assert_eq!(simple(c).to_string(), full, "U+{:04X}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
