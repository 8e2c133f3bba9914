//! The second line of an entry in the timeline: what the event itself says.

use crate::{page::Show, state::App, words};
use domain::case::{Event, FactEvent as F, NegotiationEvent as N};

/// Returns what an event says beside its kind; empty where there is nothing more.
pub(crate) fn about(event: &Event, app: &App, show: &Show) -> String {
    let l = show.lang;
    let option = |group: &str, code: String| words::option(group, &code, l);
    match event {
        Event::Fact(fact) => match &**fact {
            F::ComplaintReceived(i) => words::channel(&i.channel, l),
            F::ComplaintAcknowledged { channel }
            | F::VisitOffered { channel }
            | F::DecisionNotified { channel }
            | F::ExtensionNotified { channel, .. } => words::channel(channel, l),
            F::HandlerAssigned { handler } => app.directory.name_of(&handler.0),
            F::AllegationAdded { no, allegation } => {
                format!("{} · {}", no.0, words::cause(&allegation.cause, l))
            }
            F::AllegationAssessed {
                no,
                truth,
                reasonableness,
                ..
            }
            | F::FindingRecorded {
                no,
                truth,
                reasonableness,
                ..
            } => format!(
                "{} · {} · {}",
                no.0,
                option("truth", words::code_of(*truth)),
                option("reasonableness", words::code_of(*reasonableness))
            ),
            F::ComplaintDeclined { reason, .. } => option("decline_reason", words::code_of(*reason)),
            F::ScreeningDecided(d) => {
                format!("{} · {}", words::screened(d.selected, l), d.points)
            }
            F::ConsentGiven { scope, channel, .. } => {
                format!(
                    "{} · {}",
                    option("scope", words::code_of(*scope)),
                    words::channel(channel, l)
                )
            }
            F::ConsentInvalidated { reason, .. }
            | F::VisitCancelled { reason }
            | F::HandedToLitigation { reason }
            | F::CaseReopened { reason } => reason.clone(),
            F::VisitScheduled(a) => {
                let w = a.window();
                format!(
                    "{} {}–{}",
                    show.long_day(w.from),
                    show.clock(w.from),
                    show.clock(w.to)
                )
            }
            F::NoticeSent(n) => words::channel(&n.channel, l),
            F::VisitReported(r) => option("visit_outcome", words::code_of(r.outcome)),
            F::ChannelOpened { channel, reason } => {
                format!("{} · {reason}", option("next_channel", words::code_of(*channel)))
            }
            F::TaskCompleted { no, proof } => format!("{} · {proof}", no.0),
            F::TaskAdded { no, .. } | F::TaskVerified { no } => no.0.to_string(),
            F::ReviewDecided { outcome, .. } => option("review_outcome", words::code_of(*outcome)),
            F::MediationStarted { body } => body.clone(),
            F::MediationEnded { settled } => option("yes_no", if *settled { "yes" } else { "no" }.into()),
            F::CaseClosed { reason } => option("close_reason", words::code_of(*reason)),
            F::ClockExtended {
                step, rank, reason, ..
            } => {
                format!("{step} · {} · {reason}", option("rank", words::code_of(*rank)))
            }
            F::ClockPaused { reason } | F::ClockResumed { reason } => {
                option("pause_reason", words::code_of(*reason))
            }
            F::SimilarDismissed { other } | F::CaseUnlinked { other } => other.to_string(),
            F::CaseLinked { other, kind } => {
                format!("{other} · {}", option("link_kind", words::code_of(*kind)))
            }
            F::ContactRecorded(c) => {
                let reached = if c.reached {
                    ["已联系上", "已聯絡上", "reached"]
                } else {
                    ["未联系上", "未聯絡上", "not reached"]
                };
                let note = c.note.or_empty();
                let dot = if note.is_empty() { "" } else { " · " };
                format!(
                    "{} · {}{dot}{note}",
                    words::channel(&c.channel, l),
                    words::pick(reached, l)
                )
            }
            F::SurveyRecorded {
                moment,
                satisfaction,
                trust,
            } => {
                format!(
                    "{} · {satisfaction} / {trust}",
                    option("moment", words::code_of(*moment))
                )
            }
            F::FileAttached(file) => file.name.or_empty().to_owned(),
            F::FileWithdrawn { reason, .. } => reason.or_empty().to_owned(),
            F::IncidentRecorded { kind, .. } => option("incident", kind.clone()),
            _ => String::new(),
        },
        Event::Negotiation(n) => match n {
            N::RemedyProposed { no, .. }
            | N::OfferMade { proposal: no }
            | N::OfferAccepted { proposal: no } => no.to_string(),
            N::RemedyVoted { no, approved } => {
                let word = if *approved {
                    ["批准", "批准", "approved"]
                } else {
                    ["否决", "否決", "rejected"]
                };
                format!("{no} · {}", words::pick(word, l))
            }
            _ => String::new(),
        },
    }
}
