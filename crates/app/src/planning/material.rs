//! What is to be planned: consents that wait for an appointment, appointments that stand, and who can go.

use super::{RosterEntry, VisitPlan, place::degrees};
use crate::{
    access::{Deed, Viewer},
    error::OfficeError,
    office::Office,
    plan::{VisitRequest, local, moment, role_name, visit_of},
};
use domain::{
    BranchId, CaseId, Role, StaffId, Timestamp,
    case::{ConsentScope, CrewMember, State, Window},
};
use jiff::civil::Date;
use planner::{
    Problem,
    plan::Assignment,
    problem::{CrewDay, Day, DayIndex, Goal, Place, Promise, Rules, Seconds, Shift, Staff, Travel},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{CaseQuery, CaseRow, Sort};

/// Most cases of one plan.
pub const MAX_CASES: usize = 500;
/// How long a visit may be planned to last, in minutes: least, usual, most.
pub const SERVICE_MINUTES: (u32, u32, u32) = (15, 75, 240);
/// What a visit is worth in comparison with others: all the same, so that as many as possible are planned.
const VALUE: u32 = 10;
/// How long before and after a visit that is not part of the plan its crew is kept free, in seconds: the way there and back.
const APART: Seconds = 2700;
/// How long before and after its own appointment somebody without a roster entry can be on the way, in seconds.
const REACH: Seconds = 3600;
/// Most days of one span that a customer offered.
const MOST_DAYS: usize = 400;

/// Why a consented case cannot be part of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// The consent names no position: nobody can say how far it is.
    NoPlace,
    /// The consent no longer stands, or its customer's data were erased.
    NoConsent,
    /// None of the customer's times lies on the planned days.
    NoWindow,
    /// An appointment stands that breaks a rule as things are now, such as a shift that was changed. Its crew is kept free.
    Unlawful,
}

/// A case that waits for an appointment, and whether it can be planned.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its line of the work list.
    pub row: CaseRow,
    /// How many of the customer's times lie on the planned days.
    pub windows: usize,
    /// Why it cannot be planned.
    pub left_out: Option<LeftOut>,
}

/// Overtime that is allowed to one person on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overtime {
    /// Who.
    pub staff: StaffId,
    /// On which day.
    pub day: Date,
    /// How much later than the end of the shift they may be back.
    pub seconds: Seconds,
}

/// What a person chose to be planned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The days, rising.
    pub days: Vec<Date>,
    /// The branches whose cases are planned.
    pub branches: Vec<BranchId>,
    /// The cases that wait for an appointment.
    pub cases: Vec<CaseId>,
    /// Who can go.
    pub staff: Vec<StaffId>,
    /// How long a visit lasts, in minutes.
    pub minutes: u32,
    /// Overtime that is allowed.
    #[serde(default)]
    pub overtime: Vec<Overtime>,
    /// How crews spend the day.
    #[serde(default)]
    pub crew_day: CrewDay,
    /// How long to search.
    pub seconds: u32,
    /// The seed of the search.
    pub seed: u64,
}

/// A problem made of [`Inputs`], with what the plan keeps beside it.
pub(crate) struct Material {
    pub(crate) problem: Problem,
    /// Visits for which an appointment stands.
    pub(crate) appointed: BTreeSet<String>,
    pub(crate) left_out: Vec<(CaseId, LeftOut)>,
    /// The plan that the search begins with, on the days of this problem.
    pub(crate) before: Vec<Assignment>,
}

/// A consented case or an appointment, read from the log.
struct Found {
    request: VisitRequest,
    crew: Vec<CrewMember>,
}

impl Office {
    /// Returns the number of a civil day in a problem made on `today`.
    fn day_index(today: Date, date: Date) -> DayIndex {
        date.since(today).map_or(0, |s| s.get_days())
    }

    /// Returns today's civil date in the pack's zone.
    #[must_use]
    pub fn today(&self) -> Date {
        local(self.now(), self.pack.zone()).0
    }

