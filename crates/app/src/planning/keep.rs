//! Plans as they are kept: the problem, every version of the plan, and who made it when.
//!
//! A plan is one sealed record; beside it a small one for lists, which names no customer. Each change is an event
//! in the plan's stream, and that append conflicts when two people change one plan at the same time.

use super::{
    Inputs, LeftOut,
    change::{self, Edit, EditError, Effect},
    search::Point,
};
use crate::{
    access::{Deed, Reach, Viewer},
    codec,
    error::OfficeError,
    ids,
    office::Office,
};
use domain::{Actor, BranchId, CaseId, StaffId, Timestamp};
use planner::{
    Plan, Problem,
    plan::{Assignment, Totals},
    problem::{DayIndex, Seconds},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Access, AppendError, NewEvent, RecordChange, StreamAppend, StreamId, Work};

/// How many days a plan is kept: it holds customers' places, and what was published stands in the cases.
pub const KEPT_DAYS: i64 = 60;
/// Kinds of records; the first is that of the streams too.
const PLAN: &str = "visit_plan";
const HEAD: &str = "visit_plan_head";
/// Most plans that are kept of one branch at a time; so many, the newest, are listed.
const MOST_PLANS: usize = 200;
/// Most heads that are read for a list: those of a bank with many branches.
const MOST_HEADS: usize = 100_000;
/// So many plans are looked through at a time when a customer is erased: a plan can be large.
const AT_A_TIME: usize = 50;
/// Most versions of one plan; the oldest changes by hand are then no longer undone.
const MOST_VERSIONS: usize = 100;

/// The number of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlanId(pub u64);

impl std::fmt::Display for PlanId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "P-{:012x}", self.0)
    }
}

impl std::str::FromStr for PlanId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let id = text
            .strip_prefix("P-")
            .and_then(|hex| u64::from_str_radix(hex, 16).ok());
        // Only the one spelling, so that a plan has one address.
        id.map(PlanId).filter(|id| id.to_string() == text).ok_or(())
    }
}

impl PlanId {
    pub(crate) fn fresh() -> Self {
        PlanId((ids::fresh().0 as u64) & 0xffff_ffff_ffff)
    }
}

/// What led to a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[expect(missing_docs, reason = "the field is always the visit")]
pub enum What {
    /// The search found it.
    Searched,
    /// A visit was put to another time or crew, or put in.
    Placed { visit: String },
    /// A visit was taken out.
    TakenOut { visit: String },
    /// A visit keeps its time and crew in the next search.
    Locked { visit: String },
    /// It no longer does.
    Unlocked { visit: String },
}

/// One version of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number: 1, 2, …; never used again after an undo.
    pub no: u32,
    /// Who made it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// By what.
    pub what: What,
    /// Who visits whom when.
    pub visits: Vec<Assignment>,
    /// Visits that keep time and crew in the next search.
    pub locked: BTreeSet<String>,
}

/// A plan for visits, with everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitPlan {
    /// Its number.
    pub id: PlanId,
    /// Who had it made.
    pub by: Actor,
    /// When the search ended.
    pub made_at: Timestamp,
    /// The plan whose times became promises, if any.
    pub from: Option<PlanId>,
    /// What was chosen.
    pub inputs: Inputs,
    /// How often the search tried to improve its first plan.
    pub iterations: u64,
    /// How the search went.
    pub curve: Vec<Point>,
    /// The planner's problem.
    pub problem: Problem,
    /// Visits for which an appointment stood when the search began.
    pub appointed: BTreeSet<String>,
    /// Cases that could not be part of the problem, and why.
    pub left_out: Vec<(CaseId, LeftOut)>,
    /// The versions, oldest first; the last one counts. Never empty.
    pub versions: Vec<Version>,
    /// The last version, laid out.
    pub plan: Plan,
    /// How many events its stream has: what a change must have seen.
    pub seq: u64,
    pub(crate) last_version: u32,
}

/// A plan as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanHead {
    /// Its number.
    pub id: PlanId,
    /// Who had it made.
    pub by: StaffId,
    /// When.
    pub made_at: Timestamp,
    /// Whose cases.
    pub branches: Vec<BranchId>,
    /// First and last planned day, as texts such as `2026-11-24`.
    pub days: (String, String),
    /// The plan it was made from.
    pub from: Option<PlanId>,
    /// The number of its newest version.
    pub version: u32,
    /// How long was searched, in seconds.
    pub seconds: u32,
    /// The seed of the search.
    pub seed: u64,
    /// Sums of the newest version.
    pub totals: Totals,
}

