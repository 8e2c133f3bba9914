//! The clock engine: facts, pack and calendar in; states or the next due clock out.
//!
//! One computation serves both. It tells each of its steps to a `Trace`; the sweep passes a trace
//! that forgets, so that the quick answer and the explained one cannot differ.

use crate::{
    count::{Counter, End, Left, day_of, days_between, merge, whole_days},
    derivation::{Derivation, NotCounted, Step, What},
    explain::{Forget, Record, Trace, grant_order},
    pack::{Clock, JudgeBy, Notify, Owner, Pack, Rung},
    state::{ClockState, Due, NextDue, NextExtension, Status},
};
use domain::{
    Timestamp,
    clock::{ClockFacts, Extension, Milestone, Pause},
};
use jiff::{civil::Date, tz::TimeZone};

/// Computes how every clock of `pack` stands at `now`, each run with its derivation.
///
/// The versions in force on the day of receipt govern, whatever later versions say. Clocks without
/// version for that day are absent; [`without_version`] names them. Days begin and end in `zone`
/// (usually [`Pack::zone`]). The order of the facts does not matter.
#[must_use]
pub fn evaluate(pack: &Pack, facts: &ClockFacts, zone: &TimeZone, now: Timestamp) -> Vec<ClockState> {
    let governing = governing_day(facts, zone, now);
    let mut states = Vec::new();
    for clock in pack.clocks.iter().filter(|c| c.valid.covers(governing)) {
        let ctx = Context {
            pack,
            clock,
            facts,
            zone,
            now,
            governing,
        };
        let starts = ctx.starts();
        if starts.is_empty() {
            states.push(ctx.not_started());
        }
        for (i, &(start, milestone)) in starts.iter().enumerate() {
            let run = Run {
                number: i as u32 + 1,
                start,
                milestone,
                until: starts.get(i + 1).map(|s| s.0),
            };
            states.push(ctx.state(run));
        }
    }
    states
}

/// Returns the bank's open clock that is due first, without building derivations; `None` when no
/// clock of the bank is open. Of equal due dates the first in the pack wins.
#[must_use]
pub fn next_due<'p>(
    pack: &'p Pack,
    facts: &ClockFacts,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<NextDue<'p>> {
    let governing = governing_day(facts, zone, now);
    let mut next: Option<NextDue<'p>> = None;
    for clock in pack
        .clocks
        .iter()
        .filter(|c| c.owner == Owner::Bank && c.valid.covers(governing))
    {
        let ctx = Context {
            pack,
            clock,
            facts,
            zone,
            now,
            governing,
        };
        let Some(run) = ctx.last_run() else { continue };
        let outcome = ctx.compute(run, &mut Forget);
        if outcome.status.is_open() && next.is_none_or(|n| outcome.end.at < n.due_at) {
            next = Some(NextDue {
                clock: &clock.id,
                due_at: outcome.end.at,
                status: outcome.status,
            });
        }
    }
    next
}

/// Names the clocks that have versions, but none for complaints received on the day of receipt.
#[must_use]
pub fn without_version<'p>(
    pack: &'p Pack,
    facts: &ClockFacts,
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<&'p str> {
    let governing = governing_day(facts, zone, now);
    let mut missing: Vec<&str> = Vec::new();
    for clock in &pack.clocks {
        if !missing.contains(&clock.id.as_str()) && pack.clock(&clock.id, governing).is_none() {
            missing.push(&clock.id);
        }
    }
    missing
}

/// The day whose versions govern: that of the first receipt; without one, of the first milestone;
/// without any, today.
fn governing_day(facts: &ClockFacts, zone: &TimeZone, now: Timestamp) -> Date {
    let first = |wanted: Option<Milestone>| {
        let all = facts
            .milestones
            .iter()
            .filter(|(m, _)| wanted.is_none_or(|w| w == *m));
        all.map(|(_, t)| *t).min()
    };
    let at = first(Some(Milestone::ComplaintReceived))
        .or_else(|| first(None))
        .unwrap_or(now);
    day_of(at, zone)
}

/// One run of a clock: from `start` to the next restart, which belongs to the next run.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) number: u32,
    pub(crate) start: Timestamp,
    pub(crate) milestone: Milestone,
    pub(crate) until: Option<Timestamp>,
}

/// What a run comes to.
struct Outcome {
    end: End,
    status: Status,
    closed: Option<Timestamp>,
    late_since: Option<Timestamp>,
    within_legal: bool,
    total: u32,
    granted: u8,
    next: Option<NextExtension>,
}

/// Everything one clock is computed from.
pub(crate) struct Context<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) clock: &'a Clock,
    pub(crate) facts: &'a ClockFacts,
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) governing: Date,
}

