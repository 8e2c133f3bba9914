//! The programme of visits: objectives with their measures, steps with owners and dates, planned against
//! actual (mission A1, B1).
//!
//! A small fold without I/O: [`decide`] turns what a person asks into one event or says what is wrong with
//! each field, [`Programme::apply`] takes the event in. `keep` stores both.

mod keep;

pub use keep::{ProgrammeEntry, ProgrammeError, ProgrammeOrder};

use domain::StaffId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Longest text of an objective, a measure or a step, in characters.
pub const LONGEST_TEXT: usize = 200;
/// Longest value of a target or of what was reached, in characters.
pub const LONGEST_VALUE: usize = 40;
/// Most objectives of a programme.
pub const MOST_OBJECTIVES: usize = 30;
/// Most steps of a programme.
pub const MOST_STEPS: usize = 200;

/// What is to be reached, and how one sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// What.
    pub text: String,
    /// By what it is measured.
    pub measure: String,
    /// The value to reach, such as `≥ 45%`.
    pub target: String,
    /// The value now; empty while nobody has measured.
    pub actual: String,
}

/// An objective of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// Its number; never used again when it is removed.
    pub no: u32,
    /// What is to be reached.
    pub goal: Goal,
}

/// What is to be done, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What.
    pub text: String,
    /// Who answers for it.
    pub owner: StaffId,
    /// The first planned day.
    pub starts: Date,
    /// The last planned day; not before the first.
    pub ends: Date,
    /// The day it really began, once it has.
    pub began: Option<Date>,
}

/// A step of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its number; never used again when it is removed.
    pub no: u32,
    /// What is to be done.
    pub plan: Plan,
    /// The day it was done, once it is.
    pub ended: Option<Date>,
}

/// How a step stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// Neither begun nor due to begin.
    NotBegun,
    /// Under way, and the planned end is not over.
    Running,
    /// Not done, and the planned end is over by so many days.
    Late(i32),
    /// Done so many days after the planned end; negative when earlier.
    Done(i32),
}

impl Step {
    /// Returns the day it began, as far as anybody knows: the planned one where nothing was noted but
    /// the step is done or its time has come.
    #[must_use]
    pub fn began_on(&self, today: Date) -> Option<Date> {
        let assumed = || {
            let first = self.ended.map_or(self.plan.starts, |e| e.min(self.plan.starts));
            (self.ended.is_some() || first <= today).then_some(first)
        };
        self.plan.began.or_else(assumed)
    }

    /// Returns how it stands on `today`.
    #[must_use]
    pub fn progress(&self, today: Date) -> Progress {
        let days = |later: Date, earlier: Date| later.since(earlier).map_or(0, |s| s.get_days());
        match self.ended {
            Some(ended) => Progress::Done(days(ended, self.plan.ends)),
            None if today > self.plan.ends => Progress::Late(days(today, self.plan.ends)),
            None if self.began_on(today).is_some() => Progress::Running,
            None => Progress::NotBegun,
        }
    }
}

/// The programme as its events tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Objectives by number.
    pub objectives: Vec<Objective>,
    /// Steps by number.
    pub steps: Vec<Step>,
    /// How many events it was made from: what a change must have seen.
    pub version: u64,
    last_objective: u32,
    last_step: u32,
}

/// What a person asks of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is what its type says")]
pub enum ProgrammeCommand {
    /// Write an objective down.
    AddObjective(Goal),
    /// Write it anew, or note what was reached.
    ChangeObjective { no: u32, goal: Goal },
    /// Take it out.
    RemoveObjective { no: u32 },
    /// Add a step.
    AddStep(Plan),
    /// Plan it anew.
    ChangeStep { no: u32, plan: Plan },
    /// Take it out.
    RemoveStep { no: u32 },
    /// Note that it is done, and since when.
    FinishStep { no: u32, ended: Date },
    /// It is not done after all.
    ReopenStep { no: u32 },
}

