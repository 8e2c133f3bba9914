//! Many small random problems: plans are lawful, repeatable, and right about what they leave out.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod common;

use common::{Dice, STEP, config, problem};
use planner::plan::{Assignment, Change, Member, Plan, Reason};
use planner::problem::{CrewDay, Problem, Window, WindowCovers};
use planner::{
    Progress, Violation, check, replan_in_parallel, solve, solve_in_parallel, timetable, up_to, validate,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

proptest! {
    #![proptest_config(config(10_000))]

    #[test]
    fn no_plan_breaks_a_rule(seed: u64) {
        let problem = problem(seed);
        prop_assert_eq!(validate(&problem), Ok(()));
        let plan = solve(&problem, seed, 4).unwrap();
        prop_assert_eq!(check(&problem, &plan), vec![]);
        let fits = plan.unplanned.iter().any(|u| u.reason == Reason::Fits {});
        prop_assert!(!fits);
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn several_threads_find_the_same_every_time(seed: u64) {
        let problem = problem(seed);
        let budget = |_: usize, so_far: Progress| up_to(12, so_far);
        let many = solve_in_parallel(&problem, 7, 3, budget).unwrap();
        prop_assert_eq!(&solve_in_parallel(&problem, 7, 3, budget).unwrap(), &many);
        prop_assert_eq!(check(&problem, &many), vec![]);
        let one = solve(&problem, 7, 12).unwrap();
        for threads in [0, 1] {
            prop_assert_eq!(&solve_in_parallel(&problem, 7, threads, budget).unwrap(), &one);
        }
        // Whoever stops early is waited for by nobody.
        let uneven = |number: usize, so_far: Progress| if number == 1 { 1.0 } else { up_to(12, so_far) };
        prop_assert_eq!(check(&problem, &solve_in_parallel(&problem, 7, 3, uneven).unwrap()), vec![]);
    }

    #[test]
    fn a_plan_that_stands_is_kept_and_added_to(seed: u64) {
        let mut problem = problem(seed);
        let plan = solve(&problem, seed, 4).unwrap();
        let again = replan_in_parallel(&problem, &plan.visits, 3, 1, |_, _| 1.0).unwrap();
        prop_assert_eq!(check(&problem, &again), vec![]);
        let stays = |old: &Assignment, plan: &Plan| {
            let same = |new: &Assignment| {
                let people = |a: &Assignment| a.crew.iter().map(|m| m.staff.clone()).collect::<BTreeSet<_>>();
                (new.day, new.start, people(new)) == (old.day, old.start, people(old))
            };
            plan.visits.iter().any(|new| new.visit == old.visit && same(new))
        };
        // A crew for the day that is larger than its first visit needs is formed anew.
        let least = |a: &Assignment| {
            let v = problem.visits.iter().find(|v| v.id == a.visit).unwrap();
            let named: u32 = v.needs.iter().map(|n| n.count).sum();
            let locked = v.promise.as_ref().filter(|p| p.locked).map_or(0, |p| p.staff.len());
            (named.max(v.min_crew).max(problem.rules.least_crew) as usize).max(locked)
        };
        // And where ways are shorter through third places, no order need build a day up lawfully step by step.
        if off_the_grid(&problem) && plan.visits.iter().all(|a| a.crew.len() == least(a)) {
            for old in &plan.visits {
                prop_assert!(stays(old, &again), "{old:?} in {again:?}");
            }
        }
        // One customer cancels, and one colleague is ill.
        problem.visits.pop();
        problem.staff.pop();
        let change = |v: &mut planner::problem::Visit| {
            let staff = &problem.staff;
            v.preferred_staff.retain(|id| staff.iter().any(|s| s.id == *id));
            v.forbidden_staff.retain(|id| staff.iter().any(|s| s.id == *id));
            if let Some(p) = &mut v.promise {
                p.staff.retain(|id| staff.iter().any(|s| s.id == *id));
            }
        };
        problem.visits.iter_mut().for_each(change);
        let after = replan_in_parallel(&problem, &plan.visits, 3, 2, |_, so_far| up_to(5, so_far)).unwrap();
        prop_assert_eq!(check(&problem, &after), vec![]);
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_and_json_keeps_it(seed: u64) {
        let problem = problem(seed);
        let plan = solve(&problem, 7, 10).unwrap();
        prop_assert_eq!(&solve(&problem, 7, 10).unwrap(), &plan);
        let written = serde_json::to_string(&problem).unwrap();
        let read: Problem = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&solve(&read, 7, 10).unwrap(), &plan);
        let plan_read: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        prop_assert_eq!(&plan_read, &plan);
        prop_assert_eq!(&timetable(&problem, &plan.visits).unwrap().routes, &plan.routes);
    }

    #[test]
    fn trying_everything_finds_no_place_for_an_unplanned_visit(seed: u64) {
        let problem = problem(seed);
        let plan = solve(&problem, seed, 4).unwrap();
        for left_out in &plan.unplanned {
            let found = place_somewhere(&problem, &plan, &left_out.visit, i32::MAX);
            prop_assert_eq!(found, None, "{} : {}", left_out.visit, left_out.explanation);
        }
    }

    #[test]
    fn trying_everything_finds_no_time_before_the_deadline_for_a_late_visit(seed: u64) {
        let problem = problem(seed);
        let plan = solve(&problem, seed, 4).unwrap();
        for late in &plan.late {
            let mut without = plan.clone();
            without.visits.retain(|a| a.visit != late.visit);
            let found = place_somewhere(&problem, &without, &late.visit, late.deadline_day);
            prop_assert_eq!(found, None, "{} : {}", late.visit, late.explanation);
        }
    }

    #[test]
    fn the_change_that_is_offered_lets_the_visit_in(seed: u64) {
        let problem = problem(seed);
        let plan = solve(&problem, seed, 4).unwrap();
        for left_out in &plan.unplanned {
            let Some(change) = &left_out.cheapest_change else { continue };
            prop_assert!(works(&problem, &plan, &left_out.visit, change), "{:?}", left_out);
        }
    }
}

/// Keeps only the visits of the plan and `visit`, so that nothing else needs explaining.
fn only(problem: &Problem, plan: &Plan, visit: &str) -> Problem {
    let mut small = problem.clone();
    small
        .visits
        .retain(|v| v.id == visit || plan.visits.iter().any(|a| a.visit == v.id));
    small
}

/// Tries every start on the grid with every crew; the independent checker judges.
fn place_somewhere(problem: &Problem, plan: &Plan, visit: &str, until: i32) -> Option<Assignment> {
    let small = only(problem, plan, visit);
    let v = small.visits.iter().find(|v| v.id == visit).unwrap();
    // Ways on a map are no multiples of the grid; then this finds less than everything, never more.
    for crew in crews(&small, plan, visit) {
        for day in small.days.iter().filter(|d| d.index <= until) {
            let windows: Vec<&Window> = v.windows.iter().filter(|w| w.day == day.index).collect();
            let (Some(from), Some(to)) = (
                windows.iter().map(|w| w.start).min(),
                windows.iter().map(|w| w.end).max(),
            ) else {
                continue;
            };
            let spare = if small.rules.window_covers == WindowCovers::Start {
                v.service
            } else {
                0
            };
            let mut start = from;
            while start + v.service <= to + spare {
                let end = start + v.service;
                let a = Assignment {
                    visit: visit.into(),
                    day: day.index,
                    start,
                    end,
                    crew: crew.clone(),
                };
                start += STEP;
                let busy = plan.visits.iter().any(|b| {
                    b.day == a.day
                        && b.start < a.end
                        && a.start < b.end
                        && b.crew.iter().any(|m| a.crew.iter().any(|n| n.staff == m.staff))
                });
                if busy {
                    continue;
                }
                let wrong = violations(&small, plan, a.clone());
                if wrong.is_empty() {
                    return Some(a);
                }
                if wrong.iter().any(whatever_the_hour) {
                    break;
                }
            }
        }
    }
    None
}

fn violations(small: &Problem, plan: &Plan, added: Assignment) -> Vec<Violation> {
    let mut all = plan.visits.clone();
    all.push(added);
    check(small, &timetable(small, &all).unwrap())
}

/// Says whether another start on the same day with the same crew would be just as wrong.
fn whatever_the_hour(v: &Violation) -> bool {
    matches!(
        v,
        Violation::DayNotAllowed { .. }
            | Violation::NoticeTooShort { .. }
            | Violation::TooOften { .. }
            | Violation::PlaceNotStepFree { .. }
            | Violation::NeedNotFilled { .. }
            | Violation::ConflictOfInterest { .. }
            | Violation::ForbiddenPerson { .. }
            | Violation::WomenOnly { .. }
            | Violation::StepsInTheWay { .. }
            | Violation::LanguageNotSpoken { .. }
            | Violation::LockedCrewChanged { .. }
            | Violation::TooManyVisits { .. }
    )
}

/// Every way to fill the needs with different people, and to add others up to the least crew; and with whole crews of the plan.
fn crews(problem: &Problem, plan: &Plan, visit: &str) -> Vec<Vec<Member>> {
    let v = problem.visits.iter().find(|v| v.id == visit).unwrap();
    let mut seats: Vec<Option<String>> = Vec::new();
    for need in &v.needs {
        seats.extend((0..need.count).map(|_| Some(need.role.clone())));
    }
    let locked = v
        .promise
        .as_ref()
        .filter(|p| p.locked)
        .map_or(0, |p| p.staff.len());
    let least = (v.min_crew.max(problem.rules.least_crew) as usize).max(locked);
    while seats.len() < least {
        seats.push(None);
    }
    let mut crews: Vec<Vec<Member>> = vec![Vec::new()];
    for seat in seats {
        crews = crews
            .iter()
            .flat_map(|crew| {
                let free = problem.staff.iter().filter(|s| {
                    crew.iter().all(|m| m.staff != s.id) && seat.as_ref().is_none_or(|r| s.roles.contains(r))
                });
                free.map(|s| {
                    let mut crew = crew.clone();
                    crew.push(Member {
                        staff: s.id.clone(),
                        role: seat.clone(),
                    });
                    crew
                })
                .collect::<Vec<_>>()
            })
            .collect();
    }
    let mut larger: Vec<Vec<Member>> = Vec::new();
    for whole in plan.visits.iter().map(|a| &a.crew) {
        for crew in crews.iter().filter(|crew| crew.len() < whole.len()) {
            if crew.iter().all(|m| whole.iter().any(|w| w.staff == m.staff)) {
                let mut all = crew.clone();
                let more = whole.iter().filter(|w| crew.iter().all(|m| m.staff != w.staff));
                all.extend(more.map(|w| Member {
                    staff: w.staff.clone(),
                    role: None,
                }));
                larger.push(all);
            }
        }
    }
    crews.extend(larger);
    crews
}

/// Makes the change and asks whether the visit then has a lawful place.
fn works(problem: &Problem, plan: &Plan, visit: &str, change: &Change) -> bool {
    let mut small = only(problem, plan, visit);
    let v = small.visits.iter_mut().find(|v| v.id == visit).unwrap();
    match change {
        Change::AskForWindow {
            day,
            start,
            end,
            crew,
        } => {
            v.windows.push(Window::new(*day, *start, *end));
            v.promise = None;
            let a = Assignment {
                visit: visit.into(),
                day: *day,
                start: *start,
                end: *end,
                crew: crew.clone(),
            };
            violations(&small, plan, a).is_empty()
        }
        Change::AllowOvertime { staff, day, seconds } => {
            let person = small.staff.iter_mut().find(|s| s.id == *staff).unwrap();
            let shift = person.shifts.iter_mut().find(|s| s.day == *day).unwrap();
            assert!(*seconds > shift.overtime);
            shift.overtime = *seconds;
            off_the_grid(problem) || place_somewhere(&small, plan, visit, i32::MAX).is_some()
        }
        Change::GiveUpVisit { visit: other } => {
            small.visits.retain(|v| v.id != *other);
            let mut plan = plan.clone();
            plan.visits.retain(|a| a.visit != *other);
            off_the_grid(problem) || place_somewhere(&small, &plan, visit, i32::MAX).is_some()
        }
        Change::AddStaff { seat, count } => {
            let v = v.clone();
            for i in 0..*count {
                let mut person = small.staff[0].clone();
                person.id = format!("new{i}");
                person.roles = seat.role.iter().cloned().collect();
                person.languages = seat.language.iter().cloned().collect();
                person.skills = v
                    .needs
                    .iter()
                    .filter_map(|n| n.skill.as_ref())
                    .map(|s| planner::problem::Skill {
                        name: s.name.clone(),
                        level: 9,
                        valid_to: None,
                    })
                    .collect();
                person.woman = true;
                person.needs_step_free = false;
                (person.base, person.end) = (v.place, None);
                person.shifts = small
                    .days
                    .iter()
                    .map(|d| planner::problem::Shift {
                        day: d.index,
                        start: 0,
                        end: 86_400,
                        overtime: 0,
                    })
                    .collect();
                (person.rest, person.max_visits_per_day, person.max_travel_per_day) = (None, None, None);
                (person.conflicts, person.absences) = (Vec::new(), Vec::new());
                small.staff.push(person);
            }
            off_the_grid(problem) || place_somewhere(&small, plan, visit, i32::MAX).is_some()
        }
        Change::ConfirmStepFree {} => v.needs_step_free && !v.step_free,
    }
}

/// On maps, trying the grid proves nothing about what is possible.
fn off_the_grid(problem: &Problem) -> bool {
    !matches!(problem.travel, planner::problem::Travel::Matrix { .. })
}

#[test]
fn the_random_problems_are_worth_solving() {
    let (mut planned, mut left_out, mut late, mut crews, mut reasons) = (0, 0, 0, 0, Vec::new());
    let mut crew_days = 0;
    let mut changes = Vec::new();
    let mut dice = Dice::new(1);
    for _ in 0..1500 {
        let problem = problem(dice.below(u64::from(u32::MAX)));
        let plan = solve(&problem, 1, 3).unwrap();
        planned += plan.totals.planned;
        left_out += plan.totals.unplanned;
        late += plan.late.len();
        crews += plan.visits.iter().filter(|a| a.crew.len() > 1).count();
        let whole = |visit: &str| {
            let v = problem.visits.iter().find(|v| v.id == visit).unwrap();
            v.crew_day.unwrap_or(problem.rules.crew_day) == CrewDay::Together
        };
        let of_crews = plan.routes.iter().filter(|r| {
            let member = |a: &&Assignment| a.visit == r.stops[0].visit && a.crew.len() > 1;
            r.stops.len() > 1 && whole(&r.stops[0].visit) && plan.visits.iter().any(|a| member(&a))
        });
        crew_days += of_crews.count();
        for u in plan.unplanned {
            reasons.push(kind(&serde_json::to_value(&u.reason).unwrap()));
            changes.extend(u.cheapest_change.map(|c| kind(&serde_json::to_value(c).unwrap())));
        }
    }
    for list in [&mut reasons, &mut changes] {
        list.sort();
        list.dedup();
    }
    println!(
        "planned {planned}, left out {left_out}, late {late}, crews {crews}, days of whole crews {crew_days}; {reasons:?}; {changes:?}"
    );
    assert!(planned > 700 && left_out > 700 && late > 20 && crews > 300 && crew_days > 40);
    assert!(reasons.len() >= 13, "{reasons:?}");
    assert_eq!(changes.len(), 5, "{changes:?}");
}

fn kind(value: &serde_json::Value) -> String {
    value["kind"].as_str().unwrap().to_string()
}
