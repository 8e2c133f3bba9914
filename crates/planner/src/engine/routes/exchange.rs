//! Exchanging the tails of two routes, and what that would cost.

use super::super::instance::Fleet;
use super::{NEVER, Route, Routes, Stop};

impl Routes<'_> {
    /// Lets what follows `a` and what begins with `b` change routes: `b` then follows `a`, and what followed `a` follows
    /// whoever came before `b` (2-opt*; Potvin and Rousseau 1995). Both routes are of one fleet.
    pub(in super::super) fn exchange_tails(&mut self, a: u32, b: u32) {
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
                    self.pay(self.of.fleets[fleet].fixed);
                    self.unused[fleet].retain(|&v| v != route);
                } else {
                    self.pay(-self.of.fleets[fleet].fixed);
                    self.unused[fleet].push(route);
                }
            }
            self.refresh_route(route);
        }
    }

    /// What [`Routes::exchange_tails`] would add to the cost of travel, if that is less than `below` and lawful.
    pub(in super::super) fn tails_add(&self, a: u32, b: u32, below: i32) -> Option<i32> {
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
    fn tail(&self, mut at: u32, fleet: &Fleet) -> Option<(i32, u32)> {
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
}
