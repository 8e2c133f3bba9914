//! Travel times that depend on the hour of the week.
//!
//! Free-flow times are turned into times by departure with the model of Ichoua, Gendreau and Potvin ("Vehicle
//! dispatching with time-dependent travel times", European Journal of Operational Research 144, 2003): the *speed*
//! changes at the boundaries of spans, not the travel time, so that whoever leaves later never arrives earlier. The
//! factor holds for all roads alike; the way taken is the one that is fastest on free roads, which is the same for
//! every factor.
//!
//! All arithmetic is in whole milliseconds and thousandths: rounding cannot break that order.

use crate::error::ProfileError;
use serde::{Deserialize, Serialize};

const MINUTES_A_WEEK: u32 = 7 * 24 * 60;
const MS_A_MINUTE: u64 = 60_000;
const MS_A_WEEK: u64 = MINUTES_A_WEEK as u64 * MS_A_MINUTE;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A span of some days in which the speed is another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// `mon` to `sun`.
    pub days: Vec<String>,
    /// Local time it begins, `HH:MM`.
    pub from: String,
    /// Local time it ends, `HH:MM` up to `24:00`, later than `from`.
    pub to: String,
    /// The share of the free speed, 0.05 to 2.
    pub factor: f64,
}

/// A moment of the week in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekTime(u64);

impl WeekTime {
    /// Makes it of milliseconds since Monday 00:00; whole weeks are dropped.
    pub fn from_ms(ms: u64) -> WeekTime {
        WeekTime(ms % MS_A_WEEK)
    }

    /// Makes it of a day (0 = Monday) and seconds since its midnight.
    pub fn new(day: u8, seconds: u32) -> WeekTime {
        WeekTime::from_ms((u64::from(day) * 86_400 + u64::from(seconds)) * 1_000)
    }

    /// Returns the moment so many milliseconds later.
    pub fn after(self, ms: u64) -> WeekTime {
        WeekTime::from_ms(self.0 + ms % MS_A_WEEK)
    }

    /// Reads `mon 08:30`.
    pub fn parse(text: &str) -> Option<WeekTime> {
        let (day, time) = text.trim().split_once(' ')?;
        let day = DAYS.iter().position(|d| d.eq_ignore_ascii_case(day))?;
        let minutes = minutes(time.trim())?;
        (minutes < 1_440).then(|| WeekTime::new(day as u8, minutes * 60))
    }
}

/// The speed at every hour of the week, as a share of the free speed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u32, u32)>", into = "Vec<(u32, u32)>")]
pub struct Hours {
    /// From which minute of the week on how many thousandths of the free speed; the first begins at 0.
    steps: Vec<(u32, u32)>,
    /// What a whole week amounts to, in thousandths of a free millisecond.
    week: u64,
}

impl Default for Hours {
    fn default() -> Hours {
        Hours::of_steps(vec![(0, 1_000)])
    }
}

impl From<Hours> for Vec<(u32, u32)> {
    fn from(hours: Hours) -> Vec<(u32, u32)> {
        hours.steps
    }
}

impl TryFrom<Vec<(u32, u32)>> for Hours {
    type Error = &'static str;

    fn try_from(steps: Vec<(u32, u32)>) -> Result<Hours, &'static str> {
        let ordered = steps.windows(2).all(|w| w[0].0 < w[1].0);
        let sensible = steps
            .iter()
            .all(|(minute, factor)| *minute < MINUTES_A_WEEK && (50..=2_000).contains(factor));
        if steps.first().is_none_or(|s| s.0 != 0) || !ordered || !sensible {
            return Err("hours that do not make a week");
        }
        Ok(Hours::of_steps(steps))
    }
}

