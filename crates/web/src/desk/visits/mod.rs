//! The visits of a day: list, chart, map, and who waits for an appointment.

mod chart;
pub(in crate::desk) mod map;

use super::{
    rows::Row,
    visit_rows::{self, VisitRow},
};
use crate::{
    error::Failure,
    page::{Chip, Page, Show, civil_day, html},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, OfficeError};
use askama::Template;
use axum::{extract::State, response::Response};
use chart::{Chart, Span};
use domain::{
    Timestamp,
    case::{Case, ConsentScope, State as S, VisitOutcome},
};
use jiff::{ToSpan as _, civil::Date};
use store::{CaseQuery, Sort};

/// Most visits whose cases are opened for the map; each is a recorded reading.
const MOST: usize = 80;
/// Most cases shown that wait for an appointment.
const WAITING: usize = 10;

struct DayLink {
    date: String,
    weekday: String,
    number: i8,
    visits: usize,
    here: bool,
    off: bool,
}

struct Line {
    no: usize,
    row: VisitRow,
    crew: usize,
    about: String,
    status: Chip,
    /// Place on the map.
    spot: Option<(String, String)>,
    /// Degrees to three places (about a hundred metres).
    position: String,
}

struct Block {
    x: String,
    y: usize,
    width: String,
    tone: usize,
    text: String,
    title: String,
}

struct Leg {
    from: (String, String),
    to: (String, String),
}

#[derive(Template)]
#[template(path = "visits.html")]
struct Visits {
    page: Page,
    day: String,
    long: String,
    week: String,
    before: String,
    after: String,
    week_before: String,
    week_after: String,
    days: Vec<DayLink>,
    lines: Vec<Line>,
    /// Letter, colour and names of each crew.
    crews: Vec<(String, usize, String)>,
    people: Vec<(String, &'static str)>,
    chart: Chart,
    blocks: Vec<Block>,
    now: Option<String>,
    legs: Vec<Leg>,
    scale: (String, String),
    unknown: usize,
    left: usize,
    waiting: Vec<Row>,
}

/// Reads a day of an address: of this age, so that calendars need not be asked about others.
fn day_of(text: &str) -> Option<Date> {
    let date = Date::strptime("%Y-%m-%d", text).ok()?;
    (2000..2200).contains(&date.year()).then_some(date)
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeeVisits)?;
    app.work(move |app| {
        let show = Show::new(app, person.lang());
        let day = match person.query().get("day") {
            "" => day_of(&show.day(show.now)),
            text => day_of(text),
        };
        let day = day.ok_or_else(|| Failure::Bad(String::new()))?;
        render(app, &person, &show, day)
    })
    .await
}

fn week(app: &App, person: &Person, day: Date) -> Result<Vec<DayLink>, Failure> {
    let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
    let calendar = app.office.pack().calendar();
    (0..7)
        .map(|n| {
            let date = monday.saturating_add(i64::from(n).days());
            let named = civil_day(date, person.lang());
            let weekday = if person.lang() == crate::lang::Lang::En {
                named.split(' ').next().unwrap_or("").to_owned()
            } else {
                named.split(' ').nth(1).unwrap_or("").to_owned()
            };
            Ok(DayLink {
                date: date.to_string(),
                weekday,
                number: date.day(),
                visits: visit_rows::seen(app, person, &date.to_string())?.len(),
                here: date == day,
                off: !calendar.is_working_day(date),
            })
        })
        .collect()
}

/// The place of the visit as the case knows it: the appointment's, once it is over that of the consent.
fn place_of(case: &Case) -> Option<(f64, f64)> {
    let facts = &case.facts;
    let appointed = facts.appointment.as_ref().map(domain::case::Appointment::place);
    let consented = || {
        let mut visiting = facts
            .consents
            .iter()
            .rev()
            .filter(|c| c.scope == ConsentScope::Visiting);
        visiting.find_map(|c| c.place.as_ref())
    };
    app::planning::degrees(appointed.or_else(consented)?.point.text()?)
}

