//! `forecourt cases`, `sweep` and `erase`.

use super::{must_mean_it, say};
use crate::{
    cli::{Cases, Cli},
    exit::Exit,
    place::{self, Open},
};
use anyhow::bail;
use app::AlarmKind;
use domain::{Actor, Role, Timestamp, case::State};
use std::fmt::Write as _;
use store::{CaseQuery, CaseRow, Clock, Sort};

fn date(at: Timestamp) -> String {
    let zone = rules::Packs::builtin()
        .get("cn")
        .map_or(rules::TimeZone::UTC, |p| p.zone().clone());
    jiff::Timestamp::from_microsecond(at.0)
        .map_or_else(|_| "?".to_owned(), |t| t.to_zoned(zone).date().to_string())
}

fn line(out: &mut String, row: &CaseRow) {
    let state = State::from_code(&row.state).map_or(row.state.as_str(), |s| s.labels()[2]);
    let due = row.due_at.map_or_else(|| "-".to_owned(), date);
    let _ = writeln!(
        out,
        "{}  {}  {:<18} due {:<10}  {:<9} {}  {}",
        row.case,
        date(row.received_at),
        state,
        due,
        row.line,
        row.masked_name,
        row.product
    );
}

pub(super) fn list(cli: &Cli, args: &Cases) -> anyhow::Result<Exit> {
    if let Some(state) = &args.state
        && State::from_code(state).is_none()
    {
        let known: Vec<&str> = State::ALL.iter().map(|s| s.code()).collect();
        bail!("{state:?} is no state; states are {}", known.join(", "));
    }
    let store = place::store(cli, Open::ReadOnly)?;
    let query = CaseQuery {
        state: args.state.clone(),
        open: args.due.then_some(true),
        sort: if args.due {
            Sort::DueAsc
        } else {
            Sort::ReceivedDesc
        },
        limit: args.limit.clamp(1, 1000),
        ..CaseQuery::default()
    };
    let page = match &args.search {
        Some(words) => store.search(words, &query)?,
        None => store.cases(&query)?,
    };
    let mut out = String::new();
    page.rows.iter().for_each(|row| line(&mut out, row));
    if page.rows.is_empty() {
        out.push_str("no cases\n");
    } else if page.next.is_some() {
        out.push_str("… there are more; raise --limit\n");
    }
    say(&out)
}

pub(super) fn sweep(cli: &Cli, days: u16) -> anyhow::Result<Exit> {
    let office = place::office(cli, Open::ReadOnly, Clock::system())?;
    let report = office.sweep(office.now(), i64::from(days) * Timestamp::DAY)?;
    let mut out = format!(
        "{} open cases, {} with a running clock: {} overdue, {} due within {days} days\n",
        report.open, report.running, report.overdue, report.soon
    );
    for alarm in report.alarms.iter().take(50) {
        let kind = match alarm.kind {
            AlarmKind::Overdue => "overdue",
            AlarmKind::Soon => "soon",
        };
        let _ = writeln!(
            out,
            "{:<8} {}  {}  {}",
            kind,
            alarm.case,
            date(alarm.due_at),
            alarm.clock
        );
    }
    if report.alarms.len() > 50 {
        let _ = writeln!(out, "… and {} more", report.alarms.len() - 50);
    }
    say(&out)
}

pub(super) fn erase(cli: &Cli, case: &str, yes: bool) -> anyhow::Result<Exit> {
    let case = place::case(case)?;
    must_mean_it(yes, "erasing a customer")?;
    let office = place::office(cli, Open::Existing, Clock::system())?;
    let operator = Actor::new("operator", Role::Compliance);
    let erased = office.erase_customer_of(case, &operator)?;
    if !erased.key_destroyed {
        return say("the customer had been erased before\n");
    }
    say(&format!(
        "erased: the data key is destroyed, {} handle(s), the search words of {} case(s) and {} file(s) are gone. The log is unchanged and still verifies. Backups made before still hold the sealed key: delete them by their own rule\n",
        erased.handles, erased.cases, erased.files
    ))
}
