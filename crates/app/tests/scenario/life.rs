//! Receipt to closing: A2.2.1, A2.2.4, A4.2a, A4.3, B1.

use crate::desk::*;
use app::{OfficeError, Order};
use domain::{
    CaseId, Role,
    case::{Channel, CloseReason, Command, DeclineReason, LinkKind, ReviewOutcome, State, TaskNo, Truth},
    clock::ApproverRank,
};
use rules::{Lang, Status};
use store::AppendError;

#[test]
fn a2_2_1_a_complaint_is_reviewed_for_truth_and_reasonableness_before_it_is_accepted() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    desk.give(
        handler(),
        case,
        Command::Assign {
            handler: handler().id,
        },
    );
    desk.give(
        handler(),
        case,
        Command::Acknowledge {
            channel: "sms".into(),
        },
    );
    desk.give(handler(), case, Command::StartReview);
    let why = desk.refused(handler(), case, Command::Accept);
    assert!(why.contains("allegation 1 has not been reviewed"), "{why}");
    desk.give(handler(), case, assess(Truth::True));
    assert_eq!(desk.give(handler(), case, Command::Accept), State::Accepted);
}

#[test]
fn a2_2_1_a_refusal_to_take_up_needs_a_lawful_reason_an_explanation_and_another_person() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    desk.give(
        handler(),
        case,
        Command::Assign {
            handler: supervisor().id,
        },
    );
    desk.give(
        handler(),
        case,
        Command::Acknowledge {
            channel: "sms".into(),
        },
    );
    desk.give(handler(), case, Command::StartReview);
    let decline = |text: &str| Command::Decline {
        reason: DeclineReason::NothingNew,
        explanation: text.into(),
    };
    assert!(
        desk.refused(handler(), case, decline("同一事项"))
            .contains("role")
    );
    assert!(
        desk.refused(supervisor(), case, decline("同一事项"))
            .contains("never approves")
    );
    let other = who("compliance-01", Role::Compliance);
    assert!(
        desk.refused(other.clone(), case, decline(" "))
            .contains("reasons")
    );
    assert_eq!(
        desk.give(other, case, decline("同一事项，无新事实")),
        State::Declined
    );
    let why = desk.refused(handler(), case, Command::Close(CloseReason::Declined));
    assert!(why.contains("has not been told"), "{why}");
}

#[test]
fn a2_2_4_a_remedy_is_proposed_approved_by_another_offered_signed_and_carried_out() {
    let mut desk = Desk::new();
    let case = desk.verified(1);
    desk.give(
        handler(),
        case,
        Command::ProposeRemedy(refund(9_000_000, desk.now)),
    );
    assert!(
        desk.refused(
            handler(),
            case,
            Command::VoteOnRemedy {
                proposal: 1,
                approve: true
            }
        )
        .contains("role")
    );
    let why = desk.refused(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 1,
            approve: true,
        },
    );
    assert!(why.contains("above your authority of 2000000"), "{why}");
    desk.give(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 1,
            approve: false,
        },
    );
    let why = desk.refused(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 1,
            approve: true,
        },
    );
    assert!(why.contains("cannot be changed"), "{why}");
    assert!(
        desk.refused(handler(), case, Command::MakeOffer { proposal: 1 })
            .contains("not been approved")
    );
    desk.give(handler(), case, Command::ProposeRemedy(refund(8_000, desk.now)));
    desk.give(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 2,
            approve: true,
        },
    );
    desk.give(handler(), case, Command::MakeOffer { proposal: 2 });
    desk.give(
        handler(),
        case,
        Command::RecordCounterOffer(refund(12_000, desk.now)),
    );
    let sign = || Command::SignAgreement {
        document_hash: "ab".repeat(32),
        signature: "on_paper".into(),
    };
    let why = desk.refused(handler(), case, sign());
    assert!(
        why.contains("no offer"),
        "a counter-offer answers the offer: {why}"
    );
    desk.give(handler(), case, Command::ProposeRemedy(refund(12_000, desk.now)));
    desk.give(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 3,
            approve: true,
        },
    );
    desk.give(handler(), case, Command::MakeOffer { proposal: 3 });
    assert_eq!(desk.give(handler(), case, sign()), State::Agreed);
    let task = TaskNo(1);
    assert!(
        desk.refused(handler(), case, Command::VerifyTask { task })
            .contains("not been done")
    );
    desk.give(
        handler(),
        case,
        Command::CompleteTask {
            task,
            proof: "回单-1".into(),
        },
    );
    assert!(
        desk.refused(handler(), case, Command::VerifyTask { task })
            .contains("never approves")
    );
    assert_eq!(
        desk.give(supervisor(), case, Command::VerifyTask { task }),
        State::Executed
    );
    assert_eq!(
        desk.give(handler(), case, Command::Close(CloseReason::Settled)),
        State::Closed
    );
}

