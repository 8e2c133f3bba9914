//! A plan under construction: who is where when, and what it comes to.

use super::ledger::{self, Ledger};
use super::model::{Model, Stretch};
use super::timetable::back_of;
use crate::plan::Totals;
use crate::problem::{Rest, Seconds, Span};

pub(super) const LONG_AGO: Seconds = -(1 << 40);
pub(super) const FAR_AWAY: Seconds = 1 << 40;

/// Persons and, where their seats have one, the positions of the needs.
pub(super) type Crew = Vec<(usize, Option<usize>)>;

/// A visit with its crew and its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Position among the days.
    pub(super) day: usize,
    pub(super) start: Seconds,
    pub(super) crew: Crew,
}

/// A visit on a person's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) job: usize,
    pub(super) start: Seconds,
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) placed: Vec<Option<Placed>>,
    /// Visits of each person over all days.
    pub(super) load: Vec<u32>,
    days: usize,
    routes: Vec<Vec<At>>,
    travel: Vec<Seconds>,
    overtime: Vec<Seconds>,
    rooms: Vec<Room>,
    ledger: Ledger,
}

/// Where there is room in a person's day for one visit more. Without any visit, and on a day that no duty holds, there is
/// nothing to say.
#[derive(Clone, Default)]
pub(super) struct Room {
    /// The duty that holds the day.
    pub(super) duty: Option<Stretch>,
    /// Before, between and after the visits.
    pub(super) gaps: Vec<Gap>,
    /// How many of the gaps can hold the rest.
    pub(super) holding: usize,
    /// How many are shorter than the way in them.
    pub(super) too_short: usize,
}

impl State {
    pub(super) fn new(model: &Model) -> Self {
        let (people, days) = (model.people.len(), model.problem.days.len());
        State {
            placed: vec![None; model.jobs.len()],
            load: vec![0; people],
            days,
            routes: vec![Vec::new(); people * days],
            travel: vec![0; people * days],
            overtime: vec![0; people * days],
            rooms: vec![Room::default(); people * days],
            ledger: Ledger::new(model),
        }
    }

    pub(super) fn totals(&self) -> Totals {
        self.ledger.totals()
    }

    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(super) fn route(&self, person: usize, day: usize) -> &[At] {
        &self.routes[person * self.days + day]
    }

    pub(super) fn room(&self, person: usize, day: usize) -> &Room {
        &self.rooms[person * self.days + day]
    }

    pub(super) fn travel(&self, person: usize, day: usize) -> Seconds {
        self.travel[person * self.days + day]
    }

    pub(super) fn place(&mut self, model: &Model, job: usize, placed: Placed) {
        self.ledger.add(model, job, &placed);
        for &(person, _) in &placed.crew {
            let slot = person * self.days + placed.day;
            let route = &mut self.routes[slot];
            let at = route.partition_point(|s| s.start <= placed.start);
            route.insert(
                at,
                At {
                    job,
                    start: placed.start,
                },
            );
            self.ledger.load_changes(self.load[person], self.load[person] + 1);
            self.load[person] += 1;
            self.sum_up(model, person, placed.day);
        }
        self.placed[job] = Some(placed);
    }

    pub(super) fn remove(&mut self, model: &Model, job: usize) -> Option<Placed> {
        let placed = self.placed[job].take()?;
        self.ledger.take(model, job, &placed);
        for &(person, _) in &placed.crew {
            let slot = person * self.days + placed.day;
            self.routes[slot].retain(|s| s.job != job);
            self.ledger.load_changes(self.load[person], self.load[person] - 1);
            self.load[person] -= 1;
            self.sum_up(model, person, placed.day);
        }
        Some(placed)
    }

    /// Brings the sums of one person's day up to date.
    fn sum_up(&mut self, model: &Model, person: usize, day: usize) {
        let slot = person * self.days + day;
        let route = &self.routes[slot];
        let travel = travel_of(model, person, route);
        let overtime = match route.last() {
            None => 0,
            Some(last) => {
                let job = &model.jobs[last.job];
                let way = model.roads.seconds(job.place, model.people[person].end);
                let ends = (last.start + job.service, way);
                ledger::overtime(model, person, day, ends, || back_of(model, person, day, route))
            }
        };
        self.ledger
            .day_changes(travel - self.travel[slot], overtime - self.overtime[slot]);
        self.travel[slot] = travel;
        self.overtime[slot] = overtime;
        let room = &mut self.rooms[slot];
        room.gaps.clear();
        room.duty = duty_of(model, person, day, route);
        let Some(duty) = room.duty else {
            return;
        };
        let gaps = (0..=route.len()).map(|i| gap(model, person, route, i, duty));
        room.gaps.extend(gaps);
        (room.holding, room.too_short) = room_in(&room.gaps, model.people[person].rest);
    }

