//! The fingerprint of a text: a min-wise sketch that tells how much two texts share.
//!
//! A text is the set of its shingles, all runs of [`SHINGLE`] neighbouring units (see
//! [`crate::units`]). The likeness of two texts is the Jaccard index of their sets. Min-wise hashing
//! (Broder, "On the resemblance and containment of documents", 1997) estimates it: under a random
//! order of all shingles two sets have the same first member with just that probability. One order
//! cut into [`BINS`] stretches gives a first member in each (Li, Owen and Zhang, "One permutation
//! hashing", 2012); an empty stretch borrows from another (Shrivastava, "Optimal densification for
//! fast and accurate minwise hashing", 2017). [`ORDERS`] orders instead of one keep short texts
//! accurate. Of each of the [`SAMPLES`] first members two bits are kept (Li and König, "b-bit
//! minwise hashing", 2010): 48 bytes estimate a likeness of 0.5 with a standard error of 0.05.
//! Members 2i and 2i + 1, of different orders, together make the key of band i.

use crate::units;

/// How many units make a shingle.
pub const SHINGLE: usize = 5;
/// How many random orders of all shingles there are, and into how many stretches each is cut.
const ORDERS: usize = 16;
const BINS: usize = 12;
/// How many first members are sampled.
const SAMPLES: usize = ORDERS * BINS;
/// How many bands; two texts of likeness J share at least one with probability 1 - (1 - J²)^12:
/// 0.97 at 0.5, 0.995 at 0.6, 0.04 at 0.06.
pub(crate) const BANDS: usize = 12;
const WORDS: usize = SAMPLES * 2 / 64;

/// The most shingles counted; the top bit of the stored count is used for something else.
const MOST_SHINGLES: usize = 0x7fff;

/// What the index keeps of a text and compares: 98 bytes whatever the text's length.
///
/// It tells how much two texts share and nothing about what they say, but it is derived from personal
/// data and must be erased with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    pub(crate) sketch: [u64; WORDS],
    pub(crate) bands: [u32; BANDS],
    pub(crate) shingles: u16,
}

/// How alike two texts are, from their shingles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// Shared shingles over all shingles of both (Jaccard), `0..=1`.
    pub jaccard: f64,
    /// Shared shingles over those of the shorter text, `0..=1`: 1 when it is wholly inside the other.
    pub containment: f64,
}

impl Likeness {
    /// Counts the likeness of two texts exactly, for the moment when a person compares two cases.
    #[must_use]
    pub fn exact(a: &str, b: &str) -> Likeness {
        let unique = |t: &str| {
            let mut s = shingles(t);
            s.sort_unstable();
            s.dedup();
            s
        };
        let (a, b) = (unique(a), unique(b));
        let shared = a.iter().filter(|s| b.binary_search(s).is_ok()).count();
        Likeness::of_counts(shared as f64, a.len() as f64, b.len() as f64)
    }

    fn of_counts(shared: f64, a: f64, b: f64) -> Likeness {
        if a == 0.0 || b == 0.0 {
            return Likeness {
                jaccard: 0.0,
                containment: 0.0,
            };
        }
        Likeness {
            jaccard: shared / (a + b - shared),
            containment: (shared / a.min(b)).min(1.0),
        }
    }

    /// Estimates the likeness of two texts from what the index keeps of them.
    pub(crate) fn estimated(
        a: &[u64; WORDS],
        a_shingles: u16,
        b: &[u64; WORDS],
        b_shingles: u16,
    ) -> Likeness {
        let (n, m) = (f64::from(a_shingles), f64::from(b_shingles));
        if n == 0.0 || m == 0.0 {
            return Likeness {
                jaccard: 0.0,
                containment: 0.0,
            };
        }
        let differing: u32 = a.iter().zip(b).map(|(x, y)| pairs_set(x ^ y)).sum();
        let agreeing = 1.0 - f64::from(differing) / SAMPLES as f64;
        // Two bits agree by chance in one of four cases; and no Jaccard index exceeds the ratio of sizes.
        let jaccard = ((agreeing - 0.25) / 0.75).clamp(0.0, n.min(m) / n.max(m));
        Likeness::of_counts(jaccard * (n + m) / (1.0 + jaccard), n, m)
    }
}

