//! What the tests of several modules share.

use crate::duplicates::Fingerprint;
use domain::CaseId;

/// Returns the nth of a row of case numbers that look random.
pub(crate) fn mixed_case(n: u64) -> CaseId {
    CaseId::from_bits(crate::duplicates::mix64(n) >> 4)
}

/// Returns the fingerprint of a text that no other number shares anything with.
pub(crate) fn lone_fingerprint(n: u64) -> Fingerprint {
    let mut bytes = [0; Fingerprint::BYTES];
    for (i, chunk) in bytes.chunks_mut(8).enumerate() {
        let word = crate::duplicates::mix64(n * 1_000 + i as u64).to_le_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
    Fingerprint::from_bytes(&bytes)
}