    fn rows(
        &self,
        viewer: &Viewer,
        branches: &[BranchId],
        state: State,
    ) -> Result<Vec<CaseRow>, OfficeError> {
        let mut rows = Vec::new();
        for branch in branches {
            let mut query = CaseQuery {
                state: Some(state.code().to_owned()),
                branch: Some(branch.clone()),
                sort: Sort::ReceivedDesc,
                limit: MAX_CASES,
                ..CaseQuery::default()
            };
            // A branch out of reach has no cases for this person.
            if viewer.narrow(Deed::PlanVisits, &mut query).is_ok() {
                rows.extend(self.store.cases(&query)?.rows);
            }
        }
        rows.truncate(MAX_CASES);
        Ok(rows)
    }

    /// Returns the cases of `branches` that wait for an appointment, those due first at the front. Each is opened to see
    /// whether it can be planned on `days`, and that reading is recorded.
    ///
    /// # Errors
    /// When the store failed.
    pub fn plan_candidates(
        &self,
        viewer: &Viewer,
        branches: &[BranchId],
        days: &[Date],
    ) -> Result<Vec<Candidate>, OfficeError> {
        let mut rows = self.rows(viewer, branches, State::Consented)?;
        rows.sort_by_key(|r| (r.due_at.is_none(), r.due_at, r.case));
        let zone = self.pack.zone();
        self.at_once(&rows, |row| {
            let (windows, left_out) = match self.found(row, viewer, 0)? {
                Err(why) => (0, Some(why)),
                Ok(found) => {
                    let on = |w: &&Window| days.contains(&local(w.from, zone).0);
                    let windows = found.request.windows.iter().filter(on).count();
                    (windows, (windows == 0).then_some(LeftOut::NoWindow))
                }
            };
            Ok(Candidate {
                row: row.clone(),
                windows,
                left_out,
            })
        })
    }

    /// Opens one case for planning.
    fn found(
        &self,
        row: &CaseRow,
        viewer: &Viewer,
        service: Seconds,
    ) -> Result<Result<Found, LeftOut>, OfficeError> {
        let dossier = match self.open_case_for(row.case, viewer, Deed::PlanVisits, "visit plan") {
            Ok(dossier) => dossier,
            Err(OfficeError::NoSuchCase(_)) => return Ok(Err(LeftOut::NoConsent)),
            Err(e) => return Err(e),
        };
        let case = &dossier.case;
        let Some(consent) = case.live_consent(ConsentScope::Visiting) else {
            return Ok(Err(LeftOut::NoConsent));
        };
        let record = consent.record();
        let place = match &case.facts.appointment {
            Some(a) => Some(a.place()),
            None => record.place.as_ref(),
        };
        let Some(point) = place.and_then(|p| p.point.text()).and_then(degrees) else {
            return Ok(Err(LeftOut::NoPlace));
        };
        let (now, zone) = (self.now(), self.pack.zone());
        let proposal = self.screening_of(row.case, case, &dossier.entries, now)?;
        let mut roles: Vec<Role> = proposal.screening.roles;
        roles.retain(|r| r.goes_on_visits());
        let language = case.facts.complainant.language.split('-').next().unwrap_or("");
        let appointment = case.facts.appointment.as_ref();
        let promise = appointment.map(|a| {
            let crew = a.crew().iter().map(|m| m.staff.clone()).collect();
            (a.window(), crew)
        });
        Ok(Ok(Found {
            request: VisitRequest {
                case: row.case,
                customer: row.customer.to_string(),
                point,
                service: appointment.map_or(service, |a| (a.window().to.0 - a.window().from.0) / 1_000_000),
                roles,
                windows: if promise.is_some() {
                    record.windows.iter().flat_map(|w| by_day(*w, zone)).collect()
                } else {
                    let coming = record.windows.iter().filter(|w| w.to > now).map(|w| Window {
                        from: w.from.max(now),
                        to: w.to,
                    });
                    coming.flat_map(|w| by_day(w, zone)).collect()
                },
                due_at: row.due_at,
                value: VALUE,
                language: Some(language.to_owned()).filter(|l| !l.is_empty()),
                women_only: false,
                promise,
            },
            crew: appointment.map_or_else(Vec::new, |a| a.crew().to_vec()),
        }))
    }

