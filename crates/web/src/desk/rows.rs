//! Lines of the work list as tables show them.

use crate::{
    page::{Chip, Show, state_name, state_tone},
    state::App,
    words::{self, Three},
};
use rules::{ClockState, Status};
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

/// How a clock stands: paused, done in time or late, ended; else what is left of it.
pub(crate) fn clock_chip(c: &ClockState, show: &Show) -> Chip {
    let late = c.late_since.is_some();
    let (tone, icon, text): (_, _, Three) = match c.status {
        Status::Running | Status::Breached => return show.due(c.due_at(), true),
        Status::NotStarted => ("", "pause", ["尚未开始", "尚未開始", "not started"]),
        Status::Paused => ("", "pause", ["暂停计算", "暫停計算", "paused"]),
        Status::Met | Status::MetLate if !late => {
            ("ok", "check", ["已按时完成", "已按時完成", "met in time"])
        }
        Status::Met | Status::MetLate => ("bad", "alert", ["已超期完成", "已逾期完成", "met late"]),
        Status::Ended if !late => ("", "check", ["已终止", "已終止", "ended"]),
        Status::Ended => (
            "bad",
            "alert",
            ["已终止，曾超期", "已終止，曾逾期", "ended, was late"],
        ),
        Status::Superseded if !late => ("", "swap", ["已重新起算", "已重新起算", "began anew"]),
        Status::Superseded => (
            "bad",
            "alert",
            ["已重新起算，曾超期", "已重新起算，曾逾期", "began anew, was late"],
        ),
    };
    Chip {
        tone,
        icon,
        text: words::pick(text, show.lang).to_owned(),
        about: c.due_at().map_or_else(String::new, |at| show.moment(at)),
    }
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
            received: show.day(row.received_at),
            updated: show.day(row.updated_at),
        }
    }
}
