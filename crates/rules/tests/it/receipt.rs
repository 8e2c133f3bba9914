//! Fifteen days from receipt, day by day, against dates counted by an independent program.

use crate::common::{at, cn, received, runs, state};
use domain::clock::{ClockFacts, Milestone};
use rules::Status;

/// Received, due as counted, due rolled by art. 203 over days off, provisional.
const FIFTEEN: &[(&str, &str, &str, bool)] = &[
    ("2024-02-14", "2024-02-29", "2024-02-29", false),
    ("2024-01-26", "2024-02-10", "2024-02-18", false),
    ("2024-01-27", "2024-02-11", "2024-02-18", false),
    ("2024-02-28", "2024-03-14", "2024-03-14", false),
    ("2024-02-29", "2024-03-15", "2024-03-15", false),
    ("2023-02-28", "2023-03-15", "2023-03-15", true),
    ("2024-12-31", "2025-01-15", "2025-01-15", false),
    ("2024-12-17", "2025-01-01", "2025-01-02", false),
    ("2025-01-01", "2025-01-16", "2025-01-16", false),
    ("2025-01-13", "2025-01-28", "2025-02-05", false),
    ("2025-01-14", "2025-01-29", "2025-02-05", false),
    ("2025-01-20", "2025-02-04", "2025-02-05", false),
    ("2025-03-20", "2025-04-04", "2025-04-07", false),
    ("2025-04-16", "2025-05-01", "2025-05-06", false),
    ("2025-05-17", "2025-06-01", "2025-06-03", false),
    ("2025-09-16", "2025-10-01", "2025-10-09", false),
    ("2025-09-23", "2025-10-08", "2025-10-09", false),
    ("2025-12-17", "2026-01-01", "2026-01-04", false),
    ("2025-12-19", "2026-01-03", "2026-01-04", false),
    ("2026-01-30", "2026-02-14", "2026-02-14", false),
    ("2026-01-31", "2026-02-15", "2026-02-24", false),
    ("2026-02-01", "2026-02-16", "2026-02-24", false),
    ("2026-02-05", "2026-02-20", "2026-02-24", false),
    ("2026-02-08", "2026-02-23", "2026-02-24", false),
    ("2026-02-13", "2026-02-28", "2026-02-28", false),
    ("2026-03-20", "2026-04-04", "2026-04-07", false),
    ("2026-04-16", "2026-05-01", "2026-05-06", false),
    ("2026-04-20", "2026-05-05", "2026-05-06", false),
    ("2026-06-04", "2026-06-19", "2026-06-22", false),
    ("2026-09-10", "2026-09-25", "2026-09-28", false),
    ("2026-09-16", "2026-10-01", "2026-10-08", false),
    ("2026-09-20", "2026-10-05", "2026-10-08", false),
    ("2026-10-10", "2026-10-25", "2026-10-26", false),
    ("2026-12-10", "2026-12-25", "2026-12-25", false),
    ("2026-12-16", "2026-12-31", "2026-12-31", false),
    ("2026-12-17", "2027-01-01", "2027-01-04", true),
    ("2026-12-31", "2027-01-15", "2027-01-15", true),
    ("2027-01-22", "2027-02-06", "2027-02-08", true),
    ("2027-04-16", "2027-05-01", "2027-05-03", true),
    ("2027-09-16", "2027-10-01", "2027-10-04", true),
    ("2027-12-20", "2028-01-04", "2028-01-04", true),
    ("2020-03-01", "2020-03-16", "2020-03-16", true),
];

#[test]
fn fifteen_days_from_receipt() {
    for &(day, strict, legal, provisional) in FIFTEEN {
        let state = state("cn.nfra.decide", &received(day), day);
        let due = state.due.unwrap();
        let got = (due.strict.to_string(), due.legal.to_string(), due.provisional);
        assert_eq!(
            got,
            (strict.to_owned(), legal.to_owned(), provisional),
            "received {day}"
        );
        assert_eq!(state.status, Status::Running, "received {day}");
        assert_eq!(state.days_left, Some(15), "received {day}");
        assert_eq!(due.at, at(&format!("{strict}T23:59:59.999999")), "received {day}");
    }
    assert!(FIFTEEN.len() >= 40);
}

/// Decision received, last day as counted, last day of the customer's thirty.
const THIRTY: &[(&str, &str, &str)] = &[
    ("2026-01-02", "2026-02-01", "2026-02-02"),
    ("2026-01-20", "2026-02-19", "2026-02-24"),
    ("2026-01-23", "2026-02-22", "2026-02-24"),
    ("2026-02-14", "2026-03-16", "2026-03-16"),
    ("2024-01-31", "2024-03-01", "2024-03-01"),
    ("2024-09-01", "2024-10-01", "2024-10-08"),
    ("2026-12-05", "2027-01-04", "2027-01-04"),
    ("2026-09-01", "2026-10-01", "2026-10-08"),
];