/// Counts the two-bit fields of `x` that are not zero.
fn pairs_set(x: u64) -> u32 {
    ((x | x >> 1) & 0x5555_5555_5555_5555).count_ones()
}

impl Fingerprint {
    /// Takes the fingerprint of a text. No state, so it can be done on the thread that reads the
    /// file.
    #[must_use]
    pub fn of(text: &str) -> Fingerprint {
        let shingles = shingles(text);
        let first = first_members(&shingles);
        let mut sketch = [0; WORDS];
        for (i, &least) in first.iter().enumerate() {
            sketch[i / 32] |= u64::from(mix32(least) & 3) << (i % 32 * 2);
        }
        let band = |i: usize| mix32(mix32(first[2 * i]) ^ first[2 * i + 1].rotate_left(16));
        let mut unique = shingles;
        unique.sort_unstable();
        unique.dedup();
        Fingerprint {
            sketch,
            bands: std::array::from_fn(band),
            shingles: u16::try_from(unique.len().min(MOST_SHINGLES)).unwrap_or(u16::MAX >> 1),
        }
    }

    /// How many bytes [`Fingerprint::to_bytes`] gives.
    pub const BYTES: usize = WORDS * 8 + BANDS * 4 + 2;

    /// Returns the bytes to be kept with the case, so that the index can be filled at start-up without
    /// reading a text: sketch, bands, count of shingles, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let sketch = self.sketch.iter().flat_map(|w| w.to_le_bytes());
        let bands = self.bands.iter().flat_map(|w| w.to_le_bytes());
        let mut all = sketch.chain(bands).chain(self.shingles.to_le_bytes());
        std::array::from_fn(|_| all.next().unwrap_or(0))
    }

    /// Reads what [`Fingerprint::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Fingerprint {
        let word = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        let half = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        Fingerprint {
            sketch: std::array::from_fn(|i| word(i * 8)),
            bands: std::array::from_fn(|i| half(WORDS * 8 + i * 4)),
            shingles: u16::from_le_bytes([bytes[Self::BYTES - 2], bytes[Self::BYTES - 1]])
                & MOST_SHINGLES as u16,
        }
    }
}

/// Returns the shingles of a text as hashes, in order, repeats included. A text of fewer than
/// [`SHINGLE`] units is one shingle; one without units has none.
fn shingles(raw: &str) -> Vec<u32> {
    let normal = text::normalise(raw);
    let mut hashes = Vec::with_capacity(normal.len() / 5);
    units::for_each(&normal, |unit| {
        if unit != units::STOP {
            hashes.push(hash_unit(unit));
        }
    });
    hashes
        .windows(SHINGLE.min(hashes.len()).max(1))
        .map(|run| {
            let all = run.iter().fold(0u64, |h, &u| mix64(h ^ u));
            (all >> 32) as u32
        })
        .collect()
}

