use super::*;
use ProgrammeCommand as C;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 23);

fn goal(text: &str) -> Goal {
    Goal {
        text: text.to_owned(),
        measure: "同意户数除以邀约户数".to_owned(),
        target: "≥ 45%".to_owned(),
        actual: String::new(),
    }
}

fn plan(starts: Date, ends: Date) -> Plan {
    Plan {
        text: "培训".to_owned(),
        owner: StaffId::from("supervisor-01"),
        starts,
        ends,
        began: None,
    }
}

fn told(programme: &mut Programme, command: &C) -> Result<(), Vec<(&'static str, Fault)>> {
    let event = decide(programme, command, TODAY)
        .map_err(|m| m.into_iter().map(|m| (m.field, m.fault)).collect::<Vec<_>>())?;
    programme.apply(&event);
    Ok(())
}

fn with_step(starts: Date, ends: Date) -> Programme {
    let mut p = Programme::default();
    told(&mut p, &C::AddStep(plan(starts, ends))).expect("good");
    p
}

#[test]
fn a_programme_is_written_changed_and_carried_out() {
    let mut p = with_step(date(2026, 11, 2), date(2026, 11, 13));
    told(&mut p, &C::AddObjective(goal("提高同意率"))).expect("good");
    let measured = Goal {
        actual: "41%".to_owned(),
        ..goal("提高同意率")
    };
    told(
        &mut p,
        &C::ChangeObjective {
            no: 1,
            goal: measured,
        },
    )
    .expect("good");
    assert_eq!(p.objectives[0].goal.actual, "41%");
    assert_eq!(p.steps[0].progress(TODAY), Progress::Late(10));
    let ended = date(2026, 11, 17);
    told(&mut p, &C::FinishStep { no: 1, ended }).expect("good");
    assert_eq!(p.steps[0].progress(TODAY), Progress::Done(4));
    assert_eq!(
        told(&mut p, &C::FinishStep { no: 1, ended }),
        Err(vec![("no", Fault::AlreadyDone)])
    );
    told(&mut p, &C::ReopenStep { no: 1 }).expect("good");
    assert_eq!(
        told(&mut p, &C::ReopenStep { no: 1 }),
        Err(vec![("no", Fault::NotDone)])
    );
    assert_eq!(p.version, 5);
}

#[test]
fn every_mistake_is_named_at_once() {
    let mut p = Programme::default();
    let empty = Goal::default();
    assert_eq!(
        told(&mut p, &C::AddObjective(empty)),
        Err(vec![
            ("text", Fault::Missing),
            ("measure", Fault::Missing),
            ("target", Fault::Missing)
        ])
    );
    let bad = Plan {
        text: " ".to_owned(),
        owner: StaffId::from(""),
        began: Some(date(2026, 11, 24)),
        ..plan(date(2026, 11, 2), date(2026, 11, 1))
    };
    assert_eq!(
        told(&mut p, &C::AddStep(bad)),
        Err(vec![
            ("text", Fault::Missing),
            ("owner", Fault::Missing),
            ("ends", Fault::EndsBeforeStart),
            ("began", Fault::InFuture)
        ])
    );
    let far = plan(date(1999, 12, 31), date(2200, 1, 1));
    assert_eq!(
        told(&mut p, &C::AddStep(far)),
        Err(vec![("starts", Fault::OutOfRange), ("ends", Fault::OutOfRange)])
    );
    assert_eq!(p, Programme::default(), "what is refused changes nothing");
}

#[test]
fn a_step_ends_neither_tomorrow_nor_before_it_began() {
    let mut p = with_step(date(2026, 11, 2), date(2026, 11, 30));
    let begun = Plan {
        began: Some(date(2026, 11, 5)),
        ..plan(date(2026, 11, 2), date(2026, 11, 30))
    };
    told(&mut p, &C::ChangeStep { no: 1, plan: begun }).expect("good");
    for (ended, fault) in [
        (date(2026, 11, 24), Fault::InFuture),
        (date(2026, 11, 4), Fault::EndedBeforeBegin),
    ] {
        assert_eq!(
            told(&mut p, &C::FinishStep { no: 1, ended }),
            Err(vec![("ended", fault)])
        );
    }
}

