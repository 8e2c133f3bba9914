//! Near-duplicates and repeat complainants at intake, from memory.
//!
//! An import asks [`DuplicateIndex::probe`] for each complaint and then [`DuplicateIndex::insert`]s it.
//! The index keeps about 138 bytes of a case with two customer keys (48 of sketch, 48 of links, the
//! rest number, time, product and keys), so a million cases need about 140 MB and nothing is spilled
//! to disk. It is a cache: it can be filled again from the [`Fingerprint`]s kept with the cases.
//!
//! *Near copy* means: at least half of the shingles of both texts together are shared (Jaccard of
//! runs of five words, or five Chinese characters, at least [`Config::near_copy`]). By this
//! definition 8.9 % of the real CFPB narratives have a near copy.

mod segment;
mod sketch;

#[cfg(test)]
pub(crate) use sketch::mix64;
pub use sketch::{Fingerprint, Likeness, SHINGLE};

use crate::wording::Wording;
use domain::{CaseId, Timestamp};
use segment::{Entry, Segment};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// When two complaints count as the same, or as one customer's repeated complaint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Two texts of at least this likeness are near copies.
    pub near_copy: f64,
    /// From this likeness on, texts of unknown customers count as one complaint sent twice.
    pub same_text: f64,
    /// Of the same customer about the same product a lesser likeness is enough for a copy: few people
    /// tell one matter twice in the same words.
    pub same_customer_copy: f64,
    /// A text of fewer shingles says too little: it is never a near copy by itself.
    pub least_shingles: u16,
    /// A near copy of the same customer within so many days is a duplicate, later a repeated complaint.
    pub duplicate_days: u32,
    /// Another text of the same customer about the same product within so many days is linked.
    pub link_days: u32,
    /// And within so many days it is a repeated complaint.
    pub repeat_days: u32,
    /// How many candidates a probe returns at most.
    pub most_candidates: usize,
    /// How many of the newest cases of one chain are looked at. Bounds the time when thousands of
    /// customers send the same template; the newest are found all the same.
    pub most_in_chain: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            near_copy: 0.5,
            same_text: 0.9,
            same_customer_copy: 0.2,
            least_shingles: 4,
            duplicate_days: 60,
            link_days: 30,
            repeat_days: 365,
            most_candidates: 20,
            most_in_chain: 64,
        }
    }
}

/// What is known of a complaint when it comes in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The fingerprint of its text.
    pub fingerprint: Fingerprint,
    /// Keyed hashes of what identifies the customer: telephone, identity number, account. One equal
    /// key makes two complaints the same customer's.
    pub customer_keys: Vec<u128>,
    /// The product's name or code; compared as a whole.
    pub product: String,
    /// When it was received.
    pub received_at: Timestamp,
}

impl Intake {
    /// Takes the fingerprint of `text` and puts the four facts together.
    #[must_use]
    pub fn new(text: &str, customer_keys: Vec<u128>, product: &str, received_at: Timestamp) -> Intake {
        Intake {
            fingerprint: Fingerprint::of(text),
            customer_keys,
            product: product.to_owned(),
            received_at,
        }
    }

    /// Says whether there is nothing to compare: no text, and nothing that identifies the customer.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.fingerprint.shingles == 0 && self.customer_keys.is_empty()
    }
}

/// What the desk is advised to do with a complaint beside a known case. A person chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suggestion {
    /// The same complaint came twice: handle it in the known case (重复件).
    Duplicate,
    /// Another case about the same thing: handle both with an eye on each other (关联件).
    Link,
    /// The customer complains again (重复投诉): a new case that starts with the history.
    Repeated,
    /// A case of its own; the known one is shown for information only.
    New,
}

/// One fact that speaks for a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A customer key is equal.
    SameCustomer,
    /// Both customers are known, and no key is equal.
    OtherCustomer,
    /// One of the two has no customer key.
    CustomerUnknown,
    /// The texts share this percentage of their shingles, enough for a near copy.
    NearCopy(u8),
    /// This percentage of the shorter text is inside the longer one.
    Contained(u8),
    /// The customer is the same and the texts have little in common, this percentage.
    OtherText(u8),
    /// The product is the same.
    SameProduct,
    /// The product is another one.
    OtherProduct,
    /// So many days lie between the two.
    DaysApart(u32),
}