impl Hours {
    /// Makes the week of its spans; outside them the factor is 1.
    ///
    /// # Errors
    /// When spans overlap, or days, times or factors make no sense.
    pub fn new(spans: &[Span]) -> Result<Hours, ProfileError> {
        let wrong = |what: String| ProfileError::Value(format!("hours: {what}"));
        let mut found: Vec<(u32, u32, u32)> = Vec::new();
        for span in spans {
            if !(0.05..=2.0).contains(&span.factor) {
                return Err(wrong(format!(
                    "factor {} does not lie between 0.05 and 2",
                    span.factor
                )));
            }
            let (from, to) = minutes(&span.from)
                .zip(minutes(&span.to))
                .filter(|(from, to)| from < to)
                .ok_or_else(|| wrong(format!("{} to {} is no span of a day", span.from, span.to)))?;
            if span.days.is_empty() {
                return Err(wrong("a span without days".to_owned()));
            }
            for day in &span.days {
                let day = DAYS
                    .iter()
                    .position(|d| d == day)
                    .ok_or_else(|| wrong(format!("{day:?} is none of {}", DAYS.join(", "))))?;
                let midnight = day as u32 * 1_440;
                let factor = (span.factor * 1_000.0).round() as u32;
                found.push((midnight + from, midnight + to, factor));
            }
        }
        found.sort_unstable();
        if let Some(w) = found.windows(2).find(|w| w[0].1 > w[1].0) {
            let day = DAYS[(w[1].0 / 1_440) as usize % 7];
            return Err(wrong(format!("two spans overlap on {day}")));
        }
        let mut steps = vec![(0, 1_000)];
        let mut step = |minute: u32, factor: u32| {
            match steps.last_mut() {
                Some(last) if last.0 == minute => last.1 = factor,
                _ => steps.push((minute, factor)),
            };
        };
        for (from, to, factor) in found {
            step(from, factor);
            if to < MINUTES_A_WEEK {
                step(to, 1_000);
            }
        }
        Ok(Hours::of_steps(steps))
    }

    fn of_steps(steps: Vec<(u32, u32)>) -> Hours {
        let mut hours = Hours { steps, week: 0 };
        hours.week = (0..hours.steps.len())
            .map(|i| hours.length(i) * u64::from(hours.steps[i].1))
            .sum();
        hours
    }

    /// Says whether the speed never changes from the free one.
    pub fn is_free(&self) -> bool {
        self.steps.iter().all(|(_, factor)| *factor == 1_000)
    }

    /// Milliseconds of a step.
    fn length(&self, i: usize) -> u64 {
        let end = self.steps.get(i + 1).map_or(MINUTES_A_WEEK, |s| s.0);
        u64::from(end - self.steps[i].0) * MS_A_MINUTE
    }

    /// Returns how many milliseconds a way takes that takes `free` on free roads, leaving at `departure`.
    ///
    /// First in, first out: leaving a millisecond later means arriving the same moment or later.
    pub fn travel_ms(&self, departure: WeekTime, free: u64) -> u64 {
        // What is still to be covered, in thousandths of a free millisecond.
        let work = free.saturating_mul(1_000);
        let mut passed = (work / self.week).saturating_mul(MS_A_WEEK);
        let mut left = work % self.week;
        let minute = (departure.0 / MS_A_MINUTE) as u32;
        let mut i = self.steps.partition_point(|s| s.0 <= minute).saturating_sub(1);
        let mut into = departure.0 - u64::from(self.steps[i].0) * MS_A_MINUTE;
        // At most once round the week: what is left is less than a week's worth.
        loop {
            let factor = u64::from(self.steps[i].1);
            let span = self.length(i) - into;
            if left <= span * factor {
                return passed.saturating_add(left.div_ceil(factor));
            }
            left -= span * factor;
            passed = passed.saturating_add(span);
            into = 0;
            i = (i + 1) % self.steps.len();
        }
    }
}

