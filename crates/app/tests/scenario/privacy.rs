//! Personal data: A2.3a and the first form of bar E9 through the use cases.

use crate::desk::*;
use domain::case::{CloseReason, Command};
use std::{fs, path::Path};
use store::{Handle, HandleKind};

fn holds(dir: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("reads").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holds(&path, needle));
        } else if let Ok(bytes) = fs::read(&path)
            && bytes.windows(needle.len()).any(|w| w == needle)
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a2_3a_planted_values_are_never_on_disk_and_cannot_be_read_after_erasure() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    desk.give(
        handler(),
        case,
        Command::WithdrawComplaint {
            reason: Some("秘密原因一二三".into()),
        },
    );
    desk.give(handler(), case, Command::Close(CloseReason::Withdrawn));
    let planted = [
        "赵某某",
        "10000000001",
        "办卡时说免年费",
        "秘密原因一二三",
        "退还年费",
    ];
    for value in planted {
        assert!(
            holds(desk.dir.path(), value.as_bytes()).is_empty(),
            "{value} stands in the open"
        );
    }
    let phone = Handle::new(HandleKind::Phone, "10000000001");
    let store = desk.office.store();
    let customer = store.customers_by(&phone).expect("looks up")[0];
    assert_eq!(
        store.case_row(case).expect("reads").expect("there").masked_name,
        "赵**"
    );
    assert_eq!(
        store
            .search("年费", &store::CaseQuery::default())
            .expect("searches")
            .rows
            .len(),
        1
    );
    let erased = store.erase_customer(customer).expect("erases");
    assert!(erased.key_destroyed);
    assert!(store.customers_by(&phone).expect("looks up").is_empty());
    assert!(
        store
            .search("年费", &store::CaseQuery::default())
            .expect("searches")
            .rows
            .is_empty()
    );
    assert_ne!(
        store.case_row(case).expect("reads").expect("there").masked_name,
        "赵**"
    );
    let after = desk
        .office
        .open_case(case, &handler(), "test")
        .expect("still opens");
    assert_eq!(after.case.facts.narrative.text(), None);
    assert_eq!(after.case.facts.product, "信用卡", "what is not personal stays");
    assert!(store.verify(|_| ()).expect("verifies").whole());
    for value in planted {
        assert!(
            holds(desk.dir.path(), value.as_bytes()).is_empty(),
            "{value} stands in the open"
        );
    }
}

#[test]
fn a2_3a_every_reading_of_a_case_is_recorded_with_its_purpose() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    desk.office
        .explain(case, &who("auditor-01", domain::Role::Auditor))
        .expect("explains");
    let row = desk.office.store().case_row(case).expect("reads").expect("there");
    let seen = desk.office.store().accesses(row.customer).expect("reads");
    assert!(
        seen.iter()
            .any(|a| a.actor == "auditor:auditor-01" && a.case == Some(case)),
        "{seen:?}"
    );
}
