//! The roster: from where, when and with what people go on visits.

use crate::{
    error::Failure,
    forms::{Fields, Mistake},
    page::{Page, html, html_with},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::{
    Deed, Reach, User,
    planning::{Absence, RosterEntry, RosterFault, WeekShift, degrees},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::StaffId;
use jiff::civil::Date;
use std::{collections::HashMap, sync::Arc};

struct Line {
    path: String,
    name: String,
    roles: String,
    branch: String,
    /// Days and hours of the week; empty: not on the roster.
    works: String,
    languages: String,
    most: String,
}

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    page: Page,
    lines: Vec<Line>,
    saved: bool,
}

struct DayFields {
    no: u8,
    name: &'static str,
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "roster_one.html")]
struct OnePage {
    page: Page,
    path: String,
    name: String,
    about: String,
    base: String,
    days: Vec<DayFields>,
    skills: String,
    languages: String,
    woman: bool,
    absences: String,
    most: String,
    until: String,
    mistakes: Vec<(String, &'static str, String)>,
}

impl OnePage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> &str {
        let found = self.mistakes.iter().find(|(f, ..)| f == field);
        found.map_or("", |(_, _, text)| text)
    }
}

const WEEK: [words::Three; 7] = [
    ["周一", "週一", "Mon"],
    ["周二", "週二", "Tue"],
    ["周三", "週三", "Wed"],
    ["周四", "週四", "Thu"],
    ["周五", "週五", "Fri"],
    ["周六", "週六", "Sat"],
    ["周日", "週日", "Sun"],
];

fn encoded(id: &StaffId) -> String {
    form_urlencoded::byte_serialize(id.0.as_bytes()).collect()
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn minutes(text: &str) -> Option<u16> {
    let (h, m) = text.split_once(':')?;
    let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    (h <= 24 && m < 60).then_some(h * 60 + m)
}

/// The users whose entry this person may change: those who go on visits.
fn reachable(app: &App, person: &Person) -> Vec<Arc<User>> {
    let viewer = person.viewer();
    let mut users = app.directory.users();
    users.retain(|u| !u.disabled && u.roles.iter().any(|r| r.goes_on_visits()));
    if viewer.reach(Deed::EditRoster) != Reach::All {
        users.retain(|u| u.branch == viewer.branch);
    }
    users
}

fn role_names(user: &User, lang: crate::lang::Lang) -> String {
    let goes = user.roles.iter().filter(|r| r.goes_on_visits());
    let names: Vec<&str> = goes.map(|r| words::role(*r, lang)).collect();
    names.join(words::pick(["、", "、", ", "], lang))
}

/// The week in short: `周一–周五 09:00–18:00` where all days are alike, else each day.
fn week(shifts: &[WeekShift], lang: crate::lang::Lang) -> String {
    let short = |w: u8| {
        let name = WEEK.get(usize::from(w).wrapping_sub(1));
        name.map_or("", |t| words::pick(*t, lang))
    };
    let mut parts: Vec<(u8, u8, u16, u16)> = Vec::new();
    let mut sorted = shifts.to_vec();
    sorted.sort_by_key(|s| s.weekday);
    for s in sorted {
        match parts.last_mut() {
            Some((_, last, from, to)) if *last + 1 == s.weekday && (*from, *to) == (s.from, s.to) => {
                *last = s.weekday;
            }
            _ => parts.push((s.weekday, s.weekday, s.from, s.to)),
        }
    }
    let text = |(first, last, from, to): &(u8, u8, u16, u16)| {
        let days = if first == last {
            short(*first).to_owned()
        } else {
            format!("{}–{}", short(*first), short(*last))
        };
        format!("{days} {}–{}", clock(*from), clock(*to))
    };
    parts
        .iter()
        .map(text)
        .collect::<Vec<_>>()
        .join(words::pick(["，", "，", ", "], lang))
}

pub(crate) async fn page(State(app): State<Shared>, person: Person) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditRoster)?;
    app.work(move |app| {
        let (t, lang) = (Words(person.lang()), person.lang());
        let entries: HashMap<StaffId, RosterEntry> = app
            .office
            .roster()?
            .into_iter()
            .map(|e| (e.staff.clone(), e))
            .collect();
        let lines = reachable(app, &person)
            .iter()
            .map(|u| {
                let entry = entries.get(&u.id);
                Line {
                    path: encoded(&u.id),
                    name: u.name.clone(),
                    roles: role_names(u, lang),
                    branch: u.branch.0.clone(),
                    works: entry.map_or_else(String::new, |e| week(&e.shifts, lang)),
                    languages: entry.map_or_else(String::new, |e| e.languages.join(", ")),
                    most: entry
                        .and_then(|e| e.most_visits)
                        .map_or_else(|| "–".to_owned(), |n| n.to_string()),
                }
            })
            .collect();
        Ok(html(&RosterPage {
            page: Page::of(app, &person, "plan", t.roster()),
            lines,
            saved: person.query().get("done") == "saved",
        }))
    })
    .await
}

