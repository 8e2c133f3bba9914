//! The sums of a plan under construction, kept up to date with every visit that goes in or out, and what they weigh.

use super::model::Model;
use super::state::Placed;
use crate::plan::Totals;
use crate::problem::{Goal, Seconds};

/// The running sums. Distances in metres stay 0: no goal needs them.
#[derive(Clone)]
pub(super) struct Ledger {
    totals: Totals,
    /// How many people have so many visits.
    people_with: Vec<u32>,
}

impl Ledger {
    /// The sums of the empty plan.
    pub(super) fn new(model: &Model) -> Self {
        let mut t = Totals {
            unplanned: model.jobs.len() as u32,
            ..Totals::default()
        };
        for number in 0..model.jobs.len() {
            let job = &model.jobs[number];
            t.mandatory_unplanned += u32::from(job.mandatory);
            t.deadlines_missed += u32::from(missed(model, number, None));
            t.promises_moved += u32::from(job.promise.is_some());
        }
        Ledger {
            totals: t,
            people_with: vec![model.people.len() as u32],
        }
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// How many visits people have above `most` each.
    pub(super) fn above(&self, most: u32) -> u32 {
        let levels = self.people_with.iter().enumerate().skip(most as usize + 1);
        levels.map(|(load, people)| (load as u32 - most) * people).sum()
    }

    /// A visit goes in.
    pub(super) fn add(&mut self, model: &Model, number: usize, placed: &Placed) {
        let job = &model.jobs[number];
        let t = &mut self.totals;
        t.planned += 1;
        t.unplanned -= 1;
        t.preferred += u32::from(preferred(model, number, placed));
        if job.mandatory {
            t.mandatory_unplanned -= 1;
        } else {
            t.value += u64::from(job.value);
        }
        t.deadlines_missed -= u32::from(missed(model, number, None));
        t.deadlines_missed += u32::from(missed(model, number, Some(placed.day)));
        t.promises_moved -= u32::from(kept(model, number, placed));
    }

    /// A visit goes out.
    pub(super) fn take(&mut self, model: &Model, number: usize, placed: &Placed) {
        let job = &model.jobs[number];
        let t = &mut self.totals;
        t.planned -= 1;
        t.unplanned += 1;
        t.preferred -= u32::from(preferred(model, number, placed));
        if job.mandatory {
            t.mandatory_unplanned += 1;
        } else {
            t.value -= u64::from(job.value);
        }
        t.deadlines_missed += u32::from(missed(model, number, None));
        t.deadlines_missed -= u32::from(missed(model, number, Some(placed.day)));
        t.promises_moved += u32::from(kept(model, number, placed));
    }

    /// Somebody's day takes so much more (or less) travel and overtime than before.
    pub(super) fn day_changes(&mut self, travel: Seconds, overtime: Seconds) {
        self.totals.travel_seconds += travel;
        self.totals.overtime_seconds += overtime;
    }

    /// Somebody has `after` visits instead of `before`.
    pub(super) fn load_changes(&mut self, before: u32, after: u32) {
        self.people_with[before as usize] -= 1;
        if self.people_with.len() <= after as usize {
            self.people_with.resize(after as usize + 1, 0);
        }
        self.people_with[after as usize] += 1;
        while self.people_with.len() > 1 && self.people_with.last() == Some(&0) {
            self.people_with.pop();
        }
        self.totals.most_visits_of_one = self.people_with.len() as u32 - 1;
    }
}

fn preferred(model: &Model, number: usize, placed: &Placed) -> bool {
    let wished = &model.jobs[number].preferred;
    placed.crew.iter().any(|(who, _)| wished.contains(who))
}

fn kept(model: &Model, number: usize, placed: &Placed) -> bool {
    model.jobs[number]
        .promise
        .is_some_and(|(day, start)| day == Some(placed.day) && start == placed.start)
}

/// Says whether the deadline of a visit is missed when it is planned on the day at position `day`, or not at all.
fn missed(model: &Model, number: usize, day: Option<usize>) -> bool {
    let Some(deadline) = model.jobs[number].deadline else {
        return false;
    };
    match day {
        Some(day) => model.day_index(day) > deadline,
        None => model.problem.days.last().is_some_and(|d| deadline <= d.index),
    }
}

/// Overtime on a day whose last visit is over at `end`, with the way `home` after it; `exact` tells when the person is really
/// back.
pub(super) fn overtime(
    model: &Model,
    person: usize,
    day: usize,
    (end, home): (Seconds, Seconds),
    exact: impl FnOnce() -> Seconds,
) -> Seconds {
    let who = &model.people[person];
    // A rest at the last door may come before the way home, and is over by its latest time.
    let leaves = who.rest.map_or(end, |rest| end.max(rest.latest));
    if leaves + home <= who.shift_end[day] {
        return 0;
    }
    (exact() - who.shift_end[day]).max(0)
}

/// A plan's standing in each goal, in the order of the goals; less is better, the first that differs decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing([i64; GOALS]);

impl Standing {
    /// Says whether this plan is no worse than the other in all goals before the first that is only a matter of ways.
    pub(super) fn keeps(&self, other: &Standing, weights: &Weights) -> bool {
        self.0[..weights.firm] <= other.0[..weights.firm]
    }
}

/// How many goals there are; a problem names each at most once.
const GOALS: usize = 8;

/// What the goals of a problem weigh against one another.
pub(super) struct Weights {
    order: Vec<Goal>,
    /// What one unit of each goal is worth in the search, in seconds of travel.
    worth: Vec<f64>,
    /// How many goals come before travel.
    firm: usize,
}

/// How much more than a goal's typical step the next higher goal's is worth to the search. The best plan is chosen by the
/// order itself; this only says which way to look.
const LADDER: f64 = 4.0;

/// Overtime that counts as one step: half an hour.
const OVERTIME_STEP: f64 = 1800.0;

impl Weights {
    /// `way` is a typical way between two visits in seconds.
    pub(super) fn new(model: &Model, way: f64) -> Self {
        let order = model.problem.goals.clone();
        let optional = model.jobs.iter().filter(|j| !j.mandatory);
        let (sum, count) = optional.fold((0.0, 0.0), |(s, n), j| (s + f64::from(j.value), n + 1.0));
        let usual_value: f64 = if sum > 0.0 { sum / count } else { 1.0 };
        let mut step = way;
        let mut worth: Vec<f64> = order
            .iter()
            .rev()
            .map(|goal| {
                let unit = match goal {
                    Goal::Travel => way,
                    Goal::Overtime => OVERTIME_STEP,
                    Goal::Value => usual_value,
                    // A preference that comes after everything else is worth little of a way.
                    Goal::Preference if step == way => 4.0,
                    _ => 1.0,
                };
                let worth = step / unit;
                step *= LADDER;
                worth
            })
            .collect();
        worth.reverse();
        let firm = order
            .iter()
            .position(|g| *g == Goal::Travel)
            .unwrap_or(order.len().saturating_sub(1));
        Weights { order, worth, firm }
    }

