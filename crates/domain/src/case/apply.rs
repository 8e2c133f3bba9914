//! `apply(state, event)`: folding what happened into the state. It never refuses: what is in the log
//! happened.

use super::{
    Case, CaseFile, Event, FactEvent, NegotiationEvent,
    allegation::{Allegation, AllegationNo, Assessment, Finding},
    command::Intake,
    consent::{Consent, ConsentScope, ConsentStatus},
    file::Attachment,
    remedy::{Negotiation, Offer, Proposal, Task, TaskStatus, Vote},
    state::{Phase, ReviewOutcome, State},
    visit::VisitOutcome,
};
use crate::{
    clock::{Extension, Milestone, Pause, PauseReason},
    staff::{Actor, Role},
    time::Timestamp,
};

/// Who and when: the part of a log entry's envelope that the fold needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it happened (by the law's reckoning, not when it was stored).
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
}

impl Case {
    /// Folds one event into the state.
    pub fn apply(&mut self, event: &Event, stamp: &Stamp) {
        match event {
            Event::Fact(fact) => self.facts.apply(fact, stamp),
            Event::Negotiation(n) => self.negotiation.apply(n, stamp),
        }
    }
}

impl CaseFile {
    fn at(&mut self, state: State) {
        self.phase = Phase::At(state);
    }

    fn milestone(&mut self, milestone: Milestone, at: Timestamp) {
        self.clock.milestones.push((milestone, at));
    }

    fn allegation_mut(&mut self, no: AllegationNo) -> Option<&mut Allegation> {
        self.allegations.get_mut(usize::from(no.0).checked_sub(1)?)
    }

    fn all_found(&self) -> bool {
        self.allegations.iter().all(|a| a.finding.is_some())
    }

    fn end_pauses(&mut self, reason: Option<PauseReason>, at: Timestamp) {
        for pause in &mut self.clock.pauses {
            if pause.to.is_none() && reason.is_none_or(|r| r == pause.reason) {
                pause.to = Some(at);
            }
        }
    }

    fn drop_appointment(&mut self) {
        self.appointment = None;
        self.notice = None;
    }

