//! Dates and times of receipt.

use super::half_width;
use domain::Timestamp;
use jiff::{
    Timestamp as Instant,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

/// Years outside this range are taken for typing errors.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// Reads a date, or a date with a time, in the common unambiguous forms or by the map's patterns: `2024-03-05`, `2024/3/5`, `2024.3.5`, `20240305`, `2024年3月5日`, each with an
/// optional time `14:30[:15[.123]]` after a space or `T`, and `Z` or `+08:00` after it.
///
/// Day-first and month-first forms are never guessed. A date without a time is the start of that
/// day in `zone`.
pub(crate) fn read(text: &str, patterns: &[String], zone: &TimeZone) -> Result<Timestamp, String> {
    let text = half_width(text.trim());
    // A map whose own patterns start with the year may mean another order of day and month.
    if !patterns.iter().any(|p| p.starts_with("%Y"))
        && let Some(found) = common(&text)
    {
        return found?.timestamp(zone);
    }
    let mut last = String::new();
    for pattern in patterns {
        match jiff::fmt::strtime::parse(pattern, &*text) {
            Ok(broken) => {
                let date = broken
                    .to_date()
                    .map_err(|e| format!("is not a date that exists: {e}"))?;
                let time = broken.to_time().unwrap_or(Time::midnight());
                match (Civil {
                    moment: date.to_datetime(time),
                    offset: broken.offset(),
                })
                .timestamp(zone)
                {
                    Ok(at) => return Ok(at),
                    // `%Y` reads "20" as the year 20; a later pattern with `%y` reads it as 2020.
                    Err(e) => last = e,
                }
            }
            Err(e) => last = e.to_string(),
        }
    }
    if patterns.is_empty() {
        return Err("is no date such as 2024-03-05 or 2024-03-05 14:30".to_owned());
    }
    Err(format!(
        "does not fit the date pattern(s) {}: {last}",
        patterns.join(", ")
    ))
}

/// Turns a date cell of a workbook into a time.
pub(crate) fn of_moment(moment: DateTime, zone: &TimeZone) -> Result<Timestamp, String> {
    Civil { moment, offset: None }.timestamp(zone)
}

struct Civil {
    moment: DateTime,
    offset: Option<Offset>,
}

impl Civil {
    fn timestamp(self, zone: &TimeZone) -> Result<Timestamp, String> {
        if !YEARS.contains(&self.moment.year()) {
            return Err(format!(
                "lies outside the years {} to {}",
                YEARS.start(),
                YEARS.end()
            ));
        }
        let instant: Result<Instant, _> = match self.offset {
            Some(offset) => offset.to_timestamp(self.moment),
            None => zone.to_timestamp(self.moment),
        };
        instant
            .map(|i| Timestamp(i.as_microsecond()))
            .map_err(|e| e.to_string())
    }
}

/// Reads the common forms; `None` when the text is none of them.
fn common(text: &str) -> Option<Result<Civil, String>> {
    let mut rest = Rest(text);
    let year = rest.digits(4, 4)?;
    let (month, day) = if let Some(sep) = rest.one_of(&['-', '/', '.']) {
        let month = rest.digits(1, 2)?;
        rest.one_of(&[sep])?;
        (month, rest.digits(1, 2)?)
    } else if rest.one_of(&['年']).is_some() {
        let month = rest.digits(1, 2)?;
        rest.one_of(&['月'])?;
        let day = rest.digits(1, 2)?;
        rest.one_of(&['日', '号'])?;
        (month, day)
    } else {
        (rest.digits(2, 2)?, rest.digits(2, 2)?)
    };
    let mut clock = (0, 0, 0, 0);
    let mut offset = None;
    if !rest.0.is_empty() {
        rest.one_of(&['T', 't', ' ', '日'])?;
        rest.spaces();
        let hour = rest.digits(1, 2)?;
        rest.one_of(&[':'])?;
        let minute = rest.digits(2, 2)?;
        clock = (hour, minute, 0, 0);
        if rest.one_of(&[':']).is_some() {
            clock.2 = rest.digits(2, 2)?;
            if rest.one_of(&['.', ',']).is_some() {
                clock.3 = rest.fraction()?;
            }
        }
        rest.spaces();
        offset = rest.offset()?;
    }
    if !rest.0.is_empty() {
        return None;
    }
    let date = match Date::new(year as i16, month as i8, day as i8) {
        Ok(date) => date,
        Err(_) => return Some(Err("is not a date that exists".to_owned())),
    };
    let time = match Time::new(clock.0 as i8, clock.1 as i8, clock.2.min(59) as i8, clock.3) {
        Ok(time) if clock.2 <= 60 => time,
        _ => return Some(Err("has a time of day that does not exist".to_owned())),
    };
    Some(Ok(Civil {
        moment: date.to_datetime(time),
        offset,
    }))
}

/// What is left to read.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i32> {
        let n = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if n < least {
            return None;
        }
        let (head, tail) = self.0.split_at(n);
        self.0 = tail;
        head.parse().ok()
    }

    fn one_of(&mut self, signs: &[char]) -> Option<char> {
        let c = self.0.chars().next().filter(|c| signs.contains(c))?;
        self.0 = &self.0[c.len_utf8()..];
        Some(c)
    }

    fn spaces(&mut self) {
        self.0 = self.0.trim_start_matches(' ');
    }

    /// Digits after the decimal sign, as nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let n = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (head, tail) = self.0.split_at(n);
        if !(1..=9).contains(&n) {
            return None;
        }
        self.0 = tail;
        Some(head.parse::<i32>().ok()? * 10_i32.pow(9 - n as u32))
    }

    /// `Z`, `+08:00`, `+0800`, `+08`, or nothing; `None` when something else is left.
    fn offset(&mut self) -> Option<Option<Offset>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.one_of(&['Z', 'z']).is_some() {
            return Some(Some(Offset::UTC));
        }
        let sign = if self.one_of(&['+', '-'])? == '-' { -1 } else { 1 };
        let hours = self.digits(2, 2)?;
        self.one_of(&[':']);
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2, 2)? };
        if hours > 18 || minutes > 59 {
            return None;
        }
        Some(Some(
            Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shanghai(text: &str, patterns: &[&str]) -> Result<i64, String> {
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled");
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        read(text, &patterns, &zone).map(|t| t.0 / 1_000_000)
    }

    #[test]
    fn common_forms_are_read_in_the_zone_of_the_map() {
        const DAY: i64 = 1_709_568_000; // 2024-03-05 00:00 in Shanghai
        for text in [
            "2024-03-05",
            " 2024/3/5 ",
            "2024.03.05",
            "20240305",
            "2024年3月5日",
            "２０２４－０３－０５",
        ] {
            assert_eq!(shanghai(text, &[]), Ok(DAY), "{text}");
        }
        for text in [
            "2024-03-05 14:30",
            "2024-03-05T14:30:00",
            "2024-03-05T06:30:00Z",
            "2024-03-05T14:30:00.123+08:00",
            "2024-03-05 01:30:00 -0500",
            "2024年3月5日 14:30",
            "20240305 14:30:00",
        ] {
            assert_eq!(shanghai(text, &[]), Ok(DAY + 52_200), "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_and_unclear_forms_are_refused() {
        for text in [
            "2023-02-30",
            "2023-13-01",
            "2024-00-10",
            "20230229",
            "2023年2月29日",
        ] {
            assert_eq!(
                shanghai(text, &[]),
                Err("is not a date that exists".to_owned()),
                "{text}"
            );
        }
        for text in [
            "",
            "05/03/2024",
            "5.3.24",
            "2024-03",
            "2024-03-05x",
            "2024-03-05 14",
            "2024-03/05",
            "2024-03-05 14:30 CST",
        ] {
            assert!(
                shanghai(text, &[]).is_err_and(|e| e.contains("is no date such as")),
                "{text}"
            );
        }
        assert!(shanghai("2024-03-05 25:00", &[]).is_err_and(|e| e.contains("time of day")));
    }

    #[test]
    fn patterns_of_the_map_come_in_their_order() {
        assert_eq!(shanghai("05/03/2024", &["%d/%m/%Y"]), shanghai("2024-03-05", &[]));
        assert_eq!(
            shanghai("03/05/24", &["%m/%d/%Y", "%m/%d/%y"]),
            shanghai("2024-03-05", &[])
        );
        assert!(shanghai("30/02/2024", &["%d/%m/%Y"]).is_err());
        assert!(shanghai("x", &["%d/%m/%Y"]).is_err_and(|e| e.contains("%d/%m/%Y")));
        assert_eq!(shanghai("2024-05-03", &["%Y-%d-%m"]), shanghai("2024-03-05", &[]));
    }

    #[test]
    fn a_leap_second_is_the_second_before() {
        assert_eq!(
            shanghai("2016-12-31T23:59:60Z", &[]),
            shanghai("2016-12-31T23:59:59Z", &[])
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", digits in "[0-9TZ:+./ 年月日-]{0,30}") {
            for text in [text, digits] {
                let _ = shanghai(&text, &[]);
                let _ = shanghai(&text, &["%d.%m.%Y %H:%M"]);
            }
        }
    }
}
