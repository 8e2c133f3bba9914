//! One view of a customer: cases, contacts, promises, preferences, and who read all this (mission B1).

use super::{
    contact, more,
    rows::{Row, clock_chip},
};
use crate::{
    assets,
    error::Failure,
    page::{Chip, Page, Show, html, role_of},
    request::Person,
    state::{App, Shared},
    words::{self, Words},
};
use app::{Deed, Dossier, OfficeError, Reach};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    CaseId, CustomerId, Timestamp,
    case::{Action, Case, ConsentScope, Event, FactEvent, SurveyMoment, TaskStatus},
};
use rules::Owner;
use store::CaseRow;

/// Most cases of one customer that are opened at once, the newest; each is a recorded reading.
const MOST: usize = 40;
/// Readings that the page shows, the newest.
const READINGS: usize = 60;
/// Contacts shown before the fold.
const CONTACTS: usize = 8;

struct Talk {
    icon: String,
    words: String,
    by: String,
    at: String,
    iso: String,
    more: String,
    case: String,
    when: Timestamp,
}

struct Promise {
    text: String,
    case: String,
    who: String,
    day: String,
    iso: String,
    chip: Chip,
    kept: bool,
    due: Timestamp,
}

struct Reading {
    at: String,
    iso: String,
    who: String,
    what: String,
    purpose: String,
    case: String,
}

