//! Extensions, pauses, restarts, withdrawal and the other clocks of mainland China.

use crate::common::{at, cn, grant, pause, received, runs, state};
use domain::clock::{ApproverRank, ClockFacts, Extension, Milestone, PauseReason};
use rules::{Lang, NotCounted, Notify, Status, What, next_due};

use ApproverRank::{ComplaintOfficer, SuperiorOrHeadOffice, TeamLeader};

fn due(facts: &ClockFacts, now: &str) -> String {
    state("cn.nfra.decide", facts, now)
        .due_strict()
        .unwrap()
        .to_string()
}

fn refusals(facts: &ClockFacts, now: &str) -> Vec<(u8, NotCounted)> {
    let steps = state("cn.nfra.decide", facts, now).derivation.steps;
    let refused = steps.into_iter().filter_map(|s| match s.what {
        What::NotExtended { step, why, .. } => Some((step, why)),
        _ => None,
    });
    refused.collect()
}

#[test]
fn extensions_count_only_when_lawful() {
    // Received 2026-03-02: 15 days end 03-17, 30 end 04-01, 60 end 05-01.
    let first = grant(1, "2026-03-10", TeamLeader, None);
    let told = Some("2026-03-21");
    type Case = (&'static str, Vec<Extension>, &'static str, Vec<(u8, NotCounted)>);
    let cases: Vec<Case> = vec![
        ("none", vec![], "2026-03-17", vec![]),
        ("first", vec![first.clone()], "2026-04-01", vec![]),
        (
            "first, by a higher rank",
            vec![grant(1, "2026-03-10", SuperiorOrHeadOffice, None)],
            "2026-04-01",
            vec![],
        ),
        (
            "first, in the last second",
            vec![grant(1, "2026-03-17T23:59:59", TeamLeader, None)],
            "2026-04-01",
            vec![],
        ),
        (
            "first, too late",
            vec![grant(1, "2026-03-18T00:00", TeamLeader, None)],
            "2026-03-17",
            vec![(1, NotCounted::TooLate)],
        ),
        (
            "first, before the complaint",
            vec![grant(1, "2026-03-01", TeamLeader, None)],
            "2026-03-17",
            vec![(1, NotCounted::OtherRun)],
        ),
        (
            "both",
            vec![first.clone(), grant(2, "2026-03-20", SuperiorOrHeadOffice, told)],
            "2026-05-01",
            vec![],
        ),
        (
            "both on one day",
            vec![first.clone(), grant(2, "2026-03-10", SuperiorOrHeadOffice, told)],
            "2026-05-01",
            vec![],
        ),
        (
            "second, rank too low",
            vec![first.clone(), grant(2, "2026-03-20", ComplaintOfficer, told)],
            "2026-04-01",
            vec![(
                2,
                NotCounted::Rank {
                    needed: SuperiorOrHeadOffice,
                },
            )],
        ),
        (
            "second, not told",
            vec![first.clone(), grant(2, "2026-03-20", SuperiorOrHeadOffice, None)],
            "2026-04-01",
            vec![(2, NotCounted::NotNotified)],
        ),
        (
            "second, told late",
            vec![
                first.clone(),
                grant(2, "2026-03-20", SuperiorOrHeadOffice, Some("2026-04-02")),
            ],
            "2026-04-01",
            vec![(
                2,
                NotCounted::NotifiedTooLate {
                    day: "2026-04-02".parse().unwrap(),
                },
            )],
        ),
        (
            "second, too late",
            vec![
                first.clone(),
                grant(2, "2026-04-02", SuperiorOrHeadOffice, Some("2026-04-02")),
            ],
            "2026-04-01",
            vec![(2, NotCounted::TooLate)],
        ),
        (
            "second alone",
            vec![grant(2, "2026-03-10", SuperiorOrHeadOffice, told)],
            "2026-03-17",
            vec![(2, NotCounted::StepBefore)],
        ),
        (
            "a third",
            vec![first.clone(), grant(3, "2026-03-20", SuperiorOrHeadOffice, told)],
            "2026-04-01",
            vec![(3, NotCounted::NoSuchStep)],
        ),
        (
            "step zero",
            vec![grant(0, "2026-03-10", SuperiorOrHeadOffice, told)],
            "2026-03-17",
            vec![(0, NotCounted::NoSuchStep)],
        ),
        (
            "a bad grant beside a good one",
            vec![grant(1, "2026-03-19", TeamLeader, None), first.clone()],
            "2026-04-01",
            vec![(1, NotCounted::TooLate)],
        ),
        (
            "of another clock",
            vec![Extension {
                clock: "cn.pboc.answer".into(),
                ..first
            }],
            "2026-03-17",
            vec![],
        ),
    ];
    for (name, extensions, expected, refused) in cases {
        let facts = ClockFacts {
            extensions,
            ..received("2026-03-02")
        };
        assert_eq!(due(&facts, "2026-03-05"), expected, "{name}");
        assert_eq!(refusals(&facts, "2026-03-05"), refused, "{name}");
    }
}

