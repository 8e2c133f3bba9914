//! `decide(state, command, context) → events | refusal`: the one place where a command becomes history.

mod close;
mod file;
mod intake;
mod settle;
mod visit;

use super::{
    Case, Command, Event, FactEvent, FileLimits, NegotiationEvent, Refusal, Stamp, allowed, state::State,
};
use crate::personal::Personal;

/// What a decision may know besides the case: who and when, and how far that person's authority goes.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who gives the command, and when.
    pub stamp: Stamp,
    /// The largest remedy in minor units that this person may approve.
    pub authority: i64,
    /// How much a case may hold.
    pub files: FileLimits,
}

/// Longest free text in characters; a real narrative of the largest public sample has 32,000.
const TEXT_LIMIT: usize = 100_000;
/// Longest short text: names, codes, one-line reasons.
const LINE_LIMIT: usize = 2_000;
/// Most allegations, tasks, links and similar in one case.
const LIST_LIMIT: usize = 200;

/// Decides `command` on `case`.
///
/// The case is not changed; the events are to be appended and then folded by [`Case::apply`].
///
/// # Errors
/// A [`Refusal`] that says why not and what to do.
pub fn decide(case: &Case, command: &Command, context: &Context) -> Result<Vec<Event>, Refusal> {
    allowed::check(command.action(), case.state(), context.stamp.actor.role)?;
    if case
        .facts
        .clock
        .milestones
        .first()
        .is_some_and(|(_, received)| context.stamp.at < *received)
    {
        return Err(Refusal::BeforeReceipt);
    }
    let d = Decision { case, context };
    match command {
        Command::Receive(intake) => d.receive(intake),
        Command::Acknowledge { channel } => d.acknowledge(channel),
        Command::Assign { handler } => d.assign(handler),
        Command::AddAllegation(new) => d.add_allegation(new),
        Command::StartReview => fact(FactEvent::ReviewStarted),
        Command::Assess {
            allegation,
            truth,
            reasonableness,
            reasons,
        } => d.assess(*allegation, *truth, *reasonableness, reasons),
        Command::Accept => d.accept(),
        Command::Decline { reason, explanation } => d.decline(*reason, explanation),
        Command::DecideScreening(decision) => d.decide_screening(decision),
        Command::ObjectToScreening { reason } => fact(FactEvent::ScreeningObjected {
            reason: text("reason", reason)?,
        }),
        Command::OfferVisit { channel } => d.offer_visit(channel),
        Command::GiveConsent {
            scope,
            channel,
            windows,
            place,
        } => d.give_consent(*scope, channel, windows, place.as_ref()),
        Command::RefuseVisit { reason, next_channel } => d.refuse_visit(reason.as_ref(), *next_channel),
        Command::WithdrawConsent { scope, next_channel } => d.withdraw_consent(*scope, *next_channel),
        Command::InvalidateConsent { scope, reason } => d.invalidate_consent(*scope, reason),
        Command::ScheduleVisit { window, crew } => d.schedule_visit(*window, crew),
        Command::SendNotice { channel } => d.send_notice(channel),
        Command::CancelVisit { reason } => fact(FactEvent::VisitCancelled {
            reason: line("reason", reason)?,
        }),
        Command::ReportVisit(report) => d.report_visit(report),
        Command::OpenChannel { channel, reason } => fact(FactEvent::ChannelOpened {
            channel: *channel,
            reason: line("reason", reason)?,
        }),
        Command::RecordFinding {
            allegation,
            truth,
            reasonableness,
            basis,
            evidence,
        } => d.record_finding(*allegation, *truth, *reasonableness, basis, evidence),
        Command::ProposeRemedy(terms) => d.propose_remedy(terms),
        Command::VoteOnRemedy { proposal, approve } => d.vote_on_remedy(*proposal, *approve),
        Command::MakeOffer { proposal } => d.make_offer(*proposal),
        Command::RecordCounterOffer(terms) => d.record_counter_offer(terms),
        Command::EndNegotiation { reason } => Ok(d.leave_negotiation(reason.clone())),
        Command::SignAgreement {
            document_hash,
            signature,
        } => d.sign_agreement(document_hash, signature),
        Command::NotifyDecision { channel } => d.notify_decision(channel),
        Command::AddTask(item) => d.add_task(item),
        Command::CompleteTask { task, proof } => d.complete_task(*task, proof),
        Command::VerifyTask { task } => d.verify_task(*task),
        Command::RequestReview { grounds } => d.request_review(grounds),
        Command::DecideReview { outcome, reasons } => d.decide_review(*outcome, reasons),
        Command::StartMediation { body } => d.start_mediation(body),
        Command::EndMediation { settled } => fact(FactEvent::MediationEnded { settled: *settled }),
        Command::HandOverToLitigation { reason } => fact(FactEvent::HandedToLitigation {
            reason: line("reason", reason)?,
        }),
        Command::WithdrawComplaint { reason } => d.withdraw_complaint(reason.as_ref()),
        Command::Close(reason) => d.close(*reason),
        Command::Reopen { reason } => fact(FactEvent::CaseReopened {
            reason: line("reason", reason)?,
        }),
        Command::ReceiveNewFacts { text: t } => fact(FactEvent::NewFactsReceived {
            text: text("text", t)?,
        }),
        Command::ExtendClock {
            clock,
            step,
            rank,
            reason,
        } => d.extend_clock(clock, *step, *rank, reason),
        Command::NotifyExtension { channel } => d.notify_extension(channel),
        Command::PauseClock { reason } => d.pause_clock(*reason),
        Command::ResumeClock { reason } => d.resume_clock(*reason),
        Command::NoteSimilar(similar) => d.note_similar(similar),
        Command::DismissSimilar { other } => d.dismiss_similar(*other),
        Command::LinkCase { other, kind } => d.link_case(*other, *kind),
        Command::UnlinkCase { other } => d.unlink_case(*other),
        Command::RecordContact(contact) => {
            line("channel", &contact.channel)?;
            limit("note", contact.note.or_empty(), TEXT_LIMIT)?;
            fact(FactEvent::ContactRecorded(contact.clone()))
        }
        Command::RecordSurvey {
            moment,
            satisfaction,
            trust,
        } => {
            if !(1..=5).contains(satisfaction) || !(1..=5).contains(trust) {
                return Err(Refusal::BadSurvey);
            }
            fact(FactEvent::SurveyRecorded {
                moment: *moment,
                satisfaction: *satisfaction,
                trust: *trust,
            })
        }
        Command::RecordIncident { kind, guidance } => fact(FactEvent::IncidentRecorded {
            kind: line("kind", kind)?,
            guidance: line("guidance", guidance)?,
        }),
        Command::AttachFile(file) => d.attach_file(file),
        Command::WithdrawFile { file, reason } => d.withdraw_file(*file, reason),
    }
}

