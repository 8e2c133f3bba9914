//! The roster: from where, when and with what each person can go on visits.
//!
//! One sealed record for each person, written beside an event that tells who changed it. Roles stand in the directory
//! of users and are not repeated here.

use crate::{codec, error::OfficeError, ids, office::Office};
use domain::{Actor, StaffId};
use jiff::civil::Date;
use planner::problem::{DayIndex, Place, Rest, Shift, Skill, Staff, Window};
use serde::{Deserialize, Serialize};
use store::{NewEvent, RecordChange, StreamAppend, StreamId, Work};

/// The kind of records and streams.
const ROSTER: &str = "roster";
/// Most entries that are read.
const MOST: usize = 5000;
/// Most skills, languages or absences of one person.
const MOST_OF_ONE: usize = 30;
/// Longest word of a skill or language, in characters.
const LONGEST_WORD: usize = 30;
/// Most visits a day that anybody may be given.
const MOST_VISITS: u32 = 20;
/// The rest at noon: 45 minutes between 11:30 and 14:00, what the bank's offices keep.
const REST: Rest = Rest {
    earliest: 11 * 3600 + 1800,
    latest: 14 * 3600,
    seconds: 2700,
};

/// Working hours on one weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekShift {
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u8,
    /// Minutes after midnight at which the shift starts.
    pub from: u16,
    /// Minutes after midnight at which the shift ends; later than `from`.
    pub to: u16,
}

/// Whole days on which the person is not there, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// First day.
    pub from: Date,
    /// Last day; not before `from`.
    pub to: Date,
}

/// What planning knows of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// Who: an id of the directory.
    pub staff: StaffId,
    /// Where each day begins and ends: degrees north and east (WGS 84).
    pub base: (f64, f64),
    /// Working hours of the week; a missing weekday is a day off.
    pub shifts: Vec<WeekShift>,
    /// Skills and certificates.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Languages and dialects spoken with customers, such as `zh`, `en`.
    #[serde(default)]
    pub languages: Vec<String>,
    /// True when this person may go where only women are welcome.
    #[serde(default)]
    pub woman: bool,
    /// Days off.
    #[serde(default)]
    pub absences: Vec<Absence>,
    /// Most visits on one day.
    #[serde(default)]
    pub most_visits: Option<u32>,
    /// The last day on which the certificate for visits is valid; `None`: no end is known.
    #[serde(default)]
    pub certified_until: Option<Date>,
}

/// What is wrong with a field of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RosterFault {
    /// The base is no position on the earth.
    NoPlace,
    /// A shift ends before it begins, goes past midnight, or a weekday is named twice.
    BadShift,
    /// Too many, too long, or empty words.
    BadWords,
    /// An absence ends before it begins, or there are too many.
    BadAbsence,
    /// Not between 1 and 20.
    BadMost,
}

impl RosterEntry {
    /// Names every field that is not acceptable: `base`, `shifts`, `skills`, `languages`, `absences`, `most_visits`.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(&'static str, RosterFault)> {
        let mut found = Vec::new();
        if super::degrees(&format!("{},{}", self.base.0, self.base.1)).is_none() {
            found.push(("base", RosterFault::NoPlace));
        }
        let mut days = [false; 7];
        let shifts = self.shifts.iter().all(|s| {
            let day = usize::from(s.weekday)
                .checked_sub(1)
                .and_then(|d| days.get_mut(d));
            let first = day.is_some_and(|d| !std::mem::replace(d, true));
            first && s.from < s.to && s.to <= 24 * 60
        });
        if !shifts {
            found.push(("shifts", RosterFault::BadShift));
        }
        let bad = |w: &String| {
            w.trim().is_empty() || w.chars().count() > LONGEST_WORD || w.chars().any(char::is_control)
        };
        for (field, words) in [("skills", &self.skills), ("languages", &self.languages)] {
            if words.len() > MOST_OF_ONE || words.iter().any(bad) {
                found.push((field, RosterFault::BadWords));
            }
        }
        let lawful = |a: &Absence| a.from <= a.to && (2000..2200).contains(&a.from.year());
        if self.absences.len() > MOST_OF_ONE || !self.absences.iter().all(lawful) {
            found.push(("absences", RosterFault::BadAbsence));
        }
        if self.most_visits.is_some_and(|n| !(1..=MOST_VISITS).contains(&n)) {
            found.push(("most_visits", RosterFault::BadMost));
        }
        found
    }

    /// Returns the person in the planner's words: in the `roles` given, with shifts on those of `days` on which they work.
    pub(crate) fn planned(&self, roles: Vec<String>, days: &[(Date, DayIndex)]) -> Staff {
        let works = |date: Date| {
            let away = self.absences.iter().any(|a| (a.from..=a.to).contains(&date));
            !away && self.certified_until.is_none_or(|until| date <= until)
        };
        let shifts = days
            .iter()
            .filter(|(date, _)| works(*date))
            .filter_map(|(date, day)| {
                let weekday = u8::try_from(date.weekday().to_monday_one_offset()).ok()?;
                let shift = self.shifts.iter().find(|s| s.weekday == weekday)?;
                Some(Shift {
                    day: *day,
                    start: i64::from(shift.from) * 60,
                    end: i64::from(shift.to) * 60,
                    overtime: 0,
                })
            })
            .collect();
        let skill = |name: &String| Skill {
            name: name.clone(),
            level: 1,
            valid_to: None,
        };
        Staff {
            id: self.staff.0.clone(),
            roles,
            skills: self.skills.iter().map(skill).collect(),
            languages: self.languages.clone(),
            woman: self.woman,
            needs_step_free: false,
            base: Place::geo(self.base.0, self.base.1),
            end: None,
            shifts,
            rest: Some(REST),
            max_visits_per_day: self.most_visits,
            max_travel_per_day: None,
            conflicts: Vec::new(),
            absences: Vec::<Window>::new(),
        }
    }
}

