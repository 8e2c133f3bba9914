//! Who reaches what, and what is recorded of it.

use crate::desk::*;
use app::{Complaint, Deed, OfficeError, Viewer};
use domain::{
    Actor, BranchId, EventId, Role, Timestamp,
    case::{Channel, Command, ConsentScope, Window},
};

fn viewer(id: &str, role: Role, branch: &str) -> Viewer {
    Viewer {
        actor: Actor::new(id, role),
        branch: BranchId::from(branch),
    }
}

#[test]
fn what_is_out_of_reach_looks_absent_and_leaves_no_trace() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let dossier = desk.office.open_case(case, &handler(), "test").expect("reads");
    let customer = dossier.case.facts.customer.expect("has a customer");
    let branch = dossier.case.facts.branch.expect("has a branch").0;
    let readers = |desk: &Desk| desk.office.store().accesses(customer).expect("reads").len();
    let before = readers(&desk);
    for stranger in [
        viewer("handler-99", Role::Handler, "elsewhere"),
        viewer("tech-99", Role::Technician, &branch),
        viewer("admin-01", Role::Administrator, &branch),
    ] {
        let e = desk
            .office
            .open_case_for(case, &stranger, Deed::SeeCases, "test")
            .expect_err("must look absent");
        assert!(matches!(e, OfficeError::NoSuchCase(c) if c == case), "{e}");
    }
    assert_eq!(readers(&desk), before, "nobody has read anything");
    let colleague = viewer("handler-02", Role::Handler, &branch);
    desk.office
        .open_case_for(case, &colleague, Deed::SeeCases, "case page")
        .expect("is in reach");
    assert_eq!(readers(&desk), before + 1);
}

#[test]
fn the_visits_of_a_day_follow_the_appointment() {
    let mut desk = Desk::new();
    let (case, window) = desk.consented(1);
    let day = |at: Timestamp| {
        jiff::Timestamp::from_microsecond(at.0)
            .expect("in range")
            .to_zoned(desk_zone())
            .date()
            .to_string()
    };
    let span = |hours: i64| Window {
        from: window.from.plus(hours * HOUR),
        to: window.from.plus((hours + 1) * HOUR),
    };
    let schedule = |w: Window| Command::ScheduleVisit {
        window: w,
        crew: crew(),
    };
    let seen = |desk: &Desk| desk.office.visits_of(&day(window.from)).expect("reads");
    assert!(seen(&desk).is_empty());
    desk.give(manager(), case, schedule(span(1)));
    desk.give(manager(), case, schedule(span(3)));
    let lines = seen(&desk);
    assert_eq!(lines.len(), 1, "moved, not doubled");
    assert_eq!((lines[0].case, lines[0].window), (case, span(3)));
    assert_eq!(lines[0].outcome, None);
    desk.give(
        manager(),
        case,
        Command::WithdrawConsent {
            scope: ConsentScope::Visiting,
            next_channel: Channel::Phone,
        },
    );
    assert!(seen(&desk).is_empty(), "no consent, no visit");
    let other = desk.visited(2);
    let facts = desk
        .office
        .open_case(other, &handler(), "test")
        .expect("reads")
        .case
        .facts;
    let report = &facts.visits[0];
    let lines = desk.office.visits_of(&day(report.started_at)).expect("reads");
    let line = lines.iter().find(|l| l.case == other).expect("stays as reported");
    assert_eq!(line.outcome, Some(report.outcome));
}

fn desk_zone() -> rules::TimeZone {
    rules::Packs::builtin()
        .get("cn")
        .expect("is shipped")
        .zone()
        .clone()
}

#[test]
fn a_form_sent_twice_is_one_case() {
    let desk = Desk::new();
    let complaint = || Complaint {
        channel: "online".into(),
        line: "card".into(),
        product: "信用卡".into(),
        title: "年费未告知".into(),
        narrative: "账单里扣了年费，事先没有告知，要求退还。".into(),
        cause: "C.price".into(),
        asks: "退还年费".into(),
        name: "赵某某".into(),
        phone: "10000000001".into(),
        email: String::new(),
        id_number: String::new(),
        account: String::new(),
        address: String::new(),
        language: "zh-CN".into(),
        branch: BranchId::from("b1"),
        amount: None,
        received_at: desk.now,
    };
    let take = |n: u128| {
        desk.office
            .take_in(EventId(n), complaint(), &handler())
            .expect("is taken in")
            .case
    };
    let first = take(1);
    assert_eq!(take(1), first);
    let second = take(2);
    assert_ne!(second, first);
    let facts = desk
        .office
        .open_case(second, &handler(), "test")
        .expect("reads")
        .case
        .facts;
    assert_eq!(facts.similar.len(), 1, "the near copy is pointed out");
    assert_eq!(facts.similar[0].other, first);
    let row = |c| desk.office.store().case_row(c).expect("reads").expect("is there");
    assert_eq!(
        row(first).customer,
        row(second).customer,
        "found by the telephone number"
    );
}
