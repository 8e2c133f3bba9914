//! Short ways to write facts.

use domain::{
    StaffId, Timestamp,
    clock::{ApproverRank, ClockFacts, Extension, Milestone, Pause, PauseReason},
};
use rules::{ClockState, Pack, Packs, TimeZone, evaluate};

pub(crate) fn cn() -> &'static Pack {
    Packs::builtin().get("cn").unwrap()
}

/// An instant in Shanghai; a bare date means 10:00.
pub(crate) fn at(text: &str) -> Timestamp {
    let text = if text.contains('T') {
        text.to_owned()
    } else {
        format!("{text}T10:00")
    };
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    let zoned = civil.to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).unwrap();
    Timestamp(zoned.timestamp().as_microsecond())
}

pub(crate) fn facts(milestones: &[(Milestone, &str)]) -> ClockFacts {
    let milestones = milestones.iter().map(|(m, t)| (*m, at(t))).collect();
    ClockFacts {
        milestones,
        ..ClockFacts::default()
    }
}

pub(crate) fn received(day: &str) -> ClockFacts {
    facts(&[(Milestone::ComplaintReceived, day)])
}

pub(crate) fn pause(reason: PauseReason, from: &str, to: Option<&str>) -> Pause {
    Pause {
        reason,
        from: at(from),
        to: to.map(at),
    }
}

pub(crate) fn grant(step: u8, granted: &str, rank: ApproverRank, notified: Option<&str>) -> Extension {
    Extension {
        clock: "cn.nfra.decide".to_owned(),
        step,
        granted_at: at(granted),
        approver: StaffId::from("S100"),
        rank,
        notified_at: notified.map(at),
    }
}

/// The runs of one clock.
pub(crate) fn runs(pack: &Pack, clock: &str, facts: &ClockFacts, now: &str) -> Vec<ClockState> {
    let mut states = evaluate(pack, facts, pack.zone(), at(now));
    states.retain(|s| s.id == clock);
    states
}

/// The last run of one clock.
pub(crate) fn state(clock: &str, facts: &ClockFacts, now: &str) -> ClockState {
    runs(cn(), clock, facts, now).pop().unwrap()
}
