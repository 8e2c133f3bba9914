//! A5.1, B2.2: crews that spend the day together, chosen by the planner, beside crews that meet at the door.

use planner::plan::Plan;
use planner::problem::{CrewDay, Problem};
use planner::{Violation, check, solve, timetable};
use std::collections::{BTreeMap, BTreeSet};

/// Two relationship managers and two lawyers of one branch, a technician, and visits to the west and to the east.
fn problem() -> Problem {
    let person = |id: &str, role: &str| {
        serde_json::json!({
            "id": id, "roles": [role], "base": { "plane": { "x": 0.0, "y": 0.0 } },
            "shifts": [{ "day": 1, "start": 30_600, "end": 64_800 }, { "day": 2, "start": 30_600, "end": 64_800 }]
        })
    };
    let visit = |id: &str, x: f64, roles: &[&str]| {
        let needs: Vec<_> = roles.iter().map(|r| serde_json::json!({ "role": r })).collect();
        serde_json::json!({
            "id": id, "customer": id, "place": { "plane": { "x": x, "y": 0.0 } }, "service": 3600, "needs": needs,
            "windows": [{ "day": 1, "start": 32_400, "end": 61_200 }]
        })
    };
    let pair = ["manager", "counsel"];
    serde_json::from_value(serde_json::json!({
        "days": [{ "label": "one", "index": 1 }, { "label": "two", "index": 2 }],
        "staff": [
            person("ma", "manager"), person("mb", "manager"), person("ca", "counsel"), person("cb", "counsel"),
            person("t", "technician")
        ],
        "visits": [
            visit("w1", -9000.0, &pair), visit("w2", -9500.0, &pair), visit("w3", -10_000.0, &pair),
            visit("e1", 9000.0, &pair), visit("e2", 9500.0, &pair), visit("e3", 10_000.0, &pair)
        ],
        "rules": { "crew_day": "together" }
    }))
    .expect("the problem is well formed")
}

/// With whom each person goes on each day, once for each different crew.
fn companies(plan: &Plan) -> BTreeMap<(String, i32), BTreeSet<Vec<String>>> {
    let mut found: BTreeMap<(String, i32), BTreeSet<Vec<String>>> = BTreeMap::new();
    for a in &plan.visits {
        let mut crew: Vec<String> = a.crew.iter().map(|m| m.staff.clone()).collect();
        crew.sort();
        for person in &crew {
            let key = (person.clone(), a.day);
            found.entry(key).or_default().insert(crew.clone());
        }
    }
    found
}

#[test]
fn a5_1_two_crews_for_the_day_share_out_the_city() {
    let problem = problem();
    let plan = solve(&problem, 1, 400).unwrap();
    assert_eq!(check(&problem, &plan), vec![]);
    assert_eq!(plan.totals.planned, 6);
    let companies = companies(&plan);
    assert_eq!(companies.len(), 4, "all four go");
    assert!(companies.values().all(|crews| crews.len() == 1));
    for route in &plan.routes {
        let side = |visit: &str| visit.chars().next();
        let first = side(&route.stops[0].visit);
        assert!(route.stops.iter().all(|s| side(&s.visit) == first), "{route:?}");
    }
}

#[test]
fn b2_2_both_kinds_stand_in_one_plan_and_never_mix() {
    let mut problem = problem();
    for id in ["e2", "e3"] {
        let visit = problem.visits.iter_mut().find(|v| v.id == id).unwrap();
        visit.crew_day = Some(CrewDay::MeetsAtDoor);
        visit.needs[1].role = "technician".into();
    }
    let plan = solve(&problem, 1, 400).unwrap();
    assert_eq!(check(&problem, &plan), vec![]);
    assert_eq!(plan.totals.planned, 6);
    let whole_days: BTreeSet<&str> = ["w1", "w2", "w3", "e1"].into();
    for a in &plan.visits {
        let with = companies(&plan);
        if whole_days.contains(a.visit.as_str()) {
            assert!(a.crew.iter().all(|m| with[&(m.staff.clone(), a.day)].len() == 1));
        }
    }
    // By hand the technician joins a crew that is together: the checker says so.
    let mut by_hand = plan.visits;
    let west = by_hand.iter_mut().find(|a| a.visit == "w1").unwrap();
    west.crew.push(planner::plan::Member {
        staff: "t".into(),
        role: None,
    });
    let found = check(&problem, &timetable(&problem, &by_hand).unwrap());
    assert!(
        found.iter().any(|v| matches!(v, Violation::CrewSplit { .. })),
        "{found:?}"
    );
}

#[test]
fn one_manager_on_two_days_goes_with_another_lawyer_each_day() {
    let mut problem = problem();
    problem.staff.retain(|s| s.id != "mb");
    problem.staff[1].shifts.retain(|s| s.day == 1);
    problem.staff[2].shifts.retain(|s| s.day == 2);
    for visit in problem.visits.iter_mut().filter(|v| v.id.starts_with('e')) {
        visit.windows[0].day = 2;
    }
    let plan = solve(&problem, 1, 50).unwrap();
    assert_eq!(check(&problem, &plan), vec![]);
    let companies = companies(&plan);
    let with = |day: i32| companies[&("ma".to_string(), day)].iter().next().cloned();
    assert_eq!(with(1), Some(vec!["ca".to_string(), "ma".to_string()]));
    assert_eq!(with(2), Some(vec!["cb".to_string(), "ma".to_string()]));
}
