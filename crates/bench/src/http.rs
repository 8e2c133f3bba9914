//! The whole way over HTTP: durable events at 64 connections against a bare axum program, and full pages
//! of a large bank.

use crate::{
    append::{Base, Person, Rate, WRITERS, note, people, rate},
    bare::{self, Item},
    client::Client,
    databases::Server as Databases,
    machine,
    report::{Line, Section},
    sizes::Wanted,
    stats::{Spread, number, percentile},
};
use anyhow::Context as _;
use app::{Cost, Directory, Limits, NewUser, Office, Setup};
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use crossbeam_channel::{Receiver, Sender};
use domain::{Actor, Role, StaffId};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use rules::Pack;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use store::{Clock, Store};
use tokio::sync::oneshot;
use web::{Server, Settings};

/// The goals of the project.
const GOAL: f64 = 0.30;
const ANSWER: f64 = 50.0;
const PAGE: f64 = 100.0;
const MEGABYTES: f64 = 500.0;

/// A server on threads of its own; stops when it is dropped.
struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    fn start<F>(serve: impl FnOnce(oneshot::Receiver<()>) -> F + Send + 'static) -> anyhow::Result<Self>
    where
        F: Future<Output = anyhow::Result<(SocketAddr, tokio::task::JoinHandle<anyhow::Result<()>>)>>,
    {
        let (stop, stopped) = oneshot::channel();
        let (told, hears) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(async {
                let (address, task) = serve(stopped).await?;
                let _ = told.send(address);
                task.await?
            })
        });
        let address = hears.recv().context("the server did not start")?;
        Ok(Running {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn ours(office: Office, directory: Directory) -> anyhow::Result<Self> {
        Running::start(move |stopped| async move {
            let settings = Settings {
                demo: true,
                ..Settings::default()
            };
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let server = Server::listen(any, Arc::new(office), Arc::new(directory), settings).await?;
            let address = server.address()?;
            let task = tokio::spawn(async move {
                server
                    .serve(async {
                        let _ = stopped.await;
                    })
                    .await?;
                Ok(())
            });
            Ok((address, task))
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && !matches!(thread.join(), Ok(Ok(())))
        {
            eprintln!("a server of the benchmark did not end in order");
        }
    }
}

type Waiting = (Item, oneshot::Sender<()>);

struct Bare {
    items: Vec<Mutex<Item>>,
    queue: Sender<Waiting>,
    dice: Mutex<ChaCha8Rng>,
}

async fn bare_append(State(bare): State<Arc<Bare>>, body: Bytes) -> StatusCode {
    let Ok(sent) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let Some(n) = sent["case"].as_u64() else {
        return StatusCode::BAD_REQUEST;
    };
    let item = {
        let mut item = bare.items[n as usize % bare.items.len()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        item.next(&mut bare.dice.lock().unwrap_or_else(PoisonError::into_inner));
        item.clone()
    };
    let (reply, answer) = oneshot::channel();
    if bare.queue.send((item, reply)).is_err() || answer.await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    StatusCode::OK
}

fn write_all(mut write: bare::Write, queue: &Receiver<Waiting>) -> anyhow::Result<()> {
    while let Ok(first) = queue.recv() {
        let (items, waiting): (Vec<Item>, Vec<_>) = std::iter::once(first).chain(queue.try_iter()).unzip();
        write(&items)?;
        for reply in waiting {
            // A client that has gone away has lost only the answer.
            let _ = reply.send(());
        }
    }
    Ok(())
}

/// The reference: parses the body, hands the row to one writer with group commit, answers after the flush.
fn reference(base: &Base<'_>, wanted: &Wanted, payload: usize) -> anyhow::Result<Rate> {
    let copy = base.copy(wanted)?;
    let write = base.bare_writer(&copy)?;
    let (queue, requests) = crossbeam_channel::bounded(1024);
    let writer = std::thread::spawn(move || write_all(write, &requests));
    let clock = |c: &domain::case::Case| serde_json::to_string(&c.facts.clock).unwrap_or_default();
    let items = base
        .standing()
        .iter()
        .filter_map(|s| {
            Some(Mutex::new(Item::of(
                s.case.facts.id?,
                s.facts_seq,
                clock(&s.case),
                payload,
            )))
        })
        .collect();
    let state = Arc::new(Bare {
        items,
        queue,
        dice: Mutex::new(ChaCha8Rng::seed_from_u64(7)),
    });
    let own = (base.standing().len() / WRITERS) as u64;
    anyhow::ensure!(own > 0, "the reference needs a case for each connection");
    let server = Running::start(move |stopped| async move {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/append", post(bare_append))
            .with_state(state);
        let task = tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async {
                    let _ = stopped.await;
                })
                .await?;
            Ok(())
        });
        Ok((address, task))
    })?;
    let clients = (0..WRITERS)
        .map(|n| {
            Ok((
                Client::connect(server.address)?,
                ChaCha8Rng::seed_from_u64(n as u64),
                n as u64,
            ))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let measured = rate(wanted.span(), clients, |(client, dice, nth)| {
        // Each connection has its own cases, as in ours: a batch never holds one case twice.
        let case = dice.next_u64() % own * WRITERS as u64 + *nth;
        let body = serde_json::json!({ "case": case, "note": note() }).to_string();
        let answer = client.send("POST", "/append", "Content-Type: application/json\r\n", &body)?;
        anyhow::ensure!(answer.status == 200, "the reference answered {}", answer.status);
        Ok(())
    });
    drop(server);
    writer
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    measured
}

fn directory(store: &Store) -> anyhow::Result<Directory> {
    Ok(Directory::open(
        store,
        Clock::system(),
        Cost::default(),
        Limits::default(),
    )?)
}

/// Ours: token, access table, form, domain, seal, chain, view, outbox, flush.
fn ours(base: &Base<'_>, wanted: &Wanted) -> anyhow::Result<Rate> {
    let copy = base.copy(wanted)?;
    let store = Store::open(copy.options())?;
    let directory = directory(&store)?;
    let by = Actor::new("bench", Role::System);
    directory.add(
        NewUser {
            id: "counsel-01".into(),
            name: "Counsel".into(),
            roles: vec![Role::LegalCounsel],
            branch: "HQ".into(),
            password: None,
        },
        &by,
    )?;
    let token = directory.add_token(&StaffId::from("counsel-01"), Role::LegalCounsel, "bench", 1, &by)?;
    let office = Office::open(Setup::shipped(store))?;
    let server = Running::ours(office, directory)?;
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let clients = people(base)
        .into_iter()
        .map(|p| Ok((Client::connect(server.address)?, p)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    rate(wanted.span(), clients, |(client, person)| {
        call(client, person, &headers)
    })
}

fn call(client: &mut Client, person: &mut Person, headers: &str) -> anyhow::Result<()> {
    let id = person.next_id()?;
    let event = crate::generate::event_id(&mut person.dice);
    let body = serde_json::json!({
        "event_id": event.to_string(),
        "action": "record_contact",
        "fields": { "channel": "phone", "reached": "yes", "note": note() },
    })
    .to_string();
    let answer = client.send("POST", &format!("/api/v1/cases/{id}/commands"), headers, &body)?;
    anyhow::ensure!(
        answer.status == 200,
        "the API answered {}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    Ok(())
}

fn measure(
    wanted: &Wanted,
    databases: Option<&Databases>,
    pack: &Pack,
    section: &mut Section,
) -> anyhow::Result<()> {
    let base = Base::make(wanted, databases, pack)?;
    let payload = base.payload_bytes(wanted, pack)?;
    let (mut mine, mut theirs, mut ratios) = (vec![], vec![], vec![]);
    let (mut p50, mut p99) = (vec![], vec![]);
    for round in 0..wanted.runs() {
        let (bare, full) = if round % 2 == 0 {
            let bare = reference(&base, wanted, payload)?;
            (bare, ours(&base, wanted)?)
        } else {
            let full = ours(&base, wanted)?;
            (reference(&base, wanted, payload)?, full)
        };
        eprintln!(
            "http on {}, run {}: bare {:.0}/s, ours {:.0}/s (p99 {:.1} ms), load {}",
            base.engine(),
            round + 1,
            bare.per_second,
            full.per_second,
            full.p99,
            machine::load()
        );
        ratios.push(full.per_second / bare.per_second);
        mine.push(full.per_second);
        theirs.push(bare.per_second);
        p50.push(full.p50);
        p99.push(full.p99);
    }
    let ratio = Spread::of(&ratios);
    section.lines.push(Line {
        what: format!(
            "{}: durable events over HTTP, 64 connections, per second",
            base.engine()
        ),
        ours: Spread::of(&mine).to_string(),
        reference: Spread::of(&theirs).to_string(),
        ratio: ratio.to_string(),
        goal: format!("ratio ≥ {GOAL:.2}"),
        met: Some(ratio.median >= GOAL),
    });
    let slow = Spread::of(&p99).median;
    section.lines.push(Line {
        what: format!("{}: answer after, ms at p50 / p99", base.engine()),
        ours: format!("{} / {}", number(Spread::of(&p50).median), number(slow)),
        goal: format!("p99 < {ANSWER:.0}"),
        met: Some(slow < ANSWER),
        ..Line::default()
    });
    Ok(())
}

/// Measures durable events over HTTP on each engine.
pub(crate) fn run(wanted: &Wanted, databases: Option<&Databases>) -> anyhow::Result<Section> {
    let pack = rules::Packs::builtin()
        .get("cn")
        .context("the shipped packs hold cn")?;
    let mut section = Section {
        name: "http",
        title: "Durable events over HTTP, 64 connections",
        load: machine::load(),
        ..Section::default()
    };
    if !wanted.no_sqlite {
        measure(wanted, None, pack, &mut section)?;
    }
    if let Some(databases) = databases {
        measure(wanted, Some(databases), pack, &mut section)?;
    }
    section.notes.push(format!(
        "Ours: {WRITERS} kept connections post telephone calls to /api/v1 with a token: sign-in, access table, form, the case \
         read, opened and folded, the domain's decision, sealing, chain, view, counts, outbox, flush. Clients run on the same machine."
    ));
    section.notes.push(
        "Reference: axum with one route that parses a JSON body of the same size, takes a prepared row and hands it to one writer with \
         group commit (the reference of `append`); it reads, checks, seals and counts nothing."
            .to_owned(),
    );
    Ok(section)
}

/// The pages that people open most, with the role that opens them. `{}` stands for a case.
const PAGES: [(&str, &str, &str); 6] = [
    ("Today", "compliance", "/"),
    ("list", "compliance", "/cases"),
    ("filter: open, next due", "compliance", "/cases?open=yes&sort=due"),
    (
        "filter: line and state",
        "compliance",
        "/cases?line=card&state=under_review",
    ),
    ("search 钻石", "compliance", "/cases?q=%E9%92%BB%E7%9F%B3"),
    ("a case", "compliance", "/cases/{}"),
];

/// Asks for full pages of a bank with so many cases; `nth` names a case.
pub(crate) fn pages(
    office: Office,
    engine: &str,
    calls: usize,
    nth: impl Fn(u64) -> domain::CaseId,
) -> anyhow::Result<Vec<Line>> {
    let directory = directory(office.store())?;
    let by = Actor::new("bench", Role::System);
    let user = NewUser {
        id: "compliance-01".into(),
        name: "Compliance".into(),
        roles: vec![Role::Compliance],
        branch: "HQ".into(),
        password: None,
    };
    directory.add_all(vec![user], &by)?;
    let server = Running::ours(office, directory)?;
    let mut client = Client::connect(server.address)?;
    let mut lines = Vec::new();
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (what, role, path) in PAGES {
        let entered = client.send("POST", "/demo/sign-in", form, &format!("role={role}"))?;
        let cookie = entered.cookie.context("signing in gives a cookie")?;
        let headers = format!("Cookie: {cookie}\r\nAccept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n");
        let (mut times, mut weight) = (Vec::new(), 0);
        for n in 0..calls as u64 {
            let path = path.replace("{}", &nth(n).to_string());
            let from = Instant::now();
            let answer = client.send("GET", &path, &headers, "")?;
            times.push(from.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(answer.status == 200, "{path} answered {}", answer.status);
            weight = weight.max(answer.body.len());
        }
        let [p50, p99, max] = [50.0, 99.0, 100.0].map(|p| percentile(&mut times, p));
        let ours = format!("{} / {} / {}", number(p50), number(p99), number(max));
        eprintln!(
            "{engine}: page {what:<28} {ours} ms, {weight} bytes, load {}",
            machine::load()
        );
        lines.push(Line {
            what: format!(
                "{engine}: page {what}, {:.0} KB compressed, ms",
                weight as f64 / 1e3
            ),
            ours,
            goal: format!("p99 < {PAGE:.0}"),
            met: Some(p99 < PAGE),
            ..Line::default()
        });
    }
    if let Some(now) = machine::resident_megabytes() {
        lines.push(Line {
            what: format!("{engine}: resident memory after these pages, MB"),
            ours: number(now),
            goal: format!("< {MEGABYTES:.0}"),
            met: Some(now < MEGABYTES),
            ..Line::default()
        });
    }
    Ok(lines)
}