/// What happened to the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each event is the past tense of its command")]
pub enum ProgrammeEvent {
    ObjectiveAdded { no: u32, goal: Goal },
    ObjectiveChanged { no: u32, goal: Goal },
    ObjectiveRemoved { no: u32 },
    StepAdded { no: u32, plan: Plan },
    StepChanged { no: u32, plan: Plan },
    StepRemoved { no: u32 },
    StepDone { no: u32, ended: Date },
    StepReopened { no: u32 },
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is needed.
    Missing,
    /// It has more characters than this.
    TooLong(usize),
    /// A day that no programme of visits has: before 2000 or after 2199.
    OutOfRange,
    /// The planned end is before the planned start.
    EndsBeforeStart,
    /// What has happened cannot lie in the future.
    InFuture,
    /// It ended before it began.
    EndedBeforeBegin,
    /// There is no such objective or step any more.
    Gone,
    /// It is done already.
    AlreadyDone,
    /// It is not done.
    NotDone,
    /// The programme holds as many as it may.
    Full,
}

/// A field and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProgrammeMistake {
    /// The field: `text`, `measure`, `target`, `actual`, `owner`, `starts`, `ends`, `began`, `ended`, `no`.
    pub field: &'static str,
    /// What is wrong.
    pub fault: Fault,
}

/// Collects what is wrong.
#[derive(Default)]
struct Check(Vec<ProgrammeMistake>);

impl Check {
    fn wrong(&mut self, field: &'static str, fault: Fault) {
        self.0.push(ProgrammeMistake { field, fault });
    }

    fn text(&mut self, field: &'static str, text: &str, needed: bool, longest: usize) {
        if needed && text.trim().is_empty() {
            self.wrong(field, Fault::Missing);
        } else if text.chars().count() > longest {
            self.wrong(field, Fault::TooLong(longest));
        }
    }

    fn goal(&mut self, goal: &Goal) {
        self.text("text", &goal.text, true, LONGEST_TEXT);
        self.text("measure", &goal.measure, true, LONGEST_TEXT);
        self.text("target", &goal.target, true, LONGEST_VALUE);
        self.text("actual", &goal.actual, false, LONGEST_VALUE);
    }

    fn day(&mut self, field: &'static str, day: Date) -> bool {
        let good = (2000..2200).contains(&day.year());
        if !good {
            self.wrong(field, Fault::OutOfRange);
        }
        good
    }

    fn plan(&mut self, plan: &Plan, ended: Option<Date>, today: Date) {
        self.text("text", &plan.text, true, LONGEST_TEXT);
        self.text("owner", &plan.owner.0, true, LONGEST_TEXT);
        let good = self.day("starts", plan.starts) & self.day("ends", plan.ends);
        if good && plan.ends < plan.starts {
            self.wrong("ends", Fault::EndsBeforeStart);
        }
        if let Some(began) = plan.began {
            if self.day("began", began) && began > today {
                self.wrong("began", Fault::InFuture);
            }
            if ended.is_some_and(|ended| ended < began) {
                self.wrong("began", Fault::EndedBeforeBegin);
            }
        }
    }

    fn so(self, event: ProgrammeEvent) -> Result<ProgrammeEvent, Vec<ProgrammeMistake>> {
        if self.0.is_empty() { Ok(event) } else { Err(self.0) }
    }
}

