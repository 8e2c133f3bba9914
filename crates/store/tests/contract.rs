//! The contract of the store: the same functions on every engine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::*;
use domain::{BranchId, EventId, Timestamp};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{
    Access, AppendError, CaseQuery, Handle, HandleKind, RecordChange, Sort, StoreError, StreamId, Work,
};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name(&super::common::Rig::sqlite());
            })*
        }
        mod postgres {
            $(#[test]
            fn $name() {
                super::$name(&super::common::Rig::postgres());
            })*
        }
    };
}

contract!(
    what_is_appended_is_read,
    sending_again_is_safe,
    an_id_with_other_content_is_refused,
    a_stale_version_names_what_changed,
    one_of_two_hundred_wins,
    a_bad_work_spoils_no_other,
    streams_of_a_case_are_read_together,
    everything_is_there_after_reopening,
    lists_page_without_gaps,
    tallies_follow_the_cases,
    handles_find_customers,
    the_sweep_visits_open_cases,
    bulk_and_single_give_the_same,
    other_keys_are_refused,
    only_one_writer_on_a_directory,
    words_find_cases,
    jobs_are_leased_and_come_back,
    messages_are_delivered_once_per_lease,
    records_are_written_whole_and_expire,
    an_erased_customer_is_gone,
    a_whole_store_verifies,
    a_backup_replaces_the_machine,
    a_damaged_backup_is_refused,
);

fn what_is_appended_is_read(rig: &Rig) {
    let store = rig.open();
    let receipt = store.append(opening(1)).unwrap();
    assert!(!receipt.already);
    assert_eq!(receipt.seqs, [1]);
    store.append(next(1, 1, 5)).unwrap();
    let stream = StreamId::facts(case(1));
    let events = store.read(case(1).bucket(), &stream).unwrap();
    assert_eq!(events.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        events[0].body,
        json!({ "note": { "personal": "王小明 13800000000" }, "n": 1000 })
    );
    assert_eq!(events[0].recorded_at, receipt.recorded_at);
    assert_eq!(store.case_row(case(1)).unwrap(), Some(row(1)));
    assert!(
        store
            .read(case(2).bucket(), &StreamId::facts(case(2)))
            .unwrap()
            .is_empty()
    );
}

fn record(id: &str, body: Option<&str>, expires_at: Option<i64>) -> Work {
    Work {
        records: vec![RecordChange {
            kind: "draft",
            id: id.into(),
            body: body.map(|b| b.as_bytes().to_vec()),
            expires_at: expires_at.map(Timestamp),
        }],
        ..Work::default()
    }
}

fn records_are_written_whole_and_expire(rig: &Rig) {
    let store = rig.open();
    for id in ["anna/1", "anna/2", "bert/1"] {
        store.append(record(id, Some("王小明"), None)).unwrap();
    }
    store.append(record("anna/2", Some("other"), None)).unwrap();
    store.append(record("old", Some("x"), Some(1))).unwrap();
    assert_eq!(store.record("draft", "anna/2").unwrap().unwrap().body, b"other");
    assert!(store.record("draft", "old").unwrap().is_none());
    assert!(store.record("user", "anna/1").unwrap().is_none());
    let ids = |prefix: &str, from: &str, most| {
        let found = store.records("draft", prefix, from, most).unwrap();
        found.into_iter().map(|r| r.id).collect::<Vec<_>>()
    };
    assert_eq!(ids("anna/", "", 9), ["anna/1", "anna/2"]);
    assert_eq!(ids("", "anna/2", 9), ["anna/2", "bert/1"]);
    assert_eq!(ids("", "", 1), ["anna/1"]);
    store.append(record("anna/1", None, None)).unwrap();
    assert_eq!(ids("anna/", "", 9), ["anna/2"]);
    assert_eq!(store.drop_expired("draft", Timestamp(2)).unwrap(), 1);
    // Written beside an event, it stands or falls with it.
    let mut stale = next(1, 7, 8);
    stale.records = record("anna/3", Some("x"), None).records;
    assert!(matches!(store.append(stale), Err(AppendError::Conflict { .. })));
    assert!(store.record("draft", "anna/3").unwrap().is_none());
}