/// Reads `HH:MM` up to `24:00`, in minutes.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |t: &str| -> Option<u32> {
        (t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit()))
            .then(|| t.parse().ok())
            .flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 1_440).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(days: &[&str], from: &str, to: &str, factor: f64) -> Span {
        Span {
            days: days.iter().map(|d| (*d).to_owned()).collect(),
            from: from.to_owned(),
            to: to.to_owned(),
            factor,
        }
    }

    #[test]
    fn half_speed_takes_twice_as_long_and_a_boundary_is_felt() {
        let hours = Hours::new(&[span(&["mon"], "08:00", "09:00", 0.5)]).unwrap();
        let at = |text| WeekTime::parse(text).unwrap();
        let ten = 600_000;
        assert_eq!(hours.travel_ms(at("mon 06:00"), ten), ten);
        assert_eq!(hours.travel_ms(at("mon 08:10"), ten), 2 * ten);
        // Four minutes free, then six at half speed.
        assert_eq!(hours.travel_ms(at("mon 07:56"), ten), (4 + 12) * 60_000);
        // Five minutes' worth until nine, then free.
        assert_eq!(hours.travel_ms(at("mon 08:50"), ten), (10 + 5) * 60_000);
        assert_eq!(hours.travel_ms(at("tue 08:10"), ten), ten);
        // Over the end of the week, and for longer than a week.
        assert_eq!(hours.travel_ms(at("sun 23:55"), ten), ten);
        assert_eq!(
            hours.travel_ms(at("mon 00:00"), hours.week / 1_000 + ten),
            MS_A_WEEK + ten
        );
        assert_eq!(hours.travel_ms(at("mon 08:30"), 0), 0);
    }

    #[test]
    fn mistakes_are_told() {
        for (spans, told) in [
            (vec![span(&["mon"], "08:00", "08:00", 0.5)], "no span"),
            (vec![span(&["mon"], "8:00", "09:00", 0.5)], "no span"),
            (vec![span(&["mon"], "08:00", "24:01", 0.5)], "no span"),
            (vec![span(&["day"], "08:00", "09:00", 0.5)], "none of"),
            (vec![span(&[], "08:00", "09:00", 0.5)], "without days"),
            (vec![span(&["mon"], "08:00", "09:00", f64::NAN)], "factor"),
            (
                vec![
                    span(&["mon"], "08:00", "09:00", 0.5),
                    span(&["mon"], "08:59", "10:00", 0.6),
                ],
                "overlap",
            ),
        ] {
            let error = Hours::new(&spans).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
        for text in ["", "mon", "mon 24:00", "xyz 08:00", "mon 8:00"] {
            assert_eq!(WeekTime::parse(text), None, "{text}");
        }
    }

    fn any_hours() -> impl Strategy<Value = Hours> {
        prop::collection::btree_map(0..MINUTES_A_WEEK, 50..=2_000_u32, 0..30).prop_map(|steps| {
            let mut steps: Vec<_> = steps.into_iter().collect();
            if steps.first().is_none_or(|s| s.0 != 0) {
                steps.insert(0, (0, 1_000));
            }
            Hours::try_from(steps).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whoever_leaves_later_never_arrives_earlier(
            hours in any_hours(),
            departure in 0..2 * MS_A_WEEK,
            wait in prop_oneof![0..5_000_u64, 0..MS_A_WEEK],
            free in prop_oneof![0..20_000_u64, 0..10_000_000_u64, 0..u64::from(u32::MAX)],
        ) {
            let early = departure + hours.travel_ms(WeekTime::from_ms(departure), free);
            let later = departure + wait;
            let late = later + hours.travel_ms(WeekTime::from_ms(later), free);
            prop_assert!(late >= early);
        }

        #[test]
        fn a_longer_way_never_takes_less_and_two_halves_take_as_long_as_the_whole(
            hours in any_hours(),
            departure in 0..MS_A_WEEK,
            a in 0..50_000_000_u64,
            b in 0..50_000_000_u64,
        ) {
            let first = hours.travel_ms(WeekTime::from_ms(departure), a);
            let whole = hours.travel_ms(WeekTime::from_ms(departure), a + b);
            let second = hours.travel_ms(WeekTime::from_ms(departure + first), b);
            prop_assert!(whole >= first);
            // Each part is rounded up to a millisecond, which at a twentieth of the speed of before may weigh more.
            prop_assert!(whole <= first + second && first + second <= whole + 41);
        }
    }
}
