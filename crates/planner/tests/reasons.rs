//! Small situations, each with one thing in the way: the sentence that the planner gives for it.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use planner::plan::Reason;
use planner::problem::*;
use planner::{check, solve};
use std::fmt::Write;

const HOUR: i64 = 3600;

fn person(id: &str, roles: &[&str]) -> Staff {
    Staff {
        id: id.into(),
        roles: roles.iter().map(|r| (*r).to_string()).collect(),
        skills: vec![],
        languages: vec!["zh".into()],
        woman: false,
        needs_step_free: false,
        base: Place::geo(31.230, 121.470),
        end: None,
        shifts: (1..=3)
            .map(|day| Shift {
                day,
                start: 9 * HOUR,
                end: 17 * HOUR + 1800,
                overtime: 0,
            })
            .collect(),
        rest: None,
        max_visits_per_day: None,
        max_travel_per_day: None,
        conflicts: vec![],
        absences: vec![],
    }
}

fn visit(id: &str, windows: Vec<Window>) -> Visit {
    let need = |role: &str| RoleNeed {
        role: role.into(),
        count: 1,
        skill: None,
    };
    Visit {
        id: id.into(),
        customer: format!("customer of {id}"),
        place: Place::geo(31.240, 121.480),
        service: HOUR,
        needs: vec![need("relationship_manager"), need("legal_counsel")],
        min_crew: 0,
        windows,
        earliest_day: None,
        latest_day: None,
        deadline_day: None,
        notice_day: 0,
        mandatory: true,
        value: 1,
        promise: None,
        preferred_staff: vec![],
        forbidden_staff: vec![],
        language: None,
        women_only: false,
        needs_step_free: false,
        step_free: false,
        crew_day: None,
    }
}

fn base() -> Problem {
    Problem {
        days: (1..=3)
            .map(|index| Day {
                label: format!("2026-12-0{index}"),
                index,
                visiting_hours: None,
            })
            .collect(),
        staff: vec![
            person("m1", &["relationship_manager"]),
            person("m2", &["relationship_manager"]),
            person("law", &["legal_counsel"]),
        ],
        visits: vec![visit("v", vec![Window::new(1, 9 * HOUR, 12 * HOUR)])],
        rules: Rules::default(),
        travel: Travel::default(),
        goals: Goal::usual_order(),
    }
}

/// Another visit that takes the lawyer for the whole of the window.
fn rival(p: &mut Problem) -> &mut Visit {
    let mut other = visit("rival", vec![Window::new(1, 9 * HOUR, 17 * HOUR)]);
    other.service = 2 * HOUR;
    other.promise = Some(Promise {
        day: 1,
        start: 10 * HOUR,
        locked: true,
        staff: vec![],
    });
    p.visits.push(other);
    p.visits.last_mut().unwrap()
}

fn locked(day: DayIndex, hour: i64, staff: &[&str]) -> Option<Promise> {
    let staff = staff.iter().map(|s| (*s).to_string()).collect();
    Some(Promise {
        day,
        start: hour * HOUR,
        locked: true,
        staff,
    })
}