fn sending_again_is_safe(rig: &Rig) {
    let store = rig.open();
    let first = store.append(opening(1)).unwrap();
    store.append(next(1, 1, 5)).unwrap();
    let again = store.append(opening(1)).unwrap();
    assert!(again.already);
    assert_eq!((again.seqs, again.recorded_at), (first.seqs, first.recorded_at));
    // Twice in one batch.
    let results = store.append_many(vec![opening(2), opening(2)]);
    let already: Vec<bool> = results.into_iter().map(|r| r.unwrap().already).collect();
    assert_eq!(already, [false, true]);
    assert_eq!(store.read_case(case(2)).unwrap().len(), 1);
}

fn an_id_with_other_content_is_refused(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let mut other = opening(1);
    other.streams[0].events[0].body = json!({ "note": { "personal": "somebody else" }, "n": 1000 }).into();
    assert!(matches!(
        store.append(other),
        Err(AppendError::EventIdReused { seq: 1, .. })
    ));
    let mut half = opening(1);
    half.streams[0].events.push(event(9, "new"));
    assert!(matches!(store.append(half), Err(AppendError::BadWork(_))));
    assert_eq!(store.read_case(case(1)).unwrap().len(), 1);
}

fn a_stale_version_names_what_changed(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    store.append(next(1, 1, 5)).unwrap();
    let error = store.append(next(1, 1, 6)).unwrap_err();
    let AppendError::Conflict {
        expected: 1,
        actual: 2,
        since,
        ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(since.len(), 1);
    assert_eq!(
        (since[0].seq, since[0].kind.as_str(), since[0].actor.as_str()),
        (2, "noted", "handler:zhao")
    );
    assert!(error.to_string().contains("noted by handler:zhao"), "{error}");
    assert!(matches!(
        store.append(next(3, 7, 8)),
        Err(AppendError::Conflict { actual: 0, .. })
    ));
}

fn one_of_two_hundred_wins(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let won = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for t in 0..20 {
            let (store, won) = (&store, &won);
            scope.spawn(move || {
                for i in 0..10 {
                    match store.append(next(1, 1, 100 + t * 10 + i)) {
                        Ok(r) => {
                            assert_eq!(r.seqs, [2]);
                            won.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(AppendError::Conflict { .. }) => {}
                        Err(e) => panic!("{e}"),
                    }
                }
            });
        }
    });
    assert_eq!(won.into_inner(), 1);
    assert_eq!(store.read_case(case(1)).unwrap().len(), 2);
}

fn a_bad_work_spoils_no_other(rig: &Rig) {
    let store = rig.open();
    let mut zero = opening(2);
    zero.streams[0].events[0].actor = "a\0b".into();
    let mut nobody = opening(3);
    nobody.customer = None;
    let mut mixed = opening(4);
    mixed.streams.push(next(5, 0, 9).streams.remove(0));
    let results = store.append_many(vec![opening(1), zero, nobody, mixed, next(6, 3, 4), opening(7)]);
    let good: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, false, false, false, true], "{results:?}");
    assert!(matches!(store.append(Work::default()), Ok(r) if r.seqs.is_empty()));
}

fn streams_of_a_case_are_read_together(rig: &Rig) {
    let store = rig.open();
    let mut work = opening(1);
    let mut talk = next(1, 0, 7).streams.remove(0);
    talk.stream = StreamId::negotiation(case(1));
    work.streams.push(talk);
    assert_eq!(store.append(work).unwrap().seqs, [1, 1]);
    store.append(next(1, 1, 8)).unwrap();
    let read: Vec<(String, u64)> = store
        .read_case(case(1))
        .unwrap()
        .into_iter()
        .map(|e| (e.stream.to_string(), e.seq))
        .collect();
    let (facts, talk) = (
        StreamId::facts(case(1)).to_string(),
        StreamId::negotiation(case(1)).to_string(),
    );
    assert_eq!(read, [(facts.clone(), 1), (facts, 2), (talk, 1)]);
}

