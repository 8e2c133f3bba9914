//! Amounts of money: decimal signs, thousands separators, currency marks, full-width digits, 万.

use super::half_width;
use crate::map::Decimal;
use domain::{Currency, Money};

/// Reads an amount in `currency`.
///
/// What could be read in two ways is refused unless the map says which sign is the decimal one:
/// `1.234,56`, `12,34` and `1.234` are ambiguous, `1,234.56`, `1,234` and `1234.5` are not.
pub(crate) fn read(text: &str, decimal: Decimal, currency: Currency) -> Result<Money, String> {
    let text = half_width(text);
    let mut rest = text.trim();
    let mut negative = false;
    // A mark or a sign may come first: "-¥5", "¥-5", "CNY 5".
    for _ in 0..2 {
        if let Some(tail) = rest.strip_prefix(['-', '\u{2212}']) {
            if negative {
                return Err(not_a_number());
            }
            negative = true;
            rest = tail.trim_start();
        }
        rest = strip_mark(rest, currency, true)?;
    }
    rest = rest.strip_prefix('+').unwrap_or(rest);
    rest = strip_mark(rest, currency, false)?;
    let mut scale = 1;
    for (unit, factor) in [
        ("万", 10_000),
        ("萬", 10_000),
        ("亿", 100_000_000),
        ("億", 100_000_000),
    ] {
        if let Some(head) = rest.strip_suffix(unit) {
            (rest, scale) = (head.trim_end(), factor);
        }
    }
    let (whole, part) = split(rest, decimal)?;
    let minor = minor_units(&whole, &part, scale, digits_of(currency))?;
    Ok(Money {
        minor: if negative { -minor } else { minor },
        currency,
    })
}

fn not_a_number() -> String {
    "is no amount such as 1234.56 or 1,234.56".to_owned()
}

/// Takes a currency mark off one end; a mark of another currency is an error.
fn strip_mark(text: &str, currency: Currency, front: bool) -> Result<&str, String> {
    // Longer marks first, so that "HK$" is not read as "$".
    const MARKS: [(&str, &[&str]); 17] = [
        ("HK$", &["HKD"]),
        ("NT$", &["TWD"]),
        ("US$", &["USD"]),
        ("人民币", &["CNY"]),
        ("RMB", &["CNY"]),
        ("港元", &["HKD"]),
        ("港币", &["HKD"]),
        ("美元", &["USD"]),
        ("日元", &["JPY"]),
        ("欧元", &["EUR"]),
        ("$", &["USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MOP"]),
        ("¥", &["CNY", "JPY"]),
        ("\u{ffe5}", &["CNY", "JPY"]),
        ("€", &["EUR"]),
        ("£", &["GBP"]),
        ("元", &["CNY", "HKD", "TWD", "MOP"]),
        ("圆", &["CNY"]),
    ];
    let code = currency.code();
    let take = |mark: &str| {
        if front {
            text.strip_prefix(mark)
        } else {
            text.strip_suffix(mark)
        }
    };
    for (mark, currencies) in MARKS {
        if let Some(rest) = take(mark) {
            if !currencies.contains(&code) {
                return Err(format!("carries {mark:?}, but the currency of the row is {code}"));
            }
            return Ok(rest.trim());
        }
    }
    // Three letters that are not the beginning or end of a longer word.
    let (head, tail) = if front {
        (text.get(..3), text.get(3..4))
    } else {
        let at = text.len().saturating_sub(3);
        (
            text.get(at..),
            at.checked_sub(1).and_then(|before| text.get(before..at)),
        )
    };
    let alphabetic = |t: &str| t.bytes().all(|b| b.is_ascii_alphabetic());
    let letters = head.filter(|t| t.len() == 3 && alphabetic(t) && !tail.is_some_and(alphabetic));
    match letters {
        Some(other) if !other.eq_ignore_ascii_case(code) => Err(format!(
            "carries {other:?}, but the currency of the row is {code}"
        )),
        Some(_) if front => Ok(text[3..].trim()),
        Some(_) => Ok(text[..text.len() - 3].trim()),
        None => Ok(text),
    }
}

/// Splits into digits before and after the decimal sign, checking that groups are groups.
fn split(text: &str, decimal: Decimal) -> Result<(String, String), String> {
    let signs = |sign: char| text.matches(sign).count();
    let comma = match decimal {
        Decimal::Point => false,
        Decimal::Comma => true,
        Decimal::Auto => {
            let after = |sign: char| text.rsplit_once(sign).map_or(0, |(_, tail)| tail.chars().count());
            let comma_last = text.rfind(',') > text.rfind('.');
            let unclear = match (signs('.'), signs(',')) {
                (0, 0) => false,
                (0, 1) => after(',') != 3,
                (1, 0) => after('.') == 3,
                (0, _) => false,
                (_, 0) => signs('.') > 1,
                _ => comma_last,
            };
            if unclear {
                return Err(
                    "can be read in two ways: is the comma or the point the decimal sign? \
                    Write it as 1234.56, or set decimal = \"point\" or \"comma\" in the map"
                        .to_owned(),
                );
            }
            false
        }
    };
    let (sign, group) = if comma { (',', '.') } else { ('.', ',') };
    let (whole, part) = text.split_once(sign).unwrap_or((text, ""));
    if text.ends_with(sign) || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number());
    }
    let grouping =
        |c: char| c == group || matches!(c, ' ' | '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let groups: Vec<&str> = whole.split(grouping).collect();
    let digits = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let first = groups.first().map_or(0, |g| g.len());
    if !digits || (first == 0 && (groups.len() > 1 || part.is_empty())) {
        return Err(not_a_number());
    }
    if groups.len() > 1 && (first > 3 || groups.iter().skip(1).any(|g| g.len() != 3)) {
        return Err("has thousands separators that do not stand before three digits".to_owned());
    }
    Ok((groups.concat(), part.to_owned()))
}

