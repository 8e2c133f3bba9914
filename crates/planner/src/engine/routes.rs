//! Routes under change: who follows whom, and how early and how late everybody can be served.
//!
//! For each stop two times are kept: the earliest departure, from the beginning of the route forward, and the latest
//! start of service that leaves the rest of the route in time, from its end backward. With them one comparison says
//! whether another client fits between two stops (Savelsbergh 1992). Both stay exact with several windows to a
//! client, because waiting costs nothing. Where a route may only last so long, segments of (duration, earliest, latest)
//! are kept as well (Vidal, Crainic, Gendreau, Prins 2013, §4.5).

mod exchange;
mod step;
mod stretch;

use super::instance::{Instance, Open, REQUIRED};
use step::Undo;
use stretch::Stretches;

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
    /// The client has more than one window.
    several: bool,
}

/// When a stop can be served.
#[derive(Clone, Copy, Debug)]
struct Times {
    first: i32,
    last: i32,
    service: i32,
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
    /// Travel, fixed costs, and the prices of the clients left out.
    pub(super) cost: i64,
    /// The same with their prizes instead of their prices.
    pub(super) real: i64,
    /// What leaving a client out counts at the moment: its prize, unless the search leans on it.
    price: Vec<i64>,
    stretches: Option<Stretches>,
    /// Unused vehicles of each fleet.
    unused: Vec<Vec<u32>>,
    undo: Undo,
    changed_since_best: Vec<u32>,
    /// For each client, for each fleet: may it serve the client? Side by side, because one client asks many routes.
    serves: Vec<bool>,
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
            several: false,
        };
        let mut stops = Vec::with_capacity(clients + 2 * fleet_of.len());
        let mut times = Vec::with_capacity(stops.capacity());
        for client in &of.clients {
            stops.push(Stop {
                location: client.location,
                several: client.windows.len() > 1,
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
            undo: Undo::new(routes.len()),
            stretches: None,
            routes,
            missing: (0..clients as u32)
                .filter(|&c| of.clients[c as usize].prize >= REQUIRED)
                .collect(),
            served: 0,
            cost: of.clients.iter().map(|c| c.prize).sum(),
            real: of.clients.iter().map(|c| c.prize).sum(),
            price: of.clients.iter().map(|c| c.prize).collect(),
            unused,
            changed_since_best: Vec::new(),
            serves: (0..clients)
                .flat_map(|c| of.fleets.iter().map(move |f| f.serves.get(c) != Some(&false)))
                .collect(),
            stops,
            times,
        };
        if timed {
            this.keep_stretches();
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
    fn begins(&self, stop: u32, several: bool, times: Times, arrival: i32) -> i32 {
        if arrival > times.last {
            return NEVER;
        }
        if !several {
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
        if !self.stops[stop as usize].several {
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

    /// Says whether the vehicle of `route` may serve the client at all.
    #[inline(always)]
    pub(super) fn serves(&self, route: u32, client: u32) -> bool {
        let r = &self.routes[route as usize];
        !r.choosy || self.serves[client as usize * self.of.fleets.len() + r.fleet as usize]
    }

    /// Says whether there is room for the client in `route`.
    #[inline(always)]
    pub(super) fn has_room(&self, route: u32, asks: &Asks<'_>) -> bool {
        let r = &self.routes[route as usize];
        asks.demand <= r.room && r.clients < r.most_clients
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
        self.cost -= self.price[client as usize];
        self.real -= self.of.clients[client as usize].prize;
        self.served += 1;
        let r = &mut self.routes[route as usize];
        r.room -= self.of.clients[client as usize].demand;
        r.clients += 1;
        if r.clients == 1 {
            let fleet = r.fleet as usize;
            self.pay(self.of.fleets[fleet].fixed);
            self.save_unused();
            self.unused[fleet].retain(|&v| v != route);
        }
        self.refresh(client);
    }

    /// Adds to the cost what no client's price covers.
    fn pay(&mut self, cost: i64) {
        self.cost += cost;
        self.real += cost;
    }

    /// What leaving `client` out counts at the moment.
    #[inline]
    pub(super) fn price(&self, client: u32) -> i64 {
        self.price[client as usize]
    }

    /// Lets leaving `client` out count `price` from now on. Not within a step.
    pub(super) fn set_price(&mut self, client: u32, price: i64) {
        let change = price - std::mem::replace(&mut self.price[client as usize], price);
        if self.stops[client as usize].route == NONE {
            self.cost += change;
        }
    }

    /// Takes `client` out of its route.
    pub(super) fn remove(&mut self, client: u32) {
        let Stop {
            prev, next, route, ..
        } = self.stops[client as usize];
        self.touch(route);
        let way_on = i64::from(self.stops[client as usize].way_on);
        self.cost += self.price[client as usize] - way_on;
        self.real += self.of.clients[client as usize].prize - way_on;
        self.link(prev, next);
        self.stops[client as usize].route = NONE;
        self.served -= 1;
        let r = &mut self.routes[route as usize];
        r.room += self.of.clients[client as usize].demand;
        r.clients -= 1;
        if r.clients == 0 {
            let fleet = r.fleet as usize;
            self.pay(-self.of.fleets[fleet].fixed);
            self.save_unused();
            self.unused[fleet].push(route);
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
            let way_on = i64::from(stop.way_on);
            self.cost -= way_on;
            self.real -= way_on;
        }
        self.cost += i64::from(way);
        self.real += i64::from(way);
        stop.next = b;
        stop.way_on = way;
        self.stops[b as usize].prev = a;
    }

    /// Recomputes the times of a route around `stop`, which came in: outward, as far as they change.
    fn refresh(&mut self, stop: u32) {
        let mut at = stop;
        while at != NONE && (self.goes_on(at) || at == stop) {
            at = self.stops[at as usize].next;
        }
        at = stop;
        while at != NONE && (self.goes_back(at) || at == stop) {
            at = self.stops[at as usize].prev;
        }
        self.refresh_stretches(stop, stop);
    }

    /// Recomputes the times of a whole route.
    pub(super) fn refresh_route(&mut self, route: u32) {
        let (start, end) = (self.start(route), self.start(route) + 1);
        let mut at = self.stops[start as usize].next;
        while at != NONE {
            self.goes_on(at);
            at = self.stops[at as usize].next;
        }
        at = self.stops[end as usize].prev;
        while at != NONE {
            self.goes_back(at);
            at = self.stops[at as usize].prev;
        }
        self.refresh_stretches(start, end);
    }

    /// Recomputes the departure from `at` out of that before it; says whether it changed.
    #[inline]
    fn goes_on(&mut self, at: u32) -> bool {
        let s = self.stops[at as usize];
        if s.prev == NONE {
            return false;
        }
        let before = &self.stops[s.prev as usize];
        let arrival = before.departs + self.of.time.get(before.location, s.location);
        let times = self.times[at as usize];
        let departs = self
            .begins(at, s.several, times, arrival)
            .saturating_add(times.service);
        self.stops[at as usize].departs = departs;
        departs != s.departs
    }

    /// Recomputes the latest start at `at` out of that after it; says whether it changed.
    #[inline]
    fn goes_back(&mut self, at: u32) -> bool {
        let s = self.stops[at as usize];
        if s.next == NONE {
            return false;
        }
        let after = &self.stops[s.next as usize];
        let way = self.of.time.get(s.location, after.location);
        let latest = self.last_begin(at, after.latest - way - self.times[at as usize].service);
        self.stops[at as usize].latest = latest;
        latest != s.latest
    }
}

/// What a client asks of every place: its own row of the tables and its times.
pub(super) struct Asks<'a> {
    pub(super) client: u32,
    demand: i32,
    several: bool,
    times: Times,
    cost_to: &'a [i32],
    cost_from: &'a [i32],
    time_to: &'a [i32],
    time_from: &'a [i32],
}
