//! The report as text for a terminal: compact, in columns, long lists cut.

use crate::{
    columns::{bar, cells, cut, left, right, widest, wrap},
    derivation, effect,
    format::{clock, percent, share, short},
    gantt, page,
    report::{Bar, DemoReport, StaffDay},
    tongue::Tongue,
    words::Words,
};
use rules::Lang;

/// How many rows of a list are printed.
const ROWS: usize = 10;
/// The narrowest and the widest line: below, columns would be cut to nothing; above, eyes lose the line.
const WIDTHS: (usize, usize) = (60, 120);
const GAP: &str = "  ";

impl DemoReport {
    /// Returns the report for a terminal `width` cells wide (60 to 120 are used), in simplified Chinese or
    /// English. Long lists end after ten rows with the number of the others. Control characters in the data
    /// are left out.
    #[must_use]
    pub fn to_text(&self, lang: Lang, width: usize) -> String {
        let t = Tongue::from(lang);
        let mut out = Out {
            t,
            w: t.words(),
            width: width.clamp(WIDTHS.0, WIDTHS.1),
            text: String::new(),
        };
        out.title(self);
        out.figures(self);
        out.bars(out.w.by_state, &self.states);
        out.bars(out.w.by_line, &self.lines);
        out.clocks(self);
        out.derivation(self);
        out.screening(self);
        out.plan(self);
        out.unplanned(self);
        out.bars(out.w.visit_outcomes, &self.visit_outcomes);
        out.bars(out.w.closings, &self.closings);
        out.effect(self);
        out.text
    }
}

struct Out {
    t: Tongue,
    w: &'static Words,
    width: usize,
    text: String,
}