    /// Says whether the people of `placed` still have lawful days without that visit. They always have when no way
    /// is longer than the same way through a third place.
    pub(super) fn lawful_without(&self, model: &Model, placed: &Placed) -> bool {
        placed.crew.iter().all(|&(person, _)| {
            let (who, route) = (&model.people[person], self.route(person, placed.day));
            if route.is_empty() {
                return true;
            }
            let Some(duty) = duty_of(model, person, placed.day, route) else {
                return false;
            };
            let gaps = gaps(model, person, route, duty);
            self.travel(person, placed.day) <= who.max_travel
                && gaps.iter().all(|g| !g.too_short())
                && who.rest.is_none_or(|rest| gaps.iter().any(|g| g.holds(rest)))
        })
    }

    /// Says whether the frequency rule keeps a visit to `customer` (other than `job`) off `day`.
    pub(super) fn too_often(&self, model: &Model, job: usize, day: usize) -> bool {
        let least = i64::from(model.problem.rules.min_days_between_visits);
        let this = i64::from(model.day_index(day));
        least > 0
            && model.of_customer[model.jobs[job].customer].iter().any(|&other| {
                other != job
                    && self.placed[other]
                        .as_ref()
                        .is_some_and(|p| (i64::from(model.day_index(p.day)) - this).abs() < least)
            })
    }
}

fn travel_of(model: &Model, person: usize, route: &[At]) -> Seconds {
    let Some(last) = route.last() else {
        return 0;
    };
    let who = &model.people[person];
    let mut from = who.base;
    let mut sum = 0;
    for stop in route {
        let to = model.jobs[stop.job].place;
        sum += model.roads.seconds(from, to);
        from = to;
    }
    sum + model.roads.seconds(model.jobs[last.job].place, who.end)
}

/// The time between two fixed points of a person's day, with one way in it.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    /// The place left, and the place reached.
    pub(super) from: usize,
    pub(super) to: usize,
    /// The person may rest at the place left from this time on,
    pub(super) rest_from: Seconds,
    /// and may leave from this time on.
    pub(super) leave_from: Seconds,
    pub(super) way: Seconds,
    /// The person must arrive by this time,
    pub(super) arrive_by: Seconds,
    /// and may rest at the place reached until this time.
    pub(super) rest_until: Seconds,
}

impl Gap {
    /// The earliest rest before leaving.
    pub(super) fn rest_before(&self, rest: Rest) -> Option<Span> {
        let start = self.rest_from.max(rest.earliest);
        let end = start + rest.seconds;
        (end <= (self.arrive_by - self.way).min(rest.latest)).then_some(Span { start, end })
    }

    /// The earliest rest after arriving.
    pub(super) fn rest_after(&self, rest: Rest) -> Option<Span> {
        let start = (self.leave_from + self.way).max(rest.earliest);
        let end = start + rest.seconds;
        (end <= self.rest_until.min(rest.latest)).then_some(Span { start, end })
    }

    pub(super) fn too_short(&self) -> bool {
        self.leave_from + self.way > self.arrive_by
    }

    pub(super) fn holds(&self, rest: Rest) -> bool {
        self.rest_before(rest).is_some() || self.rest_after(rest).is_some()
    }
}

/// How many of the gaps can hold the rest, and how many are shorter than the way in them.
pub(super) fn room_in(gaps: &[Gap], rest: Option<Rest>) -> (usize, usize) {
    let holding = rest.map_or(0, |rest| gaps.iter().filter(|g| g.holds(rest)).count());
    // Only a plan made by hand, or a matrix with short cuts through third places, has gaps that are too short.
    (holding, gaps.iter().filter(|g| g.too_short()).count())
}

