//! Targets such as `≥ 45%` and what was reached, as far as both are numbers.

/// How far a target is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reached {
    /// Whether it is.
    pub(crate) met: bool,
    /// Target and actual value, neither negative, for a bar.
    pub(crate) target: f64,
    pub(crate) actual: f64,
}

/// Reads the first number of a text; full-width digits and signs count too, thousands may have commas.
fn number(text: &str) -> Option<f64> {
    let text = text::normalise(text);
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text[from..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .filter(|c| *c != ',')
        .collect();
    let negative = text[..from].ends_with(['-', '−']);
    let value: f64 = digits.trim_end_matches('.').parse().ok()?;
    (value.is_finite() && value < 1e15).then_some(if negative { -value } else { value })
}

/// Says whether less is better: `≤ 15`, `不超过 15`, `at most 15`.
fn at_most(target: &str) -> bool {
    let t = text::normalise(target);
    ["≤", "<", "不超过", "不高于", "以内", "at most"]
        .iter()
        .any(|sign| t.contains(sign))
}

/// Compares what was reached with its target; `None` where one of them is no number or below zero.
pub(crate) fn reached(target: &str, actual: &str) -> Option<Reached> {
    let (goal, now) = (number(target)?, number(actual)?);
    if goal < 0.0 || now < 0.0 {
        return None;
    }
    let met = if at_most(target) { now <= goal } else { now >= goal };
    Some(Reached {
        met,
        target: goal,
        actual: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_understood() {
        for (target, actual, met) in [
            ("≥ 45%", "41%", Some(false)),
            ("45%", "45.0%", Some(true)),
            ("不超过 15 日", "12 日", Some(true)),
            ("≤15", "16", Some(false)),
            ("at most 3", "2", Some(true)),
            ("４．２", "4.3（满分 5）", Some(true)),
            ("1,200 户", "1,180", Some(false)),
            ("完成", "100%", None),
            ("45%", "", None),
            ("-3", "2", None),
            ("1.2.3", "1", None),
        ] {
            assert_eq!(reached(target, actual).map(|r| r.met), met, "{target} / {actual}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(target in ".{0,40}", actual in ".{0,40}") {
            if let Some(r) = reached(&target, &actual) {
                proptest::prop_assert!(r.target >= 0.0 && r.actual >= 0.0);
            }
        }
    }
}
