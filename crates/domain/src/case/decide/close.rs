//! Decision, review, mediation, withdrawal, closing.

use super::{Decision, fact, line, text};
use crate::{
    case::{CloseReason, Event, FactEvent, LinkKind, Reasonableness, Refusal, ReviewOutcome, State, Truth},
    clock::PauseReason,
    personal::Personal,
};

impl Decision<'_> {
    pub(super) fn notify_decision(&self, channel: &str) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.decision_notified {
            return Err(Refusal::AlreadyNotified);
        }
        fact(FactEvent::DecisionNotified {
            channel: line("channel", channel)?,
        })
    }

    pub(super) fn request_review(&self, grounds: &Personal) -> Result<Vec<Event>, Refusal> {
        if !self.case.facts.decision_notified {
            return Err(Refusal::DecisionNotNotified);
        }
        let grounds = text("grounds", grounds)?;
        let mut events = self.leave_negotiation("the customer applied for review".into());
        events.push(FactEvent::ReviewRequested { grounds }.into());
        Ok(events)
    }

    /// Conflict avoidance (`cn.conflict`): nobody reviews a case they had a part in.
    pub(super) fn decide_review(
        &self,
        outcome: ReviewOutcome,
        reasons: &Personal,
    ) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.touched_by.contains(&self.context.stamp.actor.id) {
            return Err(Refusal::ReviewerWasInvolved);
        }
        let reasons = text("reasons", reasons).map_err(|_| Refusal::ReasonsMissing)?;
        fact(FactEvent::ReviewDecided { outcome, reasons })
    }

    pub(super) fn start_mediation(&self, body: &str) -> Result<Vec<Event>, Refusal> {
        let body = line("mediation body", body)?;
        if self
            .case
            .facts
            .clock
            .pauses
            .iter()
            .any(|p| p.reason == PauseReason::Mediation && p.to.is_none())
        {
            return Err(Refusal::AlreadyPaused);
        }
        let mut events = self.leave_negotiation("mediation begins".into());
        events.push(FactEvent::MediationStarted { body }.into());
        Ok(events)
    }

    pub(super) fn withdraw_complaint(&self, reason: Option<&Personal>) -> Result<Vec<Event>, Refusal> {
        let mut events = self.leave_negotiation("the complaint was withdrawn".into());
        events.push(
            FactEvent::ComplaintWithdrawn {
                reason: reason.cloned(),
            }
            .into(),
        );
        Ok(events)
    }

    pub(super) fn close(&self, reason: CloseReason) -> Result<Vec<Event>, Refusal> {
        let facts = &self.case.facts;
        let state = self.case.state();
        let told = || {
            if facts.decision_notified {
                Ok(())
            } else {
                Err(Refusal::DecisionNotNotified)
            }
        };
        match (state, reason) {
            (State::Executed, CloseReason::Settled)
            | (State::InLitigation, CloseReason::Litigation)
            | (State::Withdrawn, CloseReason::Withdrawn) => {}
            (State::Declined, CloseReason::Declined) | (State::NotAgreed, CloseReason::NotAgreed) => told()?,
            (State::Verified, CloseReason::NotUpheld) => {
                if facts
                    .allegations
                    .iter()
                    .filter_map(|a| a.finding.as_ref())
                    .any(|f| f.truth == Truth::True && f.reasonableness == Reasonableness::Reasonable)
                {
                    return Err(Refusal::UpheldNeedsRemedy);
                }
                told()?;
            }
            (State::Received | State::Acknowledged | State::UnderReview, CloseReason::Duplicate) => {
                if !facts.links.iter().any(|(_, kind)| *kind == LinkKind::Duplicate) {
                    return Err(Refusal::NotADuplicate);
                }
            }
            _ => return Err(Refusal::CloseReasonDoesNotFit(state)),
        }
        match self.case.open_tasks().count() {
            0 => {}
            n => return Err(Refusal::OpenTasks(n)),
        }
        match self.case.negotiation.pending().count() {
            0 => fact(FactEvent::CaseClosed { reason }),
            n => Err(Refusal::PendingApprovals(n)),
        }
    }
}
