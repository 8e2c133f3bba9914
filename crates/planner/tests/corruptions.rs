//! A lawful plan is spoilt in one place at a time: the checker must see each.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use planner::plan::{Leg, Member, Plan, Stop};
use planner::problem::*;
use planner::{Violation, check, solve};

const HOUR: i64 = 3600;

/// Two days, four people, four visits; every rule is in force for something.
fn problem() -> Problem {
    let person = |id: &str, role: &str, x: f64| Staff {
        id: id.into(),
        roles: vec![role.into()],
        skills: vec![Skill {
            name: "mediation".into(),
            level: 2,
            valid_to: Some(3),
        }],
        languages: vec!["zh".into()],
        woman: true,
        needs_step_free: false,
        base: Place::Plane { x, y: 0.0 },
        end: None,
        shifts: (1..=2)
            .map(|day| Shift {
                day,
                start: 9 * HOUR,
                end: 18 * HOUR,
                overtime: HOUR,
            })
            .collect(),
        rest: Some(Rest {
            earliest: 11 * HOUR,
            latest: 14 * HOUR,
            seconds: HOUR,
        }),
        max_visits_per_day: Some(3),
        max_travel_per_day: Some(3 * HOUR),
        conflicts: vec![],
        absences: vec![],
    };
    let need = |role: &str, skill: bool| RoleNeed {
        role: role.into(),
        count: 1,
        skill: skill.then(|| SkillNeed {
            name: "mediation".into(),
            level: 2,
        }),
    };
    let visit = |id: &str, x: f64, needs: Vec<RoleNeed>, window: Window| Visit {
        id: id.into(),
        customer: format!("customer of {id}"),
        place: Place::Plane { x, y: 1000.0 },
        service: HOUR,
        needs,
        min_crew: 0,
        windows: vec![window],
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
        step_free: true,
        crew_day: None,
    };
    let rm_and_law = || vec![need("relationship_manager", false), need("legal_counsel", true)];
    let mut visits = vec![
        visit("a", 0.0, rm_and_law(), Window::new(1, 10 * HOUR, 12 * HOUR)),
        visit("b", 4000.0, rm_and_law(), Window::new(1, 14 * HOUR, 17 * HOUR)),
        visit(
            "c",
            2000.0,
            vec![need("technician", false)],
            Window::new(2, 9 * HOUR, 12 * HOUR),
        ),
        visit("d", 3000.0, vec![], Window::new(1, 9 * HOUR, 10 * HOUR)),
    ];
    visits[0].language = Some("zh".into());
    visits[1].promise = Some(Promise {
        day: 1,
        start: 15 * HOUR,
        locked: true,
        staff: vec![],
    });
    visits[2].deadline_day = Some(1);
    visits[3].mandatory = false;
    visits[3].service = 2 * HOUR;
    Problem {
        days: (1..=2)
            .map(|index| Day {
                label: format!("day {index}"),
                index,
                visiting_hours: None,
            })
            .collect(),
        staff: vec![
            person("rosa", "relationship_manager", 0.0),
            person("lin", "legal_counsel", 500.0),
            person("tao", "technician", 1000.0),
            person("extra", "technician", 1500.0),
        ],
        visits,
        rules: Rules {
            min_days_between_visits: 1,
            ..Rules::default()
        },
        travel: Travel::default(),
        goals: Goal::usual_order(),
    }
}

fn kind(v: &Violation) -> String {
    serde_json::to_value(v).unwrap()["kind"]
        .as_str()
        .unwrap()
        .to_string()
}

