//! Intake from files: A2.

use crate::desk::*;
use app::{ImportEvent, ImportOptions, ImportSummary, SimilarChoice};
use domain::case::{Command, LinkKind, State};
use intake::Map;
use std::{fs, path::PathBuf};
use store::{CaseQuery, Sort};

const FILE: &str = "\
source_id,received_at,channel,line,product,narrative,customer_name,customer_phone
T-1,2026-01-05 09:00,phone,card,信用卡,办卡的时候客户经理说首年免年费，结果账单里扣了三百元年费，打了两次电话都没有人处理，要求马上退还年费并道歉。,赵某某,10000000001
T-2,2026-01-06 10:00,app,loan,消费贷,提前还款被收了违约金，合同里没有写清楚。,钱某某,10000000002
T-3,2023-02-30 10:00,app,loan,消费贷,日期不存在。,孙某某,10000000003
T-4,2026-01-07 11:00,branch,card,信用卡,办卡的时候客户经理说首年免年费，结果账单里扣了三百元年费，打了两次电话都没有人处理，要求马上退还年费并道歉！,赵某某,10000000001
";

fn import(desk: &Desk, text: &str) -> (ImportSummary, Vec<String>, PathBuf) {
    let path = desk.dir.path().join("in.csv");
    fs::write(&path, text).expect("writes");
    let rejects = desk.dir.path().join("bad.csv");
    let map = Map::named("forecourt").expect("shipped");
    let mut bad = Vec::new();
    let options = ImportOptions {
        rejects: Some(rejects.clone()),
    };
    let (summary, result) = desk.office.import(&path, &map, &options, |event| {
        if let ImportEvent::Rejected(r) = event {
            bad.push(r.to_string());
        }
    });
    result.expect("imports");
    (summary, bad, rejects)
}

#[test]
fn a2_good_rows_land_bad_rows_are_listed_and_a_rerun_changes_nothing() {
    let mut desk = Desk::new();
    let (summary, bad, rejects) = import(&desk, FILE);
    assert_eq!(
        (summary.read, summary.imported, summary.already, summary.rejected),
        (4, 3, 0, 1)
    );
    assert!(
        bad[0].contains("row 4") && bad[0].contains("received_at"),
        "{bad:?}"
    );
    assert!(fs::read_to_string(rejects).expect("reads").contains("2023-02-30"));
    let page = desk.office.store().cases(&CaseQuery {
        sort: Sort::ReceivedDesc,
        ..CaseQuery::default()
    });
    let newest = page.expect("lists").rows[0].clone();
    desk.now = newest.received_at.plus(DAY);
    desk.give(
        handler(),
        newest.case,
        Command::Acknowledge {
            channel: "sms".into(),
        },
    );
    let (again, _, _) = import(&desk, FILE);
    assert_eq!(
        (again.read, again.imported, again.already, again.rejected),
        (4, 0, 3, 1)
    );
    assert_eq!(
        desk.state(newest.case),
        State::Acknowledged,
        "a rerun does not take a case back"
    );
    let row = desk
        .office
        .store()
        .case_row(newest.case)
        .expect("reads")
        .expect("there");
    assert_eq!(row.state, "acknowledged");
}

#[test]
fn a2_a_repeated_complaint_is_shown_with_a_score_and_a_person_chooses() {
    let desk = Desk::new();
    import(&desk, FILE);
    let query = CaseQuery {
        sort: Sort::ReceivedDesc,
        ..CaseQuery::default()
    };
    let newest = desk.office.store().cases(&query).expect("lists").rows[0].case;
    let facts = desk
        .office
        .open_case(newest, &handler(), "test")
        .expect("reads")
        .case
        .facts;
    let similar = facts.similar.first().expect("noted").clone();
    assert!(similar.score >= 700, "{similar:?}");
    assert_eq!(similar.suggestion, Some(LinkKind::Duplicate));
    let at = desk.now.plus(DAY);
    desk.office
        .choose_similar(newest, similar.other, SimilarChoice::Duplicate, handler(), at)
        .expect("chosen");
    let facts = desk
        .office
        .open_case(newest, &handler(), "test")
        .expect("reads")
        .case
        .facts;
    assert_eq!(facts.links, [(similar.other, LinkKind::Duplicate)]);
    assert!(facts.similar.is_empty());
    // Reversible: both cases stay whole.
    let undo = Command::UnlinkCase { other: similar.other };
    desk.office
        .execute(&app::Order::new(newest, handler(), at, undo))
        .expect("undone");
}

#[test]
fn a2_the_same_id_with_other_words_is_rejected_and_named() {
    let desk = Desk::new();
    import(&desk, FILE);
    let (summary, bad, _) = import(&desk, &FILE.replace("合同里没有写清楚", "合同里写得不清楚"));
    assert_eq!((summary.already, summary.rejected), (2, 2));
    assert!(
        bad.iter()
            .any(|b| b.contains("T-2") && b.contains("other content")),
        "{bad:?}"
    );
}

#[test]
fn a2_two_rows_of_one_customer_share_the_customer() {
    let desk = Desk::new();
    import(&desk, FILE);
    let rows = desk
        .office
        .store()
        .cases(&CaseQuery::default())
        .expect("lists")
        .rows;
    let card: Vec<_> = rows.iter().filter(|r| r.line == "card").collect();
    assert_eq!(card.len(), 2);
    assert_eq!(card[0].customer, card[1].customer);
}