#[test]
fn a_lawful_extension_is_no_breach() {
    let mut facts = received("2026-03-02");
    facts.extensions.push(grant(1, "2026-03-10", TeamLeader, None));
    facts
        .milestones
        .push((Milestone::DecisionNotified, at("2026-03-31")));
    let done = state("cn.nfra.decide", &facts, "2026-06-01");
    assert_eq!(
        (done.status, done.late_since, done.total, done.extensions),
        (Status::Met, None, 30, 1)
    );
}

#[test]
fn the_next_extension_says_who_and_until_when() {
    let mut facts = received("2026-03-02");
    let next = state("cn.nfra.decide", &facts, "2026-03-05")
        .next_extension
        .unwrap();
    assert_eq!(
        (next.step, next.total, next.approver, next.notify),
        (1, 30, TeamLeader, Notify::Advised)
    );
    assert_eq!(
        (next.by, next.due_strict.to_string()),
        (at("2026-03-17T23:59:59.999999"), "2026-04-01".into())
    );
    facts.extensions.push(grant(1, "2026-03-10", TeamLeader, None));
    let next = state("cn.nfra.decide", &facts, "2026-03-05")
        .next_extension
        .unwrap();
    assert_eq!(
        (next.step, next.total, next.approver, next.notify),
        (2, 60, SuperiorOrHeadOffice, Notify::Required)
    );
    facts
        .extensions
        .push(grant(2, "2026-03-10", SuperiorOrHeadOffice, Some("2026-03-10")));
    assert_eq!(state("cn.nfra.decide", &facts, "2026-03-05").next_extension, None);
}

