//! Lines of the work list as tables show them.

use crate::{
    page::{Chip, Show, state_name, state_tone},
    state::App,
    words,
};
use store::CaseRow;

/// One case in a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) line: String,
    pub(crate) product: String,
    pub(crate) state: String,
    /// What it waits for.
    pub(crate) next: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) due: Chip,
    pub(crate) clock: String,
    pub(crate) branch: String,
    pub(crate) handler: String,
    pub(crate) amount: String,
    pub(crate) received: String,
    pub(crate) updated: String,
}

/// The title of a clock of the pack; its id where the pack knows it no more.
pub(crate) fn clock_title(app: &App, id: &str, show: &Show) -> String {
    app.office
        .pack()
        .clock_title(id)
        .map_or_else(|| id.to_owned(), |t| t.get(show.lang).to_owned())
}

impl Row {
    pub(crate) fn of(app: &App, row: &CaseRow, show: &Show) -> Self {
        Row {
            id: row.case.to_string(),
            customer: row.masked_name.clone(),
            line: words::line(&row.line, show.lang),
            product: row.product.clone(),
            state: state_name(&row.state, show.lang),
            next: words::next_step(&row.state, show.lang),
            tone: state_tone(&row.state),
            due: show.due(row.due_at, row.open),
            clock: if row.due_clock.is_empty() {
                String::new()
            } else {
                clock_title(app, &row.due_clock, show)
            },
            branch: row.branch.clone(),
            handler: row
                .handler
                .as_deref()
                .map_or_else(String::new, |h| app.directory.name_of(h)),
            amount: row
                .amount_minor
                .map_or_else(String::new, |a| show.money(a, &row.currency)),
            received: show.day(row.received_at),
            updated: show.day(row.updated_at),
        }
    }
}
