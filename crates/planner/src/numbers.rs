//! Randomness, logarithms and powers that are the same on every machine.
//!
//! The system's own `ln` and `exp` differ in the last bit from library to library, which would make plans differ. These
//! use additions and multiplications of IEEE 754 only; three correct digits are plenty for a search.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Rng(seed)
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `n`; 0 when `n` is 0. Multiplies instead of dividing (Lemire 2019).
    #[inline]
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// Returns a number from 0 up to but not including 1.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns an exponentially distributed number with mean 1.
    #[inline]
    pub(crate) fn exponential(&mut self) -> f64 {
        -log2(self.unit() + f64::MIN_POSITIVE) * std::f64::consts::LN_2
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// The binary logarithm of a positive normal number, to about four digits.
pub(crate) fn log2(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as f64 - 1023.0;
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    // atanh series around 1 in s = (m - 1) / (m + 1), |s| <= 1/3.
    let s = (m - 1.0) / (m + 1.0);
    let q = s * s;
    let ln = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q / 9.0))));
    exponent + ln * std::f64::consts::LOG2_E
}

/// Two to the power of `x`, to about four digits, for `x` between -1000 and 1000.
pub(crate) fn exp2(x: f64) -> f64 {
    let x = x.clamp(-1000.0, 1000.0);
    let whole = x.floor();
    let f = (x - whole) * std::f64::consts::LN_2;
    let fraction =
        1.0 + f * (1.0 + f / 2.0 * (1.0 + f / 3.0 * (1.0 + f / 4.0 * (1.0 + f / 5.0 * (1.0 + f / 6.0)))));
    fraction * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_are_near_the_true_ones() {
        for i in 1..2000 {
            let x = f64::from(i) * 0.013;
            assert!((log2(x) - x.log2()).abs() < 1e-4, "log2({x})");
            assert!(
                (exp2(x - 13.0) / (x - 13.0).exp2() - 1.0).abs() < 1e-4,
                "exp2({x})"
            );
        }
    }

    #[test]
    fn exponential_numbers_have_mean_one() {
        let mut rng = Rng::new(7);
        let mean = (0..100_000).map(|_| rng.exponential()).sum::<f64>() / 100_000.0;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
    }
}