/// What an empty form begins with: the base and the hours of somebody of the same branch.
fn usual(app: &App, user: &User) -> Result<RosterEntry, Failure> {
    let near = |e: &RosterEntry| {
        app.directory
            .user(&e.staff)
            .is_some_and(|u| u.branch == user.branch)
    };
    let like = app.office.roster()?.into_iter().find(near);
    Ok(RosterEntry {
        staff: user.id.clone(),
        // Nowhere: the form then asks for it.
        base: like.as_ref().map_or((f64::NAN, f64::NAN), |e| e.base),
        shifts: like.map_or_else(Vec::new, |e| e.shifts),
        skills: Vec::new(),
        languages: Vec::new(),
        woman: false,
        absences: Vec::new(),
        most_visits: None,
        certified_until: None,
    })
}

fn show(
    app: &App,
    person: &Person,
    user: &User,
    entry: &RosterEntry,
    fields: Option<&Fields>,
    mistakes: &[Mistake],
) -> Response {
    let (t, lang) = (Words(person.lang()), person.lang());
    let given = |name: &str, own: String| fields.map_or(own, |f| f.get(name).to_owned());
    let days = (1u8..=7)
        .zip(WEEK)
        .map(|(no, name)| {
            let shift = entry.shifts.iter().find(|s| s.weekday == no);
            DayFields {
                no,
                name: words::pick(name, lang),
                from: given(
                    &format!("from.{no}"),
                    shift.map_or_else(String::new, |s| clock(s.from)),
                ),
                to: given(
                    &format!("to.{no}"),
                    shift.map_or_else(String::new, |s| clock(s.to)),
                ),
            }
        })
        .collect();
    let absences: Vec<String> = entry
        .absences
        .iter()
        .map(|a| format!("{} {}", a.from, a.to))
        .collect();
    let base = if entry.base.0.is_nan() {
        String::new()
    } else {
        format!("{},{}", entry.base.0, entry.base.1)
    };
    let label = |field: &str| match field {
        "base" => t.base_place(),
        "shifts" => t.shifts(),
        "skills" => t.skills(),
        "languages" => t.languages(),
        "absences" => t.absences(),
        "most_visits" => t.most_visits(),
        _ => t.certified_until(),
    };
    let status = if mistakes.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &OnePage {
            page: Page::of(app, person, "plan", format!("{} · {}", user.name, t.roster())),
            path: encoded(&user.id),
            name: user.name.clone(),
            about: format!("{} · {} · {}", user.id, role_names(user, lang), user.branch),
            base: given("base", base),
            days,
            skills: given("skills", entry.skills.join(", ")),
            languages: given("languages", entry.languages.join(", ")),
            woman: fields.map_or(entry.woman, |f| f.get("woman") == "yes"),
            absences: given("absences", absences.join("\n")),
            most: given(
                "most_visits",
                entry.most_visits.map_or_else(String::new, |n| n.to_string()),
            ),
            until: given(
                "certified_until",
                entry.certified_until.map_or_else(String::new, |d| d.to_string()),
            ),
            mistakes: mistakes
                .iter()
                .map(|m| (m.field.clone(), label(&m.field), m.text.clone()))
                .collect(),
        },
    )
}

fn find(app: &App, person: &Person, id: &str) -> Result<Arc<User>, Failure> {
    let users = reachable(app, person);
    users.into_iter().find(|u| u.id.0 == id).ok_or(Failure::NotFound)
}

pub(crate) async fn one(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditRoster)?;
    app.work(move |app| {
        let user = find(app, &person, &id)?;
        let entry = match app.office.roster_entry(&user.id)? {
            Some(entry) => entry,
            None => usual(app, &user)?,
        };
        Ok(show(app, &person, &user, &entry, None, &[]))
    })
    .await
}

fn listed(text: &str) -> Vec<String> {
    text.split([',', '，', '、'])
        .map(|w| w.trim().to_owned())
        .filter(|w| !w.is_empty())
        .collect()
}

