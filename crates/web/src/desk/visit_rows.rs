//! Visits of a day as lists show them.

use crate::{error::Failure, page::Show, request::Person, state::App, words};
use app::{Deed, VisitLine};
use store::CaseRow;

/// One visit in a list.
#[derive(Clone, Debug)]
pub(crate) struct VisitRow {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) iso: String,
    pub(crate) place: String,
    pub(crate) branch: String,
    pub(crate) crew: Vec<String>,
    pub(crate) outcome: String,
    pub(crate) line: VisitLine,
}

/// Returns the visits of a civil day (`2026-11-23`) that this person may see, with their cases' lines.
pub(crate) fn seen(app: &App, person: &Person, day: &str) -> Result<Vec<(VisitLine, CaseRow)>, Failure> {
    let viewer = person.viewer();
    if !viewer.may(Deed::SeeVisits) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for line in app.office.visits_of(day)? {
        let Some(row) = app.office.store().case_row(line.case)? else {
            continue;
        };
        let mine = line.crew.iter().any(|m| m.staff == viewer.actor.id);
        if mine || viewer.reaches_row(Deed::SeeVisits, &row) {
            found.push((line, row));
        }
    }
    Ok(found)
}

/// Returns the visits of a day as lists show them, by time.
pub(crate) fn of_day(app: &App, person: &Person, show: &Show, day: &str) -> Result<Vec<VisitRow>, Failure> {
    let mut rows = Vec::new();
    for (line, row) in seen(app, person, day)? {
        rows.push(VisitRow {
            id: line.case.to_string(),
            customer: row.masked_name,
            from: show.clock(line.window.from),
            to: show.clock(line.window.to),
            iso: show.iso(line.window.from),
            place: words::option("place_kind", &words::code_of(line.place), show.lang),
            branch: row.branch,
            crew: line
                .crew
                .iter()
                .map(|m| app.directory.name_of(&m.staff.0))
                .collect(),
            outcome: line.outcome.map_or_else(String::new, |o| {
                words::option("visit_outcome", &words::code_of(o), show.lang)
            }),
            line,
        });
    }
    rows.sort_by_key(|r| (r.line.window.from, r.line.case));
    Ok(rows)
}
