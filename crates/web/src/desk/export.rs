//! Taking a list out of the house: CSV or XLSX, names masked, the export itself recorded.

use super::cases::{address, find, query_of};
use crate::{
    error::Failure,
    page::{Show, state_name},
    request::{Person, Posted},
    state::{App, Shared},
    words::{self, Words},
};
use app::Deed;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::Timestamp;
use store::CaseRow;

/// Most rows of one export.
const MOST: usize = 100_000;

fn rows(app: &App, person: &Person, fields: &crate::forms::Fields) -> Result<Vec<CaseRow>, Failure> {
    let mut query = query_of(fields, app, person.viewer())?;
    query.limit = 1000;
    query.cursor = None;
    let mut all = Vec::new();
    loop {
        let part = find(app, person.viewer(), Deed::Export, fields.get("q"), query.clone())?;
        all.extend(part.rows);
        match part.next {
            Some(next) if all.len() < MOST => query.cursor = Some(next),
            _ => return Ok(all),
        }
    }
}

/// A cell that a spreadsheet would take for a formula gets a sign before it that makes it text.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

fn cells(app: &App, row: &CaseRow, show: &Show) -> Vec<String> {
    let at = |t: Option<Timestamp>| t.map_or_else(String::new, |t| show.moment(t));
    [
        row.case.to_string(),
        row.masked_name.clone(),
        state_name(&row.state, show.lang),
        words::line(&row.line, show.lang),
        row.product.clone(),
        row.branch.clone(),
        row.handler
            .as_deref()
            .map_or_else(String::new, |h| app.directory.name_of(h)),
        at(Some(row.received_at)),
        at(row.due_at),
        at(Some(row.updated_at)),
        row.amount_minor
            .map_or_else(String::new, |a| show.money(a, &row.currency)),
    ]
    .map(harmless)
    .into()
}

pub(crate) async fn run(
    State(app): State<Shared>,
    Posted { person, fields }: Posted,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::Export)?;
    app.work(move |app| {
        let asked = crate::request::decode(fields.get("address").as_bytes());
        let format = if fields.get("format") == "xlsx" {
            "xlsx"
        } else {
            "csv"
        };
        let t = Words(person.lang());
        let show = Show::new(app, person.lang());
        let rows = rows(app, &person, &asked)?;
        // Recorded before the first byte leaves.
        app.office
            .record_export(person.actor(), format, &address(&asked), rows.len())?;
        let head = [
            t.case(),
            t.customer(),
            t.state(),
            t.line(),
            t.product(),
            t.branch(),
            t.handler(),
            t.received(),
            t.due(),
            t.updated(),
            t.amount(),
        ];
        let lines = rows.iter().map(|r| cells(app, r, &show));
        let (kind, body) = if format == "xlsx" {
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                xlsx(&head, lines)?,
            )
        } else {
            ("text/csv; charset=utf-8", csv_text(&head, lines)?)
        };
        let name = format!(
            "attachment; filename=\"forecourt-cases-{}.{format}\"",
            show.day(app.office.now())
        );
        Ok((
            [
                (header::CONTENT_TYPE, kind.to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ],
            body,
        )
            .into_response())
    })
    .await
}

fn csv_text(head: &[&str], lines: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Failure> {
    // The mark by which spreadsheets know that it is UTF-8.
    let mut out = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let fail = |e: csv::Error| Failure::internal(&e);
    out.write_record(head).map_err(fail)?;
    for line in lines {
        out.write_record(&line).map_err(fail)?;
    }
    out.into_inner().map_err(|e| Failure::internal(&e))
}

fn xlsx(head: &[&str], lines: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Failure> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let fail = |e: rust_xlsxwriter::XlsxError| Failure::internal(&e);
    for (column, text) in (0u16..).zip(head) {
        sheet.write_string(0, column, *text).map_err(fail)?;
    }
    for (row, line) in (1u32..).zip(lines) {
        for (column, text) in (0u16..).zip(line) {
            sheet.write_string(row, column, text).map_err(fail)?;
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(fail)?;
    book.save_to_buffer().map_err(fail)
}
