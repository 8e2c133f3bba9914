//! Who plays whom: the sample's staff in the roles of the commands.

use domain::{Actor, BranchId, Role, StaffId};
use jiff::civil::Date;
use planner::problem::{Place, Rest, Shift, Staff as Planned};
use sample::{Bank, Staff};

/// The staff of the sample bank.
pub(super) struct Roster {
    staff: Vec<Staff>,
    branches: Vec<(BranchId, (f64, f64))>,
}

impl Roster {
    pub(super) fn of(bank: &Bank) -> Self {
        Roster {
            staff: bank.staff.clone(),
            branches: bank
                .branches
                .iter()
                .map(|b| (b.id.clone(), (b.place.lat, b.place.lon)))
                .collect(),
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
        let staff = self
            .staff
            .iter()
            .filter(|s| !s.shifts.is_empty() && s.role.goes_on_visits())
            .map(|s| self.planned(s, days, *first))
            .collect();
        crate::plan::Crewing { staff }
    }

    fn planned(&self, s: &Staff, days: &[Date], first: Date) -> Planned {
        let base = self
            .branches
            .iter()
            .find(|(b, _)| *b == s.branch)
            .map_or((0.0, 0.0), |(_, at)| *at);
        let shifts = days
            .iter()
            .filter(|d| s.visit_certificate_until.is_none_or(|until| **d <= until))
            .flat_map(|d| {
                let weekday = u8::try_from(d.weekday().to_monday_one_offset()).unwrap_or(0);
                let day = d.since(first).map_or(0, |x| x.get_days());
                s.shifts
                    .iter()
                    .filter(move |x| x.weekday == weekday)
                    .map(move |x| Shift {
                        day,
                        start: i64::from(x.from) * 60,
                        end: i64::from(x.to) * 60,
                        overtime: 0,
                    })
            })
            .collect();
        let mut languages: Vec<String> = s.languages.iter().map(|l| tag(*l)).collect();
        languages.dedup();
        Planned {
            id: s.id.0.clone(),
            roles: vec![crate::plan::role_name(s.role)],
            skills: Vec::new(),
            languages,
            woman: s.woman,
            needs_step_free: false,
            base: Place::geo(base.0, base.1),
            end: None,
            shifts,
            rest: Some(Rest {
                earliest: 11 * 3600 + 1800,
                latest: 14 * 3600,
                seconds: 2700,
            }),
            max_visits_per_day: Some(6),
            max_travel_per_day: None,
            conflicts: Vec::new(),
            absences: Vec::new(),
        }
    }
}

/// Spoken languages: written simplified and traditional Chinese are one.
pub(super) fn tag(language: sample::Language) -> String {
    match language {
        sample::Language::En => "en".to_owned(),
        sample::Language::Hans | sample::Language::Hant => "zh".to_owned(),
    }
}
