//! What a way costs: time first, then length.

use std::ops::Add;

/// Milliseconds and decimetres of a way in one number, so that sums and comparisons are single instructions.
///
/// Milliseconds are the upper half: of two ways the faster is the smaller, and of two equally fast ones the shorter.
/// That order makes the fastest way's length unique too, whatever found it. Either half holds up to 2³²−1: 49 days,
/// or ten times round the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cost(u64);

impl Cost {
    /// No way at all.
    pub const NEVER: Cost = Cost(u64::MAX);
    /// Being there already.
    pub const ZERO: Cost = Cost(0);

    /// Makes a cost of milliseconds and decimetres.
    pub fn new(ms: u32, dm: u32) -> Cost {
        Cost(u64::from(ms) << 32 | u64::from(dm))
    }

    /// Milliseconds.
    pub fn ms(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Decimetres.
    pub fn dm(self) -> u32 {
        self.0 as u32
    }

    /// Says whether there is a way.
    pub fn is_some(self) -> bool {
        self != Cost::NEVER
    }

    /// Returns the cost of the first `part` of `whole` decimetres of a way of this cost; grows with `part`.
    pub(crate) fn share(self, part: u32, whole: u32) -> Cost {
        let part = part.min(whole);
        let whole = u64::from(whole.max(1));
        let of = |n: u32| (u64::from(n) * u64::from(part) / whole) as u32;
        Cost::new(of(self.ms()), of(self.dm()))
    }

    /// Returns what is left after `part` of it.
    pub(crate) fn less(self, part: Cost) -> Cost {
        Cost::new(
            self.ms().saturating_sub(part.ms()),
            self.dm().saturating_sub(part.dm()),
        )
    }
}

impl Add for Cost {
    type Output = Cost;

    /// The sum; [`Cost::NEVER`] with anything stays it.
    fn add(self, other: Cost) -> Cost {
        Cost(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_faster_is_smaller_and_then_the_shorter() {
        assert!(Cost::new(1, 900) < Cost::new(2, 1));
        assert!(Cost::new(1, 2) < Cost::new(1, 3));
        assert_eq!(Cost::NEVER + Cost::new(5, 5), Cost::NEVER);
        let sum = Cost::new(3, 4) + Cost::new(5, 6);
        assert_eq!((sum.ms(), sum.dm()), (8, 10));
    }

    #[test]
    fn shares_grow_and_end_at_the_whole() {
        let whole = Cost::new(1_001, 77);
        let mut last = Cost::ZERO;
        for part in 0..=77 {
            let share = whole.share(part, 77);
            assert!(share >= last);
            assert_eq!(whole.less(share) + share, whole);
            last = share;
        }
        assert_eq!(last, whole);
    }
}