/// How a visit stands: reported, announced, or still to be announced.
fn status(row: &VisitRow, case: Option<&Case>, t: Words, show: &Show) -> Chip {
    let chip = |tone, icon, text: String| Chip {
        tone,
        icon,
        text,
        about: String::new(),
    };
    match (row.line.outcome, case) {
        (Some(VisitOutcome::Held), _) => chip("ok", "check", row.outcome.clone()),
        (Some(_), _) => chip("warn", "info", row.outcome.clone()),
        (None, Some(case)) => match &case.facts.notice {
            Some(n) => chip(
                "ok",
                "mail",
                format!("{} {}", t.notified(), &show.day(n.sent_at)[5..]),
            ),
            None => chip("warn", "mail", t.notice_missing().to_owned()),
        },
        (None, None) => chip("", "calendar", t.planned().to_owned()),
    }
}

/// What the crew should know: language, and what was consented to.
fn about(case: &Case, show: &Show) -> String {
    let scopes = [ConsentScope::Entering, ConsentScope::Recording]
        .into_iter()
        .filter(|s| case.live_consent(*s).is_some())
        .map(|s| words::option("scope", &words::code_of(s), show.lang));
    let language = words::option("language", &case.facts.complainant.language, show.lang);
    std::iter::once(language)
        .filter(|l| !l.is_empty())
        .chain(scopes)
        .collect::<Vec<_>>()
        .join(" · ")
}

fn minute(show: &Show, at: Timestamp) -> i32 {
    let text = show.clock(at);
    let (h, m) = text.split_once(':').unwrap_or(("0", "0"));
    h.parse::<i32>().unwrap_or(0) * 60 + m.parse::<i32>().unwrap_or(0)
}

/// The visits with their places on the map, and the map's scale: its words and where it ends.
fn lines(
    app: &App,
    person: &Person,
    show: &Show,
    rows: Vec<VisitRow>,
) -> Result<(Vec<Line>, (String, String)), Failure> {
    let t = Words(person.lang());
    let mut crews: Vec<Vec<String>> = Vec::new();
    let mut lines = Vec::with_capacity(rows.len());
    let mut points = Vec::new();
    for (n, row) in rows.into_iter().enumerate() {
        let dossier = if n < MOST {
            let opened =
                app.office
                    .open_case_for(row.line.case, person.viewer(), Deed::SeeVisits, "visit map");
            match opened {
                Ok(dossier) => Some(dossier),
                Err(OfficeError::NoSuchCase(_)) => None,
                Err(e) => return Err(e.into()),
            }
        } else {
            None
        };
        let case = dossier.as_ref().map(|d| &d.case);
        let mut names = row.crew.clone();
        names.sort();
        let crew = crews.iter().position(|c| *c == names).unwrap_or_else(|| {
            crews.push(names);
            crews.len() - 1
        });
        let at = case.and_then(place_of);
        points.extend(at.map(|at| (n, at)));
        lines.push(Line {
            no: n + 1,
            crew,
            about: case.map_or_else(String::new, |c| about(c, show)),
            status: status(&row, case, t, show),
            spot: None,
            position: at.map_or_else(String::new, |(lat, lon)| format!("{lat:.3}, {lon:.3}")),
            row,
        });
    }
    let places: Vec<_> = points.iter().map(|(_, at)| *at).collect();
    let plot = map::plot(&places);
    for ((n, _), (x, y)) in points.iter().zip(&plot.spots) {
        lines[*n].spot = Some((format!("{x:.1}"), format!("{y:.1}")));
    }
    let unit = words::pick(["公里", "公里", "km"], show.lang);
    let scale = (
        format!("{} {unit}", plot.scale_km),
        format!("{:.1}", 18.0 + plot.scale),
    );
    Ok((lines, scale))
}

/// The ways of each crew from visit to visit.
fn legs(lines: &[Line]) -> Vec<Leg> {
    let mut last: Vec<Option<(String, String)>> = Vec::new();
    let mut legs = Vec::new();
    for line in lines {
        let Some(spot) = line.spot.clone() else { continue };
        last.resize(last.len().max(line.crew + 1), None);
        if let Some(from) = last[line.crew].replace(spot.clone()) {
            legs.push(Leg { from, to: spot });
        }
    }
    legs
}