    /// Makes the planner's problem of what a person chose. `roles` says in which roles somebody can go; `from` is a plan
    /// whose times the customers were told or are to keep: they become promises.
    pub(crate) fn material(
        &self,
        viewer: &Viewer,
        inputs: &Inputs,
        roles: &dyn Fn(&StaffId) -> Vec<Role>,
        from: Option<&VisitPlan>,
    ) -> Result<Material, OfficeError> {
        let (today, zone) = (self.today(), self.pack.zone());
        let index = |date: Date| Self::day_index(today, date);
        let days: Vec<(Date, DayIndex)> = inputs.days.iter().map(|d| (*d, index(*d))).collect();
        let service = i64::from(inputs.minutes) * 60;
        let chosen: BTreeSet<CaseId> = inputs.cases.iter().copied().collect();
        let mut rows = self.rows(viewer, &inputs.branches, State::Consented)?;
        rows.retain(|r| chosen.contains(&r.case));
        let mut standing = self.rows(viewer, &inputs.branches, State::Scheduled)?;
        rows.append(&mut standing);
        rows.sort_by_key(|r| r.case);
        let opened = self.at_once(&rows, |row| Ok((row.case, self.found(row, viewer, service)?)))?;
        let (mut left_out, mut found) = (Vec::new(), Vec::new());
        for (case, result) in opened {
            let on_days = |w: Timestamp| inputs.days.contains(&local(w, zone).0);
            match result {
                Err(why) if chosen.contains(&case) => left_out.push((case, why)),
                Err(_) => {}
                Ok(f) => match &f.request.promise {
                    Some((window, _)) if on_days(window.from) => found.push(f),
                    Some(_) => {}
                    None if f.request.windows.iter().any(|w| on_days(w.from)) => found.push(f),
                    None => left_out.push((case, LeftOut::NoWindow)),
                },
            }
        }
        let mut staff = self.staff(inputs, &days, roles)?;
        self.keep_free(&mut staff, &found, &days)?;
        for f in &found {
            crew_of_appointment(&mut staff, f, &index, zone);
        }
        let mut appointed = BTreeSet::new();
        let visits = found
            .iter()
            .map(|f| {
                let mut visit = visit_of(&f.request, &index, index(today), zone);
                if f.request.promise.is_some() {
                    appointed.insert(visit.id.clone());
                    visit.mandatory = true;
                    // Who was promised comes; which roles that fills was decided with the appointment.
                    visit.needs.clear();
                    // The appointment named its people, not how they spend their day.
                    visit.crew_day = Some(CrewDay::MeetsAtDoor);
                    visit.language = None;
                }
                visit
            })
            .collect();
        let mut problem = Problem {
            days: days
                .iter()
                .map(|(date, day)| Day {
                    label: date.to_string(),
                    index: *day,
                    visiting_hours: None,
                })
                .collect(),
            staff,
            visits,
            rules: Rules {
                crew_day: inputs.crew_day,
                ..self.visit_rules(inputs.days.first().copied().unwrap_or(today))
            },
            travel: Travel::default(),
            goals: Goal::usual_order(),
        };
        set_aside(&mut problem, &mut appointed, &mut left_out)?;
        let before = from.map_or_else(Vec::new, |from| {
            let before = carried_over(&from.problem.days, &problem.days, &from.plan.visits);
            promises(&mut problem, from, &before, &appointed);
            before
        });
        Ok(Material {
            problem,
            appointed,
            left_out,
            before,
        })
    }

    fn staff(
        &self,
        inputs: &Inputs,
        days: &[(Date, DayIndex)],
        roles: &dyn Fn(&StaffId) -> Vec<Role>,
    ) -> Result<Vec<Staff>, OfficeError> {
        let chosen: BTreeSet<&StaffId> = inputs.staff.iter().collect();
        let entries: Vec<RosterEntry> = self.roster()?;
        let mut staff: Vec<Staff> = entries
            .iter()
            .filter(|e| chosen.contains(&e.staff))
            .map(|e| e.planned(roles(&e.staff).into_iter().map(role_name).collect(), days))
            .collect();
        for o in &inputs.overtime {
            let Some((_, day)) = days.iter().find(|(date, _)| *date == o.day) else {
                continue;
            };
            let shifts = staff
                .iter_mut()
                .filter(|s| s.id == o.staff.0)
                .flat_map(|s| &mut s.shifts);
            for shift in shifts.filter(|s| s.day == *day) {
                shift.overtime = shift.overtime.max(o.seconds.clamp(0, 8 * 3600));
            }
        }
        Ok(staff)
    }

