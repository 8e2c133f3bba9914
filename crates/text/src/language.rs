//! Which language a text is written in, by counting its characters.

use crate::{fold::single_characters, tokens::is_cjk};
use std::{collections::HashSet, sync::LazyLock};

/// The languages in which Forecourt answers, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Chinese in simplified characters.
    SimplifiedChinese,
    /// Chinese in traditional characters.
    TraditionalChinese,
    /// English, or at least a text in plain Latin letters.
    English,
    /// Anything else, and texts with no letters at all.
    Other,
}

impl Language {
    /// Returns the BCP 47 tag: `zh-Hans`, `zh-Hant`, `en`, or `und` for anything else.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::SimplifiedChinese => "zh-Hans",
            Language::TraditionalChinese => "zh-Hant",
            Language::English => "en",
            Language::Other => "und",
        }
    }
}

/// Characters that only a writer of one of the two scripts uses.
struct Scripts {
    traditional: HashSet<char>,
    simplified: HashSet<char>,
}

static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| {
    let changed = |d| {
        single_characters(&d)
            .filter(|(from, to)| from != to)
            .map(|(from, _)| from)
    };
    let traditional: HashSet<char> = changed(hanconv::RawDictionary::TSCharacters).collect();
    let simplified: HashSet<char> = changed(hanconv::RawDictionary::STCharacters).collect();
    // 台, 里, 后 and the like are used in both scripts and say nothing.
    let simplified = simplified
        .difference(&traditional)
        .copied()
        .filter(|c| !"台里后面范干斗谷只几系松丑了才表卜采".contains(*c))
        .collect();
    Scripts {
        traditional,
        simplified,
    }
});

/// Returns the language of `text`, judged by its scripts alone: no dictionary, no grammar.
///
/// A Chinese character weighs as much as five Latin letters (half a word against a word, and Chinese
/// texts quote English ones more than the reverse). Simplified or traditional is decided by
/// the characters that only one of them has; without any the answer is simplified. Kana or hangul
/// beyond a tenth of the ideographs, and letters of other scripts in the majority, make it
/// [`Language::Other`]. French in plain letters is taken for English: scripts cannot tell.
#[must_use]
pub fn language(text: &str) -> Language {
    let (mut han, mut latin, mut other, mut neighbours) = (0usize, 0usize, 0usize, 0usize);
    let (mut simplified, mut traditional) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '\u{3041}'..='\u{30fe}' | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => neighbours += 1,
            _ if is_cjk(c) => {
                han += 1;
                simplified += usize::from(SCRIPTS.simplified.contains(&c));
                traditional += usize::from(SCRIPTS.traditional.contains(&c));
            }
            'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => latin += 1,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    let chinese = han * 5;
    if chinese + latin + other + neighbours == 0 || neighbours * 10 > han + latin {
        Language::Other
    } else if chinese >= latin && chinese >= other {
        if traditional > simplified {
            Language::TraditionalChinese
        } else {
            Language::SimplifiedChinese
        }
    } else if latin > other * 10 {
        Language::English
    } else {
        Language::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_two_chinese_scripts_english_and_the_rest_apart() {
        for (text, tag) in [
            ("我的信用卡被盗刷了，银行不处理", "zh-Hans"),
            ("我的信用卡被盜刷，銀行不處理", "zh-Hant"),
            (
                "手机银行 App 提示 system error，Please try again later，无法转账",
                "zh-Hans",
            ),
            ("不同意", "zh-Hans"),
            ("The bank charged me twice & won't answer.", "en"),
            ("The branch (招商) refused my café refund twice", "en"),
            ("銀行のアプリが使えません", "und"),
            ("Банк не отвечает", "und"),
            ("12345 !!", "und"),
            ("", "und"),
        ] {
            assert_eq!(language(text).tag(), tag, "{text}");
        }
    }
}