#[test]
fn pauses_leave_out_the_days_they_cover_whole() {
    use PauseReason::{Appraisal, Mediation};
    // Received 2026-03-02, due 03-17 without pause.
    type Spans<'a> = &'a [(PauseReason, &'a str, Option<&'a str>)];
    let cases: &[(&str, Spans<'_>, &str, &str)] = &[
        (
            "one day touched at both ends",
            &[(Appraisal, "2026-03-05T09:00", Some("2026-03-05T18:00"))],
            "2026-03-10",
            "2026-03-17",
        ),
        (
            "over midnight",
            &[(Appraisal, "2026-03-05T09:00", Some("2026-03-06T18:00"))],
            "2026-03-10",
            "2026-03-17",
        ),
        (
            "midnight to midnight",
            &[(Appraisal, "2026-03-05T00:00", Some("2026-03-06T00:00"))],
            "2026-03-10",
            "2026-03-18",
        ),
        (
            "a microsecond short",
            &[(Appraisal, "2026-03-05T00:00:00.000001", Some("2026-03-06T00:00"))],
            "2026-03-10",
            "2026-03-17",
        ),
        (
            "three whole days",
            &[(Mediation, "2026-03-05T09:00", Some("2026-03-09T09:00"))],
            "2026-03-10",
            "2026-03-20",
        ),
        (
            "overlapping",
            &[
                (Mediation, "2026-03-05T09:00", Some("2026-03-09T09:00")),
                (Appraisal, "2026-03-07T09:00", Some("2026-03-11T09:00")),
            ],
            "2026-03-12",
            "2026-03-22",
        ),
        (
            "one inside the other",
            &[
                (Mediation, "2026-03-05T09:00", Some("2026-03-11T09:00")),
                (Appraisal, "2026-03-07T09:00", Some("2026-03-08T09:00")),
            ],
            "2026-03-12",
            "2026-03-22",
        ),
        (
            "touching at noon cover the day together",
            &[
                (Mediation, "2026-03-05T00:00", Some("2026-03-05T12:00")),
                (Appraisal, "2026-03-05T12:00", Some("2026-03-06T00:00")),
            ],
            "2026-03-12",
            "2026-03-18",
        ),
        (
            "apart",
            &[
                (Mediation, "2026-03-04T00:00", Some("2026-03-05T00:00")),
                (Appraisal, "2026-03-10T00:00", Some("2026-03-12T00:00")),
            ],
            "2026-03-12",
            "2026-03-20",
        ),
        (
            "from before the receipt",
            &[(Appraisal, "2026-02-20T00:00", Some("2026-03-04T00:00"))],
            "2026-03-12",
            "2026-03-18",
        ),
        (
            "the start day is not counted anyway",
            &[(Appraisal, "2026-03-02T00:00", Some("2026-03-03T00:00"))],
            "2026-03-12",
            "2026-03-17",
        ),
        (
            "over the due date",
            &[(Appraisal, "2026-03-16T00:00", Some("2026-03-26T00:00"))],
            "2026-03-20",
            "2026-03-27",
        ),
        (
            "begun on the due day, from 0:00",
            &[(Appraisal, "2026-03-17T00:00", Some("2026-03-20T00:00"))],
            "2026-03-20",
            "2026-03-20",
        ),
        (
            "begun on the due day, after 0:00",
            &[(Appraisal, "2026-03-17T00:01", Some("2026-03-20T00:00"))],
            "2026-03-20",
            "2026-03-17",
        ),
        (
            "after the due date: nothing revives",
            &[(Appraisal, "2026-03-18T00:00", Some("2026-03-28T00:00"))],
            "2026-03-30",
            "2026-03-17",
        ),
        (
            "a second one begun in the time won by the first",
            &[
                (Appraisal, "2026-03-10T00:00", Some("2026-03-13T00:00")),
                (Mediation, "2026-03-19T00:00", Some("2026-03-21T00:00")),
            ],
            "2026-03-30",
            "2026-03-22",
        ),
        (
            "running, seen on the third day",
            &[(Appraisal, "2026-03-05T00:00", None)],
            "2026-03-07T12:00",
            "2026-03-19",
        ),
        (
            "running, seen a day later",
            &[(Appraisal, "2026-03-05T00:00", None)],
            "2026-03-08T12:00",
            "2026-03-20",
        ),
        (
            "ends before it begins",
            &[(Appraisal, "2026-03-09T00:00", Some("2026-03-05T00:00"))],
            "2026-03-12",
            "2026-03-17",
        ),
        (
            "begins in the future",
            &[(Appraisal, "2026-03-14T00:00", None)],
            "2026-03-12",
            "2026-03-17",
        ),
    ];
    for (name, spans, now, expected) in cases {
        let mut facts = received("2026-03-02");
        facts.pauses = spans.iter().map(|(r, from, to)| pause(*r, from, *to)).collect();
        assert_eq!(due(&facts, now), *expected, "{name}");
        facts.pauses.reverse();
        assert_eq!(due(&facts, now), *expected, "{name}, other order");
    }
}

#[test]
fn a_running_pause_shows_and_never_lets_the_clock_run_out() {
    let mut facts = received("2026-03-02");
    facts
        .pauses
        .push(pause(PauseReason::Appraisal, "2026-03-16T15:00", None));
    for (now, status) in [
        ("2026-03-16T14:59", Status::Running),
        ("2026-03-16T15:00", Status::Paused),
        ("2026-03-17T23:59", Status::Paused),
        ("2026-05-01T12:00", Status::Paused),
    ] {
        assert_eq!(state("cn.nfra.decide", &facts, now).status, status, "{now}");
    }
    facts.pauses[0].to = Some(at("2026-05-01T13:00"));
    let after = state("cn.nfra.decide", &facts, "2026-05-01T14:00");
    assert_eq!(
        (after.status, after.due_strict().unwrap().to_string()),
        (Status::Running, "2026-05-01".into())
    );
    // Begun on the last day after 0:00, it comes too late to save that day.
    facts.pauses[0] = pause(PauseReason::Appraisal, "2026-03-17T15:00", None);
    assert_eq!(
        state("cn.nfra.decide", &facts, "2026-03-18T09:00").status,
        Status::Breached
    );
}

#[test]
fn a_pause_moves_the_time_for_granting_an_extension_too() {
    let mut facts = received("2026-03-02");
    facts.extensions.push(grant(1, "2026-03-19", TeamLeader, None));
    assert_eq!(refusals(&facts, "2026-03-20"), vec![(1, NotCounted::TooLate)]);
    facts.pauses.push(pause(
        PauseReason::Appraisal,
        "2026-03-05T00:00",
        Some("2026-03-08T00:00"),
    ));
    assert_eq!(refusals(&facts, "2026-03-20"), vec![]);
    assert_eq!(due(&facts, "2026-03-20"), "2026-04-04");
}

#[test]
fn new_facts_start_the_clock_again_and_heal_no_breach() {
    let with = |day: &str| {
        let mut facts = received("2026-03-02");
        facts.milestones.push((Milestone::NewFactsReceived, at(day)));
        runs(cn(), "cn.nfra.decide", &facts, "2026-04-20")
    };
    let early = with("2026-03-10");
    assert_eq!(early.len(), 2);
    assert_eq!((early[0].status, early[0].late_since), (Status::Superseded, None));
    assert_eq!((early[1].run, early[1].status), (2, Status::Breached));
    assert_eq!(early[1].due_strict().unwrap().to_string(), "2026-03-25");

    let late = with("2026-03-20");
    assert_eq!(
        (late[0].status, late[0].late_since),
        (Status::Superseded, late[0].due_at())
    );
    assert_eq!(late[1].due_strict().unwrap().to_string(), "2026-04-04");
    let text = late[0].derivation.to_text(Lang::En);
    assert!(text.contains("was already late"), "{text}");
    assert!(
        late[1]
            .derivation
            .to_text(Lang::En)
            .contains("cn.nfra.restart.newfacts")
    );
}

#[test]
fn extensions_pauses_and_decisions_belong_to_their_run() {
    let mut facts = received("2026-03-02");
    facts
        .milestones
        .push((Milestone::DecisionNotified, at("2026-03-12")));
    facts
        .milestones
        .push((Milestone::NewFactsReceived, at("2026-03-20")));
    facts.extensions.push(grant(1, "2026-03-10", TeamLeader, None));
    facts.pauses.push(pause(
        PauseReason::Appraisal,
        "2026-03-03T00:00",
        Some("2026-03-05T00:00"),
    ));
    let runs = runs(cn(), "cn.nfra.decide", &facts, "2026-03-21");
    assert_eq!((runs[0].status, runs[0].total), (Status::Met, 30));
    assert_eq!((runs[1].status, runs[1].total), (Status::Running, 15));
    assert_eq!(runs[1].due_strict().unwrap().to_string(), "2026-04-04");
    assert!(!runs[1].derivation.to_text(Lang::En).contains("Extension"));
    assert!(!runs[1].derivation.to_text(Lang::En).contains("appraisal"));
}

#[test]
fn withdrawal_ends_the_procedure_on_its_day() {
    let mut facts = received("2026-03-02");
    facts.milestones.push((Milestone::Withdrawn, at("2026-03-10")));
    let ended = state("cn.nfra.decide", &facts, "2026-06-01");
    assert_eq!(
        (ended.status, ended.late_since, ended.closed),
        (Status::Ended, None, Some(at("2026-03-10")))
    );
    assert_eq!(next_due(cn(), &facts, cn().zone(), at("2026-06-01")), None);

    facts.milestones[1].1 = at("2026-03-20");
    let late = state("cn.nfra.decide", &facts, "2026-06-01");
    assert_eq!((late.status, late.late_since), (Status::Ended, late.due_at()));
}

#[test]
fn the_central_banks_clock_runs_beside_the_banks_own() {
    let mut facts = received("2026-03-02");
    facts
        .milestones
        .push((Milestone::ForwardedByCentralBank, at("2026-03-04")));
    let own = state("cn.nfra.decide", &facts, "2026-03-05");
    let pboc = state("cn.pboc.answer", &facts, "2026-03-05");
    assert_eq!(own.due_strict().unwrap().to_string(), "2026-03-17");
    assert_eq!(pboc.due_strict().unwrap().to_string(), "2026-03-19");

    let extension = |rank, told: Option<&str>| Extension {
        clock: "cn.pboc.answer".into(),
        notified_at: told.map(at),
        ..grant(1, "2026-03-10", rank, None)
    };
    for (rank, told, expected) in [
        (TeamLeader, Some("2026-03-10"), "2026-03-19"),
        (ComplaintOfficer, None, "2026-03-19"),
        (ComplaintOfficer, Some("2026-03-11"), "2026-05-03"),
    ] {
        facts.extensions = vec![extension(rank, told)];
        let pboc = state("cn.pboc.answer", &facts, "2026-03-12");
        assert_eq!(
            pboc.due_strict().unwrap().to_string(),
            expected,
            "{rank:?} {told:?}"
        );
    }
    // Withdrawal ends the bank's own procedure (cn.A); cn.B does not say so of its own.
    facts.milestones.push((Milestone::Withdrawn, at("2026-03-13")));
    assert_eq!(
        state("cn.nfra.decide", &facts, "2026-03-14").status,
        Status::Ended
    );
    assert_eq!(
        state("cn.pboc.answer", &facts, "2026-03-14").status,
        Status::Running
    );
}

#[test]
fn review_has_thirty_days_and_thirty_more() {
    let mut facts = received("2026-03-02");
    facts
        .milestones
        .push((Milestone::DecisionNotified, at("2026-03-12")));
    assert_eq!(
        state("cn.nfra.review.apply", &facts, "2026-03-13").status,
        Status::NotStarted
    );
    facts
        .milestones
        .push((Milestone::DecisionReceived, at("2026-03-13")));
    assert_eq!(
        state("cn.nfra.review.apply", &facts, "2026-03-13")
            .due_strict()
            .unwrap()
            .to_string(),
        "2026-04-12"
    );
    facts
        .milestones
        .push((Milestone::ReviewRequested, at("2026-04-01")));
    assert_eq!(
        state("cn.nfra.review.apply", &facts, "2026-04-02").status,
        Status::Met
    );
    let decide = state("cn.nfra.review.decide", &facts, "2026-04-02");
    assert_eq!(decide.due_strict().unwrap().to_string(), "2026-05-01");
    assert_eq!(decide.due_legal().unwrap().to_string(), "2026-05-06");
    facts
        .milestones
        .push((Milestone::ReviewDecided, at("2026-05-01T23:00")));
    assert_eq!(
        state("cn.nfra.review.decide", &facts, "2026-05-02").status,
        Status::Met
    );
}

#[test]
fn the_sweep_names_the_first_due_clock_of_the_bank() {
    let mut facts = received("2026-03-02");
    facts
        .milestones
        .push((Milestone::ForwardedByCentralBank, at("2026-03-02")));
    facts.extensions.push(grant(1, "2026-03-10", TeamLeader, None));
    let next = next_due(cn(), &facts, cn().zone(), at("2026-03-11")).unwrap();
    assert_eq!((next.clock, next.status), ("cn.pboc.answer", Status::Running));
    assert_eq!(next.due_at, at("2026-03-17T23:59:59.999999"));
    assert_eq!(
        next_due(cn(), &ClockFacts::default(), cn().zone(), at("2026-03-11")),
        None
    );
}
