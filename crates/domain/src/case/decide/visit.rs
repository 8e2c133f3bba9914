//! Offer, consent, appointment, notice, visit, findings.

use super::{Decision, TEXT_LIMIT, fact, limit, line, room, text};
use crate::{
    case::{
        AllegationNo, Appointment, Channel, ConsentScope, ConsentStatus, CrewMember, Event, FactEvent,
        Notice, Place, Reasonableness, Refusal, State, Truth, VisitOutcome, VisitReport, Window,
        visit::MIN_CREW,
    },
    personal::Personal,
};

impl Decision<'_> {
    pub(super) fn offer_visit(&self, channel: &str) -> Result<Vec<Event>, Refusal> {
        match self.case.facts.screenings.last() {
            Some((d, _)) if d.held_out => return Err(Refusal::HeldOut),
            Some((d, _)) if d.selected => {}
            _ => return Err(Refusal::NotSelected),
        }
        fact(FactEvent::VisitOffered {
            channel: line("channel", channel)?,
        })
    }

    pub(super) fn give_consent(
        &self,
        scope: ConsentScope,
        channel: &str,
        windows: &[Window],
        place: Option<&Place>,
    ) -> Result<Vec<Event>, Refusal> {
        let facts = &self.case.facts;
        room("consents", facts.consents.len())?;
        room("windows", windows.len())?;
        if windows.iter().any(|w| !w.is_proper()) {
            return Err(Refusal::BadWindow);
        }
        if scope == ConsentScope::Visiting {
            if facts.appointment.is_some() {
                return Err(Refusal::AppointmentStands);
            }
            if windows.is_empty() || place.is_none() {
                return Err(Refusal::ConsentNeedsWindowAndPlace);
            }
        } else if self.case.live_consent(ConsentScope::Visiting).is_none() {
            return Err(Refusal::VisitingConsentFirst);
        }
        fact(FactEvent::ConsentGiven {
            no: facts.consents.len() as u16 + 1,
            scope,
            channel: line("channel", channel)?,
            windows: windows.to_vec(),
            place: place.cloned(),
        })
    }

    pub(super) fn refuse_visit(
        &self,
        reason: Option<&Personal>,
        next: Channel,
    ) -> Result<Vec<Event>, Refusal> {
        if let Some(r) = reason {
            limit("reason", r.or_empty(), TEXT_LIMIT)?;
        }
        Ok(vec![
            FactEvent::VisitRefused {
                reason: reason.cloned(),
            }
            .into(),
            FactEvent::ChannelOpened {
                channel: next,
                reason: "the customer declined a visit".into(),
            }
            .into(),
        ])
    }

    /// The numbers of the live consents that go when `scope` goes: without visiting there is neither
    /// entering nor recording.
    fn consents_under(&self, scope: ConsentScope) -> Vec<u16> {
        self.case
            .facts
            .consents
            .iter()
            .filter(|c| c.status == ConsentStatus::Given)
            .filter(|c| c.scope == scope || scope == ConsentScope::Visiting)
            .map(|c| c.no)
            .collect()
    }

    fn withdrawals(&self, scope: ConsentScope) -> Vec<Event> {
        self.consents_under(scope)
            .into_iter()
            .map(|no| FactEvent::ConsentWithdrawn { no }.into())
            .collect()
    }

    pub(super) fn withdraw_consent(&self, scope: ConsentScope, next: Channel) -> Result<Vec<Event>, Refusal> {
        if self.case.live_consent(scope).is_none() {
            return Err(Refusal::NoLiveConsent(scope));
        }
        let mut events = self.withdrawals(scope);
        if scope == ConsentScope::Visiting && self.case.state() != State::Visited {
            events.push(
                FactEvent::ChannelOpened {
                    channel: next,
                    reason: "the customer withdrew the consent".into(),
                }
                .into(),
            );
        }
        Ok(events)
    }

    pub(super) fn invalidate_consent(
        &self,
        scope: ConsentScope,
        reason: &str,
    ) -> Result<Vec<Event>, Refusal> {
        if self.case.live_consent(scope).is_none() {
            return Err(Refusal::NoLiveConsent(scope));
        }
        let reason = line("reason", reason)?;
        Ok(self
            .consents_under(scope)
            .into_iter()
            .map(|no| {
                FactEvent::ConsentInvalidated {
                    no,
                    reason: reason.clone(),
                }
                .into()
            })
            .collect())
    }

    pub(super) fn schedule_visit(&self, window: Window, crew: &[CrewMember]) -> Result<Vec<Event>, Refusal> {
        let consent = self
            .case
            .live_consent(ConsentScope::Visiting)
            .ok_or(Refusal::NoLiveConsent(ConsentScope::Visiting))?;
        if window.from <= self.context.stamp.at {
            return Err(Refusal::WindowInThePast);
        }
        fact(FactEvent::VisitScheduled(Appointment::agree(
            consent,
            window,
            crew.to_vec(),
        )?))
    }

    pub(super) fn send_notice(&self, channel: &str) -> Result<Vec<Event>, Refusal> {
        if self.case.facts.appointment.is_none() {
            return Err(Refusal::NoAppointment);
        }
        fact(FactEvent::NoticeSent(Notice {
            sent_at: self.context.stamp.at,
            channel: line("channel", channel)?,
        }))
    }

    pub(super) fn report_visit(&self, report: &VisitReport) -> Result<Vec<Event>, Refusal> {
        let facts = &self.case.facts;
        let appointment = facts.appointment.as_ref().ok_or(Refusal::NoAppointment)?;
        if facts.notice.is_none() {
            return Err(Refusal::NoticeMissing);
        }
        if report.started_at >= report.ended_at || report.ended_at > self.context.stamp.at {
            return Err(Refusal::BadReportTimes);
        }
        if report.crew.iter().any(|m| !appointment.crew().contains(m)) {
            return Err(Refusal::StrangerInCrew);
        }
        let met = matches!(report.outcome, VisitOutcome::Held | VisitOutcome::CutShort);
        if met && report.crew.len() < MIN_CREW {
            return Err(Refusal::CrewTooSmall {
                have: report.crew.len(),
                need: MIN_CREW,
            });
        }
        for (done, scope) in [
            (report.entered, ConsentScope::Entering),
            (report.recorded, ConsentScope::Recording),
        ] {
            if done && self.case.live_consent(scope).is_none() {
                return Err(Refusal::NoLiveConsent(scope));
            }
        }
        limit(
            "the customer's own words",
            report.own_words.or_empty(),
            TEXT_LIMIT,
        )?;
        room("suggestions", report.suggestions.len())?;
        let mut events: Vec<Event> = vec![FactEvent::VisitReported(report.clone()).into()];
        if report.outcome == VisitOutcome::RefusedAtTheDoor {
            let channel = report.next_channel.ok_or(Refusal::NextChannelMissing)?;
            events.extend(self.withdrawals(ConsentScope::Visiting));
            events.push(
                FactEvent::ChannelOpened {
                    channel,
                    reason: "the customer declined at the door".into(),
                }
                .into(),
            );
        }
        Ok(events)
    }

    pub(super) fn record_finding(
        &self,
        no: AllegationNo,
        truth: Truth,
        reasonableness: Reasonableness,
        basis: &Personal,
        evidence: &[String],
    ) -> Result<Vec<Event>, Refusal> {
        self.case.allegation(no).ok_or(Refusal::NoSuchAllegation(no))?;
        let basis = text("basis", basis).map_err(|_| Refusal::FindingNeedsBasis)?;
        if matches!(truth, Truth::True | Truth::PartlyTrue) && evidence.is_empty() {
            return Err(Refusal::FindingNeedsBasis);
        }
        room("evidence items", evidence.len())?;
        for item in evidence {
            line("evidence", item)?;
        }
        fact(FactEvent::FindingRecorded {
            no,
            truth,
            reasonableness,
            basis,
            evidence: evidence.to_vec(),
        })
    }
}
