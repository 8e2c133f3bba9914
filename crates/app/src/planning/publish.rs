//! From a plan to appointments: every planned visit without one becomes one by the normal command, each case by itself.

use super::{PlanError, PlanId, VisitPlan};
use crate::{
    access::{Deed, Viewer},
    error::OfficeError,
    ids,
    office::{Office, Order},
    plan::{moment, role_of},
};
use domain::{
    CaseId, Role, StaffId,
    case::{Command, CrewMember, Refusal, Window},
};
use jiff::civil::Date;
use planner::plan::Assignment;

/// Why a visit did not become an appointment. Nothing was changed in its case.
#[derive(Debug)]
pub enum NotPublished {
    /// The case's own rules refuse it, such as for want of a consent.
    Refused(Refusal),
    /// Another appointment stands.
    OtherAppointment,
    /// The case was changed at the same moment: publish again.
    Busy,
    /// The case is not there, or not for this person.
    NotThere,
    /// Its time is over.
    Past,
}

/// What became of a plan's visits.
#[derive(Debug, Default)]
pub struct Published {
    /// Appointments that were made now.
    pub made: Vec<CaseId>,
    /// Visits whose appointment stood already.
    pub already: Vec<CaseId>,
    /// What was refused, and why.
    pub refused: Vec<(String, NotPublished)>,
}

/// Returns when a visit of a plan takes place.
fn window(office: &Office, plan: &VisitPlan, a: &Assignment) -> Option<Window> {
    let date: Date = plan.day(a.day).parse().ok()?;
    let zone = office.pack().zone();
    let (from, to) = moment(date, a.start, zone).zip(moment(date, a.end, zone))?;
    Some(Window { from, to })
}

/// Returns who goes, each in the role they fill; a further person goes in the first role they have.
fn crew(plan: &VisitPlan, a: &Assignment) -> Vec<CrewMember> {
    let own = |staff: &str| {
        let person = plan.problem.staff.iter().find(|s| s.id == staff)?;
        person.roles.first().cloned()
    };
    a.crew
        .iter()
        .map(|m| CrewMember {
            staff: StaffId(m.staff.clone()),
            role: m
                .role
                .clone()
                .or_else(|| own(&m.staff))
                .and_then(|r| role_of(&r))
                .unwrap_or(Role::ServiceSpecialist),
        })
        .collect()
}

impl Office {
    /// Turns every planned visit that has no appointment into one. Each case is decided by itself, as if a person had made
    /// the appointment there; what is refused changes nothing and is listed. Published again, only what is missing is made.
    ///
    /// # Errors
    /// [`PlanError::NoSuchPlan`], or a failure of the store; what was made until then stands.
    pub fn publish_plan(&self, id: PlanId, viewer: &Viewer) -> Result<Published, PlanError> {
        let plan = self.plan_for(id, viewer, Deed::PlanVisits)?;
        let mut published = Published::default();
        for a in &plan.plan.visits {
            let (Some(case), Some(window)) = (super::case_of(&a.visit), window(self, &plan, a)) else {
                published.refused.push((a.visit.clone(), NotPublished::NotThere));
                continue;
            };
            match self.publish_one(viewer, case, window, crew(&plan, a))? {
                Ok(true) => published.made.push(case),
                Ok(false) => published.already.push(case),
                Err(why) => published.refused.push((a.visit.clone(), why)),
            }
        }
        Ok(published)
    }

    /// Makes one appointment; `Ok(false)` when it stands already.
    fn publish_one(
        &self,
        viewer: &Viewer,
        case: CaseId,
        window: Window,
        crew: Vec<CrewMember>,
    ) -> Result<Result<bool, NotPublished>, OfficeError> {
        let dossier = match self.look_at_case_for(case, viewer, Deed::PlanVisits) {
            Ok(dossier) => dossier,
            Err(OfficeError::NoSuchCase(_)) => return Ok(Err(NotPublished::NotThere)),
            Err(e) => return Err(e),
        };
        if let Some(standing) = &dossier.case.facts.appointment {
            let people = |crew: &[CrewMember]| {
                let mut ids: Vec<StaffId> = crew.iter().map(|m| m.staff.clone()).collect();
                ids.sort();
                ids
            };
            let same = standing.window() == window && people(standing.crew()) == people(&crew);
            return Ok(if same {
                Ok(false)
            } else {
                Err(NotPublished::OtherAppointment)
            });
        }
        let now = self.now();
        if window.from <= now {
            return Ok(Err(NotPublished::Past));
        }
        let order = Order {
            id: ids::fresh(),
            case,
            actor: viewer.actor.clone(),
            at: now,
            command: Command::ScheduleVisit { window, crew },
            // On what was looked at: whoever publishes at the same time does not make it twice.
            seen: Some((dossier.facts_seq, dossier.negotiation_seq)),
        };
        match self.execute(&order) {
            Ok(_) => Ok(Ok(true)),
            Err(OfficeError::Refused { refusal, .. }) => Ok(Err(NotPublished::Refused(refusal))),
            Err(OfficeError::Append(store::AppendError::Conflict { .. })) => Ok(Err(NotPublished::Busy)),
            Err(e) => Err(e),
        }
    }
}