    /// Folds one fact.
    pub fn apply(&mut self, event: &FactEvent, stamp: &Stamp) {
        if stamp.actor.role != Role::System {
            self.touched_by.insert(stamp.actor.id.clone());
        }
        match event {
            FactEvent::ComplaintReceived(intake) => self.received(intake),
            FactEvent::ComplaintAcknowledged { .. } => {
                self.milestone(Milestone::Acknowledged, stamp.at);
                self.at(State::Acknowledged);
            }
            FactEvent::HandlerAssigned { handler } => {
                self.handler = Some(handler.clone());
                self.touched_by.insert(handler.clone());
            }
            FactEvent::AllegationAdded { no, allegation } => self.allegations.push(Allegation {
                no: *no,
                told: allegation.clone(),
                assessment: None,
                finding: None,
            }),
            FactEvent::ReviewStarted => self.at(State::UnderReview),
            FactEvent::AllegationAssessed {
                no,
                truth,
                reasonableness,
                reasons,
            } => {
                let judged = Assessment {
                    truth: *truth,
                    reasonableness: *reasonableness,
                    reasons: reasons.clone(),
                    by: stamp.actor.id.clone(),
                    at: stamp.at,
                };
                if let Some(a) = self.allegation_mut(*no) {
                    a.assessment = Some(judged);
                }
            }
            FactEvent::ComplaintAccepted => self.at(State::Accepted),
            FactEvent::ComplaintDeclined { .. } => self.at(State::Declined),
            FactEvent::ScreeningDecided(decision) => {
                self.screenings.push((decision.clone(), stamp.actor.id.clone()));
                self.screening_objected = false;
                self.at(State::Screened);
            }
            FactEvent::ScreeningObjected { .. } => {
                self.screening_objected = true;
                self.at(State::Accepted);
            }
            FactEvent::VisitOffered { .. } => self.at(State::VisitOffered),
            FactEvent::ConsentGiven {
                no,
                scope,
                channel,
                windows,
                place,
            } => {
                self.consents.push(Consent {
                    no: *no,
                    scope: *scope,
                    channel: channel.clone(),
                    recorded_by: stamp.actor.id.clone(),
                    given_at: stamp.at,
                    windows: windows.clone(),
                    place: place.clone(),
                    status: ConsentStatus::Given,
                });
                if *scope == ConsentScope::Visiting {
                    self.at(State::Consented);
                }
            }
            FactEvent::VisitRefused { .. } => {}
            FactEvent::ConsentWithdrawn { no } => {
                self.end_consent(*no, ConsentStatus::Withdrawn(stamp.at));
            }
            FactEvent::ConsentInvalidated { no, .. } => {
                let visiting = self.end_consent(*no, ConsentStatus::Invalidated(stamp.at));
                if visiting && self.phase != Phase::At(State::Visited) {
                    self.at(State::Screened);
                }
            }
            FactEvent::VisitScheduled(appointment) => {
                self.appointment = Some(appointment.clone());
                self.notice = None;
                self.at(State::Scheduled);
            }
            FactEvent::NoticeSent(notice) => self.notice = Some(notice.clone()),
            FactEvent::VisitCancelled { .. } => {
                self.drop_appointment();
                self.at(State::Consented);
            }
            FactEvent::VisitReported(report) => {
                self.touched_by
                    .extend(report.crew.iter().map(|m| m.staff.clone()));
                self.drop_appointment();
                self.at(match report.outcome {
                    VisitOutcome::Held | VisitOutcome::CutShort => State::Visited,
                    VisitOutcome::Absent | VisitOutcome::Unsafe | VisitOutcome::RefusedAtTheDoor => {
                        State::VisitFailed
                    }
                });
                self.visits.push(report.clone());
            }
            FactEvent::ChannelOpened { channel, .. } => {
                self.drop_appointment();
                self.channel = Some(*channel);
                self.at(State::DeskHandling);
            }
            FactEvent::FindingRecorded {
                no,
                truth,
                reasonableness,
                basis,
                evidence,
            } => {
                let found = Finding {
                    truth: *truth,
                    reasonableness: *reasonableness,
                    basis: basis.clone(),
                    evidence: evidence.clone(),
                    by: stamp.actor.id.clone(),
                    at: stamp.at,
                };
                if let Some(a) = self.allegation_mut(*no) {
                    a.finding = Some(found);
                }
                if self.all_found() {
                    self.at(State::Verified);
                }
            }
            FactEvent::NegotiationOpened => self.phase = Phase::Negotiation,
            FactEvent::NegotiationEnded => self.at(State::NotAgreed),
            FactEvent::AgreementSigned(agreement) => {
                if !self.decision_notified {
                    self.decision_notified = true;
                    self.milestone(Milestone::DecisionNotified, stamp.at);
                    self.milestone(Milestone::DecisionReceived, stamp.at);
                }
                self.agreement = Some(agreement.clone());
                self.at(State::Agreed);
            }
            FactEvent::DecisionNotified { .. } => {
                self.decision_notified = true;
                self.milestone(Milestone::DecisionNotified, stamp.at);
            }
            FactEvent::TaskAdded { no, item } => {
                self.tasks.push(Task {
                    no: *no,
                    item: item.clone(),
                    status: TaskStatus::Open,
                });
            }
            FactEvent::TaskCompleted { no, proof } => {
                let done = TaskStatus::Done {
                    by: stamp.actor.id.clone(),
                    proof: proof.clone(),
                };
                if let Some(t) = self.tasks.iter_mut().find(|t| t.no == *no) {
                    t.status = done;
                }
            }
            FactEvent::TaskVerified { no } => {
                if let Some(t) = self.tasks.iter_mut().find(|t| t.no == *no)
                    && let TaskStatus::Done { by, .. } = &t.status
                {
                    t.status = TaskStatus::Verified {
                        done_by: by.clone(),
                        by: stamp.actor.id.clone(),
                    };
                }
            }
            FactEvent::AgreementExecuted => self.at(State::Executed),
            FactEvent::ReviewRequested { .. } => {
                self.milestone(Milestone::ReviewRequested, stamp.at);
                self.at(State::InReview);
            }
            FactEvent::ReviewDecided { outcome, .. } => {
                self.milestone(Milestone::ReviewDecided, stamp.at);
                self.after_review(*outcome);
            }
            FactEvent::MediationStarted { .. } => {
                self.clock.pauses.push(Pause {
                    reason: PauseReason::Mediation,
                    from: stamp.at,
                    to: None,
                });
                self.at(State::InMediation);
            }
            FactEvent::MediationEnded { settled } => {
                self.end_pauses(Some(PauseReason::Mediation), stamp.at);
                if !self.all_found() {
                    self.channel.get_or_insert(super::state::Channel::Mediation);
                    self.at(State::DeskHandling);
                } else if *settled {
                    self.at(State::Verified);
                } else {
                    self.at(State::NotAgreed);
                }
            }
            FactEvent::HandedToLitigation { .. } => {
                self.end_pauses(None, stamp.at);
                self.milestone(Milestone::HandedToLitigation, stamp.at);
                self.at(State::InLitigation);
            }
            FactEvent::ComplaintWithdrawn { .. } => {
                self.drop_appointment();
                self.end_pauses(None, stamp.at);
                self.milestone(Milestone::Withdrawn, stamp.at);
                self.at(State::Withdrawn);
            }
            FactEvent::CaseClosed { .. } => {
                self.end_pauses(None, stamp.at);
                self.at(State::Closed);
            }
            FactEvent::CaseReopened { .. } => {
                self.reopened += 1;
                self.decision_notified = false;
                self.at(State::UnderReview);
            }
            FactEvent::NewFactsReceived { .. } => self.milestone(Milestone::NewFactsReceived, stamp.at),
            FactEvent::ClockExtended {
                clock, step, rank, ..
            } => self.clock.extensions.push(Extension {
                clock: clock.clone(),
                step: *step,
                granted_at: stamp.at,
                approver: stamp.actor.id.clone(),
                rank: *rank,
                notified_at: None,
            }),
            FactEvent::ExtensionNotified { at, .. } => {
                if let Some(e) = self.clock.extensions.last_mut() {
                    e.notified_at = Some(*at);
                }
            }
            FactEvent::ClockPaused { reason } => {
                self.clock.pauses.push(Pause {
                    reason: *reason,
                    from: stamp.at,
                    to: None,
                });
            }
            FactEvent::ClockResumed { reason } => self.end_pauses(Some(*reason), stamp.at),
            FactEvent::SimilarNoted(similar) => {
                self.similar
                    .retain(|s| !similar.iter().any(|n| n.other == s.other));
                self.similar.extend(similar.iter().cloned());
            }
            FactEvent::SimilarDismissed { other } => self.similar.retain(|s| s.other != *other),
            FactEvent::CaseLinked { other, kind } => {
                self.similar.retain(|s| s.other != *other);
                self.links.push((*other, *kind));
            }
            FactEvent::CaseUnlinked { other } => self.links.retain(|(o, _)| o != other),
            FactEvent::ContactRecorded(_) => self.contacts = self.contacts.saturating_add(1),
            FactEvent::SurveyRecorded {
                moment,
                satisfaction,
                trust,
            } => {
                self.surveys.push((*moment, *satisfaction, *trust));
            }
            FactEvent::IncidentRecorded { kind, .. } => self.incidents.push(kind.clone()),
            FactEvent::FileAttached(file) => self.files.push(Attachment {
                file: file.clone(),
                by: stamp.actor.id.clone(),
                at: stamp.at,
                withdrawn: None,
            }),
            FactEvent::FileWithdrawn { file, reason } => {
                let why = (stamp.actor.id.clone(), stamp.at, reason.clone());
                if let Some(a) = self.files.iter_mut().find(|a| a.file.id == *file) {
                    a.withdrawn.get_or_insert(why);
                }
            }
        }
    }

