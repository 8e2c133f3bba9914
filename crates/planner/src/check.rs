//! Is a plan lawful, and is it what it says? A second opinion that shares no code with the solver.
//!
//! Everything is recomputed from the problem: windows, hours, notice, roles, exclusions, ways, shifts, rests, sums.
//! What it does not judge is whether a better plan exists and whether the reasons given for unplanned visits are the
//! best ones.

mod crew;
mod day;
mod sums;
mod way;

use crate::plan::{Assignment, Plan};
use crate::problem::{Day, Problem, Seconds, Span, Visit, WindowCovers};
use crate::validate::validate;
use crate::violation::Violation;
use std::collections::{BTreeMap, BTreeSet};

/// Larger numbers than this in a plan are absurd.
const ABSURD: i64 = 1 << 40;

/// Lists every violation in `plan`; none means that the plan is lawful and says the truth about itself.
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    if let Err(issues) = validate(problem) {
        return vec![Violation::InvalidProblem { issues: issues.len() }];
    }
    if let Some(place) = absurd(plan) {
        return vec![Violation::AbsurdNumber { place }];
    }
    let mut found = Vec::new();
    lists(problem, plan, &mut found);
    for a in &plan.visits {
        let Some(visit) = problem.visits.iter().find(|v| v.id == a.visit) else {
            found.push(Violation::UnknownVisit {
                visit: a.visit.clone(),
            });
            continue;
        };
        match problem.days.iter().find(|d| d.index == a.day) {
            Some(day) => when(problem, visit, day, a, &mut found),
            None => {
                found.push(Violation::UnknownDay {
                    of: format!("visit {}", a.visit),
                    day: a.day,
                });
            }
        }
        crew::who(problem, visit, a, &mut found);
    }
    frequency(problem, plan, &mut found);
    crew::days_together(problem, plan, &mut found);
    day::routes(problem, plan, &mut found);
    sums::totals(problem, plan, &mut found);
    found
}

fn absurd(plan: &Plan) -> Option<String> {
    let big = |x: i64| !(-ABSURD..=ABSURD).contains(&x);
    for (i, a) in plan.visits.iter().enumerate() {
        if big(a.start) || big(a.end) {
            return Some(format!("visits[{i}]"));
        }
    }
    for (i, r) in plan.routes.iter().enumerate() {
        let sums = [r.travel_seconds, r.travel_metres, r.overtime_seconds];
        let home = [r.home.depart, r.home.arrive, r.home.metres];
        let rest = r.rest.map_or([0, 0], |s| [s.start, s.end]);
        let of_stop = |s: &crate::plan::Stop| {
            [s.leg.depart, s.leg.arrive, s.leg.metres, s.wait, s.start, s.end]
                .into_iter()
                .any(big)
        };
        if sums.into_iter().chain(home).chain(rest).any(big) || r.stops.iter().any(of_stop) {
            return Some(format!("routes[{i}]"));
        }
    }
    None
}

/// Every visit is planned or explained, once; late and moved visits are named as such.
fn lists(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let mut planned: BTreeMap<&str, &Assignment> = BTreeMap::new();
    for a in &plan.visits {
        if planned.insert(&a.visit, a).is_some() {
            found.push(Violation::PlannedTwice {
                visit: a.visit.clone(),
            });
        }
    }
    let mut unplanned: BTreeSet<&str> = BTreeSet::new();
    for u in &plan.unplanned {
        if !problem.visits.iter().any(|v| v.id == u.visit) {
            found.push(Violation::UnknownVisit {
                visit: u.visit.clone(),
            });
        } else if !unplanned.insert(&u.visit) || planned.contains_key(u.visit.as_str()) {
            found.push(Violation::WronglyUnplanned {
                visit: u.visit.clone(),
            });
        }
    }
    let mut late: BTreeSet<(&str, i32, i32)> = BTreeSet::new();
    let mut moved = BTreeSet::new();
    for v in &problem.visits {
        let Some(a) = planned.get(v.id.as_str()) else {
            if !unplanned.contains(v.id.as_str()) {
                found.push(Violation::Forgotten { visit: v.id.clone() });
            }
            continue;
        };
        if let Some(deadline) = v.deadline_day.filter(|&deadline| a.day > deadline) {
            late.insert((&v.id, deadline, a.day));
        }
        if let Some(p) = v
            .promise
            .as_ref()
            .filter(|p| (p.day, p.start) != (a.day, a.start))
        {
            moved.insert((v.id.as_str(), p.day, p.start, a.day, a.start));
        }
    }
    for l in &plan.late {
        if !late.remove(&(l.visit.as_str(), l.deadline_day, l.day)) {
            found.push(Violation::WronglyLate {
                visit: l.visit.clone(),
            });
        }
    }
    found.extend(
        late.into_iter()
            .map(|(visit, ..)| Violation::WronglyLate { visit: visit.into() }),
    );
    for m in &plan.moved {
        if !moved.remove(&(m.visit.as_str(), m.from_day, m.from_start, m.day, m.start)) {
            found.push(Violation::WronglyMoved {
                visit: m.visit.clone(),
            });
        }
    }
    found.extend(
        moved
            .into_iter()
            .map(|(visit, ..)| Violation::WronglyMoved { visit: visit.into() }),
    );
}