/// Why a plan was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is none of this number for this person.
    #[error("there is no such plan; it may have been removed or forgotten after {KEPT_DAYS} days")]
    NoSuchPlan,
    /// Somebody changed it since the person saw it.
    #[error("the plan has changed since you read it; nothing was changed, look and repeat")]
    Changed,
    /// The change is not possible.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// There is no room for another plan.
    #[error("{MOST_PLANS} plans of the branch are kept; remove one that is no longer needed")]
    TooMany,
    /// A customer in it was erased while the search ran.
    #[error("a customer in the plan was erased meanwhile; it was not kept, plan again")]
    Erased,
    /// The store failed.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<store::StoreError> for PlanError {
    fn from(e: store::StoreError) -> Self {
        PlanError::Office(e.into())
    }
}

impl VisitPlan {
    /// Says whether a visit keeps its time and crew in the next search.
    #[must_use]
    pub fn is_locked(&self, visit: &str) -> bool {
        self.newest().locked.contains(visit)
    }

    /// Returns the version that counts.
    ///
    /// # Panics
    /// Never for a plan that was read from the store: it has at least the version that the search found.
    #[must_use]
    pub fn newest(&self) -> &Version {
        self.versions.last().expect("a plan has at least one version")
    }

    /// Returns the label of a day, such as `2026-11-24`.
    #[must_use]
    pub fn day(&self, day: DayIndex) -> &str {
        let found = self.problem.days.iter().find(|d| d.index == day);
        found.map_or("", |d| d.label.as_str())
    }

    /// Returns the number of the day with this label.
    #[must_use]
    pub fn day_of(&self, label: &str) -> Option<DayIndex> {
        self.problem
            .days
            .iter()
            .find(|d| d.label == label)
            .map(|d| d.index)
    }

    /// Returns how long a visit lasts.
    #[must_use]
    pub fn service(&self, visit: &str) -> Option<Seconds> {
        self.problem
            .visits
            .iter()
            .find(|v| v.id == visit)
            .map(|v| v.service)
    }

    /// Returns the plan as lists show it.
    #[must_use]
    pub fn head(&self) -> PlanHead {
        let day = |d: Option<&planner::problem::Day>| d.map_or_else(String::new, |d| d.label.clone());
        PlanHead {
            id: self.id,
            by: self.by.id.clone(),
            made_at: self.made_at,
            branches: self.inputs.branches.clone(),
            days: (day(self.problem.days.first()), day(self.problem.days.last())),
            from: self.from,
            version: self.newest().no,
            seconds: self.inputs.seconds,
            seed: self.inputs.seed,
            totals: self.plan.totals,
        }
    }
}

/// Says whether plans of these branches are for this person: all of the branches must be within reach.
pub(crate) fn reaches(viewer: &Viewer, deed: Deed, branches: &[BranchId]) -> bool {
    match viewer.reach(deed) {
        Reach::All => true,
        Reach::Branch => !branches.is_empty() && branches.iter().all(|b| *b == viewer.branch),
        Reach::Own | Reach::None => false,
    }
}

fn stream(id: PlanId) -> StreamId {
    StreamId::other(PLAN, &id.to_string()).expect("both parts are short words")
}

fn understood<T: serde::de::DeserializeOwned>(id: &str, body: &[u8]) -> Result<T, OfficeError> {
    serde_json::from_slice(body)
        .map_err(|e| OfficeError::Setup(format!("the visit plan {id} cannot be understood: {e}")))
}