/// One decision under way: the command handlers of the sub-modules hang here.
struct Decision<'a> {
    case: &'a Case,
    context: &'a Context,
}

impl Decision<'_> {
    fn in_negotiation(&self) -> bool {
        matches!(self.case.state(), State::RemedyProposed | State::Negotiating)
    }

    /// The events that end open talks; none when no talks are open.
    fn leave_negotiation(&self, reason: Personal) -> Vec<Event> {
        if self.in_negotiation() {
            vec![
                FactEvent::NegotiationEnded.into(),
                NegotiationEvent::RoundEnded { reason }.into(),
            ]
        } else {
            Vec::new()
        }
    }

    fn without_finding(&self) -> Option<Refusal> {
        self.case
            .facts
            .allegations
            .iter()
            .find(|a| a.finding.is_none())
            .map(|a| Refusal::NotVerified(a.no))
    }
}

fn fact(event: FactEvent) -> Result<Vec<Event>, Refusal> {
    Ok(vec![event.into()])
}

fn limit(field: &'static str, text: &str, limit: usize) -> Result<(), Refusal> {
    // Bytes bound characters from above: most texts are accepted without counting.
    if text.len() > limit && text.chars().count() > limit {
        return Err(Refusal::TooLong { field, limit });
    }
    Ok(())
}

/// Accepts a one-line text that says something.
fn line(field: &'static str, text: &str) -> Result<String, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    limit(field, text, LINE_LIMIT)?;
    Ok(text.to_owned())
}

/// Accepts a longer text that says something.
fn text(field: &'static str, text: &Personal) -> Result<Personal, Refusal> {
    if text.or_empty().trim().is_empty() {
        return Err(Refusal::Empty { field });
    }
    limit(field, text.or_empty(), TEXT_LIMIT)?;
    Ok(text.clone())
}

fn room(what: &'static str, have: usize) -> Result<(), Refusal> {
    if have >= LIST_LIMIT {
        Err(Refusal::TooMany {
            what,
            limit: LIST_LIMIT,
        })
    } else {
        Ok(())
    }
}