/// The hour and the day of one visit.
fn when(problem: &Problem, visit: &Visit, day: &Day, a: &Assignment, found: &mut Vec<Violation>) {
    let id = || visit.id.clone();
    if a.end - a.start != visit.service {
        found.push(Violation::WrongLength {
            visit: id(),
            service: visit.service,
            found: a.end - a.start,
        });
    }
    let every = problem.rules.start_every;
    let promised = visit
        .promise
        .as_ref()
        .is_some_and(|p| (p.day, p.start) == (a.day, a.start));
    if a.start.rem_euclid(every) != 0 && !promised {
        found.push(Violation::OddStart { visit: id(), every });
    }
    let until = match problem.rules.window_covers {
        WindowCovers::WholeVisit => a.end,
        WindowCovers::Start => a.start,
    };
    let windows = visit
        .windows
        .iter()
        .filter(|w| w.day == a.day)
        .map(|w| (w.start, w.end));
    if !covered(windows.collect(), a.start, until) {
        found.push(Violation::OutsideWindow { visit: id() });
    }
    let hours: &[Span] = day
        .visiting_hours
        .as_deref()
        .unwrap_or(&problem.rules.visiting_hours);
    if !covered(hours.iter().map(|h| (h.start, h.end)).collect(), a.start, a.end) {
        found.push(Violation::OutsideVisitingHours { visit: id() });
    }
    let too_early = visit.earliest_day.is_some_and(|first| a.day < first);
    if too_early || visit.latest_day.is_some_and(|last| a.day > last) {
        found.push(Violation::DayNotAllowed {
            visit: id(),
            day: a.day,
        });
    }
    let least = i64::from(problem.rules.min_notice_days);
    let notice = i64::from(a.day) - i64::from(visit.notice_day);
    if notice < least {
        found.push(Violation::NoticeTooShort {
            visit: id(),
            least,
            found: notice,
        });
    }
    if let Some(promise) = visit.promise.as_ref().filter(|p| p.locked) {
        if promise.day != a.day || promise.start != a.start {
            found.push(Violation::LockedTimeMoved { visit: id() });
        }
        let named: BTreeSet<&str> = promise.staff.iter().map(String::as_str).collect();
        let going: BTreeSet<&str> = a.crew.iter().map(|m| m.staff.as_str()).collect();
        if !named.is_empty() && named != going {
            found.push(Violation::LockedCrewChanged { visit: id() });
        }
    }
    if visit.needs_step_free && !visit.step_free {
        found.push(Violation::PlaceNotStepFree { visit: id() });
    }
}

/// Says whether the spans together leave no moment between `from` and `to` uncovered.
fn covered(mut spans: Vec<(Seconds, Seconds)>, from: Seconds, to: Seconds) -> bool {
    spans.sort_unstable();
    let mut reached: Option<Seconds> = None;
    for (start, end) in spans {
        let here = reached.unwrap_or(from);
        if start <= here && end >= here {
            reached = Some(end.max(here));
        }
    }
    reached.is_some_and(|end| end >= to) && to >= from
}

fn frequency(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let least = problem.rules.min_days_between_visits;
    let mut of_customer: BTreeMap<&str, Vec<&Assignment>> = BTreeMap::new();
    for a in &plan.visits {
        if let Some(v) = problem.visits.iter().find(|v| v.id == a.visit) {
            of_customer.entry(&v.customer).or_default().push(a);
        }
    }
    for visits in of_customer.values_mut() {
        visits.sort_by_key(|a| a.day);
        for pair in visits.windows(2) {
            if i64::from(pair[1].day) - i64::from(pair[0].day) < i64::from(least) {
                let (visit, other) = (pair[0].visit.clone(), pair[1].visit.clone());
                found.push(Violation::TooOften { visit, other, least });
            }
        }
    }
}
