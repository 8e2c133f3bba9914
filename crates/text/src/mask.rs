//! What a list may show of a name or a telephone number.

use crate::{fold::fold, tokens::is_cjk};

/// Chinese surnames of two characters that are met today, simplified.
const COMPOUND_SURNAMES: [&str; 44] = [
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "尉迟", "公孙",
    "慕容", "令狐", "宇文", "长孙", "皇甫", "轩辕", "端木", "百里", "呼延", "申屠", "太史", "公冶", "濮阳",
    "钟离", "淳于", "单于", "澹台", "赫连", "拓跋", "鲜于", "司空", "第五", "西门", "东郭", "南门", "闾丘",
    "梁丘", "左丘", "公羊", "谷梁", "完颜",
];

/// The most stars shown for Chinese given names: the length of a long name would tell who it is.
const MOST_STARS: usize = 3;

/// Returns the name with all but the surname hidden: 张三 → 张*, 欧阳娜娜 → 欧阳**, John Smith → J*** S***.
///
/// At least one character is always hidden (a name of one character becomes `*`), an English word
/// keeps its first letter and gets three stars whatever its length. White space is tidied; an empty
/// name stays empty. Traditional compound surnames (歐陽) count too.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(mask_word).collect();
    words.join(" ")
}

fn mask_word(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    if !chars.iter().any(|&c| is_cjk(c)) {
        return match chars.first() {
            Some(&c) if c.is_alphabetic() && chars.len() > 1 => format!("{c}***"),
            Some(_) => "***".to_owned(),
            None => String::new(),
        };
    }
    let family = surname_length(&chars);
    let shown: String = chars[..family].iter().collect();
    shown + &"*".repeat((chars.len() - family).clamp(1, MOST_STARS))
}

/// Returns how many leading characters are the surname, always leaving one to hide.
fn surname_length(chars: &[char]) -> usize {
    let first_two: String = chars.iter().take(2).map(|&c| fold(c)).collect();
    match chars.len() {
        0 | 1 => 0,
        2 => 1,
        _ if COMPOUND_SURNAMES
            .iter()
            .any(|s| s.chars().map(fold).eq(first_two.chars())) =>
        {
            2
        }
        _ => 1,
    }
}

/// Returns the telephone number with its middle hidden: 13812345678 → 138****5678.
///
/// Separators and a leading `+` with its digits are counted as digits of the number; of eleven or
/// more digits the first three and the last four stay, of seven to ten the last four, of fewer none.
/// A text without digits gives `****`, because nobody knows what it is; an empty one stays empty.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    if phone.trim().is_empty() {
        return String::new();
    }
    let digits: Vec<char> = crate::normalise(phone)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    // The mainland's country code says nothing about the person and would hide the operator's digits.
    let digits = match digits.as_slice() {
        ['0', '0', '8', '6', rest @ ..] | ['8', '6', rest @ ..] if rest.len() == 11 => rest,
        all => all,
    };
    let part = |d: &[char]| d.iter().collect::<String>();
    match digits.len() {
        11.. => part(&digits[..3]) + "****" + &part(&digits[digits.len() - 4..]),
        7..=10 => "****".to_owned() + &part(&digits[digits.len() - 4..]),
        _ => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_the_surname() {
        for (name, masked) in [
            ("张三", "张*"),
            ("张三丰", "张**"),
            ("欧阳娜娜", "欧阳**"),
            ("歐陽娜娜", "歐陽**"),
            ("欧阳", "欧*"),
            ("張", "*"),
            ("John Smith", "J*** S***"),
            ("  John   F.  Smith ", "J*** F*** S***"),
            ("阿卜杜拉·买买提", "阿***"),
            ("X", "***"),
            ("", ""),
        ] {
            assert_eq!(mask_name(name), masked, "{name:?}");
        }
    }

    #[test]
    fn telephone_numbers_keep_the_ends() {
        for (phone, masked) in [
            ("13812345678", "138****5678"),
            ("+86 138-1234-5678", "138****5678"),
            ("１３８１２３４５６７８", "138****5678"),
            ("010-6655443", "****5443"),
            ("95588", "****"),
            ("unknown", "****"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(phone), masked, "{phone:?}");
        }
    }

    proptest! {
        #[test]
        fn a_chinese_name_never_comes_back_whole(name in "[一-龥]{1,8}") {
            let masked = mask_name(&name);
            prop_assert!(masked.contains('*') && masked.chars().count() <= 5);
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = (mask_name(&text), mask_phone(&text), crate::language(&text));
        }
    }
}
