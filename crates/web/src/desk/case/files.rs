//! The files of a case, as its page shows them.

use crate::{
    desk::files::UploadForm,
    page::Show,
    request::Person,
    state::App,
    words::{self, Words},
};
use app::{Deed, sniff::Media};
use domain::case::{Action, Attachment, Case, Refusal};

/// The section of the files.
pub(super) struct Files {
    pub(super) standing: Vec<Row>,
    pub(super) withdrawn: Vec<Row>,
    /// The form to attach more, for whoever may.
    pub(super) form: Option<UploadForm>,
}

/// One file.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    /// Whether its content is still there for this person.
    pub(super) openable: bool,
    pub(super) kind: String,
    pub(super) media: String,
    pub(super) size: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) iso: String,
    pub(super) sha256: String,
    pub(super) short: String,
    pub(super) note: String,
    /// Who withdrew it, when and why.
    pub(super) withdrawn: String,
    pub(super) can_withdraw: bool,
}

impl Files {
    pub(super) fn of(
        app: &App,
        person: &Person,
        case: &Case,
        actions: &[(Action, Result<(), Refusal>)],
        show: &Show,
    ) -> Files {
        let can = |a: Action| actions.iter().any(|(x, r)| *x == a && r.is_ok());
        let viewer = person.viewer();
        let sees = viewer.ask_case(Deed::SeeFiles, case).is_ok();
        let adds = viewer.ask_case(Deed::AttachFiles, case).is_ok() && can(Action::AttachFile);
        let rows = case.facts.files.iter().filter(|_| sees);
        let (withdrawn, standing) = rows
            .map(|a| row(app, a, can(Action::WithdrawFile), show))
            .partition(|r| !r.withdrawn.is_empty());
        Files {
            standing,
            withdrawn,
            form: adds.then(|| UploadForm::new(app, show.lang)),
        }
    }
}

fn row(app: &App, a: &Attachment, can_withdraw: bool, show: &Show) -> Row {
    let t = Words(show.lang);
    let f = &a.file;
    let ending = Media::from_mime(&f.media).map_or("", |m| m.endings()[0]);
    let sha256 = f.sha256.or_empty().to_owned();
    Row {
        id: f.id.to_string(),
        name: f.name.text().unwrap_or(t.erased()).to_owned(),
        openable: f.name.text().is_some(),
        kind: words::option("file_kind", &words::code_of(f.kind), show.lang),
        media: ending.to_uppercase(),
        size: words::size(f.bytes),
        by: app.directory.name_of(&a.by.0),
        at: show.moment(a.at),
        iso: show.iso(a.at),
        short: sha256.chars().take(12).collect(),
        sha256,
        note: f.note.as_ref().map_or("", |n| n.or_empty()).to_owned(),
        withdrawn: a.withdrawn.as_ref().map_or_else(String::new, |(by, at, reason)| {
            let by = app.directory.name_of(&by.0);
            let reason = reason.text().unwrap_or(t.erased());
            format!("{} · {by} · {reason}", show.moment(*at))
        }),
        can_withdraw: can_withdraw && a.withdrawn.is_none(),
    }
}

/// Shows a piece of evidence: the name of a file of the case, else the number as it was registered.
pub(super) fn evidence(case: &Case, named: &str) -> String {
    let file = named.parse().ok().and_then(|id| case.file(id));
    file.and_then(|a| a.file.name.text()).unwrap_or(named).to_owned()
}