    fn received(&mut self, intake: &Intake) {
        self.id = Some(intake.case);
        self.customer = Some(intake.customer);
        self.complainant = intake.complainant.clone();
        self.intake_channel.clone_from(&intake.channel);
        self.source = (intake.source.clone(), intake.source_id.clone());
        self.line.clone_from(&intake.line);
        self.product.clone_from(&intake.product);
        self.title = intake.title.clone();
        self.narrative = intake.narrative.clone();
        self.branch = Some(intake.branch.clone());
        self.amount = intake.amount;
        self.allegations = intake
            .allegations
            .iter()
            .enumerate()
            .map(|(i, told)| Allegation {
                no: AllegationNo(i as u16 + 1),
                told: told.clone(),
                assessment: None,
                finding: None,
            })
            .collect();
        self.milestone(Milestone::ComplaintReceived, intake.received_at);
        if let Some(at) = intake.forwarded_at {
            self.milestone(Milestone::ForwardedByCentralBank, at);
        }
        self.at(State::Received);
    }

    /// Ends the consent; says whether it was one to be visited. An appointment never outlives its consent.
    fn end_consent(&mut self, no: u16, status: ConsentStatus) -> bool {
        if self.appointment.as_ref().is_some_and(|a| a.consent_no() == no) {
            self.drop_appointment();
        }
        match self.consents.iter_mut().find(|c| c.no == no) {
            Some(c) => {
                c.status = status;
                c.scope == ConsentScope::Visiting
            }
            None => false,
        }
    }

    fn after_review(&mut self, outcome: ReviewOutcome) {
        let found = self.all_found();
        match outcome {
            ReviewOutcome::Upheld if found => self.at(State::NotAgreed),
            ReviewOutcome::Upheld => self.at(State::Declined),
            ReviewOutcome::Changed => {
                self.decision_notified = false;
                self.at(if found {
                    State::Verified
                } else {
                    State::UnderReview
                });
            }
        }
    }
}

impl Negotiation {
    /// Folds one event of the negotiation.
    pub fn apply(&mut self, event: &NegotiationEvent, stamp: &Stamp) {
        match event {
            NegotiationEvent::RoundOpened
            | NegotiationEvent::RoundEnded { .. }
            | NegotiationEvent::OfferAccepted { .. } => {
                self.round_start = self.proposals.len();
                self.offers.clear();
            }
            NegotiationEvent::RemedyProposed { no, terms } => self.proposals.push(Proposal {
                no: *no,
                terms: terms.clone(),
                by: stamp.actor.id.clone(),
                vote: None,
            }),
            NegotiationEvent::RemedyVoted { no, approved } => {
                let vote = Vote {
                    by: stamp.actor.id.clone(),
                    approved: *approved,
                };
                if let Some(p) = self.proposals.iter_mut().find(|p| p.no == *no) {
                    p.vote.get_or_insert(vote);
                }
            }
            NegotiationEvent::OfferMade { proposal } => {
                self.offers.push(Offer::ByBank { proposal: *proposal });
            }
            NegotiationEvent::CounterOffered { terms } => {
                self.offers.push(Offer::ByCustomer { terms: terms.clone() });
            }
        }
    }
}
