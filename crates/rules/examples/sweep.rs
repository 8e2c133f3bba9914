//! Measures the clock sweep: `cargo run --release -p rules --example sweep`.
//!
//! A quarter of the cases is plain, a quarter paused, a quarter extended, a quarter answered or
//! restarted. Prints evaluations per second of `next_due` and, for scale, of `evaluate`.
#![expect(clippy::print_stdout, reason = "a measurement prints its result")]

use domain::{
    StaffId, Timestamp,
    clock::{ApproverRank, ClockFacts, Extension, Milestone, Pause, PauseReason},
};
use rules::{Packs, evaluate, next_due};
use std::time::Instant;

fn case(i: i64) -> ClockFacts {
    let received = Timestamp(1_767_225_600_000_000 + (i % 8_000) * 3_600_000_000);
    let day = |n: i64| received.plus(n * Timestamp::DAY);
    let mut facts = ClockFacts {
        milestones: vec![
            (Milestone::ComplaintReceived, received),
            (Milestone::Acknowledged, day(1)),
        ],
        ..ClockFacts::default()
    };
    match i % 4 {
        1 => facts.pauses.push(Pause {
            reason: PauseReason::Appraisal,
            from: day(3),
            to: (i % 8 == 1).then(|| day(9)),
        }),
        2 => facts.extensions.push(Extension {
            clock: "cn.nfra.decide".to_owned(),
            step: 1,
            granted_at: day(5),
            approver: StaffId::from("S1"),
            rank: ApproverRank::TeamLeader,
            notified_at: None,
        }),
        3 => facts.milestones.push(match i % 8 {
            3 => (Milestone::NewFactsReceived, day(6)),
            _ => (Milestone::ForwardedByCentralBank, day(2)),
        }),
        _ => {}
    }
    facts
}

fn main() {
    let pack = Packs::builtin().get("cn").expect("the pack cn is shipped");
    let cases: Vec<ClockFacts> = (0..10_000).map(case).collect();
    let now = Timestamp(1_780_000_000_000_000);
    let start = Instant::now();
    let mut late = 0u64;
    for facts in cases.iter().cycle().take(1_000_000) {
        let next = next_due(pack, facts, pack.zone(), now);
        late += u64::from(next.is_some_and(|n| n.due_at < now));
    }
    let sweep = start.elapsed();
    println!(
        "next_due: 1,000,000 cases in {:.2} s, {late} late",
        sweep.as_secs_f64()
    );
    let start = Instant::now();
    let mut steps = 0usize;
    for facts in &cases {
        let states = evaluate(pack, facts, pack.zone(), now);
        steps += states.iter().map(|s| s.derivation.steps.len()).sum::<usize>();
    }
    let full = start.elapsed();
    println!(
        "evaluate: 10,000 cases in {:.2} s, {steps} steps told",
        full.as_secs_f64()
    );
}
