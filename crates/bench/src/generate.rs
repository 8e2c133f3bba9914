//! Generated cases: every event is decided by the domain, and stored as the application stores it.

use crate::texts;
use domain::{
    Actor, BranchId, CaseId, CustomerId, EventId, Money, Personal, Role, StaffId, Timestamp,
    case::{
        AllegationNo, Case, CloseReason, Command, Complainant, Context, Event, FileLimits, Intake,
        NewAllegation, Reasonableness, Stamp, Truth, decide,
    },
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use rules::Pack;
use store::{Body, CaseRow, Handle, HandleKind, NewEvent, OutboxMessage, StreamAppend, StreamId, Work};

/// 20 November 2026, 09:00 in China: the moment at which the generated bank is looked at.
pub(crate) const NOW: Timestamp = Timestamp(1_795_136_400_000_000);
/// Over how many days before it complaints came in.
const DAYS: u64 = 365;
pub(crate) const BRANCHES: u32 = 500;
pub(crate) const HANDLERS: u32 = 2000;
/// Business lines, and how many of 1,000 cases each has.
pub(crate) const LINES: [(&str, u32); 7] = [
    ("loan", 400),
    ("card", 300),
    ("account", 150),
    ("payment", 90),
    ("wealth", 50),
    ("insurance", 9),
    ("other", 1),
];

/// How far a generated case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Received,
    Acknowledged,
    UnderReview,
    Accepted,
    Withdrawn,
    Closed,
}

/// The stages, and how many of 1,000 cases are in each: half the cases are open.
pub(crate) const STAGES: [(Stage, u32); 6] = [
    (Stage::Closed, 500),
    (Stage::Received, 150),
    (Stage::Acknowledged, 150),
    (Stage::UnderReview, 150),
    (Stage::Accepted, 49),
    (Stage::Withdrawn, 1),
];

fn pick<T: Copy, const N: usize>(dice: &mut ChaCha8Rng, of: [(T, u32); N]) -> T {
    let mut left = dice.next_u32() % of.iter().map(|o| o.1).sum::<u32>();
    for (value, weight) in of {
        match left.checked_sub(weight) {
            None => return value,
            Some(rest) => left = rest,
        }
    }
    of[0].0
}