    /// Nobody goes to two places: visits of the planned days that are not part of this problem are absences.
    fn keep_free(
        &self,
        staff: &mut [Staff],
        found: &[Found],
        days: &[(Date, DayIndex)],
    ) -> Result<(), OfficeError> {
        let own: BTreeSet<CaseId> = found.iter().map(|f| f.request.case).collect();
        for (date, day) in days {
            for line in self.visits_of(&date.to_string())? {
                if own.contains(&line.case) || line.outcome.is_some() {
                    continue;
                }
                let (_, start) = local(line.window.from, self.pack.zone());
                let end = start + (line.window.to.0 - line.window.from.0) / 1_000_000;
                let away = planner::problem::Window::new(*day, (start - APART).max(0), end + APART);
                for person in staff.iter_mut() {
                    if line.crew.iter().any(|m| m.staff.0 == person.id) {
                        person.absences.push(away);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Cuts a span that a customer offered, such as "any time next week", into its civil days: the planner thinks in days.
fn by_day(window: Window, zone: &rules::TimeZone) -> Vec<Window> {
    let (first, _) = local(window.from, zone);
    let mut parts = Vec::new();
    let mut from = window.from;
    let mut day = first;
    while from < window.to && parts.len() < MOST_DAYS {
        let midnight = day.tomorrow().ok().and_then(|d| moment(d, 0, zone));
        let (Some(midnight), Ok(next)) = (midnight, day.tomorrow()) else {
            break;
        };
        let to = midnight.min(window.to);
        parts.push(Window { from, to });
        (from, day) = (to, next);
    }
    parts
}

/// Takes out the appointments that the planner could not keep lawfully even with nothing else to do: it would leave them out
/// and send their crew elsewhere. They become times at which the crew is away.
fn set_aside(
    problem: &mut Problem,
    appointed: &mut BTreeSet<String>,
    left_out: &mut Vec<(CaseId, LeftOut)>,
) -> Result<(), OfficeError> {
    let alone = Problem {
        visits: problem
            .visits
            .iter()
            .filter(|v| appointed.contains(&v.id))
            .cloned()
            .collect(),
        ..problem.clone()
    };
    let plan = planner::solve(&alone, 0, 0)
        .map_err(|e| OfficeError::Setup(format!("the appointments cannot be laid out: {e}")))?;
    for unlawful in &plan.unplanned {
        let Some(at) = problem.visits.iter().position(|v| v.id == unlawful.visit) else {
            continue;
        };
        let visit = problem.visits.remove(at);
        appointed.remove(&visit.id);
        left_out.extend(visit.id.parse().ok().map(|case| (case, LeftOut::Unlawful)));
        if let Some(promise) = &visit.promise {
            let end = promise.start + visit.service + APART;
            let away = planner::problem::Window::new(promise.day, (promise.start - APART).max(0), end);
            for person in problem.staff.iter_mut().filter(|s| promise.staff.contains(&s.id)) {
                person.absences.push(away);
            }
        }
    }
    Ok(())
}

/// Puts everybody who has an appointment among the staff: whoever was not chosen, or stands in no roster, comes from the
/// customer's door and goes nowhere else.
fn crew_of_appointment(
    staff: &mut Vec<Staff>,
    found: &Found,
    index: &dyn Fn(Date) -> DayIndex,
    zone: &rules::TimeZone,
) {
    let Some((window, _)) = found.request.promise else {
        return;
    };
    let (date, start) = local(window.from, zone);
    let shift = Shift {
        day: index(date),
        start: (start - REACH).max(0),
        end: start + found.request.service + REACH,
        overtime: 0,
    };
    for member in &found.crew {
        match staff.iter_mut().find(|s| s.id == member.staff.0) {
            None => staff.push(Staff {
                id: member.staff.0.clone(),
                roles: Vec::new(),
                skills: Vec::new(),
                languages: Vec::new(),
                woman: false,
                needs_step_free: false,
                base: Place::geo(found.request.point.0, found.request.point.1),
                end: None,
                shifts: vec![shift],
                rest: None,
                max_visits_per_day: None,
                max_travel_per_day: None,
                conflicts: Vec::new(),
                absences: Vec::new(),
            }),
            Some(known) if known.roles.is_empty() => {
                match known.shifts.iter_mut().find(|s| s.day == shift.day) {
                    None => known.shifts.push(shift),
                    Some(s) => (s.start, s.end) = (s.start.min(shift.start), s.end.max(shift.end)),
                }
            }
            Some(_) => {}
        }
    }
}

/// The visits of an earlier plan on the same dates of another problem, which numbers its days from another today. Those whose
/// date is no longer planned are left out.
fn carried_over(from: &[Day], to: &[Day], visits: &[Assignment]) -> Vec<Assignment> {
    let same_date = |day: DayIndex| {
        let label = &from.iter().find(|d| d.index == day)?.label;
        to.iter().find(|d| d.label == *label).map(|d| d.index)
    };
    let moved = |a: &Assignment| {
        Some(Assignment {
            day: same_date(a.day)?,
            ..a.clone()
        })
    };
    visits.iter().filter_map(moved).collect()
}

/// Makes the times of an earlier plan promises: they may move, and every move is counted; locked ones may not.
fn promises(problem: &mut Problem, from: &VisitPlan, before: &[Assignment], appointed: &BTreeSet<String>) {
    let people: BTreeSet<&str> = problem.staff.iter().map(|s| s.id.as_str()).collect();
    for visit in problem.visits.iter_mut().filter(|v| !appointed.contains(&v.id)) {
        let Some(planned) = before.iter().find(|a| a.visit == visit.id) else {
            continue;
        };
        let crew: Vec<String> = planned
            .crew
            .iter()
            .map(|m| m.staff.clone())
            .filter(|s| people.contains(s.as_str()))
            .collect();
        let locked = from.is_locked(&visit.id);
        visit.preferred_staff.clone_from(&crew);
        visit.promise = Some(Promise {
            day: planned.day,
            start: planned.start,
            locked,
            // Somebody who is no longer there cannot be kept: then the time is, with another crew.
            staff: if locked && crew.len() == planned.crew.len() {
                crew
            } else {
                Vec::new()
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_carried_over_by_date_not_by_number() {
        let days = |first: DayIndex, dates: &[&str]| -> Vec<Day> {
            let numbered = (first..).zip(dates);
            let day = |(index, date): (DayIndex, &&str)| Day {
                label: (*date).to_owned(),
                index,
                visiting_hours: None,
            };
            numbered.map(day).collect()
        };
        let visit = |visit: &str, day| Assignment {
            visit: visit.to_owned(),
            day,
            start: 36_000,
            end: 39_600,
            crew: Vec::new(),
        };
        // Made on Monday for Tuesday and Wednesday; planned again on Tuesday for Wednesday and Thursday.
        let monday = days(1, &["2026-11-24", "2026-11-25"]);
        let tuesday = days(1, &["2026-11-25", "2026-11-26"]);
        let carried = carried_over(&monday, &tuesday, &[visit("gone", 1), visit("stays", 2)]);
        assert_eq!(carried, [visit("stays", 1)]);
    }

    #[test]
    fn a_span_of_several_days_becomes_its_days() {
        let pack = rules::Packs::builtin().get("cn").expect("is shipped");
        let zone = pack.zone();
        let at =
            |day: &str, hour: i64| moment(day.parse().expect("a date"), hour * 3600, zone).expect("a moment");
        let span = |from, to| Window { from, to };
        let one = span(at("2026-11-24", 9), at("2026-11-24", 12));
        assert_eq!(by_day(one, zone), [one]);
        let three = by_day(span(at("2026-11-24", 9), at("2026-11-26", 18)), zone);
        let wanted = [
            span(at("2026-11-24", 9), at("2026-11-25", 0)),
            span(at("2026-11-25", 0), at("2026-11-26", 0)),
            span(at("2026-11-26", 0), at("2026-11-26", 18)),
        ];
        assert_eq!(three, wanted);
        let whole_day = span(at("2026-11-24", 0), at("2026-11-25", 0));
        assert_eq!(by_day(whole_day, zone), [whole_day]);
        assert_eq!(by_day(span(one.to, one.from), zone), []);
        let endless = by_day(span(Timestamp(i64::MIN), Timestamp(i64::MAX)), zone);
        assert!(endless.len() <= MOST_DAYS);
    }
}