/// The gaps of a person's day: before, between and after the visits. One more than there are visits.
pub(super) fn gaps(model: &Model, person: usize, route: &[At], duty: Stretch) -> Vec<Gap> {
    (0..=route.len())
        .map(|i| gap(model, person, route, i, duty))
        .collect()
}

/// The gap before visit number `i` of the route; after the last when `i` is the number of visits.
pub(super) fn gap(model: &Model, person: usize, route: &[At], i: usize, duty: Stretch) -> Gap {
    let who = &model.people[person];
    let (from, rest_from, leave_from) = match i.checked_sub(1) {
        Some(before) => {
            let job = &model.jobs[route[before].job];
            let end = route[before].start + job.service;
            (job.place, end, end)
        }
        None => (who.base, LONG_AGO, duty.start),
    };
    let (to, arrive_by, rest_until) = match route.get(i) {
        Some(stop) => (model.jobs[stop.job].place, stop.start, stop.start),
        None => (who.end, duty.end, FAR_AWAY),
    };
    Gap {
        from,
        to,
        rest_from,
        leave_from,
        way: model.roads.seconds(from, to),
        arrive_by,
        rest_until,
    }
}

/// The stretch of duty that holds a route from leaving to being back. Empty routes have none.
pub(super) fn duty_of(model: &Model, person: usize, day: usize, route: &[At]) -> Option<Stretch> {
    let who = &model.people[person];
    let (first, last) = (route.first()?, route.last()?);
    let (job, end) = (&model.jobs[first.job], &model.jobs[last.job]);
    let leaves = first.start - model.roads.seconds(who.base, job.place);
    let back = last.start + end.service + model.roads.seconds(end.place, who.end);
    who.duty[day]
        .iter()
        .copied()
        .find(|s| s.start <= leaves && back <= s.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::insertion::Finder;
    use crate::solve::offers::Tune;

    /// From visit 0 to visit 2 it is far, but not by way of visit 1.
    const SHORT_CUT: &str = r#"{
        "days": [{ "label": "one", "index": 1 }],
        "staff": [{ "id": "s", "roles": [], "base": { "node": 0 },
                    "shifts": [{ "day": 1, "start": 28800, "end": 72000 }] }],
        "visits": [
            { "id": "0", "customer": "0", "place": { "node": 1 }, "service": 1800, "needs": [],
              "windows": [{ "day": 1, "start": 36000, "end": 37800 }] },
            { "id": "1", "customer": "1", "place": { "node": 2 }, "service": 1800, "needs": [],
              "windows": [{ "day": 1, "start": 36000, "end": 72000 }] },
            { "id": "2", "customer": "2", "place": { "node": 3 }, "service": 1800, "needs": [],
              "windows": [{ "day": 1, "start": 40800, "end": 42600 }] },
            { "id": "3", "customer": "3", "place": { "node": 2 }, "service": 1800, "needs": [],
              "windows": [{ "day": 1, "start": 50000, "end": 60000 }] }],
        "rules": { "least_crew": 1 },
        "travel": { "matrix": { "seconds": [[0, 300, 300, 300], [300, 0, 300, 9000],
                                            [300, 300, 0, 300], [300, 300, 300, 0]] } }
    }"#;

    #[test]
    fn taking_out_a_visit_that_is_a_short_cut_is_seen_and_nothing_is_built_on_it() {
        let problem = serde_json::from_str(SHORT_CUT).unwrap();
        let model = Model::new(&problem);
        let mut state = State::new(&model);
        for (job, start) in [(0, 36_000), (1, 38_400), (2, 40_800)] {
            state.place(
                &model,
                job,
                Placed {
                    day: 0,
                    start,
                    crew: vec![(0, None)],
                },
            );
        }
        let find = |state: &State, job: usize| {
            Finder::default()
                .best_insertion(&model, state, job, &model.jobs[job], Tune::PLAIN)
                .map(|f| f.placed)
        };
        assert!(find(&state, 3).is_some());
        let taken = state.remove(&model, 1).unwrap();
        assert!(!state.lawful_without(&model, &taken));
        assert_eq!(find(&state, 3), None);
        let back = find(&state, 1).unwrap();
        state.place(&model, 1, back);
        assert!(find(&state, 3).is_some());
        let taken = state.remove(&model, 2).unwrap();
        assert!(state.lawful_without(&model, &taken));
    }
}