/// Reads the form; what cannot be read at all becomes a value that is no good, so that its mistake is told.
fn read(id: &StaffId, fields: &Fields) -> (RosterEntry, Vec<(&'static str, RosterFault)>) {
    let mut wrong = Vec::new();
    let date = |text: &str| Date::strptime("%Y-%m-%d", text).ok();
    let mut shifts = Vec::new();
    for no in 1..=7u8 {
        let (from, to) = (format!("from.{no}"), format!("to.{no}"));
        match (fields.get(&from), fields.get(&to)) {
            ("", "") => {}
            (from, to) => match minutes(from).zip(minutes(to)) {
                Some((from, to)) => shifts.push(WeekShift {
                    weekday: no,
                    from,
                    to,
                }),
                None => wrong.push(("shifts", RosterFault::BadShift)),
            },
        }
    }
    let mut absences = Vec::new();
    for line in fields
        .get("absences")
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(100)
    {
        let mut days = line
            .split(|c: char| !(c.is_ascii_digit() || c == '-'))
            .filter(|d| d.len() > 1);
        let (from, to) = (days.next(), days.next());
        match (from.and_then(date), to.map(date)) {
            (Some(from), None) => absences.push(Absence { from, to: from }),
            (Some(from), Some(Some(to))) => absences.push(Absence { from, to }),
            _ => wrong.push(("absences", RosterFault::BadAbsence)),
        }
    }
    let most = match fields.get("most_visits") {
        "" => None,
        text => Some(text.parse().unwrap_or(0)),
    };
    let until = match fields.get("certified_until") {
        "" => None,
        text => {
            let found = date(text);
            if found.is_none() {
                wrong.push(("certified_until", RosterFault::BadAbsence));
            }
            found
        }
    };
    let entry = RosterEntry {
        staff: id.clone(),
        base: degrees(fields.get("base")).unwrap_or((f64::NAN, f64::NAN)),
        shifts,
        skills: listed(fields.get("skills")),
        languages: listed(fields.get("languages")),
        woman: fields.get("woman") == "yes",
        absences,
        most_visits: most,
        certified_until: until,
    };
    (entry, wrong)
}

pub(crate) async fn save(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::EditRoster)?;
    app.work(move |app| {
        let user = find(app, &person, &id)?;
        let (entry, mut wrong) = read(&user.id, &fields);
        for mistake in entry.mistakes() {
            if !wrong.contains(&mistake) {
                wrong.push(mistake);
            }
        }
        wrong.dedup();
        if wrong.is_empty() {
            app.office.set_roster(&[entry], person.actor())?;
            return Ok(Redirect::to("/roster?done=saved").into_response());
        }
        let mistakes: Vec<Mistake> = wrong
            .iter()
            .map(|(field, fault)| Mistake {
                field: (*field).to_owned(),
                text: words::roster_fault(*fault, person.lang()).to_owned(),
            })
            .collect();
        Ok(show(app, &person, &user, &entry, Some(&fields), &mistakes))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn the_form_is_read_and_what_cannot_be_is_named() {
        let fields = |pairs: &[(&str, &str)]| {
            Fields(
                pairs
                    .iter()
                    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                    .collect(),
            )
        };
        let good = fields(&[
            ("base", "29.3,124.1"),
            ("from.1", "09:00"),
            ("to.1", "18:00"),
            ("languages", "zh，en"),
            ("absences", "2026-12-01 2026-12-05\n2026-12-24"),
            ("woman", "yes"),
        ]);
        let (entry, wrong) = read(&StaffId::from("x"), &good);
        assert!(wrong.is_empty() && entry.mistakes().is_empty(), "{wrong:?}");
        assert_eq!(
            (entry.languages.len(), entry.absences.len(), entry.woman),
            (2, 2, true)
        );
        let bad = fields(&[
            ("base", "here"),
            ("from.2", "9"),
            ("to.2", "18:00"),
            ("absences", "soon"),
            ("certified_until", "2026-02-30"),
        ]);
        let (entry, wrong) = read(&StaffId::from("x"), &bad);
        let fields: Vec<&str> = wrong.iter().map(|(f, _)| *f).collect();
        assert_eq!(fields, ["shifts", "absences", "certified_until"]);
        assert_eq!(entry.mistakes()[0].0, "base");
    }

    #[test]
    fn a_week_is_told_in_short() {
        let shift = |weekday, from, to| WeekShift { weekday, from, to };
        let usual: Vec<WeekShift> = (1..=5).map(|d| shift(d, 540, 1080)).collect();
        assert_eq!(week(&usual, Lang::En), "Mon–Fri 09:00–18:00");
        let odd = [shift(6, 540, 720), shift(1, 540, 1080)];
        assert_eq!(week(&odd, Lang::ZhCn), "周一 09:00–18:00，周六 09:00–12:00");
    }
}
