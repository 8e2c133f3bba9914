//! Receipt, preliminary review, screening, and what may happen at any time: clocks, links.

use super::{Decision, LINE_LIMIT, LIST_LIMIT, TEXT_LIMIT, fact, limit, line, room, text};
use crate::{
    case::{
        AllegationNo, DeclineReason, Event, FactEvent, Intake, LinkKind, NewAllegation, Reasonableness,
        Refusal, ScreeningDecision, Similar, Truth,
    },
    clock::{ApproverRank, PauseReason},
    ids::{CaseId, StaffId},
    personal::Personal,
};

fn check_allegation(new: &NewAllegation) -> Result<(), Refusal> {
    line("cause", &new.cause)?;
    limit("text of the allegation", new.text.or_empty(), TEXT_LIMIT)?;
    limit("request of the allegation", new.asks.or_empty(), TEXT_LIMIT)
}

impl Decision<'_> {
    pub(super) fn receive(&self, intake: &Intake) -> Result<Vec<Event>, Refusal> {
        if intake.allegations.is_empty() {
            return Err(Refusal::NoAllegation);
        }
        if intake.allegations.len() > LIST_LIMIT {
            return Err(Refusal::TooMany {
                what: "allegations",
                limit: LIST_LIMIT,
            });
        }
        let now = self.context.stamp.at;
        if intake.received_at > now || intake.forwarded_at.is_some_and(|at| at > now) {
            return Err(Refusal::ReceivedInTheFuture);
        }
        for allegation in &intake.allegations {
            check_allegation(allegation)?;
        }
        line("source", &intake.source)?;
        line("source id", &intake.source_id)?;
        line("channel", &intake.channel)?;
        line("business line", &intake.line)?;
        limit("product", &intake.product, LINE_LIMIT)?;
        limit("title", intake.title.or_empty(), LINE_LIMIT)?;
        limit("narrative", intake.narrative.or_empty(), TEXT_LIMIT)?;
        fact(FactEvent::ComplaintReceived(intake.clone()))
    }

    pub(super) fn acknowledge(&self, channel: &str) -> Result<Vec<Event>, Refusal> {
        fact(FactEvent::ComplaintAcknowledged {
            channel: line("channel", channel)?,
        })
    }

    pub(super) fn assign(&self, handler: &StaffId) -> Result<Vec<Event>, Refusal> {
        line("handler", &handler.0)?;
        fact(FactEvent::HandlerAssigned {
            handler: handler.clone(),
        })
    }

    pub(super) fn add_allegation(&self, new: &NewAllegation) -> Result<Vec<Event>, Refusal> {
        room("allegations", self.case.facts.allegations.len())?;
        check_allegation(new)?;
        let no = AllegationNo(self.case.facts.allegations.len() as u16 + 1);
        fact(FactEvent::AllegationAdded {
            no,
            allegation: new.clone(),
        })
    }

    pub(super) fn assess(
        &self,
        no: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        reasons: &Personal,
    ) -> Result<Vec<Event>, Refusal> {
        self.case.allegation(no).ok_or(Refusal::NoSuchAllegation(no))?;
        let reasons = text("reasons", reasons).map_err(|_| Refusal::ReasonsMissing)?;
        fact(FactEvent::AllegationAssessed {
            no,
            truth,
            reasonableness,
            reasons,
        })
    }

    pub(super) fn accept(&self) -> Result<Vec<Event>, Refusal> {
        match self
            .case
            .facts
            .allegations
            .iter()
            .find(|a| a.assessment.is_none())
        {
            Some(a) => Err(Refusal::NotAssessed(a.no)),
            None => fact(FactEvent::ComplaintAccepted),
        }
    }

    pub(super) fn decline(
        &self,
        reason: DeclineReason,
        explanation: &Personal,
    ) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.handler.as_ref() == Some(&self.context.stamp.actor.id) {
            return Err(Refusal::FourEyes);
        }
        let explanation = text("explanation", explanation).map_err(|_| Refusal::ReasonsMissing)?;
        fact(FactEvent::ComplaintDeclined { reason, explanation })
    }

    pub(super) fn decide_screening(&self, decision: &ScreeningDecision) -> Result<Vec<Event>, Refusal> {
        let facts = &self.case.facts;
        if facts.screening_objected
            && facts
                .screenings
                .last()
                .is_some_and(|(_, by)| *by == self.context.stamp.actor.id)
        {
            return Err(Refusal::ObjectionNeedsAnotherPerson);
        }
        if decision.selected && decision.held_out {
            return Err(Refusal::HeldOut);
        }
        if decision.reasons.is_empty() && decision.departure.is_none() {
            return Err(Refusal::ReasonsMissing);
        }
        line("policy", &decision.policy)?;
        fact(FactEvent::ScreeningDecided(decision.clone()))
    }

    pub(super) fn extend_clock(
        &self,
        clock: &str,
        step: u8,
        rank: ApproverRank,
        reason: &str,
    ) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.handler.as_ref() == Some(&self.context.stamp.actor.id) {
            return Err(Refusal::FourEyes);
        }
        let granted = self
            .case
            .facts
            .clock
            .extensions
            .iter()
            .filter(|e| e.clock == clock)
            .count();
        room("extensions", granted)?;
        let expected = granted as u8 + 1;
        if step != expected {
            return Err(Refusal::WrongExtensionStep { step, expected });
        }
        let clock = line("clock", clock)?;
        fact(FactEvent::ClockExtended {
            clock,
            step,
            rank,
            reason: line("reason", reason)?,
        })
    }

    pub(super) fn notify_extension(&self, channel: &str) -> Result<Vec<Event>, Refusal> {
        match self.case.facts.clock.extensions.last() {
            Some(e) if e.notified_at.is_none() => fact(FactEvent::ExtensionNotified {
                channel: line("channel", channel)?,
                at: self.context.stamp.at,
            }),
            _ => Err(Refusal::NothingToNotify),
        }
    }

    fn paused(&self, reason: PauseReason) -> bool {
        self.case
            .facts
            .clock
            .pauses
            .iter()
            .any(|p| p.reason == reason && p.to.is_none())
    }

    pub(super) fn pause_clock(&self, reason: PauseReason) -> Result<Vec<Event>, Refusal> {
        if reason == PauseReason::Mediation {
            return Err(Refusal::MediationIsItsOwnAction);
        }
        if self.paused(reason) {
            return Err(Refusal::AlreadyPaused);
        }
        fact(FactEvent::ClockPaused { reason })
    }

    pub(super) fn resume_clock(&self, reason: PauseReason) -> Result<Vec<Event>, Refusal> {
        if reason == PauseReason::Mediation {
            return Err(Refusal::MediationIsItsOwnAction);
        }
        if !self.paused(reason) {
            return Err(Refusal::NotPaused);
        }
        fact(FactEvent::ClockResumed { reason })
    }

    pub(super) fn note_similar(&self, similar: &[Similar]) -> Result<Vec<Event>, Refusal> {
        if similar.is_empty() {
            return Err(Refusal::Empty {
                field: "similar cases",
            });
        }
        room("similar cases", self.case.facts.similar.len() + similar.len() - 1)?;
        if similar.iter().any(|s| self.case.facts.id == Some(s.other)) {
            return Err(Refusal::LinkToItself);
        }
        fact(FactEvent::SimilarNoted(similar.to_vec()))
    }

    pub(super) fn dismiss_similar(&self, other: CaseId) -> Result<Vec<Event>, Refusal> {
        if !self.case.facts.similar.iter().any(|s| s.other == other) {
            return Err(Refusal::NotLinked(other));
        }
        fact(FactEvent::SimilarDismissed { other })
    }

    pub(super) fn link_case(&self, other: CaseId, kind: LinkKind) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.id == Some(other) {
            return Err(Refusal::LinkToItself);
        }
        room("links", self.case.facts.links.len())?;
        if self.case.facts.links.iter().any(|(o, _)| *o == other) {
            return Err(Refusal::AlreadyLinked(other));
        }
        fact(FactEvent::CaseLinked { other, kind })
    }

    pub(super) fn unlink_case(&self, other: CaseId) -> Result<Vec<Event>, Refusal> {
        if !self.case.facts.links.iter().any(|(o, _)| *o == other) {
            return Err(Refusal::NotLinked(other));
        }
        fact(FactEvent::CaseUnlinked { other })
    }
}
