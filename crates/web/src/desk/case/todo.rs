//! What can be done to a case now, in the order people need it, and why the rest cannot.

use crate::{lang::Lang, words};
use domain::case::{Action, Case, Refusal, TaskStatus};

pub(super) struct Todo {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) icon: &'static str,
}

/// What can be done now: next steps first, then what is possible almost always; and why the rest is not.
#[derive(Default)]
pub(super) struct Todos {
    pub(super) first: Vec<Todo>,
    pub(super) more: Vec<Todo>,
    pub(super) cannot: Vec<(&'static str, String)>,
}

/// Sorts the domain's answer for the page.
pub(super) fn todos(case: &Case, actions: &[(Action, Result<(), Refusal>)], lang: Lang) -> Todos {
    let mut todos = Todos::default();
    for (action, allowed) in actions {
        let name = words::action(*action, lang);
        match allowed {
            Ok(()) if has_object(*action, case) => {
                let todo = Todo {
                    code: action.code(),
                    name,
                    icon: icon(*action),
                };
                if is_side_step(*action) {
                    todos.more.push(todo);
                } else {
                    todos.first.push(todo);
                }
            }
            Ok(()) => {}
            Err(_) if matches!(action, Action::NoteSimilar | Action::Receive) => {}
            Err(why) => todos.cannot.push((name, words::refusal(why, lang))),
        }
    }
    todos
}

/// The icon of an action's button.
fn icon(action: Action) -> &'static str {
    use Action as A;
    match action {
        A::Acknowledge | A::SendNotice | A::NotifyDecision | A::NotifyExtension => "mail",
        A::Assign => "users",
        A::AddAllegation | A::AddTask => "plus",
        A::StartReview | A::ProposeRemedy | A::AttachFile => "file",
        A::Assess | A::RecordFinding | A::DecideReview | A::StartMediation | A::EndMediation => "scale",
        A::Accept | A::CompleteTask | A::VerifyTask => "check",
        A::Decline
        | A::CancelVisit
        | A::EndNegotiation
        | A::RefuseVisit
        | A::WithdrawConsent
        | A::InvalidateConsent
        | A::WithdrawFile => "cross",
        A::DecideScreening => "filter",
        A::OfferVisit | A::ScheduleVisit => "calendar",
        A::GiveConsent => "shield",
        A::ReportVisit => "visits",
        A::OpenChannel | A::RecordCounterOffer => "swap",
        A::VoteOnRemedy => "vote",
        A::MakeOffer | A::RecordSurvey => "chat",
        A::SignAgreement => "pen",
        A::RequestReview => "flag",
        A::HandOverToLitigation | A::WithdrawComplaint => "leave",
        A::Close | A::Reopen => "lock",
        A::ReceiveNewFacts | A::Receive => "inbox",
        A::ExtendClock | A::ResumeClock => "clock",
        A::PauseClock => "pause",
        A::NoteSimilar | A::DismissSimilar | A::LinkCase | A::UnlinkCase => "link",
        A::RecordContact => "phone",
        A::ObjectToScreening | A::RecordIncident => "alert",
    }
}

/// Actions that are possible almost always and seldom the next step.
fn is_side_step(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::Assign
            | A::WithdrawComplaint
            | A::ReceiveNewFacts
            | A::ExtendClock
            | A::NotifyExtension
            | A::PauseClock
            | A::ResumeClock
            | A::NoteSimilar
            | A::DismissSimilar
            | A::LinkCase
            | A::UnlinkCase
            | A::RecordContact
            | A::RecordSurvey
            | A::RecordIncident
            | A::AttachFile
            | A::WithdrawFile
            | A::AddAllegation
            | A::Close
            | A::ObjectToScreening
            | A::OpenChannel
            | A::InvalidateConsent
            | A::WithdrawConsent
            | A::CancelVisit
            | A::StartMediation
            | A::RequestReview
    )
}

/// Whether the form of an action would have nothing to choose from.
pub(crate) fn has_object(action: Action, case: &Case) -> bool {
    use Action as A;
    let f = &case.facts;
    match action {
        // The section of the files has its form.
        A::NoteSimilar | A::Receive | A::AttachFile => false,
        A::WithdrawFile => case.standing_files().next().is_some(),
        A::DismissSimilar => !f.similar.is_empty(),
        A::UnlinkCase => !f.links.is_empty(),
        A::NotifyExtension => f.clock.extensions.iter().any(|e| e.notified_at.is_none()),
        A::ResumeClock => f.clock.pauses.iter().any(|p| p.to.is_none()),
        A::VoteOnRemedy => case.negotiation.pending().next().is_some(),
        A::MakeOffer => case
            .negotiation
            .round()
            .iter()
            .any(|p| p.vote.as_ref().is_some_and(|v| v.approved)),
        A::SignAgreement => case.negotiation.last_bank_offer().is_some(),
        A::CompleteTask => f.tasks.iter().any(|t| t.status == TaskStatus::Open),
        A::VerifyTask => f
            .tasks
            .iter()
            .any(|t| matches!(t.status, TaskStatus::Done { .. })),
        _ => true,
    }
}
