//! What every page shows around its content, and how values are printed.

use crate::{
    assets,
    forms::{day_text, moment_text},
    lang::{self, Lang},
    request::{Asker, Person},
    state::App,
    words::{self, Words},
};
use app::{Deed, SessionView};
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{Role, Timestamp};
use rules::TimeZone;

/// The frame of a page.
pub(crate) struct Page {
    pub(crate) t: Words,
    pub(crate) lang: Lang,
    pub(crate) title: String,
    /// Which entry of the navigation is the present one.
    pub(crate) nav: &'static str,
    pub(crate) session: Option<SessionView>,
    pub(crate) path: String,
    pub(crate) bank: String,
    pub(crate) demo: bool,
    pub(crate) now: String,
    pub(crate) pack: String,
}

impl Page {
    pub(crate) fn new(app: &App, asker: &Asker, nav: &'static str, title: impl Into<String>) -> Self {
        let bank = &app.settings.bank;
        let zone = app.office.pack().zone();
        Page {
            t: Words(asker.lang),
            lang: asker.lang,
            title: title.into(),
            nav,
            session: asker.session.clone(),
            path: asker.path.clone(),
            bank: if asker.lang == Lang::En {
                bank.1.clone()
            } else {
                bank.0.clone()
            },
            demo: app.settings.demo,
            now: moment_text(app.office.now(), zone).replace('T', " "),
            pack: format!("{} {}", app.office.pack().id(), app.office.pack().version()),
        }
    }

    pub(crate) fn of(app: &App, person: &Person, nav: &'static str, title: impl Into<String>) -> Self {
        Self::new(app, &person.asker, nav, title)
    }

    pub(crate) fn code(&self) -> &'static str {
        lang::code(self.lang)
    }

    pub(crate) fn css(&self) -> &'static str {
        assets::css()
    }

    pub(crate) fn script(&self) -> &'static str {
        assets::script()
    }

    pub(crate) fn plan_script(&self) -> &'static str {
        assets::plan_script()
    }

    pub(crate) fn icon(&self, name: &str) -> String {
        assets::icon(name, "")
    }

    pub(crate) fn toned(&self, name: &str, class: &str) -> String {
        assets::icon(name, class)
    }

    pub(crate) fn csrf(&self) -> &str {
        self.session.as_ref().map_or("", |s| &s.csrf)
    }

    pub(crate) fn name(&self) -> &str {
        self.session.as_ref().map_or("", |s| &s.user.name)
    }

    /// The first character of the name, for the round mark.
    pub(crate) fn face(&self) -> String {
        self.name().chars().next().map(String::from).unwrap_or_default()
    }

    pub(crate) fn branch(&self) -> &str {
        self.session.as_ref().map_or("", |s| &s.user.branch.0)
    }

    pub(crate) fn role(&self) -> &'static str {
        self.session
            .as_ref()
            .map_or("", |s| words::role(s.viewer.actor.role, self.lang))
    }

    /// The other roles this person has: code and name.
    pub(crate) fn other_roles(&self) -> Vec<(String, &'static str)> {
        self.session.as_ref().map_or_else(Vec::new, |s| {
            let others = s.user.roles.iter().filter(|r| **r != s.viewer.actor.role);
            others
                .map(|r| (words::code_of(*r), words::role(*r, self.lang)))
                .collect()
        })
    }

    /// The other languages: code and own name.
    pub(crate) fn other_langs(&self) -> Vec<(&'static str, &'static str)> {
        [
            (Lang::ZhCn, "简体中文"),
            (Lang::ZhTw, "繁體中文"),
            (Lang::En, "English"),
        ]
        .into_iter()
        .filter(|(l, _)| *l != self.lang)
        .map(|(l, name)| (lang::code(l), name))
        .collect()
    }

    pub(crate) fn may(&self, deed: Deed) -> bool {
        self.session.as_ref().is_some_and(|s| s.viewer.may(deed))
    }

    pub(crate) fn may_take_in(&self) -> bool {
        self.may(Deed::TakeIn)
    }

    pub(crate) fn may_see_cases(&self) -> bool {
        self.may(Deed::SeeCases)
    }

    pub(crate) fn may_see_visits(&self) -> bool {
        self.may(Deed::SeeVisits)
    }

    pub(crate) fn may_see_plans(&self) -> bool {
        self.may(Deed::SeePlans)
    }

    pub(crate) fn may_see_users(&self) -> bool {
        self.may(Deed::SeeUsers)
    }
}

/// Renders a page.
pub(crate) fn html(template: &impl Template) -> Response {
    html_with(StatusCode::OK, template)
}

/// Renders a page with a status.
pub(crate) fn html_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(e) => crate::error::Failure::internal(&e).into_response(),
    }
}

/// A mark with a tone, an icon and words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chip {
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
    /// For `title` and screen readers.
    pub(crate) about: String,
}

/// Prints times for people.
#[derive(Clone)]
pub(crate) struct Show {
    pub(crate) lang: Lang,
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
}