impl Ground {
    /// Returns the fact as a sentence for the desk.
    #[must_use]
    pub fn wording(self) -> Wording {
        let (zh_cn, zh_tw, en, n) = match self {
            Ground::SameCustomer => ("同一客户", "同一客戶", "same customer", 0),
            Ground::OtherCustomer => ("不同客户", "不同客戶", "another customer", 0),
            Ground::CustomerUnknown => (
                "其中一方客户身份不明",
                "其中一方客戶身分不明",
                "one of the customers is not known",
                0,
            ),
            Ground::NearCopy(p) => (
                "文字约 {}% 相同",
                "文字約 {}% 相同",
                "about {} % of the text is the same",
                p.into(),
            ),
            Ground::Contained(p) => (
                "较短的文字约 {}% 包含在另一件中",
                "較短的文字約 {}% 包含在另一件中",
                "about {} % of the shorter text is in the other",
                p.into(),
            ),
            Ground::OtherText(p) => (
                "文字不同（约 {}% 相同）",
                "文字不同（約 {}% 相同）",
                "another text (about {} % the same)",
                p.into(),
            ),
            Ground::SameProduct => ("同一产品", "同一產品", "same product", 0),
            Ground::OtherProduct => ("不同产品", "不同產品", "another product", 0),
            Ground::DaysApart(d) => ("相隔 {} 天", "相隔 {} 天", "{} days apart", d),
        };
        let fill = |s: &str| s.replace("{}", &n.to_string());
        Wording {
            zh_cn: fill(zh_cn),
            zh_tw: fill(zh_tw),
            en: fill(en),
        }
    }
}

/// A known case that may be the same complaint or the same complainant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The known case.
    pub case: CaseId,
    /// `1 - (1 - 0.9 likeness) (1 - customer)`, `0..=1`, where `customer` is 0.5 for the same customer and
    /// product, 0.2 for the same customer, falling to 0 over [`Config::repeat_days`].
    pub score: f64,
    /// Estimated likeness of the texts, `0..=1`, standard error below 0.05; [`Likeness::exact`] counts it
    /// when both texts are at hand.
    pub likeness: f64,
    /// What speaks for it, in the order in which a person would ask.
    pub reasons: Vec<Ground>,
    /// What the desk is advised to do.
    pub suggestion: Suggestion,
}

/// The known cases, for questions at intake.
///
/// Not synchronised: give it to the one thread that takes cases in, or put it behind a lock; the
/// costly part, [`Fingerprint::of`], is done before.
#[derive(Debug)]
pub struct DuplicateIndex {
    config: Config,
    segments: Vec<Segment>,
}

impl DuplicateIndex {
    /// Returns an empty index.
    #[must_use]
    pub fn new(config: Config) -> Self {
        DuplicateIndex {
            config,
            segments: Vec::new(),
        }
    }

