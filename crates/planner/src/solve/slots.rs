//! Slot advice: which times can be offered to a customer now, as the plan stands.

use super::insertion::{DayOffers, MOVED};
use super::model::{Model, Starts, next_start, visiting_hours};
use super::offers::Tune;
use super::state::{Placed, State};
use super::team::Teams;
use super::timetable::members;
use super::{TimetableError, by_hand};
use crate::plan::{Assignment, Member};
use crate::problem::{DayIndex, Problem, Seconds, Visit, Window};
use crate::validate::{InvalidProblem, validate};

/// Times offered lie at least so far apart on a day: people choose among hours, not among minutes.
const APART: Seconds = 3600;
/// Starts are tried this often, or as often as the rules let visits begin if that is less often.
const TRIED_EVERY: Seconds = 900;

/// A time at which a lawful crew could come while everything else stays as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The day, as [`Day::index`](crate::problem::Day::index).
    pub day: DayIndex,
    /// The visit would begin.
    pub start: Seconds,
    /// The visit would be over.
    pub end: Seconds,
    /// Who would go.
    pub crew: Vec<Member>,
    /// Whether the customer has already agreed to be met then.
    pub agreed: bool,
    /// Whether the day is after the visit's deadline.
    pub late: bool,
    /// How much longer all people together would travel.
    pub travel_seconds: Seconds,
    /// How much more overtime there would be.
    pub overtime_seconds: Seconds,
}

/// Lists the times that can be offered for `visit` while everything else in `planned` stays as it is: first those that keep the
/// deadline, among them those to which the customer has agreed already, then those without overtime, then those with the shortest ways; at most one for each hour of a day, and
/// at most `most`.
///
/// The times lie within visiting hours and keep every rule, whether or not the customer has named them ([`Slot::agreed`] tells):
/// they are what a clerk may ask for. `planned` itself is taken to be lawful. If the visit is planned already, its present time counts as free. A locked
/// promise is set aside, for the question is which other time there is.
///
/// # Errors
/// When the problem contradicts itself, `visit` is not in it, or an assignment names what is not there.
pub fn slots(
    problem: &Problem,
    planned: &[Assignment],
    visit: &str,
    most: usize,
) -> Result<Vec<Slot>, TimetableError> {
    validate(problem).map_err(|issues| InvalidProblem { issues })?;
    let model = Model::new(problem);
    let mut state = by_hand(&model, planned)?;
    let Some(number) = problem.visits.iter().position(|v| v.id == visit) else {
        return Err(TimetableError::Unknown {
            position: planned.len(),
            kind: "a visit",
            name: visit.into(),
        });
    };
    let present = state.remove(&model, number);
    // Where a way is shorter through a third place, the others' day may need this visit where it is.
    if present.is_some_and(|p| !state.lawful_without(&model, &p)) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for day in 0..problem.days.len() {
        on_day(&model, &mut state, number, day, &mut found);
    }
    found.sort_by_key(|s| {
        (
            s.late,
            !s.agreed,
            s.overtime_seconds,
            s.travel_seconds,
            s.day,
            s.start,
        )
    });
    let mut offered: Vec<Slot> = Vec::new();
    for slot in found {
        if offered.len() == most {
            break;
        }
        let near = |o: &Slot| o.day == slot.day && (o.start - slot.start).abs() < APART;
        if !offered.iter().any(near) {
            offered.push(slot);
        }
    }
    Ok(offered)
}

fn on_day(model: &Model, state: &mut State, number: usize, day: usize, found: &mut Vec<Slot>) {
    let problem = model.problem;
    let visit = &problem.visits[number];
    let date = problem.days[day].index;
    let open = Visit {
        windows: visiting_hours(problem, day)
            .into_iter()
            .map(|h| Window::new(date, h.start, h.end))
            .collect(),
        promise: None,
        ..visit.clone()
    };
    let job = model.job_as(number, &open);
    let agreed = &model.jobs[number].starts;
    let every = problem.rules.start_every * (TRIED_EVERY / problem.rules.start_every).max(1);
    let (mut offers, mut teams) = (DayOffers::default(), Teams::default());
    let before = state.totals();
    for &starts in &job.starts {
        if state.too_often(model, number, day) {
            return;
        }
        offers.collect(model, state, &job, starts, Tune::PLAIN, None);
        let mut start = next_start(problem, starts.first);
        while start <= starts.last {
            let only = Starts {
                day,
                first: start,
                last: start,
            };
            let alone = offers.crew_at(start, &job, i64::MAX);
            let limit = alone.as_ref().map_or(MOVED, |(cost, _)| *cost);
            let whole = teams.best(model, state, &job, only, Tune::PLAIN, 0, limit);
            let crew = whole.map(|w| w.placed.crew).or(alone.map(|(_, crew)| crew));
            if let Some(crew) = crew {
                let crew_named = members(model, number, &crew);
                state.place(model, number, Placed { day, start, crew });
                let after = state.totals();
                state.remove(model, number);
                found.push(Slot {
                    day: date,
                    start,
                    end: start + job.service,
                    crew: crew_named,
                    agreed: agreed
                        .iter()
                        .any(|s| s.day == day && (s.first..=s.last).contains(&start)),
                    late: job.deadline.is_some_and(|last| date > last),
                    travel_seconds: after.travel_seconds - before.travel_seconds,
                    overtime_seconds: after.overtime_seconds - before.overtime_seconds,
                });
            }
            start += every;
        }
    }
}
