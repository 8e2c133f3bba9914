//! Up to 65,535 cases of the index, in columns, with chains through them in sixteen bits.
//!
//! One segment keeps all its links as `u16`, half of what one large table would need, and is never
//! moved: the index grows by a new segment, without the copy that doubles memory for a moment.

use super::sketch::{BANDS, Fingerprint, Likeness, mix64};

/// Ends a chain; also the most cases of a segment.
const NIL: u16 = u16::MAX;
const NO_KEY: u32 = u32::MAX;
/// Chain heads for each band: as many as cases, so that a chain has one member on average.
const HEADS: usize = 1 << 16;
/// The top bit of the stored count says that the case has customer keys.
const HAS_KEYS: u16 = 1 << 15;
/// The id of a forgotten case: no case number has more than 60 bits.
const FORGOTTEN: u64 = u64::MAX;
const MINUTE: i64 = 60_000_000;

/// What is kept of one case beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The bits of the case id.
    pub(super) case: u64,
    /// Minutes since 1970.
    pub(super) minute: i32,
    /// The hash of the product's name.
    pub(super) product: u32,
    pub(super) has_keys: bool,
    pub(super) shingles: u16,
}

#[derive(Debug)]
pub(super) struct Segment {
    cases: Vec<u64>,
    minutes: Vec<i32>,
    products: Vec<u32>,
    counts: Vec<u16>,
    sketches: Vec<[u64; 6]>,
    /// The newest case of each chain, band after band.
    heads: Vec<u16>,
    /// The next older case in the chain of each band.
    next: Vec<[u16; BANDS]>,
    key_heads: Vec<u32>,
    key_next: Vec<u32>,
    /// The 32 bits of the customer key that the chain does not tell already.
    key_prints: Vec<u32>,
    key_cases: Vec<u16>,
}

/// Turns a microsecond into the minute that is kept.
pub(super) fn minute(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(MINUTE)).unwrap_or(if micros < 0 { i32::MIN } else { i32::MAX })
}

/// Reduces a customer key to its chain and print: 48 bits, at which two of two million keys are
/// confused by one probe in a hundred million.
fn key_place(key: u128) -> (usize, u32) {
    let h = mix64(key as u64 ^ mix64((key >> 64) as u64));
    ((h & (HEADS as u64 - 1)) as usize, (h >> 32) as u32)
}

impl Segment {
    pub(super) fn new() -> Self {
        Segment {
            cases: Vec::new(),
            minutes: Vec::new(),
            products: Vec::new(),
            counts: Vec::new(),
            sketches: Vec::new(),
            heads: vec![NIL; HEADS * BANDS],
            next: Vec::new(),
            key_heads: vec![NO_KEY; HEADS],
            key_next: Vec::new(),
            key_prints: Vec::new(),
            key_cases: Vec::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.cases.len() >= usize::from(NIL)
    }

    pub(super) fn len(&self) -> usize {
        self.cases.len()
    }

    /// Gives back the room that the columns kept for growth.
    pub(super) fn seal(&mut self) {
        self.key_next.shrink_to_fit();
        self.key_prints.shrink_to_fit();
        self.key_cases.shrink_to_fit();
    }

    /// Adds a case; the caller has asked [`Segment::is_full`].
    pub(super) fn push(&mut self, entry: Entry, print: &Fingerprint, keys: &[u128]) {
        let Ok(local) = u16::try_from(self.cases.len()) else {
            return;
        };
        let mut next = [NIL; BANDS];
        if entry.shingles > 0 {
            for (band, link) in next.iter_mut().enumerate() {
                *link = std::mem::replace(&mut self.heads[head_of(band, print.bands[band])], local);
            }
        }
        self.next.push(next);
        self.cases.push(entry.case);
        self.minutes.push(entry.minute);
        self.products.push(entry.product);
        self.counts
            .push(entry.shingles | if entry.has_keys { HAS_KEYS } else { 0 });
        self.sketches.push(print.sketch);
        for &key in keys {
            let Ok(at) = u32::try_from(self.key_cases.len()) else {
                return;
            };
            let (chain, mark) = key_place(key);
            self.key_next
                .push(std::mem::replace(&mut self.key_heads[chain], at));
            self.key_prints.push(mark);
            self.key_cases.push(local);
        }
    }

    /// Calls `found` with the places of cases that share a band with `print`, the `most` newest of each
    /// chain; some of them twice, some of them by chance.
    pub(super) fn with_band(&self, print: &Fingerprint, most: usize, mut found: impl FnMut(usize)) {
        for (band, &key) in print.bands.iter().enumerate() {
            let mut at = self.heads[head_of(band, key)];
            for _ in 0..most {
                if at == NIL {
                    break;
                }
                found(usize::from(at));
                at = self.next[usize::from(at)][band];
            }
        }
    }

    /// Calls `found` with the places of the `most` newest cases that have the customer key.
    pub(super) fn with_key(&self, key: u128, most: usize, mut found: impl FnMut(usize)) {
        let (chain, mark) = key_place(key);
        let mut at = self.key_heads[chain];
        let mut left = most;
        while at != NO_KEY && left > 0 {
            let i = at as usize;
            if self.key_prints[i] == mark {
                found(usize::from(self.key_cases[i]));
                left -= 1;
            }
            at = self.key_next[i];
        }
    }

    /// Returns what is kept of the case at a place, unless it has been forgotten.
    pub(super) fn entry(&self, place: usize) -> Option<Entry> {
        let case = self.cases[place];
        (case != FORGOTTEN).then(|| Entry {
            case,
            minute: self.minutes[place],
            product: self.products[place],
            has_keys: self.counts[place] & HAS_KEYS != 0,
            shingles: self.counts[place] & !HAS_KEYS,
        })
    }

    /// Estimates how alike a text and the one at a place are.
    pub(super) fn likeness(&self, place: usize, print: &Fingerprint) -> Likeness {
        let shingles = self.counts[place] & !HAS_KEYS;
        Likeness::estimated(&self.sketches[place], shingles, &print.sketch, print.shingles)
    }

    /// Wipes a case: its sketch, its keys and its number. The links of its chains stay.
    pub(super) fn forget(&mut self, case: u64) -> bool {
        let Some(place) = self.cases.iter().position(|&c| c == case) else {
            return false;
        };
        self.cases[place] = FORGOTTEN;
        self.minutes[place] = 0;
        self.products[place] = 0;
        self.counts[place] = 0;
        self.sketches[place] = [0; 6];
        for (mark, &of) in self.key_prints.iter_mut().zip(&self.key_cases) {
            if usize::from(of) == place {
                *mark = 0;
            }
        }
        true
    }

    pub(super) fn bytes(&self) -> usize {
        fn size<T>(column: &Vec<T>) -> usize {
            column.capacity() * size_of::<T>()
        }
        size(&self.cases)
            + size(&self.minutes)
            + size(&self.products)
            + size(&self.counts)
            + size(&self.sketches)
            + size(&self.heads)
            + size(&self.next)
            + size(&self.key_heads)
            + size(&self.key_next)
            + size(&self.key_prints)
            + size(&self.key_cases)
    }
}

fn head_of(band: usize, key: u32) -> usize {
    band * HEADS + (key as usize & (HEADS - 1))
}