#[test]
fn thirty_days_of_the_customer_to_apply_for_review_end_on_the_rolled_day() {
    for &(day, strict, legal) in THIRTY {
        let mut facts = received("2024-01-02");
        facts.milestones.push((Milestone::DecisionReceived, at(day)));
        let open = state("cn.nfra.review.apply", &facts, &format!("{legal}T23:59:59"));
        let due = open.due.unwrap();
        assert_eq!(
            (due.strict.to_string(), due.legal.to_string()),
            (strict.into(), legal.into()),
            "{day}"
        );
        assert_eq!((open.status, open.days_left), (Status::Running, Some(0)), "{day}");
        assert_eq!(due.at, at(&format!("{legal}T23:59:59.999999")), "{day}");

        facts.milestones.push((Milestone::ReviewRequested, due.at));
        let met = state("cn.nfra.review.apply", &facts, "2028-01-01");
        assert_eq!((met.status, met.late_since), (Status::Met, None), "{day}");
    }
}

#[test]
fn the_customer_breaches_nothing_when_the_time_is_over() {
    let mut facts = received("2026-01-02");
    facts
        .milestones
        .push((Milestone::DecisionReceived, at("2026-01-20")));
    let over = state("cn.nfra.review.apply", &facts, "2026-02-25");
    assert_eq!(
        (over.status, over.days_left, over.closed),
        (Status::Ended, None, None)
    );
    assert!(
        over.derivation
            .to_text(rules::Lang::En)
            .contains("the time is over")
    );
}

/// Received, told, status, rolled date still kept.
const TOLD: &[(&str, &str, Status, bool)] = &[
    ("2026-03-02T10:00", "2026-03-02T10:00", Status::Met, false),
    (
        "2026-03-02T00:00",
        "2026-03-17T23:59:59.999999",
        Status::Met,
        false,
    ),
    ("2026-03-02T23:59:59", "2026-03-17T23:59:59", Status::Met, false),
    ("2026-03-02T10:00", "2026-03-18T00:00", Status::MetLate, false),
    // The last day is the Sunday before Qingming Monday: in time only by the rolled date.
    ("2026-03-21T10:00", "2026-04-05T20:00", Status::Met, false),
    ("2026-03-21T10:00", "2026-04-06T09:00", Status::MetLate, true),
    ("2026-03-21T10:00", "2026-04-07T23:59", Status::MetLate, true),
    ("2026-03-21T10:00", "2026-04-08T00:00", Status::MetLate, false),
    ("2025-12-17T10:00", "2026-01-04T10:00", Status::MetLate, true),
    ("2026-02-01T10:00", "2026-02-24T10:00", Status::MetLate, true),
    ("2026-02-01T10:00", "2026-02-25T10:00", Status::MetLate, false),
    // Told before the complaint came: a slip of the pen, not a decision.
    ("2026-03-02T10:00", "2026-03-01T10:00", Status::Running, false),
];

#[test]
fn telling_the_decision_meets_the_clock_until_midnight_of_the_strict_date() {
    for &(came, told, status, within_legal) in TOLD {
        let mut facts = received(came);
        facts.milestones.push((Milestone::DecisionNotified, at(told)));
        let now = if status == Status::Running {
            came
        } else {
            "2026-12-31"
        };
        let state = state("cn.nfra.decide", &facts, now);
        assert_eq!(
            (state.status, state.within_legal),
            (status, within_legal),
            "{came} told {told}"
        );
        assert_eq!(
            state.late_since.is_some(),
            status == Status::MetLate,
            "{came} told {told}"
        );
        assert_eq!(
            state.days_left.is_some(),
            status == Status::Running,
            "{came} told {told}"
        );
    }
}

#[test]
fn not_telling_is_a_breach_from_midnight_on() {
    let facts = received("2026-03-02");
    let before = state("cn.nfra.decide", &facts, "2026-03-17T23:59:59.999999");
    assert_eq!((before.status, before.days_left), (Status::Running, Some(0)));
    let after = state("cn.nfra.decide", &facts, "2026-03-18T00:00");
    assert_eq!((after.status, after.days_left), (Status::Breached, Some(-1)));
    assert_eq!(after.late_since, after.due_at());
    assert_eq!(after.next_extension, None);
}

#[test]
fn the_day_of_receipt_is_that_of_the_zone() {
    // 2026-03-02T17:00Z is 1 a.m. of 3 March in Shanghai.
    let facts = ClockFacts {
        milestones: vec![(Milestone::ComplaintReceived, at("2026-03-03T01:00"))],
        ..ClockFacts::default()
    };
    let shanghai = runs(cn(), "cn.nfra.decide", &facts, "2026-03-03").pop().unwrap();
    assert_eq!(shanghai.due_strict().unwrap().to_string(), "2026-03-18");
    let now = at("2026-03-03T02:00");
    let utc = rules::evaluate(cn(), &facts, &rules::TimeZone::UTC, now);
    assert_eq!(utc[0].due_strict().unwrap().to_string(), "2026-03-17");
}
