//! What all tests of the store need: a rig with a data directory on either engine, and sample work.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test file uses its own part, so which parts are unused differs"
)]

use domain::{CaseId, CustomerId, EventId, Timestamp};
use serde_json::json;
use store::{
    CaseRow, Handle, HandleKind, NewEvent, Options, OutboxMessage, Store, StreamAppend, StreamId, Target,
    Work,
};

/// A data directory on one engine, gone at the end of the test.
pub struct Rig {
    pub dir: tempfile::TempDir,
    pub target: Target,
    pub server: Option<testkit::Postgres>,
}

impl Rig {
    pub fn sqlite() -> Rig {
        Rig {
            dir: tempfile::tempdir().unwrap(),
            target: Target::Sqlite,
            server: None,
        }
    }

    pub fn postgres() -> Rig {
        let server = testkit::Postgres::start();
        let target = Target::Postgres {
            url: server.fresh_database(),
        };
        Rig {
            dir: tempfile::tempdir().unwrap(),
            target,
            server: Some(server),
        }
    }

    pub fn options(&self) -> Options {
        Options {
            target: self.target.clone(),
            ballast_bytes: 0,
            ..Options::sqlite(self.dir.path().join("data"))
        }
    }

    pub fn open(&self) -> Store {
        Store::open(self.options()).unwrap()
    }
}

/// The case with this number, spread over the buckets.
pub fn case(n: u64) -> CaseId {
    CaseId::from_bits((n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 3)
}

/// The event id with this number.
pub fn event_id(n: u64) -> EventId {
    EventId(u128::from(n).wrapping_mul(0x0123_4567_89AB_CDEF_1357_9BDF_0246_8ACF) | 1)
}

pub fn customer(n: u64) -> CustomerId {
    CustomerId(u128::from(n) + 1000)
}

/// An event with a personal text.
pub fn event(id: u64, text: &str) -> NewEvent {
    NewEvent {
        id: event_id(id),
        kind: "noted".into(),
        schema_version: 1,
        occurred_at: Timestamp(1_700_000_000_000_000 + id as i64),
        actor: "handler:zhao".into(),
        purpose: "complaint".into(),
        body: json!({ "note": { "personal": text }, "n": id }).into(),
    }
}

pub fn row(n: u64) -> CaseRow {
    CaseRow {
        masked_name: "王**".into(),
        state: ["received", "reviewing", "visited", "closed"][n as usize % 4].into(),
        line: ["loans", "cards", "accounts"][n as usize % 3].into(),
        product: "mortgage".into(),
        channel: "branch".into(),
        source: "core".into(),
        source_ref: format!("S-{n}"),
        branch: format!("B{:03}", n % 7),
        handler: n.is_multiple_of(2).then(|| format!("h{}", n % 5)),
        severity: n as i64 % 5,
        amount_minor: Some(n as i64 * 100),
        currency: "CNY".into(),
        updated_at: Timestamp(2_000_000 + n as i64),
        due_at: (n % 4 != 3).then_some(Timestamp(9_000_000 - n as i64)),
        due_clock: "cn.nfra.decide".into(),
        open: n % 4 != 3,
        facts_seq: 1,
        clock_facts: "{}".into(),
        ..CaseRow::empty(case(n), customer(n), Timestamp(1_000_000 + n as i64 * 10))
    }
}

/// The first work of a case: one event, its row, search text and a telephone handle.
pub fn opening(n: u64) -> Work {
    Work {
        streams: vec![StreamAppend {
            stream: StreamId::facts(case(n)),
            expected: 0,
            events: vec![event(n * 1000, "王小明 13800000000")],
        }],
        customer: Some(customer(n)),
        view: Some(row(n)),
        search: Some(format!("银行卡被冻结 case{n} 还款")),
        handles: vec![Handle::new(HandleKind::Phone, format!("1380000{n:04}"))],
        outbox: vec![OutboxMessage {
            id: event_id(n * 1000 + 1),
            topic: "webhook".into(),
            body: "{}".into(),
        }],
        jobs: vec![],
        records: vec![],
    }
}

/// A work that appends one event to the facts of case `n`.
pub fn next(n: u64, expected: u64, id: u64) -> Work {
    Work {
        streams: vec![StreamAppend {
            stream: StreamId::facts(case(n)),
            expected,
            events: vec![event(id, "again")],
        }],
        customer: Some(customer(n)),
        ..Work::default()
    }
}
