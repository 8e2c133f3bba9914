//! When one person could start one visit on one day, with everything else left as it is, and what that costs.

use super::model::{Job, Model, Starts, Stretch};
use super::state::{Gap, State, gap, gaps, room_in};
use super::team;
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
    /// Whoever has so many visits is asked for another last.
    pub(super) most: u32,
    /// Overtime to allow beyond what the shifts allow; 0 but when a change is explored.
    pub(super) slack: Seconds,
    /// What a second of a person's day that is cut off from the visits before and after weighs, in sixteenths of a second of travel.
    pub(super) idle: i64,
    /// Crews that spend the day together may take the visit too.
    pub(super) crews: bool,
    /// Not 0: now and then somebody is overlooked, by chance of this number ("blinks"; Christiaens and Vanden Berghe 2020).
    pub(super) blink: u64,
}

impl Tune {
    pub(super) const PLAIN: Tune = Tune {
        load: 600,
        most: u32::MAX,
        slack: 0,
        idle: 0,
        crews: true,
        blink: 0,
    };
}

impl Tune {
    /// Says whether this person is overlooked this time: one of a hundred or so.
    fn blinks(self, person: usize, starts: Starts) -> bool {
        if self.blink == 0 {
            return false;
        }
        let mixed = (self.blink ^ (person as u64) << 20 ^ starts.first as u64)
            .wrapping_add(starts.day as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed >> 57 == 0
    }
}

/// Seconds of travel that being met by a preferred person is worth.
const PREFERRED: i64 = 300;
/// Seconds of travel that avoiding overtime is worth.
const OVERTIME: i64 = 20_000;
/// Seconds of travel that leaving alone whoever has most visits is worth.
const TOO_MANY: i64 = 7200;

/// Adds the offers of `person` for `job` within `starts` to `out`: none on a day that they spend with a crew, and none for a
/// crew's day on a day that they have already begun to fill.
pub(super) fn offers(
    model: &Model,
    state: &State,
    job: &Job,
    person: usize,
    starts: Starts,
    tune: Tune,
    out: &mut Vec<Offer>,
) {
    let own = if job.together {
        state.route(person, starts.day).is_empty()
    } else {
        !model.teams || !team::in_team(model, state, person, starts.day)
    };
    if own && !tune.blinks(person, starts) {
        offers_with_crew(model, state, job, person, starts, tune, out);
    }
}

/// Adds the offers of `person` for `job` within `starts` to `out`, whoever else the day is spent with.
pub(super) fn offers_with_crew(
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
    let burden = if state.load[person] >= tune.most {
        TOO_MANY
    } else {
        0
    };
    let search = Search {
        model,
        job,
        person,
        starts,
        spare: who.max_travel.saturating_sub(state.travel(person, starts.day)),
        fixed: i64::from(state.load[person]) * tune.load - wish + burden,
    };
    if route.is_empty() {
        for &stretch in &who.duty[starts.day] {
            let free = gap(
                model,
                person,
                route,
                0,
                widened(model, person, starts.day, stretch, tune),
            );
            search.along(&[free], room_in(&[free], who.rest), true, out);
        }
        return;
    }
    let room = state.room(person, starts.day);
    let Some(duty) = room.duty else {
        return;
    };
    if tune.slack == 0 {
        search.along(&room.gaps, (room.holding, room.too_short), false, out);
    } else {
        let wider = gaps(
            model,
            person,
            route,
            widened(model, person, starts.day, duty, tune),
        );
        search.along(&wider, room_in(&wider, who.rest), false, out);
    }
}

/// A stretch of duty with the overtime that `tune` allows beyond what the shift does.
fn widened(model: &Model, person: usize, day: usize, duty: Stretch, tune: Tune) -> Stretch {
    let who = &model.people[person];
    if who.duty[day].last() != Some(&duty) {
        return duty;
    }
    let end = (duty.end + tune.slack).min(who.free_until[day]).max(duty.end);
    Stretch { end, ..duty }
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
    /// Adds an offer for each of the gaps of one day that has room, where `unplanned` says that the day has no visit yet.
    fn along(
        &self,
        gaps: &[Gap],
        (holding, too_short): (usize, usize),
        unplanned: bool,
        out: &mut Vec<Offer>,
    ) {
        let rest = self.model.people[self.person].rest;
        let service = self.job.service;
        for (i, &whole) in gaps.iter().enumerate() {
            if whole.leave_from > self.starts.last || whole.arrive_by < self.starts.first + service {
                continue;
            }
            if !unplanned && too_short > usize::from(whole.too_short()) {
                continue;
            }
            let way_there = self.model.roads.seconds(whole.from, self.job.place);
            let way_on = self.model.roads.seconds(self.job.place, whole.to);
            let detour = way_there + way_on - if unplanned { 0 } else { whole.way };
            let first = self.starts.first.max(whole.leave_from + way_there);
            let last = self.starts.last.min(whole.arrive_by - way_on - service);
            if first > last || detour > self.spare {
                continue;
            }
            let is_last = i + 1 == gaps.len();
            let elsewhere = |rest| holding > usize::from(whole.holds(rest));
            match rest {
                Some(rest) if !elsewhere(rest) => {
                    if let Some(least) = rest_first(whole, way_there, rest) {
                        self.offer(is_last, way_on, detour, first.max(least), last, out);
                    }
                    if let Some(most) = rest_later(whole, way_on, service, rest) {
                        self.offer(is_last, way_on, detour, first, last.min(most), out);
                    }
                }
                _ => self.offer(is_last, way_on, detour, first, last, out),
            }
        }
    }

    fn offer(
        &self,
        is_last: bool,
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
        if !is_last {
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
