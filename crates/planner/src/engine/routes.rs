//! Routes under change: who follows whom, and how early and how late everybody can be served.
//!
//! For each stop two times are kept: the earliest departure, from the beginning of the route forward, and the latest
//! start of service that leaves the rest of the route in time, from its end backward. With them one comparison says
//! whether another client fits between two stops (Savelsbergh 1992). Both stay exact with several windows to a
//! client, because waiting costs nothing. Where a route may only last so long, segments of (duration, earliest, latest)
//! are kept as well (Vidal, Crainic, Gendreau, Prins 2013, §4.5).

use super::instance::{Answer, Instance, Open, REQUIRED};

/// No stop, no route.
pub(super) const NONE: u32 = u32::MAX;
/// Later than any time.
const NEVER: i32 = i32::MAX / 2;

/// A stop and its place in a route. Thirty-two bytes: two share a cache line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    pub(super) prev: u32,
    pub(super) next: u32,
    pub(super) route: u32,
    pub(super) location: u32,
    /// Earliest departure.
    pub(super) departs: i32,
    /// Latest start of service.
    pub(super) latest: i32,
    /// Cost of the way to the next stop.
    pub(super) way_on: i32,
    /// Which of the client's windows hold it: 0 = a single one.
    several: u32,
}

/// When a stop can be served.
#[derive(Clone, Copy, Debug)]
struct Times {
    first: i32,
    last: i32,
    service: i32,
}

/// A stretch of a route as one: how long it takes at least, and when it can begin at the earliest and latest without
/// taking longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    duration: i32,
    earliest: i32,
    latest: i32,
}

impl Stretch {
    /// Joins two stretches `way` apart; both feasible and so is the whole.
    #[inline]
    fn then(self, way: i32, next: Stretch) -> Stretch {
        let shift = self.duration + way;
        let wait = (next.earliest - shift - self.latest).max(0);
        Stretch {
            duration: shift + next.duration + wait,
            earliest: (next.earliest - shift).max(self.earliest) - wait,
            latest: (next.latest - shift).min(self.latest),
        }
    }
}

/// What is known of a route as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    /// Capacity that is left.
    pub(super) room: i32,
    pub(super) clients: u32,
    most_clients: u32,
    pub(super) fleet: u32,
    /// Only some clients may be served.
    choosy: bool,
    /// Changed since the best answer was noted.
    changed: bool,
}

/// A place for a client: after which stop, and what it adds to the cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) after: u32,
    pub(super) adds: i64,
}

pub(super) struct Routes<'a> {
    pub(super) of: &'a Instance,
    /// The clients, then for each vehicle its start and its end.
    pub(super) stops: Vec<Stop>,
    times: Vec<Times>,
    pub(super) routes: Vec<Route>,
    /// Clients that have to be served and have no route.
    pub(super) missing: Vec<u32>,
    /// Clients with a route.
    pub(super) served: usize,
    pub(super) cost: i64,
    stretches: Option<Stretches>,
    /// Unused vehicles of each fleet.
    unused: Vec<Vec<u32>>,
    undo: Undo,
    changed_since_best: Vec<u32>,
}

struct Stretches {
    /// From the start up to and with this stop.
    before: Vec<Stretch>,
    /// From this stop to the end.
    after: Vec<Stretch>,
}

#[derive(Default)]
struct Undo {
    stamp: u32,
    /// For each route the stamp of the last step that touched it.
    touched_at: Vec<u32>,
    touched: Vec<u32>,
    routes: Vec<Route>,
    stops: Vec<(u32, Stop)>,
    missing: Vec<u32>,
    served: usize,
    cost: i64,
    unused: Vec<Vec<u32>>,
    unused_saved: bool,
}