#[test]
fn a2_2_4_what_is_said_in_negotiation_never_enters_the_facts() {
    let mut desk = Desk::new();
    let case = desk.verified(1);
    desk.give(handler(), case, Command::ProposeRemedy(refund(7_777, desk.now)));
    desk.give(
        supervisor(),
        case,
        Command::VoteOnRemedy {
            proposal: 1,
            approve: true,
        },
    );
    desk.give(handler(), case, Command::MakeOffer { proposal: 1 });
    desk.give(
        handler(),
        case,
        Command::RecordCounterOffer(refund(8_888, desk.now)),
    );
    desk.give(
        handler(),
        case,
        Command::EndNegotiation {
            reason: "双方未能达成一致".into(),
        },
    );
    let store = desk.office.store();
    let facts = store
        .read(case.bucket(), &store::StreamId::facts(case))
        .expect("reads");
    let told: String = facts.iter().map(|e| format!("{} {}\n", e.kind, e.body)).collect();
    for said in [
        "7777",
        "8888",
        "双方未能达成一致",
        "OfferMade",
        "CounterOffered",
        "Remedy",
    ] {
        assert!(!told.contains(said), "{said} stands in the facts:\n{told}");
    }
    let said = store
        .read(case.bucket(), &store::StreamId::negotiation(case))
        .expect("reads");
    assert_eq!(
        said.len(),
        6,
        "round opened, proposed, voted, offered, countered, ended"
    );
}

#[test]
fn a4_2a_review_is_decided_by_somebody_else_and_a_closed_case_can_be_reopened() {
    let mut desk = Desk::new();
    let case = desk.verified(1);
    desk.give(
        handler(),
        case,
        Command::NotifyDecision {
            channel: "letter".into(),
        },
    );
    desk.give(
        handler(),
        case,
        Command::RequestReview {
            grounds: "不服处理结果".into(),
        },
    );
    let decide = Command::DecideReview {
        outcome: ReviewOutcome::Upheld,
        reasons: "程序合规".into(),
    };
    assert!(
        desk.refused(supervisor(), case, decide.clone())
            .contains("no part")
    );
    assert_eq!(
        desk.give(who("compliance-02", Role::Compliance), case, decide),
        State::NotAgreed
    );
    desk.give(handler(), case, Command::Close(CloseReason::NotAgreed));
    let reopen = Command::Reopen {
        reason: "法院退回调解".into(),
    };
    assert!(desk.refused(handler(), case, reopen.clone()).contains("role"));
    assert_eq!(desk.give(supervisor(), case, reopen), State::UnderReview);
}

#[test]
fn a4_2a_a_case_is_not_closed_over_open_work() {
    let mut desk = Desk::new();
    let case = desk.agreed(1);
    assert!(
        desk.refused(handler(), case, Command::Close(CloseReason::Settled))
            .contains("not possible")
    );
    let other = desk.verified(2);
    let why = desk.refused(handler(), other, Command::Close(CloseReason::NotUpheld));
    assert!(
        why.contains("propose a remedy"),
        "found true and reasonable: {why}"
    );
}

