//! Business calendars: which days are worked, with make-up days, and what is not published yet.

use crate::{
    lang::Texts,
    read::{Document, PackError, Problem},
    source::{Confidence, Sources},
};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far a year of a calendar can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearStatus {
    /// From the official notice.
    Published,
    /// Computed without a notice: weekends and fixed-date statutory days only.
    Provisional,
    /// The file has no such year: weekends only.
    Unknown,
}

/// Which days move the last day of a period to the next one (民法典 art. 203).
///
/// Whether days off that come only from an exchange count is left to the bank's lawyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RollBasis {
    /// Every day that is no working day.
    Off,
    /// The same, without days off that come only from an exchange (调休).
    NotInLieu,
    /// The days fixed by the statute alone.
    Statutory,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Year {
    status: YearStatus,
    notice: Option<String>,
    off: BTreeSet<(i8, i8)>,
    make_up_work: BTreeSet<(i8, i8)>,
    in_lieu: BTreeSet<(i8, i8)>,
    statutory: BTreeSet<(i8, i8)>,
}

/// A business calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    id: String,
    title: Texts,
    weekend: Vec<Weekday>,
    years: BTreeMap<i16, Year>,
    statutory_source: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawWeekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<RawWeekday> for Weekday {
    fn from(raw: RawWeekday) -> Self {
        match raw {
            RawWeekday::Monday => Weekday::Monday,
            RawWeekday::Tuesday => Weekday::Tuesday,
            RawWeekday::Wednesday => Weekday::Wednesday,
            RawWeekday::Thursday => Weekday::Thursday,
            RawWeekday::Friday => Weekday::Friday,
            RawWeekday::Saturday => Weekday::Saturday,
            RawWeekday::Sunday => Weekday::Sunday,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawStatus {
    Published,
    Provisional,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawYear {
    year: i16,
    status: RawStatus,
    notice: Option<String>,
    confidence: Option<Confidence>,
    working_days: Option<u16>,
    #[serde(default)]
    off: Vec<String>,
    #[serde(default)]
    make_up_work: Vec<String>,
    #[serde(default)]
    in_lieu: Vec<String>,
    #[serde(default)]
    statutory: Vec<String>,
}

impl Calendar {
    /// Reads a calendar file; `file` is named in the errors.
    ///
    /// # Errors
    /// Every mistake of the file with line and path: days that do not exist, a make-up day on a
    /// weekday, a count of working days that does not come out, a year given twice, an unknown source.
    pub fn parse(text: &str, file: &str, sources: &Sources) -> Result<Self, Vec<PackError>> {
        let mut doc = Document::open(text, file)?;
        doc.expect_format();
        let id: Option<String> = doc.scalar("id");
        let title: Option<Texts> = doc.scalar("title");
        let weekend: Option<Vec<RawWeekday>> = doc.scalar("weekend");
        let statutory_source: Option<String> = doc.scalar("statutory_source");
        if let Some(key) = statutory_source.as_ref().filter(|key| sources.get(key).is_none()) {
            let problem = Problem::Unknown {
                what: "source (sources.toml)",
                id: key.clone(),
            };
            doc.fail("statutory_source", problem);
        }
        let weekend: Vec<Weekday> = weekend
            .unwrap_or_default()
            .into_iter()
            .map(Weekday::from)
            .collect();
        if weekend.len() > 3 {
            doc.fail(
                "weekend",
                Problem::Value("a weekend has at most three days".to_owned()),
            );
        }
        let mut years = BTreeMap::new();
        for row in doc.rows::<RawYear>("year", "year") {
            let (path, number) = (row.path, row.value.year);
            let year = read_year(&mut doc, &path, row.value, &weekend);
            if years.insert(number, year).is_some() {
                let id = number.to_string();
                doc.fail(&format!("{path}.year"), Problem::Duplicate { what: "year", id });
            }
        }
        let calendar = match (id, title, statutory_source) {
            (Some(id), Some(title), Some(statutory_source)) => Some(Calendar {
                id,
                title,
                weekend,
                years,
                statutory_source,
            }),
            _ => None,
        };
        // Whatever made `calendar` none was noted, so finish returns the mistakes.
        doc.finish(calendar)?.ok_or_else(Vec::new)
    }

    /// Returns the id that packs name it by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns its title.
    #[must_use]
    pub fn title(&self) -> &Texts {
        &self.title
    }

    /// Returns the key of the source that fixes the statutory days.
    #[must_use]
    pub fn statutory_source(&self) -> &str {
        &self.statutory_source
    }

    /// Returns the notice that published a year, with number and date.
    #[must_use]
    pub fn notice(&self, year: i16) -> Option<&str> {
        self.years.get(&year)?.notice.as_deref()
    }

    /// Says how far a year can be trusted.
    #[must_use]
    pub fn year_status(&self, year: i16) -> YearStatus {
        self.years.get(&year).map_or(YearStatus::Unknown, |y| y.status)
    }

    /// Says whether `date` is worked. In years without calendar every weekday is.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        is_worked(date, &self.weekend, self.years.get(&date.year()))
    }

    /// Says whether a period whose last day is `date` runs on to the next day.
    #[must_use]
    pub fn rolls(&self, date: Date, basis: RollBasis) -> bool {
        let day = (date.month(), date.day());
        let year = self.years.get(&date.year());
        match basis {
            RollBasis::Off => !self.is_working_day(date),
            RollBasis::NotInLieu => {
                !self.is_working_day(date) && !year.is_some_and(|y| y.in_lieu.contains(&day))
            }
            RollBasis::Statutory => year.is_some_and(|y| y.statutory.contains(&day)),
        }
    }

    /// Returns the first day from `date` on that does not roll, and whether a year that is not
    /// published was looked at on the way.
    #[must_use]
    pub fn roll(&self, date: Date, basis: RollBasis) -> (Date, bool) {
        let mut day = date;
        let mut provisional = self.year_status(day.year()) != YearStatus::Published;
        while self.rolls(day, basis) {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            provisional |= self.year_status(day.year()) != YearStatus::Published;
        }
        (day, provisional)
    }

    /// Returns the `n`-th working day after `start` (the start day is not counted), and whether a
    /// year that is not published was counted through. Kept inside the representable dates.
    #[must_use]
    pub fn add_working_days(&self, start: Date, n: u32) -> (Date, bool) {
        self.add_working_days_but(start, n, |_| false)
    }

    /// Like [`Self::add_working_days`], leaving out the days for which `left_out` is true.
    pub(crate) fn add_working_days_but(
        &self,
        start: Date,
        n: u32,
        left_out: impl Fn(Date) -> bool,
    ) -> (Date, bool) {
        let (mut day, mut left, mut provisional) = (start, n, false);
        while left > 0 {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            provisional |= self.year_status(day.year()) != YearStatus::Published;
            if self.is_working_day(day) && !left_out(day) {
                left -= 1;
            }
        }
        (day, provisional)
    }

    /// Counts the working days of a year.
    #[must_use]
    pub fn working_days(&self, year: i16) -> u16 {
        days_of(year).filter(|&d| self.is_working_day(d)).count() as u16
    }
}

fn is_worked(date: Date, weekend: &[Weekday], year: Option<&Year>) -> bool {
    let day = (date.month(), date.day());
    if year.is_some_and(|y| y.make_up_work.contains(&day)) {
        return true;
    }
    !weekend.contains(&date.weekday()) && !year.is_some_and(|y| y.off.contains(&day))
}

fn days_of(year: i16) -> impl Iterator<Item = Date> {
    Date::new(year, 1, 1).into_iter().flat_map(move |first| {
        std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(move |d| d.year() == year)
    })
}

fn read_year(doc: &mut Document<'_>, path: &str, raw: RawYear, weekend: &[Weekday]) -> Year {
    let number = raw.year;
    if !(1900..=9998).contains(&number) {
        doc.fail(
            &format!("{path}.year"),
            Problem::Value(format!("{number} is not a year of this age")),
        );
    }
    let mut days = |field: &str, list: &[String]| {
        let mut set = BTreeSet::new();
        for (i, text) in list.iter().enumerate() {
            let place = format!("{path}.{field}[{i}]");
            match month_day(number, text) {
                Some(date) if !set.insert((date.month(), date.day())) => {
                    doc.fail(
                        &place,
                        Problem::Duplicate {
                            what: "day",
                            id: text.clone(),
                        },
                    );
                }
                Some(_) => {}
                None => doc.fail(
                    &place,
                    Problem::Value(format!("{text:?} is not a day of {number}; write it like 02-28")),
                ),
            }
        }
        set
    };
    let off = days("off", &raw.off);
    let make_up_work = days("make_up_work", &raw.make_up_work);
    let in_lieu = days("in_lieu", &raw.in_lieu);
    let statutory = days("statutory", &raw.statutory);

    let mut value = |field: &str, text: String| doc.fail(&format!("{path}.{field}"), Problem::Value(text));
    let show = |(m, d): &(i8, i8)| format!("{number}-{m:02}-{d:02}");
    for day in &make_up_work {
        let is_weekend = Date::new(number, day.0, day.1).is_ok_and(|date| weekend.contains(&date.weekday()));
        if !is_weekend {
            value(
                "make_up_work",
                format!("{} is no weekend day and needs no make-up", show(day)),
            );
        }
        if off.contains(day) {
            value(
                "make_up_work",
                format!("{} is worked and off at the same time", show(day)),
            );
        }
    }
    for (field, set) in [("in_lieu", &in_lieu), ("statutory", &statutory)] {
        for day in set.difference(&off) {
            value(field, format!("{} is not among the days off", show(day)));
        }
    }
    for day in in_lieu.intersection(&statutory) {
        value(
            "in_lieu",
            format!("{} is statutory, so not off by exchange", show(day)),
        );
    }
    let status = match raw.status {
        RawStatus::Published => YearStatus::Published,
        RawStatus::Provisional => YearStatus::Provisional,
    };
    if status == YearStatus::Published {
        let notice = raw.notice.as_ref().is_some_and(|n| !n.trim().is_empty());

        if !notice || raw.confidence.is_none() || raw.working_days.is_none() {
            let text = "a published year needs notice, confidence and working_days".to_owned();
            value("status", text);
        }
    }
    let confidence = raw.confidence.map_or_else(String::new, |c| format!(" ({c})"));
    let notice = raw.notice.map(|n| n + &confidence);
    let year = Year {
        status,
        notice,
        off,
        make_up_work,
        in_lieu,
        statutory,
    };
    if let Some(stated) = raw.working_days {
        let counted = days_of(number)
            .filter(|&day| is_worked(day, weekend, Some(&year)))
            .count();
        if counted != usize::from(stated) {
            let text = format!("{stated} working days are stated, but the days given leave {counted}");
            doc.fail(&format!("{path}.working_days"), Problem::Value(text));
        }
    }
    year
}

fn month_day(year: i16, text: &str) -> Option<Date> {
    let (month, day) = text.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}