#[derive(Template)]
#[template(path = "customer.html")]
struct CustomerPage {
    page: Page,
    name: String,
    branches: String,
    cases: Vec<(Row, String)>,
    /// Cases that were not opened because there are so many.
    left: usize,
    open_cases: usize,
    open_promises: usize,
    recent: usize,
    visits: usize,
    scores: Option<(String, String)>,
    talks: Vec<Talk>,
    earlier: Vec<Talk>,
    promises: Vec<Promise>,
    kept: Vec<Promise>,
    preferences: Vec<(&'static str, String)>,
    contact: Vec<(&'static str, String)>,
    may_see_readers: bool,
    readings: Vec<Reading>,
    readings_all: usize,
    /// The newest open case on which this person may note a contact.
    record_on: String,
    may_take_in: bool,
}

/// A case of the customer that this person reaches, opened.
struct Opened {
    row: CaseRow,
    dossier: Dossier,
}

impl Opened {
    fn case(&self) -> &Case {
        &self.dossier.case
    }
}

pub(crate) async fn page(
    State(app): State<Shared>,
    Path(id): Path<String>,
    person: Person,
) -> Result<Response, Failure> {
    let id: CustomerId = id.parse().map_err(|_| Failure::NotFound)?;
    person.viewer().ask(Deed::SeeCustomer)?;
    app.work(move |app| render(app, &person, id)).await
}

fn render(app: &App, person: &Person, id: CustomerId) -> Result<Response, Failure> {
    let mut rows = app.office.store().cases_of(id)?;
    rows.sort_by_key(|r| (std::cmp::Reverse(r.received_at), r.case));
    let mut opened = Vec::new();
    let mut left = 0;
    for row in rows {
        if opened.len() == MOST {
            left += usize::from(person.viewer().reaches_row(Deed::SeeCustomer, &row));
            continue;
        }
        match app
            .office
            .open_case_for(row.case, person.viewer(), Deed::SeeCustomer, "customer page")
        {
            Ok(dossier) => opened.push(Opened { row, dossier }),
            Err(OfficeError::NoSuchCase(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    if opened.is_empty() {
        return Err(Failure::NotFound);
    }
    let (may_see_readers, mut readings) = readings(app, person, id, &opened)?;
    let readings_all = readings.len();
    readings.truncate(READINGS);
    let show = Show::new(app, person.lang());
    let readings = readings.iter().map(|a| reading(app, &show, a)).collect();
    Ok(html(&view(
        app,
        person,
        &show,
        &opened,
        left,
        (may_see_readers, readings, readings_all),
    )))
}

/// Who read the data of this customer, newest first; of cases out of reach nothing is said.
fn readings(
    app: &App,
    person: &Person,
    id: CustomerId,
    opened: &[Opened],
) -> Result<(bool, Vec<store::Access>), Failure> {
    let viewer = person.viewer();
    let mine: Vec<CaseId> = opened
        .iter()
        .filter(|o| viewer.ask_case(Deed::SeeReaders, o.case()).is_ok())
        .map(|o| o.row.case)
        .collect();
    if mine.is_empty() {
        return Ok((false, Vec::new()));
    }
    let everything = viewer.reach(Deed::SeeReaders) == Reach::All;
    let mut all = app.office.store().accesses(id)?;
    all.retain(|a| everything || a.case.is_some_and(|c| mine.contains(&c)));
    all.sort_by_key(|a| std::cmp::Reverse(a.at));
    Ok((true, all))
}

fn reading(app: &App, show: &Show, access: &store::Access) -> Reading {
    let (role, id) = access.actor.split_once(':').unwrap_or(("", &access.actor));
    let name = app.directory.name_of(id);
    let who = match role_of(role) {
        Some(role) => format!("{name}（{}）", words::role(role, show.lang)),
        None => name,
    };
    Reading {
        at: show.moment(access.at),
        iso: show.iso(access.at),
        who,
        what: words::reading(&access.what, show.lang),
        purpose: words::purpose(&access.purpose, show.lang),
        case: access.case.map_or_else(String::new, |c| c.to_string()),
    }
}

/// What was said and sent, and the visits.
fn talks(app: &App, show: &Show, opened: &[Opened]) -> Vec<Talk> {
    let mut talks = Vec::new();
    for o in opened {
        for e in &o.dossier.entries {
            let Event::Fact(fact) = &e.event else { continue };
            let counts = matches!(
                **fact,
                FactEvent::ContactRecorded(_)
                    | FactEvent::VisitReported(_)
                    | FactEvent::NoticeSent(_)
                    | FactEvent::SurveyRecorded { .. }
            );
            if !counts {
                continue;
            }
            let (icon, tone, words) = words::event(&e.kind, show.lang);
            talks.push(Talk {
                icon: assets::icon(icon, tone),
                words,
                by: app.directory.name_of(&e.stamp.actor.id.0),
                at: show.moment(e.stamp.at),
                iso: show.iso(e.stamp.at),
                more: more::about(&e.event, app, show),
                case: o.row.case.to_string(),
                when: e.stamp.at,
            });
        }
    }
    talks.sort_by_key(|t| std::cmp::Reverse(t.when));
    talks
}

/// What the bank owes the customer: tasks, the appointment, the bank's running clocks.
fn promises(app: &App, person: &Person, show: &Show, t: Words, opened: &[Opened]) -> Vec<Promise> {
    let mut out = Vec::new();
    for o in opened {
        let facts = &o.case().facts;
        let who = facts
            .handler
            .as_ref()
            .map_or_else(|| t.nobody().to_owned(), |h| app.directory.name_of(&h.0));
        let mut add = |text: String, due: Timestamp, chip: Chip, kept: bool| {
            out.push(Promise {
                text,
                case: o.row.case.to_string(),
                who: who.clone(),
                day: show.long_day(due),
                iso: show.iso(due),
                chip,
                kept,
                due,
            });
        };
        for task in &facts.tasks {
            let detail = task.item.detail.or_empty();
            let kind = words::option("remedy_kind", &words::code_of(task.item.kind), show.lang);
            let colon = if detail.is_empty() { "" } else { "：" };
            let amount = task.item.amount.map_or_else(String::new, |m| {
                format!(" · {}", show.money(m.minor, m.currency.code()))
            });
            let chip = |tone, icon, text: &str| Chip {
                tone,
                icon,
                text: text.to_owned(),
                about: String::new(),
            };
            let (chip, kept) = match &task.status {
                TaskStatus::Open => (show.due(Some(task.item.due), true), false),
                TaskStatus::Done { .. } => (chip("warn", "eye", t.task_done()), false),
                TaskStatus::Verified { .. } => (chip("ok", "check", t.promise_kept()), true),
            };
            add(
                format!("{kind}{colon}{detail}{amount}"),
                task.item.due,
                chip,
                kept,
            );
        }
        if let Some(a) = &facts.appointment {
            let (from, to) = (a.window().from, a.window().to);
            let place = words::option("place_kind", &words::code_of(a.place().kind), show.lang);
            let text = format!("{} {}–{} · {place}", t.visit(), show.clock(from), show.clock(to));
            add(text, from, show.due(Some(from), true), false);
        }
        let explained = app
            .office
            .explained(o.row.case, o.dossier.clone(), person.actor());
        for c in explained.clocks.iter().filter(|c| c.owner == Owner::Bank) {
            if let (true, Some(due)) = (c.status.is_open(), c.due_at()) {
                add(c.title.get(show.lang).to_owned(), due, clock_chip(c, show), false);
            }
        }
    }
    out.sort_by_key(|p| p.due);
    out
}

/// What the customer prefers, as far as the cases tell.
fn preferences(show: &Show, t: Words, opened: &[Opened]) -> Vec<(&'static str, String)> {
    let mut languages: Vec<String> = Vec::new();
    let mut channels: Vec<(String, u32)> = Vec::new();
    let mut consents = Vec::new();
    let mut windows = Vec::new();
    let mut places: Vec<String> = Vec::new();
    for o in opened {
        let facts = &o.case().facts;
        let language = words::option("language", &facts.complainant.language, show.lang);
        if !language.is_empty() && !languages.contains(&language) {
            languages.push(language);
        }
        let mut used = |code: &str| {
            let name = words::channel(code, show.lang);
            match channels.iter_mut().find(|(n, _)| *n == name) {
                Some((_, n)) => *n += 1,
                None => channels.push((name, 1)),
            }
        };
        if !facts.intake_channel.is_empty() {
            used(&facts.intake_channel);
        }
        for e in &o.dossier.entries {
            if let Event::Fact(fact) = &e.event
                && let FactEvent::ContactRecorded(c) = &**fact
                && c.reached
            {
                used(&c.channel);
            }
        }
        if !o.row.open {
            continue;
        }
        for scope in [
            ConsentScope::Visiting,
            ConsentScope::Entering,
            ConsentScope::Recording,
        ] {
            let Some(live) = o.case().live_consent(scope) else {
                continue;
            };
            let record = live.record();
            let name = words::option("scope", &words::code_of(scope), show.lang);
            consents.push(format!("{name}（{}）", show.day(record.given_at)));
            windows.extend(record.windows.iter().filter(|w| w.to > show.now).map(|w| {
                format!(
                    "{} {}–{}",
                    show.long_day(w.from),
                    show.clock(w.from),
                    show.clock(w.to)
                )
            }));
            if let Some(place) = &record.place {
                let kind = words::option("place_kind", &words::code_of(place.kind), show.lang);
                if !places.contains(&kind) {
                    places.push(kind);
                }
            }
        }
    }
    channels.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let channels: Vec<String> = channels.into_iter().map(|(c, n)| format!("{c} {n}")).collect();
    let consent = if consents.is_empty() {
        t.no_consent_live().to_owned()
    } else {
        consents.join("；")
    };
    let mut out = vec![
        (t.preferred_language(), languages.join("、")),
        (t.channels_used(), channels.join("、")),
        (t.consent(), consent),
        (t.windows(), windows.join("；")),
        (t.place(), places.join("、")),
    ];
    if opened
        .iter()
        .any(|o| o.case().facts.complainant.representative.is_some())
    {
        out.push((t.representative(), t.yes().to_owned()));
    }
    out.retain(|(_, v)| !v.is_empty());
    out
}

/// Mean satisfaction before and after, where both were asked.
fn scores(opened: &[Opened]) -> Option<(String, String)> {
    let mean = |moment: SurveyMoment| {
        let given: Vec<f64> = opened
            .iter()
            .flat_map(|o| &o.case().facts.surveys)
            .filter(|(m, _, _)| *m == moment)
            .map(|(_, s, _)| f64::from(*s))
            .collect();
        (!given.is_empty()).then(|| format!("{:.1}", given.iter().sum::<f64>() / given.len() as f64))
    };
    mean(SurveyMoment::Before).zip(mean(SurveyMoment::After))
}

fn view(
    app: &App,
    person: &Person,
    show: &Show,
    opened: &[Opened],
    left: usize,
    (may_see_readers, readings, readings_all): (bool, Vec<Reading>, usize),
) -> CustomerPage {
    let t = Words(person.lang());
    let name = opened
        .iter()
        .map(|o| text::mask_name(o.case().facts.complainant.name.or_empty()))
        .find(|n| !n.is_empty())
        .unwrap_or_else(|| t.erased().to_owned());
    let mut branches: Vec<&str> = opened.iter().map(|o| o.row.branch.as_str()).collect();
    branches.sort_unstable();
    branches.dedup();
    let mut talks = talks(app, show, opened);
    let since = show.now.plus(-90 * Timestamp::DAY);
    let recent = talks.iter().filter(|x| x.when >= since).count();
    let earlier = talks.split_off(talks.len().min(CONTACTS));
    let all = promises(app, person, show, t, opened);
    let (kept, promises): (Vec<Promise>, Vec<Promise>) = all.into_iter().partition(|p| p.kept);
    let may_record = |o: &&Opened| {
        let allowed = app.office.allowed(o.case(), person.actor());
        allowed
            .iter()
            .any(|(a, r)| *a == Action::RecordContact && r.is_ok())
    };
    CustomerPage {
        page: Page::of(app, person, "cases", format!("{} {name}", t.customer())),
        branches: branches.join("、"),
        open_cases: opened.iter().filter(|o| o.row.open).count(),
        open_promises: promises.len(),
        recent,
        visits: opened.iter().map(|o| o.case().facts.visits.len()).sum(),
        scores: scores(opened),
        talks,
        earlier,
        promises,
        kept,
        preferences: preferences(show, t, opened),
        contact: contact::of(
            &opened
                .iter()
                .map(|o| &o.case().facts.complainant)
                .collect::<Vec<_>>(),
            t,
            show,
        ),
        may_see_readers,
        readings,
        readings_all,
        record_on: opened
            .iter()
            .filter(|o| o.row.open)
            .find(may_record)
            .map_or_else(String::new, |o| o.row.case.to_string()),
        may_take_in: person.viewer().may(Deed::TakeIn),
        cases: opened
            .iter()
            .map(|o| {
                let title = o.case().facts.title.text().filter(|x| !x.is_empty());
                let title = title.unwrap_or(&o.case().facts.product).to_owned();
                (Row::of(app, &o.row, show), title)
            })
            .collect(),
        left,
        name,
    }
}
