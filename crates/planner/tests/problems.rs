//! Problems as JSON: what is read, what is refused, and that all mistakes are told at once.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use planner::solve::TimetableError;
use planner::{Problem, check, solve, solve_within, timetable, up_to, validate};

const EXAMPLE: &str = include_str!("../examples/small_problem.json");

fn example() -> Problem {
    serde_json::from_str(EXAMPLE).unwrap()
}

#[test]
fn the_example_is_read_planned_and_lawful() {
    let problem = example();
    let plan = solve(&problem, 1, 50).unwrap();
    assert_eq!(check(&problem, &plan), vec![]);
    insta::assert_json_snapshot!(plan);
}

#[test]
fn a_misspelt_rule_is_refused_not_ignored() {
    for (right, wrong) in [
        ("least_crew", "leastcrew"),
        ("women_only", "woman_only"),
        ("lat", "latitude"),
    ] {
        let error = serde_json::from_str::<Problem>(&EXAMPLE.replace(right, wrong))
            .unwrap_err()
            .to_string();
        assert!(error.contains(&format!("`{wrong}`")), "{error}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let mut p = example();
    p.days[1].index = p.days[0].index;
    p.staff[1].id = p.staff[0].id.clone();
    p.staff[0].base = planner::problem::Place::Geo {
        lat: f64::NAN,
        lon: 181.0,
    };
    p.staff[0].shifts[0].end = p.staff[0].shifts[0].start;
    p.staff[2].shifts[0].day = 99;
    p.staff[2].base = planner::problem::Place::Node(4);
    p.visits[0].service = 0;
    p.visits[0].windows[0].end = 1_000_000;
    p.visits[1].needs[0].count = 0;
    p.visits[1].forbidden_staff.push("nobody".into());
    p.visits[1].latest_day = Some(-5);
    p.visits[1].earliest_day = Some(2);
    p.rules.least_crew = 0;
    p.travel = planner::problem::Travel::StraightLine {
        kmh: 0.0,
        factor: f64::INFINITY,
        per_leg: -1,
    };
    p.goals.push(planner::problem::Goal::Travel);
    let issues = validate(&p).unwrap_err();
    let text: Vec<String> = issues.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"));
    let refused = solve(&p, 1, 1).unwrap_err().to_string();
    assert!(
        refused.starts_with("the problem has 20 mistake(s), nothing was planned"),
        "{refused}"
    );
}

#[test]
fn a_matrix_that_is_not_square_is_named_by_row() {
    let mut p = example();
    p.travel = planner::problem::Travel::Matrix {
        seconds: vec![vec![0, 1], vec![2]],
        metres: vec![vec![-1]],
        places: vec![],
    };
    let text: Vec<String> = validate(&p)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    for path in [
        "travel.matrix.seconds[1]:",
        "travel.matrix.metres:",
        "travel.matrix.metres[0][0]:",
    ] {
        assert!(text.iter().any(|t| t.starts_with(path)), "{path} {text:?}");
    }
}

#[test]
fn nothing_to_do_is_a_plan() {
    let mut p = example();
    p.visits.clear();
    let plan = solve(&p, 1, 10).unwrap();
    assert_eq!(check(&p, &plan), vec![]);
    p.visits = example().visits;
    p.staff.clear();
    for v in &mut p.visits {
        (v.promise, v.preferred_staff, v.forbidden_staff) = (None, vec![], vec![]);
    }
    let plan = solve(&p, 1, 10).unwrap();
    assert_eq!((plan.visits.len(), plan.unplanned.len()), (0, p.visits.len()));
    assert_eq!(check(&p, &plan), vec![]);
}

#[test]
fn a_plan_changed_by_hand_is_laid_out_and_judged() {
    let problem = example();
    let plan = solve(&problem, 1, 50).unwrap();
    let same = timetable(&problem, &plan.visits).unwrap();
    assert_eq!(same, plan);

    let mut visits = plan.visits;
    visits[0].start += 12 * 3600;
    let moved = timetable(&problem, &visits).unwrap();
    assert!(!check(&problem, &moved).is_empty());

    let left_out = visits.pop().unwrap();
    visits[0].start -= 12 * 3600;
    let fewer = timetable(&problem, &visits).unwrap();
    let why = fewer
        .unplanned
        .iter()
        .find(|u| u.visit == left_out.visit)
        .unwrap();
    assert_eq!(why.explanation, "The visit fits into the plan as it stands.");
    assert_eq!(check(&problem, &fewer), vec![]);
}

#[test]
fn a_plan_made_by_hand_with_wrong_names_is_refused_by_name() {
    let problem = example();
    let good = solve(&problem, 1, 5).unwrap().visits;
    let refuse = |spoil: &dyn Fn(&mut planner::Assignment)| {
        let mut visits = good.clone();
        spoil(&mut visits[0]);
        timetable(&problem, &visits).unwrap_err()
    };
    let unknown = |e: &TimetableError| matches!(e, TimetableError::Unknown { position: 0, .. });
    assert!(unknown(&refuse(&|a| a.visit = "x".into())));
    assert!(unknown(&refuse(&|a| a.day = 99)));
    assert!(unknown(&refuse(&|a| a.crew[0].staff = "x".into())));
    assert!(unknown(&refuse(&|a| a.crew[0].role = Some("x".into()))));
    assert!(matches!(
        refuse(&|a| a.start = i64::MAX),
        TimetableError::Start { .. }
    ));
    assert!(matches!(
        refuse(&|a| a.crew[1] = a.crew[0].clone()),
        TimetableError::Twice { .. }
    ));
    let twice = [good[0].clone(), good[0].clone()];
    assert!(matches!(
        timetable(&problem, &twice),
        Err(TimetableError::Twice { position: 1, .. })
    ));
}

#[test]
fn any_budget_can_be_given_and_iterations_count_alike_everywhere() {
    let problem = example();
    let mut asked = Vec::new();
    let plan = solve_within(&problem, 3, |so_far| {
        asked.push(so_far);
        up_to(40, so_far)
    })
    .unwrap();
    assert_eq!(plan, solve(&problem, 3, 40).unwrap());
    let numbers: Vec<u64> = asked.iter().map(|p| p.iterations).collect();
    assert_eq!(numbers, (0..=40).collect::<Vec<_>>());
    assert_eq!(asked[40].totals.planned, plan.totals.planned);
    // A budget that is gone, or is no number, leaves the first plan.
    for gone in [1.0, f64::NAN, f64::INFINITY] {
        let first = solve_within(&problem, 3, |_| gone).unwrap();
        assert_eq!(first, solve(&problem, 3, 0).unwrap());
    }
}
