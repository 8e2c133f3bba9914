//! From who is where when to each person's day by the minute.

use super::explain::{late_reason, unplanned_reason};
use super::model::{Model, Stretch};
use super::search::is_late;
use super::state::{At, State, duty_of, gaps};
use crate::plan::{Assignment, Leg, Member, Moved, Plan, Route, Stop};
use crate::problem::{Seconds, Span};

/// When a person leaves for each visit and for home, and rests.
struct Day {
    /// One more than there are visits: the last is the way home.
    leaves: Vec<Seconds>,
    rest: Option<Span>,
    back: Seconds,
}

/// Lays out one person's day: leaves the base just in time and every customer at once, but for the rest.
fn lay_out(model: &Model, person: usize, day: usize, route: &[At]) -> Day {
    let who = &model.people[person];
    let duty = duty_of(model, person, day, route).unwrap_or(Stretch::ANY_TIME);
    let gaps = gaps(model, person, route, duty);
    let last = gaps.len() - 1;
    let mut leaves: Vec<Seconds> = gaps.iter().map(|g| g.leave_from).collect();
    leaves[0] = gaps[0].arrive_by - gaps[0].way;
    let mut rest = None;
    if let Some(wanted) = who.rest {
        let at_base = gaps[0].rest_before(wanted).map(|span| (0, false, span));
        let between = (1..last).find_map(|i| {
            let before = gaps[i].rest_before(wanted).map(|span| (i, false, span));
            before.or_else(|| gaps[i].rest_after(wanted).map(|span| (i, true, span)))
        });
        let at_home = || gaps[last].rest_after(wanted).map(|span| (last, true, span));
        let first_door = || gaps[0].rest_after(wanted).map(|span| (0, true, span));
        let last_door = || gaps[last].rest_before(wanted).map(|span| (last, false, span));
        let found = at_base
            .or(between)
            .or_else(at_home)
            .or_else(first_door)
            .or_else(last_door);
        if let Some((gap, after_the_way, span)) = found {
            rest = Some(span);
            match (gap, after_the_way) {
                (0, false) => {}
                (0, true) => leaves[0] = span.start - gaps[0].way,
                (i, true) => leaves[i] = leaves[i].min(span.start - gaps[i].way),
                (i, false) if leaves[i] + gaps[i].way > span.start => leaves[i] = span.end,
                (_, false) => {}
            }
        }
    }
    let back = leaves[last] + gaps[last].way;
    Day { leaves, rest, back }
}

/// When the person is back on that day; the route must not be empty.
pub(super) fn back(model: &Model, state: &State, person: usize, day: usize) -> Seconds {
    back_of(model, person, day, state.route(person, day))
}

/// When the person is back on a day with these visits; there must be one.
pub(super) fn back_of(model: &Model, person: usize, day: usize, route: &[At]) -> Seconds {
    lay_out(model, person, day, route).back
}

/// Writes the whole plan.
pub(super) fn plan_of(model: &Model, state: &State) -> Plan {
    let problem = model.problem;
    let mut routes = Vec::new();
    let mut totals = state.totals();
    for day in 0..problem.days.len() {
        for person in 0..model.people.len() {
            if !state.route(person, day).is_empty() {
                let route = route_of(model, state, person, day);
                totals.travel_metres += route.travel_metres;
                routes.push(route);
            }
        }
    }
    let mut visits: Vec<Assignment> = (0..model.jobs.len())
        .filter_map(|job| assignment(model, state, job))
        .collect();
    visits.sort_by(|a, b| (a.day, a.start, &a.visit).cmp(&(b.day, b.start, &b.visit)));
    let numbers = 0..model.jobs.len();
    let scratch = &mut state.clone();
    Plan {
        visits,
        routes,
        unplanned: numbers
            .clone()
            .filter(|&job| state.placed[job].is_none())
            .map(|job| unplanned_reason(model, scratch, job))
            .collect(),
        late: numbers
            .clone()
            .filter(|&job| is_late(model, state, job))
            .filter_map(|job| late_reason(model, scratch, job))
            .collect(),
        moved: numbers.filter_map(|job| moved(model, state, job)).collect(),
        totals,
    }
}

fn moved(model: &Model, state: &State, job: usize) -> Option<Moved> {
    let visit = &model.problem.visits[job];
    let (promise, placed) = (visit.promise.as_ref()?, state.placed[job].as_ref()?);
    let day = model.day_index(placed.day);
    (promise.day != day || promise.start != placed.start).then(|| Moved {
        visit: visit.id.clone(),
        from_day: promise.day,
        from_start: promise.start,
        day,
        start: placed.start,
    })
}

fn assignment(model: &Model, state: &State, job: usize) -> Option<Assignment> {
    let placed = state.placed[job].as_ref()?;
    Some(Assignment {
        visit: model.problem.visits[job].id.clone(),
        day: model.day_index(placed.day),
        start: placed.start,
        end: placed.start + model.jobs[job].service,
        crew: members(model, job, &placed.crew),
    })
}

/// Names a crew.
pub(super) fn members(model: &Model, job: usize, crew: &[(usize, Option<usize>)]) -> Vec<Member> {
    crew.iter()
        .map(|&(person, need)| Member {
            staff: model.problem.staff[person].id.clone(),
            role: need.map(|n| model.problem.visits[job].needs[n].role.clone()),
        })
        .collect()
}

fn route_of(model: &Model, state: &State, person: usize, day: usize) -> Route {
    let route = state.route(person, day);
    let who = &model.people[person];
    let laid = lay_out(model, person, day, route);
    let mut from = who.base;
    let mut metres = 0;
    let mut leg = |to: usize, depart: Seconds| {
        let far = model.roads.metres(from, to);
        let arrive = depart + model.roads.seconds(from, to);
        metres += far;
        from = to;
        Leg {
            depart,
            arrive,
            metres: far,
        }
    };
    let stops = route
        .iter()
        .zip(&laid.leaves)
        .map(|(at, &depart)| {
            let job = &model.jobs[at.job];
            let leg = leg(job.place, depart);
            Stop {
                visit: model.problem.visits[at.job].id.clone(),
                leg,
                wait: (at.start - leg.arrive).max(0),
                start: at.start,
                end: at.start + job.service,
            }
        })
        .collect();
    let home = leg(who.end, laid.leaves[route.len()]);
    Route {
        staff: model.problem.staff[person].id.clone(),
        day: model.day_index(day),
        stops,
        home,
        rest: laid.rest,
        travel_seconds: state.travel(person, day),
        travel_metres: metres,
        overtime_seconds: (laid.back - who.shift_end[day]).max(0),
    }
}
