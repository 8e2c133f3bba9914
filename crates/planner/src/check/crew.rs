//! Checks who goes: number, roles, skills, exclusions, language.

use crate::plan::{Assignment, Plan};
use crate::problem::{CrewDay, Problem, RoleNeed, Staff, Visit};
use crate::violation::Violation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn who(problem: &Problem, visit: &Visit, a: &Assignment, found: &mut Vec<Violation>) {
    let id = || visit.id.clone();
    let mut seen = BTreeSet::new();
    let mut going: Vec<(&Staff, Option<&str>)> = Vec::new();
    for member in &a.crew {
        let staff = || member.staff.clone();
        if !seen.insert(&member.staff) {
            found.push(Violation::TwiceInCrew {
                visit: id(),
                staff: staff(),
            });
            continue;
        }
        let Some(person) = problem.staff.iter().find(|s| s.id == member.staff) else {
            found.push(Violation::UnknownStaff { staff: staff() });
            continue;
        };
        if let Some(role) = member.role.as_ref().filter(|role| !person.roles.contains(role)) {
            found.push(Violation::RoleNotHeld {
                visit: id(),
                staff: staff(),
                role: role.clone(),
            });
        }
        if person.conflicts.contains(&visit.customer) {
            found.push(Violation::ConflictOfInterest {
                visit: id(),
                staff: staff(),
            });
        }
        if visit.forbidden_staff.contains(&person.id) {
            found.push(Violation::ForbiddenPerson {
                visit: id(),
                staff: staff(),
            });
        }
        if visit.women_only && !person.woman {
            found.push(Violation::WomenOnly {
                visit: id(),
                staff: staff(),
            });
        }
        if person.needs_step_free && !visit.step_free {
            found.push(Violation::StepsInTheWay {
                visit: id(),
                staff: staff(),
            });
        }
        going.push((person, member.role.as_deref()));
    }
    let named: u32 = visit.needs.iter().map(|n| n.count).sum();
    let least = named.max(visit.min_crew).max(problem.rules.least_crew);
    if going.len() < least as usize {
        found.push(Violation::CrewTooSmall {
            visit: id(),
            least,
            found: going.len() as u32,
        });
    }
    if let Some(language) = &visit.language
        && !going.iter().any(|(s, _)| s.languages.contains(language))
    {
        found.push(Violation::LanguageNotSpoken {
            visit: id(),
            language: language.clone(),
        });
    }
    for (need, missing) in unfilled(&visit.needs, &going, a.day) {
        found.push(Violation::NeedNotFilled {
            visit: id(),
            role: need.role.clone(),
            missing,
        });
    }
}

/// Whoever is in a crew that is to spend the day together makes all visits of that day in that very crew.
pub(super) fn days_together(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let mut visits_of: BTreeMap<(&str, i32), Vec<&Assignment>> = BTreeMap::new();
    for a in &plan.visits {
        for member in &a.crew {
            visits_of.entry((&member.staff, a.day)).or_default().push(a);
        }
    }
    let people = |a: &Assignment| -> BTreeSet<String> { a.crew.iter().map(|m| m.staff.clone()).collect() };
    for a in &plan.visits {
        let visit = problem.visits.iter().find(|v| v.id == a.visit);
        let how = visit.and_then(|v| v.crew_day).unwrap_or(problem.rules.crew_day);
        if how != CrewDay::Together {
            continue;
        }
        for member in &a.crew {
            let of_day = visits_of.get(&(member.staff.as_str(), a.day));
            let others = of_day.into_iter().flatten().filter(|b| people(b) != people(a));
            found.extend(others.map(|b| Violation::CrewSplit {
                visit: a.visit.clone(),
                day: a.day,
                staff: member.staff.clone(),
                other: b.visit.clone(),
            }));
        }
    }
}

/// The needs that stay open when as many seats as possible are taken, each person taking one.
fn unfilled<'a>(
    needs: &'a [RoleNeed],
    going: &[(&Staff, Option<&str>)],
    day: i32,
) -> Vec<(&'a RoleNeed, u32)> {
    let seats: Vec<&RoleNeed> = needs
        .iter()
        .flat_map(|n| std::iter::repeat_n(n, n.count as usize))
        .collect();
    let fits = |seat: usize, person: usize| {
        let (staff, role) = going[person];
        role == Some(seats[seat].role.as_str())
            && staff.roles.iter().any(|r| Some(r.as_str()) == role)
            && seats[seat].skill.as_ref().is_none_or(|wanted| {
                staff.skills.iter().any(|s| {
                    s.name == wanted.name
                        && s.level >= wanted.level
                        && s.valid_to.is_none_or(|last| day <= last)
                })
            })
    };
    let mut seat_of: Vec<Option<usize>> = vec![None; going.len()];
    let mut open: Vec<(&RoleNeed, u32)> = Vec::new();
    for (seat, &wanted) in seats.iter().enumerate() {
        if !take(seat, &fits, &mut seat_of, &mut vec![false; going.len()]) {
            match open.last_mut() {
                Some((need, missing)) if std::ptr::eq(*need, wanted) => *missing += 1,
                _ => open.push((wanted, 1)),
            }
        }
    }
    open
}

/// Seats somebody, asking those already seated to move up if they can.
fn take(
    seat: usize,
    fits: &dyn Fn(usize, usize) -> bool,
    seat_of: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    for person in 0..seat_of.len() {
        if asked[person] || !fits(seat, person) {
            continue;
        }
        asked[person] = true;
        let free = match seat_of[person] {
            None => true,
            Some(other) => take(other, fits, seat_of, asked),
        };
        if free {
            seat_of[person] = Some(seat);
            return true;
        }
    }
    false
}