impl Context<'_> {
    fn first_start(&self) -> Option<Timestamp> {
        let all = self
            .facts
            .milestones
            .iter()
            .filter(|(m, _)| *m == self.clock.start);
        all.map(|(_, t)| *t).min()
    }

    fn restarts(&self, first: Timestamp) -> impl Iterator<Item = (Timestamp, Milestone)> {
        let restarts = |m: Milestone| self.clock.restart.iter().any(|e| e.on == m);
        let all = self.facts.milestones.iter();
        all.filter(move |(m, t)| *t > first && restarts(*m))
            .map(|(m, t)| (*t, *m))
    }

    fn starts(&self) -> Vec<(Timestamp, Milestone)> {
        let Some(first) = self.first_start() else {
            return Vec::new();
        };
        let mut starts: Vec<_> = self.restarts(first).collect();
        starts.push((first, self.clock.start));
        starts.sort();
        starts.dedup_by_key(|s| s.0);
        starts
    }

    fn last_run(&self) -> Option<Run> {
        let first = self.first_start()?;
        let (start, milestone) = self.restarts(first).max().unwrap_or((first, self.clock.start));
        Some(Run {
            number: 1,
            start,
            milestone,
            until: None,
        })
    }

    fn not_started(&self) -> ClockState {
        let steps = vec![self.version(), self.waiting()];
        ClockState {
            id: self.clock.id.clone(),
            title: self.clock.title.clone(),
            owner: self.clock.owner,
            run: 1,
            status: Status::NotStarted,
            started: None,
            due: None,
            days_left: None,
            closed: None,
            late_since: None,
            within_legal: false,
            total: self.clock.n,
            extensions: 0,
            next_extension: None,
            derivation: Derivation {
                clock: self.clock.id.clone(),
                title: self.clock.title.clone(),
                steps,
            },
        }
    }

    fn state(&self, run: Run) -> ClockState {
        let mut steps = Record(vec![self.version()]);
        let outcome = self.compute(run, &mut steps);
        let judged = self.judged_day(&outcome.end);
        let days_left = outcome
            .status
            .is_open()
            .then(|| days_between(day_of(self.now, self.zone), judged));
        let Outcome {
            end,
            status,
            closed,
            late_since,
            within_legal,
            total,
            granted,
            next,
        } = outcome;
        ClockState {
            id: self.clock.id.clone(),
            title: self.clock.title.clone(),
            owner: self.clock.owner,
            run: run.number,
            status,
            started: Some(run.start),
            due: Some(Due {
                strict: end.strict,
                legal: end.legal,
                at: end.at,
                provisional: end.provisional,
            }),
            days_left,
            closed,
            late_since,
            within_legal,
            total,
            extensions: granted,
            next_extension: next,
            derivation: Derivation {
                clock: self.clock.id.clone(),
                title: self.clock.title.clone(),
                steps: steps.0,
            },
        }
    }

    pub(crate) fn judged_day(&self, end: &End) -> Date {
        match self.clock.judge_by {
            JudgeBy::Strict => end.strict,
            JudgeBy::Legal => end.legal,
        }
    }

    /// The first closing milestone of the run: what, when, and whether it meets the clock. At the
    /// same instant meeting comes before ending.
    fn closing(&self, run: Run) -> Option<(Timestamp, Milestone, bool)> {
        let inside = |t: Timestamp| t >= run.start && run.until.is_none_or(|u| t < u);
        let mut first: Option<(Timestamp, bool, Milestone)> = None;
        for &(m, t) in self.facts.milestones.iter().filter(|(_, t)| inside(*t)) {
            let meets = self.clock.stop.iter().any(|e| e.on == m);
            if meets || self.clock.end.iter().any(|e| e.on == m) {
                let this = (t, !meets, m);
                first = Some(first.map_or(this, |f| f.min(this)));
            }
        }
        first.map(|(t, ends, m)| (t, m, !ends))
    }

    /// The part of a pause that lies in this run. One without end lasts until the run closed,
    /// or until now.
    pub(crate) fn left_by(&self, pause: &Pause, run: Run, closed: Option<Timestamp>) -> Left {
        let to = pause.to.or(closed).unwrap_or(self.now);

        Left {
            from: pause.from.max(run.start),
            to: closed.map_or(to, |c| to.min(c)),
        }
    }

    /// Says whether a pause that this clock allows is running now.
    fn is_paused(&self) -> bool {
        self.pauses()
            .any(|p| p.from <= self.now && p.to.is_none_or(|to| self.now < to))
    }

    /// The pauses of reasons that the pack names for this clock.
    pub(crate) fn pauses(&self) -> impl Iterator<Item = &Pause> {
        self.facts
            .pauses
            .iter()
            .filter(|p| self.clock.pauses.iter().any(|r| r.reason == p.reason))
    }

    /// The extensions of this clock that belong to this run. One granted before the first run is
    /// shown there, so that none disappears.
    pub(crate) fn grants(&self, run: Run) -> impl Iterator<Item = &Extension> {
        let ours =
            move |at: Timestamp| (at >= run.start || run.number == 1) && run.until.is_none_or(|u| at < u);
        self.facts
            .extensions
            .iter()
            .filter(move |e| e.clock == self.clock.id && ours(e.granted_at))
    }

    /// Says whether a grant of this rung counts for a clock due at `due`.
    pub(crate) fn judge(
        &self,
        grant: &Extension,
        rung: &Rung,
        (run, closed, due): (Run, Option<Timestamp>, Timestamp),
    ) -> Result<(), NotCounted> {
        if grant.granted_at < run.start || closed.is_some_and(|c| grant.granted_at > c) {
            return Err(NotCounted::OtherRun);
        }
        if grant.rank < rung.approver {
            return Err(NotCounted::Rank {
                needed: rung.approver,
            });
        }
        if grant.granted_at > due {
            return Err(NotCounted::TooLate);
        }
        match (rung.notify, grant.notified_at) {
            (Notify::Required, None) => Err(NotCounted::NotNotified),
            (Notify::Required, Some(told)) if told > due => Err(NotCounted::NotifiedTooLate {
                day: day_of(told, self.zone),
            }),
            _ => Ok(()),
        }
    }

    fn compute<T: Trace>(&self, run: Run, trace: &mut T) -> Outcome {
        let (clock, zone) = (self.clock, self.zone);
        let start_day = day_of(run.start, zone);
        let closing = self.closing(run);
        let closed = closing.map(|(t, ..)| t).or(run.until);
        let left = merge(self.pauses().map(|p| self.left_by(p, run, closed)).collect());
        let days: Vec<_> = left.iter().filter_map(|l| whole_days(*l, zone)).collect();
        let counter = Counter {
            zone,
            calendar: &self.pack.calendar,
            roll_basis: self.pack.roll_basis,
            by_legal: clock.judge_by == JudgeBy::Legal,
            unit: &clock.unit,
            start: run.start,
            start_day,
            left: &left,
            days: &days,
        };
        self.trace_start(run, start_day, trace);
        self.trace_pauses(run, closed, trace);
        let mut end = counter.end(clock.n);
        self.trace_limit(&counter, &end, trace);

        let (mut total, mut granted) = (clock.n, 0);
        for rung in &clock.ladder {
            let at = (run, closed, end.at);
            self.trace_refused(rung, at, trace);
            let counting = self.grants(run).filter(|g| g.step == rung.step);
            let counting = counting.filter(|g| self.judge(g, rung, at).is_ok());
            let Some(grant) = counting.min_by(|a, b| grant_order(a, b)) else {
                break;
            };
            let before = end;
            end = counter.end(rung.total);
            (total, granted) = (rung.total, rung.step);
            trace.step(|| self.extended(rung, grant, &before, &end));
        }
        self.trace_useless(run, granted, trace);
        self.trace_end(run, closed, &end, trace);

        let late = |t: Timestamp| (t > end.at).then_some(end.at);
        let (status, late_since) = match (closing, run.until) {
            (Some((t, _, true)), _) => {
                let late = late(t);
                (
                    if late.is_some() {
                        Status::MetLate
                    } else {
                        Status::Met
                    },
                    late,
                )
            }
            (Some((t, _, false)), _) => (Status::Ended, late(t)),
            (None, Some(t)) => (Status::Superseded, late(t)),
            (None, None) if self.now > end.at => match clock.owner {
                Owner::Bank => (Status::Breached, Some(end.at)),
                Owner::Customer => (Status::Ended, Some(end.at)),
            },
            (None, None) if self.is_paused() => (Status::Paused, None),
            (None, None) => (Status::Running, None),
        };
        let reached = closed.unwrap_or(self.now);
        let within_legal = late_since.is_some() && day_of(reached, zone) <= end.legal;
        self.trace_close(closing, closed, trace);
        trace.step(|| {
            let what = What::Stands {
                status,
                lapsed: status == Status::Ended && closed.is_none(),
                late: late_since.is_some(),
                within_legal,
            };
            Step {
                what,
                cite: None,
                date_in: Some(day_of(self.now, zone)),
                date_out: None,
            }
        });
        let next = matches!(status, Status::Running | Status::Paused)
            .then(|| clock.ladder.get(usize::from(granted)))
            .flatten()
            .filter(|_| T::WANTED)
            .map(|rung| NextExtension {
                step: rung.step,
                total: rung.total,
                due_strict: counter.end(rung.total).strict,
                approver: rung.approver,
                notify: rung.notify,
                by: end.at,
                rule: rung.rule.clone(),
            });
        Outcome {
            end,
            status,
            closed,
            late_since,
            within_legal,
            total,
            granted,
            next,
        }
    }
}
