//! Searches in the background: one at a time, watched, stopped, and never silently lost.
//!
//! A search lives in this process only. A small record says that it was begun; a server that was restarted finds the
//! record without the search and can say so.

use super::{
    Inputs, PlanError, PlanId, VisitPlan, What,
    keep::{Version, reaches},
    material::{MAX_CASES, Material, SERVICE_MINUTES},
};
use crate::{
    access::{Deed, Viewer},
    error::OfficeError,
    office::Office,
};
use domain::{Actor, BranchId, Role, StaffId, Timestamp};
use planner::{Progress, plan::Totals};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{RecordChange, Work};

/// Least, usual and most time that a search gets, in seconds.
pub const SECONDS: (u32, u32, u32) = (2, 10, 120);
/// Most days of one plan.
pub(super) const MOST_DAYS: usize = 15;
/// Most points of a curve.
const MOST_POINTS: usize = 240;
/// How often a point is kept while nothing improves.
const EVERY: Duration = Duration::from_millis(500);
/// How many ended searches are remembered in memory; the record remembers which plan they led to.
const REMEMBERED: usize = 20;
/// The kind of the records, and how many days they are kept.
const RUN: &str = "visit_plan_run";
const RUN_DAYS: i64 = 7;

/// The number of a search.
pub type RunId = PlanId;

/// How good the best plan was at some time of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Milliseconds since the search began.
    pub ms: u64,
    /// Attempts to improve the first plan so far.
    pub iterations: u64,
    /// Sums of the best plan so far.
    pub totals: Totals,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The plan was kept.
    Kept(PlanId),
    /// Somebody stopped it and threw away what it had found.
    Dropped,
    /// There was no room for another plan.
    TooMany,
    /// It failed; the log of the program says why.
    Failed,
}

/// A search as a page shows it.
#[derive(Clone, Debug)]
pub struct RunView {
    /// Its number.
    pub id: RunId,
    /// Who began it.
    pub by: StaffId,
    /// When.
    pub began: Timestamp,
    /// How long it gets, in seconds.
    pub seconds: u32,
    /// How long it has been running, in milliseconds.
    pub ms: u64,
    /// Visits and people of the problem.
    pub size: (usize, usize),
    /// Whether somebody asked it to stop.
    pub stopping: bool,
    /// How it went so far.
    pub curve: Vec<Point>,
    /// How it ended; `None` while it runs.
    pub ended: Option<Ended>,
    /// The server was restarted in the middle of it: nothing of it is left.
    pub lost: bool,
}

/// Why no search was begun.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another one runs: it began then, and gets so many seconds.
    #[error("a search is running already; wait until it has ended, or stop it. Nothing was begun")]
    Busy {
        /// When it began.
        began: Timestamp,
        /// How long it gets, in seconds.
        seconds: u32,
    },
    /// Some input is not acceptable: the field's name.
    #[error("{0}: not acceptable; nothing was begun")]
    Bad(&'static str),
    /// The plan whose times are to be kept is not there.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The store failed, or no thread could be had.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

/// What a running search is told.
const GO: u8 = 0;
const STOP: u8 = 1;
const DROP: u8 = 2;

struct Running {
    id: RunId,
    by: Actor,
    branches: Vec<BranchId>,
    began: Timestamp,
    clock: Instant,
    seconds: u32,
    size: (usize, usize),
    told: AtomicU8,
    state: Mutex<Course>,
}

/// How a search went, and how it ended after so many milliseconds.
#[derive(Default)]
struct Course {
    curve: Vec<Point>,
    ended: Option<(u64, Ended)>,
}

impl Running {
    fn state(&self) -> MutexGuard<'_, Course> {
        // Whoever panicked while it was held left at worst one point out.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn note(&self, progress: Progress) {
        let mut state = self.state();
        let point = Point {
            ms: self.ms(),
            iterations: progress.iterations,
            totals: progress.totals,
        };
        let every = u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX);
        let last = state.curve.last();
        let due = last.is_none_or(|l| l.totals != point.totals || point.ms >= l.ms + every);
        if !due {
            return;
        }
        if state.curve.len() == MOST_POINTS {
            // Every other point is enough: the curve is a picture.
            let mut odd = false;
            state.curve.retain(|_| {
                odd = !odd;
                odd
            });
        }
        state.curve.push(point);
    }

    fn view(&self) -> RunView {
        let state = self.state();
        RunView {
            id: self.id,
            by: self.by.id.clone(),
            began: self.began,
            seconds: self.seconds,
            ms: state.ended.as_ref().map_or_else(|| self.ms(), |(ms, _)| *ms),
            size: self.size,
            stopping: self.told.load(Ordering::Relaxed) != GO,
            curve: state.curve.clone(),
            ended: state.ended.as_ref().map(|(_, ended)| ended.clone()),
            lost: false,
        }
    }
}

/// What the record of a search says.
#[derive(Serialize, Deserialize)]
struct Begun {
    by: StaffId,
    branches: Vec<BranchId>,
    at: Timestamp,
    seconds: u32,
    ended: Option<Ended>,
}

