//! The questions that people ask of many cases.

use crate::{generate, texts};
use app::Office;
use domain::{Actor, BranchId, CaseId, Role, Timestamp};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use store::{CaseQuery, Cursor, Sort};

/// A question that can be asked with many arguments.
pub(crate) struct Question {
    /// What is asked.
    pub(crate) what: &'static str,
    /// Makes the `n`th call on a bank of so many cases.
    pub(crate) prepare: fn(u64, u64) -> Asked,
}

/// One call.
pub(crate) enum Asked {
    /// A page of the list.
    List(CaseQuery),
    /// A page of hits.
    Search(&'static str, CaseQuery),
    /// A case as its page shows it.
    Open(CaseId),
    /// A case as the next command needs it.
    Read(CaseId),
}

impl Asked {
    /// Asks, and returns how many rows or entries came.
    pub(crate) fn answer(&self, office: &Office) -> anyhow::Result<usize> {
        let store = office.store();
        Ok(match self {
            Asked::List(query) => store.cases(query)?.rows.len(),
            Asked::Search(text, query) => store.search(text, query)?.rows.len(),
            Asked::Open(case) => {
                let reader = Actor::new("handler-0001", Role::Handler);
                office.open_case(*case, &reader, "case page")?.entries.len()
            }
            Asked::Read(case) => store.read_case(*case)?.len(),
        })
    }
}

fn dice(n: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(0xA5A5_0000 + n)
}

/// A place somewhere in the year of receipt.
fn deep(n: u64) -> Option<Cursor> {
    let mut dice = dice(n);
    let back = (dice.next_u64() % (365 * Timestamp::DAY as u64)) as i64;
    Some(Cursor {
        key: generate::NOW.plus(-back).0,
        case: CaseId::from_bits(dice.next_u64()),
    })
}

/// A branch.
fn branch(n: u64) -> Option<BranchId> {
    Some(BranchId(generate::branch(dice(n).next_u32())))
}

/// A handler.
fn handler(n: u64) -> Option<String> {
    Some(generate::handler(dice(n).next_u32()))
}

/// Each state equally often, however seldom its cases are.
fn state(n: u64) -> Option<String> {
    const STATES: [&str; 6] = [
        "closed",
        "received",
        "acknowledged",
        "under_review",
        "accepted",
        "withdrawn",
    ];
    Some(STATES[n as usize % STATES.len()].to_owned())
}

/// Each line equally often, however seldom its cases are.
fn line(n: u64) -> Option<String> {
    Some(generate::LINES[n as usize % generate::LINES.len()].0.to_owned())
}

/// A time within two months.
fn until(n: u64) -> Option<Timestamp> {
    Some(generate::NOW.plus((dice(n).next_u64() % (60 * Timestamp::DAY as u64)) as i64))
}

fn all() -> CaseQuery {
    CaseQuery::default()
}

fn list(query: CaseQuery) -> Asked {
    Asked::List(query)
}

fn some_case(n: u64, cases: u64) -> CaseId {
    generate::case_id(dice(n).next_u64() % cases)
}

/// Returns all questions, in the order of the table.
pub(crate) fn questions() -> Vec<Question> {
    type Prepare = fn(u64, u64) -> Asked;
    let questions: [(&'static str, Prepare); 21] = [
        ("first page", |_, _| list(all())),
        ("page deep in the list", |n, _| {
            list(CaseQuery {
                cursor: deep(n),
                ..all()
            })
        }),
        ("state", |n, _| {
            list(CaseQuery {
                state: state(n),
                ..all()
            })
        }),
        ("state, deep", |n, _| {
            list(CaseQuery {
                state: state(n),
                cursor: deep(n),
                ..all()
            })
        }),
        ("branch", |n, _| {
            list(CaseQuery {
                branch: branch(n),
                ..all()
            })
        }),
        ("handler", |n, _| {
            list(CaseQuery {
                handler: handler(n),
                ..all()
            })
        }),
        ("line", |n, _| {
            list(CaseQuery {
                line: line(n),
                ..all()
            })
        }),
        ("next due", |_, _| {
            list(CaseQuery {
                sort: Sort::DueAsc,
                ..all()
            })
        }),
        ("due before a date", |n, _| {
            list(CaseQuery {
                due_before: until(n),
                sort: Sort::DueAsc,
                ..all()
            })
        }),
        ("branch, open, next due", |n, _| {
            list(CaseQuery {
                branch: branch(n),
                open: Some(true),
                sort: Sort::DueAsc,
                ..all()
            })
        }),
        ("handler, state, last changed", |n, _| {
            list(CaseQuery {
                handler: handler(n),
                state: state(n),
                sort: Sort::UpdatedDesc,
                ..all()
            })
        }),
        ("line, state, due before a date", |n, _| {
            list(CaseQuery {
                line: line(n),
                state: state(n / 7),
                due_before: until(n),
                sort: Sort::DueAsc,
                ..all()
            })
        }),
        ("search 利息, in 30 % of cases", |_, _| {
            Asked::Search(texts::COMMON, all())
        }),
        ("search 钻石, in 1 %", |_, _| {
            Asked::Search(texts::SELDOM, all())
        }),
        ("search 夔门, in 0.001 %", |_, _| {
            Asked::Search(texts::RARE, all())
        }),
        ("search 麒麟, in none", |_, _| {
            Asked::Search(texts::NEVER, all())
        }),
        ("search two words, 利息 钻石", |_, _| {
            Asked::Search("利息 钻石", all())
        }),
        ("search 利息 in one branch", |n, _| {
            Asked::Search(
                texts::COMMON,
                CaseQuery {
                    branch: branch(n),
                    ..all()
                },
            )
        }),
        ("search 钻石, open cases of one line", |n, _| {
            Asked::Search(
                texts::SELDOM,
                CaseQuery {
                    line: line(n),
                    open: Some(true),
                    ..all()
                },
            )
        }),
        ("open a case", |n, cases| Asked::Open(some_case(n, cases))),
        ("read a case's events", |n, cases| {
            Asked::Read(some_case(n + 1_000_000, cases))
        }),
    ];
    questions.map(|(what, prepare)| Question { what, prepare }).into()
}