fn render(app: &App, person: &Person, show: &Show, day: Date) -> Result<Response, Failure> {
    let t = Words(person.lang());
    let rows = visit_rows::of_day(app, person, show, &day.to_string())?;
    let left = rows.len().saturating_sub(MOST);
    let (lines, scale) = lines(app, person, show, rows)?;
    let mut people: Vec<(String, String, &'static str)> = Vec::new();
    let mut spans = Vec::new();
    let mut of = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        for m in &line.row.line.crew {
            let row = people.iter().position(|(id, ..)| *id == m.staff.0);
            let row = row.unwrap_or_else(|| {
                people.push((
                    m.staff.0.clone(),
                    app.directory.name_of(&m.staff.0),
                    words::role(m.role, show.lang),
                ));
                people.len() - 1
            });
            spans.push(Span {
                row,
                from: minute(show, line.row.line.window.from),
                to: minute(show, line.row.line.window.to),
            });
            of.push(n);
        }
    }
    let chart = Chart::new(people.len(), &spans);
    let blocks = chart
        .blocks
        .iter()
        .zip(&of)
        .map(|((x, y, width), n)| {
            let line = &lines[*n];
            Block {
                x: x.clone(),
                y: *y,
                width: width.clone(),
                tone: line.crew % 6 + 1,
                text: format!("{} {}", line.no, line.row.customer),
                title: format!(
                    "{} {} {}–{} {}",
                    line.no, line.row.customer, line.row.from, line.row.to, line.row.place
                ),
            }
        })
        .collect();
    let mut crews: Vec<(String, usize, String)> = Vec::new();
    for line in &lines {
        if line.crew == crews.len() {
            crews.push((
                letters::crew_letter(line.crew),
                line.crew % 6 + 1,
                line.row.crew.join(words::pick(["、", "、", ", "], show.lang)),
            ));
        }
    }
    let mut waiting = CaseQuery {
        state: Some(S::Consented.code().to_owned()),
        sort: Sort::DueAsc,
        limit: WAITING,
        ..CaseQuery::default()
    };
    let waiting = match person.viewer().narrow(Deed::SeeVisits, &mut waiting) {
        Ok(()) => app.office.store().cases(&waiting)?.rows,
        Err(_) => Vec::new(),
    };
    let today = day_of(&show.day(show.now));
    let days = week(app, person, day)?;
    let link = |n: i64| day.saturating_add(n.days()).to_string();
    Ok(html(&Visits {
        long: if show.lang == crate::lang::Lang::En {
            format!("{} {}", civil_day(day, show.lang), day.year())
        } else {
            format!("{}年{}", day.year(), civil_day(day, show.lang))
        },
        week: match (days.first(), days.last()) {
            (Some(a), Some(b)) => format!("{} – {}", a.date, &b.date[5..]),
            _ => String::new(),
        },
        before: link(-1),
        after: link(1),
        week_before: link(-7),
        week_after: link(7),
        days,
        crews,
        people: people.into_iter().map(|(_, name, role)| (name, role)).collect(),
        now: (today == Some(day))
            .then(|| chart.at(minute(show, show.now)))
            .flatten(),
        chart,
        blocks,
        legs: legs(&lines),
        scale,
        unknown: lines.iter().filter(|l| l.spot.is_none()).count(),
        left,
        lines,
        waiting: waiting.iter().map(|r| Row::of(app, r, show)).collect(),
        page: Page::of(app, person, "visits", format!("{} {day}", t.visits())),
        day: day.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_this_age_are_read() {
        assert_eq!(
            day_of("2026-11-23").map(|d| d.to_string()).as_deref(),
            Some("2026-11-23")
        );
        for bad in [
            "",
            "2026-02-30",
            "1999-12-31",
            "2200-01-01",
            "2026-11-23T10:00",
            "x",
        ] {
            assert_eq!(day_of(bad), None, "{bad}");
        }
    }
}
