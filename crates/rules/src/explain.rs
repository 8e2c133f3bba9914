//! Telling the steps of a computation: what the engine did, as rows of a derivation.

use crate::{
    calendar::YearStatus,
    count::{Counter, End, Left, day_of, days_between, instant, whole_days},
    derivation::{Cite, NotCounted, Step, What},
    evaluate::{Context, Run},
    pack::{Rung, Unit},
};
use domain::{
    Timestamp,
    clock::{Extension, Milestone, Pause},
};
use jiff::civil::Date;
use std::cmp::Ordering;

/// Listens to the steps of a computation.
pub(crate) trait Trace {
    /// Whether anybody listens.
    const WANTED: bool;

    fn step(&mut self, make: impl FnOnce() -> Step);
}

/// For the sweep: nobody listens.
pub(crate) struct Forget;

impl Trace for Forget {
    const WANTED: bool = false;

    fn step(&mut self, _: impl FnOnce() -> Step) {}
}

/// For a derivation: every step is kept.
pub(crate) struct Record(pub(crate) Vec<Step>);

impl Trace for Record {
    const WANTED: bool = true;

    fn step(&mut self, make: impl FnOnce() -> Step) {
        self.0.push(make());
    }
}

/// The order in which grants are looked at, whatever the order of the facts.
pub(crate) fn grant_order(a: &Extension, b: &Extension) -> Ordering {
    let key = |e: &Extension| (e.granted_at, e.notified_at.is_none(), e.notified_at, e.rank);
    key(a).cmp(&key(b)).then_with(|| a.approver.cmp(&b.approver))
}

fn unit_name(unit: &Unit) -> String {
    match unit {
        Unit::CalendarDays => "cd".to_owned(),
        Unit::Weeks => "wk".to_owned(),
        Unit::Hours => "h".to_owned(),
        Unit::Months => "mo".to_owned(),
        Unit::Years => "yr".to_owned(),
        Unit::WorkingDays(calendar) => format!("bd:{}", calendar.id()),
    }
}

/// What is left out of months, years and weeks is counted in days.
fn left_unit(unit: &Unit) -> String {
    match unit {
        Unit::Hours | Unit::WorkingDays(_) => unit_name(unit),
        _ => "cd".to_owned(),
    }
}