fn everything_is_there_after_reopening(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    drop(store);
    let store = rig.open();
    assert!(store.append(opening(1)).unwrap().already);
    assert_eq!(store.append(next(1, 1, 5)).unwrap().seqs, [2]);
    let text = store.read_case(case(1)).unwrap()[0].body["note"]["personal"].clone();
    assert_eq!(text, "王小明 13800000000");
}

fn lists_page_without_gaps(rig: &Rig) {
    let store = rig.open();
    let results = store.append_many((0..120).map(opening).collect());
    assert!(results.iter().all(Result::is_ok));
    let all: Vec<_> = (0..120).map(row).collect();
    let queries = [
        CaseQuery::default(),
        CaseQuery {
            sort: Sort::UpdatedDesc,
            ..CaseQuery::default()
        },
        CaseQuery {
            sort: Sort::DueAsc,
            ..CaseQuery::default()
        },
        CaseQuery {
            state: Some("visited".into()),
            ..CaseQuery::default()
        },
        CaseQuery {
            branch: Some(BranchId::from("B003")),
            line: Some("cards".into()),
            ..CaseQuery::default()
        },
        CaseQuery {
            handler: Some("h4".into()),
            open: Some(true),
            sort: Sort::DueAsc,
            ..CaseQuery::default()
        },
        CaseQuery {
            due_before: Some(domain::Timestamp(9_000_000 - 60)),
            ..CaseQuery::default()
        },
        CaseQuery {
            open: Some(false),
            ..CaseQuery::default()
        },
    ];
    for query in queries {
        let mut expected: Vec<_> = all
            .iter()
            .filter(|r| {
                query.state.as_ref().is_none_or(|s| *s == r.state)
                    && query.branch.as_ref().is_none_or(|b| b.0 == r.branch)
                    && query
                        .handler
                        .as_ref()
                        .is_none_or(|h| Some(h) == r.handler.as_ref())
                    && query.line.as_ref().is_none_or(|l| *l == r.line)
                    && query.open.is_none_or(|o| o == r.open)
                    && query.due_before.is_none_or(|t| r.due_at.is_some_and(|d| d < t))
                    && (query.sort != Sort::DueAsc || r.due_at.is_some())
            })
            .map(|r| r.case)
            .collect();
        if query.sort != Sort::DueAsc {
            expected.reverse();
        } else {
            expected.sort_by_key(|c| all.iter().find(|r| r.case == *c).unwrap().due_at);
        }
        let mut found = Vec::new();
        let mut query = CaseQuery { limit: 7, ..query };
        loop {
            let page = store.cases(&query).unwrap();
            assert!(page.rows.len() <= 7);
            found.extend(page.rows.iter().map(|r| r.case));
            match page.next {
                Some(next) => query.cursor = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(found, expected, "{query:?}");
    }
}

fn tallies_follow_the_cases(rig: &Rig) {
    let store = rig.open();
    assert!(
        store
            .append_many((0..8).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    let mut work = next(0, 1, 9);
    work.view = Some(store::CaseRow {
        state: "closed".into(),
        open: false,
        due_at: None,
        ..row(0)
    });
    store.append(work).unwrap();
    let mut touch = next(1, 1, 10);
    touch.view = Some(store::CaseRow {
        facts_seq: 2,
        ..row(1)
    });
    store.append(touch).unwrap();
    let counts = store.counts().unwrap();
    let expected = [("closed", 3), ("received", 1), ("reviewing", 2), ("visited", 2)];
    assert_eq!(counts, expected.map(|(s, n)| (s.to_owned(), n)));
    assert_eq!(store.case_row(case(1)).unwrap().unwrap().facts_seq, 2);
}

fn handles_find_customers(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    let mut same = opening(2);
    same.handles = opening(1).handles;
    store.append(same).unwrap();
    let found = store
        .customers_by(&Handle::new(HandleKind::Phone, "+86 138-0000-001"))
        .unwrap();
    assert_eq!(found, [] as [domain::CustomerId; 0]);
    let found = store
        .customers_by(&Handle::new(HandleKind::Phone, "138 0000 0001"))
        .unwrap();
    assert_eq!(found, [customer(1), customer(2)]);
    assert_eq!(store.cases_of(customer(1)).unwrap(), [row(1)]);
}

fn the_sweep_visits_open_cases(rig: &Rig) {
    let store = rig.open();
    assert!(
        store
            .append_many((0..40).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    let mut visited = Vec::new();
    let n = store
        .sweep(|row| {
            visited.push(row.case);
            Ok(())
        })
        .unwrap();
    let mut open: Vec<_> = (0..40).map(row).filter(|r| r.open).map(|r| r.case).collect();
    open.sort();
    assert_eq!((n, visited), (open.len() as u64, open));
    let stopped = store.sweep(|_| Err(StoreError::BadQuestion("enough".into())));
    assert!(stopped.is_err());
}

fn bulk_and_single_give_the_same(rig: &Rig) {
    let store = rig.open();
    let results = store.append_many((0..300).map(opening).collect());
    assert!(results.iter().all(Result::is_ok));
    store.append(opening(300)).unwrap();
    for n in [0, 150, 299, 300] {
        let events = store.read_case(case(n)).unwrap();
        assert_eq!(events[0].id, EventId(event_id(n * 1000).0));
        assert_eq!(store.case_row(case(n)).unwrap(), Some(row(n)));
    }
    let note = Access {
        customer: customer(1),
        case: Some(case(1)),
        actor: "handler:zhao".into(),
        purpose: "complaint".into(),
        what: "case page".into(),
        at: domain::Timestamp(5),
    };
    store.record_access(note).unwrap();
}

fn other_keys_are_refused(rig: &Rig) {
    drop(rig.open());
    let keys = rig.options().dir.join("keys");
    std::fs::remove_dir_all(&keys).unwrap();
    store::FileKeys::create(&keys).unwrap();
    assert!(matches!(
        store::Store::open(rig.options()),
        Err(StoreError::Keys { .. })
    ));
}

fn only_one_writer_on_a_directory(rig: &Rig) {
    let store = rig.open();
    store.append(opening(1)).unwrap();
    assert!(matches!(
        store::Store::open(rig.options()),
        Err(StoreError::InUse { .. })
    ));
    let beside = store::Store::open(store::Options {
        read_only: true,
        ..rig.options()
    })
    .unwrap();
    assert_eq!(beside.read_case(case(1)).unwrap().len(), 1);
    assert!(matches!(
        beside.append(next(1, 1, 2)),
        Err(AppendError::Closed(_))
    ));
    let nowhere = store::Options {
        create: false,
        ..store::Options::sqlite(rig.dir.path().join("none"))
    };
    assert!(matches!(
        store::Store::open(nowhere),
        Err(StoreError::NotInitialised { .. })
    ));
}

fn found(store: &store::Store, text: &str, query: &CaseQuery) -> Vec<domain::CaseId> {
    let mut query = query.clone();
    let mut all = Vec::new();
    loop {
        let page = store.search(text, &query).unwrap();
        all.extend(page.rows.iter().map(|r| r.case));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return all,
        }
    }
}

fn words_find_cases(rig: &Rig) {
    let store = rig.open();
    let mut works: Vec<Work> = (0..90).map(opening).collect();
    works[7].search = Some("客户要求退款".into());
    works[50].search = Some("退款迟迟不到账，銀行卡丟失".into());
    let results = store.append_many(works);
    assert!(results.iter().all(Result::is_ok));
    let everything = CaseQuery {
        limit: 20,
        ..CaseQuery::default()
    };
    let mut refunds = found(&store, "退款", &everything);
    refunds.sort();
    let mut expected = [case(7), case(50)];
    expected.sort();
    assert_eq!(refunds, expected);
    assert_eq!(
        found(&store, "银行卡", &everything).len(),
        89,
        "traditional and simplified are one"
    );
    assert_eq!(found(&store, "银行卡 退款", &everything), [case(50)]);
    assert_eq!(found(&store, "case33", &everything), [case(33)]);
    assert!(found(&store, "保险", &everything).is_empty());
    let visited = CaseQuery {
        state: Some("visited".into()),
        limit: 3,
        ..CaseQuery::default()
    };
    assert_eq!(found(&store, "冻结", &visited).len(), 21);
    assert!(matches!(
        store.search("退", &everything),
        Err(StoreError::BadQuestion(_)) | Ok(_)
    ));

    // A common word in the few cases that a filter admits: their own words are looked through.
    for (n, branch) in (0..5).flat_map(|n| (0..7).map(move |b| (n, b))) {
        let query = CaseQuery {
            handler: Some(format!("h{n}")),
            branch: (branch > 0).then(|| domain::BranchId(format!("B{branch:03}"))),
            limit: 2,
            ..CaseQuery::default()
        };
        let mut hits = found(&store, "银行卡", &query);
        hits.sort();
        let mut expected: Vec<_> = (0..90)
            .filter(|n| *n != 7)
            .map(row)
            .filter(|r| r.handler == query.handler)
            .filter(|r| query.branch.as_ref().is_none_or(|b| b.0 == r.branch))
            .map(|r| r.case)
            .collect();
        expected.sort();
        assert_eq!(hits, expected, "{query:?}");
        assert_eq!(found(&store, "保险", &query), [] as [domain::CaseId; 0]);
    }

    // The words of a case are replaced, and newest text comes first.
    let mut again = next(3, 1, 4);
    again.view = Some(row(3));
    again.search = Some("退款".into());
    store.append(again).unwrap();
    assert_eq!(found(&store, "退款", &everything)[0], case(3));
    assert!(!found(&store, "冻结", &everything).contains(&case(3)));
}

fn jobs_are_leased_and_come_back(rig: &Rig) {
    use domain::Timestamp;
    use std::time::Duration;
    let store = rig.open();
    let mut work = opening(1);
    let job = |n: u64, kind: &str, at: i64| store::NewJob {
        id: event_id(n),
        kind: kind.into(),
        run_at: Timestamp(at),
        body: format!("{n}"),
    };
    work.jobs = vec![
        job(1, "notice", 100),
        job(2, "notice", 50),
        job(3, "sweep", 10),
        job(4, "notice", 9_000),
    ];
    store.append(work).unwrap();
    let lease = Duration::from_micros(1000);
    let claimed = store.claim("w1", &["notice"], lease, Timestamp(200), 10).unwrap();
    let bodies: Vec<&str> = claimed.iter().map(|c| c.job.body.as_str()).collect();
    assert_eq!(bodies, ["2", "1"]);
    assert!(
        store
            .claim("w2", &["notice"], lease, Timestamp(300), 10)
            .unwrap()
            .is_empty()
    );
    assert!(store.complete(&claimed[0]).unwrap());
    assert!(!store.complete(&claimed[0]).unwrap());
    // The lease of the other runs out: somebody else gets it, and the first can no longer finish it.
    let taken = store
        .claim("w2", &["notice"], lease, Timestamp(1300), 10)
        .unwrap();
    assert_eq!((taken.len(), taken[0].attempt), (1, 2));
    assert!(!store.complete(&claimed[1]).unwrap());
    assert!(store.fail(&taken[0], "no network", Timestamp(1400)).unwrap());
    assert!(
        store
            .claim("w2", &["notice"], lease, Timestamp(2000), 10)
            .unwrap()
            .is_empty()
    );
    let later = Timestamp(1400 + 60_000_000);
    assert_eq!(
        store
            .claim("w2", &["notice", "sweep"], lease, later, 10)
            .unwrap()
            .len(),
        3
    );
}

fn messages_are_delivered_once_per_lease(rig: &Rig) {
    use domain::Timestamp;
    use std::time::Duration;
    let store = rig.open();
    let receipt = store.append(opening(1)).unwrap();
    assert!(store.append(opening(2)).is_ok());
    let now = Timestamp(receipt.recorded_at.0 + 60_000_000);
    let lease = Duration::from_secs(10);
    let leased = store.lease_outbox("w1", lease, now, 10).unwrap();
    assert_eq!(leased.len(), 2);
    assert!(store.lease_outbox("w2", lease, now, 10).unwrap().is_empty());
    assert!(store.mark_delivered(&leased[0]).unwrap());
    assert!(store.mark_undelivered(&leased[1], now).unwrap());
    assert!(store.lease_outbox("w2", lease, now, 10).unwrap().is_empty());
    let again = store.lease_outbox("w2", lease, now.plus(60_000_000), 10).unwrap();
    assert_eq!((again.len(), again[0].attempt), (1, 2));
    assert_eq!(again[0].message, leased[1].message);
}

fn an_erased_customer_is_gone(rig: &Rig) {
    let store = rig.open();
    assert!(
        store
            .append_many((0..5).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    let erasure = store.erase_customer(customer(1)).unwrap();
    assert!(erasure.key_destroyed && erasure.log_emptied);
    assert_eq!((erasure.handles, erasure.cases), (1, 1));
    let event = &store.read_case(case(1)).unwrap()[0];
    assert_eq!(event.body, json!({ "note": { "personal": null }, "n": 1000 }));
    assert_eq!(store.case_row(case(1)).unwrap().unwrap().masked_name, "");
    assert!(
        store
            .customers_by(&Handle::new(HandleKind::Phone, "13800000001"))
            .unwrap()
            .is_empty()
    );
    assert!(found(&store, "case1", &CaseQuery::default()).is_empty());
    assert_eq!(found(&store, "case2", &CaseQuery::default()), [case(2)]);
    assert!(matches!(store.append(next(1, 1, 3)), Err(AppendError::CustomerErased(c)) if c == customer(1)));
    assert!(store.append(opening(1)).unwrap().already, "resending stays safe");
    assert!(!store.erase_customer(customer(1)).unwrap().key_destroyed);
    assert!(!store.erase_customer(customer(77)).unwrap().key_destroyed);
    assert!(
        matches!(store.append(opening(77)), Err(AppendError::CustomerErased(_))),
        "erased before the first case"
    );
    assert!(store.verify(|_| {}).unwrap().whole());
    drop(store);
    let store = rig.open();
    assert_eq!(
        store.read_case(case(1)).unwrap()[0].body["note"]["personal"],
        json!(null)
    );
    assert_eq!(
        store.read_case(case(2)).unwrap()[0].body["note"]["personal"],
        json!("王小明 13800000000")
    );
}

fn a_whole_store_verifies(rig: &Rig) {
    let mut options = rig.options();
    options.checkpoint_every_events = 50;
    let store = store::Store::open(options.clone()).unwrap();
    assert!(
        store
            .append_many((0..120).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    for n in 0..30 {
        store.append(next(n, 1, n + 5)).unwrap();
    }
    let verdict = store.verify(|_| {}).unwrap();
    assert_eq!(verdict.bad, []);
    assert_eq!((verdict.events, verdict.streams), (150, 120));
    assert_eq!((verdict.anchored_events, verdict.unanchored_events), (120, 30));
    assert!(store.checkpoint().unwrap().is_some());
    assert!(store.checkpoint().unwrap().is_none());
    store.append(next(0, 2, 99)).unwrap();
    drop(store);
    let store = store::Store::open(options).unwrap();
    let verdict = store.verify(|_| {}).unwrap();
    assert_eq!(
        (verdict.bad.len(), verdict.unanchored_events, verdict.checkpoints),
        (0, 0, 3)
    );
    assert!(verdict.notes.is_empty());
}

fn a_backup_replaces_the_machine(rig: &Rig) {
    let store = rig.open();
    assert!(
        store
            .append_many((0..60).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    store.checkpoint().unwrap();
    store.append(next(2, 1, 3)).unwrap();
    store.erase_customer(customer(5)).unwrap();
    let file = rig.dir.path().join("day.fcb");
    let copied = store.backup(&file, Some("correct horse"), |_| {}).unwrap();
    assert!(copied.keys && copied.rows > 300);
    assert!(
        store.backup(&file, None, |_| {}).is_err(),
        "a backup never overwrites"
    );

    // Onto either engine.
    let other = match rig.target {
        store::Target::Sqlite => Rig::postgres(),
        store::Target::Postgres { .. } => Rig::sqlite(),
    };
    let wrong = store::Store::restore(&file, Some("wrong"), other.options(), |_| {});
    assert!(matches!(wrong, Err(StoreError::Backup { .. })));
    assert!(store::Store::restore(&file, None, other.options(), |_| {}).is_err());
    let (restored, verdict) =
        store::Store::restore(&file, Some("correct horse"), other.options(), |_| {}).unwrap();
    assert_eq!(restored.rows, copied.rows);
    assert!(verdict.whole(), "{:?}", verdict.bad);
    assert_eq!((verdict.events, verdict.anchored_events), (61, 60));
    let again = store::Store::restore(&file, Some("correct horse"), other.options(), |_| {});
    assert!(matches!(again, Err(StoreError::Backup { .. })), "{again:?}");
    let copy = other.open();
    for n in [0, 2, 5, 59] {
        assert_eq!(
            copy.read_case(case(n)).unwrap(),
            store.read_case(case(n)).unwrap()
        );
        assert_eq!(copy.case_row(case(n)).unwrap(), store.case_row(case(n)).unwrap());
    }
    assert_eq!(copy.counts().unwrap(), store.counts().unwrap());
    assert_eq!(found(&copy, "冻结", &CaseQuery::default()).len(), 59);
    assert!(copy.append(next(2, 2, 4)).is_ok());
    assert!(copy.append(opening(1)).unwrap().already);
}

fn a_damaged_backup_is_refused(rig: &Rig) {
    let store = rig.open();
    assert!(
        store
            .append_many((0..10).map(opening).collect())
            .iter()
            .all(Result::is_ok)
    );
    let file = rig.dir.path().join("day.fcb");
    store.backup(&file, None, |_| {}).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let keys = rig.options().dir.join("keys");
    for (n, cut) in [whole.len() / 2, whole.len() - 9, 3, 0].into_iter().enumerate() {
        let bad = rig.dir.path().join("bad.fcb");
        std::fs::write(&bad, &whole[..cut]).unwrap();
        let place = store::Options {
            dir: rig.dir.path().join(format!("r{n}")),
            target: store::Target::Sqlite,
            ..rig.options()
        };
        std::fs::create_dir_all(place.dir.join("keys")).unwrap();
        for name in ["kek", "checkpoint"] {
            std::fs::copy(keys.join(name), place.dir.join("keys").join(name)).unwrap();
        }
        let result = store::Store::restore(&bad, None, place, |_| {});
        assert!(
            matches!(result, Err(StoreError::Backup { .. })),
            "{cut}: {result:?}"
        );
    }
}
