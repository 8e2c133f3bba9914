//! The planner at the end of each working day: pending consents become appointments and notices.

use super::{
    Stage,
    agenda::{Agenda, Step},
};
use crate::{
    error::OfficeError,
    office::Office,
    plan::{PlannedVisits, VisitRequest},
};
use domain::{
    CaseId, Role, StaffId, Timestamp,
    case::{Channel, Command, ConsentScope, State},
};
use jiff::civil::Date;
use store::CaseQuery;

/// How many working days a plan covers.
const DAYS: usize = 5;
/// How long a visit is planned to last, in seconds.
const SERVICE: i64 = 75 * 60;
/// When the planner runs, seconds after midnight.
const PLANNING_HOUR: i64 = 17 * 3600;
/// Until then the day itself can still be planned, seconds after midnight.
const YOUNG: i64 = 8 * 3600;

/// Returns the working days that a plan made at `at` covers: from today on while the day is young.
pub(super) fn days_ahead(office: &Office, at: Timestamp) -> Vec<Date> {
    let (today, seconds) = crate::plan::local(at, office.pack().zone());
    let first = if seconds < YOUNG {
        Some(today)
    } else {
        today.tomorrow().ok()
    };
    first.map_or_else(Vec::new, |day| office.working_days(day, DAYS))
}

impl Stage<'_> {
    /// Plans the days after `day` and makes the appointments; returns the plan, or `None` when nothing waited.
    pub(super) fn plan(
        &self,
        agenda: &mut Agenda,
        day: Date,
        today: Date,
    ) -> Result<Option<PlannedVisits>, OfficeError> {
        let zone = self.office.pack().zone();
        let at = crate::plan::moment(day, PLANNING_HOUR, zone)
            .unwrap_or(self.now)
            .min(self.now);
        let days = days_ahead(self.office, at);
        let (requests, lapsed) = self.requests(at, &days)?;
        for case in lapsed {
            self.give_up(agenda, case, at)?;
        }
        if !requests.iter().any(|r| r.promise.is_none()) && day != today {
            return Ok(None);
        }
        let iterations = if day == today { 2000 } else { 100 };
        let planned =
            self.office
                .plan_visits(&requests, &self.roster.crewing(&days), &days, day, 1, iterations)?;
        for (case, window, crew) in &planned.appointments {
            let Some(i) = self.find(*case) else { continue };
            let mut plot = self.plots[i]
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let manager = self
                .roster
                .pick(Role::RelationshipManager, &plot.branch, plot.turn);
            let command = Command::ScheduleVisit {
                window: *window,
                crew: crew.clone(),
            };
            plot.command(self.office, &manager, at, command)?;
            plot.command(
                self.office,
                &manager,
                at,
                Command::SendNotice {
                    channel: "letter".to_owned(),
                },
            )?;
            plot.appointment = Some((*window, crew.clone()));
            agenda.push(window.to.plus(10 * 60_000_000), i, Step::Visit);
        }
        Ok(Some(planned))
    }

    /// Returns what waits for a plan at `at`, what is promised already, and the cases whose windows have
    /// all passed.
    fn requests(
        &self,
        at: Timestamp,
        days: &[Date],
    ) -> Result<(Vec<VisitRequest>, Vec<CaseId>), OfficeError> {
        let (mut requests, mut lapsed) = (Vec::new(), Vec::new());
        for state in [State::Consented, State::Scheduled] {
            let mut query = CaseQuery {
                state: Some(state.code().to_owned()),
                limit: 1000,
                ..CaseQuery::default()
            };
            loop {
                let page = self.office.store().cases(&query)?;
                for row in page.rows {
                    match self.request(row.case, state, at, days, row.due_at)? {
                        Some(request) if request.windows.is_empty() => lapsed.push(row.case),
                        Some(request) => requests.push(request),
                        None => {}
                    }
                }
                match page.next {
                    Some(next) => query.cursor = Some(next),
                    None => break,
                }
            }
        }
        requests.sort_by_key(|r| r.case);
        Ok((requests, lapsed))
    }

    fn request(
        &self,
        id: CaseId,
        state: State,
        at: Timestamp,
        days: &[Date],
        due_at: Option<Timestamp>,
    ) -> Result<Option<VisitRequest>, OfficeError> {
        let Some(i) = self.find(id) else { return Ok(None) };
        let plot = self.plots[i]
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let dossier = self.office.load(id)?;
        let Some(consent) = dossier.case.live_consent(ConsentScope::Visiting) else {
            return Ok(None);
        };
        let promise = plot
            .appointment
            .as_ref()
            .filter(|_| state == State::Scheduled)
            .map(|(window, crew)| {
                (
                    *window,
                    crew.iter().map(|m| m.staff.clone()).collect::<Vec<StaffId>>(),
                )
            });
        let zone = self.office.pack().zone();
        if promise
            .as_ref()
            .is_some_and(|(w, _)| !days.contains(&crate::plan::local(w.from, zone).0))
        {
            return Ok(None);
        }
        let windows = consent
            .record()
            .windows
            .iter()
            .filter(|w| w.from > at)
            .copied()
            .collect();
        Ok(Some(VisitRequest {
            case: id,
            customer: plot.customer.clone(),
            point: plot.point,
            service: SERVICE,
            roles: plot.roles.clone(),
            windows,
            due_at,
            value: 10,
            language: Some(plot.language.clone()),
            women_only: plot.woman_asked_for,
            promise,
        }))
    }

    /// No crew was free in any window: another channel opens at once, the clock runs on.
    fn give_up(&self, agenda: &mut Agenda, case: CaseId, at: Timestamp) -> Result<(), OfficeError> {
        let Some(i) = self.find(case) else { return Ok(()) };
        let mut plot = self.plots[i]
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let manager = self
            .roster
            .pick(Role::RelationshipManager, &plot.branch, plot.turn);
        let command = Command::OpenChannel {
            channel: Channel::Video,
            reason: "客户可约的时段内没有可派的上门小组".to_owned(),
        };
        plot.command(self.office, &manager, at, command)?;
        agenda.push(at.plus(Timestamp::DAY), i, Step::Find);
        Ok(())
    }
}
