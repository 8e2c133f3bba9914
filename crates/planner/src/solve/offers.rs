//! When one person could start one visit on one day, with everything else left as it is, and what that costs.

use super::model::{Job, Model, Starts, Stretch};
use super::state::{At, Gap, State, duty_of, gaps};
use crate::problem::{Rest, Seconds};

/// A person could begin the visit at any second from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) person: usize,
    pub(super) first: Seconds,
    pub(super) last: Seconds,
    pub(super) cost: i64,
}

/// What the solver weighs while it looks for a place; tuned from run to run.
#[derive(Clone, Copy)]
pub(super) struct Tune {
    /// Seconds of travel that one visit already on a person's list is worth.
    pub(super) load: i64,
    /// Overtime to allow beyond what the shifts allow; 0 but when a change is explored.
    pub(super) slack: Seconds,
}

impl Tune {
    pub(super) const PLAIN: Tune = Tune { load: 600, slack: 0 };
}

/// Seconds of travel that being met by a preferred person is worth.
const PREFERRED: i64 = 300;
/// Seconds of travel that avoiding overtime is worth.
const OVERTIME: i64 = 20_000;

/// Adds the offers of `person` for `job` within `starts` to `out`.
pub(super) fn offers(
    model: &Model,
    state: &State,
    job: &Job,
    person: usize,
    starts: Starts,
    tune: Tune,
    out: &mut Vec<Offer>,
) {
    let who = &model.people[person];
    let route = state.route(person, starts.day);
    if who.duty[starts.day].is_empty() || route.len() >= who.max_visits {
        return;
    }
    let wish = if job.preferred.contains(&person) {
        PREFERRED
    } else {
        0
    };
    let search = Search {
        model,
        job,
        person,
        starts,
        spare: who.max_travel.saturating_sub(state.travel(person, starts.day)),
        fixed: i64::from(state.load[person]) * tune.load - wish,
    };
    let widened = |s: Stretch| {
        let last = who.duty[starts.day].last().is_some_and(|l| *l == s);
        let end = if last {
            (s.end + tune.slack).min(who.free_until[starts.day]).max(s.end)
        } else {
            s.end
        };
        Stretch { end, ..s }
    };
    if route.is_empty() {
        for &stretch in &who.duty[starts.day] {
            search.along(route, widened(stretch), out);
        }
    } else if let Some(stretch) = duty_of(model, person, starts.day, route) {
        search.along(route, widened(stretch), out);
    }
}

struct Search<'a> {
    model: &'a Model<'a>,
    job: &'a Job,
    person: usize,
    starts: Starts,
    spare: Seconds,
    fixed: i64,
}

impl Search<'_> {
    fn along(&self, route: &[At], duty: Stretch, out: &mut Vec<Offer>) {
        let rest = self.model.people[self.person].rest;
        let gaps = gaps(self.model, self.person, route, duty);
        let holding = rest.map_or(0, |rest| gaps.iter().filter(|g| g.holds(rest)).count());
        // Only a plan made by hand, or a matrix with short cuts through third places, has gaps that are too short.
        let too_short = gaps.iter().filter(|g| g.too_short()).count();
        for (i, &whole) in gaps.iter().enumerate() {
            if !route.is_empty() && too_short > usize::from(whole.too_short()) {
                continue;
            }
            let (from, to) = self.around(route, i);
            let way_there = self.model.roads.seconds(from, self.job.place);
            let way_on = self.model.roads.seconds(self.job.place, to);
            let detour = way_there + way_on - if route.is_empty() { 0 } else { whole.way };
            let first = self.starts.first.max(whole.leave_from + way_there);
            let last = self.starts.last.min(whole.arrive_by - way_on - self.job.service);
            if first > last || detour > self.spare {
                continue;
            }
            let elsewhere = |rest| holding > usize::from(whole.holds(rest));
            match rest {
                Some(rest) if !elsewhere(rest) => {
                    if let Some(least) = rest_first(whole, way_there, rest) {
                        self.offer(route, i, way_on, detour, first.max(least), last, out);
                    }
                    if let Some(most) = rest_later(whole, way_on, self.job.service, rest) {
                        self.offer(route, i, way_on, detour, first, last.min(most), out);
                    }
                }
                _ => self.offer(route, i, way_on, detour, first, last, out),
            }
        }
    }

    fn around(&self, route: &[At], i: usize) -> (usize, usize) {
        let who = &self.model.people[self.person];
        let place = |at: &At| self.model.jobs[at.job].place;
        let from = i.checked_sub(1).map_or(who.base, |before| place(&route[before]));
        (from, route.get(i).map_or(who.end, place))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one offer's numbers, all of them already at hand in `along`"
    )]
    fn offer(
        &self,
        route: &[At],
        i: usize,
        way_on: Seconds,
        detour: Seconds,
        first: Seconds,
        last: Seconds,
        out: &mut Vec<Offer>,
    ) {
        if first > last {
            return;
        }
        let (person, cost) = (self.person, detour + self.fixed);
        if i < route.len() {
            out.push(Offer {
                person,
                first,
                last,
                cost,
            });
            return;
        }
        // The last visit of the day decides when the person is back: split where overtime begins.
        let in_time = self.model.people[person].shift_end[self.starts.day] - way_on - self.job.service;
        if first <= in_time {
            out.push(Offer {
                person,
                first,
                last: last.min(in_time),
                cost,
            });
        }
        if last > in_time {
            out.push(Offer {
                person,
                first: first.max(in_time + 1),
                last,
                cost: cost + OVERTIME,
            });
        }
    }
}

/// The earliest start that leaves room for the rest before it, in the gap `whole`.
fn rest_first(whole: Gap, way_there: Seconds, rest: Rest) -> Option<Seconds> {
    let free = Gap {
        way: way_there,
        arrive_by: Seconds::MAX / 2,
        rest_until: Seconds::MAX / 2,
        ..whole
    };
    let before = free.rest_before(rest).map(|span| span.end + way_there);
    let after = free.rest_after(rest).map(|span| span.end);
    [before, after].into_iter().flatten().min()
}

/// The latest start that leaves room for the rest after it, in the gap `whole`.
fn rest_later(whole: Gap, way_on: Seconds, service: Seconds, rest: Rest) -> Option<Seconds> {
    let fits = |by: Seconds| rest.earliest + rest.seconds <= by;
    let at_the_door = (whole.arrive_by - way_on).min(rest.latest);
    let further_on = whole.rest_until.min(rest.latest);
    let before = fits(at_the_door).then(|| at_the_door - rest.seconds - service);
    let after = fits(further_on).then(|| further_on - rest.seconds - service - way_on);
    [before, after].into_iter().flatten().max()
}
