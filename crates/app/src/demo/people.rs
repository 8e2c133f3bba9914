//! Who plays whom: the sample's staff in the roles of the commands.

use crate::planning::{RosterEntry, WeekShift};
use domain::{Actor, BranchId, Role, StaffId};
use jiff::civil::Date;
use sample::{Bank, Staff};

/// The staff of the sample bank.
pub(super) struct Roster {
    staff: Vec<Staff>,
    entries: Vec<RosterEntry>,
}

impl Roster {
    pub(super) fn of(bank: &Bank) -> Self {
        Roster {
            staff: bank.staff.clone(),
            entries: roster(bank),
        }
    }

    /// Returns the `n`th person of a role, those of the branch first.
    pub(super) fn pick(&self, role: Role, branch: &BranchId, n: usize) -> Actor {
        let of_role = || self.staff.iter().filter(|s| s.role == role);
        let near: Vec<&Staff> = of_role().filter(|s| s.branch == *branch).collect();
        let all: Vec<&Staff> = of_role().collect();
        let from = if near.is_empty() { &all } else { &near };
        match from.get(n % from.len().max(1)) {
            Some(s) => Actor {
                id: s.id.clone(),
                role,
            },
            None => Actor::new("nobody", role),
        }
    }

    /// Returns somebody of a role who is not among `but`.
    pub(super) fn other(&self, role: Role, but: &[&StaffId]) -> Option<Actor> {
        let found = self
            .staff
            .iter()
            .find(|s| s.role == role && !but.contains(&&s.id))?;
        Some(Actor {
            id: found.id.clone(),
            role,
        })
    }

    /// Returns the staff in the planner's words, with shifts on `days` (indexes from the first day).
    pub(super) fn crewing(&self, days: &[Date]) -> crate::plan::Crewing {
        let Some(first) = days.first() else {
            return crate::plan::Crewing::default();
        };
        let index = |d: &Date| d.since(*first).map_or(0, |x| x.get_days());
        let days: Vec<(Date, i32)> = days.iter().map(|d| (*d, index(d))).collect();
        let role = |e: &RosterEntry| {
            let found = self.staff.iter().find(|s| s.id == e.staff);
            found
                .map(|s| crate::plan::role_name(s.role))
                .into_iter()
                .collect()
        };
        let staff = self.entries.iter().map(|e| e.planned(role(e), &days)).collect();
        crate::plan::Crewing { staff }
    }
}

/// Returns the roster of the sample's staff: those who go on visits, from their branch, in their hours.
#[must_use]
pub fn roster(bank: &Bank) -> Vec<RosterEntry> {
    let goes = |s: &&Staff| !s.shifts.is_empty() && s.role.goes_on_visits();
    bank.staff.iter().filter(goes).map(|s| entry(bank, s)).collect()
}

fn entry(bank: &Bank, s: &Staff) -> RosterEntry {
    let base = bank.branches.iter().find(|b| b.id == s.branch);
    let mut languages: Vec<String> = s.languages.iter().map(|l| tag(*l)).collect();
    languages.dedup();
    RosterEntry {
        staff: s.id.clone(),
        base: base.map_or((0.0, 0.0), |b| (b.place.lat, b.place.lon)),
        shifts: s
            .shifts
            .iter()
            .map(|x| WeekShift {
                weekday: x.weekday,
                from: x.from,
                to: x.to,
            })
            .collect(),
        skills: Vec::new(),
        languages,
        woman: s.woman,
        absences: Vec::new(),
        most_visits: Some(6),
        certified_until: s.visit_certificate_until,
    }
}

/// Spoken languages: written simplified and traditional Chinese are one.
pub(super) fn tag(language: sample::Language) -> String {
    match language {
        sample::Language::En => "en".to_owned(),
        sample::Language::Hans | sample::Language::Hant => "zh".to_owned(),
    }
}
