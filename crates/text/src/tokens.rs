//! Search tokens: overlapping pairs of Chinese characters, and whole words of everything else.

use crate::normal::normalise;
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;

/// The longest word kept, in characters; longer ones (tokens of machines, base64) are cut here, in
/// the text and in the question alike, so that they are still found by their beginning.
pub const MAX_WORD: usize = 40;

/// Says whether a character belongs to a script written without spaces between its words, and is
/// therefore indexed in pairs: Chinese characters, kana, bopomofo, and (for its long compounds) hangul.
#[must_use]
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{3005}' | '\u{3007}'
        | '\u{3041}'..='\u{3096}' | '\u{309d}' | '\u{309e}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3fffd}')
}

/// What the walk over a text finds. Pairs are kept as numbers and words as slices until they are
/// unique: a long text repeats most of them, and a `String` for each occurrence would cost far more.
#[derive(Default)]
struct Found<'a> {
    /// Pairs of neighbours in a run.
    pairs: Vec<u64>,
    /// Characters that stand alone between other things.
    lone: Vec<char>,
    words: Vec<Cow<'a, str>>,
}

impl<'a> Found<'a> {
    fn in_text(normal: &'a str) -> Self {
        let mut found = Found::default();
        let mut chars = normal.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            if is_cjk(c) {
                let mut last = c;
                let mut length = 1;
                while let Some((_, next)) = chars.next_if(|&(_, n)| is_cjk(n)) {
                    found
                        .pairs
                        .push(u64::from(u32::from(last)) << 32 | u64::from(u32::from(next)));
                    last = next;
                    length += 1;
                }
                if length == 1 {
                    found.lone.push(c);
                }
            } else if c.is_alphanumeric() {
                let mut end = start + c.len_utf8();
                let mut plain = true;
                while let Some((at, next)) = chars.next_if(|&(_, n)| continues_word(n)) {
                    plain &= !is_apostrophe(next);
                    end = at + next.len_utf8();
                }
                found.words.push(word(&normal[start..end], plain));
            }
        }
        found.pairs.sort_unstable();
        found.pairs.dedup();
        found.words.sort_unstable();
        found.words.dedup();
        found
    }

    fn into_tokens(self) -> Vec<String> {
        let pair = |p: u64| {
            let half = |n: u64| char::from_u32(n as u32).into_iter();
            half(p >> 32).chain(half(p & 0xffff_ffff)).collect::<String>()
        };
        let mut tokens: Vec<String> = self.words.into_iter().map(Cow::into_owned).collect();
        tokens.extend(self.lone.into_iter().map(String::from));
        tokens.extend(self.pairs.into_iter().map(pair));
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }
}

fn word(raw: &str, plain: bool) -> Cow<'_, str> {
    if plain && raw.len() <= MAX_WORD {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(
            raw.chars()
                .filter(|&c| !is_apostrophe(c))
                .take(MAX_WORD)
                .collect(),
        )
    }
}

fn continues_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || (c.is_alphanumeric() && !is_cjk(c))
        || is_combining_mark(c)
        || is_apostrophe(c)
}

/// Dropped inside a word, so that don't, don’t and dont are one word, and O'Brien is OBrien.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}')
}

/// Returns the search tokens of a text to be indexed, sorted and each once.
///
/// The text is [normalised](normalise); a run of Chinese characters gives every pair of neighbours
/// (银行卡 → 银行, 行卡), a single Chinese character between other things gives itself; letters and
/// digits give whole words of at most [`MAX_WORD`] characters. Nothing else is kept: 1,234.56 gives
/// 1, 234 and 56. There are never more tokens than characters.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    Found::in_text(&normalise(text)).into_tokens()
}

/// Returns the search tokens of a question; a text answers it when it has all of them.
///
/// As [`tokens`], but a lone Chinese character is left out when there is anything else: pairs are
/// indexed, not single characters, so it would hide good answers (第3条 does not occur as 第 in
/// 合同第3条). A question of lone characters only keeps them and finds just the texts in which they
/// stand alone: see [`query_too_short`].
#[must_use]
pub fn query_tokens(text: &str) -> Vec<String> {
    let normal = normalise(text);
    let mut found = Found::in_text(&normal);
    if !(found.pairs.is_empty() && found.words.is_empty()) {
        found.lone.clear();
    }
    found.into_tokens()
}

/// Says that a question has only single Chinese characters, so that its answer is incomplete and the
/// page should ask for one more character.
#[must_use]
pub fn query_too_short(text: &str) -> bool {
    let normal = normalise(text);
    let found = Found::in_text(&normal);
    !found.lone.is_empty() && found.pairs.is_empty() && found.words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_runs_become_pairs_and_words_stay_whole() {
        assert_eq!(
            tokens("我的银行卡ABC-123被盗刷！"),
            ["123", "abc", "的银", "盗刷", "行卡", "被盗", "银行", "我的"].sorted()
        );
        assert_eq!(tokens("第3条"), ["3", "条", "第"]);
        assert_eq!(
            tokens("Don't charge O’Brien, don’t!"),
            ["charge", "dont", "obrien"]
        );
        assert_eq!(tokens(" ，。—— "), Vec::<String>::new());
    }

    trait Sorted {
        fn sorted(self) -> Self;
    }
    impl<const N: usize> Sorted for [&str; N] {
        fn sorted(mut self) -> Self {
            self.sort_unstable();
            self
        }
    }

    #[test]
    fn traditional_and_simplified_have_the_same_tokens() {
        assert_eq!(tokens("銀行擅自扣款，態度惡劣"), tokens("银行擅自扣款，态度恶劣"));
        assert_eq!(tokens("ＡＴＭ吞卡"), tokens("atm吞卡"));
    }

    #[test]
    fn a_lone_character_asks_nothing_beside_other_words() {
        assert_eq!(query_tokens("第3条"), ["3"]);
        assert_eq!(query_tokens("贷 利息"), ["利息"]);
        assert_eq!(query_tokens("贷"), ["贷"]);
        assert!(query_too_short("贷"));
        assert!(!query_too_short("贷款") && !query_too_short("atm") && !query_too_short(" "));
    }

    #[test]
    fn a_machine_word_is_cut_and_still_found() {
        let long = "x".repeat(10_000);
        let t = tokens(&long);
        assert_eq!(t, ["x".repeat(MAX_WORD)]);
        assert_eq!(query_tokens(&long), t);
    }

    proptest! {
        #[test]
        fn sorted_unique_bounded_for_any_text(text in any::<String>()) {
            let t = tokens(&text);
            prop_assert!(t.is_sorted_by(|a, b| a < b), "{t:?}");
            prop_assert!(t.len() <= normalise(&text).chars().count());
            prop_assert!(t.iter().all(|w| !w.is_empty() && w.chars().count() <= MAX_WORD), "{t:?}");
        }

        #[test]
        fn a_part_of_a_chinese_text_is_found_in_it(
            before in "[一-龥a-z，。 ]{0,30}", asked in "[一-龥]{2,6}", after in "[一-龥a-z，。 ]{0,30}",
        ) {
            let all = tokens(&format!("{before}{asked}{after}"));
            for t in query_tokens(&asked) {
                prop_assert!(all.binary_search(&t).is_ok(), "{t} is missing");
            }
        }
    }
}