    pub(super) fn standing(&self, t: &Totals) -> Standing {
        let mut standing = Standing::default();
        for (place, goal) in standing.0.iter_mut().zip(&self.order) {
            *place = reading(*goal, t);
        }
        standing
    }

    /// One number for the search: less is better. `most` visits of one person are no burden, those above count one by one:
    /// the number of visits of the busiest person alone would not tell the search which way to go.
    pub(super) fn energy(&self, ledger: &Ledger, most: u32) -> f64 {
        let part = |(goal, worth): (&Goal, &f64)| match goal {
            Goal::Balance => f64::from(ledger.above(most)) * worth,
            _ => reading(*goal, &ledger.totals) as f64 * worth,
        };
        self.order.iter().zip(&self.worth).map(part).sum()
    }
}

fn reading(goal: Goal, t: &Totals) -> i64 {
    match goal {
        Goal::MandatoryPlanned => i64::from(t.mandatory_unplanned),
        Goal::DeadlinesKept => i64::from(t.deadlines_missed),
        Goal::Value => -i64::try_from(t.value).unwrap_or(i64::MAX),
        Goal::PromisesKept => i64::from(t.promises_moved),
        Goal::Overtime => t.overtime_seconds,
        Goal::Balance => i64::from(t.most_visits_of_one),
        Goal::Travel => t.travel_seconds,
        Goal::Preference => -i64::from(t.preferred),
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::Totals;
    use crate::problem::Problem;

    /// A visit to four o'clock, forty minutes from home, and a rest from half past four to five that only the last door leaves
    /// time for.
    const LATE_REST: &str = r#"{
        "days": [{ "label": "one", "index": 1 }],
        "staff": [{ "id": "s", "roles": [], "base": { "node": 0 },
                    "shifts": [{ "day": 1, "start": 28800, "end": 62400, "overtime": 7200 }],
                    "rest": { "earliest": 59400, "latest": 61200, "seconds": 1800 } }],
        "visits": [{ "id": "v", "customer": "c", "place": { "node": 1 }, "service": 7200, "needs": [],
                     "windows": [{ "day": 1, "start": 50400, "end": 57600 }] }],
        "rules": { "least_crew": 1 },
        "travel": { "matrix": { "seconds": [[0, 2400], [2400, 0]] } }
    }"#;

    #[test]
    fn a_rest_that_delays_the_way_home_is_overtime() {
        let problem: Problem = serde_json::from_str(LATE_REST).unwrap();
        let plan = crate::solve(&problem, 1, 0).unwrap();
        let Totals {
            planned,
            overtime_seconds,
            ..
        } = plan.totals;
        assert_eq!((planned, overtime_seconds), (1, 1200));
        assert_eq!(crate::check(&problem, &plan), vec![]);
    }
}
