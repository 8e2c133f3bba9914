//! The lot for the held-out group.

use domain::CaseId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Says whether the lot puts a case into the held-out group (对照组), which gets the usual handling so
/// that the effect of visits can be measured.
///
/// `share` is the share of cases held out, `0..=1` (outside of it, or not a number, it is taken as the
/// nearest end, or as 0). The lot is HMAC-SHA-256 of the case number under `salt`: the same answer on
/// every machine and at every time, not to be steered by whoever does not know the salt, and
/// independent between salts. A case held out at a small share stays held out at a greater one. Use
/// a salt of its own for each trial, and draw only after screening selected the case.
#[must_use]
pub fn held_out(case: CaseId, salt: &[u8], share: f64) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt) else {
        return false;
    };
    mac.update(b"forecourt held-out lot 1");
    mac.update(&case.bits().to_be_bytes());
    let code = mac.finalize().into_bytes();
    let lot = code.iter().take(8).fold(0u64, |n, &b| n << 8 | u64::from(b));
    // 53 bits are what a float holds exactly: the lot is one of 2^53 equally likely points of 0..1.
    let point = (lot >> 11) as f64 / (1u64 << 53) as f64;
    point < share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::mixed_case;

    fn drawn(salt: &[u8], share: f64) -> Vec<bool> {
        (0..20_000)
            .map(|n| held_out(mixed_case(n), salt, share))
            .collect()
    }

    #[test]
    fn the_share_is_kept() {
        for share in [0.05, 0.2, 0.5] {
            let n = drawn(b"trial 1", share).iter().filter(|&&h| h).count() as f64;
            let expected = 20_000.0 * share;
            let four_sigma = 4.0 * (expected * (1.0 - share)).sqrt();
            assert!((n - expected).abs() < four_sigma, "{n} of 20000 at share {share}");
        }
        assert!(!drawn(b"s", 0.0).contains(&true) && !drawn(b"s", 1.0).contains(&false));
        assert!(!drawn(b"s", f64::NAN).contains(&true) && !drawn(b"s", 7.0).contains(&false));
    }

    #[test]
    fn the_lot_is_the_same_for_ever_and_another_for_another_salt() {
        // A changed number here would move running trials between groups.
        let first: Vec<bool> = drawn(b"trial 1", 0.5).into_iter().take(16).collect();
        let seen: String = first.iter().map(|&h| if h { 'x' } else { '.' }).collect();
        insta::assert_snapshot!(seen, @".xxx.x.x...xxx..");
        let (one, two) = (drawn(b"trial 1", 0.5), drawn(b"trial 2", 0.5));
        let equal = one.iter().zip(&two).filter(|(a, b)| a == b).count();
        assert!(
            (9_700..10_300).contains(&equal),
            "{equal} of 20000 agree between salts"
        );
    }

    #[test]
    fn a_greater_share_keeps_who_was_held_out() {
        let (small, great) = (drawn(b"s", 0.1), drawn(b"s", 0.3));
        assert!(small.iter().zip(&great).all(|(s, g)| !s || *g));
    }
}
