//! The steps of the search. Each changes chains only and returns whether it did; times are settled by the caller.
//!
//! A step that returns `false` may have begun: the caller undoes it.

use super::days::Days;
use super::near::Near;
use crate::numbers::Rng;

/// Chance that a stop is put at a place drawn from all instead of next to a near one.
const ANYWHERE: f64 = 0.06;

/// Everything a step needs besides the days.
pub(super) struct Draw<'a> {
    pub(super) near: &'a Near,
    /// The visits that can be served.
    pub(super) served: &'a [u32],
    pub(super) rng: Rng,
}

impl Draw<'_> {
    fn visit(&mut self) -> u32 {
        self.served[self.rng.below(self.served.len())]
    }

    /// Draws a visit with two services, if a few draws find one.
    fn pair(&mut self, days: &Days) -> u32 {
        let mut visit = self.visit();
        for _ in 0..4 {
            if days.services(visit) == 2 {
                break;
            }
            visit = self.visit();
        }
        visit
    }

    fn stop(&mut self, days: &Days) -> u32 {
        let visit = self.visit();
        2 * visit + self.rng.below(days.services(visit) as usize) as u32
    }

    /// Draws a stop after which `s` might go.
    fn place(&mut self, days: &Days, s: u32) -> u32 {
        let (before, after) = (&self.near.before[s as usize], &self.near.after[s as usize]);
        if before.is_empty() || self.rng.unit() < ANYWHERE {
            let home = days.home(self.rng.below(days.people()) as u32);
            return if self.rng.below(2) == 0 {
                home
            } else {
                days.stop(home).prev
            };
        }
        if self.rng.below(2) == 0 {
            before[self.rng.below(before.len())]
        } else {
            days.stop(after[self.rng.below(after.len())]).prev
        }
    }
}

/// Makes one step drawn by lot. `limit` is the most travel that can still be accepted.
pub(super) fn step(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let lot = draw.rng.unit();
    if lot < 0.40 {
        move_one(days, draw, limit)
    } else if lot < 0.55 {
        move_both(days, draw, limit)
    } else if lot < 0.70 {
        exchange(days, draw, limit)
    } else if lot < 0.85 {
        tails(days, draw, limit)
    } else {
        block(days, draw, limit)
    }
}

/// Whether the stop can go to that person as far as its partner is concerned.
#[inline]
fn apart(days: &Days, s: u32, person: u32) -> bool {
    days.partner(s) != person
}

/// Moves one service to another place.
fn move_one(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let s = draw.stop(days);
    let after = draw.place(days, s);
    let person = days.stop(after).person;
    apart(days, s, person) && shift(days, s, s, after, limit)
}

/// Moves both services of a visit: one next to a near stop, the other to where it fits in time.
///
/// Without this step two visits that share both people could never change their order: with one of them moved alone the
/// two would wait for each other.
fn move_both(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let visit = draw.pair(days);
    if days.services(visit) < 2 {
        return false;
    }
    let s = 2 * visit + draw.rng.below(2) as u32;
    let other = s ^ 1;
    let after = draw.place(days, s);
    let p = days.stop(after).person;
    let mut q = days.stop(other).person;
    if q == p || draw.rng.below(2) == 0 {
        q = draw.rng.below(days.people()) as u32;
    }
    if p == q || !days.able(s, p) || !days.able(other, q) || after == other {
        return false;
    }
    let from = days.stop(after).start;
    let next = days.stop(after).next;
    let to = if days.is_home(next) {
        from
    } else {
        days.stop(next).start
    };
    let time = from + draw.rng.below((to - from).max(0) as usize + 1) as i64 + days.offset(s);
    if after != days.stop(s).prev && after != s && !shift(days, s, s, after, i64::MAX) {
        return false;
    }
    let home = days.home(q);
    let mut after = days.stop(home).prev;
    while after != home && (after == other || days.stop(after).start > time) {
        after = days.stop(after).prev;
    }
    if after != days.stop(other).prev && !shift(days, other, other, after, i64::MAX) {
        return false;
    }
    days.cost.travel <= limit
}

/// Moves two or three services that follow each other.
fn block(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let first = draw.stop(days);
    let mut last = first;
    let mut longer = 1 + draw.rng.below(2);
    while longer > 0 && !days.is_home(days.stop(last).next) {
        last = days.stop(last).next;
        longer -= 1;
    }
    if last == first {
        return false;
    }
    let after = if draw.rng.below(2) == 0 {
        let before = &draw.near.before[first as usize];
        match before.len() {
            0 => return false,
            n => before[draw.rng.below(n)],
        }
    } else {
        let behind = &draw.near.after[last as usize];
        match behind.len() {
            0 => return false,
            n => days.stop(behind[draw.rng.below(n)]).prev,
        }
    };
    shift(days, first, last, after, limit)
}

