//! From the text of one cell to a value: dates, amounts, degrees.

use std::borrow::Cow;

pub(crate) mod amount;
pub(crate) mod date;

/// Returns `text` with full-width digits, letters and signs (U+FF01 to U+FF5E) and the ideographic
/// space as their ASCII twins, as they are typed on Chinese keyboards.
pub(crate) fn half_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let twin = |c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(twin).collect())
}

/// Reads degrees as a decimal number within ±`limit`.
pub(crate) fn degrees(text: &str, limit: f64) -> Result<f64, String> {
    let text = half_width(text);
    match text.trim().parse::<f64>() {
        Ok(v) if v.is_finite() && v.abs() <= limit => Ok(v),
        Ok(_) => Err(format!("is not between -{limit} and {limit} degrees")),
        Err(_) => Err("is no decimal number of degrees, such as 31.2304".to_owned()),
    }
}

/// Says whether a text is a long number that a spreadsheet has shortened, such as `4.40106E+17`.
pub(crate) fn is_shortened_number(text: &str) -> bool {
    let Some((head, tail)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = head.split_once('.').unwrap_or((head, "0"));
    digits(whole) && digits(part) && whole.len() == 1 && tail.strip_prefix('+').is_some_and(digits)
}
