//! The report as one HTML page that needs nothing else: no script, no outside resource.
//!
//! The page holds the whole report twice, once in each language; two radio buttons choose which half the
//! style sheet shows. So every half has its own headings, table heads and descriptions in its own language.

use crate::{
    derivation::{self, Run},
    effect::{self, Measure},
    format::share,
    gantt, map,
    report::{Bar, ClockLine, DemoReport, ScreenedLine},
    tongue::Tongue,
    words::Words,
};
use askama::Template;
use rules::Lang;

/// How many rows of a long table are shown before the rest is folded away.
const OPEN_ROWS: usize = 12;

/// Why a report could not be written as a page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The template failed.
    #[error(
        "the report page could not be written: {0}; the cases are not touched and the text report can still be \
         printed; please report this as a fault of Forecourt"
    )]
    Template(#[from] askama::Error),
}

impl DemoReport {
    /// Returns the report as one HTML file in both languages, with `first` shown when it is opened
    /// (traditional Chinese readers get simplified Chinese). The same report gives the same bytes.
    ///
    /// # Errors
    /// [`ReportError`] when the template fails.
    pub fn to_html(&self, first: Lang) -> Result<String, ReportError> {
        let first = Tongue::from(first);
        let document = Document {
            first,
            title: format!("{} · {}", bank(self, first), first.words().title),
            pages: Tongue::ALL.map(|tongue| page(self, tongue)),
        };
        Ok(document.render()?)
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Document<'a> {
    first: Tongue,
    title: String,
    pages: [Page<'a>; 2],
}

/// The report in one language.
struct Page<'a> {
    t: Tongue,
    w: &'static Words,
    bank: &'a str,
    source: &'a str,
    made_at: &'a str,
    figures: Vec<(&'a str, &'a str)>,
    case_bars: [Bars<'a>; 2],
    clocks: Vec<Part<Clock<'a>>>,
    derivation: Vec<Run>,
    totals: Option<[Total; 3]>,
    screened: Vec<Part<Screened<'a>>>,
    days: Vec<gantt::Day>,
    map: Option<map::Map>,
    unplanned: Vec<Part<Unplanned<'a>>>,
    result_bars: [Bars<'a>; 2],
    caution: &'static str,
    measures: Vec<Measure>,
}

/// Rows of a table; all but the first part are folded away under a summary.
struct Part<T> {
    summary: Option<String>,
    rows: Vec<T>,
}

/// A table whose last column is a bar.
struct Bars<'a> {
    title: &'static str,
    head: &'static str,
    total: usize,
    rows: Vec<BarRow<'a>>,
}

struct BarRow<'a> {
    name: &'a str,
    count: usize,
    share: String,
    width: String,
}

struct Clock<'a> {
    line: &'a ClockLine,
    clock: &'a str,
    state: &'a str,
    left: String,
    /// The style of the badge; the badge itself says it in words.
    urgency: &'static str,
}

struct Screened<'a> {
    line: &'a ScreenedLine,
    business: &'a str,
    reasons: Vec<&'a str>,
    answer: &'a str,
}

struct Unplanned<'a> {
    case: &'a str,
    reason: &'a str,
}

struct Total {
    name: &'static str,
    count: usize,
    share: String,
    x: String,
    width: String,
}

/// The bank's name, or what stands for it when the complaints are real.
pub(crate) fn bank(report: &DemoReport, tongue: Tongue) -> &str {
    match tongue.pick(&report.bank) {
        "" => tongue.words().real,
        name => name,
    }
}

/// The sentence that keeps people from taking generated figures for results.
pub(crate) fn caution(report: &DemoReport, tongue: Tongue) -> &'static str {
    let w = tongue.words();
    if tongue.pick(&report.bank).is_empty() {
        w.caution_real
    } else {
        w.caution_sample
    }
}

fn page(report: &DemoReport, t: Tongue) -> Page<'_> {
    let w = t.words();
    Page {
        t,
        w,
        bank: bank(report, t),
        source: &report.source,
        made_at: &report.made_at,
        figures: report
            .figures
            .iter()
            .map(|f| (t.pick(&f.name), f.value.as_str()))
            .collect(),
        case_bars: [
            bars(t, w.by_state, w.state, &report.states),
            bars(t, w.by_line, w.line, &report.lines),
        ],
        clocks: parts(t, report.clocks.iter().map(|line| clock(t, line))),
        derivation: derivation::read(t.pick(&report.derivation)),
        totals: totals(w, report.screening_totals),
        screened: parts(
            t,
            report.screened.iter().map(|line| Screened {
                line,
                business: t.pick(&line.line),
                reasons: line.reasons.iter().map(|r| t.pick(r)).collect(),
                answer: t.pick(&line.answer),
            }),
        ),
        days: gantt::draw(report, t),
        map: map::draw(report, t),
        unplanned: parts(
            t,
            report.unplanned.iter().map(|line| Unplanned {
                case: &line.case,
                reason: t.pick(&line.reason),
            }),
        ),
        result_bars: [
            bars(t, w.visit_outcomes, w.outcome, &report.visit_outcomes),
            bars(t, w.closings, w.closing, &report.closings),
        ],
        caution: caution(report, t),
        measures: effect::measures(report, t),
    }
}

fn parts<T>(t: Tongue, rows: impl Iterator<Item = T>) -> Vec<Part<T>> {
    let mut open: Vec<T> = rows.collect();
    if open.is_empty() {
        return Vec::new();
    }
    let rest = open.split_off(open.len().min(OPEN_ROWS));
    let mut parts = vec![Part {
        summary: None,
        rows: open,
    }];
    if !rest.is_empty() {
        parts.push(Part {
            summary: Some(t.rest(rest.len())),
            rows: rest,
        });
    }
    parts
}

/// The sum of the counts; saturating, since a report may be read from elsewhere.
pub(crate) fn sum(bars: &[Bar]) -> usize {
    bars.iter().fold(0, |sum, bar| sum.saturating_add(bar.count))
}

fn bars<'a>(t: Tongue, title: &'static str, head: &'static str, bars: &'a [Bar]) -> Bars<'a> {
    let total = sum(bars);
    let most = bars.iter().map(|b| b.count).max().unwrap_or_default();
    let rows = bars.iter().map(|bar| BarRow {
        name: t.pick(&bar.name),
        count: bar.count,
        share: share(bar.count, total),
        width: share(bar.count, most.max(1)),
    });
    Bars {
        title,
        head,
        total,
        rows: rows.collect(),
    }
}

fn clock(t: Tongue, line: &ClockLine) -> Clock<'_> {
    Clock {
        line,
        clock: t.pick(&line.clock),
        state: t.pick(&line.state),
        left: t.days_left(line.days_left),
        urgency: match line.days_left {
            ..0 => "over",
            0..=3 => "soon",
            _ => "calm",
        },
    }
}

/// The three ways out of the screening as parts of one bar.
fn totals(w: &'static Words, (screened, held_out, desk): (usize, usize, usize)) -> Option<[Total; 3]> {
    let all = screened.saturating_add(held_out).saturating_add(desk);
    let mut before = 0;
    (all > 0).then(|| {
        [(w.screened_in, screened), (w.held_out, held_out), (w.desk, desk)].map(|(name, count)| {
            let x = share(before, all);
            before = before.saturating_add(count);
            Total {
                name,
                count,
                share: share(count, all),
                x,
                width: share(count, all),
            }
        })
    })
}
