//! The page of a case: where it stands, what happened, what can be done next and why the rest cannot.

use super::{
    contact,
    rows::{clock_chip, clock_title},
};
use crate::{
    assets,
    error::Failure,
    page::{Chip, Page, Show, html, state_name, state_tone},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, Dossier, Explanation};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    CaseId,
    case::{Action, Case, ConsentScope, ConsentStatus, Offer, State as S, TaskStatus, Terms},
};
use rules::{ClockState, Status, What};

pub(crate) struct Step {
    name: &'static str,
    done: bool,
    here: bool,
}

pub(crate) struct Clock {
    title: String,
    due: String,
    iso: String,
    chip: Chip,
    /// What a clock that has not started waits for.
    waits: String,
    steps: Vec<(String, String)>,
    provisional: bool,
}

pub(crate) struct Claim {
    no: u16,
    text: String,
    cause: String,
    asks: String,
    claimed: String,
    /// (heading, truth, tone, reasonableness, tone, reasons, evidence, by)
    verdicts: Vec<Verdict>,
}

pub(crate) struct Verdict {
    head: &'static str,
    truth: String,
    truth_tone: &'static str,
    fair: String,
    fair_tone: &'static str,
    reasons: String,
    evidence: Vec<String>,
    by: String,
}

pub(crate) struct Consent {
    scope: String,
    status: String,
    tone: &'static str,
    about: String,
}

pub(crate) struct Happened {
    icon: String,
    words: String,
    by: String,
    at: String,
    iso: String,
    more: String,
}

pub(crate) struct Proposal {
    name: String,
    theirs: bool,
    status: String,
    tone: &'static str,
    items: Vec<String>,
    about: String,
}

pub(crate) struct Task {
    no: u16,
    text: String,
    status: String,
    tone: &'static str,
    proof: String,
}

pub(crate) struct Linked {
    id: String,
    what: String,
    similar: bool,
}

pub(crate) struct Todo {
    code: &'static str,
    name: &'static str,
    icon: &'static str,
}

pub(crate) struct Visit {
    when: String,
    crew: String,
    place: String,
    address: String,
    notice: String,
}

