//! The parts of the page of a case: what the template shows, and how each is made from the case.

use super::files;
use crate::{
    assets,
    desk::{more, rows::clock_chip},
    page::{Chip, Show},
    state::App,
    words::{self, Words},
};
use app::Dossier;
use domain::{
    Personal,
    case::{
        Case, CaseFile, ConsentScope, ConsentStatus, CrewMember, Offer, State as S, TaskStatus, Terms, Window,
    },
};
use rules::{ClockState, Status, What};

pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) done: bool,
    pub(super) here: bool,
}

pub(super) struct Clock {
    pub(super) title: String,
    pub(super) due: String,
    pub(super) iso: String,
    pub(super) chip: Chip,
    /// What a clock that has not started waits for.
    pub(super) waits: String,
    pub(super) steps: Vec<(String, String)>,
    pub(super) provisional: bool,
}

pub(super) struct Claim {
    pub(super) no: u16,
    pub(super) text: String,
    pub(super) cause: String,
    pub(super) asks: String,
    pub(super) claimed: String,
    pub(super) verdicts: Vec<Verdict>,
}

pub(super) struct Verdict {
    pub(super) head: &'static str,
    pub(super) truth: String,
    pub(super) truth_tone: &'static str,
    pub(super) fair: String,
    pub(super) fair_tone: &'static str,
    pub(super) reasons: String,
    pub(super) evidence: Vec<String>,
    pub(super) by: String,
}

pub(super) struct Consent {
    pub(super) scope: String,
    pub(super) status: String,
    pub(super) tone: &'static str,
    pub(super) about: String,
}

pub(super) struct Happened {
    pub(super) icon: String,
    pub(super) words: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) iso: String,
    pub(super) more: String,
}

pub(super) struct Proposal {
    pub(super) name: String,
    pub(super) theirs: bool,
    pub(super) status: String,
    pub(super) tone: &'static str,
    pub(super) items: Vec<String>,
    pub(super) about: String,
}

pub(super) struct Task {
    pub(super) no: u16,
    pub(super) text: String,
    pub(super) status: String,
    pub(super) tone: &'static str,
    pub(super) proof: String,
}

pub(super) struct Linked {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) similar: bool,
}

pub(super) struct Visit {
    pub(super) when: String,
    pub(super) crew: String,
    pub(super) place: String,
    pub(super) address: String,
    pub(super) notice: String,
}

pub(super) struct Report {
    pub(super) when: String,
    pub(super) outcome: String,
    pub(super) tone: &'static str,
    pub(super) crew: String,
    pub(super) own_words: String,
    pub(super) suggestions: Vec<String>,
    pub(super) confirmed: bool,
}

/// The way of a case, in the order of its life.
pub(super) fn path(state: S, lang: crate::lang::Lang) -> Vec<Step> {
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

pub(super) fn clock(c: &ClockState, show: &Show) -> Clock {
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

pub(super) fn claims(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Claim> {
    let verdict = |head, truth: String, fair: String, reasons: &str, evidence: &[String], by: &str| Verdict {
        head,
        truth_tone: truth_tone(&truth),
        fair_tone: truth_tone(&fair),
        truth: words::option("truth", &truth, show.lang),
        fair: words::option("reasonableness", &fair, show.lang),
        reasons: reasons.to_owned(),
        evidence: evidence.iter().map(|e| files::evidence(case, e)).collect(),
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

pub(super) fn consents(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Consent> {
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

pub(super) fn proposals(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Proposal> {
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

pub(super) fn tasks(case: &Case, app: &App, show: &Show, t: Words) -> Vec<Task> {
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

pub(super) fn timeline(app: &App, dossier: &Dossier, negotiation: bool, show: &Show) -> Vec<Happened> {
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
                more: more::about(&e.event, app, show),
            }
        })
        .collect()
}

/// A span of one day: `11月23日 周一 14:00–15:00`.
fn span(w: Window, show: &Show) -> String {
    format!(
        "{} {}–{}",
        show.long_day(w.from),
        show.clock(w.from),
        show.clock(w.to)
    )
}

/// The windows of the standing consent to be visited.
pub(super) fn windows(case: &Case, show: &Show) -> String {
    case.live_consent(ConsentScope::Visiting)
        .map_or_else(String::new, |live| {
            let spans = live.record().windows.iter().map(|w| span(*w, show));
            spans.collect::<Vec<_>>().join("；")
        })
}

fn names(crew: &[CrewMember], app: &App, show: &Show) -> String {
    let one = |m: &CrewMember| {
        let role = words::role(m.role, show.lang);
        format!("{}（{role}）", app.directory.name_of(&m.staff.0))
    };
    crew.iter().map(one).collect::<Vec<_>>().join("、")
}

fn or_erased(text: &Personal, t: Words) -> String {
    text.text().unwrap_or(t.erased()).to_owned()
}

/// The standing appointment.
pub(super) fn visit(f: &CaseFile, app: &App, show: &Show, t: Words) -> Option<Visit> {
    let a = f.appointment.as_ref()?;
    Some(Visit {
        when: span(a.window(), show),
        crew: names(a.crew(), app, show),
        place: words::option("place_kind", &words::code_of(a.place().kind), show.lang),
        address: or_erased(&a.place().address, t),
        notice: f.notice.as_ref().map_or_else(String::new, |n| {
            let how = words::channel(&n.channel, show.lang);
            format!("{} · {how}", show.moment(n.sent_at))
        }),
    })
}

/// What the crews reported.
pub(super) fn reports(f: &CaseFile, app: &App, show: &Show) -> Vec<Report> {
    f.visits
        .iter()
        .map(|v| {
            let code = words::code_of(v.outcome);
            let window = Window {
                from: v.started_at,
                to: v.ended_at,
            };
            Report {
                when: span(window, show),
                tone: if code == "held" { "ok" } else { "warn" },
                outcome: words::option("visit_outcome", &code, show.lang),
                crew: names(&v.crew, app, show),
                own_words: v.own_words.or_empty().to_owned(),
                suggestions: v.suggestions.iter().map(|s| s.or_empty().to_owned()).collect(),
                confirmed: v.record_confirmed,
            }
        })
        .collect()
}

/// The line of short facts under the title.
pub(super) fn facts(f: &CaseFile, app: &App, show: &Show, t: Words) -> Vec<(&'static str, String)> {
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
    facts
}

/// Linked cases, and similar ones that wait for a decision.
pub(super) fn links(f: &CaseFile, show: &Show, t: Words) -> Vec<Linked> {
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
    links
}