impl Show {
    pub(crate) fn new(app: &App, lang: Lang) -> Self {
        Show {
            lang,
            zone: app.office.pack().zone().clone(),
            now: app.office.now(),
        }
    }

    pub(crate) fn day(&self, at: Timestamp) -> String {
        day_text(at, &self.zone)
    }

    pub(crate) fn moment(&self, at: Timestamp) -> String {
        moment_text(at, &self.zone).replace('T', " ")
    }

    pub(crate) fn iso(&self, at: Timestamp) -> String {
        moment_text(at, &self.zone)
    }

    pub(crate) fn clock(&self, at: Timestamp) -> String {
        moment_text(at, &self.zone).chars().skip(11).collect()
    }

    /// The day with its weekday: `11月23日 周一`, `Mon 23 Nov`.
    pub(crate) fn long_day(&self, at: Timestamp) -> String {
        let Ok(t) = jiff::Timestamp::from_microsecond(at.0) else {
            return String::new();
        };
        civil_day(t.to_zoned(self.zone.clone()).date(), self.lang)
    }

    /// Whole civil days from today to that day.
    pub(crate) fn days_to(&self, at: Timestamp) -> i64 {
        let date = |t: Timestamp| {
            jiff::Timestamp::from_microsecond(t.0).map(|t| t.to_zoned(self.zone.clone()).date())
        };
        match (date(self.now), date(at)) {
            (Ok(a), Ok(b)) => b.since(a).map_or(0, |s| i64::from(s.get_days())),
            _ => 0,
        }
    }

    /// A due date as a chip: overdue, today, soon, later.
    pub(crate) fn due(&self, due: Option<Timestamp>, open: bool) -> Chip {
        let w = |three| words::pick(three, self.lang).to_owned();
        let Some(at) = due else {
            return if open {
                Chip {
                    tone: "",
                    icon: "pause",
                    text: w(["无时限", "無時限", "no clock"]),
                    about: String::new(),
                }
            } else {
                Chip {
                    tone: "ok",
                    icon: "check",
                    text: w(["已办结", "已辦結", "done"]),
                    about: String::new(),
                }
            };
        };
        let days = self.days_to(at);
        let about = self.moment(at);
        let n = days.abs();
        let plural = if n == 1 { "day" } else { "days" };
        let in_words = |hans: String, en: String| if self.lang == Lang::En { en } else { hans };
        if at < self.now {
            let text = if n == 0 {
                w(["今日超期", "今日逾期", "overdue today"])
            } else {
                let late = if self.lang == Lang::ZhTw {
                    "逾期"
                } else {
                    "超期"
                };
                in_words(format!("{late} {n} 日"), format!("{n} {plural} overdue"))
            };
            Chip {
                tone: "bad",
                icon: "alert",
                text,
                about,
            }
        } else if days == 0 {
            Chip {
                tone: "warn",
                icon: "clock",
                text: format!("{} {}", w(["今日", "今日", "today"]), self.clock(at)),
                about,
            }
        } else {
            let tone = if days <= 2 { "warn" } else { "" };
            Chip {
                tone,
                icon: "clock",
                text: in_words(format!("剩 {n} 日"), format!("{n} {plural} left")),
                about,
            }
        }
    }

    /// Money in minor units: `CNY 1,200.50`, `1,200.50 元`.
    pub(crate) fn money(&self, minor: i64, currency: &str) -> String {
        let abs = minor.unsigned_abs();
        let whole = (abs / 100).to_string();
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        let sign = if minor < 0 { "−" } else { "" };
        let number = format!("{sign}{grouped}.{:02}", abs % 100);
        if currency == "CNY" && self.lang != Lang::En {
            format!("{number} 元")
        } else {
            format!("{currency} {number}")
        }
    }
}

/// A civil day with its weekday.
pub(crate) fn civil_day(d: jiff::civil::Date, lang: Lang) -> String {
    const HAN: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let weekday = usize::try_from(d.weekday().to_monday_zero_offset()).unwrap_or(0);
    match lang {
        Lang::ZhCn => format!("{}月{}日 周{}", d.month(), d.day(), HAN[weekday]),
        Lang::ZhTw => format!("{}月{}日 週{}", d.month(), d.day(), HAN[weekday]),
        Lang::En => d.strftime("%a %-d %b").to_string(),
    }
}

/// The name of a state in the reader's language.
pub(crate) fn state_name(code: &str, lang: Lang) -> String {
    domain::case::State::from_code(code)
        .map_or_else(|| code.to_owned(), |s| s.labels()[lang::at(lang)].to_owned())
}

/// The tone of a state's badge.
pub(crate) fn state_tone(code: &str) -> &'static str {
    match code {
        "agreed" | "executed" | "closed" => "ok",
        "declined" | "not_agreed" | "visit_failed" => "bad",
        "in_review" | "in_litigation" | "in_mediation" | "withdrawn" => "warn",
        "received" | "acknowledged" => "",
        _ => "info",
    }
}

/// The code of a role, as forms and links carry it.
pub(crate) fn role_of(code: &str) -> Option<Role> {
    words::roles().find(|r| words::code_of(*r) == code)
}