pub(crate) struct Report {
    when: String,
    outcome: String,
    tone: &'static str,
    crew: String,
    own_words: String,
    suggestions: Vec<String>,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    page: Page,
    id: String,
    title: String,
    state: String,
    state_tone: &'static str,
    chip: Chip,
    customer: String,
    customer_id: String,
    may_see_customer: bool,
    narrative: String,
    facts: Vec<(&'static str, String)>,
    person: Vec<(&'static str, String)>,
    path: Vec<Step>,
    clocks: Vec<Clock>,
    first: Vec<Todo>,
    more: Vec<Todo>,
    cannot: Vec<(&'static str, String)>,
    timeline: Vec<Happened>,
    earlier: Vec<Happened>,
    claims: Vec<Claim>,
    consents: Vec<Consent>,
    windows: String,
    visit: Option<Visit>,
    reports: Vec<Report>,
    screening: Option<(String, Vec<String>)>,
    negotiation: bool,
    proposals: Vec<Proposal>,
    agreement: String,
    tasks: Vec<Task>,
    links: Vec<Linked>,
    evidence: Vec<(String, String)>,
    can_link: bool,
    can_dismiss: bool,
    done: String,
}

/// Opens a case for this person, or says that there is none.
pub(crate) fn open(app: &App, person: &Person, id: CaseId, what: &str) -> Result<Dossier, Failure> {
    crate::orders::open(app, person.viewer(), id, what)
}

/// Reads a case number of an address.
pub(crate) fn number(id: &str) -> Result<CaseId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    app.work(move |app| {
        let dossier = open(app, &person, id, "case page")?;
        let explained = app.office.explained(id, dossier, person.actor());
        Ok(html(&view(app, &person, &explained)))
    })
    .await
}

/// The way of a case, in the order of its life.
fn path(state: S, lang: crate::lang::Lang) -> Vec<Step> {
    const WAY: [(words::Three, &[S]); 8] = [
        (["收到", "收到", "Received"], &[S::Received, S::Acknowledged]),
        (["初步审核", "初步審核", "Review"], &[S::UnderReview, S::Declined]),
        (
            ["受理与筛选", "受理與篩選", "Accepted"],
            &[S::Accepted, S::Screened],
        ),
        (
            ["邀约与同意", "邀約與同意", "Consent"],
            &[S::VisitOffered, S::Consented],
        ),
        (
            ["上门或其他渠道", "上門或其他管道", "Visit or desk"],
            &[S::Scheduled, S::DeskHandling, S::Visited, S::VisitFailed],
        ),
        (["核实", "核實", "Verified"], &[S::Verified]),
        (
            ["协商", "協商", "Remedy"],
            &[
                S::RemedyProposed,
                S::Negotiating,
                S::NotAgreed,
                S::InMediation,
                S::InReview,
                S::InLitigation,
            ],
        ),
        (
            ["落实与结案", "落實與結案", "Carried out"],
            &[S::Agreed, S::Executed, S::Closed, S::Withdrawn],
        ),
    ];
    let here = WAY
        .iter()
        .position(|(_, states)| states.contains(&state))
        .unwrap_or(0);
    WAY.iter()
        .enumerate()
        .map(|(n, (name, _))| Step {
            name: words::pick(*name, lang),
            done: n < here || state == S::Closed,
            here: n == here && state != S::Closed,
        })
        .collect()
}

fn truth_tone(code: &str) -> &'static str {
    match code {
        "true" | "reasonable" => "ok",
        "partly_true" | "partly_reasonable" => "warn",
        "unreasonable" => "bad",
        _ => "",
    }
}

fn clock(c: &ClockState, show: &Show) -> Clock {
    let due_at = c.due_at();
    let waiting = c
        .derivation
        .steps
        .iter()
        .find(|s| matches!(s.what, What::Waiting { .. }));
    let waits = waiting
        .filter(|_| c.status == Status::NotStarted)
        .map_or_else(String::new, |s| s.text(show.lang));
    Clock {
        title: c.title.get(show.lang).to_owned(),
        due: due_at.map_or_else(String::new, |t| format!("{} {}", show.long_day(t), show.clock(t))),
        iso: due_at.map_or_else(String::new, |t| show.iso(t)),
        chip: clock_chip(c, show),
        waits,
        provisional: c.provisional(),
        steps: c
            .derivation
            .steps
            .iter()
            .map(|s| {
                let cite = s.cite.as_ref().map_or_else(String::new, |c| {
                    format!(
                        "{} · {} {} · {}",
                        c.rule,
                        c.source,
                        c.article,
                        words::code_of(c.confidence)
                    )
                });
                (s.text(show.lang), cite)
            })
            .collect(),
    }
}

fn claims(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Claim> {
    let verdict = |head, truth: String, fair: String, reasons: &str, evidence: &[String], by: &str| Verdict {
        head,
        truth_tone: truth_tone(&truth),
        fair_tone: truth_tone(&fair),
        truth: words::option("truth", &truth, show.lang),
        fair: words::option("reasonableness", &fair, show.lang),
        reasons: reasons.to_owned(),
        evidence: evidence.to_vec(),
        by: app.directory.name_of(by),
    };
    case.facts
        .allegations
        .iter()
        .map(|a| {
            let mut verdicts = Vec::new();
            if let Some(f) = &a.finding {
                verdicts.push(verdict(
                    t.finding(),
                    words::code_of(f.truth),
                    words::code_of(f.reasonableness),
                    f.basis.or_empty(),
                    &f.evidence,
                    &f.by.0,
                ));
            }
            if let Some(f) = &a.assessment {
                verdicts.push(verdict(
                    t.on_the_papers(),
                    words::code_of(f.truth),
                    words::code_of(f.reasonableness),
                    f.reasons.or_empty(),
                    &[],
                    &f.by.0,
                ));
            }
            Claim {
                no: a.no.0,
                text: a.told.text.text().unwrap_or(t.erased()).to_owned(),
                cause: words::cause(&a.told.cause, show.lang),
                asks: a.told.asks.or_empty().to_owned(),
                claimed: a
                    .told
                    .claimed
                    .map_or_else(String::new, |m| show.money(m.minor, m.currency.code())),
                verdicts,
            }
        })
        .collect()
}

fn consents(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Consent> {
    [
        ConsentScope::Visiting,
        ConsentScope::Entering,
        ConsentScope::Recording,
    ]
    .into_iter()
    .map(|scope| {
        let newest = case.facts.consents.iter().rev().find(|c| c.scope == scope);
        let (status, tone, about) = match newest {
            None => (t.none(), "", String::new()),
            Some(c) => {
                let (status, tone) = match c.status {
                    ConsentStatus::Given => (t.consent_live(), "ok"),
                    ConsentStatus::Withdrawn(_) => (t.consent_withdrawn(), "warn"),
                    ConsentStatus::Invalidated(_) => (t.consent_invalid(), "bad"),
                };
                let by = app.directory.name_of(&c.recorded_by.0);
                let how = words::channel(&c.channel, show.lang);
                (
                    status,
                    tone,
                    format!("{} · {how} · {by}", show.moment(c.given_at)),
                )
            }
        };
        Consent {
            scope: words::option("scope", &words::code_of(scope), show.lang),
            status: status.to_owned(),
            tone,
            about,
        }
    })
    .collect()
}

fn items(terms: &Terms, show: &Show) -> Vec<String> {
    terms
        .items
        .iter()
        .map(|i| {
            let kind = words::option("remedy_kind", &words::code_of(i.kind), show.lang);
            let amount = i.amount.map_or_else(String::new, |m| {
                format!(" · {}", show.money(m.minor, m.currency.code()))
            });
            let detail = i.detail.or_empty();
            let colon = if detail.is_empty() { "" } else { "：" };
            format!("{kind}{amount}{colon}{detail} · {}", show.day(i.due))
        })
        .collect()
}

fn proposals(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Proposal> {
    let n = &case.negotiation;
    let offered = |no| {
        n.offers
            .iter()
            .any(|o| matches!(o, Offer::ByBank { proposal } if *proposal == no))
    };
    let mut out: Vec<Proposal> = n
        .proposals
        .iter()
        .map(|p| {
            let (status, tone) = match &p.vote {
                None => (t.waiting().to_owned(), "warn"),
                Some(v) if !v.approved => (t.rejected().to_owned(), "bad"),
                Some(_) if offered(p.no) => (format!("{} · {}", t.approved(), t.offered()), "ok"),
                Some(_) => (t.approved().to_owned(), "ok"),
            };
            let voted = p
                .vote
                .as_ref()
                .map_or_else(String::new, |v| format!(" → {}", app.directory.name_of(&v.by.0)));
            Proposal {
                name: format!("{} {}", t.proposal(), p.no),
                theirs: false,
                status,
                tone,
                items: items(&p.terms, show),
                about: format!("{}{voted}", app.directory.name_of(&p.by.0)),
            }
        })
        .collect();
    for offer in &n.offers {
        if let Offer::ByCustomer { terms } = offer {
            out.push(Proposal {
                name: t.counter_offer().to_owned(),
                theirs: true,
                status: String::new(),
                tone: "",
                items: items(terms, show),
                about: String::new(),
            });
        }
    }
    out
}

fn tasks(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Task> {
    case.facts
        .tasks
        .iter()
        .map(|task| {
            let (status, tone, proof) = match &task.status {
                TaskStatus::Open => (
                    t.task_open(),
                    if task.item.due < show.now { "bad" } else { "" },
                    String::new(),
                ),
                TaskStatus::Done { by, proof } => (
                    t.task_done(),
                    "warn",
                    format!("{proof} · {}", app.directory.name_of(&by.0)),
                ),
                TaskStatus::Verified { done_by, by } => (
                    t.task_verified(),
                    "ok",
                    format!(
                        "{} → {}",
                        app.directory.name_of(&done_by.0),
                        app.directory.name_of(&by.0)
                    ),
                ),
            };
            let terms = Terms {
                items: vec![task.item.clone()],
            };
            Task {
                no: task.no.0,
                text: items(&terms, show).remove(0),
                status: status.to_owned(),
                tone,
                proof,
            }
        })
        .collect()
}

/// The icon of an action's button.
fn icon(action: Action) -> &'static str {
    use Action as A;
    match action {
        A::Acknowledge | A::SendNotice | A::NotifyDecision | A::NotifyExtension => "mail",
        A::Assign => "users",
        A::AddAllegation | A::AddTask => "plus",
        A::StartReview | A::ProposeRemedy => "file",
        A::Assess | A::RecordFinding | A::DecideReview | A::StartMediation | A::EndMediation => "scale",
        A::Accept | A::CompleteTask | A::VerifyTask => "check",
        A::Decline
        | A::CancelVisit
        | A::EndNegotiation
        | A::RefuseVisit
        | A::WithdrawConsent
        | A::InvalidateConsent => "cross",
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
        A::NoteSimilar | A::Receive => false,
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

fn timeline(app: &App, dossier: &Dossier, negotiation: bool, show: &Show) -> Vec<Happened> {
    let mut entries: Vec<_> = dossier
        .entries
        .iter()
        .filter(|e| negotiation || matches!(e.event, domain::case::Event::Fact(_)))
        .enumerate()
        .collect();
    entries.sort_by_key(|(n, e)| (e.stamp.at, *n));
    entries
        .iter()
        .rev()
        .map(|(_, e)| {
            let (icon, tone, words) = words::event(&e.kind, show.lang);
            Happened {
                icon: assets::icon(icon, tone),
                words,
                by: if e.stamp.actor.role == domain::Role::System {
                    words::role(domain::Role::System, show.lang).to_owned()
                } else {
                    app.directory.name_of(&e.stamp.actor.id.0)
                },
                at: show.moment(e.stamp.at),
                iso: show.iso(e.stamp.at),
                more: super::more::about(&e.event, app, show),
            }
        })
        .collect()
}

fn view(app: &App, person: &Person, e: &Explanation) -> CasePage {
    let show = Show::new(app, person.lang());
    let t = Words(person.lang());
    let case = &e.dossier.case;
    let f = &case.facts;
    let state = case.state();
    let mask = |p: &domain::Personal| p.text().map_or_else(|| t.erased().to_owned(), ToOwned::to_owned);
    let names = |crew: &[domain::case::CrewMember]| {
        crew.iter()
            .map(|m| {
                format!(
                    "{}（{}）",
                    app.directory.name_of(&m.staff.0),
                    words::role(m.role, show.lang)
                )
            })
            .collect::<Vec<_>>()
            .join("、")
    };
    let negotiation = person.viewer().ask_case(Deed::SeeNegotiation, case).is_ok();
    let mut timeline = timeline(app, &e.dossier, negotiation, &show);
    let earlier = timeline.split_off(timeline.len().min(8));
    let (mut first, mut more) = (Vec::new(), Vec::new());
    let mut cannot = Vec::new();
    for (action, allowed) in &e.actions {
        let name = words::action(*action, show.lang);
        match allowed {
            Ok(()) if has_object(*action, case) => {
                let todo = Todo {
                    code: action.code(),
                    name,
                    icon: icon(*action),
                };
                if is_side_step(*action) {
                    more.push(todo);
                } else {
                    first.push(todo);
                }
            }
            Ok(()) => {}
            Err(_) if matches!(action, Action::NoteSimilar | Action::Receive) => {}
            Err(why) => cannot.push((name, words::refusal(why, show.lang))),
        }
    }
    let live = case.live_consent(ConsentScope::Visiting);
    let windows = live.map_or_else(String::new, |l| {
        l.record()
            .windows
            .iter()
            .map(|w| {
                format!(
                    "{} {}–{}",
                    show.long_day(w.from),
                    show.clock(w.from),
                    show.clock(w.to)
                )
            })
            .collect::<Vec<_>>()
            .join("；")
    });
    let visit = f.appointment.as_ref().map(|a| Visit {
        when: format!(
            "{} {}–{}",
            show.long_day(a.window().from),
            show.clock(a.window().from),
            show.clock(a.window().to)
        ),
        crew: names(a.crew()),
        place: words::option("place_kind", &words::code_of(a.place().kind), show.lang),
        address: mask(&a.place().address),
        notice: f.notice.as_ref().map_or_else(String::new, |n| {
            format!(
                "{} · {}",
                show.moment(n.sent_at),
                words::channel(&n.channel, show.lang)
            )
        }),
    });
    let reports = f
        .visits
        .iter()
        .map(|v| {
            let code = words::code_of(v.outcome);
            Report {
                when: format!(
                    "{} {}–{}",
                    show.long_day(v.started_at),
                    show.clock(v.started_at),
                    show.clock(v.ended_at)
                ),
                tone: if code == "held" { "ok" } else { "warn" },
                outcome: words::option("visit_outcome", &code, show.lang),
                crew: names(&v.crew),
                own_words: v.own_words.or_empty().to_owned(),
                suggestions: v.suggestions.iter().map(|s| s.or_empty().to_owned()).collect(),
                confirmed: v.record_confirmed,
            }
        })
        .collect();
    let mut facts = vec![
        (
            t.line(),
            format!("{} / {}", words::line(&f.line, show.lang), f.product),
        ),
        (
            t.branch(),
            f.branch.as_ref().map_or_else(String::new, |b| b.0.clone()),
        ),
        (
            t.handler(),
            f.handler
                .as_ref()
                .map_or_else(|| t.nobody().to_owned(), |h| app.directory.name_of(&h.0)),
        ),
        (
            t.received(),
            format!(
                "{} · {}",
                f.clock
                    .milestones
                    .first()
                    .map_or_else(String::new, |(_, at)| show.moment(*at)),
                words::channel(&f.intake_channel, show.lang)
            ),
        ),
        (
            t.amount(),
            f.amount
                .map_or_else(String::new, |m| show.money(m.minor, m.currency.code())),
        ),
        (t.source(), format!("{} {}", f.source.0, f.source.1)),
    ];
    facts.retain(|(_, v)| !v.is_empty());
    let next = e
        .clocks
        .iter()
        .filter(|c| c.closed.is_none())
        .filter_map(|c| Some((c.due_at()?, c)))
        .min_by_key(|(at, _)| *at);
    let mut chip = show.due(next.map(|(at, _)| at), state.is_open());
    if let Some((_, c)) = next {
        chip.about = clock_title(app, &c.id, &show);
    }
    let mut links: Vec<Linked> = f
        .links
        .iter()
        .map(|(id, kind)| Linked {
            id: id.to_string(),
            what: words::option("link_kind", &words::code_of(*kind), show.lang),
            similar: false,
        })
        .collect();
    links.extend(f.similar.iter().map(|s| Linked {
        id: s.other.to_string(),
        what: format!("{} {}%", t.similar(), s.score / 10),
        similar: true,
    }));
    let evidence = f
        .allegations
        .iter()
        .filter_map(|a| a.finding.as_ref().map(|x| (a.no.0, x)))
        .flat_map(|(no, x)| x.evidence.iter().map(move |e| (e.clone(), no)))
        .map(|(e, no)| (e, format!("{} {no}", t.allegations())))
        .collect();
    let can = |a: Action| e.actions.iter().any(|(x, r)| *x == a && r.is_ok());
    let id = e.id.to_string();
    let name = words::role(person.actor().role, show.lang);
    tracing::debug!(role = name, "case shown");
    let done = person.query().get("done");
    let done = Action::ALL
        .iter()
        .find(|a| a.code() == done)
        .map_or_else(String::new, |a| words::action(*a, show.lang).to_owned());
    CasePage {
        page: Page::of(app, person, "cases", format!("{} {id}", t.case())),
        title: f
            .title
            .text()
            .filter(|x| !x.is_empty())
            .unwrap_or(&f.product)
            .to_owned(),
        state: state_name(state.code(), show.lang),
        state_tone: state_tone(state.code()),
        chip,
        customer: text::mask_name(f.complainant.name.or_empty()),
        customer_id: f.customer.map_or_else(String::new, |c| c.to_string()),
        may_see_customer: person.viewer().ask_case(Deed::SeeCustomer, case).is_ok(),
        narrative: f.narrative.text().unwrap_or(t.erased()).to_owned(),
        facts,
        person: contact::of(&[&f.complainant], t, &show),
        path: path(state, show.lang),
        clocks: e.clocks.iter().map(|c| clock(c, &show)).collect(),
        first,
        more,
        cannot,
        timeline,
        earlier,
        claims: claims(case, app, &show, t),
        consents: consents(case, app, &show, t),
        windows,
        visit,
        reports,
        screening: f.screenings.last().map(|(d, by)| {
            let held = if d.held_out {
                format!(" · {}", t.held_out())
            } else {
                String::new()
            };
            let chosen = if d.selected {
                words::action(Action::OfferVisit, show.lang)
            } else {
                words::action(Action::OpenChannel, show.lang)
            };
            (
                format!(
                    "{chosen} · {} {} · {}{held}",
                    t.points(),
                    d.points,
                    app.directory.name_of(&by.0)
                ),
                d.reasons.clone(),
            )
        }),
        negotiation,
        proposals: if negotiation {
            proposals(case, app, &show, t)
        } else {
            Vec::new()
        },
        agreement: f.agreement.as_ref().map_or_else(String::new, |a| {
            format!(
                "{} {} · {} · SHA-256 {}…",
                t.signed(),
                show.day(a.signed_at),
                words::option("signature", &a.signature, show.lang),
                a.document_hash.chars().take(12).collect::<String>()
            )
        }),
        tasks: tasks(case, app, &show, t),
        links,
        evidence,
        can_link: can(Action::LinkCase),
        can_dismiss: can(Action::DismissSimilar),
        id,
        done,
    }
}
