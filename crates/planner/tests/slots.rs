//! A2.3b: which times can be offered to a customer now.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

mod common;

use common::{config, problem};
use planner::plan::Assignment;
use planner::problem::{Problem, Window};
use planner::{TimetableError, check, slots, solve, timetable};
use proptest::prelude::*;

/// The plan with the visit at that time, where the customer has agreed to it.
fn violations(problem: &Problem, planned: &[Assignment], added: Assignment) -> Vec<planner::Violation> {
    let mut problem = problem.clone();
    let visit = problem.visits.iter_mut().find(|v| v.id == added.visit).unwrap();
    visit.windows = vec![Window::new(added.day, added.start, added.end)];
    visit.promise = None;
    let mut all: Vec<Assignment> = planned
        .iter()
        .filter(|a| a.visit != added.visit)
        .cloned()
        .collect();
    all.push(added);
    check(&problem, &timetable(&problem, &all).unwrap())
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_time_offered_is_lawful_and_costs_what_it_says(seed: u64) {
        let problem = problem(seed);
        let plan = solve(&problem, seed, 4).unwrap();
        for visit in &problem.visits {
            let offered = slots(&problem, &plan.visits, &visit.id, 6).unwrap();
            prop_assert!(offered.len() <= 6);
            for slot in &offered {
                let added = Assignment {
                    visit: visit.id.clone(),
                    day: slot.day,
                    start: slot.start,
                    end: slot.end,
                    crew: slot.crew.clone(),
                };
                prop_assert_eq!(violations(&problem, &plan.visits, added.clone()), vec![]);
                let without: Vec<Assignment> =
                    plan.visits.iter().filter(|a| a.visit != visit.id).cloned().collect();
                let with = [without.clone(), vec![added]].concat();
                let [before, after] = [&without, &with].map(|all| timetable(&problem, all).unwrap().totals);
                prop_assert_eq!(after.travel_seconds - before.travel_seconds, slot.travel_seconds);
                prop_assert_eq!(after.overtime_seconds - before.overtime_seconds, slot.overtime_seconds);
            }
        }
    }
}

#[test]
fn the_nearest_free_crew_comes_first_and_the_agreed_time_is_marked() {
    let problem: Problem = serde_json::from_str(include_str!("../examples/small_problem.json")).unwrap();
    let plan = solve(&problem, 1, 50).unwrap();
    let visit = &plan.visits[0];
    let offered = slots(&problem, &plan.visits, &visit.visit, 50).unwrap();
    assert!(offered.len() > 3, "{offered:?}");
    assert!(
        offered.iter().any(|s| s.agreed) && offered.iter().any(|s| !s.agreed),
        "{offered:?}"
    );
    let rank = |s: &planner::Slot| (s.late, !s.agreed, s.overtime_seconds, s.travel_seconds);
    assert!(offered.is_sorted_by_key(rank));
    assert_eq!(
        slots(&problem, &plan.visits, &visit.visit, 2).unwrap(),
        offered[..2].to_vec()
    );
    let nobody = slots(&problem, &plan.visits, "nobody", 2);
    assert!(matches!(
        nobody,
        Err(TimetableError::Unknown { kind: "a visit", .. })
    ));
}
