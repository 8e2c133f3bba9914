//! The sweep over all open cases: which clocks are overdue, and which soon will be.

use crate::{error::OfficeError, office::Office};
use domain::{CaseId, Timestamp, clock::ClockFacts};
use store::StoreError;

/// What an alarm says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// The limit has passed.
    Overdue,
    /// It will pass within the warning time.
    Soon,
}

/// A clock that somebody must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The case.
    pub case: CaseId,
    /// The clock's id in the pack.
    pub clock: String,
    /// When the limit ends.
    pub due_at: Timestamp,
    /// How bad it is.
    pub kind: AlarmKind,
}

/// What a sweep found.
#[derive(Clone, Debug, Default)]
pub struct SweepReport {
    /// Open cases looked at.
    pub open: u64,
    /// Of them, how many have a running clock of the bank.
    pub running: u64,
    /// How many are overdue.
    pub overdue: u64,
    /// How many will be within the warning time.
    pub soon: u64,
    /// The alarms, most urgent first; at most 10,000.
    pub alarms: Vec<Alarm>,
}

/// Most alarms a report carries.
const ALARMS: usize = 10_000;

impl Office {
    /// Recomputes the next due date of every open case by the pack in force, at `now`; warns of what is
    /// due within `warn` microseconds.
    ///
    /// # Errors
    /// When the work list cannot be read.
    pub fn sweep(&self, now: Timestamp, warn: i64) -> Result<SweepReport, OfficeError> {
        let mut report = SweepReport::default();
        let until = now.plus(warn);
        report.open = self.store.sweep(|row| {
            let facts: ClockFacts =
                serde_json::from_str(&row.clock_facts).map_err(|e| StoreError::Damaged {
                    place: format!("the work list, case {}", row.case),
                    reason: format!("clock facts: {e}"),
                })?;
            let Some(due) = rules::next_due(self.pack, &facts, self.pack.zone(), now) else {
                return Ok(());
            };
            report.running += 1;
            let kind = if due.due_at <= now {
                report.overdue += 1;
                AlarmKind::Overdue
            } else if due.due_at <= until {
                report.soon += 1;
                AlarmKind::Soon
            } else {
                return Ok(());
            };
            if report.alarms.len() < ALARMS {
                report.alarms.push(Alarm {
                    case: row.case,
                    clock: due.clock.to_owned(),
                    due_at: due.due_at,
                    kind,
                });
            }
            Ok(())
        })?;
        report.alarms.sort_by_key(|a| (a.due_at, a.case));
        Ok(report)
    }
}
