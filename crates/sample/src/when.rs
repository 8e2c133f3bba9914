//! Civil days and minutes of the bank's zone, and when complaints arrive.

use crate::{dice::Dice, words::Channel};
use domain::Timestamp;
use jiff::{ToSpan, civil::Date};

const EPOCH: Date = Date::constant(1970, 1, 1);
const MINUTE: i64 = 60_000_000;
/// The bank's zone is UTC+8 all year; no time-zone data is needed.
const ZONE_MINUTES: i64 = 8 * 60;

/// A local time: a civil date and minutes after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Local {
    pub(crate) date: Date,
    pub(crate) minute: i64,
}

impl Local {
    /// Returns the point in time; `seconds` make the minutes of different cases differ.
    pub(crate) fn at(self, seconds: i64) -> Timestamp {
        let days = i64::from(EPOCH.until(self.date).map_or(0, |span| span.get_days()));
        Timestamp((days * 1440 + self.minute - ZONE_MINUTES) * MINUTE + seconds * 1_000_000)
    }
}

/// Returns `date` moved by `days`, kept inside the calendar of the `jiff` crate.
pub(crate) fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// Returns the weekday, 1 = Monday … 7 = Sunday.
pub(crate) fn weekday(date: Date) -> i64 {
    i64::from(date.weekday().to_monday_one_offset())
}

/// Returns `date` or the next day from Monday to Friday. Public holidays belong to the rule packs;
/// the sample only keeps weekends free.
pub(crate) fn working(date: Date) -> Date {
    let w = weekday(date);
    plus(date, if w > 5 { 8 - w } else { 0 })
}

/// Returns `date` or the last day before it from Monday to Friday.
pub(crate) fn working_before(date: Date) -> Date {
    let w = weekday(date);
    plus(date, if w > 5 { 5 - w } else { 0 })
}

/// How many days back complaints reach.
pub(crate) const DAYS: i64 = 120;
/// From how many days back the new app release brings more complaints.
pub(crate) const SURGE: i64 = 14;

/// Draws how many days before `today` a complaint came: Mondays are busy, weekends quiet, and the
/// last two weeks busier than the rest.
pub(crate) fn draw_age(dice: &mut Dice, today: Date, channel: Channel) -> i64 {
    loop {
        let age = dice.between(1, DAYS);
        let share: u64 = match (weekday(plus(today, -age)), channel) {
            (6 | 7, Channel::Letter | Channel::Regulator) | (7, Channel::Branch) => 0,
            (6, Channel::Branch) => 250,
            (1, _) => 600,
            (2, _) => 540,
            (3..=5, _) => 480,
            (6, _) => 280,
            _ => 230,
        };
        if dice.chance(if age <= SURGE { share * 8 / 5 } else { share }) {
            return age;
        }
    }
}

/// Draws the minute of the day at which a complaint comes: opening hours at the counter, two humps
/// on the telephone, evenings in the app.
pub(crate) fn draw_minute(dice: &mut Dice, channel: Channel) -> i64 {
    let hours: [u64; 24] = match channel {
        Channel::Branch => [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 14, 9, 3, 5, 10, 11, 7, 0, 0, 0, 0, 0, 0, 0,
        ],
        Channel::Letter | Channel::Regulator => [
            0, 0, 0, 0, 0, 0, 0, 0, 1, 8, 12, 6, 0, 2, 8, 9, 6, 2, 0, 0, 0, 0, 0, 0,
        ],
        Channel::Phone => [
            0, 0, 0, 0, 0, 0, 1, 3, 8, 15, 17, 12, 6, 7, 12, 13, 10, 7, 5, 6, 5, 3, 1, 0,
        ],
        Channel::App | Channel::Email | Channel::Online => [
            3, 1, 1, 0, 0, 1, 2, 4, 7, 9, 10, 9, 10, 8, 7, 8, 8, 7, 8, 11, 14, 15, 11, 6,
        ],
    };
    dice.weighted(&hours) as i64 * 60 + dice.between(0, 59)
}
