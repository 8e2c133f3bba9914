//! The problem in the solver's numbers: indices instead of names, lawful start times instead of rules.

use super::roads::{Places, Roads};
use super::state::{FAR_AWAY, LONG_AGO};
use crate::problem::{
    CrewDay, DayIndex, Problem, Promise, Rest, RoleNeed, Seconds, Span, Staff, Visit, WindowCovers,
};
use std::collections::BTreeMap;

pub(super) struct Model<'a> {
    pub(super) problem: &'a Problem,
    pub(super) roads: Roads<'a>,
    pub(super) people: Vec<Person>,
    pub(super) jobs: Vec<Job>,
    /// The visits of each customer.
    pub(super) of_customer: Vec<Vec<usize>>,
    /// Some crews spend their days together.
    pub(super) teams: bool,
}

/// One member of staff.
pub(super) struct Person {
    pub(super) base: usize,
    pub(super) end: usize,
    /// For each day the stretches in which this person may be under way.
    pub(super) duty: Vec<Vec<Stretch>>,
    /// For each day the end of the shift, without overtime.
    pub(super) shift_end: Vec<Seconds>,
    /// For each day until when overtime could be extended without touching an absence.
    pub(super) free_until: Vec<Seconds>,
    pub(super) rest: Option<Rest>,
    pub(super) max_visits: usize,
    pub(super) max_travel: Seconds,
}

/// A stretch of a shift (with its overtime) between absences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: Seconds,
    pub(super) end: Seconds,
}

impl Stretch {
    /// Holds every day: for days made by hand that no duty holds.
    pub(super) const ANY_TIME: Stretch = Stretch {
        start: LONG_AGO,
        end: FAR_AWAY,
    };
}

/// One visit.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) place: usize,
    pub(super) service: Seconds,
    /// When it may lawfully begin.
    pub(super) starts: Vec<Starts>,
    pub(super) needs: Vec<Need>,
    /// For each person whether they speak the language asked for; empty = any will do.
    pub(super) speaks: Vec<bool>,
    pub(super) preferred: Vec<usize>,
    pub(super) customer: usize,
    /// Last day that keeps the clock.
    pub(super) deadline: Option<DayIndex>,
    /// Position of the promised day (if it is planned at all) and the promised start.
    pub(super) promise: Option<(Option<usize>, Seconds)>,
    pub(super) locked: bool,
    pub(super) mandatory: bool,
    pub(super) value: u32,
    /// The crew spends the whole day together.
    pub(super) together: bool,
    /// The people of a locked crew, if one is named.
    pub(super) crew: Option<Vec<usize>>,
    /// Whoever nothing keeps away from the customer, whatever their role.
    pub(super) welcome: Vec<bool>,
}

/// A span of lawful starts on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Starts {
    /// Position among the days.
    pub(super) day: usize,
    pub(super) first: Seconds,
    pub(super) last: Seconds,
}

/// Equal seats of a crew.
#[derive(Clone)]
pub(super) struct Need {
    /// Position among [`Visit::needs`]; `None` = anybody.
    pub(super) need: Option<usize>,
    pub(super) count: usize,
    pub(super) able: Vec<Able>,
}

/// Somebody who may take a seat.
#[derive(Clone, Copy)]
pub(super) struct Able {
    pub(super) person: usize,
    /// Last day on which the skill asked for is valid.
    pub(super) until: DayIndex,
}

impl<'a> Model<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut places = Places::default();
        let people = problem
            .staff
            .iter()
            .map(|s| person(problem, s, &mut places))
            .collect();
        let mut customers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut of_customer: Vec<Vec<usize>> = Vec::new();
        let mut jobs = Vec::with_capacity(problem.visits.len());
        for (i, visit) in problem.visits.iter().enumerate() {
            let customer = *customers.entry(&visit.customer).or_insert_with(|| {
                of_customer.push(Vec::new());
                of_customer.len() - 1
            });
            of_customer[customer].push(i);
            jobs.push(job(problem, visit, places.number(visit.place), customer));
        }
        Model {
            problem,
            roads: Roads::new(&problem.travel, places),
            people,
            teams: jobs.iter().any(|job| job.together),
            jobs,
            of_customer,
        }
    }

    pub(super) fn day_index(&self, day: usize) -> DayIndex {
        self.problem.days[day].index
    }

    /// Returns the visit `i` as it would be with the wishes of `changed`, at the same place.
    pub(super) fn job_as(&self, i: usize, changed: &Visit) -> Job {
        job(self.problem, changed, self.jobs[i].place, self.jobs[i].customer)
    }
}