/// The searches of one server.
#[derive(Default)]
pub struct Searches {
    all: Mutex<BTreeMap<RunId, Arc<Running>>>,
}

/// Says which inputs are not acceptable.
fn check(viewer: &Viewer, inputs: &Inputs, today: jiff::civil::Date) -> Result<(), StartError> {
    let days = &inputs.days;
    if days.is_empty() || days.len() > MOST_DAYS || !days.is_sorted_by(|a, b| a < b) {
        return Err(StartError::Bad("days"));
    }
    let far = |d: &jiff::civil::Date| !(0..=366).contains(&d.since(today).map_or(-1, |s| s.get_days()));
    if days.iter().any(far) {
        return Err(StartError::Bad("from"));
    }
    if inputs.branches.is_empty() || !reaches(viewer, Deed::PlanVisits, &inputs.branches) {
        return Err(StartError::Bad("branches"));
    }
    if inputs.staff.is_empty() {
        return Err(StartError::Bad("staff"));
    }
    if inputs.cases.len() > MAX_CASES {
        return Err(StartError::Bad("cases"));
    }
    if !(SERVICE_MINUTES.0..=SERVICE_MINUTES.2).contains(&inputs.minutes) {
        return Err(StartError::Bad("minutes"));
    }
    if !(SECONDS.0..=SECONDS.2).contains(&inputs.seconds) {
        return Err(StartError::Bad("seconds"));
    }
    Ok(())
}

impl Searches {
    fn all(&self) -> MutexGuard<'_, BTreeMap<RunId, Arc<Running>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a search in a thread of its own; returns its number. `roles` says in which roles somebody can go; `from` is
    /// a plan whose times are to be kept where possible.
    ///
    /// # Errors
    /// While another one runs, when an input is not acceptable, or when the store failed. Nothing was begun then.
    pub fn start(
        &self,
        office: &Arc<Office>,
        viewer: &Viewer,
        mut inputs: Inputs,
        roles: &dyn Fn(&StaffId) -> Vec<Role>,
        from: Option<PlanId>,
    ) -> Result<RunId, StartError> {
        // Named twice, a branch would bring its cases twice.
        inputs.branches.sort();
        inputs.branches.dedup();
        viewer.ask(Deed::PlanVisits).map_err(|_| PlanError::NoSuchPlan)?;
        check(viewer, &inputs, office.today())?;
        self.refuse_a_second()?;
        let from = from
            .map(|id| office.plan_for(id, viewer, Deed::PlanVisits))
            .transpose()?;
        let material = office.material(viewer, &inputs, roles, from.as_ref())?;
        let running = Arc::new(Running {
            id: PlanId::fresh(),
            by: viewer.actor.clone(),
            branches: inputs.branches.clone(),
            began: office.now(),
            clock: Instant::now(),
            seconds: inputs.seconds,
            size: (material.problem.visits.len(), material.problem.staff.len()),
            told: AtomicU8::new(GO),
            state: Mutex::default(),
        });
        {
            // Whoever was faster while the cases were read goes first.
            let mut all = self.all();
            refuse_a_second(&all)?;
            while all.len() >= REMEMBERED {
                all.pop_first();
            }
            all.insert(running.id, Arc::clone(&running));
        }
        let begun = note_run(office, &running, None).and_then(|()| {
            let (office, running) = (Arc::clone(office), Arc::clone(&running));
            let thread = std::thread::Builder::new().name("visit plan".to_owned());
            let from = from.map(|p| p.id);
            let spawned = thread.spawn(move || run(&office, &running, inputs, material, from));
            spawned
                .map(drop)
                .map_err(|e| OfficeError::Setup(format!("no thread for the search: {e}")))
        });
        if let Err(e) = begun {
            self.all().remove(&running.id);
            return Err(e.into());
        }
        Ok(running.id)
    }

    fn refuse_a_second(&self) -> Result<(), StartError> {
        refuse_a_second(&self.all())
    }

    /// Returns a search that this person may see, running or ended.
    ///
    /// # Errors
    /// When there is none for this person, or the store failed.
    pub fn view(&self, office: &Office, viewer: &Viewer, id: RunId) -> Result<RunView, PlanError> {
        let running = self.all().get(&id).cloned();
        if let Some(running) = running {
            if !reaches(viewer, Deed::SeePlans, &running.branches) {
                return Err(PlanError::NoSuchPlan);
            }
            return Ok(running.view());
        }
        let record = office
            .store
            .record(RUN, &id.to_string())?
            .ok_or(PlanError::NoSuchPlan)?;
        let begun: Begun = serde_json::from_slice(&record.body)
            .map_err(|e| OfficeError::Setup(format!("the search {id} cannot be understood: {e}")))?;
        if !reaches(viewer, Deed::SeePlans, &begun.branches) {
            return Err(PlanError::NoSuchPlan);
        }
        Ok(RunView {
            id,
            by: begun.by,
            began: begun.at,
            seconds: begun.seconds,
            ms: 0,
            size: (0, 0),
            stopping: false,
            curve: Vec::new(),
            lost: begun.ended.is_none(),
            ended: begun.ended,
        })
    }

