//! Checks each person's day: ways, waiting, shifts, absences, rest and limits.

use super::way;
use crate::plan::{Assignment, Plan, Route};
use crate::problem::{Problem, Rest, Seconds, Span, Staff};
use crate::violation::Violation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn routes(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let assigned: BTreeMap<&str, &Assignment> = plan.visits.iter().map(|a| (a.visit.as_str(), a)).collect();
    let mut days = BTreeSet::new();
    let mut stops = BTreeSet::new();
    for route in &plan.routes {
        if !days.insert((route.staff.as_str(), route.day)) {
            found.push(Violation::RouteTwice {
                staff: route.staff.clone(),
                day: route.day,
            });
        }
        let Some(person) = problem.staff.iter().find(|s| s.id == route.staff) else {
            found.push(Violation::UnknownStaff {
                staff: route.staff.clone(),
            });
            continue;
        };
        if route.stops.is_empty() {
            found.push(Violation::EmptyRoute {
                staff: route.staff.clone(),
                day: route.day,
            });
            continue;
        }
        for stop in &route.stops {
            let staff = || route.staff.clone();
            let visit = || stop.visit.clone();
            let called = assigned
                .get(stop.visit.as_str())
                .filter(|a| a.day == route.day && a.crew.iter().any(|m| m.staff == route.staff));
            let first = stops.insert((route.staff.as_str(), stop.visit.as_str()));
            match called {
                Some(a) if first => {
                    if (stop.start, stop.end) != (a.start, a.end) {
                        found.push(Violation::StopTimeDiffers {
                            staff: staff(),
                            visit: visit(),
                        });
                    }
                }
                _ => found.push(Violation::StrayStop {
                    staff: staff(),
                    day: route.day,
                    visit: visit(),
                }),
            }
        }
        one_day(problem, person, route, found);
    }
    for a in &plan.visits {
        for m in &a.crew {
            if !stops.contains(&(m.staff.as_str(), a.visit.as_str())) {
                found.push(Violation::NotOnRoute {
                    staff: m.staff.clone(),
                    visit: a.visit.clone(),
                });
            }
        }
    }
}

fn one_day(problem: &Problem, person: &Staff, route: &Route, found: &mut Vec<Violation>) {
    let staff = || person.id.clone();
    let day = route.day;
    let mut here = Some(person.base);
    let mut free_from = Seconds::MIN;
    let mut busy: Vec<(Seconds, Seconds)> = Vec::new();
    let mut travel = 0;
    let mut metres = 0;
    let back = (&route.home, person.end.or(Some(person.base)), "the base");
    let legs = route.stops.iter().map(|s| {
        let place = problem.visits.iter().find(|v| v.id == s.visit).map(|v| v.place);
        (&s.leg, place, s.visit.as_str())
    });
    for (i, (leg, there, to)) in legs.chain([back]).enumerate() {
        if leg.depart < free_from {
            found.push(Violation::LeavesTooEarly {
                staff: staff(),
                day,
                to: to.into(),
            });
        }
        let right = match (here, there) {
            (Some(from), Some(to)) => way::is_right(problem, from, to, leg),
            // Unknown visits are reported as such.
            _ => leg.depart <= leg.arrive,
        };
        if !right {
            found.push(Violation::WrongWay {
                staff: staff(),
                day,
                to: to.into(),
            });
        }
        busy.push((leg.depart, leg.arrive));
        travel += leg.arrive - leg.depart;
        metres += leg.metres;
        here = there;
        if let Some(stop) = route.stops.get(i) {
            if stop.leg.arrive > stop.start {
                found.push(Violation::ArrivesTooLate {
                    staff: staff(),
                    visit: stop.visit.clone(),
                });
            } else if stop.wait != stop.start - stop.leg.arrive {
                found.push(Violation::WrongWait {
                    staff: staff(),
                    visit: stop.visit.clone(),
                });
            }
            busy.push((stop.start, stop.end));
            free_from = stop.end;
        }
    }
    let out = route.stops[0].leg.depart;
    let overtime = on_duty(person, route, out, found);
    if let Some(rest) = person.rest
        && !route.rest.is_some_and(|taken| rest_is_lawful(rest, taken, &busy))
    {
        found.push(Violation::NoRest { staff: staff(), day });
    }
    let visits = route.stops.len() as u32;
    if let Some(most) = person.max_visits_per_day.filter(|&most| visits > most) {
        found.push(Violation::TooManyVisits {
            staff: staff(),
            day,
            most,
            found: visits,
        });
    }
    if let Some(most) = person.max_travel_per_day.filter(|&most| travel > most) {
        found.push(Violation::TooMuchTravel {
            staff: staff(),
            day,
            most,
            found: travel,
        });
    }
    for (field, stated, counted) in [
        ("travel_seconds", route.travel_seconds, travel),
        ("travel_metres", route.travel_metres, metres),
        ("overtime_seconds", route.overtime_seconds, overtime),
    ] {
        if stated != counted {
            found.push(Violation::WrongRouteSum {
                staff: staff(),
                day,
                field: field.into(),
            });
        }
    }
}

/// Checks shift and absences; returns the overtime.
fn on_duty(person: &Staff, route: &Route, out: Seconds, found: &mut Vec<Violation>) -> Seconds {
    let back = route.home.arrive;
    let shift = person.shifts.iter().find(|s| s.day == route.day);
    if !shift.is_some_and(|s| s.start <= out && back <= s.end + s.overtime) {
        found.push(Violation::OutsideShift {
            staff: person.id.clone(),
            day: route.day,
        });
    }
    let away = |a: &&crate::problem::Window| a.day == route.day && out < a.end && a.start < back;
    if person.absences.iter().any(|a| away(&a)) {
        found.push(Violation::DuringAbsence {
            staff: person.id.clone(),
            day: route.day,
        });
    }
    (back - shift.map_or(0, |s| s.end)).max(0)
}

fn rest_is_lawful(rest: Rest, taken: Span, busy: &[(Seconds, Seconds)]) -> bool {
    taken.start >= rest.earliest
        && taken.end <= rest.latest
        && taken.end - taken.start >= rest.seconds
        && busy
            .iter()
            .all(|&(from, to)| to <= taken.start || from >= taken.end)
}
