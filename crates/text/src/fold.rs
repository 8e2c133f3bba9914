//! Traditional characters folded to simplified ones, character by character.
//!
//! The table is the `TSCharacters` list of OpenCC (Apache-2.0), kept by the crate `hanconv`. Only
//! its characters are used, not its phrases: a search must find 乾隆 by 干隆 and the other way
//! round, and it does when both sides fold alike.

use std::{collections::HashMap, sync::LazyLock};

/// The block of the flat table: the ideographs of the basic plane, extension A to the end.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Variants that writers of Taiwan and Hong Kong use for a simplified word, and that OpenCC keeps
/// apart because as conversions they would need the context. Folded here, because for search the
/// two spellings are one word.
const VARIANTS: [(char, char); 8] = [
    ('著', '着'), // 看著 = 看着
    ('妳', '你'),
    ('牠', '它'),
    ('祂', '他'),
    ('藉', '借'), // 藉口 = 借口
    ('徵', '征'), // 徵信 = 征信
    ('瞭', '了'), // 瞭解 = 了解
    ('乾', '干'),
];

struct Table {
    /// The folded form of each of `FIRST..=LAST`, or `RARE`; 54 KB, so it stays in the processor's cache.
    basic: Vec<u16>,
    /// Folds from or to an ideograph above the basic plane.
    rare: HashMap<char, char>,
}

/// Marks a basic character whose folded form does not fit in sixteen bits.
const RARE: u16 = 0;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut pairs: HashMap<char, char> = single_characters(&hanconv::RawDictionary::TSCharacters).collect();
    pairs.extend(VARIANTS);
    let mut table = Table {
        basic: (FIRST..=LAST).map(|c| c as u16).collect(),
        rare: HashMap::new(),
    };
    for &from in pairs.keys() {
        let to = last_of_chain(from, &pairs);
        let short = u16::try_from(u32::from(to)).unwrap_or(RARE);
        if let Some(i) = basic_index(from) {
            table.basic[i] = short;
        }
        if short == RARE || basic_index(from).is_none() {
            table.rare.insert(from, to);
        }
    }
    table
});

/// Follows `from` to its end, so that folding twice changes nothing. Chains are one or two long; the
/// bound stops a circle in the data.
fn last_of_chain(from: char, pairs: &HashMap<char, char>) -> char {
    let mut at = from;
    for _ in 0..4 {
        match pairs.get(&at) {
            Some(&next) if next != at => at = next,
            _ => break,
        }
    }
    at
}

fn basic_index(c: char) -> Option<usize> {
    let c = u32::from(c);
    (FIRST..=LAST).contains(&c).then(|| (c - FIRST) as usize)
}

/// Returns the entries of a dictionary that map one character to one (the first alternative).
pub(crate) fn single_characters(
    dictionary: &hanconv::RawDictionary,
) -> impl Iterator<Item = (char, char)> + use<> {
    dictionary.iter().filter_map(|(from, to)| {
        let (mut f, mut t) = (from.chars(), to.chars());
        match (f.next(), f.next(), t.next(), t.next()) {
            (Some(a), None, Some(b), None) => Some((a, b)),
            _ => None,
        }
    })
}

/// Returns the simplified form of a traditional character, and every other character unchanged.
///
/// One character gives one character; folding twice is the same as folding once. The rule is that
/// of search: characters whose simplified forms depend on the context (乾, 著, 徵) are always folded.
#[must_use]
pub fn fold(c: char) -> char {
    let rare = || TABLE.rare.get(&c).copied().unwrap_or(c);
    match basic_index(c) {
        Some(i) if TABLE.basic[i] == RARE => rare(),
        Some(i) => char::from_u32(u32::from(TABLE.basic[i])).unwrap_or(c),
        None if u32::from(c) < FIRST => c,
        None => rare(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn fold_text(text: &str) -> String {
        text.chars().map(fold).collect()
    }

    #[test]
    fn folds_what_customers_of_taiwan_and_hong_kong_write() {
        assert_eq!(
            fold_text("銀行擅自扣款，櫃檯人員態度惡劣"),
            "银行擅自扣款，柜台人员态度恶劣"
        );
        assert_eq!(fold_text("貸款違約金與徵信記錄"), "贷款违约金与征信记录");
        assert_eq!(fold_text("為瞭解情況，請妳看著辦"), "为了解情况，请你看着办");
        assert_eq!(fold_text("臺灣 裏面 裡面"), "台湾 里面 里面");
        assert_eq!(fold('㑮'), '𫝈', "a fold that leaves the basic plane");
    }

    #[test]
    fn leaves_simplified_latin_and_punctuation_alone() {
        let plain = "银行卡被盗刷 3,000 元。Card was charged!";
        assert_eq!(fold_text(plain), plain);
    }

    #[test]
    fn the_table_has_the_size_of_the_list_and_every_target_is_final_and_normal() {
        let mut n = 0;
        for (from, _) in single_characters(&hanconv::RawDictionary::TSCharacters) {
            let to = fold(from);
            assert_eq!(fold(to), to, "{from} → {to} folds on");
            assert!(to.nfkc().eq(std::iter::once(to)), "{from} → {to} is not NFKC");
            n += usize::from(from != to);
        }
        assert!(n > 3_000, "only {n} characters fold: is the list whole?");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(c in any::<char>()) {
            prop_assert_eq!(fold(fold(c)), fold(c));
        }
    }
}