    /// Returns how many cases were inserted, forgotten ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.iter().map(Segment::len).sum()
    }

    /// Says whether nothing was inserted yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Returns how many bytes the index occupies.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum()
    }

    /// Adds a case. A case that is inserted twice is answered once.
    pub fn insert(&mut self, case: CaseId, intake: &Intake) {
        if self.segments.last().is_none_or(Segment::is_full) {
            if let Some(full) = self.segments.last_mut() {
                full.seal();
            }
            self.segments.push(Segment::new());
        }
        let entry = Entry {
            case: case.bits(),
            minute: segment::minute(intake.received_at.0),
            product: product_mark(&intake.product),
            has_keys: !intake.customer_keys.is_empty(),
            shingles: intake.fingerprint.shingles,
        };
        if let Some(open) = self.segments.last_mut() {
            open.push(entry, &intake.fingerprint, &intake.customer_keys);
        }
    }

    /// Removes every trace of a case, for an erased customer; says whether the case was known.
    pub fn forget(&mut self, case: CaseId) -> bool {
        let mut known = false;
        for segment in &mut self.segments {
            while segment.forget(case.bits()) {
                known = true;
            }
        }
        known
    }

    /// Returns the known cases that look like the same complaint or come from the same customer, the
    /// likeliest first (equal scores: the newest, then the smaller number).
    #[must_use]
    pub fn probe(&self, intake: &Intake) -> Vec<Candidate> {
        let mut found = Vec::new();
        for segment in &self.segments {
            let mut same = Vec::new();
            for &key in &intake.customer_keys {
                segment.with_key(key, self.config.most_in_chain, |place| same.push(place));
            }
            same.sort_unstable();
            same.dedup();
            let mut places = same.clone();
            if intake.fingerprint.shingles > 0 {
                segment.with_band(&intake.fingerprint, self.config.most_in_chain, |place| {
                    places.push(place);
                });
            }
            places.sort_unstable();
            places.dedup();
            for place in places {
                let Some(entry) = segment.entry(place) else {
                    continue;
                };
                let likeness = segment.likeness(place, &intake.fingerprint);
                let same_customer = same.binary_search(&place).is_ok();
                if let Some(candidate) = self.judge(intake, entry, likeness, same_customer) {
                    found.push((entry.minute, candidate));
                }
            }
        }
        let order = |(minute, c): &(i32, Candidate)| (Reverse(*minute), c.case);
        found.sort_by(|a, b| {
            b.1.score
                .total_cmp(&a.1.score)
                .then_with(|| order(a).cmp(&order(b)))
        });
        let mut candidates: Vec<Candidate> = Vec::new();
        for (_, candidate) in found {
            if candidates.len() == self.config.most_candidates {
                break;
            }
            if candidates.iter().all(|c| c.case != candidate.case) {
                candidates.push(candidate);
            }
        }
        candidates
    }

    /// Weighs one known case; `None` when nothing speaks for it.
    fn judge(
        &self,
        intake: &Intake,
        known: Entry,
        likeness: Likeness,
        same_customer: bool,
    ) -> Option<Candidate> {
        let config = &self.config;
        let minutes = segment::minute(intake.received_at.0).abs_diff(known.minute);
        let days = minutes / (24 * 60);
        let same_product = product_mark(&intake.product) == known.product;
        let long_enough = intake.fingerprint.shingles.min(known.shingles) >= config.least_shingles;
        let enough = if same_customer && same_product {
            config.same_customer_copy
        } else {
            config.near_copy
        };
        let near_copy = long_enough && likeness.jaccard >= enough;
        let both_known = known.has_keys && !intake.customer_keys.is_empty();

        let suggestion = if same_customer {
            match (near_copy, same_product) {
                (true, _) if days <= config.duplicate_days => Suggestion::Duplicate,
                (true, _) => Suggestion::Repeated,
                (false, true) if days <= config.link_days => Suggestion::Link,
                (false, true) if days <= config.repeat_days => Suggestion::Repeated,
                (false, _) => Suggestion::New,
            }
        } else if !near_copy {
            return None;
        } else if !both_known
            && same_product
            && likeness.jaccard >= config.same_text
            && days <= config.duplicate_days
        {
            Suggestion::Duplicate
        } else {
            Suggestion::Link
        };

        let percent = |share: f64| (share * 100.0).round() as u8;
        let mut reasons = vec![match (same_customer, both_known) {
            (true, _) => Ground::SameCustomer,
            (false, true) => Ground::OtherCustomer,
            (false, false) => Ground::CustomerUnknown,
        }];
        if near_copy {
            reasons.push(Ground::NearCopy(percent(likeness.jaccard)));
        } else if long_enough && likeness.containment >= 0.8 {
            reasons.push(Ground::Contained(percent(likeness.containment)));
        } else {
            reasons.push(Ground::OtherText(percent(likeness.jaccard)));
        }
        reasons.push(if same_product {
            Ground::SameProduct
        } else {
            Ground::OtherProduct
        });
        reasons.push(Ground::DaysApart(days));

        let fading = 1.0 - (f64::from(days) / f64::from(config.repeat_days.max(1))).min(1.0);
        let customer = match (same_customer, same_product) {
            (true, true) => 0.5 * fading,
            (true, false) => 0.2 * fading,
            (false, _) => 0.0,
        };
        let alike = if long_enough { likeness.jaccard } else { 0.0 };
        Some(Candidate {
            case: CaseId::from_bits(known.case),
            score: 1.0 - (1.0 - 0.9 * alike) * (1.0 - customer),
            likeness: likeness.jaccard,
            reasons,
            suggestion,
        })
    }
}

fn product_mark(product: &str) -> u32 {
    let hash = text::normalise(product.trim())
        .bytes()
        .fold(0, |h, b| sketch::mix64(h ^ u64::from(b)));
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests;