/// Spoils problem or plan and returns the kinds of violations found.
fn spoilt(spoil: impl FnOnce(&mut Problem, &mut Plan)) -> Vec<String> {
    let mut problem = problem();
    let mut plan = solve(&problem, 1, 20).unwrap();
    assert_eq!(check(&problem, &plan), vec![]);
    assert_eq!(
        plan.visits.iter().map(|a| a.visit.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    spoil(&mut problem, &mut plan);
    let mut kinds: Vec<String> = check(&problem, &plan).iter().map(kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// The route of one person on day 1.
fn route<'a>(plan: &'a mut Plan, staff: &str) -> &'a mut planner::plan::Route {
    plan.routes
        .iter_mut()
        .find(|r| r.staff == staff && r.day == 1)
        .unwrap()
}

macro_rules! finds {
    ($($name:ident: $kind:literal, $spoil:expr;)*) => {$(
        #[test]
        fn $name() {
            let found = spoilt($spoil);
            assert!(found.contains(&$kind.to_string()), "{found:?}");
        }
    )*};
}

finds! {
    a_problem_with_mistakes: "invalid_problem", |p, _| p.rules.least_crew = 0;
    a_number_out_of_bounds: "absurd_number", |_, q| q.visits[0].start = i64::MIN;
    a_visit_from_nowhere: "unknown_visit", |_, q| q.visits[0].visit = "ghost".into();
    a_person_from_nowhere: "unknown_staff", |_, q| q.visits[0].crew[0].staff = "ghost".into();
    a_day_from_nowhere: "unknown_day", |_, q| q.visits[0].day = 7;
    a_visit_planned_twice: "planned_twice", |_, q| q.visits.push(q.visits[0].clone());
    a_visit_forgotten: "forgotten", |_, q| q.unplanned.clear();
    a_visit_explained_twice: "wrongly_unplanned", |_, q| q.unplanned.push(q.unplanned[0].clone());
    a_planned_visit_explained: "wrongly_unplanned", |_, q| q.unplanned[0].visit = "a".into();
    a_late_visit_hidden: "wrongly_late", |_, q| q.late.clear();
    a_late_visit_misdated: "wrongly_late", |_, q| q.late[0].day = 1;
    a_moved_visit_hidden: "wrongly_moved", |p, _| {
        p.visits[0].promise = Some(Promise { day: 2, start: 10 * HOUR, locked: false, staff: vec![] });
    };
    a_visit_cut_short: "wrong_length", |_, q| q.visits[0].end -= 600;
    a_visit_outside_the_window: "outside_window", |p, _| p.visits[0].windows[0].start = 11 * HOUR + 1;
    a_visit_on_a_day_not_offered: "outside_window", |p, _| p.visits[2].windows[0].day = 1;
    a_visit_between_two_windows: "outside_window", |p, q| {
        let (start, end) = (q.visits[0].start, q.visits[0].end);
        p.visits[0].windows =
            vec![Window::new(1, start, start + 60), Window::new(1, start + 61, end)];
    };
    a_visit_at_an_odd_time: "odd_start", |p, _| p.rules.start_every = 7;
    a_visit_after_hours: "outside_visiting_hours", |p, _| {
        p.days[0].visiting_hours = Some(vec![Span::new(12 * HOUR, 20 * HOUR)]);
    };
    a_visit_too_early: "day_not_allowed", |p, _| p.visits[0].earliest_day = Some(2);
    a_visit_after_the_consent_ended: "day_not_allowed", |p, _| p.visits[2].latest_day = Some(1);
    too_short_a_notice: "notice_too_short", |p, _| p.rules.min_notice_days = 2;
    one_customer_twice_a_day: "too_often", |p, _| p.visits[1].customer = p.visits[0].customer.clone();
    a_locked_visit_moved: "locked_time_moved", |p, _| {
        p.visits[0].promise = Some(Promise { day: 1, start: 10 * HOUR + 1, locked: true, staff: vec![] });
    };
    a_locked_crew_changed: "locked_crew_changed", |p, _| {
        p.visits[1].promise.as_mut().unwrap().staff = vec!["rosa".into(), "tao".into()];
    };
    steps_before_a_wheelchair: "place_not_step_free", |p, _| {
        (p.visits[0].needs_step_free, p.visits[0].step_free) = (true, false);
    };
    one_person_for_two: "twice_in_crew", |_, q| {
        let first = q.visits[0].crew[0].clone();
        q.visits[0].crew[1] = first;
    };
    a_lone_visitor: "crew_too_small", |_, q| { q.visits[2].crew.pop(); };
    a_crew_smaller_than_the_visit_asks_for: "crew_too_small", |p, _| p.visits[0].min_crew = 3;
    a_role_that_nobody_gave: "role_not_held", |p, _| p.staff[1].roles = vec!["technician".into()];
    no_lawyer: "need_not_filled", |_, q| q.visits[0].crew[1].role = None;
    a_lawyer_short_of_skill: "need_not_filled", |p, _| p.staff[1].skills[0].level = 1;
    an_expired_certificate: "need_not_filled", |p, _| p.staff[1].skills[0].valid_to = Some(0);
    a_conflict_of_interest: "conflict_of_interest", |p, _| {
        p.staff[0].conflicts.push("customer of a".into());
    };
    an_unwelcome_person: "forbidden_person", |p, _| p.visits[0].forbidden_staff.push("rosa".into());
    a_man_where_women_only_may_go: "women_only", |p, _| {
        (p.visits[0].women_only, p.staff[0].woman) = (true, false);
    };
    steps_before_a_colleague: "steps_in_the_way", |p, _| {
        (p.visits[0].step_free, p.staff[0].needs_step_free) = (false, true);
    };
    nobody_understands: "language_not_spoken", |p, _| p.visits[0].language = Some("yue".into());
    a_crew_that_parts: "crew_split", |p, q| {
        p.visits[0].crew_day = Some(CrewDay::Together);
        let b = q.visits.iter_mut().find(|a| a.visit == "b").unwrap();
        b.crew.push(Member { staff: "tao".into(), role: None });
    };
    two_routes_a_day: "route_twice", |_, q| q.routes.push(q.routes[0].clone());
    a_route_to_nowhere: "empty_route", |_, q| route(q, "rosa").stops.clear();
    a_crew_member_who_never_leaves: "not_on_route", |_, q| { q.routes.remove(0); };
    a_swapped_crew_member: "not_on_route", |_, q| {
        q.visits[0].crew[0] = Member { staff: "tao".into(), role: None };
    };
    a_stop_nobody_asked_for: "stray_stop", |_, q| {
        let stop = q.routes[0].stops[0].clone();
        q.routes[2].stops.push(Stop { visit: "a".into(), ..stop });
    };
    a_stop_at_another_hour: "stop_time_differs", |_, q| route(q, "rosa").stops[0].start += 60;
    a_double_booking: "leaves_too_early", |_, q| {
        let stop = &mut route(q, "rosa").stops[1];
        stop.leg = Leg { depart: 10 * HOUR, arrive: 10 * HOUR + 900, ..stop.leg };
    };
    a_late_arrival: "arrives_too_late", |_, q| {
        let leg = &mut route(q, "rosa").stops[0].leg;
        (leg.depart, leg.arrive) = (leg.depart + HOUR, leg.arrive + HOUR);
    };
    a_way_too_fast: "wrong_way", |_, q| route(q, "rosa").stops[0].leg.depart += 1;
    a_way_too_slow: "wrong_way", |_, q| route(q, "rosa").home.arrive += 1;
    a_way_too_short: "wrong_way", |_, q| route(q, "rosa").home.metres -= 2;
    a_way_to_another_place: "wrong_way", |p, _| p.visits[0].place = Place::Plane { x: 9.0, y: 0.0 };
    waiting_miscounted: "wrong_wait", |_, q| route(q, "rosa").stops[1].wait += 1;
    a_day_off: "outside_shift", |p, _| { p.staff[0].shifts.remove(0); };
    out_before_the_shift: "outside_shift", |p, _| p.staff[0].shifts[0].start = 11 * HOUR;
    home_after_the_overtime: "outside_shift", |p, _| {
        (p.staff[0].shifts[0].end, p.staff[0].shifts[0].overtime) = (15 * HOUR, HOUR);
    };
    out_while_absent: "during_absence", |p, _| {
        p.staff[0].absences.push(Window::new(1, 13 * HOUR, 13 * HOUR + 1));
    };
    no_rest_at_all: "no_rest", |_, q| route(q, "rosa").rest = None;
    too_short_a_rest: "no_rest", |_, q| route(q, "rosa").rest.as_mut().unwrap().end -= 1;
    a_rest_at_the_wrong_time: "no_rest", |p, _| {
        p.staff[0].rest = Some(Rest { earliest: 16 * HOUR, latest: 18 * HOUR, seconds: HOUR });
    };
    a_rest_during_a_visit: "no_rest", |_, q| {
        route(q, "rosa").rest = Some(Span::new(11 * HOUR - 600, 12 * HOUR));
    };
    too_many_visits: "too_many_visits", |p, _| p.staff[0].max_visits_per_day = Some(1);
    too_much_travel: "too_much_travel", |p, _| p.staff[0].max_travel_per_day = Some(600);
    a_route_sum_miscounted: "wrong_route_sum", |_, q| q.routes[0].travel_metres += 1;
    overtime_hidden: "wrong_route_sum", |p, _| p.staff[0].shifts[0].end = 16 * HOUR;
    a_total_miscounted: "wrong_total", |_, q| q.totals.travel_seconds -= 1;
    a_missed_deadline_hidden: "wrong_total", |_, q| q.totals.deadlines_missed = 0;
    a_favourite_claimed: "wrong_total", |_, q| q.totals.preferred = 1;
    a_busy_person_hidden: "wrong_total", |_, q| q.totals.most_visits_of_one = 1;
}

#[test]
fn a_checker_that_is_given_nonsense_does_not_panic() {
    let problem = problem();
    let plan = solve(&problem, 1, 5).unwrap();
    let text = serde_json::to_string(&plan).unwrap();
    for (from, to) in [
        ("1", "-9"),
        ("\"a\"", "\"b\""),
        ("rosa", "lin"),
        ("0", "1099511627775"),
        ("3", ""),
    ] {
        if let Ok(odd) = serde_json::from_str::<Plan>(&text.replace(from, to)) {
            assert_ne!(check(&problem, &odd), vec![], "{from} → {to}");
        }
    }
}
