//! Everyone's day as a chain of stops, and the earliest times that chains and links allow.
//!
//! The times are the least solution of a system of differences: a stop begins after the one before it plus the way, not
//! before its window, and linked stops keep their gap. A step takes ways out ([`Days::cut`]) and puts ways in
//! ([`Days::join`]); [`Days::settle`] then works out the times of the visits behind these ways and goes on only where a time
//! changed, earliest first. Everything is written down, so that [`Days::back`] can undo the step.

use super::{Call, Link, Linked, LinkedAnswer};
use crate::engine::instance::Matrix;

/// One service of a visit, or somebody's home, where the day begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// The stop before it on the same day; itself if it is in no day.
    pub(super) prev: u32,
    /// The stop after it.
    pub(super) next: u32,
    /// Whose day it is in.
    pub(super) person: u32,
    location: u32,
    /// When it begins; home: 0.
    pub(super) start: i64,
    duration: i64,
}

#[derive(Clone, Copy, Debug)]
enum Tie {
    Single,
    Together,
    Gap { min: i64, max: i64 },
}

#[derive(Clone, Copy, Debug)]
struct Rule {
    first: i64,
    last: i64,
    tie: Tie,
}

/// What an answer costs, in parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) travel: i64,
    late: i64,
    most_late: i64,
}

impl Cost {
    pub(super) fn sum(self) -> i64 {
        self.travel + self.late + self.most_late
    }
}

/// Everyone's day. Stop `2 v + k` is service `k` of visit `v`; behind them comes each person's home.
#[derive(Clone, Debug)]
pub(super) struct Days<'a> {
    ways: &'a Matrix,
    stops: Vec<Stop>,
    rules: Vec<Rule>,
    /// For each stop and each person whether the person can do it.
    able: Vec<bool>,
    people: usize,
    pub(super) cost: Cost,
    before: Cost,
    links: Vec<(u32, u32, u32, u32)>,
    persons: Vec<(u32, u32)>,
    times: Vec<(u32, i64, i64)>,
    touched: Vec<u32>,
    queue: Vec<(i64, u32)>,
    queued: Vec<bool>,
}

