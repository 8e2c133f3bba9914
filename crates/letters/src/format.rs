//! Numbers, times and case numbers as they are printed.

/// A share of a whole in per cent with one decimal; a dash where there is no whole.
pub(crate) fn share(count: usize, of: usize) -> String {
    match percent(count, of) {
        Some(p) => format!("{p:.1}%"),
        None => "—".to_owned(),
    }
}

/// A share of a whole, 0 to 100.
#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
pub(crate) fn percent(count: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| 100.0 * count as f64 / of as f64)
}

/// Minutes after midnight as `09:30`; past midnight it counts on (25:00).
pub(crate) fn clock(minutes: i64) -> String {
    let minutes = minutes.max(0);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The first group of a case number of the shape `FC-XXXX-XXXX-XXXX-X`; of other numbers the first eight
/// characters.
pub(crate) fn short(case: &str) -> String {
    match case.split('-').collect::<Vec<_>>()[..] {
        ["FC", group, _, ..] if !group.is_empty() => group.to_owned(),
        _ => case.chars().take(8).collect(),
    }
}

/// Returns the name of the n-th crew: A to Z, then AA, AB …
#[must_use]
pub fn letter(n: usize) -> String {
    let last = char::from(b'A' + u8::try_from(n % 26).expect("a remainder below 26 fits"));
    match n / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_people_write_them() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(0, 0), "—");
        assert_eq!(clock(545), "09:05");
        assert_eq!(clock(-3), "00:00");
        assert_eq!(short("FC-7K3M-29QD-8ZTA-4"), "7K3M");
        assert_eq!(short("2024000123456"), "20240001");
        assert_eq!(short(""), "");
        assert_eq!(
            [letter(0), letter(25), letter(26), letter(702)],
            ["A", "Z", "AA", "AAA"]
        );
    }
}
