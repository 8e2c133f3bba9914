//! Planning visits in the product: who can go (the roster), what is to be planned, searches that run in the
//! background, plans that are kept, changed by hand, compared, and published as appointments (mission A5, B2.2).
//!
//! The pure planner knows no case. Here consents become its problem, and its answer becomes a record: problem and plan
//! hold places of customers, so that records are sealed, read only by those whom the policy names, every reading is
//! noted with the customer's other readings, and a plan is forgotten after [`keep::KEPT_DAYS`] days.

mod change;
mod compare;
pub mod keep;
mod material;
mod papers;
mod place;
mod publish;
mod roster;
mod search;

pub use change::{Edit, EditError, Effect};
pub use compare::{Comparison, Difference, Stand};
pub use keep::{PlanError, PlanHead, PlanId, Version, VisitPlan, What};
pub use material::{Candidate, Inputs, LeftOut, MAX_CASES, Overtime, SERVICE_MINUTES};
pub use papers::Naming;
pub use place::degrees;
pub use publish::{NotPublished, Published};
pub use roster::{Absence, RosterEntry, RosterFault, WeekShift};
pub use search::{Ended, Point, RunId, RunView, SECONDS, Searches, StartError};

/// The parts of the planner that fronts show.
pub use planner::{
    Plan, Problem, Slot, Unplanned, Violation,
    plan::{Assignment, Change, Leg, Member, Moved, Reason, Route, Seat, Stop, Totals},
    problem::{CrewDay, Goal, Place, Span, Staff},
};

pub use crate::plan::role_of;

use crate::{error::OfficeError, office::Office};
use domain::CaseId;

/// Returns the case that a visit of a plan is about.
#[must_use]
pub fn case_of(visit: &str) -> Option<CaseId> {
    visit.parse().ok()
}

/// Hands at once when many readings are noted, so that the writer flushes them together.
const HANDS: usize = 8;

impl Office {
    /// Runs `f` on each of `all` from several threads at once: noting a reading waits for a flush, and flushes are
    /// shared by whoever waits. Results come in the order of `all`.
    pub(crate) fn at_once<T: Sync, R: Send>(
        &self,
        all: &[T],
        f: impl Fn(&T) -> Result<R, OfficeError> + Sync,
    ) -> Result<Vec<R>, OfficeError> {
        let part = all.len().div_ceil(HANDS).max(1);
        std::thread::scope(|scope| {
            let parts: Vec<_> = all
                .chunks(part)
                .map(|chunk| scope.spawn(|| chunk.iter().map(&f).collect::<Result<Vec<R>, _>>()))
                .collect();
            let mut results = Vec::with_capacity(all.len());
            for part in parts {
                match part.join() {
                    Ok(found) => results.extend(found?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(results)
        })
    }
}
