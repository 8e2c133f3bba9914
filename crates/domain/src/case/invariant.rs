//! What must hold in every reachable state. The property tests look here after every step (bar R7).

use super::{
    Case,
    consent::ConsentScope,
    remedy::{NegotiationStatus, Offer, TaskStatus},
    state::{Phase, State},
    visit::MIN_CREW,
};
use crate::clock::PauseReason;

/// Returns what is illegal about `case`.
pub(super) fn illegal(case: &Case) -> Vec<&'static str> {
    let facts = &case.facts;
    let state = case.state();
    let mut out = Vec::new();
    let mut must = |holds: bool, what: &'static str| {
        if !holds {
            out.push(what);
        }
    };
    let found = facts.allegations.iter().all(|a| a.finding.is_some());

    must(
        state == State::New || !facts.allegations.is_empty(),
        "a case without allegation",
    );
    must(
        (state == State::Scheduled) == facts.appointment.is_some(),
        "scheduled without appointment, or the reverse",
    );
    if let Some(a) = &facts.appointment {
        let consent = facts.consents.iter().find(|c| c.no == a.consent_no());
        must(
            consent.is_some_and(|c| {
                c.scope == ConsentScope::Visiting && c.live().is_some_and(|live| live.covers(a.window()))
            }),
            "an appointment without live consent for its time",
        );
        must(a.crew().len() >= MIN_CREW, "a crew that is too small");
    }
    must(
        facts.notice.is_none() || facts.appointment.is_some(),
        "a notice without appointment",
    );
    must(
        state != State::Consented || case.live_consent(ConsentScope::Visiting).is_some(),
        "consented without live consent",
    );
    for visit in &facts.visits {
        for (done, scope) in [
            (true, ConsentScope::Visiting),
            (visit.entered, ConsentScope::Entering),
            (visit.recorded, ConsentScope::Recording),
        ] {
            must(
                !done || facts.consents.iter().any(|c| c.scope == scope),
                "a visit, entry or recording that was never consented to",
            );
        }
    }
    must(
        state != State::DeskHandling || facts.channel.is_some(),
        "desk handling without a channel",
    );
    must(
        !matches!(
            state,
            State::Verified | State::RemedyProposed | State::Negotiating
        ) || found,
        "a remedy before the findings",
    );
    must(
        !matches!(state, State::Agreed | State::Executed) || facts.agreement.is_some(),
        "agreed without agreement",
    );
    must(
        !matches!(state, State::Executed | State::Closed) || case.open_tasks().count() == 0,
        "executed or closed with open tasks",
    );
    must(
        state != State::Closed || case.negotiation.pending().count() == 0,
        "closed with a pending approval",
    );
    must(
        facts.phase == Phase::Negotiation || case.negotiation.status() == NegotiationStatus::None,
        "an open negotiation behind a case that is elsewhere",
    );
    must(
        facts.phase != Phase::Negotiation || case.negotiation.status() != NegotiationStatus::None,
        "in negotiation with nothing proposed",
    );
    for p in &case.negotiation.proposals {
        must(
            p.vote.as_ref().is_none_or(|v| v.by != p.by),
            "a proposal approved by its proposer",
        );
    }
    for o in &case.negotiation.offers {
        if let Offer::ByBank { proposal } = o {
            let approved = case.negotiation.proposal(*proposal).and_then(|p| p.vote.as_ref());
            must(
                approved.is_some_and(|v| v.approved),
                "an offer that nobody approved",
            );
        }
    }
    for t in &facts.tasks {
        if let TaskStatus::Verified { done_by, by } = &t.status {
            must(done_by != by, "a task verified by who did it");
        }
    }
    for reason in [PauseReason::Appraisal, PauseReason::Mediation] {
        let running = facts
            .clock
            .pauses
            .iter()
            .filter(|p| p.reason == reason && p.to.is_none())
            .count();
        must(running <= 1, "two pauses for one reason");
        must(running == 0 || state.is_open(), "a pause in a closed case");
        must(
            reason != PauseReason::Mediation || (running == 1) == (state == State::InMediation),
            "mediation and its pause apart",
        );
    }
    must(
        facts
            .consents
            .iter()
            .enumerate()
            .all(|(i, c)| usize::from(c.no) == i + 1),
        "consent numbers with gaps",
    );
    let ids: std::collections::BTreeSet<_> = facts.files.iter().map(|a| a.file.id).collect();
    must(ids.len() == facts.files.len(), "two files of one id");
    out
}
