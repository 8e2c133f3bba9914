//! Parts of routes as one: what they last. Kept only where some vehicle may be away for so long and no longer.

use super::{Asks, NONE, Routes};

/// A stretch of a route as one: how long it takes at least, and when it can begin at the earliest and latest without
/// taking longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) duration: i32,
    earliest: i32,
    latest: i32,
}

impl Stretch {
    /// Joins two stretches `way` apart; both feasible and so is the whole.
    #[inline]
    pub(super) fn then(self, way: i32, next: Stretch) -> Stretch {
        let shift = self.duration + way;
        let wait = (next.earliest - shift - self.latest).max(0);
        Stretch {
            duration: shift + next.duration + wait,
            earliest: (next.earliest - shift).max(self.earliest) - wait,
            latest: (next.latest - shift).min(self.latest),
        }
    }
}

/// The parts of all routes.
pub(super) struct Stretches {
    /// From the start up to and with this stop.
    pub(super) before: Vec<Stretch>,
    /// From this stop to the end.
    pub(super) after: Vec<Stretch>,
}

impl Routes<'_> {
    /// Begins to keep stretches; all routes are empty.
    pub(super) fn keep_stretches(&mut self) {
        let own: Vec<Stretch> = (0..self.stops.len())
            .map(|s| self.own_stretch(s as u32))
            .collect();
        self.stretches = Some(Stretches {
            before: own.clone(),
            after: own,
        });
        for route in 0..self.routes.len() as u32 {
            self.refresh_stretches(self.start(route), self.start(route) + 1);
        }
    }

    pub(super) fn own_stretch(&self, stop: u32) -> Stretch {
        let times = self.times[stop as usize];
        Stretch {
            duration: times.service,
            earliest: times.first,
            latest: times.last,
        }
    }

    /// Says whether the route stays within its longest duration with the client between the stops `a` and `b`.
    pub(in super::super) fn lasts(&self, asks: &Asks<'_>, a: u32, b: u32) -> bool {
        let Some(stretches) = &self.stretches else {
            return true;
        };
        let stop = &self.stops[a as usize];
        let fleet = &self.of.fleets[self.routes[stop.route as usize].fleet as usize];
        let Some(longest) = fleet.longest else { return true };
        let (from, to) = (stop.location as usize, self.stops[b as usize].location as usize);
        let own = self.own_stretch(asks.client);
        let whole = stretches.before[a as usize]
            .then(asks.time_to[from], own)
            .then(asks.time_from[to], stretches.after[b as usize]);
        whole.duration <= longest
    }

    /// Recomputes what lies before the stops from `from` on, and what lies after those up to `to`.
    pub(super) fn refresh_stretches(&mut self, from: u32, to: u32) {
        let Some(mut stretches) = self.stretches.take() else {
            return;
        };
        let mut at = from;
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
        at = to;
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
}