fn person(problem: &Problem, staff: &Staff, places: &mut Places) -> Person {
    let base = places.number(staff.base);
    let mut duty = Vec::with_capacity(problem.days.len());
    let mut shift_end = Vec::with_capacity(problem.days.len());
    let mut free_until = Vec::with_capacity(problem.days.len());
    for day in &problem.days {
        let shift = staff.shifts.iter().find(|s| s.day == day.index);
        shift_end.push(shift.map_or(0, |s| s.end));
        let latest = shift.map_or(0, |s| s.end + s.overtime);
        let mut stretches: Vec<Stretch> = shift
            .iter()
            .map(|s| Stretch {
                start: s.start,
                end: s.end + s.overtime,
            })
            .collect();
        for absence in staff.absences.iter().filter(|a| a.day == day.index) {
            stretches = stretches
                .iter()
                .flat_map(|s| {
                    [
                        Stretch {
                            start: s.start,
                            end: s.end.min(absence.start),
                        },
                        Stretch {
                            start: s.start.max(absence.end),
                            end: s.end,
                        },
                    ]
                })
                .filter(|s| s.start < s.end)
                .collect();
        }
        stretches.sort_by_key(|s| s.start);
        let cut = stretches.last().is_none_or(|s| s.end < latest);
        let next = staff
            .absences
            .iter()
            .filter(|a| a.day == day.index && a.start >= latest)
            .map(|a| a.start)
            .min();
        free_until.push(if cut { 0 } else { next.unwrap_or(Seconds::MAX) });
        duty.push(stretches);
    }
    Person {
        base,
        end: staff.end.map_or(base, |place| places.number(place)),
        duty,
        shift_end,
        free_until,
        rest: staff.rest,
        max_visits: staff.max_visits_per_day.map_or(usize::MAX, |n| n as usize),
        max_travel: staff.max_travel_per_day.unwrap_or(Seconds::MAX),
    }
}

fn job(problem: &Problem, visit: &Visit, place: usize, customer: usize) -> Job {
    let promise = visit
        .promise
        .as_ref()
        .map(|p| (problem.days.iter().position(|d| d.index == p.day), p.start));
    let locked = visit.promise.as_ref().is_some_and(|p| p.locked);
    Job {
        place,
        service: visit.service,
        starts: lawful_starts(problem, visit),
        needs: needs(problem, visit),
        speaks: match &visit.language {
            Some(language) => problem
                .staff
                .iter()
                .map(|s| s.languages.contains(language))
                .collect(),
            None => Vec::new(),
        },
        preferred: visit
            .preferred_staff
            .iter()
            .filter_map(|id| problem.staff.iter().position(|s| s.id == *id))
            .collect(),
        customer,
        deadline: visit.deadline_day,
        promise,
        locked,
        mandatory: visit.mandatory,
        value: visit.value,
        together: visit.crew_day.unwrap_or(problem.rules.crew_day) == CrewDay::Together,
        crew: locked_crew(visit).map(|ids| {
            let number = |id: &String| problem.staff.iter().position(|s| s.id == *id);
            ids.iter().filter_map(number).collect()
        }),
        welcome: problem.staff.iter().map(|s| may_see(s, visit)).collect(),
    }
}

/// Joins spans that touch or overlap.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// Says whether `visit` may take place on the day at position `day` as far as the calendar goes.
pub(super) fn day_allowed(problem: &Problem, visit: &Visit, day: usize) -> bool {
    let index = problem.days[day].index;
    visit.earliest_day.is_none_or(|first| index >= first) && visit.latest_day.is_none_or(|last| index <= last)
}

pub(super) fn notice_kept(problem: &Problem, visit: &Visit, day: usize) -> bool {
    i64::from(problem.days[day].index) - i64::from(visit.notice_day)
        >= i64::from(problem.rules.min_notice_days)
}

/// The visiting hours of the day at position `day`, joined.
pub(super) fn visiting_hours(problem: &Problem, day: usize) -> Vec<Span> {
    joined(
        problem.days[day]
            .visiting_hours
            .as_ref()
            .unwrap_or(&problem.rules.visiting_hours)
            .clone(),
    )
}

/// The customer's windows on the day at position `day`, joined.
pub(super) fn consented(problem: &Problem, visit: &Visit, day: usize) -> Vec<Span> {
    let index = problem.days[day].index;
    joined(
        visit
            .windows
            .iter()
            .filter(|w| w.day == index)
            .map(|w| Span::new(w.start, w.end))
            .collect(),
    )
}