impl Context<'_> {
    fn cite(&self, id: &str) -> Option<Cite> {
        let rule = self.pack.rule(id, self.governing)?;
        Some(Cite {
            rule: rule.id.clone(),
            text: rule.text.clone(),
            source: rule.source.title.clone(),
            issuer: rule.source.issuer.clone(),
            article: rule.article.clone(),
            confidence: rule.confidence,
            only_since: Some(rule.valid.from).filter(|from| *from > self.governing),
        })
    }

    fn ruled(&self, what: What, rule: &str, date_in: Date, date_out: Date) -> Step {
        Step {
            what,
            cite: self.cite(rule),
            date_in: Some(date_in),
            date_out: Some(date_out),
        }
    }

    pub(crate) fn waiting(&self) -> Step {
        let what = What::Waiting {
            milestone: self.clock.start,
        };
        Step {
            what,
            cite: self.cite(&self.clock.rule),
            date_in: None,
            date_out: None,
        }
    }

    pub(crate) fn version(&self) -> Step {
        let valid = self.clock.valid;
        let what = What::Version {
            pack: self.pack.id.clone(),
            version: self.pack.version.clone(),
            from: valid.from,
            to: valid.to,
        };
        Step {
            what,
            cite: None,
            date_in: Some(self.governing),
            date_out: None,
        }
    }

    pub(crate) fn trace_start(&self, run: Run, day: Date, trace: &mut impl Trace) {
        trace.step(|| {
            let restart = self
                .clock
                .restart
                .iter()
                .find(|e| run.number > 1 && e.on == run.milestone);
            let zone = self.zone.iana_name().unwrap_or("UTC").to_owned();
            let what = What::Started {
                milestone: run.milestone,
                zone,
                run: run.number,
            };
            let cite = restart.and_then(|e| self.cite(e.rule.as_deref()?));
            Step {
                what,
                cite,
                date_in: Some(day),
                date_out: None,
            }
        });
    }

    /// The pauses that touch this run, whatever the order of the facts.
    fn sorted_pauses(&self, run: Run, closed: Option<Timestamp>) -> Vec<(&Pause, Left)> {
        let all = self.pauses().map(|p| (p, self.left_by(p, run, closed)));
        let mut pauses: Vec<_> = all.filter(|(_, left)| left.from < left.to).collect();
        pauses.sort_by_key(|(p, _)| (p.from, p.to.is_none(), p.to, p.reason));
        pauses
    }

    pub(crate) fn trace_pauses(&self, run: Run, closed: Option<Timestamp>, trace: &mut impl Trace) {
        if self.facts.pauses.is_empty() {
            return;
        }
        for (pause, left) in self.sorted_pauses(run, closed) {
            trace.step(|| {
                let rule = self.clock.pauses.iter().find(|r| r.reason == pause.reason);
                let covered = whole_days(left, self.zone);
                let what = What::Paused {
                    reason: pause.reason,
                    from: day_of(pause.from, self.zone),
                    to: pause.to.map(|t| day_of(t, self.zone)),
                    whole_days: covered.map_or(0, |(a, b)| days_between(a, b) + 1),
                };
                let cite = rule.and_then(|r| self.cite(&r.rule));
                Step {
                    what,
                    cite,
                    date_in: covered.map(|d| d.0),
                    date_out: covered.map(|d| d.1),
                }
            });
        }
    }

    pub(crate) fn trace_limit(&self, counter: &Counter<'_>, end: &End, trace: &mut impl Trace) {
        let (clock, counting) = (self.clock, &self.pack.counting);
        let hours = matches!(clock.unit, Unit::Hours);
        let start = counter.start_day;
        trace.step(|| {
            let first = if hours {
                start
            } else {
                start.tomorrow().unwrap_or(Date::MAX)
            };
            self.ruled(What::FirstDay { hours }, &counting.first_day, start, first)
        });
        if let Some(rule) = &clock.day_rule {
            trace.step(|| Step {
                what: What::DayMeaning,
                cite: self.cite(rule),
                date_in: None,
                date_out: None,
            });
        }
        let plain = || {
            Counter {
                left: &[],
                days: &[],
                ..*counter
            }
            .end(clock.n)
            .strict
        };
        trace.step(|| {
            let what = What::Limit {
                n: clock.n,
                unit: unit_name(&clock.unit),
            };
            self.ruled(what, &clock.rule, start, plain())
        });
        if end.month_cut {
            trace.step(|| self.ruled(What::MonthEnd, &counting.month_end, start, plain()));
        }
        if end.left_out > 0 {
            trace.step(|| {
                let what = What::LeftOut {
                    n: end.left_out,
                    unit: left_unit(&clock.unit),
                };
                Step {
                    what,
                    cite: None,
                    date_in: Some(plain()),
                    date_out: Some(end.strict),
                }
            });
        }
    }

    pub(crate) fn extended(&self, rung: &Rung, grant: &Extension, from: &End, to: &End) -> Step {
        let what = What::Extended {
            step: rung.step,
            total: rung.total,
            unit: unit_name(&self.clock.unit),
            granted: day_of(grant.granted_at, self.zone),
            left_out: to.left_out,
            left_unit: left_unit(&self.clock.unit),
            approver: grant.approver.clone(),
            rank: grant.rank,
            notified: grant.notified_at.map(|t| day_of(t, self.zone)),
            notify: rung.notify,
        };
        self.ruled(what, &rung.rule, from.strict, to.strict)
    }

    fn refused(&self, grant: &Extension, rule: Option<&str>, why: NotCounted) -> Step {
        let what = What::NotExtended {
            step: grant.step,
            granted: day_of(grant.granted_at, self.zone),
            approver: grant.approver.clone(),
            rank: grant.rank,
            why,
        };
        Step {
            what,
            cite: rule.and_then(|r| self.cite(r)),
            date_in: None,
            date_out: None,
        }
    }

    /// Tells of the grants of a rung that do not count.
    pub(crate) fn trace_refused(
        &self,
        rung: &Rung,
        at: (Run, Option<Timestamp>, Timestamp),
        trace: &mut impl Trace,
    ) {
        if self.facts.extensions.is_empty() {
            return;
        }
        let mut grants: Vec<_> = self.grants(at.0).filter(|g| g.step == rung.step).collect();
        grants.sort_by(|a, b| grant_order(a, b));
        for grant in grants {
            if let Err(why) = self.judge(grant, rung, at) {
                trace.step(|| self.refused(grant, Some(&rung.rule), why));
            }
        }
    }

    /// Tells of the grants whose rung was never reached.
    pub(crate) fn trace_useless(&self, run: Run, granted: u8, trace: &mut impl Trace) {
        if self.facts.extensions.is_empty() {
            return;
        }
        let reached = usize::from(granted) + 1;
        let mut grants: Vec<_> = self
            .grants(run)
            .filter(|g| g.step == 0 || usize::from(g.step) > reached.min(self.clock.ladder.len()))
            .collect();
        grants.sort_by(|a, b| a.step.cmp(&b.step).then_with(|| grant_order(a, b)));
        for grant in grants {
            let rung = self.clock.ladder.iter().find(|r| r.step == grant.step);
            let why = if rung.is_some() {
                NotCounted::StepBefore
            } else {
                NotCounted::NoSuchStep
            };
            trace.step(|| self.refused(grant, rung.map(|r| r.rule.as_str()), why));
        }
    }

    pub(crate) fn trace_end(&self, run: Run, closed: Option<Timestamp>, end: &End, trace: &mut impl Trace) {
        if !self.facts.pauses.is_empty() {
            for (pause, _) in self
                .sorted_pauses(run, closed)
                .iter()
                .filter(|(p, _)| p.from > end.at)
            {
                trace.step(|| Step {
                    what: What::PauseTooLate { reason: pause.reason },
                    cite: None,
                    date_in: Some(day_of(pause.from, self.zone)),
                    date_out: None,
                });
            }
        }
        let hours = matches!(self.clock.unit, Unit::Hours);
        if !hours {
            trace.step(|| {
                let notice = self.pack.calendar.notice(end.strict.year()).map(str::to_owned);
                let what = What::Roll {
                    basis: self.pack.roll_basis,
                    notice,
                };
                self.ruled(what, &self.pack.counting.last_day, end.strict, end.legal)
            });
        }
        if end.provisional {
            trace.step(|| {
                let calendar = &self.pack.calendar;
                let mut years = day_of(run.start, self.zone).year()..=end.legal.year();
                let open = years.find(|y| calendar.year_status(*y) != YearStatus::Published);
                let year = open.unwrap_or(end.legal.year());
                let what = What::NotPublished {
                    year,
                    status: calendar.year_status(year),
                };
                Step {
                    what,
                    cite: None,
                    date_in: None,
                    date_out: None,
                }
            });
        }
        trace.step(|| {
            let hour = hours.then(|| self.zone.to_datetime(instant(end.at)).time());
            let what = What::Judged {
                by: self.clock.judge_by,
                hour,
            };
            Step {
                what,
                cite: None,
                date_in: None,
                date_out: Some(self.judged_day(end)),
            }
        });
    }

    pub(crate) fn trace_close(
        &self,
        closing: Option<(Timestamp, Milestone, bool)>,
        closed: Option<Timestamp>,
        trace: &mut impl Trace,
    ) {
        let Some(closed) = closed else { return };
        trace.step(|| {
            let milestone = closing.map(|(_, m, _)| m);
            let effects = self.clock.stop.iter().chain(&self.clock.end);
            let rule = effects
                .into_iter()
                .find(|e| Some(e.on) == milestone)
                .and_then(|e| e.rule.as_deref());
            let cite = rule.and_then(|r| self.cite(r));
            Step {
                what: What::Closed { milestone },
                cite,
                date_in: Some(day_of(closed, self.zone)),
                date_out: None,
            }
        });
    }
}