impl<'a> Routes<'a> {
    pub(super) fn new(of: &'a Instance) -> Self {
        let clients = of.clients.len();
        let fleet_of = of.fleet_of_vehicle();
        let blank = Stop {
            prev: NONE,
            next: NONE,
            route: NONE,
            location: 0,
            departs: 0,
            latest: 0,
            way_on: 0,
            several: 0,
        };
        let mut stops = Vec::with_capacity(clients + 2 * fleet_of.len());
        let mut times = Vec::with_capacity(stops.capacity());
        for client in &of.clients {
            stops.push(Stop {
                location: client.location,
                several: u32::from(client.windows.len() > 1),
                ..blank
            });
            times.push(Times {
                first: client.windows.first().map_or(NEVER, |w| w.first),
                last: client.windows.last().map_or(-NEVER, |w| w.last),
                service: client.service,
            });
        }
        let mut routes = Vec::with_capacity(fleet_of.len());
        let mut unused = vec![Vec::new(); of.fleets.len()];
        for (vehicle, &f) in fleet_of.iter().enumerate() {
            let fleet = &of.fleets[f];
            let (start, route) = (stops.len() as u32, vehicle as u32);
            let ends = [(fleet.start, NONE, start + 1), (fleet.end, start, NONE)];
            for (location, prev, next) in ends {
                stops.push(Stop {
                    prev,
                    next,
                    route,
                    location,
                    departs: fleet.earliest,
                    latest: fleet.latest,
                    ..blank
                });
                times.push(Times {
                    first: fleet.earliest,
                    last: fleet.latest,
                    service: 0,
                });
            }
            routes.push(Route {
                room: fleet.capacity,
                clients: 0,
                most_clients: fleet.most_clients,
                fleet: f as u32,
                choosy: !fleet.serves.is_empty(),
                changed: false,
            });
            unused[f].push(route);
        }
        for list in &mut unused {
            list.reverse();
        }
        let timed = of.fleets.iter().any(|f| f.longest.is_some());
        let mut this = Routes {
            of,
            undo: Undo {
                touched_at: vec![0; routes.len()],
                stamp: 1,
                ..Undo::default()
            },
            stretches: None,
            routes,
            missing: (0..clients as u32)
                .filter(|&c| of.clients[c as usize].prize >= REQUIRED)
                .collect(),
            served: 0,
            cost: of.clients.iter().map(|c| c.prize).sum(),
            unused,
            changed_since_best: Vec::new(),
            stops,
            times,
        };
        if timed {
            let own: Vec<Stretch> = (0..this.stops.len())
                .map(|s| this.own_stretch(s as u32))
                .collect();
            this.stretches = Some(Stretches {
                before: own.clone(),
                after: own,
            });
            for route in 0..this.routes.len() {
                this.refresh(this.start(route as u32));
            }
        }
        this
    }

    /// Returns the stop at which `route` begins.
    #[inline]
    pub(super) fn start(&self, route: u32) -> u32 {
        (self.of.clients.len() + 2 * route as usize) as u32
    }

    #[inline]
    pub(super) fn is_client(&self, stop: u32) -> bool {
        (stop as usize) < self.of.clients.len()
    }

    #[inline]
    pub(super) fn stop(&self, stop: u32) -> &Stop {
        &self.stops[stop as usize]
    }

    pub(super) fn clients_of(&self, route: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.stop(self.start(route)).next;
        std::iter::from_fn(move || {
            self.is_client(at).then(|| {
                let here = at;
                at = self.stop(at).next;
                here
            })
        })
    }

    /// When service at `stop` begins for whoever is there at `arrival`.
    #[inline(always)]
    fn begins(&self, stop: u32, several: u32, times: Times, arrival: i32) -> i32 {
        if arrival > times.last {
            return NEVER;
        }
        if several == 0 {
            return arrival.max(times.first);
        }
        self.windows(stop)
            .iter()
            .find(|w| arrival <= w.last)
            .map_or(NEVER, |w| w.first.max(arrival))
    }

    /// The last moment up to `limit` at which service at `stop` may begin.
    #[inline]
    fn last_begin(&self, stop: u32, limit: i32) -> i32 {
        let times = self.times[stop as usize];
        if self.stops[stop as usize].several == 0 {
            return limit.min(times.last);
        }
        self.windows(stop)
            .iter()
            .rev()
            .find(|w| limit >= w.first)
            .map_or(-NEVER, |w| w.last.min(limit))
    }