/// The lawful starts on one day whatever the notice, the allowed days and a locked time say.
pub(super) fn starts_on(problem: &Problem, visit: &Visit, day: usize) -> Vec<Starts> {
    let mut out = Vec::new();
    let index = problem.days[day].index;
    for window in consented(problem, visit, day) {
        for hours in visiting_hours(problem, day) {
            let last = match problem.rules.window_covers {
                WindowCovers::WholeVisit => window.end - visit.service,
                WindowCovers::Start => window.end,
            };
            let first = window.start.max(hours.start);
            let last = last.min(hours.end - visit.service);
            let promised = |p: &Promise| p.day == index && (first..=last).contains(&p.start);
            if next_start(problem, first) <= last || visit.promise.as_ref().is_some_and(promised) {
                out.push(Starts { day, first, last });
            }
        }
    }
    out
}

/// The first time from `moment` on at which visits begin.
pub(super) fn next_start(problem: &Problem, moment: Seconds) -> Seconds {
    let every = problem.rules.start_every;
    (moment + every - 1).div_euclid(every) * every
}

fn lawful_starts(problem: &Problem, visit: &Visit) -> Vec<Starts> {
    if visit.needs_step_free && !visit.step_free {
        return Vec::new();
    }
    let mut starts: Vec<Starts> = (0..problem.days.len())
        .filter(|&day| day_allowed(problem, visit, day) && notice_kept(problem, visit, day))
        .flat_map(|day| starts_on(problem, visit, day))
        .collect();
    if let Some(promise) = visit.promise.as_ref().filter(|p| p.locked) {
        starts.retain(|s| {
            problem.days[s.day].index == promise.day && (s.first..=s.last).contains(&promise.start)
        });
        for s in &mut starts {
            (s.first, s.last) = (promise.start, promise.start);
        }
    }
    starts
}

/// The people whom a locked promise names, if it names any.
pub(super) fn locked_crew(visit: &Visit) -> Option<&[String]> {
    visit
        .promise
        .as_ref()
        .filter(|p| p.locked && !p.staff.is_empty())
        .map(|p| p.staff.as_slice())
}

/// Least number of people on `visit` by all rules.
pub(super) fn least_crew(problem: &Problem, visit: &Visit) -> usize {
    let named: usize = visit.needs.iter().map(|n| n.count as usize).sum();
    let locked = locked_crew(visit).map_or(0, <[String]>::len);
    named
        .max(visit.min_crew as usize)
        .max(problem.rules.least_crew as usize)
        .max(locked)
}

fn needs(problem: &Problem, visit: &Visit) -> Vec<Need> {
    let mut needs: Vec<Need> = visit
        .needs
        .iter()
        .enumerate()
        .map(|(i, need)| Need {
            need: Some(i),
            count: need.count as usize,
            able: able(problem, visit, Some(need)),
        })
        .collect();
    let named: usize = needs.iter().map(|n| n.count).sum();
    let least = least_crew(problem, visit);
    if least > named {
        needs.push(Need {
            need: None,
            count: least - named,
            able: able(problem, visit, None),
        });
    }
    needs
}

fn able(problem: &Problem, visit: &Visit, need: Option<&RoleNeed>) -> Vec<Able> {
    let crew = locked_crew(visit);
    problem
        .staff
        .iter()
        .enumerate()
        .filter(|(_, s)| may_see(s, visit) && crew.is_none_or(|ids| ids.contains(&s.id)))
        .filter_map(|(person, s)| {
            Some(Able {
                person,
                until: fills_until(s, need)?,
            })
        })
        .collect()
}

/// Says whether nothing stands between this person and this customer.
pub(super) fn may_see(staff: &Staff, visit: &Visit) -> bool {
    !staff.conflicts.contains(&visit.customer)
        && !visit.forbidden_staff.contains(&staff.id)
        && (!visit.women_only || staff.woman)
        && (!staff.needs_step_free || visit.step_free)
}

/// The last day on which `staff` fills `need` by role and skill; `None` = never.
pub(super) fn fills_until(staff: &Staff, need: Option<&RoleNeed>) -> Option<DayIndex> {
    let Some(need) = need else {
        return Some(DayIndex::MAX);
    };
    if !staff.roles.contains(&need.role) {
        return None;
    }
    let Some(wanted) = &need.skill else {
        return Some(DayIndex::MAX);
    };
    staff
        .skills
        .iter()
        .filter(|s| s.name == wanted.name && s.level >= wanted.level)
        .map(|s| s.valid_to.unwrap_or(DayIndex::MAX))
        .max()
}