/// Spreads numbers over all 64 bits, each to another one.
fn mix(n: u64) -> u64 {
    let x = (n ^ (n >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^ (x >> 32)
}

/// Returns the id of the `n`th case.
pub(crate) fn case_id(n: u64) -> CaseId {
    CaseId::from_bits(mix(n))
}

/// Returns a random event id.
pub(crate) fn event_id(dice: &mut ChaCha8Rng) -> EventId {
    EventId(u128::from(dice.next_u64()) << 64 | u128::from(dice.next_u64()))
}

/// Every tenth customer has two cases.
fn customer_of(n: u64) -> CustomerId {
    let n = if n % 10 == 9 { n - 1 } else { n };
    CustomerId(u128::from(mix(n.wrapping_add(1 << 40))) << 64 | u128::from(mix(n)))
}

/// Returns the name of a branch.
pub(crate) fn branch(n: u32) -> String {
    format!("B{:03}", n % BRANCHES)
}

/// Returns the name of a handler.
pub(crate) fn handler(n: u32) -> String {
    format!("handler-{:04}", n % HANDLERS)
}

fn complaint(n: u64, received_at: Timestamp, dice: &mut ChaCha8Rng) -> Intake {
    let known = |text: String| Personal::new(text);
    Intake {
        case: case_id(n),
        customer: customer_of(n),
        source: "bench".to_owned(),
        source_id: format!("{n:08}"),
        channel: "phone".to_owned(),
        line: pick(dice, LINES).to_owned(),
        product: format!("产品{:02}", dice.next_u32() % 40),
        title: known("客户投诉".to_owned()),
        narrative: known(texts::story(dice)),
        complainant: Complainant {
            name: known(texts::name(dice)),
            phone: known(format!("199{:08}", mix(n) % 100_000_000)),
            language: "zh-CN".to_owned(),
            ..Complainant::default()
        },
        branch: BranchId(branch(dice.next_u32())),
        amount: Some(Money::cny(i64::from(dice.next_u32() % 5_000_000))),
        received_at,
        allegations: vec![NewAllegation {
            cause: "C.other".to_owned(),
            text: known("如投诉内容所述".to_owned()),
            asks: known("退还费用".to_owned()),
            claimed: None,
        }],
        forwarded_at: None,
    }
}

/// The commands that bring the `n`th case to `stage`, each with who gave it and how many hours after
/// receipt.
fn script(intake: Intake, stage: Stage, who: &Actor) -> Vec<(Actor, i64, Command)> {
    let machine = Actor::new("import", Role::System);
    let mut script = vec![(machine, 0, Command::Receive(Box::new(intake)))];
    let mut then = |hours, command| script.push((who.clone(), hours, command));
    if stage == Stage::Received {
        return script;
    }
    then(
        1,
        Command::Assign {
            handler: StaffId(who.id.0.clone()),
        },
    );
    then(
        2,
        Command::Acknowledge {
            channel: "sms".to_owned(),
        },
    );
    if stage == Stage::Acknowledged {
        return script;
    }
    then(20, Command::StartReview);
    match stage {
        Stage::Accepted => {
            then(
                40,
                Command::Assess {
                    allegation: AllegationNo(1),
                    truth: Truth::PartlyTrue,
                    reasonableness: Reasonableness::Reasonable,
                    reasons: Personal::new("单据与客户所述相符"),
                },
            );
            then(41, Command::Accept);
        }
        Stage::Withdrawn | Stage::Closed => {
            then(
                50,
                Command::WithdrawComplaint {
                    reason: Some(Personal::new("客户已理解")),
                },
            );
            if stage == Stage::Closed {
                then(60, Command::Close(CloseReason::Withdrawn));
            }
        }
        Stage::Received | Stage::Acknowledged | Stage::UnderReview => {}
    }
    script
}

/// A case as it stands, for commands that follow.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) case: Case,
    pub(crate) facts_seq: u64,
}

/// Generates the `n`th case, the same for every run: its state, and the work that stores it.
///
/// # Errors
/// When the domain refuses a command: then this generator does not know its rules any more.
pub(crate) fn nth(n: u64, stage: Option<Stage>, pack: &Pack) -> anyhow::Result<(Standing, Work)> {
    let mut dice = ChaCha8Rng::seed_from_u64(n);
    let stage = stage.unwrap_or_else(|| pick(&mut dice, STAGES));
    let who = Actor::new(handler(dice.next_u32()).as_str(), Role::Handler);
    // Four days at least, so that everything that is told of the case has happened.
    let ago = 4 * Timestamp::DAY + (dice.next_u64() % (DAYS * Timestamp::DAY as u64)) as i64;
    let received = NOW.plus(-ago);
    let intake = complaint(n, received, &mut dice);
    let handles = handles(&intake.complainant);
    let search = search_text(&intake);
    let (id, customer) = (intake.case, intake.customer);
    let mut case = Case::default();
    let mut events = Vec::new();
    let mut last = received;
    for (actor, hours, command) in script(intake, stage, &who) {
        let stamp = Stamp {
            at: received.plus(hours * Timestamp::HOUR),
            actor,
        };
        last = stamp.at;
        for event in decided(&mut case, &command, &stamp)? {
            events.push(entry(&event, event_id(&mut dice), &stamp));
        }
    }
    let facts_seq = events.len() as u64;
    let work = Work {
        streams: vec![StreamAppend {
            stream: StreamId::facts(id),
            expected: 0,
            events,
        }],
        customer: Some(customer),
        view: row(&case, pack, facts_seq, last),
        search: Some(search),
        handles,
        outbox: vec![message(id, &case, event_id(&mut dice))],
        jobs: Vec::new(),
        records: Vec::new(),
    };
    Ok((Standing { case, facts_seq }, work))
}

/// Lets the domain decide and folds what happened.
pub(crate) fn decided(case: &mut Case, command: &Command, stamp: &Stamp) -> anyhow::Result<Vec<Event>> {
    let context = Context {
        authority: 0,
        files: FileLimits::default(),
        stamp: stamp.clone(),
    };
    let events = decide(case, command, &context)
        .map_err(|e| anyhow::anyhow!("the domain refused {:?}: {e}", command.action()))?;
    for event in &events {
        case.apply(event, stamp);
    }
    Ok(events)
}

/// Returns the log entry of an event in the application's shape; reading generated cases back through
/// the application proves that it is.
pub(crate) fn entry(event: &Event, id: EventId, stamp: &Stamp) -> NewEvent {
    let taken_apart = match event {
        Event::Fact(fact) => Body::of_variant(fact),
        Event::Negotiation(negotiation) => Body::of_variant(negotiation),
    };
    let (kind, body) = taken_apart.expect("events of the domain serialise as enum values");
    let role = serde_json::to_value(stamp.actor.role).expect("a role serialises as its name");
    NewEvent {
        id,
        kind,
        schema_version: 1,
        occurred_at: stamp.at,
        actor: format!("{}:{}", role.as_str().unwrap_or_default(), stamp.actor.id),
        purpose: "complaint_handling".to_owned(),
        body,
    }
}

/// Returns the message that tells others of a change.
pub(crate) fn message(id: CaseId, case: &Case, message: EventId) -> OutboxMessage {
    OutboxMessage {
        id: message,
        topic: "case.changed".to_owned(),
        body: format!(r#"{{"case":"{id}","state":"{}"}}"#, case.state().code()),
    }
}

/// Returns the line of the work list, with the next due date by `pack`.
pub(crate) fn row(case: &Case, pack: &Pack, facts_seq: u64, now: Timestamp) -> Option<CaseRow> {
    let facts = &case.facts;
    let (id, customer) = (facts.id?, facts.customer?);
    let open = case.state().is_open();
    let due = if open {
        rules::next_due(pack, &facts.clock, pack.zone(), now)
    } else {
        None
    };
    let received = facts.clock.milestones.first().map_or(now, |(_, at)| *at);
    let clocks = serde_json::to_string(&facts.clock).expect("clock facts are plain data");
    Some(CaseRow {
        masked_name: format!(
            "{}**",
            facts.complainant.name.or_empty().chars().next().unwrap_or('*')
        ),
        state: case.state().code().to_owned(),
        line: facts.line.clone(),
        product: facts.product.clone(),
        channel: facts.intake_channel.clone(),
        source: facts.source.0.clone(),
        source_ref: facts.source.1.clone(),
        branch: facts.branch.as_ref().map_or_else(String::new, |b| b.0.clone()),
        handler: facts.handler.as_ref().map(|h| h.0.clone()),
        amount_minor: facts.amount.map(|m| m.minor),
        currency: facts
            .amount
            .map_or_else(String::new, |m| m.currency.code().to_owned()),
        updated_at: now,
        due_at: due.map(|d| d.due_at),
        due_clock: due.map_or_else(String::new, |d| d.clock.to_owned()),
        open,
        facts_seq,
        clock_facts: if open { clocks } else { String::new() },
        ..CaseRow::empty(id, customer, received)
    })
}

fn handles(complainant: &Complainant) -> Vec<Handle> {
    vec![
        Handle::new(HandleKind::Phone, complainant.phone.or_empty()),
        Handle::new(HandleKind::Name, complainant.name.or_empty()),
    ]
}

fn search_text(intake: &Intake) -> String {
    let allegations = intake
        .allegations
        .iter()
        .flat_map(|a| [a.text.or_empty(), a.asks.or_empty()]);
    [
        intake.title.or_empty(),
        intake.narrative.or_empty(),
        intake.product.as_str(),
    ]
    .into_iter()
    .chain(allegations)
    .collect::<Vec<_>>()
    .join("\n")
}