impl<'a> Days<'a> {
    pub(super) fn new(of: &'a Linked) -> Self {
        let blank = Stop {
            prev: 0,
            next: 0,
            person: u32::MAX,
            location: 0,
            start: 0,
            duration: 0,
        };
        let people = of.people.len();
        let mut stops = Vec::with_capacity(2 * of.visits.len() + people);
        let mut able = Vec::with_capacity(2 * of.visits.len() * people);
        let mut rules = Vec::with_capacity(of.visits.len());
        for v in &of.visits {
            let mut services = v.link.services();
            for _ in 0..2 {
                let service = services.next();
                let duration = service.map_or(0, |s| i64::from(s.duration));
                stops.push(Stop {
                    location: v.location,
                    duration,
                    ..blank
                });
                let can = |p: &super::Person| service.is_some_and(|s| p.abilities.contains(&s.ability));
                able.extend(of.people.iter().map(can));
            }
            rules.push(Rule {
                first: i64::from(v.window.first),
                last: i64::from(v.window.last),
                tie: match v.link {
                    Link::Single(_) => Tie::Single,
                    Link::Together(..) => Tie::Together,
                    Link::Gap { min, max, .. } => Tie::Gap {
                        min: min.into(),
                        max: max.into(),
                    },
                },
            });
        }
        for (p, person) in of.people.iter().enumerate() {
            stops.push(Stop {
                location: person.home,
                person: p as u32,
                ..blank
            });
        }
        for (i, stop) in stops.iter_mut().enumerate() {
            (stop.prev, stop.next) = (i as u32, i as u32);
        }
        Days {
            ways: &of.distances,
            queued: vec![false; rules.len()],
            stops,
            rules,
            able,
            people,
            cost: Cost::default(),
            before: Cost::default(),
            links: Vec::new(),
            persons: Vec::new(),
            times: Vec::new(),
            touched: Vec::new(),
            queue: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn stop(&self, s: u32) -> &Stop {
        &self.stops[s as usize]
    }

    pub(super) fn people(&self) -> usize {
        self.people
    }

    /// Returns how many services the visit asks for.
    #[inline]
    pub(super) fn services(&self, visit: u32) -> u32 {
        match self.rules[visit as usize].tie {
            Tie::Single => 1,
            Tie::Together | Tie::Gap { .. } => 2,
        }
    }

    /// Returns the stop at which the person's day begins and ends.
    #[inline]
    pub(super) fn home(&self, person: u32) -> u32 {
        2 * self.rules.len() as u32 + person
    }

    #[inline]
    pub(super) fn is_home(&self, s: u32) -> bool {
        s as usize >= 2 * self.rules.len()
    }

    #[inline]
    pub(super) fn able(&self, s: u32, person: u32) -> bool {
        self.able[s as usize * self.people + person as usize]
    }

    /// Returns whose day the other service of the visit is in; `u32::MAX` for none.
    #[inline]
    pub(super) fn partner(&self, s: u32) -> u32 {
        self.stops[s as usize ^ 1].person
    }

    #[inline]
    pub(super) fn way(&self, a: u32, b: u32) -> i64 {
        i64::from(self.ways.get(self.stop(a).location, self.stop(b).location))
    }

    pub(super) fn duration(&self, s: u32) -> i64 {
        self.stop(s).duration
    }

    /// Returns about how much later than this stop its partner begins.
    pub(super) fn offset(&self, s: u32) -> i64 {
        match self.rules[s as usize / 2].tie {
            Tie::Single | Tie::Together => 0,
            Tie::Gap { min, max } if s.is_multiple_of(2) => (min + max) / 2,
            Tie::Gap { min, max } => -(min + max) / 2,
        }
    }

    /// Begins a step that can be undone.
    pub(super) fn begin(&mut self) {
        self.before = self.cost;
        self.links.clear();
        self.persons.clear();
        self.times.clear();
        self.touched.clear();
    }

    /// Takes the way from `a` to `b` out of the sum; joins follow that make the chains whole.
    #[inline]
    pub(super) fn cut(&mut self, a: u32, b: u32) {
        self.cost.travel -= self.way(a, b);
    }

    /// Lets `b` follow `a`.
    #[inline]
    pub(super) fn join(&mut self, a: u32, b: u32) {
        self.cost.travel += self.way(a, b);
        self.links.push((a, self.stop(a).next, b, self.stop(b).prev));
        self.stops[a as usize].next = b;
        self.stops[b as usize].prev = a;
        if !self.is_home(b) {
            self.touched.push(b / 2);
        }
    }

    /// Says whose day the stop is in.
    #[inline]
    pub(super) fn give(&mut self, s: u32, person: u32) {
        let stop = &mut self.stops[s as usize];
        if stop.person != person {
            self.persons.push((s, stop.person));
            stop.person = person;
        }
    }

    /// Undoes everything since [`Days::begin`].
    pub(super) fn back(&mut self) {
        while let Some((a, next, b, prev)) = self.links.pop() {
            self.stops[a as usize].next = next;
            self.stops[b as usize].prev = prev;
        }
        while let Some((s, person)) = self.persons.pop() {
            self.stops[s as usize].person = person;
        }
        while let Some((v, one, two)) = self.times.pop() {
            self.stops[2 * v as usize].start = one;
            self.stops[2 * v as usize + 1].start = two;
        }
        self.cost = self.before;
    }

    /// Returns when the person of the stop can be there.
    #[inline]
    fn ready(&self, s: u32) -> i64 {
        let stop = self.stop(s);
        let prev = self.stop(stop.prev);
        prev.start + prev.duration + i64::from(self.ways.get(prev.location, stop.location))
    }

    /// Returns the earliest beginning of both services, given the stops before them.
    #[inline]
    fn earliest(&self, visit: u32) -> (i64, i64) {
        let rule = &self.rules[visit as usize];
        let one = self.ready(2 * visit).max(rule.first);
        match rule.tie {
            Tie::Single => (one, 0),
            Tie::Together => {
                let both = one.max(self.ready(2 * visit + 1));
                (both, both)
            }
            Tie::Gap { min, max } => {
                let two = self.ready(2 * visit + 1).max(rule.first).max(one + min);
                (one.max(two - max), two)
            }
        }
    }

    /// Works out all times that the step changed. Returns whether the step is possible and costs no more than `limit`.
    ///
    /// If not, the times are half done and only [`Days::back`] mends them. A step is refused early when a service would come
    /// so late that it alone costs too much. That also ends the endless rise of times when days wait for each other in a
    /// circle; steps that survive it are counted.
    pub(super) fn settle(&mut self, limit: i64) -> bool {
        if self.cost.travel > limit {
            return false;
        }
        while let Some(v) = self.touched.pop() {
            let begin = self.earliest(v).0;
            self.enqueue(v, begin);
        }
        let hopeless = limit.saturating_add(self.cost.late + self.cost.most_late);
        let mut left = 16 + 8 * self.rules.len();
        let mut lost = false;
        while let Some(visit) = self.earliest_queued() {
            let (one, two) = self.earliest(visit);
            let s = 2 * visit as usize;
            let (old_one, old_two) = (self.stops[s].start, self.stops[s + 1].start);
            if (one, two) == (old_one, old_two) {
                continue;
            }
            let last = self.rules[visit as usize].last;
            let two_late = |two: i64| (two - last).max(0);
            let (late, old_late) = ((one - last).max(0), (old_one - last).max(0));
            let (late_two, old_late_two) = (two_late(two), two_late(old_two));
            let worst = late.max(late_two);
            left -= 1;
            if left == 0 || self.cost.travel + 2 * worst > hopeless {
                self.queue
                    .drain(..)
                    .for_each(|(_, v)| self.queued[v as usize] = false);
                return false;
            }
            self.times.push((visit, old_one, old_two));
            self.cost.late += late + late_two - old_late - old_late_two;
            let old_worst = old_late.max(old_late_two);
            if worst >= self.cost.most_late {
                self.cost.most_late = worst;
                lost = false;
            } else if old_worst == self.cost.most_late {
                lost = true;
            }
            self.stops[s].start = one;
            self.stops[s + 1].start = two;
            if one != old_one {
                self.enqueue_after(s);
            }
            if two != old_two && self.services(visit) == 2 {
                self.enqueue_after(s + 1);
            }
        }
        if lost && self.cost.travel + self.cost.late <= limit {
            self.cost.most_late = (0..self.rules.len()).map(|v| self.late(v)).max().unwrap_or(0);
        }
        self.cost.sum() <= limit
    }

    /// Returns the greater lateness of the visit's services.
    fn late(&self, visit: usize) -> i64 {
        let latest = self.stops[2 * visit].start.max(self.stops[2 * visit + 1].start);
        (latest - self.rules[visit].last).max(0)
    }

    #[inline]
    fn enqueue(&mut self, visit: u32, begin: i64) {
        if !self.queued[visit as usize] {
            self.queued[visit as usize] = true;
            self.queue.push((begin, visit));
        }
    }

    #[inline]
    fn enqueue_after(&mut self, s: usize) {
        let next = self.stops[s].next;
        if !self.is_home(next) {
            self.enqueue(next / 2, self.stops[next as usize & !1].start);
        }
    }

    /// Takes the visit that began earliest out of the queue; it is short, so it is not kept sorted.
    #[inline]
    fn earliest_queued(&mut self) -> Option<u32> {
        let mut at = 0;
        for i in 1..self.queue.len() {
            if self.queue[i] < self.queue[at] {
                at = i;
            }
        }
        if self.queue.is_empty() {
            return None;
        }
        let (_, visit) = self.queue.swap_remove(at);
        self.queued[visit as usize] = false;
        Some(visit)
    }

    /// Writes the days down, leaving out nothing that is in a day.
    pub(super) fn note(&self, answer: &mut LinkedAnswer) {
        answer.days.resize_with(self.people, Vec::new);
        for (p, day) in answer.days.iter_mut().enumerate() {
            day.clear();
            let home = self.home(p as u32);
            let mut s = self.stop(home).next;
            while s != home {
                day.push(Call {
                    visit: s / 2,
                    service: (s % 2) as u8,
                    start: self.stop(s).start,
                });
                s = self.stop(s).next;
            }
        }
        answer.travel = self.cost.travel;
        answer.lateness = self.cost.late;
        answer.most_late = self.cost.most_late;
    }
}
