//! Percentiles of times and spreads of repeated runs.

use std::fmt;

/// Returns the `p`th percentile (0 to 100) by the nearest-rank rule: the smallest value that at least
/// `p` per cent of all values do not exceed. 0 when there is none. Sorts `values`.
pub(crate) fn percentile(values: &mut [f64], p: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (p / 100.0 * values.len() as f64).ceil() as usize;
    values
        .get(rank.saturating_sub(1).min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

/// What several runs of the same thing came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Returns the spread of `values`.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut values = values.to_vec();
        Spread {
            min: percentile(&mut values, 0.0),
            median: percentile(&mut values, 50.0),
            max: percentile(&mut values, 100.0),
        }
    }
}

/// A number with as many digits as it deserves, and thousands separated.
pub(crate) fn number(value: f64) -> String {
    if value >= 1000.0 {
        let digits = format!("{value:.0}");
        let mut out = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        out
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            return f.write_str(&number(self.median));
        }
        write!(
            f,
            "{} ({}–{})",
            number(self.median),
            number(self.min),
            number(self.max)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut one_to_hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        for (p, wanted) in [
            (0.0, 1.0),
            (1.0, 1.0),
            (50.0, 50.0),
            (99.0, 99.0),
            (99.5, 100.0),
            (100.0, 100.0),
        ] {
            assert_eq!(percentile(&mut one_to_hundred, p), wanted, "p{p}");
        }
        assert_eq!(percentile(&mut [3.0], 99.0), 3.0);
        assert_eq!(percentile(&mut [], 50.0), 0.0);
    }

    #[test]
    fn a_spread_shows_its_ends() {
        assert_eq!(
            Spread::of(&[1234.0, 20_000.0, 999.9]).to_string(),
            "1,234 (1000–20,000)"
        );
        assert_eq!(Spread::of(&[5.0]).to_string(), "5.00");
        assert_eq!(number(1_234_567.0), "1,234,567");
    }
}
