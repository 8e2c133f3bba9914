//! From consents to a visit plan: builds the planner's problem from cases and rule pack, has the plan
//! checked independently, and hands back appointments to be made through the normal commands.

use crate::{error::OfficeError, office::Office};
use domain::{
    CaseId, Role, StaffId, Timestamp,
    case::{CrewMember, Window},
};
use jiff::{ToSpan as _, civil::Date};
use planner::{
    Plan, Problem, Unplanned,
    problem::{Day, Place, RoleNeed, Rules, Span, Staff, Travel, Visit},
};
use rules::TimeZone;
use std::collections::HashMap;

/// A visit somebody consented to.
#[derive(Clone, Debug)]
pub struct VisitRequest {
    /// The case.
    pub case: CaseId,
    /// The customer, as conflicts of interest name them.
    pub customer: String,
    /// Degrees north and east.
    pub point: (f64, f64),
    /// Length of the visit in seconds.
    pub service: i64,
    /// Who must be there.
    pub roles: Vec<Role>,
    /// When the customer can be visited.
    pub windows: Vec<Window>,
    /// The clock's end, if one runs.
    pub due_at: Option<Timestamp>,
    /// How much the visit is worth when not all fit.
    pub value: u32,
    /// The language that somebody of the crew must speak.
    pub language: Option<String>,
    /// A woman must be among the crew.
    pub women_only: bool,
    /// What was promised before: kept to the minute.
    pub promise: Option<(Window, Vec<StaffId>)>,
}

/// The staff who can go, in the planner's words.
#[derive(Clone, Debug, Default)]
pub struct Crewing {
    /// Staff with shifts numbered by day from the first planned day.
    pub staff: Vec<Staff>,
}

/// What was planned.
#[derive(Clone, Debug)]
pub struct PlannedVisits {
    /// The problem, for export and for the checker.
    pub problem: Problem,
    /// The plan.
    pub plan: Plan,
    /// Appointments that are not made yet.
    pub appointments: Vec<(CaseId, Window, Vec<CrewMember>)>,
    /// What could not be planned, and why.
    pub unplanned: Vec<(CaseId, Unplanned)>,
}

/// Returns the role as the planner's problems name it.
pub(crate) fn role_name(role: Role) -> String {
    match serde_json::to_value(role) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("a role serialises as its name"),
    }
}

/// Returns the role that a planner's problem names, if it is one of ours.
#[must_use]
pub fn role_of(name: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|r| role_name(*r) == name)
}

/// Returns the local date and the seconds after its midnight.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> (Date, i64) {
    let Ok(instant) = jiff::Timestamp::from_microsecond(at.0) else {
        return (Date::MIN, 0);
    };
    let there = instant.to_zoned(zone.clone());
    let t = there.time();
    (
        there.date(),
        i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second()),
    )
}