impl Office {
    /// Returns the plans that this person may see, newest first, the newest ones only where there are very many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn visit_plans(&self, viewer: &Viewer) -> Result<Vec<PlanHead>, OfficeError> {
        let prefix = match viewer.reach(Deed::SeePlans) {
            Reach::All => String::new(),
            Reach::Branch => of_branch(&viewer.branch),
            Reach::Own | Reach::None => return Ok(Vec::new()),
        };
        let mut heads = Vec::new();
        for r in self.store.records(HEAD, &prefix, "", MOST_HEADS)? {
            let head: PlanHead = understood(&r.id, &r.body)?;
            if reaches(viewer, Deed::SeePlans, &head.branches) {
                heads.push(head);
            }
        }
        heads.sort_by_key(|h| std::cmp::Reverse((h.made_at, h.id)));
        // A plan of several branches has a head for each.
        heads.dedup_by_key(|h| h.id);
        heads.truncate(MOST_PLANS);
        Ok(heads)
    }

    /// Reads a plan in order to show it; the reading is recorded for every customer in it before anything is shown.
    ///
    /// # Errors
    /// [`PlanError::NoSuchPlan`] when there is none, or none for this person.
    pub fn open_plan(&self, id: PlanId, viewer: &Viewer) -> Result<VisitPlan, PlanError> {
        let plan = self.plan_for(id, viewer, Deed::SeePlans)?;
        self.note_plan_reading(&plan, viewer)?;
        Ok(plan)
    }

    /// Reads a plan in order to act on it: nothing of it may be shown, and no reading is recorded.
    ///
    /// # Errors
    /// As [`Office::open_plan`].
    pub fn plan_for(&self, id: PlanId, viewer: &Viewer, deed: Deed) -> Result<VisitPlan, PlanError> {
        let record = self
            .store
            .record(PLAN, &id.to_string())?
            .ok_or(PlanError::NoSuchPlan)?;
        let plan: VisitPlan = understood(&record.id, &record.body)?;
        if reaches(viewer, deed, &plan.inputs.branches) {
            Ok(plan)
        } else {
            Err(PlanError::NoSuchPlan)
        }
    }

    fn note_plan_reading(&self, plan: &VisitPlan, viewer: &Viewer) -> Result<(), OfficeError> {
        let (actor, now) = (codec::actor_text(&viewer.actor), self.now());
        self.at_once(&plan.problem.visits, |visit| {
            let (Ok(case), Ok(customer)) = (visit.id.parse(), visit.customer.parse()) else {
                return Ok(());
            };
            self.store.record_access(Access {
                customer,
                case: Some(case),
                actor: actor.clone(),
                purpose: codec::PURPOSE.to_owned(),
                what: "visit plan".to_owned(),
                at: now,
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// Keeps a plan that a search found.
    pub(crate) fn keep_plan(&self, plan: &VisitPlan) -> Result<(), PlanError> {
        for branch in &plan.inputs.branches {
            let kept = self.store.records(HEAD, &of_branch(branch), "", MOST_PLANS)?;
            if kept.len() >= MOST_PLANS {
                return Err(PlanError::TooMany);
            }
        }
        self.write_plan(plan, &plan.by, "visit_plan_made")?;
        // Asked after it is kept: an erasure looks for plans after the key is gone, so that one of the two sees the other.
        for visit in &plan.problem.visits {
            if let Ok(customer) = visit.customer.parse()
                && self.store.is_erased(customer)?
            {
                self.forget_plan(plan, &plan.by)?;
                return Err(PlanError::Erased);
            }
        }
        Ok(())
    }

    /// Removes a plan as it was read.
    fn forget_plan(&self, plan: &VisitPlan, by: &Actor) -> Result<(), PlanError> {
        let gone = |kind, id| RecordChange {
            kind,
            id,
            body: None,
            expires_at: None,
        };
        let mut records: Vec<RecordChange> = head_ids(plan).map(|id| gone(HEAD, id)).collect();
        records.push(gone(PLAN, plan.id.to_string()));
        self.plan_event(plan, plan.seq, by, "visit_plan_removed", records)
    }

    /// Writes a plan whose `seq` has been counted up for the event.
    fn write_plan(&self, plan: &VisitPlan, by: &Actor, kind: &str) -> Result<(), PlanError> {
        let expires_at = Some(plan.made_at.plus(KEPT_DAYS * Timestamp::DAY));
        let record = |kind, id, body| RecordChange {
            kind,
            id,
            body: Some(body),
            expires_at,
        };
        let head = serde_json::to_vec(&plan.head()).expect("a plan's head is plain data");
        let mut records: Vec<RecordChange> =
            head_ids(plan).map(|id| record(HEAD, id, head.clone())).collect();
        let body = serde_json::to_vec(plan).expect("a plan is plain data");
        records.push(record(PLAN, plan.id.to_string(), body));
        self.plan_event(plan, plan.seq - 1, by, kind, records)
    }

    fn plan_event(
        &self,
        plan: &VisitPlan,
        expected: u64,
        by: &Actor,
        kind: &str,
        records: Vec<RecordChange>,
    ) -> Result<(), PlanError> {
        let done = self.store.append(Work {
            streams: vec![StreamAppend {
                stream: stream(plan.id),
                expected,
                events: vec![NewEvent {
                    id: ids::fresh(),
                    kind: kind.to_owned(),
                    schema_version: 1,
                    occurred_at: self.now(),
                    actor: codec::actor_text(by),
                    purpose: "visit_planning".to_owned(),
                    // Whom it is about stands in the sealed record.
                    body: serde_json::json!({ "version": plan.newest().no }).into(),
                }],
            }],
            records,
            ..Work::default()
        });
        match done {
            Ok(_) => Ok(()),
            Err(AppendError::Conflict { .. }) => Err(PlanError::Changed),
            Err(e) => Err(PlanError::Office(e.into())),
        }
    }

    fn seen_plan(&self, id: PlanId, viewer: &Viewer, seen: u64) -> Result<VisitPlan, PlanError> {
        let plan = self.plan_for(id, viewer, Deed::PlanVisits)?;
        if plan.seq == seen {
            Ok(plan)
        } else {
            Err(PlanError::Changed)
        }
    }

    /// Keeps a change by hand as a new version. A change that breaks a rule is refused.
    ///
    /// # Errors
    /// When somebody else was faster, or the change is not possible; nothing was changed then.
    pub fn change_plan(
        &self,
        id: PlanId,
        viewer: &Viewer,
        seen: u64,
        edit: &Edit,
    ) -> Result<VisitPlan, PlanError> {
        let mut plan = self.seen_plan(id, viewer, seen)?;
        let Effect { plan: after, .. } = change::keepable(&plan, edit)?;
        let mut locked = plan.newest().locked.clone();
        match edit {
            Edit::Lock { visit } => drop(locked.insert(visit.clone())),
            Edit::Unlock { visit } => drop(locked.remove(visit)),
            Edit::Place { .. } | Edit::TakeOut { .. } => {}
        }
        plan.last_version += 1;
        plan.versions.push(Version {
            no: plan.last_version,
            by: viewer.actor.id.clone(),
            at: self.now(),
            what: edit.what(),
            visits: after.visits.clone(),
            locked,
        });
        if plan.versions.len() > MOST_VERSIONS {
            plan.versions.remove(1);
        }
        plan.plan = after;
        plan.seq += 1;
        self.write_plan(&plan, &viewer.actor, "visit_plan_changed")?;
        Ok(plan)
    }

    /// Takes the newest version back. The version that the search found stays.
    ///
    /// # Errors
    /// As [`Office::change_plan`].
    pub fn undo_plan(&self, id: PlanId, viewer: &Viewer, seen: u64) -> Result<VisitPlan, PlanError> {
        let mut plan = self.seen_plan(id, viewer, seen)?;
        if plan.versions.len() < 2 {
            return Err(EditError::NothingToUndo.into());
        }
        plan.versions.pop();
        plan.plan = change::laid_out(&plan.problem, &plan.newest().visits)?;
        plan.seq += 1;
        self.write_plan(&plan, &viewer.actor, "visit_plan_undone")?;
        Ok(plan)
    }

    /// Removes a plan. Appointments made from it stand.
    ///
    /// # Errors
    /// As [`Office::change_plan`].
    pub fn remove_plan(&self, id: PlanId, viewer: &Viewer) -> Result<(), PlanError> {
        let plan = self.plan_for(id, viewer, Deed::PlanVisits)?;
        self.forget_plan(&plan, &viewer.actor)
    }

    /// Removes every plan in which one of these cases stands: their customer is erased, and a plan holds where they live.
    pub(crate) fn forget_in_plans(&self, cases: &[CaseId], by: &Actor) -> Result<(), OfficeError> {
        let cases: BTreeSet<String> = cases.iter().map(ToString::to_string).collect();
        let mut from = String::new();
        loop {
            let some = self.store.records(PLAN, "", &from, AT_A_TIME)?;
            for r in &some {
                let plan: VisitPlan = understood(&r.id, &r.body)?;
                if !plan.problem.visits.iter().any(|v| cases.contains(&v.id)) {
                    continue;
                }
                match self.forget_plan(&plan, by) {
                    Ok(()) => {}
                    Err(PlanError::Office(e)) => return Err(e),
                    // Somebody is changing it at this moment: the erasure can be repeated.
                    Err(e) => return Err(OfficeError::Setup(e.to_string())),
                }
            }
            match some.last() {
                // All numbers are of one length: what is longer comes after this one and before the next.
                Some(last) if some.len() == AT_A_TIME => from = format!("{}!", last.id),
                _ => return Ok(()),
            }
        }
    }
}

/// Under what the heads of a branch's plans stand.
fn of_branch(branch: &BranchId) -> String {
    format!("{}/", branch.0)
}

/// A plan's heads: one for each of its branches.
fn head_ids(plan: &VisitPlan) -> impl Iterator<Item = String> {
    let branches = plan.inputs.branches.iter();
    branches.map(|b| format!("{}{}", of_branch(b), plan.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_s_number_has_one_spelling() {
        let id = PlanId(0xabc);
        assert_eq!(id.to_string(), "P-000000000abc");
        assert_eq!("P-000000000abc".parse(), Ok(id));
        for bad in [
            "P-abc",
            "P-000000000ABC",
            "000000000abc",
            "P-",
            "P-zz",
            "P-+00000000abc",
        ] {
            assert_eq!(bad.parse::<PlanId>(), Err(()), "{bad}");
        }
    }
}
