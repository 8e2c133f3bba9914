//! What holds for all facts, however odd.

use crate::common::cn;
use domain::{
    StaffId, Timestamp,
    clock::{ApproverRank, ClockFacts, Extension, Milestone, Pause, PauseReason},
};
use proptest::{collection::vec, prelude::*};
use rules::{ClockState, Lang, Owner, Status, evaluate, next_due};

const MILESTONES: [Milestone; 10] = [
    Milestone::ComplaintReceived,
    Milestone::Acknowledged,
    Milestone::NewFactsReceived,
    Milestone::DecisionNotified,
    Milestone::DecisionReceived,
    Milestone::ReviewRequested,
    Milestone::ReviewDecided,
    Milestone::Withdrawn,
    Milestone::ForwardedByCentralBank,
    Milestone::HandedToLitigation,
];

/// Mostly within 90 days of 2026, in steps of six hours so that instants meet; now and then at the
/// ends of time.
fn time() -> impl Strategy<Value = Timestamp> {
    const START: i64 = 1_767_196_800_000_000; // 2026-01-01 in Shanghai
    prop_oneof![
        40 => (0i64..360).prop_map(|q| Timestamp(START + q * 6 * Timestamp::HOUR)),
        4 => (0i64..90 * 86_400).prop_map(|s| Timestamp(START + s * 1_000_000)),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0), any::<i64>()].prop_map(Timestamp),
    ]
}

fn pause() -> impl Strategy<Value = Pause> {
    let reason = prop_oneof![Just(PauseReason::Appraisal), Just(PauseReason::Mediation)];
    (reason, time(), proptest::option::of(time())).prop_map(|(reason, from, to)| Pause { reason, from, to })
}

fn extension() -> impl Strategy<Value = Extension> {
    let clock = prop_oneof![4 => Just("cn.nfra.decide"), 2 => Just("cn.pboc.answer"), 1 => Just("?")];
    let rank = prop_oneof![
        Just(ApproverRank::TeamLeader),
        Just(ApproverRank::ComplaintOfficer),
        Just(ApproverRank::SuperiorOrHeadOffice)
    ];
    (clock, 0u8..4, time(), rank, proptest::option::of(time()), "[a-c]").prop_map(
        |(clock, step, granted_at, rank, notified_at, approver)| Extension {
            clock: clock.to_owned(),
            step,
            granted_at,
            approver: StaffId(approver),
            rank,
            notified_at,
        },
    )
}

fn facts() -> impl Strategy<Value = ClockFacts> {
    let milestone = (proptest::sample::select(&MILESTONES[..]), time());
    (vec(milestone, 0..7), vec(pause(), 0..4), vec(extension(), 0..5)).prop_map(
        |(mut milestones, pauses, extensions)| {
            // Most cases begin at the beginning.
            if let Some(first) = milestones.first_mut().filter(|(m, _)| *m != Milestone::Withdrawn) {
                first.0 = Milestone::ComplaintReceived;
            }
            ClockFacts {
                milestones,
                pauses,
                extensions,
            }
        },
    )
}

fn states(facts: &ClockFacts, now: Timestamp) -> Vec<ClockState> {
    evaluate(cn(), facts, cn().zone(), now)
}

/// Every run of `after` is due no earlier than the same run of `before`.
fn no_earlier(before: &[ClockState], after: &[ClockState]) -> Result<(), TestCaseError> {
    prop_assert_eq!(before.len(), after.len());
    for (b, a) in before.iter().zip(after) {
        prop_assert_eq!((&b.id, b.run), (&a.id, a.run));
        prop_assert!(
            b.due_at() <= a.due_at(),
            "{} run {}: {:?} then {:?}",
            b.id,
            b.run,
            b.due,
            a.due
        );
        prop_assert!(b.due_strict() <= a.due_strict() && b.due_legal() <= a.due_legal());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_every_state_is_sound(facts in facts(), now in time()) {
        for state in states(&facts, now) {
            for lang in Lang::ALL {
                prop_assert!(!state.derivation.to_text(lang).is_empty());
            }
            prop_assert_eq!(state.due.is_some(), state.started.is_some());
            prop_assert_eq!(state.status == Status::NotStarted, state.started.is_none());
            prop_assert_eq!(state.days_left.is_some(), state.status.is_open());
            if let (Some(due), Some(started)) = (state.due, state.started) {
                prop_assert!(due.at >= started && due.legal >= due.strict);
            }
            match state.status {
                Status::Breached => {
                    prop_assert!(state.owner == Owner::Bank && Some(now) > state.due_at());
                    prop_assert!(state.late_since.is_some() && state.closed.is_none());
                }
                Status::Running | Status::Paused => {
                    prop_assert!(Some(now) <= state.due_at() && state.late_since.is_none());
                    prop_assert!(state.days_left.is_some_and(|d| d >= 0));
                }
                Status::Met => prop_assert!(state.closed <= state.due_at() && state.late_since.is_none()),
                Status::MetLate => prop_assert!(state.closed > state.due_at()),
                Status::Ended | Status::Superseded | Status::NotStarted => {}
            }
        }
    }

    #[test]
    fn the_order_of_the_facts_does_not_matter(
        (facts, shuffled) in facts().prop_flat_map(|f| {
            let shuffled = (
                Just(f.milestones.clone()).prop_shuffle(),
                Just(f.pauses.clone()).prop_shuffle(),
                Just(f.extensions.clone()).prop_shuffle(),
            );
            (Just(f), shuffled.prop_map(|(milestones, pauses, extensions)| ClockFacts { milestones, pauses, extensions }))
        }),
        now in time(),
    ) {
        prop_assert_eq!(states(&facts, now), states(&shuffled, now));
    }

    #[test]
    fn an_extension_never_shortens(facts in facts(), more in extension(), now in time()) {
        let before = states(&facts, now);
        let mut extended = facts;
        extended.extensions.push(more);
        no_earlier(&before, &states(&extended, now))?;
    }

    #[test]
    fn a_pause_never_shortens(facts in facts(), more in pause(), now in time()) {
        let before = states(&facts, now);
        let mut paused = facts;
        paused.pauses.push(more);
        no_earlier(&before, &states(&paused, now))?;
    }

    #[test]
    fn time_alone_heals_nothing(facts in facts(), now in time(), later in time()) {
        let (now, later) = (now.min(later), now.max(later));
        for (a, b) in states(&facts, now).iter().zip(&states(&facts, later)) {
            if a.late_since.is_some() {
                prop_assert!(b.late_since.is_some(), "{} was {:?}, is {:?}", a.id, a.status, b.status);
            }
        }
    }

    #[test]
    fn the_sweep_agrees_with_the_explained_states(facts in facts(), now in time()) {
        let all = states(&facts, now);
        let last_runs = all.iter().enumerate().filter(|(i, s)| all.get(i + 1).is_none_or(|n| n.id != s.id));
        let open = last_runs.map(|(_, s)| s).filter(|s| s.owner == Owner::Bank && s.status.is_open());
        let first = open.min_by_key(|s| s.due_at());
        let next = next_due(cn(), &facts, cn().zone(), now);
        prop_assert_eq!(
            next.map(|n| (n.clock, Some(n.due_at), n.status)),
            first.map(|s| (s.id.as_str(), s.due_at(), s.status))
        );
    }
}