impl Out {
    fn line(&mut self, line: &str) {
        self.text.push_str(cut(line, self.width).trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let rule = "─".repeat(self.width.saturating_sub(cells(heading) + 1));
        self.line("");
        self.line(&format!("{heading} {rule}"));
    }

    fn paragraph(&mut self, text: &str, indent: usize) {
        for line in wrap(text, self.width.saturating_sub(indent)) {
            self.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }

    fn more(&mut self, all: usize) {
        if all > ROWS {
            let more = self.t.more(all - ROWS);
            self.line(&format!("{GAP}{more}"));
        }
    }

    fn title(&mut self, report: &DemoReport) {
        let (w, colon) = (self.w, self.t.colon());
        let bank = page::bank(report, self.t);
        self.line(&cut(&format!("{} · {bank} · {}", w.brand, w.title), self.width));
        let source = format!("{}{colon}{}", w.source, report.source);
        let made = format!("{}{colon}{}", w.made, report.made_at);
        self.line(&cut(&format!("{source}  {made}"), self.width));
    }

    fn figures(&mut self, report: &DemoReport) {
        self.heading(self.w.overview);
        if report.figures.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.nothing));
        }
        let names: Vec<&str> = report.figures.iter().map(|f| self.t.pick(&f.name)).collect();
        let name = widest(names.iter().copied(), self.width / 2 - 8);
        let value = widest(report.figures.iter().map(|f| f.value.as_str()), self.width / 3);
        let cell = GAP.len() + name + GAP.len() + value + 4;
        let across = (self.width / cell).clamp(1, 3);
        let down = report.figures.len().div_ceil(across);
        for row in 0..down {
            let mut line = String::new();
            for at in (row..report.figures.len()).step_by(down) {
                let figure = right(&report.figures[at].value, value);
                line.push_str(&format!("{GAP}{}{GAP}{figure}    ", left(names[at], name)));
            }
            self.line(&line);
        }
    }

    fn bars(&mut self, heading: &str, bars: &[Bar]) {
        self.heading(heading);
        if bars.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.nothing));
        }
        let rows: Vec<_> = bars.iter().map(|b| (self.t.pick(&b.name), b.count)).collect();
        self.counts(&rows);
    }

    /// Names, counts, shares and bars.
    fn counts(&mut self, rows: &[(&str, usize)]) {
        let total = rows.iter().fold(0usize, |sum, row| sum.saturating_add(row.1));
        let most = rows.iter().map(|row| row.1).max().unwrap_or_default();
        let name = widest(rows.iter().map(|row| row.0), self.width / 3);
        let room = (self.width - name - 22).min(40);
        for (named, count) in rows {
            let part = percent(*count, most).unwrap_or_default() / 100.0;
            let numbers = format!("{count:>6}{:>8}", share(*count, total));
            self.line(&format!(
                "{GAP}{}{numbers}{GAP}{}",
                left(named, name),
                bar(part, room)
            ));
        }
    }

    fn clocks(&mut self, report: &DemoReport) {
        self.heading(self.w.clocks_due);
        if report.clocks.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.no_clocks));
        }
        let shown = || report.clocks.iter().take(ROWS);
        let lefts: Vec<String> = shown().map(|c| self.t.days_left(c.days_left)).collect();
        let case = widest(shown().map(|c| c.case.as_str()), 20);
        let due = widest(shown().map(|c| c.due.as_str()), 16);
        let remains = widest(lefts.iter().map(String::as_str), 18);
        let rest = self.width.saturating_sub(case + due + remains + 4 * GAP.len());
        for (line, remaining) in shown().zip(&lefts) {
            // The notes come first, so that they are not cut off on a narrow terminal.
            let notes = [
                (line.extended, self.w.extended),
                (line.provisional, self.w.provisional),
            ];
            let notes = notes.into_iter().filter(|note| note.0);
            let mut what: String = notes.map(|note| format!("[{}] ", note.1)).collect();
            what.push_str(self.t.pick(&line.clock));
            let remaining = right(remaining, remains);
            let sign = if line.days_left < 0 { "! " } else { GAP };
            let (number, date) = (left(&line.case, case), left(&line.due, due));
            self.line(&format!(
                "{sign}{number}{GAP}{date}{GAP}{remaining}{GAP}{}",
                cut(&what, rest)
            ));
        }
        self.more(report.clocks.len());
    }

    fn derivation(&mut self, report: &DemoReport) {
        self.heading(self.w.derivation);
        let runs = derivation::read(self.t.pick(&report.derivation));
        if runs.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.no_derivation));
        }
        for run in runs {
            self.paragraph(&run.heading, GAP.len());
            for (i, step) in run.steps.iter().enumerate() {
                let lines = wrap(&step.text, self.width - 6);
                for (j, line) in lines.iter().enumerate() {
                    let number = if j == 0 {
                        format!("{}.", i + 1)
                    } else {
                        String::new()
                    };
                    self.line(&format!("{number:>5} {line}"));
                }
            }
        }
        self.line(&format!("{GAP}{}", self.w.sources_in_page));
    }

    fn screening(&mut self, report: &DemoReport) {
        let w = self.w;
        self.heading(w.screening);
        let (screened, held_out, desk) = report.screening_totals;
        self.counts(&[(w.screened_in, screened), (w.held_out, held_out), (w.desk, desk)]);
        self.line("");
        if report.screened.is_empty() {
            return self.line(&format!("{GAP}{}", w.no_screened));
        }
        let shown = || report.screened.iter().take(ROWS);
        let case = widest(shown().map(|s| s.case.as_str()), 20);
        let name = widest(shown().map(|s| s.customer.as_str()), 14);
        let line = widest(shown().map(|s| self.t.pick(&s.line)), 16);
        for s in shown() {
            let points = format!("{}/{}", s.points.0, s.points.1);
            let head = [
                left(&s.case, case),
                left(&s.customer, name),
                left(self.t.pick(&s.line), line),
                right(&points, 7),
                self.t.pick(&s.answer).to_owned(),
            ];
            self.line(&cut(&format!("{GAP}{}", head.join(GAP)), self.width));
            let reasons: Vec<&str> = s.reasons.iter().map(|r| self.t.pick(r)).collect();
            let joint = if self.t == Tongue::Zh { "；" } else { "; " };
            self.paragraph(&reasons.join(joint), 6);
        }
        self.more(report.screened.len());
    }

    fn plan(&mut self, report: &DemoReport) {
        self.heading(self.w.plan);
        if gantt::days(report).is_empty() {
            return self.line(&format!("{GAP}{}", self.w.no_plan));
        }
        let mut first = true;
        for day in gantt::days(report) {
            let (staff, _) = gantt::staff_of(report, day);
            let (visits, people) = (self.t.visits(gantt::visits(&staff)), self.t.people(staff.len()));
            self.line(&format!(
                "{GAP}{}  {visits}  {people}",
                left(&self.t.day(day), 14)
            ));
            if first && !staff.is_empty() {
                first = false;
                self.routes(&staff);
            }
        }
        self.line(&format!("{GAP}{}", self.w.map_in_page));
    }

    /// One day's visits: half hours from 8 to 20 as blocks, then the visits.
    fn routes(&mut self, staff: &[&StaffDay]) {
        let name = widest(staff.iter().take(ROWS).map(|s| s.staff.as_str()), 16);
        self.line(&format!(
            "{}08    10    12    14    16    18    20",
            " ".repeat(4 + name + 2)
        ));
        for person in staff.iter().take(ROWS) {
            let axis: String = (0..36)
                .map(|i| {
                    let (from, to) = (480 + i * 20, 500 + i * 20);
                    let busy = person
                        .stops
                        .iter()
                        .any(|s| s.minutes.0 < to && s.minutes.1 > from);
                    if busy { '█' } else { '·' }
                })
                .collect();
            let stops: Vec<String> = person
                .stops
                .iter()
                .map(|s| format!("{} {}", clock(s.minutes.0), short(&s.case)))
                .collect();
            let line = format!(
                "    {}{GAP}{axis}{GAP}{}",
                left(&person.staff, name),
                stops.join(GAP)
            );
            self.line(&cut(&line, self.width));
        }
        self.more(staff.len());
    }

    fn unplanned(&mut self, report: &DemoReport) {
        self.heading(self.w.unplanned);
        if report.unplanned.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.no_unplanned));
        }
        let case = widest(report.unplanned.iter().take(ROWS).map(|u| u.case.as_str()), 20);
        for line in report.unplanned.iter().take(ROWS) {
            let reason = wrap(
                self.t.pick(&line.reason),
                self.width.saturating_sub(case + 2 * GAP.len()),
            );
            let number = left(&line.case, case);
            self.line(&format!(
                "{GAP}{number}{GAP}{}",
                reason.first().map_or("", String::as_str)
            ));
            for more in reason.iter().skip(1) {
                self.line(&format!("{GAP}{}{GAP}{more}", " ".repeat(case)));
            }
        }
        self.more(report.unplanned.len());
    }

    fn effect(&mut self, report: &DemoReport) {
        self.heading(self.w.effect);
        self.paragraph(
            &format!(
                "{}{}{}",
                self.w.caution,
                self.t.colon(),
                page::caution(report, self.t)
            ),
            GAP.len(),
        );
        let measures = effect::measures(report, self.t);
        if measures.is_empty() {
            return self.line(&format!("{GAP}{}", self.w.no_outcomes));
        }
        for measure in measures {
            self.line("");
            self.paragraph(
                &format!("{}{}{}", measure.title, self.t.colon(), measure.note),
                GAP.len(),
            );
            let group = widest(measure.rows.iter().map(|r| r.group.as_str()), 20);
            let room = self.width.saturating_sub(group + 44).min(41);
            for row in &measure.rows {
                let before = if measure.survey {
                    format!("{} →", row.before)
                } else {
                    String::new()
                };
                let numbers = format!(
                    "{:>11}  {before:>6} {:>6}  {}",
                    row.count,
                    row.value,
                    left(&row.interval, 11)
                );
                let marks = row.marks.as_ref().filter(|_| room >= 15);
                let whiskers = marks.map(|m| whiskers(m.parts, room)).unwrap_or_default();
                self.line(&format!(
                    "{GAP}{}{numbers}{GAP}{whiskers}",
                    left(&row.group, group)
                ));
            }
        }
    }
}

/// An interval with its value on a scale of `room` cells, such as `··├──●─┤····`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "parts lie between 0 and 1, cells between 0 and a terminal's width"
)]
fn whiskers(parts: [f64; 3], room: usize) -> String {
    let [low, at, high] = parts.map(|p| (p * (room - 1) as f64).round() as usize);
    let cell = |i: usize| match i {
        i if i == at => '●',
        i if i == low => '├',
        i if i == high => '┤',
        i if low < i && i < high => '─',
        _ => '·',
    };
    (0..room).map(cell).collect()
}