impl Office {
    /// Returns everybody's entry, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn roster(&self) -> Result<Vec<RosterEntry>, OfficeError> {
        let found = self.store.records(ROSTER, "", "", MOST)?;
        found.iter().map(|r| understood(&r.id, &r.body)).collect()
    }

    /// Returns one person's entry, if there is one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn roster_entry(&self, staff: &StaffId) -> Result<Option<RosterEntry>, OfficeError> {
        let found = self.store.record(ROSTER, &staff.0)?;
        found.map(|r| understood(&r.id, &r.body)).transpose()
    }

    /// Writes entries, each in the place of what stood there, and notes who did.
    ///
    /// # Errors
    /// When an entry has mistakes (ask [`RosterEntry::mistakes`] first), or the store failed.
    pub fn set_roster(&self, entries: &[RosterEntry], by: &Actor) -> Result<(), OfficeError> {
        for entry in entries {
            if let Some((field, fault)) = entry.mistakes().first() {
                return Err(OfficeError::Setup(format!(
                    "the roster entry of {} has a mistake in {field} ({fault:?}); nothing of it was kept",
                    entry.staff
                )));
            }
            let stream = StreamId::other(ROSTER, &entry.staff.0)?;
            let expected = self.store.read(stream.bucket(), &stream)?.len() as u64;
            self.store.append(Work {
                streams: vec![StreamAppend {
                    stream,
                    expected,
                    events: vec![NewEvent {
                        id: ids::fresh(),
                        kind: "roster_changed".to_owned(),
                        schema_version: 1,
                        occurred_at: self.now(),
                        actor: codec::actor_text(by),
                        purpose: "visit_planning".to_owned(),
                        // What stands in an entry is about a person and stays in the sealed record.
                        body: serde_json::json!({ "staff": entry.staff }).into(),
                    }],
                }],
                records: vec![RecordChange {
                    kind: ROSTER,
                    id: entry.staff.0.clone(),
                    body: Some(serde_json::to_vec(entry).expect("an entry is plain data")),
                    expires_at: None,
                }],
                ..Work::default()
            })?;
        }
        Ok(())
    }
}

fn understood(id: &str, body: &[u8]) -> Result<RosterEntry, OfficeError> {
    serde_json::from_slice(body)
        .map_err(|e| OfficeError::Setup(format!("the roster entry {id} cannot be understood: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn entry() -> RosterEntry {
        RosterEntry {
            staff: StaffId::from("x"),
            base: (29.3, 124.1),
            shifts: (1..=5)
                .map(|weekday| WeekShift {
                    weekday,
                    from: 540,
                    to: 1080,
                })
                .collect(),
            skills: vec!["mediation".into()],
            languages: vec!["zh".into()],
            woman: true,
            absences: Vec::new(),
            most_visits: Some(6),
            certified_until: None,
        }
    }

    #[test]
    fn every_mistake_of_an_entry_is_named_at_once() {
        assert_eq!(entry().mistakes(), []);
        let mut bad = entry();
        bad.base = (f64::NAN, 0.0);
        bad.shifts[1].weekday = 1;
        bad.languages = vec![" ".into()];
        bad.absences = vec![Absence {
            from: date(2026, 11, 24),
            to: date(2026, 11, 23),
        }];
        bad.most_visits = Some(0);
        let fields: Vec<&str> = bad.mistakes().into_iter().map(|(f, _)| f).collect();
        assert_eq!(fields, ["base", "shifts", "languages", "absences", "most_visits"]);
        for (from, to) in [(600, 600), (600, 1441)] {
            let mut bad = entry();
            (bad.shifts[0].from, bad.shifts[0].to) = (from, to);
            assert_eq!(bad.mistakes(), [("shifts", RosterFault::BadShift)]);
        }
    }

    #[test]
    fn nobody_is_planned_on_a_day_off_an_absence_or_without_certificate() {
        // Friday, Saturday, Monday, Tuesday, Wednesday.
        let days = [
            (date(2026, 11, 20), 0),
            (date(2026, 11, 21), 1),
            (date(2026, 11, 23), 3),
            (date(2026, 11, 24), 4),
            (date(2026, 11, 25), 5),
        ];
        let mut e = entry();
        e.absences = vec![Absence {
            from: date(2026, 11, 23),
            to: date(2026, 11, 23),
        }];
        e.certified_until = Some(date(2026, 11, 24));
        let planned = e.planned(vec!["handler".into()], &days);
        let on: Vec<i32> = planned.shifts.iter().map(|s| s.day).collect();
        assert_eq!(on, [0, 4]);
        assert_eq!(
            (planned.shifts[0].start, planned.shifts[0].end),
            (9 * 3600, 18 * 3600)
        );
    }
}
