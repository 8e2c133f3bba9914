//! Recounts the totals.

use crate::plan::{Plan, Totals};
use crate::problem::Problem;
use crate::violation::Violation;
use std::collections::BTreeMap;

pub(super) fn totals(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let mut t = Totals {
        planned: plan.visits.len() as u32,
        travel_seconds: plan.routes.iter().map(|r| r.travel_seconds).sum(),
        travel_metres: plan.routes.iter().map(|r| r.travel_metres).sum(),
        overtime_seconds: plan.routes.iter().map(|r| r.overtime_seconds).sum(),
        ..Totals::default()
    };
    let end = problem.days.last().map_or(i32::MIN, |d| d.index);
    for v in &problem.visits {
        let at = plan.visits.iter().find(|a| a.visit == v.id);
        if at.is_none() {
            t.unplanned += 1;
        }
        match (v.mandatory, at) {
            (true, None) => t.mandatory_unplanned += 1,
            (false, Some(_)) => t.value += u64::from(v.value),
            _ => {}
        }
        // A deadline after the last planned day can still be kept by the next plan.
        let missed =
            |deadline: i32| at.map_or(end, |a| a.day) > deadline || (at.is_none() && end == deadline);
        if v.deadline_day.is_some_and(missed) {
            t.deadlines_missed += 1;
        }
        if let Some(p) = &v.promise
            && !at.is_some_and(|a| a.day == p.day && a.start == p.start)
        {
            t.promises_moved += 1;
        }
        if at.is_some_and(|a| a.crew.iter().any(|m| v.preferred_staff.contains(&m.staff))) {
            t.preferred += 1;
        }
    }
    let mut of_person: BTreeMap<&str, u32> = BTreeMap::new();
    for member in plan.visits.iter().flat_map(|a| &a.crew) {
        *of_person.entry(&member.staff).or_default() += 1;
    }
    t.most_visits_of_one = of_person.values().copied().max().unwrap_or(0);
    for ((field, stated), (_, counted)) in fields(&plan.totals).into_iter().zip(fields(&t)) {
        if stated != counted {
            found.push(Violation::WrongTotal {
                field: field.into(),
                stated,
                found: counted,
            });
        }
    }
}

fn fields(t: &Totals) -> [(&'static str, i64); 11] {
    let n = i64::from;
    [
        ("planned", n(t.planned)),
        ("unplanned", n(t.unplanned)),
        ("mandatory_unplanned", n(t.mandatory_unplanned)),
        ("deadlines_missed", n(t.deadlines_missed)),
        ("value", i64::try_from(t.value).unwrap_or(i64::MAX)),
        ("promises_moved", n(t.promises_moved)),
        ("overtime_seconds", t.overtime_seconds),
        ("most_visits_of_one", n(t.most_visits_of_one)),
        ("travel_seconds", t.travel_seconds),
        ("travel_metres", t.travel_metres),
        ("preferred", n(t.preferred)),
    ]
}
