//! Consent: the customer's recorded permission, one record per scope; it can be withdrawn at any
//! moment, at no cost (个人信息保护法 arts. 13–16, 民法典 arts. 1032–1033).

use super::visit::{Place, Window};
use crate::{ids::StaffId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What the customer permits: three separate consents, never one tick for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentScope {
    /// Being visited.
    Visiting,
    /// Letting the crew enter the home or another private place.
    Entering,
    /// Being recorded in sound or picture.
    Recording,
}

/// What became of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentStatus {
    /// It stands.
    Given,
    /// The customer took it back.
    Withdrawn(Timestamp),
    /// The bank found that it never was, or no longer is, a proper consent.
    Invalidated(Timestamp),
}

/// One recorded consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its number in the case: 1, 2, …
    pub no: u16,
    /// For what.
    pub scope: ConsentScope,
    /// By which channel it was given, such as `phone`.
    pub channel: String,
    /// Who recorded it.
    pub recorded_by: StaffId,
    /// When it was given.
    pub given_at: Timestamp,
    /// For which spans; needed for visiting.
    pub windows: Vec<Window>,
    /// For which place; needed for visiting.
    pub place: Option<Place>,
    /// Whether it stands.
    pub status: ConsentStatus,
}

impl Consent {
    /// Returns the proof that this consent stands, if it does.
    #[must_use]
    pub fn live(&self) -> Option<LiveConsent<'_>> {
        matches!(self.status, ConsentStatus::Given).then_some(LiveConsent(self))
    }
}

/// Proof that a consent stands. Only [`Consent::live`] makes one, and an [`super::Appointment`] can
/// only be made from one: a visit without consent does not compile.
#[derive(Clone, Copy, Debug)]
pub struct LiveConsent<'a>(&'a Consent);

impl<'a> LiveConsent<'a> {
    /// Returns the record.
    #[must_use]
    pub fn record(self) -> &'a Consent {
        self.0
    }

    /// Says whether the whole of `window` lies inside a span the customer agreed to.
    #[must_use]
    pub fn covers(self, window: Window) -> bool {
        self.0
            .windows
            .iter()
            .any(|w| w.from <= window.from && window.to <= w.to)
    }
}