    fn windows(&self, stop: u32) -> &[Open] {
        &self.of.clients[stop as usize].windows
    }

    fn own_stretch(&self, stop: u32) -> Stretch {
        let times = self.times[stop as usize];
        Stretch {
            duration: times.service,
            earliest: times.first,
            latest: times.last,
        }
    }

    /// Says whether the vehicles of `route` may take the client at all, and have room for it.
    #[inline(always)]
    pub(super) fn takes(&self, route: u32, asks: &Asks<'_>) -> bool {
        let r = &self.routes[route as usize];
        asks.demand <= r.room
            && r.clients < r.most_clients
            && (!r.choosy || self.of.fleets[r.fleet as usize].serves[asks.client as usize])
    }

    /// Prepares the questions of one client.
    #[inline]
    pub(super) fn asks(&self, client: u32) -> Asks<'_> {
        let location = self.stops[client as usize].location;
        Asks {
            client,
            demand: self.of.clients[client as usize].demand,
            several: self.stops[client as usize].several,
            times: self.times[client as usize],
            cost_to: self.of.distance.to(location),
            cost_from: self.of.distance.from(location),
            time_to: self.of.time.to(location),
            time_from: self.of.time.from(location),
        }
    }

    /// What it adds to the cost to serve the client after `a` and before its next stop `b`, if that is less than `below` and
    /// in time.
    #[inline(always)]
    pub(super) fn adds(&self, asks: &Asks<'_>, a: &Stop, b: &Stop, below: i32) -> Option<i32> {
        let (from, to) = (a.location as usize, b.location as usize);
        let adds = asks.cost_to[from] + asks.cost_from[to] - a.way_on;
        if adds >= below {
            return None;
        }
        let begin = self.begins(
            asks.client,
            asks.several,
            asks.times,
            a.departs + asks.time_to[from],
        );
        let at_next = begin + asks.times.service + asks.time_from[to];
        (at_next <= b.latest).then_some(adds)
    }

    /// Says whether `route` stays within its longest duration with the client after the stop `a`.
    pub(super) fn lasts(&self, asks: &Asks<'_>, a: u32, b: u32) -> bool {
        let Some(stretches) = &self.stretches else {
            return true;
        };
        let stop = &self.stops[a as usize];
        let fleet = &self.of.fleets[self.routes[stop.route as usize].fleet as usize];
        let Some(longest) = fleet.longest else { return true };
        let (from, to) = (stop.location as usize, self.stops[b as usize].location as usize);
        let own = Stretch {
            duration: asks.times.service,
            earliest: asks.times.first,
            latest: asks.times.last,
        };
        let whole = stretches.before[a as usize]
            .then(asks.time_to[from], own)
            .then(asks.time_from[to], stretches.after[b as usize]);
        whole.duration <= longest
    }

    /// The first unused vehicle of each fleet.
    pub(super) fn unused(&self) -> impl Iterator<Item = u32> + '_ {
        self.unused.iter().filter_map(|list| list.last().copied())
    }

    /// Puts `client`, which has no route, after the stop `after`.
    pub(super) fn insert(&mut self, client: u32, after: u32) {
        let route = self.stops[after as usize].route;
        self.touch(route);
        let next = self.stops[after as usize].next;
        self.link(after, client);
        self.link(client, next);
        self.stops[client as usize].route = route;
        self.cost -= self.of.clients[client as usize].prize;
        self.served += 1;
        let r = &mut self.routes[route as usize];
        r.room -= self.of.clients[client as usize].demand;
        r.clients += 1;
        if r.clients == 1 {
            let fleet = r.fleet as usize;
            self.cost += self.of.fleets[fleet].fixed;
            self.save_unused();
            self.unused[fleet].retain(|&v| v != route);
        }
        self.refresh(client);
    }

    /// Takes `client` out of its route.
    pub(super) fn remove(&mut self, client: u32) {
        let Stop {
            prev, next, route, ..
        } = self.stops[client as usize];
        self.touch(route);
        self.cost += self.of.clients[client as usize].prize - i64::from(self.stops[client as usize].way_on);
        self.link(prev, next);
        self.stops[client as usize].route = NONE;
        self.served -= 1;
        let r = &mut self.routes[route as usize];
        r.room += self.of.clients[client as usize].demand;
        r.clients -= 1;
        if r.clients == 0 {
            let fleet = r.fleet as usize;
            self.cost -= self.of.fleets[fleet].fixed;
            self.save_unused();
            self.unused[fleet].push(route);
        }
    }

    /// Lets what follows `a` and what begins with `b` change routes: `b` then follows `a`, and what followed `a` follows
    /// whoever came before `b` (2-opt*; Potvin and Rousseau 1995). Both routes are of one fleet.
    pub(super) fn exchange_tails(&mut self, a: u32, b: u32) {
        let (one, two) = (self.stops[a as usize].route, self.stops[b as usize].route);
        self.touch(one);
        self.touch(two);
        let (before_b, after_a) = (self.stops[b as usize].prev, self.stops[a as usize].next);
        let (end_one, end_two) = (self.start(one) + 1, self.start(two) + 1);
        let (last_one, last_two) = (
            self.stops[end_one as usize].prev,
            self.stops[end_two as usize].prev,
        );
        // The tail that begins with `b` always has a client; the other may be empty.
        let empty = after_a == end_one;
        let mut moved = (0, 0);
        let mut at = b;
        while self.is_client(at) {
            self.stops[at as usize].route = one;
            moved.0 += self.of.clients[at as usize].demand;
            moved.1 += 1;
            at = self.stops[at as usize].next;
        }
        let mut back = (0, 0);
        at = after_a;
        while self.is_client(at) {
            self.stops[at as usize].route = two;
            back.0 += self.of.clients[at as usize].demand;
            back.1 += 1;
            at = self.stops[at as usize].next;
        }
        self.link(a, b);
        self.link(last_two, end_one);
        if empty {
            self.link(before_b, end_two);
        } else {
            self.link(before_b, after_a);
            self.link(last_one, end_two);
        }
        for (route, load, clients) in [
            (one, moved.0 - back.0, moved.1 - back.1),
            (two, back.0 - moved.0, back.1 - moved.1),
        ] {
            let r = &mut self.routes[route as usize];
            let used = r.clients > 0;
            r.room -= load;
            r.clients = (r.clients as i32 + clients) as u32;
            let (fleet, uses) = (r.fleet as usize, r.clients > 0);
            if used != uses {
                self.save_unused();
                if uses {
                    self.cost += self.of.fleets[fleet].fixed;
                    self.unused[fleet].retain(|&v| v != route);
                } else {
                    self.cost -= self.of.fleets[fleet].fixed;
                    self.unused[fleet].push(route);
                }
            }
            self.refresh_route(route);
        }
    }

    /// What [`Routes::exchange_tails`] would add to the cost of travel, if that is less than `below` and lawful.
    pub(super) fn tails_add(&self, a: u32, b: u32, below: i32) -> Option<i32> {
        let (stop_a, stop_b) = (self.stop(a), self.stop(b));
        let (one, two) = (stop_a.route, stop_b.route);
        // What follows `a` may be no more than the end of its route; then the other route ends where its own end is.
        let empty = !self.is_client(stop_a.next);
        let (before, after) = (
            self.stop(stop_b.prev),
            self.stop(if empty { self.start(two) + 1 } else { stop_a.next }),
        );
        // The cheap questions first: the second way is far away in memory.
        if stop_a.departs + self.of.time.get(stop_a.location, stop_b.location) > stop_b.latest
            || before.departs + self.of.time.get(before.location, after.location) > after.latest
        {
            return None;
        }
        let (r1, r2) = (&self.routes[one as usize], &self.routes[two as usize]);
        let ends = if r1.fleet == r2.fleet {
            0
        } else {
            self.other_ends(one, two, empty)
        };
        let unused = empty && !self.is_client(stop_b.prev);
        let second = if unused {
            0
        } else {
            self.of.distance.get(before.location, after.location)
        };
        let adds = self.of.distance.get(stop_a.location, stop_b.location) - stop_a.way_on - before.way_on
            + second
            + ends;
        let room = if r1.clients == 0 || unused {
            self.of.fleets[r1.fleet as usize]
                .fixed
                .max(self.of.fleets[r2.fleet as usize].fixed)
        } else {
            0
        };
        if i64::from(adds) - room >= i64::from(below) {
            return None;
        }
        let (f1, f2) = (
            &self.of.fleets[r1.fleet as usize],
            &self.of.fleets[r2.fleet as usize],
        );
        let (tail_a, tail_b) = (self.tail(stop_a.next, f2)?, self.tail(b, f1)?);
        let fits = |r: &Route, out: (i32, u32), come: (i32, u32)| {
            come.0 - out.0 <= r.room && r.clients - out.1 + come.1 <= r.most_clients
        };
        if !fits(r1, tail_a, tail_b) || !fits(r2, tail_b, tail_a) {
            return None;
        }
        // Fixed costs of a vehicle that comes into use or is no longer needed.
        let count = |r: &Route, out: (i32, u32), come: (i32, u32)| {
            i64::from(r.clients - out.1 + come.1 > 0) - i64::from(r.clients > 0)
        };
        let fixed = f1.fixed * count(r1, tail_a, tail_b) + f2.fixed * count(r2, tail_b, tail_a);
        let adds = i32::try_from(i64::from(adds) + fixed)
            .ok()
            .filter(|&adds| adds < below)?;
        if r1.fleet == r2.fleet {
            if let (Some(longest), Some(stretches)) = (f1.longest, &self.stretches) {
                let whole = |x: u32, y: u32| {
                    let way = self.of.time.get(self.stop(x).location, self.stop(y).location);
                    stretches.before[x as usize]
                        .then(way, stretches.after[y as usize])
                        .duration
                };
                if whole(a, b) > longest || whole(stop_b.prev, stop_a.next) > longest {
                    return None;
                }
            }
            return Some(adds);
        }
        (self.ends_in_time(a, b, one) && self.ends_in_time(stop_b.prev, stop_a.next, two)).then_some(adds)
    }

    /// The change of the last ways when two routes that end elsewhere swap their tails; `empty`: the first has none.
    fn other_ends(&self, one: u32, two: u32, empty: bool) -> i32 {
        let (end_one, end_two) = (self.stop(self.start(one) + 1), self.stop(self.start(two) + 1));
        if end_one.location == end_two.location {
            return 0;
        }
        let way = |last: u32, end: &Stop| self.of.distance.get(self.stop(last).location, end.location);
        let change = |last: u32, from: &Stop, to: &Stop| way(last, to) - way(last, from);
        change(end_two.prev, end_two, end_one)
            + if empty {
                0
            } else {
                change(end_one.prev, end_one, end_two)
            }
    }

    /// Demand and number of the clients from `at` on; `None` if `fleet` may not serve one of them.
    fn tail(&self, mut at: u32, fleet: &super::instance::Fleet) -> Option<(i32, u32)> {
        let mut sum = (0, 0);
        while self.is_client(at) {
            if !fleet.serves.is_empty() && !fleet.serves[at as usize] {
                return None;
            }
            sum.0 += self.of.clients[at as usize].demand;
            sum.1 += 1;
            at = self.stop(at).next;
        }
        Some(sum)
    }

    /// Says whether the way up to `a`, then the clients from `b` on, then the end of `route` is in time and not too long.
    fn ends_in_time(&self, a: u32, b: u32, route: u32) -> bool {
        let fleet = &self.of.fleets[self.routes[route as usize].fleet as usize];
        let end = self.start(route) + 1;
        let mut last = *self.stop(a);
        let mut departs = last.departs;
        let mut stretch = self.stretches.as_ref().map(|s| s.before[a as usize]);
        let mut at = b;
        loop {
            let client = self.is_client(at);
            let here = if client { at } else { end };
            let stop = *self.stop(here);
            let (way, times) = (
                self.of.time.get(last.location, stop.location),
                self.times[here as usize],
            );
            let begins = self.begins(here, stop.several, times, departs + way);
            if begins >= NEVER {
                return false;
            }
            departs = begins + times.service;
            stretch = stretch.map(|s| s.then(way, self.own_stretch(here)));
            if !client {
                break;
            }
            last = stop;
            at = stop.next;
        }
        match (fleet.longest, stretch) {
            (Some(longest), Some(stretch)) => stretch.duration <= longest,
            _ => true,
        }
    }

    /// Makes `b` follow `a` and pays the way.
    #[inline]
    fn link(&mut self, a: u32, b: u32) {
        let (from, to) = (self.stops[a as usize].location, self.stops[b as usize].location);
        let way = if self.stops[a as usize].route != NONE && !self.is_client(a) && !self.is_client(b) {
            0
        } else {
            self.of.distance.get(from, to)
        };
        let stop = &mut self.stops[a as usize];
        if stop.route != NONE {
            self.cost -= i64::from(stop.way_on);
        }
        self.cost += i64::from(way);
        stop.next = b;
        stop.way_on = way;
        self.stops[b as usize].prev = a;
    }

    /// Recomputes the times of a route after a change at `stop`.
    fn refresh(&mut self, stop: u32) {
        if self.stretches.is_some() {
            self.refresh_stretches(stop);
        }
        let mut at = stop;
        while at != NONE {
            let s = self.stops[at as usize];
            if s.prev != NONE {
                let before = self.stops[s.prev as usize];
                let arrival = before.departs + self.of.time.get(before.location, s.location);
                let times = self.times[at as usize];
                let departs = self
                    .begins(at, s.several, times, arrival)
                    .saturating_add(times.service);
                if departs == s.departs && at != stop {
                    break;
                }
                self.stops[at as usize].departs = departs;
            }
            at = s.next;
        }
        at = stop;
        while at != NONE {
            let s = self.stops[at as usize];
            if s.next != NONE {
                let after = self.stops[s.next as usize];
                let limit = after.latest
                    - self.of.time.get(s.location, after.location)
                    - self.times[at as usize].service;
                let latest = self.last_begin(at, limit);
                if latest == s.latest && at != stop {
                    break;
                }
                self.stops[at as usize].latest = latest;
            }
            at = s.prev;
        }
    }

    fn refresh_stretches(&mut self, stop: u32) {
        let Some(mut stretches) = self.stretches.take() else {
            return;
        };
        let mut at = stop;
        while at != NONE {
            let s = self.stops[at as usize];
            let own = self.own_stretch(at);
            stretches.before[at as usize] = if s.prev == NONE {
                own
            } else {
                let way = self.of.time.get(self.stops[s.prev as usize].location, s.location);
                stretches.before[s.prev as usize].then(way, own)
            };
            at = s.next;
        }
        at = stop;
        while at != NONE {
            let s = self.stops[at as usize];
            let own = self.own_stretch(at);
            stretches.after[at as usize] = if s.next == NONE {
                own
            } else {
                let way = self.of.time.get(s.location, self.stops[s.next as usize].location);
                own.then(way, stretches.after[s.next as usize])
            };
            at = s.prev;
        }
        self.stretches = Some(stretches);
    }

    /// Recomputes the times of a whole route after removals.
    pub(super) fn refresh_route(&mut self, route: u32) {
        let start = self.start(route);
        let mut at = self.stops[start as usize].next;
        let mut last = start;
        while at != NONE {
            let s = self.stops[at as usize];
            let before = self.stops[last as usize];
            let arrival = before.departs + self.of.time.get(before.location, s.location);
            let times = self.times[at as usize];
            self.stops[at as usize].departs = self
                .begins(at, s.several, times, arrival)
                .saturating_add(times.service);
            last = at;
            at = s.next;
        }
        let mut after = self.stops[last as usize];
        at = after.prev;
        while at != NONE {
            let s = self.stops[at as usize];
            let limit =
                after.latest - self.of.time.get(s.location, after.location) - self.times[at as usize].service;
            let latest = self.last_begin(at, limit);
            self.stops[at as usize].latest = latest;
            after = self.stops[at as usize];
            at = s.prev;
        }
        if self.stretches.is_some() {
            self.refresh_stretches(start);
            let end = self.start(route) + 1;
            self.refresh_stretches(end);
        }
    }

    /// Begins a step that [`Routes::back`] can take back.
    pub(super) fn begin(&mut self) {
        self.undo.stamp += 1;
        self.undo.touched.clear();
        self.undo.routes.clear();
        self.undo.stops.clear();
        self.undo.unused_saved = false;
        self.undo.missing.clone_from(&self.missing);
        self.undo.served = self.served;
        self.undo.cost = self.cost;
    }

    fn save_unused(&mut self) {
        if !self.undo.unused_saved {
            self.undo.unused_saved = true;
            self.undo.unused.clone_from(&self.unused);
        }
    }

    /// Notes the state of a route before its first change in a step.
    #[inline]
    fn touch(&mut self, route: u32) {
        if self.undo.touched_at[route as usize] == self.undo.stamp {
            return;
        }
        self.undo.touched_at[route as usize] = self.undo.stamp;
        self.undo.touched.push(route);
        self.undo.routes.push(self.routes[route as usize]);
        let mut at = self.start(route);
        while at != NONE {
            let stop = self.stops[at as usize];
            self.undo.stops.push((at, stop));
            at = stop.next;
        }
        let r = &mut self.routes[route as usize];
        if !r.changed {
            r.changed = true;
            self.changed_since_best.push(route);
        }
    }

    /// The routes changed in this step.
    pub(super) fn touched(&self) -> &[u32] {
        &self.undo.touched
    }

    /// The clients that were missing before this step.
    pub(super) fn missing_before(&self) -> &[u32] {
        &self.undo.missing
    }

    /// Takes the step back.
    pub(super) fn back(&mut self) {
        for i in 0..self.undo.touched.len() {
            let route = self.undo.touched[i];
            let mut at = self.stops[self.start(route) as usize].next;
            while self.is_client(at) {
                let stop = &mut self.stops[at as usize];
                stop.route = NONE;
                at = stop.next;
            }
            let changed = self.routes[route as usize].changed;
            self.routes[route as usize] = Route {
                changed,
                ..self.undo.routes[i]
            };
        }
        for &(at, stop) in &self.undo.stops {
            self.stops[at as usize] = stop;
        }
        if self.undo.unused_saved {
            self.unused.clone_from(&self.undo.unused);
        }
        self.missing.clone_from(&self.undo.missing);
        self.served = self.undo.served;
        self.cost = self.undo.cost;
        if self.stretches.is_some() {
            for i in 0..self.undo.touched.len() {
                let start = self.start(self.undo.touched[i]);
                self.refresh_stretches(start);
                self.refresh_stretches(start + 1);
            }
        }
    }

    /// Brings `best` up to date with the routes as they stand.
    pub(super) fn note(&mut self, best: &mut Answer) {
        best.routes.resize(self.routes.len(), Vec::new());
        while let Some(route) = self.changed_since_best.pop() {
            self.routes[route as usize].changed = false;
            let mut list = std::mem::take(&mut best.routes[route as usize]);
            list.clear();
            list.extend(self.clients_of(route));
            best.routes[route as usize] = list;
        }
        best.cost = self.cost;
        best.missing = self.missing.len();
    }
}

/// What a client asks of every place: its own row of the tables and its times.
pub(super) struct Asks<'a> {
    pub(super) client: u32,
    demand: i32,
    several: u32,
    times: Times,
    cost_to: &'a [i32],
    cost_from: &'a [i32],
    time_to: &'a [i32],
    time_from: &'a [i32],
}