/// FNV-1a over the bytes, the apostrophes left out.
fn hash_unit(unit: &str) -> u64 {
    let bytes = unit.split(units::is_apostrophe).flat_map(str::bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finaliser of splitmix64: a bijection that spreads every bit over all.
pub(crate) const fn mix64(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn mix32(x: u32) -> u32 {
    (mix64(u64::from(x)) >> 32) as u32
}

/// Returns the first shingle in each stretch of each order, as its place in the order; member
/// `stretch * ORDERS + order`. Without any shingle all are `u32::MAX`.
fn first_members(shingles: &[u32]) -> [u32; SAMPLES] {
    const EMPTY: u32 = u32::MAX;
    let mut first = [EMPTY; SAMPLES];
    if shingles.is_empty() {
        // Nobody has anything to lend, and asking all of them takes a hundred microseconds.
        return first;
    }
    for &s in shingles {
        for (order, (flip, spread)) in KEYS.iter().enumerate() {
            let h = (s ^ flip).wrapping_mul(*spread);
            let place = (h ^ h >> 15).wrapping_mul(0x2c1b_3c6d);
            let stretch = (u64::from(place) * BINS as u64) >> 32;
            let least = &mut first[stretch as usize * ORDERS + order];
            *least = (*least).min(place);
        }
    }
    let found = first;
    for (i, member) in first.iter_mut().enumerate().filter(|(_, m)| **m == EMPTY) {
        let order = i % ORDERS;
        // The same stretches are asked in the same order for every text, so that equal sets borrow
        // alike. A hundred random tries miss a single full stretch once in six thousand.
        let tries = (0..100).map(|t| mix64((i * 1_000 + t) as u64 ^ KEY) as usize % BINS);
        let mut lenders = tries
            .chain(0..BINS)
            .map(|stretch| found[stretch * ORDERS + order]);
        *member = lenders.find(|&m| m != EMPTY).unwrap_or(EMPTY);
    }
    first
}

const KEY: u64 = 0x666f_7265_636f_7572;

/// What makes the random orders: bits to flip and an odd number to multiply by. Fixed for ever,
/// because fingerprints are kept.
static KEYS: [(u32, u32); ORDERS] = {
    let mut keys = [(0, 0); ORDERS];
    let mut i = 0;
    while i < ORDERS {
        let r = mix64(KEY ^ i as u64);
        keys[i] = ((r >> 32) as u32, r as u32 | 1);
        i += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn estimate(a: &str, b: &str) -> Likeness {
        let (a, b) = (Fingerprint::of(a), Fingerprint::of(b));
        Likeness::estimated(&a.sketch, a.shingles, &b.sketch, b.shingles)
    }

    #[test]
    fn exact_likeness_by_hand() {
        // Shingles of one: abcde bcdef; of the other: abcde bcdef cdefg; shared 2 of 3.
        let l = Likeness::exact("a b c d e f", "A b, c d E f g");
        assert!((l.jaccard - 2.0 / 3.0).abs() < 1e-9, "{l:?}");
        assert!((l.containment - 1.0).abs() < 1e-9, "{l:?}");
        assert_eq!(Likeness::exact("", "a b c d e").jaccard, 0.0);
        assert_eq!(
            Likeness::exact("退款", "退款").jaccard,
            1.0,
            "a short text is one shingle"
        );
    }

    #[test]
    fn the_same_text_in_the_other_script_width_and_punctuation_is_the_same() {
        let a = "銀行擅自扣款，客服態度惡劣，要求退還ABC手續費！";
        let b = "银行擅自扣款 客服态度恶劣。要求退还ａｂｃ手续费";
        assert_eq!(Fingerprint::of(a), Fingerprint::of(b));
        assert_eq!(Fingerprint::of("I don't agree"), Fingerprint::of("I DONT agree"));
        assert_eq!(Fingerprint::of("I don’t agree"), Fingerprint::of("I DONT agree"));
    }

    #[test]
    fn estimates_are_unbiased_and_as_narrow_as_promised() {
        // Word lists that share a known part, long and short; 60 pairs for each likeness.
        for (length, shared) in [(400, 50), (400, 200), (400, 350), (40, 20), (40, 30), (16, 12)] {
            let (mut sum, mut squares, mut truth) = (0.0, 0.0, 0.0);
            for pair in 0..60 {
                let words =
                    |who: &str, n: usize| (0..n).map(|i| format!("{who}{pair}w{i} ")).collect::<String>();
                let common = words("c", shared);
                let own = length - shared;
                let (a, b) = (common.clone() + &words("a", own), common + &words("b", own));
                truth = Likeness::exact(&a, &b).jaccard;
                let error = estimate(&a, &b).jaccard - truth;
                sum += error;
                squares += error * error;
            }
            let (bias, deviation) = (sum / 60.0, (squares / 60.0f64).sqrt());
            println!("{length} words, likeness {truth:.3}: bias {bias:+.4}, standard error {deviation:.4}");
            assert!(bias.abs() < 0.025, "bias {bias} at {truth}");
            assert!(deviation < 0.075, "standard error {deviation} at {truth}");
        }
    }

    proptest! {
        #[test]
        fn bytes_round_trip_and_copies_are_alike(text in any::<String>()) {
            let f = Fingerprint::of(&text);
            prop_assert_eq!(&Fingerprint::from_bytes(&f.to_bytes()), &f);
            let own = Likeness::estimated(&f.sketch, f.shingles, &f.sketch, f.shingles).jaccard;
            prop_assert_eq!(own, f64::from(f.shingles.min(1)));
        }
    }
}
