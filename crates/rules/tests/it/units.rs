//! Limits in every unit, on a pack made for the test.

use crate::{
    common::{at, received, runs},
    packs::{CN, parse},
};
use domain::clock::{ClockFacts, Milestone, PauseReason};
use rules::{Lang, Pack, Status};

/// The shipped pack with one more clock, `t`, of `n` units, which appraisals pause.
fn with_clock(n: u32, unit: &str, judge_by: &str) -> Pack {
    let clock = format!(
        r#"
[[clock]]
id = "t"
title = {{ zh-CN = "测试", zh-TW = "測試", en = "test" }}
owner = "bank"
rule = "cn.nfra.decide.simple"
n = {n}
unit = "{unit}"
judge_by = "{judge_by}"
start = "complaint_received"
stop = [{{ on = "acknowledged" }}]
pause = [{{ reason = "appraisal", rule = "cn.nfra.exclude.appraisal" }}]
valid_from = 2020-03-01
"#
    );
    parse(&format!("{CN}{clock}")).unwrap()
}

#[test]
fn every_unit() {
    let cases = [
        // Months and years end on the corresponding day, or on the month's last (art. 202).
        (1, "mo", "2026-01-31", "2026-02-28", "2026-02-28"),
        (1, "mo", "2024-01-31", "2024-02-29", "2024-02-29"),
        (1, "mo", "2024-01-30", "2024-02-29", "2024-02-29"),
        (1, "mo", "2024-02-29", "2024-03-29", "2024-03-29"),
        (1, "mo", "2026-03-31", "2026-04-30", "2026-04-30"),
        (3, "mo", "2025-11-30", "2026-02-28", "2026-02-28"),
        (6, "mo", "2025-08-31", "2026-02-28", "2026-02-28"),
        (1, "mo", "2026-01-16", "2026-02-16", "2026-02-24"),
        (12, "mo", "2024-02-29", "2025-02-28", "2025-02-28"),
        (1, "yr", "2024-02-29", "2025-02-28", "2025-02-28"),
        (1, "yr", "2025-02-28", "2026-02-28", "2026-02-28"),
        (2, "yr", "2024-10-01", "2026-10-01", "2026-10-08"),
        (1, "yr", "2025-12-31", "2026-12-31", "2026-12-31"),
        (1, "wk", "2026-02-10", "2026-02-17", "2026-02-24"),
        (2, "wk", "2024-02-16", "2024-03-01", "2024-03-01"),
        (1, "cd", "2024-02-28", "2024-02-29", "2024-02-29"),
        (1, "cd", "2025-02-28", "2025-03-01", "2025-03-03"),
        (1, "cd", "2025-12-31", "2026-01-01", "2026-01-04"),
        // Working days never end on a day off, so nothing rolls.
        (7, "bd:CN", "2026-02-13", "2026-03-02", "2026-03-02"),
        (7, "bd:CN", "2026-02-16", "2026-03-03", "2026-03-03"),
        (1, "bd:CN", "2026-02-13", "2026-02-14", "2026-02-14"),
        (5, "bd:CN", "2025-12-29", "2026-01-06", "2026-01-06"),
        (3, "bd:CN", "2025-09-30", "2025-10-11", "2025-10-11"),
        (30, "bd:CN", "2024-01-31", "2024-03-18", "2024-03-18"),
    ];
    for (n, unit, day, strict, legal) in cases {
        let pack = with_clock(n, unit, "strict");
        let state = runs(&pack, "t", &received(day), day).pop().unwrap();
        let due = state.due.unwrap();
        assert_eq!(
            (due.strict.to_string(), due.legal.to_string()),
            (strict.into(), legal.into()),
            "{n} {unit} {day}"
        );
        assert_eq!(
            due.at,
            at(&format!("{strict}T23:59:59.999999")),
            "{n} {unit} {day}"
        );
    }
}

#[test]
fn hours_run_from_the_stated_hour_through_nights_and_holidays() {
    let pack = with_clock(72, "h", "legal");
    let mut facts = received("2026-02-15T17:30");
    let state = runs(&pack, "t", &facts, "2026-02-16").pop().unwrap();
    assert_eq!(state.due_at(), Some(at("2026-02-18T17:30")));
    assert_eq!(state.due_legal(), state.due_strict());
    assert!(
        state
            .derivation
            .to_text(Lang::En)
            .contains("Due at 17:30 on 2026-02-18")
    );
    facts.pauses.push(crate::common::pause(
        PauseReason::Appraisal,
        "2026-02-16T00:00",
        Some("2026-02-16T05:15"),
    ));
    let state = runs(&pack, "t", &facts, "2026-02-17").pop().unwrap();
    assert_eq!(state.due_at(), Some(at("2026-02-18T22:45")));
}

#[test]
fn days_left_out_of_months_and_working_days() {
    let pause = |from: &str, to: &str| ClockFacts {
        pauses: vec![crate::common::pause(PauseReason::Appraisal, from, Some(to))],
        ..received("2026-01-31")
    };
    let month = with_clock(1, "mo", "strict");
    let state = runs(
        &month,
        "t",
        &pause("2026-02-02T00:00", "2026-02-05T00:00"),
        "2026-02-10",
    )
    .pop()
    .unwrap();
    assert_eq!(state.due_strict().unwrap().to_string(), "2026-03-03");
    let text = state.derivation.to_text(Lang::En);
    assert!(
        text.contains("no corresponding day") && text.contains("3 calendar days left out"),
        "{text}"
    );
    let working = with_clock(5, "bd:CN", "strict");
    let plain = runs(&working, "t", &received("2026-01-31"), "2026-02-10")
        .pop()
        .unwrap();
    assert_eq!(plain.due_strict().unwrap().to_string(), "2026-02-06");
    let state = runs(
        &working,
        "t",
        &pause("2026-02-03T00:00", "2026-02-05T00:00"),
        "2026-02-10",
    )
    .pop()
    .unwrap();
    assert_eq!(state.due_strict().unwrap().to_string(), "2026-02-10");
}

#[test]
fn a_clock_judged_by_the_legal_date_is_late_only_after_it() {
    let pack = with_clock(15, "cd", "legal");
    let mut facts = received("2026-02-01");
    facts
        .milestones
        .push((Milestone::Acknowledged, at("2026-02-24T12:00")));
    assert_eq!(
        runs(&pack, "t", &facts, "2026-03-01").pop().unwrap().status,
        Status::Met
    );
    facts.milestones[1].1 = at("2026-02-25T00:00");
    assert_eq!(
        runs(&pack, "t", &facts, "2026-03-01").pop().unwrap().status,
        Status::MetLate
    );
}