#[test]
fn numbers_are_never_used_again_and_what_is_gone_says_so() {
    let mut p = with_step(date(2026, 11, 2), date(2026, 11, 13));
    told(&mut p, &C::RemoveStep { no: 1 }).expect("good");
    told(&mut p, &C::AddStep(plan(TODAY, TODAY))).expect("good");
    assert_eq!(p.steps[0].no, 2);
    for gone in [
        C::RemoveStep { no: 1 },
        C::FinishStep { no: 1, ended: TODAY },
        C::RemoveObjective { no: 1 },
    ] {
        assert_eq!(told(&mut p, &gone), Err(vec![("no", Fault::Gone)]));
    }
}

#[test]
fn a_programme_does_not_grow_for_ever() {
    let mut p = Programme::default();
    for _ in 0..MOST_OBJECTIVES {
        told(&mut p, &C::AddObjective(goal("目标"))).expect("good");
    }
    assert_eq!(
        told(&mut p, &C::AddObjective(goal("目标"))),
        Err(vec![("no", Fault::Full)])
    );
}

#[test]
fn progress_follows_the_calendar() {
    let step = |starts, ends, began, ended| Step {
        no: 1,
        plan: Plan {
            began,
            ..plan(starts, ends)
        },
        ended,
    };
    let (before, after) = (date(2026, 11, 20), date(2026, 11, 27));
    for (s, progress, began) in [
        (step(after, after, None, None), Progress::NotBegun, None),
        (
            step(after, after, Some(before), None),
            Progress::Running,
            Some(before),
        ),
        (step(TODAY, TODAY, None, None), Progress::Running, Some(TODAY)),
        (step(before, before, None, None), Progress::Late(3), Some(before)),
        (
            step(after, after, None, Some(TODAY)),
            Progress::Done(-4),
            Some(TODAY),
        ),
    ] {
        assert_eq!(s.progress(TODAY), progress);
        assert_eq!(s.began_on(TODAY), began);
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (1990i16..2210, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| date(y, m, d))
}

fn any_plan() -> impl Strategy<Value = Plan> {
    (any_day(), any_day(), proptest::option::of(any_day())).prop_map(|(starts, ends, began)| Plan {
        began,
        ..plan(starts, ends)
    })
}

fn any_command() -> impl Strategy<Value = C> {
    let no = || 0u32..4;
    prop_oneof![
        ".{0,20}".prop_map(|t| C::AddObjective(goal(&t))),
        (no(), ".{0,20}").prop_map(|(no, t)| C::ChangeObjective { no, goal: goal(&t) }),
        no().prop_map(|no| C::RemoveObjective { no }),
        any_plan().prop_map(C::AddStep),
        (no(), any_plan()).prop_map(|(no, plan)| C::ChangeStep { no, plan }),
        no().prop_map(|no| C::RemoveStep { no }),
        (no(), any_day()).prop_map(|(no, ended)| C::FinishStep { no, ended }),
        no().prop_map(|no| C::ReopenStep { no }),
    ]
}

proptest! {
    /// Whatever is asked in whatever order: steps stay in order of time, numbers stay unique, and the
    /// events alone lead to the same programme.
    #[test]
    fn the_fold_keeps_its_promises(commands in proptest::collection::vec(any_command(), 0..40)) {
        let mut p = Programme::default();
        let mut events = Vec::new();
        for command in &commands {
            if let Ok(event) = decide(&p, command, TODAY) {
                p.apply(&event);
                let text = serde_json::to_string(&event).expect("plain data");
                events.push(serde_json::from_str::<ProgrammeEvent>(&text).expect("reads back"));
            }
        }
        for s in &p.steps {
            prop_assert!(s.plan.starts <= s.plan.ends);
            prop_assert!(s.ended.is_none_or(|e| e <= TODAY && s.plan.began.is_none_or(|b| b <= e)));
            prop_assert_eq!(p.steps.iter().filter(|o| o.no == s.no).count(), 1);
        }
        let mut again = Programme::default();
        for event in &events {
            again.apply(event);
        }
        prop_assert_eq!(again, p);
    }
}