fn minor_units(whole: &str, part: &str, scale: i64, digits: u32) -> Result<i64, String> {
    let too_large = || "is too large".to_owned();
    let part = part.trim_end_matches('0');
    let mut value: i128 = 0;
    for b in whole.bytes().chain(part.bytes()) {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i128::from(b - b'0')))
            .ok_or_else(too_large)?;
    }
    let value = value
        .checked_mul(i128::from(scale) * 10_i128.pow(digits))
        .ok_or_else(too_large)?;
    let places = u32::try_from(part.len()).map_err(|_| too_large())?;
    let divisor = 10_i128.checked_pow(places).ok_or_else(too_large)?;
    if value % divisor != 0 {
        return Err(format!("has more than the {digits} decimals of its currency"));
    }
    i64::try_from(value / divisor).map_err(|_| too_large())
}

/// Returns how many decimals a currency has (ISO 4217, list one).
fn digits_of(currency: Currency) -> u32 {
    match currency.code() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cny(text: &str, decimal: Decimal) -> Result<i64, String> {
        read(text, decimal, Currency::CNY).map(|m| m.minor)
    }

    #[test]
    fn amounts_are_read_with_every_separator_that_is_clear() {
        for (text, minor) in [
            ("1234.56", 123_456),
            ("1,234.56", 123_456),
            ("1,234", 123_400),
            ("1,234,567.8", 123_456_780),
            ("1 234,567.80", 123_456_780),
            ("1\u{a0}234.5", 123_450),
            ("１２３", 12_300),
            ("１，２３４．５６", 123_456),
            ("￥1,234.56元", 123_456),
            ("人民币 12", 1200),
            ("CNY 12.5", 1250),
            ("12.5 cny", 1250),
            ("-¥5", -500),
            ("¥-5", -500),
            ("3.5万元", 3_500_000),
            ("1.2亿", 12_000_000_000),
            (".5", 50),
            ("100.10000", 10_010),
            ("0", 0),
        ] {
            assert_eq!(cny(text, Decimal::Auto), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_needs_the_map() {
        for (text, point, comma) in [
            ("1.234,56", None, Some(123_456)),
            ("12,34", None, Some(1234)),
            ("1.234", None, Some(123_400)),
            ("1,2", None, Some(120)),
            ("1.234.567", None, Some(123_456_700)),
            ("1,234", Some(123_400), None),
            ("1,234.56", Some(123_456), None),
        ] {
            let clear = matches!(text, "1,234" | "1,234.56");
            match cny(text, Decimal::Auto) {
                Ok(minor) => assert!(clear && Some(minor) == point, "{text}"),
                Err(e) => assert!(!clear && e.contains("two ways"), "{text}: {e}"),
            }
            assert_eq!(cny(text, Decimal::Point).ok(), point, "{text} with a point");
            assert_eq!(cny(text, Decimal::Comma).ok(), comma, "{text} with a comma");
        }
    }

    #[test]
    fn what_is_no_amount_is_told() {
        for (text, said) in [
            ("", "is no amount"),
            ("abc", "carries \"abc\""),
            ("abc1", "carries \"abc\""),
            ("abcd1", "is no amount"),
            ("five", "is no amount"),
            ("$", "carries \"$\""),
            ("HK$5", "carries \"HK$\""),
            ("USD 5", "carries \"USD\""),
            ("1,23,456.00", "do not stand before three digits"),
            ("1,,234.00", "do not stand before three digits"),
            ("1234,567.00", "do not stand before three digits"),
            ("1.005", "two ways"),
            ("1.0051", "more than the 2 decimals"),
            ("--5", "is no amount"),
            ("5-", "is no amount"),
            ("1e5", "is no amount"),
            ("5.", "is no amount"),
            ("99999999999999999999", "too large"),
            ("999999999亿亿", "is no amount"),
        ] {
            let e = cny(text, Decimal::Auto).expect_err(text);
            assert!(e.contains(said), "{text}: {e}");
        }
    }

    #[test]
    fn decimals_are_those_of_the_currency() {
        let read = |text: &str, code: &str| {
            read(
                text,
                Decimal::Auto,
                Currency::try_from(code.to_owned()).expect("a code"),
            )
            .map(|m| m.minor)
        };
        assert_eq!(read("1,234", "JPY"), Ok(1234));
        assert!(read("12.5", "JPY").is_err());
        assert_eq!(
            read("1.2345", "KWD").map_err(|e| e.contains("3 decimals")),
            Err(true)
        );
        assert_eq!(read("$1,000.01", "USD"), Ok(100_001));
        assert_eq!(read("HK$ 7", "HKD"), Ok(700));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            for decimal in [Decimal::Auto, Decimal::Point, Decimal::Comma] {
                let _ = cny(&text, decimal);
            }
        }

        #[test]
        fn what_is_written_is_read_back(minor in -1_000_000_000_000_i64..1_000_000_000_000, grouped: bool) {
            let whole = (minor.abs() / 100).to_string();
            let mut text = String::new();
            for (i, c) in whole.chars().enumerate() {
                if grouped && i > 0 && (whole.len() - i) % 3 == 0 {
                    text.push(',');
                }
                text.push(c);
            }
            let text = format!("{}{text}.{:02}", if minor < 0 { "-" } else { "" }, minor.abs() % 100);
            prop_assert_eq!(cny(&text, Decimal::Auto), Ok(minor));
        }
    }
}
