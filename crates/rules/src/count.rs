//! Counting: civil days of instants, limits in every unit, days left out, the roll of the last day.

use crate::{
    calendar::{Calendar, RollBasis},
    pack::Unit,
};
use domain::Timestamp;
use jiff::{
    ToSpan,
    civil::Date,
    tz::{AmbiguousOffset, TimeZone},
};

/// The instant as `jiff` writes it, kept inside the representable range.
pub(crate) fn instant(t: Timestamp) -> jiff::Timestamp {
    let bound = if t.0 < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    };
    jiff::Timestamp::from_microsecond(t.0).unwrap_or(bound)
}

/// The civil day of an instant in `zone`.
pub(crate) fn day_of(t: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant(t)).date()
}

/// The first instant of `day` in `zone`.
pub(crate) fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    let ambiguous = zone.to_ambiguous_timestamp(midnight);
    // Where midnight comes twice the day starts with the first; where it is skipped, read with the
    // offset before the gap it is the instant of the change.
    let offset = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
    };
    match offset.to_timestamp(midnight) {
        Ok(t) => Timestamp(t.as_microsecond()),
        Err(_) if day.year() > 0 => Timestamp(jiff::Timestamp::MAX.as_microsecond()),
        Err(_) => Timestamp(jiff::Timestamp::MIN.as_microsecond()),
    }
}

/// The last microsecond of `day` in `zone`: an act at this instant is still in time.
pub(crate) fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    match day.tomorrow() {
        Ok(next) => start_of(next, zone).plus(-1),
        Err(_) => Timestamp(jiff::Timestamp::MAX.as_microsecond()),
    }
}

/// A span of time left out of a limit; `to` is the first instant counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// Merges overlapping and touching spans, in order of time; empty ones vanish.
pub(crate) fn merge(mut spans: Vec<Left>) -> Vec<Left> {
    spans.retain(|s| s.from < s.to);
    spans.sort_by_key(|s| (s.from, s.to));
    let mut merged: Vec<Left> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

/// The days that a span covers from 0:00 to 24:00, first and last; `None` if there is none.
///
/// A day that a pause only touches counts in full: the shorter reading of "left out", so that an
/// alarm never comes too late.
pub(crate) fn whole_days(span: Left, zone: &TimeZone) -> Option<(Date, Date)> {
    let mut first = day_of(span.from, zone);
    if start_of(first, zone) < span.from {
        first = first.tomorrow().ok()?;
    }
    let last = day_of(span.to, zone).yesterday().ok()?;
    (first <= last).then_some((first, last))
}

/// The number of days from `a` to `b`, negative when `b` is before `a`.
pub(crate) fn days_between(a: Date, b: Date) -> i64 {
    a.until(b).map_or(0, |span| i64::from(span.get_days()))
}

fn plus_days(day: Date, n: i64) -> Date {
    day.checked_add(n.days()).unwrap_or(Date::MAX)
}

/// When a limit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The last day as counted.
    pub(crate) strict: Date,
    /// The last day rolled over days off.
    pub(crate) legal: Date,
    /// The last instant of the day by which the clock is judged (of the hour, for hours).
    pub(crate) at: Timestamp,
    /// How many days were left out; for limits in working days only those; for limits in hours, the
    /// whole hours.
    pub(crate) left_out: i64,
    /// Whether a month without the corresponding day ended the limit on its last day.
    pub(crate) month_cut: bool,
    /// Whether a year without published calendar was looked at.
    pub(crate) provisional: bool,
}

/// What a limit is counted with.
pub(crate) struct Counter<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) calendar: &'a Calendar,
    pub(crate) roll_basis: RollBasis,
    pub(crate) by_legal: bool,
    pub(crate) unit: &'a Unit,
    pub(crate) start: Timestamp,
    pub(crate) start_day: Date,
    /// Merged spans.
    pub(crate) left: &'a [Left],
    /// The whole days of `left`, in order.
    pub(crate) days: &'a [(Date, Date)],
}

impl Counter<'_> {
    /// Returns when a limit of `n` units ends.
    pub(crate) fn end(&self, n: u32) -> End {
        if matches!(self.unit, Unit::Hours) {
            return self.end_in_hours(n);
        }
        let n = i64::from(n);
        let mut month_cut = false;
        let mut provisional = false;
        let (strict, left_out) = match self.unit {
            Unit::WorkingDays(calendar) => {
                let skipped = |d: Date| self.days.iter().any(|(a, b)| *a <= d && d <= *b);
                let (day, p) = calendar.add_working_days_but(self.start_day, n as u32, skipped);
                provisional = p;
                let walked = std::iter::successors(Some(self.start_day), |d| d.tomorrow().ok());
                let passed = walked.skip(1).take_while(|d| *d <= day);
                let out = passed
                    .filter(|d| calendar.is_working_day(*d) && skipped(*d))
                    .count();
                (day, out as i64)
            }
            Unit::Months | Unit::Years => {
                let span = if matches!(self.unit, Unit::Months) {
                    n.months()
                } else {
                    n.years()
                };
                let base = self.start_day.checked_add(span).unwrap_or(Date::MAX);
                month_cut = base.day() != self.start_day.day();
                self.past_left_days(base)
            }
            Unit::Weeks => self.past_left_days(plus_days(self.start_day, 7 * n)),
            Unit::CalendarDays | Unit::Hours => self.past_left_days(plus_days(self.start_day, n)),
        };
        let (legal, p) = self.calendar.roll(strict, self.roll_basis);
        provisional |= p;
        let day = if self.by_legal { legal } else { strict };
        let at = end_of(day, self.zone).max(self.start);
        End {
            strict,
            legal,
            at,
            left_out,
            month_cut,
            provisional,
        }
    }

    /// Moves a last day past the days left out between the start day and it. Spans that begin after
    /// the last day change nothing: a limit that has run out does not revive.
    fn past_left_days(&self, base: Date) -> (Date, i64) {
        let (mut due, mut left_out) = (base, 0);
        for &(first, last) in self.days {
            if first > due {
                break;
            }
            let first = first.max(self.start_day.tomorrow().unwrap_or(Date::MAX));
            if first <= last {
                let days = days_between(first, last) + 1;
                left_out += days;
                due = plus_days(due, days);
            }
        }
        (due, left_out)
    }

    fn end_in_hours(&self, n: u32) -> End {
        let mut at = self.start.plus(i64::from(n) * Timestamp::HOUR);
        let mut out = 0;
        for span in self.left {
            if span.from >= at {
                break;
            }
            let from = span.from.max(self.start);
            if from < span.to {
                let length = span.to.0.saturating_sub(from.0);
                out += length;
                at = at.plus(length);
            }
        }
        let day = day_of(at, self.zone);
        End {
            strict: day,
            legal: day,
            at,
            left_out: out / Timestamp::HOUR,
            month_cut: false,
            provisional: false,
        }
    }
}
