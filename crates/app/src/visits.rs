//! Visits by day: a view that stands beside the log, for the pages of a day.
//!
//! One record for each appointment, named by civil day and case. It holds nothing personal: who is met
//! and where exactly stand in the case.

use crate::{error::OfficeError, office::Office};
use domain::{
    BranchId, CaseId,
    case::{Appointment, Case, CrewMember, Event, FactEvent, PlaceKind, VisitOutcome, Window},
};
use serde::{Deserialize, Serialize};
use store::RecordChange;

/// The kind of the records.
const VISIT: &str = "visit";
/// Most visits of one day that are listed.
const MOST: usize = 5000;

/// One visit as the pages of a day show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLine {
    /// The case.
    pub case: CaseId,
    /// When.
    pub window: Window,
    /// What kind of place.
    pub place: PlaceKind,
    /// Who goes.
    pub crew: Vec<CrewMember>,
    /// The branch of the case.
    pub branch: BranchId,
    /// How it ended, once reported.
    pub outcome: Option<VisitOutcome>,
}

impl Office {
    fn visit_id(&self, case: CaseId, window: Window) -> String {
        let (day, _) = crate::plan::local(window.from, self.pack.zone());
        format!("{day}/{case}")
    }

    /// Returns the visits of a civil day (`2026-11-23`), planned and reported, in no order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn visits_of(&self, day: &str) -> Result<Vec<VisitLine>, OfficeError> {
        let found = self.store.records(VISIT, &format!("{day}/"), "", MOST)?;
        found
            .into_iter()
            .map(|r| {
                serde_json::from_slice(&r.body)
                    .map_err(|e| OfficeError::Setup(format!("the visit {} cannot be understood: {e}", r.id)))
            })
            .collect()
    }

    /// Returns how the view changes with an order.
    pub(crate) fn visit_changes(
        &self,
        before: Option<&Appointment>,
        case: &Case,
        events: &[Event],
    ) -> Vec<RecordChange> {
        let Some(id) = case.facts.id else {
            return Vec::new();
        };
        let after = case.facts.appointment.as_ref();
        let outcome = events.iter().find_map(|e| match e {
            Event::Fact(f) => match &**f {
                FactEvent::VisitReported(report) => Some(report.outcome),
                _ => None,
            },
            Event::Negotiation(_) => None,
        });
        let line = |a: &Appointment, outcome| RecordChange {
            kind: VISIT,
            id: self.visit_id(id, a.window()),
            body: Some(
                serde_json::to_vec(&VisitLine {
                    case: id,
                    window: a.window(),
                    place: a.place().kind,
                    crew: a.crew().to_vec(),
                    branch: case.facts.branch.clone().unwrap_or_else(|| BranchId::from("")),
                    outcome,
                })
                .expect("a line of visits is plain data"),
            ),
            expires_at: None,
        };
        let mut changes = Vec::new();
        match (before, outcome) {
            (Some(a), Some(outcome)) => changes.push(line(a, Some(outcome))),
            (Some(a), None) if after != Some(a) => changes.push(RecordChange {
                kind: VISIT,
                id: self.visit_id(id, a.window()),
                body: None,
                expires_at: None,
            }),
            _ => {}
        }
        if let Some(a) = after.filter(|a| before != Some(*a)) {
            changes.push(line(a, None));
        }
        changes
    }
}