/// Returns the local time to the minute, such as `2026-03-02 09:30`.
pub(crate) fn local_minute(at: Timestamp, zone: &TimeZone) -> String {
    let (date, seconds) = local(at, zone);
    format!("{date} {:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

/// Returns the moment `seconds` after midnight of `date`.
pub(crate) fn moment(date: Date, seconds: i64, zone: &TimeZone) -> Option<Timestamp> {
    let midnight = date.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond();
    Some(Timestamp(midnight.checked_add(seconds.checked_mul(1_000_000)?)?))
}

fn span(hours: rules::Hours) -> Span {
    let seconds = |t: jiff::civil::Time| i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60;
    Span::new(seconds(hours.from), seconds(hours.to))
}

impl Office {
    /// Returns the working days from `from` on, `count` of them.
    #[must_use]
    pub fn working_days(&self, from: Date, count: usize) -> Vec<Date> {
        let mut days = Vec::with_capacity(count);
        let mut day = from;
        // A year without any working day would be no calendar; the bound keeps a broken one from hanging.
        for _ in 0..400 {
            if days.len() == count {
                break;
            }
            if self.pack.calendar().is_working_day(day) {
                days.push(day);
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        days
    }

    /// Plans `requests` over `days` with `crewing`, told to the customers on `told`. The rules (hours,
    /// smallest crew, notice) come from the pack; a visit that cannot be lawfully planned is left out,
    /// with the binding reason.
    ///
    /// # Errors
    /// When the problem contradicts itself, or the independent checker finds anything in the plan.
    pub fn plan_visits(
        &self,
        requests: &[VisitRequest],
        crewing: &Crewing,
        days: &[Date],
        told: Date,
        seed: u64,
        iterations: u32,
    ) -> Result<PlannedVisits, OfficeError> {
        let zone = self.pack.zone();
        let Some(&first) = days.first() else {
            return Err(OfficeError::Setup("a plan needs at least one day".to_owned()));
        };
        let index = |date: Date| date.since(first).map_or(0, |s| s.get_days());
        let mut problem = Problem {
            days: days
                .iter()
                .map(|d| Day {
                    label: d.to_string(),
                    index: index(*d),
                    visiting_hours: None,
                })
                .collect(),
            staff: crewing.staff.clone(),
            visits: Vec::with_capacity(requests.len()),
            rules: self.visit_rules(first),
            travel: Travel::default(),
            goals: planner::problem::Goal::usual_order(),
        };
        let mut by_id = HashMap::new();
        for request in requests {
            by_id.insert(request.case.to_string(), request);
            problem.visits.push(visit_of(request, &index, index(told), zone));
        }
        let plan = planner::solve(&problem, seed, iterations)
            .map_err(|e| OfficeError::Setup(format!("the visits cannot be planned: {e}")))?;
        let violations = planner::check(&problem, &plan);
        if let Some(first) = violations.first() {
            return Err(OfficeError::Setup(format!(
                "the plan broke {} rule(s) and was thrown away; first: {first}",
                violations.len()
            )));
        }
        let date_of: HashMap<i32, Date> = days.iter().map(|d| (index(*d), *d)).collect();
        let mut appointments = Vec::new();
        for done in &plan.visits {
            let (Some(request), Some(&date)) = (by_id.get(&done.visit), date_of.get(&done.day)) else {
                continue;
            };
            if request.promise.is_some() {
                continue;
            }
            let window = moment(date, done.start, zone).zip(moment(date, done.end, zone));
            let Some((from, to)) = window else { continue };
            let crew = done
                .crew
                .iter()
                .map(|m| CrewMember {
                    staff: StaffId(m.staff.clone()),
                    role: m
                        .role
                        .as_deref()
                        .and_then(role_of)
                        .unwrap_or(Role::ServiceSpecialist),
                })
                .collect();
            appointments.push((request.case, Window { from, to }, crew));
        }
        let unplanned = plan
            .unplanned
            .iter()
            .filter_map(|u| Some((by_id.get(&u.visit)?.case, u.clone())))
            .collect();
        Ok(PlannedVisits {
            problem,
            plan,
            appointments,
            unplanned,
        })
    }

    /// Returns the rules of conduct that the pack has for visits on `day`.
    pub(crate) fn visit_rules(&self, day: Date) -> Rules {
        let conduct = self.pack.visit_conduct(day);
        let mut rules = Rules::default();
        let legal = conduct.hours_legal.map(|s| span(s.value));
        let usual = conduct.hours_default.map(|s| span(s.value));
        if let Some(hours) = usual.or(legal) {
            rules.visiting_hours = vec![hours];
        }
        if let Some(least) = conduct.min_crew {
            rules.least_crew = u32::from(least.value);
        }
        if let Some(notice) = conduct.notice_days {
            rules.min_notice_days = i32::from(notice.value);
        }
        rules
    }
}

/// Returns the visit that a request asks for, in the planner's words; `index` numbers civil days, the customer is told on `told`.
pub(crate) fn visit_of(
    request: &VisitRequest,
    index: &dyn Fn(Date) -> i32,
    told: i32,
    zone: &TimeZone,
) -> Visit {
    let windows = request
        .windows
        .iter()
        .map(|w| {
            let (date, start) = local(w.from, zone);
            planner::problem::Window::new(index(date), start, start + (w.to.0 - w.from.0) / 1_000_000)
        })
        .collect();
    let promise = request.promise.as_ref().map(|(window, crew)| {
        let (date, start) = local(window.from, zone);
        planner::problem::Promise {
            day: index(date),
            start,
            locked: true,
            staff: crew.iter().map(|s| s.0.clone()).collect(),
        }
    });
    Visit {
        id: request.case.to_string(),
        customer: request.customer.clone(),
        place: Place::geo(request.point.0, request.point.1),
        service: request.service,
        needs: request
            .roles
            .iter()
            .map(|r| RoleNeed {
                role: role_name(*r),
                count: 1,
                skill: None,
            })
            .collect(),
        min_crew: 0,
        windows,
        earliest_day: None,
        latest_day: None,
        deadline_day: request.due_at.map(|at| index(local(at, zone).0)),
        // A promised visit was announced when it was promised.
        notice_day: if request.promise.is_some() { -30 } else { told },
        mandatory: false,
        value: request.value.max(1),
        promise,
        preferred_staff: Vec::new(),
        forbidden_staff: Vec::new(),
        language: request.language.clone(),
        women_only: request.women_only,
        needs_step_free: false,
        step_free: true,
        crew_day: None,
    }
}
