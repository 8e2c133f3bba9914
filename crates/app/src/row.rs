//! The line of a case in the work list, made anew from the state after each change.

use domain::{
    CustomerId, Timestamp,
    case::{Case, State},
    clock::ClockFacts,
};
use rules::Pack;
use store::{CaseRow, Handle, HandleKind};

/// What the sweep needs of a case, as the work list keeps it.
///
/// # Panics
/// Never: clock facts are plain data.
pub(crate) fn clock_text(facts: &ClockFacts) -> String {
    serde_json::to_string(facts).expect("clock facts are plain data")
}

/// Returns the work-list line of `case`; `None` while nothing has been received.
pub(crate) fn of(case: &Case, pack: &Pack, versions: (u64, u64), now: Timestamp) -> Option<CaseRow> {
    let facts = &case.facts;
    let (id, customer) = (facts.id?, facts.customer?);
    let state = case.state();
    let due = if state.is_open() {
        rules::next_due(pack, &facts.clock, pack.zone(), now)
    } else {
        None
    };
    let received = facts.clock.milestones.first().map_or(now, |(_, at)| *at);
    Some(CaseRow {
        case: id,
        customer,
        masked_name: masked_name(case, customer),
        state: state.code().to_owned(),
        line: facts.line.clone(),
        product: facts.product.clone(),
        channel: facts.intake_channel.clone(),
        source: facts.source.0.clone(),
        source_ref: facts.source.1.clone(),
        branch: facts.branch.as_ref().map_or_else(String::new, |b| b.0.clone()),
        handler: facts.handler.as_ref().map(|h| h.0.clone()),
        severity: facts.screenings.last().map_or(0, |(d, _)| i64::from(d.points)),
        amount_minor: facts.amount.map(|m| m.minor),
        currency: facts
            .amount
            .map_or_else(String::new, |m| m.currency.code().to_owned()),
        received_at: received,
        updated_at: now,
        due_at: due.map(|d| d.due_at),
        due_clock: due.map_or_else(String::new, |d| d.clock.to_owned()),
        open: state.is_open(),
        facts_seq: versions.0,
        negotiation_seq: versions.1,
        clock_facts: if state == State::Closed {
            String::new()
        } else {
            clock_text(&facts.clock)
        },
    })
}

fn masked_name(case: &Case, customer: CustomerId) -> String {
    match case.facts.complainant.name.text() {
        Some(name) if !name.trim().is_empty() => text::mask_name(name),
        _ => format!("#{:04x}", customer.0 & 0xffff),
    }
}

/// Returns the text by which a case is found: stored as keyed hashes only.
pub(crate) fn search_text(case: &Case) -> String {
    let facts = &case.facts;
    let mut all = String::new();
    for part in [
        facts.title.or_empty(),
        facts.narrative.or_empty(),
        facts.product.as_str(),
    ]
    .into_iter()
    .chain(
        facts
            .allegations
            .iter()
            .flat_map(|a| [a.told.text.or_empty(), a.told.asks.or_empty()]),
    )
    .filter(|p| !p.is_empty())
    {
        all.push_str(part);
        all.push('\n');
    }
    all
}

/// Returns by what the complainant can be found again.
pub(crate) fn handles(complainant: &domain::case::Complainant) -> Vec<Handle> {
    [
        (HandleKind::IdNumber, &complainant.id_number),
        (HandleKind::Phone, &complainant.phone),
        (HandleKind::Account, &complainant.account),
        (HandleKind::Email, &complainant.email),
        (HandleKind::Name, &complainant.name),
    ]
    .into_iter()
    .filter_map(|(kind, value)| {
        let handle = Handle::new(kind, value.or_empty());
        (!handle.normalised().is_empty()).then_some(handle)
    })
    .collect()
}
