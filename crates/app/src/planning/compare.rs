//! Two plans side by side: what is counted, and which visits moved, came in or fell out.

use super::{VisitPlan, change};
use planner::{
    plan::{Assignment, Totals},
    problem::{Goal, Seconds},
};
use std::collections::BTreeMap;

/// When and by whom a visit is made in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The day, such as `2026-11-24`.
    pub day: String,
    /// Seconds after its midnight.
    pub start: Seconds,
    /// Who goes, sorted.
    pub crew: Vec<String>,
}

/// How one visit differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The visit.
    pub visit: String,
    /// In the first plan; `None`: it is not planned there.
    pub before: Option<Stand>,
    /// In the second plan.
    pub after: Option<Stand>,
}

/// Two plans side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Sums of the first plan and of the second.
    pub totals: (Totals, Totals),
    /// Goals in which they differ.
    pub goals: Vec<(Goal, i64, i64)>,
    /// Visits that differ: by day and time in the second plan, those that fell out at the end.
    pub visits: Vec<Difference>,
    /// How many visits stand at one time with one crew in both.
    pub same: usize,
}

fn stands(plan: &VisitPlan) -> BTreeMap<&str, Stand> {
    let stand = |a: &Assignment| {
        let mut crew: Vec<String> = a.crew.iter().map(|m| m.staff.clone()).collect();
        crew.sort();
        Stand {
            day: plan.day(a.day).to_owned(),
            start: a.start,
            crew,
        }
    };
    plan.plan
        .visits
        .iter()
        .map(|a| (a.visit.as_str(), stand(a)))
        .collect()
}

impl VisitPlan {
    /// Compares this plan with a later one.
    #[must_use]
    pub fn compare(&self, later: &VisitPlan) -> Comparison {
        let (before, after) = (stands(self), stands(later));
        let mut visits: Vec<Difference> = Vec::new();
        let mut same = 0;
        let names = before
            .keys()
            .chain(after.keys().filter(|v| !before.contains_key(*v)));
        for visit in names {
            let (b, a) = (before.get(visit), after.get(visit));
            if a == b {
                same += 1;
            } else {
                visits.push(Difference {
                    visit: (*visit).to_owned(),
                    before: b.cloned(),
                    after: a.cloned(),
                });
            }
        }
        let when = |s: &Option<Stand>| s.as_ref().map(|s| (s.day.clone(), s.start));
        visits.sort_by_key(|d| {
            (
                d.after.is_none(),
                when(&d.after),
                when(&d.before),
                d.visit.clone(),
            )
        });
        Comparison {
            totals: (self.plan.totals, later.plan.totals),
            goals: change::goals(&later.problem.goals, &self.plan.totals, &later.plan.totals),
            visits,
            same,
        }
    }
}