#[test]
fn a4_3_a_refused_visit_opens_another_channel_and_the_clock_runs_on() {
    let mut desk = Desk::new();
    let case = desk.offered(1);
    let before = desk
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("is there")
        .due_at;
    let refuse = Command::RefuseVisit {
        reason: None,
        next_channel: Channel::Video,
    };
    assert_eq!(desk.give(manager(), case, refuse), State::DeskHandling);
    let explained = desk.office.explain(case, &handler()).expect("explains");
    assert_eq!(explained.dossier.case.facts.channel, Some(Channel::Video));
    let clock = explained
        .clocks
        .iter()
        .find(|c| c.id == "cn.nfra.decide")
        .expect("the clock");
    // The desk's clock stands 100 days later: the limit was never stopped by the refusal.
    assert_eq!(clock.status, Status::Breached);
    assert_eq!(
        desk.office
            .store()
            .case_row(case)
            .expect("reads")
            .expect("is there")
            .due_at,
        before
    );
    assert_eq!(
        desk.give(handler(), case, finding(Truth::PartlyTrue)),
        State::Verified
    );
}

#[test]
fn a3_a_lawful_extension_moves_the_date_and_says_why() {
    let mut desk = Desk::new();
    let case = desk.accepted(1);
    let extend = |step, rank| Command::ExtendClock {
        clock: "cn.nfra.decide".into(),
        step,
        rank,
        reason: "涉及外部机构核实".into(),
    };
    assert!(
        desk.refused(handler(), case, extend(1, ApproverRank::TeamLeader))
            .contains("role")
    );
    let due = |desk: &Desk| {
        desk.office
            .store()
            .case_row(case)
            .expect("reads")
            .expect("there")
            .due_at
            .expect("due")
    };
    let before = due(&desk);
    desk.give(supervisor(), case, extend(1, ApproverRank::TeamLeader));
    desk.give(
        handler(),
        case,
        Command::NotifyExtension {
            channel: "sms".into(),
        },
    );
    assert_eq!(due(&desk).0 - before.0, 15 * DAY, "15 days became 30 in total");
    let text = desk
        .office
        .explain(case, &handler())
        .expect("explains")
        .to_text(Lang::ZhCn);
    assert!(text.contains("30") && text.contains("supervisor-01"), "{text}");
}

#[test]
fn b1_a_customer_s_cases_are_seen_together() {
    let mut desk = Desk::new();
    let (first, second) = (desk.received(1), CaseId::from_bits(77));
    let mut again = complaint(second, 1, desk.now);
    again.source_id = "1b".into();
    desk.give(handler(), second, Command::Receive(Box::new(again)));
    desk.give(
        handler(),
        second,
        Command::LinkCase {
            other: first,
            kind: LinkKind::Repeated,
        },
    );
    let row = desk
        .office
        .store()
        .case_row(first)
        .expect("reads")
        .expect("is there");
    let mut cases: Vec<CaseId> = desk
        .office
        .store()
        .cases_of(row.customer)
        .expect("reads")
        .iter()
        .map(|r| r.case)
        .collect();
    cases.sort();
    let mut both = vec![first, second];
    both.sort();
    assert_eq!(cases, both);
}

#[test]
fn a_stale_view_is_told_what_changed_and_the_same_order_is_carried_out_once() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let acknowledge = Command::Acknowledge {
        channel: "sms".into(),
    };
    desk.give(
        handler(),
        case,
        Command::Assign {
            handler: handler().id,
        },
    );
    let mut stale = Order::new(case, handler(), desk.now, acknowledge);
    stale.seen = Some((1, 0));
    match desk.office.execute(&stale) {
        Err(OfficeError::Append(AppendError::Conflict {
            expected: 1,
            actual: 2,
            since,
            ..
        })) => {
            assert_eq!(since[0].kind, "HandlerAssigned");
        }
        other => panic!("must be a conflict: {other:?}"),
    }
    stale.seen = None;
    assert!(!desk.office.execute(&stale).expect("carried out").already);
    assert!(desk.office.execute(&stale).expect("known").already);
    assert_eq!(
        desk.office
            .explain(case, &handler())
            .expect("reads")
            .dossier
            .facts_seq,
        3
    );
}
