//! Imported real complaints in the same story: their own words and days, with the answers of invented
//! customers. Nothing of the scripts is written over what was imported.

use super::{
    DemoOptions,
    plot::{self, Plot},
};
use crate::{error::OfficeError, office::Office};
use domain::Timestamp;
use jiff::civil::Date;
use sample::Bank;
use store::{CaseQuery, Sort};

/// Returns the cast: a bank whose customers lend their answers, one plot for each of the newest cases
/// that are still as they came in, and the day and moment at which the story ends.
pub(super) fn cast(
    office: &Office,
    options: DemoOptions,
) -> Result<(Bank, Vec<Plot>, Date, Timestamp), OfficeError> {
    let zone = office.pack().zone();
    let mut query = CaseQuery {
        sort: Sort::ReceivedDesc,
        limit: 1000,
        ..CaseQuery::default()
    };
    let mut rows = Vec::new();
    while rows.len() < options.cases {
        let page = office.store().cases(&query)?;
        rows.extend(page.rows.into_iter().filter(|r| r.state == "received"));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    rows.truncate(options.cases);
    rows.reverse();
    let newest = rows.last().map_or_else(|| office.now(), |r| r.received_at);
    // The story ends on the next working day at noon: time for the newest to be acknowledged.
    let (last, _) = crate::plan::local(newest.plus(Timestamp::DAY), zone);
    let today = office.working_days(last, 1).first().copied().unwrap_or(last);
    let now = crate::plan::moment(today, 12 * 3600, zone).unwrap_or(newest);
    let bank = Bank::generate(options.seed, today, rows.len());
    let mut plots = Vec::with_capacity(rows.len());
    for (turn, (row, lent)) in rows.iter().zip(&bank.complaints).enumerate() {
        let Some(customer) = bank.customer(lent) else {
            continue;
        };
        let mut plot = plot::of_script(row.case, (&row.source, &row.source_ref), lent, customer, turn);
        plot.shift = row.received_at.0 - lent.received_at.0;
        plot.line.clone_from(&row.line);
        plots.push(plot);
    }
    Ok((bank, plots, today, now))
}