    /// Returns the search that runs now, if this person may see it.
    #[must_use]
    pub fn running(&self, viewer: &Viewer) -> Option<RunView> {
        let all = self.all();
        let runs = all.values().find(|r| r.state().ended.is_none())?;
        reaches(viewer, Deed::SeePlans, &runs.branches).then(|| runs.view())
    }

    /// Asks a search to stop: with `keep`, the best plan so far is kept, else nothing is. One that has ended stays as it is.
    ///
    /// # Errors
    /// When there is no such search for this person.
    pub fn stop(&self, viewer: &Viewer, id: RunId, keep: bool) -> Result<(), PlanError> {
        let running = self.all().get(&id).cloned().ok_or(PlanError::NoSuchPlan)?;
        if !reaches(viewer, Deed::PlanVisits, &running.branches) {
            return Err(PlanError::NoSuchPlan);
        }
        running
            .told
            .store(if keep { STOP } else { DROP }, Ordering::Relaxed);
        Ok(())
    }
}

fn refuse_a_second(all: &BTreeMap<RunId, Arc<Running>>) -> Result<(), StartError> {
    match all.values().find(|r| r.state().ended.is_none()) {
        Some(r) => Err(StartError::Busy {
            began: r.began,
            seconds: r.seconds,
        }),
        None => Ok(()),
    }
}

fn note_run(office: &Office, running: &Running, ended: Option<Ended>) -> Result<(), OfficeError> {
    let begun = Begun {
        by: running.by.id.clone(),
        branches: running.branches.clone(),
        at: running.began,
        seconds: running.seconds,
        ended,
    };
    office.store.append(Work {
        records: vec![RecordChange {
            kind: RUN,
            id: running.id.to_string(),
            body: Some(serde_json::to_vec(&begun).expect("a note is plain data")),
            expires_at: Some(office.now().plus(RUN_DAYS * Timestamp::DAY)),
        }],
        ..Work::default()
    })?;
    Ok(())
}

/// Searches, keeps the plan, and tells how it ended, whatever happens.
fn run(office: &Office, running: &Running, inputs: Inputs, material: Material, from: Option<PlanId>) {
    let search = std::panic::AssertUnwindSafe(|| found(office, running, inputs, material, from));
    let ended = match std::panic::catch_unwind(search) {
        Ok(Ok(ended)) => ended,
        Ok(Err(e)) => {
            tracing::error!(error = %e, "a search for a visit plan failed");
            Ended::Failed
        }
        // The panic itself was told where it happened.
        Err(_) => Ended::Failed,
    };
    if let Err(error) = note_run(office, running, Some(ended.clone())) {
        tracing::error!(%error, "the end of a search for a visit plan could not be noted");
    }
    let ms = running.ms();
    running.state().ended = Some((ms, ended));
}

fn found(
    office: &Office,
    running: &Running,
    inputs: Inputs,
    material: Material,
    from: Option<PlanId>,
) -> Result<Ended, OfficeError> {
    let Material {
        problem,
        appointed,
        left_out,
        before,
    } = material;
    let budget = f64::from(inputs.seconds);
    let iterations = AtomicU64::new(0);
    let spent = |_: usize, progress: Progress| {
        iterations.store(progress.iterations, Ordering::Relaxed);
        running.note(progress);
        if running.told.load(Ordering::Relaxed) == GO {
            running.clock.elapsed().as_secs_f64() / budget
        } else {
            1.0
        }
    };
    let plan = planner::replan_in_parallel(&problem, &before, inputs.seed, 1, spent)
        .map_err(|e| OfficeError::Setup(format!("the visits cannot be planned: {e}")))?;
    if running.told.load(Ordering::Relaxed) == DROP {
        return Ok(Ended::Dropped);
    }
    if let Some(first) = planner::check(&problem, &plan).first() {
        return Err(OfficeError::Setup(format!(
            "the plan broke a rule and was thrown away; first: {first}"
        )));
    }
    let locked: BTreeSet<String> = problem
        .visits
        .iter()
        .filter(|v| v.promise.as_ref().is_some_and(|p| p.locked) && !appointed.contains(&v.id))
        .filter(|v| plan.visits.iter().any(|a| a.visit == v.id))
        .map(|v| v.id.clone())
        .collect();
    let now = office.now();
    let kept = VisitPlan {
        id: PlanId::fresh(),
        by: running.by.clone(),
        made_at: now,
        from,
        iterations: iterations.into_inner(),
        curve: running.state().curve.clone(),
        appointed,
        left_out,
        versions: vec![Version {
            no: 1,
            by: running.by.id.clone(),
            at: now,
            what: What::Searched,
            visits: plan.visits.clone(),
            locked,
        }],
        problem,
        plan,
        inputs,
        seq: 1,
        last_version: 1,
    };
    match office.keep_plan(&kept) {
        Ok(()) => Ok(Ended::Kept(kept.id)),
        Err(PlanError::TooMany) => Ok(Ended::TooMany),
        Err(PlanError::Office(e)) => Err(e),
        Err(e) => Err(OfficeError::Setup(e.to_string())),
    }
}
