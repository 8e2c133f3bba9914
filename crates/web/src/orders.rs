//! Giving an order on a case: the one way for the pages and the API.

use crate::{
    error::Failure,
    forms::{self, Context, Fields, Mistake},
    lang::Lang,
    page::Show,
    state::App,
    words,
};
use app::{Deed, Dossier, OfficeError, Order, ScreeningProposal, Viewer};
use domain::{
    CaseId, EventId, Timestamp,
    case::{Action, Refusal},
};
use store::AppendError;

/// Opens a case for this person, or says that there is none; `what` is recorded as read.
pub(crate) fn open(app: &App, viewer: &Viewer, id: CaseId, what: &str) -> Result<Dossier, Failure> {
    Ok(app.office.open_case_for(id, viewer, Deed::SeeCases, what)?)
}

/// The action of this code that people can give.
pub(crate) fn action_of(code: &str) -> Option<Action> {
    actions().find(|a| a.code() == code)
}

/// Every action that people can give by a form on a case that is there.
pub(crate) fn actions() -> impl Iterator<Item = Action> {
    let people = |a: &Action| !matches!(a, Action::Receive | Action::NoteSimilar | Action::AttachFile);
    Action::ALL.iter().copied().filter(people)
}

/// The screening proposal, where the action is about it.
pub(crate) fn proposal(
    app: &App,
    action: Action,
    id: CaseId,
    dossier: &Dossier,
) -> Result<Option<ScreeningProposal>, Failure> {
    if action != Action::DecideScreening {
        return Ok(None);
    }
    let found = app
        .office
        .screening_of(id, &dossier.case, &dossier.entries, app.office.now())?;
    Ok(Some(found))
}

/// What forms need to know beside the fields.
pub(crate) fn context<'a>(
    app: &'a App,
    lang: Lang,
    dossier: &'a Dossier,
    proposal: Option<&'a ScreeningProposal>,
) -> Context<'a> {
    Context {
        case: &dossier.case,
        directory: &app.directory,
        proposal,
        zone: app.office.pack().zone(),
        lang,
    }
}

/// An order as it came in.
pub(crate) struct Given<'a> {
    pub(crate) case: CaseId,
    pub(crate) action: Action,
    pub(crate) fields: &'a Fields,
    pub(crate) event: EventId,
    pub(crate) seen: Option<(u64, u64)>,
}

/// What was entered meanwhile by somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) kind: String,
}

impl Changed {
    /// One line for people.
    pub(crate) fn text(&self, app: &App, show: &Show) -> String {
        format!(
            "{} · {} · {}",
            show.moment(self.at),
            app.directory.name_of(&self.by),
            words::event(&self.kind, show.lang).2
        )
    }
}

/// What became of it. But for `Done`, nothing was changed.
pub(crate) enum Outcome {
    Done {
        already: bool,
        state: &'static str,
        versions: (u64, u64),
        /// The kinds of the events that it led to.
        events: Vec<String>,
    },
    /// Fields that cannot be read.
    Mistakes(Vec<Mistake>),
    /// The rules of the case say no.
    Refused(Refusal),
    /// Somebody else was faster than a person who saw an older version.
    Stale(Vec<Changed>),
}

/// Carries an order out.
pub(crate) fn give(
    app: &App,
    viewer: &Viewer,
    lang: Lang,
    dossier: &Dossier,
    given: &Given<'_>,
) -> Result<Outcome, Failure> {
    // Asked first: after the order the case looks different, and its form would no longer fit.
    let before = dossier.order(given.event);
    if let Some(first) = before.first() {
        if first.stamp.actor.id != viewer.actor.id {
            return Err(Failure::Refused(
                "this event id belongs to an order of somebody else; draw a new one".into(),
            ));
        }
        return Ok(Outcome::Done {
            already: true,
            state: dossier.case.state().code(),
            versions: (dossier.facts_seq, dossier.negotiation_seq),
            events: before.iter().map(|e| e.kind.clone()).collect(),
        });
    }
    // Before the fields are read: a form tells what only those may know who can act.
    let allowed = app.office.allowed(&dossier.case, &viewer.actor);
    if let Some((_, Err(refusal))) = allowed.into_iter().find(|(a, _)| *a == given.action) {
        return Ok(Outcome::Refused(refusal));
    }
    let found = proposal(app, given.action, given.case, dossier)?;
    let context = context(app, lang, dossier, found.as_ref());
    let command = match forms::command(given.action, given.fields, &context) {
        Ok(command) => command,
        Err(mistakes) => return Ok(Outcome::Mistakes(mistakes)),
    };
    let order = Order {
        id: given.event,
        case: given.case,
        actor: viewer.actor.clone(),
        at: app.office.now(),
        command,
        seen: given.seen,
    };
    match app.office.execute(&order) {
        Ok(done) => Ok(Outcome::Done {
            already: done.already,
            state: done.case.state().code(),
            versions: done.versions,
            events: done.events.iter().map(::app::kind_of).collect(),
        }),
        Err(OfficeError::Refused { refusal, .. }) => Ok(Outcome::Refused(refusal)),
        Err(OfficeError::Append(AppendError::Conflict { since, .. })) => Ok(Outcome::Stale(
            since
                .into_iter()
                .map(|c| Changed {
                    at: c.recorded_at,
                    by: c
                        .actor
                        .split_once(':')
                        .map_or_else(|| c.actor.clone(), |(_, id)| id.to_owned()),
                    kind: c.kind,
                })
                .collect(),
        )),
        Err(e) => Err(e.into()),
    }
}
