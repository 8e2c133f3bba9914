//! What happens when: the steps of all cases in the order of time.

use domain::Timestamp;
use std::collections::BTreeSet;

/// One step of a story. The order matters where two fall on the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Receive,
    Acknowledge,
    Review,
    Extend(usize),
    Offer,
    Answer,
    Revoke,
    Visit,
    Find,
    Propose,
    Decide,
    Execute,
    Onward,
    Survey,
    Withdraw,
}

/// The steps still to come.
#[derive(Default)]
pub(super) struct Agenda(BTreeSet<(Timestamp, usize, Step)>);

impl Agenda {
    pub(super) fn push(&mut self, at: Timestamp, case: usize, step: Step) {
        self.0.insert((at, case, step));
    }

    pub(super) fn first(&self) -> Option<Timestamp> {
        self.0.first().map(|(at, _, _)| *at)
    }

    /// Takes all steps before `until`, oldest first.
    pub(super) fn take_before(&mut self, until: Timestamp) -> Vec<(Timestamp, usize, Step)> {
        let later = self.0.split_off(&(until, 0, Step::Receive));
        std::mem::replace(&mut self.0, later).into_iter().collect()
    }
}