/// Decides what a command leads to on `today`.
///
/// # Errors
/// Everything that is wrong with it, by field.
pub fn decide(
    programme: &Programme,
    command: &ProgrammeCommand,
    today: Date,
) -> Result<ProgrammeEvent, Vec<ProgrammeMistake>> {
    use ProgrammeCommand as C;
    use ProgrammeEvent as E;
    let mut check = Check::default();
    let no = match command {
        C::AddObjective(_) | C::AddStep(_) => 0,
        C::ChangeObjective { no, .. }
        | C::RemoveObjective { no }
        | C::ChangeStep { no, .. }
        | C::RemoveStep { no }
        | C::FinishStep { no, .. }
        | C::ReopenStep { no } => *no,
    };
    let step = programme.step(no);
    match command {
        C::ChangeObjective { .. } | C::RemoveObjective { .. } if programme.objective(no).is_none() => {
            check.wrong("no", Fault::Gone);
        }
        C::ChangeStep { .. } | C::RemoveStep { .. } | C::FinishStep { .. } | C::ReopenStep { .. }
            if step.is_none() =>
        {
            check.wrong("no", Fault::Gone);
        }
        _ => {}
    }
    match command {
        C::AddObjective(goal) => {
            check.goal(goal);
            if programme.objectives.len() >= MOST_OBJECTIVES {
                check.wrong("no", Fault::Full);
            }
            check.so(E::ObjectiveAdded {
                no: programme.last_objective + 1,
                goal: goal.clone(),
            })
        }
        C::ChangeObjective { goal, .. } => {
            check.goal(goal);
            check.so(E::ObjectiveChanged {
                no,
                goal: goal.clone(),
            })
        }
        C::RemoveObjective { .. } => check.so(E::ObjectiveRemoved { no }),
        C::AddStep(plan) => {
            check.plan(plan, None, today);
            if programme.steps.len() >= MOST_STEPS {
                check.wrong("no", Fault::Full);
            }
            check.so(E::StepAdded {
                no: programme.last_step + 1,
                plan: plan.clone(),
            })
        }
        C::ChangeStep { plan, .. } => {
            check.plan(plan, step.and_then(|s| s.ended), today);
            check.so(E::StepChanged {
                no,
                plan: plan.clone(),
            })
        }
        C::RemoveStep { .. } => check.so(E::StepRemoved { no }),
        C::FinishStep { ended, .. } => {
            if step.is_some_and(|s| s.ended.is_some()) {
                check.wrong("no", Fault::AlreadyDone);
            }
            if check.day("ended", *ended) && *ended > today {
                check.wrong("ended", Fault::InFuture);
            }
            if step.is_some_and(|s| s.plan.began.is_some_and(|b| *ended < b)) {
                check.wrong("ended", Fault::EndedBeforeBegin);
            }
            check.so(E::StepDone { no, ended: *ended })
        }
        C::ReopenStep { .. } => {
            if step.is_some_and(|s| s.ended.is_none()) {
                check.wrong("no", Fault::NotDone);
            }
            check.so(E::StepReopened { no })
        }
    }
}

impl Programme {
    /// Returns the objective with this number.
    #[must_use]
    pub fn objective(&self, no: u32) -> Option<&Objective> {
        self.objectives.iter().find(|o| o.no == no)
    }

    /// Returns the step with this number.
    #[must_use]
    pub fn step(&self, no: u32) -> Option<&Step> {
        self.steps.iter().find(|s| s.no == no)
    }

    /// Says whether nobody has written anything down.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objectives.is_empty() && self.steps.is_empty()
    }

    /// Takes an event in. An event about something that is not there changes nothing but the version.
    pub fn apply(&mut self, event: &ProgrammeEvent) {
        use ProgrammeEvent as E;
        self.version += 1;
        match event {
            E::ObjectiveAdded { no, goal } => {
                self.last_objective = self.last_objective.max(*no);
                self.objectives.push(Objective {
                    no: *no,
                    goal: goal.clone(),
                });
            }
            E::ObjectiveChanged { no, goal } => {
                if let Some(o) = self.objectives.iter_mut().find(|o| o.no == *no) {
                    o.goal = goal.clone();
                }
            }
            E::ObjectiveRemoved { no } => self.objectives.retain(|o| o.no != *no),
            E::StepAdded { no, plan } => {
                self.last_step = self.last_step.max(*no);
                self.steps.push(Step {
                    no: *no,
                    plan: plan.clone(),
                    ended: None,
                });
            }
            E::StepChanged { no, plan } => {
                if let Some(s) = self.step_mut(*no) {
                    s.plan = plan.clone();
                }
            }
            E::StepRemoved { no } => self.steps.retain(|s| s.no != *no),
            E::StepDone { no, ended } => {
                if let Some(s) = self.step_mut(*no) {
                    s.ended = Some(*ended);
                }
            }
            E::StepReopened { no } => {
                if let Some(s) = self.step_mut(*no) {
                    s.ended = None;
                }
            }
        }
    }

    fn step_mut(&mut self, no: u32) -> Option<&mut Step> {
        self.steps.iter_mut().find(|s| s.no == no)
    }
}

impl ProgrammeEvent {
    /// Returns whether it is about a step, and the number of the objective or step.
    #[must_use]
    pub fn about(&self) -> (bool, u32) {
        use ProgrammeEvent as E;
        match self {
            E::ObjectiveAdded { no, .. } | E::ObjectiveChanged { no, .. } | E::ObjectiveRemoved { no } => {
                (false, *no)
            }
            E::StepAdded { no, .. }
            | E::StepChanged { no, .. }
            | E::StepRemoved { no }
            | E::StepDone { no, .. }
            | E::StepReopened { no } => (true, *no),
        }
    }
}

#[cfg(test)]
mod tests;
