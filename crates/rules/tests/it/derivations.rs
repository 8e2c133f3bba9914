//! The derivation of one rich case, in every language, as people will read it.

use crate::common::{at, cn, grant, pause, received, runs};
use domain::clock::{ApproverRank, ClockFacts, Milestone, PauseReason};
use rules::{ClockState, Lang, What};

fn rich() -> ClockFacts {
    let mut facts = received("2026-01-30");
    facts.pauses.push(pause(
        PauseReason::Appraisal,
        "2026-02-03T10:00",
        Some("2026-02-06T09:00"),
    ));
    facts
        .extensions
        .push(grant(1, "2026-02-05", ApproverRank::TeamLeader, None));
    facts.extensions.push(grant(
        2,
        "2026-02-20",
        ApproverRank::TeamLeader,
        Some("2026-02-21"),
    ));
    facts
        .milestones
        .push((Milestone::DecisionNotified, at("2026-03-04")));
    facts
        .milestones
        .push((Milestone::NewFactsReceived, at("2026-12-12")));
    facts
}

fn text(states: &[ClockState], lang: Lang) -> String {
    states
        .iter()
        .map(|s| s.derivation.to_text(lang))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn zh_cn() {
    insta::assert_snapshot!(text(
        &runs(cn(), "cn.nfra.decide", &rich(), "2026-12-20"),
        Lang::ZhCn
    ));
}

#[test]
fn zh_tw() {
    insta::assert_snapshot!(text(
        &runs(cn(), "cn.nfra.decide", &rich(), "2026-12-20"),
        Lang::ZhTw
    ));
}

#[test]
fn en() {
    insta::assert_snapshot!(text(
        &runs(cn(), "cn.nfra.decide", &rich(), "2026-12-20"),
        Lang::En
    ));
}

#[test]
fn customer_clock_en() {
    let mut facts = received("2026-01-02");
    facts
        .milestones
        .push((Milestone::DecisionReceived, at("2026-01-20")));
    insta::assert_snapshot!(text(
        &runs(cn(), "cn.nfra.review.apply", &facts, "2026-02-26"),
        Lang::En
    ));
}

#[test]
fn every_due_date_goes_back_to_the_start_day_and_its_rule() {
    for state in runs(cn(), "cn.nfra.decide", &rich(), "2026-12-20") {
        let first = state
            .derivation
            .steps
            .iter()
            .find(|s| matches!(s.what, What::FirstDay { .. }))
            .unwrap();
        let cite = first.cite.as_ref().unwrap();
        assert_eq!(
            (cite.source.as_str(), cite.article.as_str()),
            ("民法典", "art. 201")
        );
        assert_eq!(first.date_in.unwrap().tomorrow().ok(), first.date_out);
        let last = state
            .derivation
            .steps
            .iter()
            .rfind(|s| matches!(s.what, What::Judged { .. }))
            .unwrap();
        assert_eq!(last.date_out, state.due_strict());
    }
}

#[test]
fn a_rule_younger_than_the_receipt_says_so() {
    let states = runs(cn(), "cn.nfra.decide", &received("2020-06-01"), "2020-06-02");
    assert!(text(&states, Lang::En).contains("in force only since 2021-01-01"));
}

#[test]
fn derivations_go_over_the_wire() {
    let states = runs(cn(), "cn.nfra.decide", &rich(), "2026-12-20");
    let json = serde_json::to_value(&states).unwrap();
    assert_eq!(json[0]["status"], "met_late");
    assert_eq!(json[0]["due"]["strict"], "2026-03-03");
    assert_eq!(json[0]["derivation"]["steps"][0]["what"], "version");
}
