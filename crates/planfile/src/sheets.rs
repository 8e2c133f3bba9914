//! Run sheets: one person's day on one page, to print.

use crate::words::{clock, plain};
use planner::plan::{Assignment, Route};
use planner::problem::{DayIndex, Seconds};
use planner::{Plan, Problem};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The language of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    ZhCn,
    /// Traditional Chinese.
    ZhTw,
    /// English.
    En,
}

/// The words of a paper.
pub(crate) struct Words {
    tag: &'static str,
    sheet: &'static str,
    leave: &'static str,
    pub(crate) visit: &'static str,
    arrive: &'static str,
    with: &'static str,
    way: &'static str,
    rest: &'static str,
    back: &'static str,
    overtime: &'static str,
    minutes: &'static str,
}

impl Lang {
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Lang::ZhCn => &Words {
                tag: "zh-CN",
                sheet: "上门行程单",
                leave: "从驻地出发",
                visit: "上门",
                arrive: "到达",
                with: "同行",
                way: "路程",
                rest: "休息",
                back: "返回",
                overtime: "加班",
                minutes: "分钟",
            },
            Lang::ZhTw => &Words {
                tag: "zh-TW",
                sheet: "上門行程單",
                leave: "從駐地出發",
                visit: "上門",
                arrive: "到達",
                with: "同行",
                way: "路程",
                rest: "休息",
                back: "返回",
                overtime: "加班",
                minutes: "分鐘",
            },
            Lang::En => &Words {
                tag: "en",
                sheet: "Run sheet",
                leave: "Leave the base",
                visit: "Visit",
                arrive: "arrive",
                with: "with",
                way: "way",
                rest: "Rest",
                back: "Back",
                overtime: "overtime",
                minutes: "min",
            },
        }
    }
}

/// One page.
struct Sheet {
    title: String,
    /// When, what, and what else is good to know.
    rows: Vec<[String; 3]>,
}

/// Writes each person's day on a page of its own, as text; a form feed stands between pages.
///
/// It holds nothing but ids, roles and times of the plan, and the labels of the days.
pub fn run_sheets(problem: &Problem, plan: &Plan, lang: Lang) -> String {
    let mut out = String::new();
    for sheet in sheets(problem, plan, lang) {
        if !out.is_empty() {
            out.push('\u{c}');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}\n", sheet.title);
        for [time, what, note] in sheet.rows {
            let _ = writeln!(out, "{time:<13}{what}");
            if !note.is_empty() {
                let _ = writeln!(out, "{:13}{note}", "");
            }
        }
    }
    out
}

/// Writes each person's day on a page of its own, as one HTML page without script or outside parts.
pub fn run_sheets_html(problem: &Problem, plan: &Plan, lang: Lang) -> String {
    let words = lang.words();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n\
         body {{ font: 14px/1.5 sans-serif; margin: 2em }}\n\
         section {{ break-after: page; margin-bottom: 2em }}\n\
         table {{ border-collapse: collapse; width: 100% }}\n\
         th, td {{ border-bottom: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top; overflow-wrap: anywhere }}\n\
         th {{ white-space: nowrap }}\n</style>\n",
        words.tag, words.sheet
    );
    for sheet in sheets(problem, plan, lang) {
        let _ = writeln!(out, "<section>\n<h1>{}</h1>\n<table>", html(&sheet.title));
        for row in sheet.rows {
            let [time, what, note] = row.each_ref().map(|t| html(t));
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{time}</th><td>{what}</td><td>{note}</td></tr>"
            );
        }
        out.push_str("</table>\n</section>\n");
    }
    out.push_str("</html>\n");
    out
}

fn sheets(problem: &Problem, plan: &Plan, lang: Lang) -> Vec<Sheet> {
    let labels: BTreeMap<DayIndex, &str> = problem.days.iter().map(|d| (d.index, &*d.label)).collect();
    let visits: BTreeMap<&str, &Assignment> = plan.visits.iter().map(|a| (&*a.visit, a)).collect();
    let sheet = |route: &Route| {
        let day = labels.get(&route.day).copied().unwrap_or_default();
        Sheet {
            title: plain(&format!("{} · {day} · {}", lang.words().sheet, route.staff)),
            rows: rows(route, &visits, lang),
        }
    };
    plan.routes.iter().map(sheet).collect()
}

fn rows(route: &Route, visits: &BTreeMap<&str, &Assignment>, lang: Lang) -> Vec<[String; 3]> {
    let words = lang.words();
    let minutes = |time: Seconds| format!("{} {}", time.saturating_add(59).div_euclid(60), words.minutes);
    let way = |from: Seconds, to: Seconds, metres: i64| {
        let km = metres as f64 / 1000.0;
        format!("{} {}, {km:.1} km", words.way, minutes(to.saturating_sub(from)))
    };
    let mut rows = Vec::new();
    if let Some(first) = route.stops.first() {
        let depart = first.leg.depart;
        rows.push((depart, [clock(depart), words.leave.to_owned(), String::new()]));
    }
    for stop in &route.stops {
        let done = visits.get(&*stop.visit);
        let mine = done
            .and_then(|a| a.crew.iter().find(|m| m.staff == route.staff))
            .and_then(|m| m.role.as_deref())
            .map_or_else(String::new, |role| format!(" ({role})"));
        let mut notes = vec![
            format!("{} {}", words.arrive, clock(stop.leg.arrive)),
            way(stop.leg.depart, stop.leg.arrive, stop.leg.metres),
        ];
        let others = done.map_or_else(Vec::new, |a| crew(a, Some(&route.staff)));
        if !others.is_empty() {
            notes.push(format!("{} {}", words.with, others.join(", ")));
        }
        rows.push((
            stop.start,
            [
                format!("{}–{}", clock(stop.start), clock(stop.end)),
                plain(&format!("{} {}{mine}", words.visit, stop.visit)),
                plain(&notes.join("; ")),
            ],
        ));
    }
    if let Some(rest) = route.rest {
        let time = format!("{}–{}", clock(rest.start), clock(rest.end));
        rows.push((rest.start, [time, words.rest.to_owned(), String::new()]));
    }
    let home = route.home;
    let mut note = way(home.depart, home.arrive, home.metres);
    if route.overtime_seconds > 0 {
        let _ = write!(note, "; {} {}", words.overtime, minutes(route.overtime_seconds));
    }
    rows.push((home.arrive, [clock(home.arrive), words.back.to_owned(), note]));
    rows.sort_by_key(|(time, _)| *time);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Names a crew with their roles, without `but`.
pub(crate) fn crew(of: &Assignment, but: Option<&str>) -> Vec<String> {
    let others = of.crew.iter().filter(|m| Some(&*m.staff) != but);
    others
        .map(|m| match &m.role {
            Some(role) => format!("{} ({role})", m.staff),
            None => m.staff.clone(),
        })
        .collect()
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
