//! Searches side by side that meet now and then, and go on from the best plan of any.
//!
//! They meet at fixed shares of their budgets and look at one another's plans only there, so that with a budget of iterations
//! the outcome does not depend on which thread was faster.

use super::ledger::Standing;
use super::state::Placed;
use std::sync::{Barrier, Mutex, PoisonError};

/// The shares of the budget at which searches meet.
const MEETINGS: [f64; 3] = [0.25, 0.5, 0.75];

/// The visits of a plan.
pub(super) type Visits = Vec<Option<Placed>>;

/// Whom a search meets.
pub(super) trait Friend {
    /// Called when the share `gone` of the budget is spent; returns a better plan to go on from, if there is one.
    fn meet(&mut self, gone: f64, best: &Visits, standing: Standing) -> Option<(Visits, Standing)>;
}

/// A search by itself.
pub(super) struct Alone;

impl Friend for Alone {
    fn meet(&mut self, _: f64, _: &Visits, _: Standing) -> Option<(Visits, Standing)> {
        None
    }
}

/// Where searches meet.
pub(super) struct Table {
    plans: Vec<Mutex<Option<(Standing, Visits)>>>,
    barrier: Barrier,
}

impl Table {
    pub(super) fn new(searches: usize) -> Self {
        Table {
            plans: (0..searches).map(|_| Mutex::new(None)).collect(),
            barrier: Barrier::new(searches),
        }
    }

    /// The place of search `number`. It must be dropped when the search ends: nobody may be waited for in vain.
    pub(super) fn seat(&self, number: usize) -> Seat<'_> {
        Seat {
            table: self,
            number,
            met: 0,
        }
    }
}

/// One search's place at the table.
pub(super) struct Seat<'t> {
    table: &'t Table,
    number: usize,
    met: usize,
}

impl Friend for Seat<'_> {
    fn meet(&mut self, gone: f64, best: &Visits, standing: Standing) -> Option<(Visits, Standing)> {
        if !MEETINGS.get(self.met).is_some_and(|share| gone >= *share) {
            return None;
        }
        self.met += 1;
        let plan = |number: usize| {
            self.table.plans[number]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        *plan(self.number) = Some((standing, best.clone()));
        self.table.barrier.wait();
        let standings = (0..self.table.plans.len()).filter_map(|n| Some((plan(n).as_ref()?.0, n)));
        let found = standings.min().filter(|(other, _)| *other < standing);
        let found = found.and_then(|(other, n)| Some((plan(n).as_ref()?.1.clone(), other)));
        // Nobody brings the next plan before all have read this one.
        self.table.barrier.wait();
        found
    }
}

impl Drop for Seat<'_> {
    /// A search that ended early, or badly, keeps its appointments: the others wait for it.
    fn drop(&mut self) {
        for _ in self.met..MEETINGS.len() {
            self.table.barrier.wait();
            self.table.barrier.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(problem: &str, planned: u32) -> Standing {
        let problem = serde_json::from_str(problem).unwrap();
        let model = super::super::model::Model::new(&problem);
        let totals = crate::plan::Totals {
            mandatory_unplanned: 9 - planned,
            ..crate::plan::Totals::default()
        };
        super::super::ledger::Weights::new(&model, 1.0).standing(&totals)
    }

    #[test]
    fn whoever_has_less_goes_on_from_the_best_and_nobody_waits_for_one_who_has_ended() {
        let empty = r#"{ "days": [], "staff": [], "visits": [] }"#;
        let (good, bad) = (standing(empty, 9), standing(empty, 3));
        assert!(good < bad);
        let plan = |day| -> Visits {
            vec![Some(Placed {
                day,
                start: 0,
                crew: Vec::new(),
            })]
        };
        let table = Table::new(3);
        let (first, second) = std::thread::scope(|scope| {
            let table = &table;
            let first = scope.spawn(move || {
                let mut seat = table.seat(0);
                let early = seat.meet(0.1, &plan(0), bad);
                let later = [0.3, 0.6, 0.9, 0.95].map(|gone| seat.meet(gone, &plan(0), bad));
                (early, later)
            });
            let second = scope.spawn(move || {
                let mut seat = table.seat(1);
                [0.25, 0.5].map(|gone| seat.meet(gone, &plan(1), good))
            });
            drop(table.seat(2));
            (first.join().unwrap(), second.join().unwrap())
        });
        assert_eq!(first.0, None, "nobody meets before the first quarter");
        let from_second = Some((plan(1), good));
        assert_eq!(
            first.1,
            [from_second.clone(), from_second.clone(), from_second, None]
        );
        assert_eq!(second, [None, None], "the best goes its own way");
    }
}