/// Moves the stops from `first` to `last` behind `after`. Whether linked services stay apart is looked at for blocks only.
fn shift(days: &mut Days, first: u32, last: u32, after: u32, limit: i64) -> bool {
    let person = days.stop(after).person;
    let (a, b) = (days.stop(first).prev, days.stop(last).next);
    if after == a {
        return false;
    }
    let mut s = first;
    loop {
        if after == s || !days.able(s, person) || (first != last && !apart(days, s, person)) {
            return false;
        }
        if s == last {
            break;
        }
        s = days.stop(s).next;
    }
    let next = days.stop(after).next;
    let change = days.way(a, b) - days.way(a, first) - days.way(last, b)
        + days.way(after, first)
        + days.way(last, next)
        - days.way(after, next);
    if days.cost.travel + change > limit {
        return false;
    }
    days.cut(a, first);
    days.cut(last, b);
    days.join(a, b);
    let next = days.stop(after).next;
    days.cut(after, next);
    days.join(after, first);
    days.join(last, next);
    let mut s = first;
    loop {
        days.give(s, person);
        if s == last {
            return true;
        }
        s = days.stop(s).next;
    }
}

/// Lets two services change places; people follow the places.
fn exchange(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let s = draw.stop(days);
    let place = draw.place(days, s);
    // Beside `place` there are two to exchange with: what stands there and what follows.
    let t = days.stop(place).next;
    if days.is_home(t) || t == s || days.stop(s).next == t || days.stop(t).next == s {
        return false;
    }
    let (p, q) = (days.stop(s).person, days.stop(t).person);
    if p != q {
        let apart = s ^ 1 == t || (apart(days, s, q) && apart(days, t, p));
        if !(apart && days.able(s, q) && days.able(t, p)) {
            return false;
        }
    }
    let (a, b) = (days.stop(s).prev, days.stop(s).next);
    let (c, d) = (days.stop(t).prev, days.stop(t).next);
    let change = days.way(a, t) + days.way(t, b) + days.way(c, s) + days.way(s, d)
        - days.way(a, s)
        - days.way(s, b)
        - days.way(c, t)
        - days.way(t, d);
    if days.cost.travel + change > limit {
        return false;
    }
    days.cut(a, s);
    days.cut(s, b);
    days.cut(c, t);
    days.cut(t, d);
    days.join(a, t);
    days.join(t, b);
    days.join(c, s);
    days.join(s, d);
    days.give(s, q);
    days.give(t, p);
    true
}

/// Lets two people exchange the rest of their days, so that a stop comes behind one that is near.
fn tails(days: &mut Days, draw: &mut Draw, limit: i64) -> bool {
    let second = draw.stop(days);
    let before = &draw.near.before[second as usize];
    let first = if before.is_empty() || draw.rng.unit() < ANYWHERE {
        days.home(draw.rng.below(days.people()) as u32)
    } else {
        before[draw.rng.below(before.len())]
    };
    let (p, q) = (days.stop(first).person, days.stop(second).person);
    if p == q {
        return false;
    }
    let (head, tail) = (days.stop(second).prev, days.stop(first).next);
    let (home_p, home_q) = (days.home(p), days.home(q));
    let (end_p, end_q) = (days.stop(home_p).prev, days.stop(home_q).prev);
    days.cut(first, tail);
    days.cut(head, second);
    days.join(first, second);
    if tail == home_p {
        days.join(head, home_q);
    } else {
        days.join(head, tail);
        days.cut(end_p, home_p);
        days.join(end_p, home_q);
    }
    days.cut(end_q, home_q);
    days.join(end_q, home_p);
    if days.cost.travel > limit {
        return false;
    }
    hand_over(days, second, p) && (tail == home_p || hand_over(days, tail, q)) && {
        whole(days, second) && (tail == home_p || whole(days, tail))
    }
}

/// Gives everything from the stop to the end of the day to the person. Returns whether the person is able to do it all.
fn hand_over(days: &mut Days, mut s: u32, person: u32) -> bool {
    while !days.is_home(s) {
        if !days.able(s, person) {
            return false;
        }
        days.give(s, person);
        s = days.stop(s).next;
    }
    true
}

/// Returns whether nothing from the stop to the end of the day has its partner on the same day.
fn whole(days: &Days, mut s: u32) -> bool {
    while !days.is_home(s) {
        if !apart(days, s, days.stop(s).person) {
            return false;
        }
        s = days.stop(s).next;
    }
    true
}
