//! The visit: place, window, crew, notice, outcome.

use super::{
    consent::{ConsentScope, LiveConsent},
    refusal::Refusal,
};
use crate::{ids::StaffId, personal::Personal, staff::Role, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Fewest people who may go on a visit (`cn.visit.persons`: several staff, two or more).
pub const MIN_CREW: usize = 2;

/// A time span the customer offered or accepted; `from` is before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub to: Timestamp,
}

impl Window {
    /// Says whether the span has a length.
    #[must_use]
    pub fn is_proper(self) -> bool {
        self.from < self.to
    }
}

/// What kind of place the customer wants to be met at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// The customer's home.
    Home,
    /// A branch of the bank.
    Branch,
    /// The customer's place of work.
    Work,
    /// Somewhere else the customer chose.
    Other,
}

/// Where to meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What kind.
    pub kind: PlaceKind,
    /// Postal address.
    pub address: Personal,
    /// `latitude,longitude` in degrees.
    pub point: Personal,
}

/// A person decided whether this case is offered a visit, and why (mission B2.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreeningDecision {
    /// Whether a visit is to be offered.
    pub selected: bool,
    /// Points the policy gave.
    pub points: i32,
    /// The policy and its version.
    pub policy: String,
    /// Criteria that applied, with their plain-language reasons.
    pub reasons: Vec<String>,
    /// Why the person decided otherwise than the policy proposed, if so.
    pub departure: Option<String>,
    /// Whether the lot put the case into the held-out group.
    pub held_out: bool,
}

/// One member of a crew in the role they go in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CrewMember {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
}

/// The written advance notice: who comes, when, why, and the right to refuse (预约告知).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When it went out.
    pub sent_at: Timestamp,
    /// By which channel.
    pub channel: String,
}

/// A visit that has been agreed. It can only be made from a live consent to be visited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    consent_no: u16,
    window: Window,
    place: Place,
    crew: Vec<CrewMember>,
}

impl Appointment {
    /// Makes the appointment for `window` with `crew`, at the place of the consent.
    ///
    /// # Errors
    /// Refuses a consent for something else than visiting, a window outside the consented spans, a
    /// consent without place, a crew of fewer than [`MIN_CREW`] different people, and a crew member
    /// in a role that does not visit.
    pub fn agree(consent: LiveConsent<'_>, window: Window, crew: Vec<CrewMember>) -> Result<Self, Refusal> {
        let record = consent.record();
        if record.scope != ConsentScope::Visiting {
            return Err(Refusal::NoLiveConsent(ConsentScope::Visiting));
        }
        if !window.is_proper() {
            return Err(Refusal::BadWindow);
        }
        if !consent.covers(window) {
            return Err(Refusal::WindowNotConsented);
        }
        let Some(place) = record.place.clone() else {
            return Err(Refusal::ConsentWithoutPlace);
        };
        check_crew(&crew)?;
        Ok(Appointment {
            consent_no: record.no,
            window,
            place,
            crew,
        })
    }

    /// Returns the number of the consent it rests on.
    #[must_use]
    pub fn consent_no(&self) -> u16 {
        self.consent_no
    }

    /// Returns when.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// Returns where.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns who goes.
    #[must_use]
    pub fn crew(&self) -> &[CrewMember] {
        &self.crew
    }
}

fn check_crew(crew: &[CrewMember]) -> Result<(), Refusal> {
    let mut people: Vec<_> = crew.iter().map(|m| &m.staff).collect();
    people.sort();
    people.dedup();
    if people.len() != crew.len() {
        return Err(Refusal::CrewNamesSomebodyTwice);
    }
    if crew.len() < MIN_CREW {
        return Err(Refusal::CrewTooSmall {
            have: crew.len(),
            need: MIN_CREW,
        });
    }
    match crew.iter().find(|m| !m.role.goes_on_visits()) {
        Some(m) => Err(Refusal::RoleDoesNotVisit(m.role)),
        None => Ok(()),
    }
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitOutcome {
    /// The customer was met and heard.
    Held,
    /// Nobody was there.
    Absent,
    /// The customer did not want the visit after all: a withdrawal, which costs nothing.
    RefusedAtTheDoor,
    /// The crew left for its own or others' safety.
    Unsafe,
    /// It was broken off, but something was heard.
    CutShort,
}

/// What the crew reports of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitReport {
    /// How it ended.
    pub outcome: VisitOutcome,
    /// When the crew arrived, by the server's reckoning.
    pub started_at: Timestamp,
    /// When it left.
    pub ended_at: Timestamp,
    /// The device's own time at arrival, for evidence.
    pub device_started_at: Timestamp,
    /// Estimated skew of the device clock in microseconds (device minus server).
    pub device_skew: i64,
    /// Who was there.
    pub crew: Vec<CrewMember>,
    /// Whether the crew entered a private place.
    pub entered: bool,
    /// Whether sound or picture was recorded.
    pub recorded: bool,
    /// What the customer said, in their own words (mission B2.4).
    pub own_words: Personal,
    /// Ideas and suggestions the customer gave (mission A4.2c).
    pub suggestions: Vec<Personal>,
    /// Whether the record was read back and the customer confirmed it (mission A2.2.3).
    pub record_confirmed: bool,
    /// The channel that opens when the outcome ends the visiting, chosen by the customer or policy.
    pub next_channel: Option<super::state::Channel>,
}