type Situation = (&'static str, fn(&mut Problem));

const SITUATIONS: &[Situation] = &[
    ("steps in the way", |p| p.visits[0].needs_step_free = true),
    ("no consent", |p| p.visits[0].windows.clear()),
    ("windows after the last allowed day", |p| {
        (p.visits[0].windows[0].day, p.visits[0].latest_day) = (3, Some(2));
    }),
    ("notice too short", |p| p.rules.min_notice_days = 2),
    ("window too short", |p| {
        p.visits[0].windows[0].end = 9 * HOUR + 2700;
    }),
    ("window outside visiting hours", |p| {
        p.visits[0].windows[0] = Window::new(1, 19 * HOUR + 1800, 22 * HOUR);
    }),
    ("locked outside the window", |p| {
        p.visits[0].promise = locked(1, 13, &[]);
    }),
    ("locked crew without a lawyer", |p| {
        p.visits[0].promise = locked(1, 10, &["m1", "m2"]);
    }),
    ("visited the day before", |p| {
        p.rules.min_days_between_visits = 3;
        rival(p).customer = "customer of v".into();
        p.visits[0].windows = vec![Window::new(2, 9 * HOUR, 12 * HOUR)];
    }),
    ("no such role", |p| {
        p.visits[0].needs[1].role = "technician".into();
    }),
    ("no such skill", |p| {
        p.visits[0].needs[1].skill = Some(SkillNeed {
            name: "mediation".into(),
            level: 1,
        });
    }),
    ("conflict of interest", |p| {
        p.staff[2].conflicts.push("customer of v".into());
    }),
    ("language", |p| p.visits[0].language = Some("yue".into())),
    ("lawyer off that day", |p| {
        p.staff[2].shifts.retain(|s| s.day != 1);
    }),
    ("lawyer off all days", |p| p.staff[2].shifts.clear()),
    ("too far to be back in time", |p| {
        p.visits[0].windows[0] = Window::new(1, 16 * HOUR + 1500, 18 * HOUR);
    }),
    ("lawyer booked", |p| {
        rival(p);
    }),
    ("never together", |p| {
        let absence = |from: i64, to: i64| Window::new(1, from * HOUR, to * HOUR);
        p.staff[0].absences.push(absence(9, 11));
        p.staff[1].absences.push(absence(9, 11));
        p.staff[2].absences.push(absence(11, 17));
        p.visits[0].windows[0].end = 14 * HOUR;
    }),
    ("late because the lawyer was away", |p| {
        p.staff[2].shifts.retain(|s| s.day != 1);
        p.visits[0].windows.push(Window::new(3, 9 * HOUR, 12 * HOUR));
        p.visits[0].deadline_day = Some(1);
    }),
];

#[test]
fn each_situation_has_its_sentence() {
    let mut out = String::new();
    for (name, spoil) in SITUATIONS {
        let mut problem = base();
        spoil(&mut problem);
        let plan = solve(&problem, 1, 10).unwrap();
        assert_eq!(check(&problem, &plan), vec![], "{name}");
        let left_out = plan.unplanned.iter().map(|u| (&u.visit, &u.explanation));
        let late = plan.late.iter().map(|l| (&l.visit, &l.explanation));
        writeln!(out, "{name}").unwrap();
        for (visit, explanation) in left_out.chain(late) {
            writeln!(out, "    {visit}: {explanation}").unwrap();
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn nothing_in_the_way_means_planned_and_explained_by_nothing() {
    let plan = solve(&base(), 1, 0).unwrap();
    assert_eq!(
        (plan.visits.len(), plan.unplanned.len(), plan.late.len()),
        (1, 0, 0)
    );
    let crew: Vec<_> = plan.visits[0]
        .crew
        .iter()
        .map(|m| (m.staff.as_str(), m.role.as_deref()))
        .collect();
    assert_eq!(
        crew,
        [
            ("m1", Some("relationship_manager")),
            ("law", Some("legal_counsel"))
        ]
    );
}

#[test]
fn a_mandatory_visit_and_a_deadline_come_before_any_number_of_optional_ones() {
    let mut problem = base();
    problem.visits[0].windows = vec![Window::new(1, 10 * HOUR, 11 * HOUR)];
    for i in 0..4 {
        let mut optional = visit(
            &format!("optional {i}"),
            vec![Window::new(1, 10 * HOUR, 11 * HOUR)],
        );
        (optional.mandatory, optional.value) = (false, 1_000_000);
        problem.visits.insert(0, optional);
    }
    let plan = solve(&problem, 1, 50).unwrap();
    assert_eq!(
        plan.visits.iter().map(|a| a.visit.as_str()).collect::<Vec<_>>(),
        ["v"]
    );
    assert!(plan.unplanned.iter().all(|u| u.reason != Reason::Fits {}));
}

#[test]
fn a_promise_is_kept_when_it_can_be_and_told_when_it_cannot() {
    let mut problem = base();
    let promise = |hour| {
        Some(Promise {
            day: 1,
            start: hour * HOUR,
            locked: false,
            staff: vec![],
        })
    };
    problem.visits[0].promise = promise(10);
    let plan = solve(&problem, 1, 5).unwrap();
    assert_eq!(
        (plan.visits[0].start, plan.moved.len(), plan.totals.promises_moved),
        (10 * HOUR, 0, 0)
    );
    problem.visits[0].promise = promise(14);
    let plan = solve(&problem, 1, 5).unwrap();
    assert_eq!(
        (
            plan.moved[0].from_start,
            plan.moved[0].start,
            plan.totals.promises_moved
        ),
        (14 * HOUR, plan.visits[0].start, 1)
    );
}

#[test]
fn the_goals_in_another_order_choose_another_plan() {
    let mut problem = base();
    problem.rules.least_crew = 1;
    problem.staff.truncate(2);
    problem.staff[1].base = Place::geo(31.300, 121.600);
    problem.visits = (0..4)
        .map(|i| visit(&format!("v{i}"), vec![Window::new(1, 9 * HOUR, 17 * HOUR)]))
        .collect();
    problem.visits.iter_mut().for_each(|v| v.needs.truncate(1));
    let balanced = solve(&problem, 1, 60).unwrap();
    problem.goals = vec![Goal::MandatoryPlanned, Goal::Travel];
    let short = solve(&problem, 1, 60).unwrap();
    assert_eq!(
        (
            balanced.totals.most_visits_of_one,
            short.totals.most_visits_of_one
        ),
        (2, 4)
    );
    assert!(short.totals.travel_seconds < balanced.totals.travel_seconds);
}
