//! Changes of a plan by hand: each is laid out by the planner and judged by its independent checker before it is kept.

use super::{VisitPlan, keep::What};
use planner::{
    Plan, Problem, Slot, Violation,
    plan::{Assignment, Member, Totals},
    problem::{DayIndex, Goal, MAX_SECONDS, Seconds},
};

/// A change by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Put a visit to this time and crew, wherever it was.
    Place {
        /// The visit.
        visit: String,
        /// The day, as the problem numbers it.
        day: DayIndex,
        /// When it begins.
        start: Seconds,
        /// Who goes.
        crew: Vec<Member>,
    },
    /// Take a visit out of the plan.
    TakeOut {
        /// The visit.
        visit: String,
    },
    /// Let it keep its time and crew in the next search.
    Lock {
        /// The visit.
        visit: String,
    },
    /// Let it move again.
    Unlock {
        /// The visit.
        visit: String,
    },
}

impl Edit {
    /// Returns the visit it is about.
    #[must_use]
    pub fn visit(&self) -> &str {
        match self {
            Edit::Place { visit, .. }
            | Edit::TakeOut { visit }
            | Edit::Lock { visit }
            | Edit::Unlock { visit } => visit,
        }
    }

    pub(crate) fn what(&self) -> What {
        let visit = self.visit().to_owned();
        match self {
            Edit::Place { .. } => What::Placed { visit },
            Edit::TakeOut { .. } => What::TakenOut { visit },
            Edit::Lock { .. } => What::Locked { visit },
            Edit::Unlock { .. } => What::Unlocked { visit },
        }
    }
}

/// Why a change by hand is not possible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The plan has no such visit, or it is not planned.
    #[error("the plan has no such visit")]
    NoSuchVisit,
    /// The customer has an appointment: that is changed on the case.
    #[error("an appointment stands for this visit; change it on the case")]
    Appointed,
    /// It was locked before.
    #[error("the visit is locked; unlock it first")]
    Locked,
    /// The change breaks rules.
    #[error("the change breaks {} rule(s), first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Breaks(Vec<Violation>),
    /// It names a day, a person or a role that the plan does not have.
    #[error("{0}")]
    Impossible(String),
    /// Only the version that the search found is left.
    #[error("there is nothing to take back")]
    NothingToUndo,
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The plan after it.
    pub plan: Plan,
    /// What it breaks; with anything in it the change is not kept.
    pub violations: Vec<Violation>,
    /// The goals that change, in their order: before and after.
    pub goals: Vec<(Goal, i64, i64)>,
}

/// Lays a list of assignments out.
pub(crate) fn laid_out(problem: &Problem, visits: &[Assignment]) -> Result<Plan, EditError> {
    planner::timetable(problem, visits).map_err(|e| EditError::Impossible(e.to_string()))
}

/// What a goal counts, less or more of which is better.
fn counted(goal: Goal, totals: &Totals) -> i64 {
    match goal {
        Goal::MandatoryPlanned => i64::from(totals.mandatory_unplanned),
        Goal::DeadlinesKept => i64::from(totals.deadlines_missed),
        // All visits are worth the same: their number says more than the sum of their values.
        Goal::Value => i64::from(totals.planned),
        Goal::PromisesKept => i64::from(totals.promises_moved),
        Goal::Overtime => totals.overtime_seconds,
        Goal::Balance => i64::from(totals.most_visits_of_one),
        Goal::Travel => totals.travel_seconds,
        Goal::Preference => i64::from(totals.preferred),
    }
}

/// Returns the goals in which two plans differ: before and after.
pub(crate) fn goals(order: &[Goal], before: &Totals, after: &Totals) -> Vec<(Goal, i64, i64)> {
    let both = order
        .iter()
        .map(|g| (*g, counted(*g, before), counted(*g, after)));
    both.filter(|(_, b, a)| b != a).collect()
}

impl VisitPlan {
    /// Says what a change would do, without keeping it.
    ///
    /// # Errors
    /// When it names what is not there, or what is locked or appointed.
    pub fn try_edit(&self, edit: &Edit) -> Result<Effect, EditError> {
        let visit = edit.visit();
        if !self.problem.visits.iter().any(|v| v.id == visit) {
            return Err(EditError::NoSuchVisit);
        }
        if self.appointed.contains(visit) {
            return Err(EditError::Appointed);
        }
        let mut visits = self.plan.visits.clone();
        let at = visits.iter().position(|a| a.visit == visit);
        match edit {
            Edit::Place { day, start, crew, .. } => {
                if self.is_locked(visit) {
                    return Err(EditError::Locked);
                }
                let placed = Assignment {
                    visit: visit.to_owned(),
                    day: *day,
                    start: *start,
                    // Recomputed when it is laid out.
                    end: (*start).clamp(0, MAX_SECONDS),
                    crew: crew.clone(),
                };
                match at {
                    Some(at) => visits[at] = placed,
                    None => visits.push(placed),
                }
            }
            Edit::TakeOut { .. } => {
                if self.is_locked(visit) {
                    return Err(EditError::Locked);
                }
                visits.remove(at.ok_or(EditError::NoSuchVisit)?);
            }
            Edit::Lock { .. } | Edit::Unlock { .. } => {
                at.ok_or(EditError::NoSuchVisit)?;
            }
        }
        let plan = laid_out(&self.problem, &visits)?;
        Ok(Effect {
            violations: planner::check(&self.problem, &plan),
            goals: goals(&self.problem.goals, &self.plan.totals, &plan.totals),
            plan,
        })
    }
}

impl VisitPlan {
    /// Lists the times that can be offered to a customer while all other visits stay as they are, the best first
    /// (mission A2.3b).
    ///
    /// # Errors
    /// When the plan has no such visit.
    pub fn slots(&self, visit: &str, most: usize) -> Result<Vec<Slot>, EditError> {
        planner::slots(&self.problem, &self.plan.visits, visit, most)
            .map_err(|e| EditError::Impossible(e.to_string()))
    }
}

/// As [`VisitPlan::try_edit`], and refuses what breaks a rule.
pub(crate) fn keepable(plan: &VisitPlan, edit: &Edit) -> Result<Effect, EditError> {
    let effect = plan.try_edit(edit)?;
    if effect.violations.is_empty() {
        Ok(effect)
    } else {
        Err(EditError::Breaks(effect.violations))
    }
}
