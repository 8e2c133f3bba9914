//! The first key of a customer, made by many threads at the same moment: whatever order they come in, all
//! that was acknowledged opens with the key that the database has.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Rig, event, next, opening};
use store::{AppendError, Store, StreamAppend, StreamId, Work};

const ROUNDS: u64 = 60;
const THREADS: u64 = 12;

/// Sends the first work of customer `n` from many threads: the same one, and others of the same customer.
fn rush(store: &Store, n: u64) {
    std::thread::scope(|s| {
        for t in 0..THREADS {
            s.spawn(move || {
                if t % 3 == 2 {
                    let stream = StreamId::other("note", &format!("{n}-{t}")).unwrap();
                    let work = Work {
                        streams: vec![StreamAppend {
                            stream,
                            expected: 0,
                            events: vec![event(n * 1000 + 100 + t, "of another stream")],
                        }],
                        customer: opening(n).customer,
                        ..Work::default()
                    };
                    store.append(work).unwrap();
                } else {
                    store.append(opening(n)).unwrap();
                }
                // Another work of the customer, as soon as this one is acknowledged.
                match store.append(next(n, 1, n * 1000 + 200 + t)) {
                    Ok(_) | Err(AppendError::Conflict { .. }) => {}
                    Err(e) => panic!("{e}"),
                }
            });
        }
    });
}

fn all_opens(store: &Store) {
    for n in 0..ROUNDS {
        let entries = store.read_case(common::case(n)).unwrap();
        assert_eq!(entries.len(), 2, "customer {n}");
        for t in (0..THREADS).filter(|t| t % 3 == 2) {
            let stream = StreamId::other("note", &format!("{n}-{t}")).unwrap();
            assert_eq!(
                store.read(stream.bucket(), &stream).unwrap().len(),
                1,
                "customer {n}"
            );
        }
    }
}

fn no_text_is_lost(rig: &Rig) {
    let store = rig.open();
    for n in 0..ROUNDS {
        rush(&store, n);
    }
    all_opens(&store);
    drop(store);
    // Nothing of the ring in memory is left: only what the database has.
    all_opens(&rig.open());
}

#[test]
fn no_text_is_lost_on_sqlite() {
    no_text_is_lost(&Rig::sqlite());
}

#[test]
fn no_text_is_lost_on_postgres() {
    no_text_is_lost(&Rig::postgres());
}
