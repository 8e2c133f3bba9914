//! What is written from a plan: map, calendar, run sheets.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use planfile::{Lang, NoDate, NoDegrees, calendar, geojson, read_problem, run_sheets, run_sheets_html};
use planner::{Plan, Problem, solve};

const EXAMPLE: &str = include_str!("../../planner/examples/small_problem.json");

/// A problem whose ids are as bad as ids can be, and its plan.
fn spiteful() -> (Problem, Plan) {
    let text = EXAMPLE
        .replace("case-101", "<b>投诉,1;\\\\ \\u001b[2J")
        .replace("counsel-1", "a & \\\"b\\\"\\r\\nEND:VEVENT");
    let problem = read_problem(text.as_bytes()).unwrap();
    let plan = solve(&problem, 1, 20).unwrap();
    assert_eq!(plan.visits.len(), 2);
    (problem, plan)
}

fn example() -> (Problem, Plan) {
    let problem = read_problem(EXAMPLE.as_bytes()).unwrap();
    let plan = solve(&problem, 1, 20).unwrap();
    (problem, plan)
}

#[test]
fn run_sheets_in_three_languages() {
    let (problem, plan) = example();
    let all = [Lang::ZhCn, Lang::ZhTw, Lang::En].map(|l| run_sheets(&problem, &plan, l));
    insta::assert_snapshot!(all.join("\n====\n"));
}

#[test]
fn nothing_in_an_id_leaves_its_place() {
    let (problem, plan) = spiteful();
    let page = run_sheets_html(&problem, &plan, Lang::En);
    assert!(
        page.contains("&lt;b&gt;投诉,1;\\ \\u{1b}[2J") && !page.contains("<b>"),
        "{page}"
    );
    assert!(page.contains("a &amp; &quot;b&quot;"), "{page}");
    let stamp = "2026-11-30T16:05:09Z".parse().unwrap();
    let ics = calendar(&problem, &plan, stamp, Lang::ZhCn).unwrap();
    assert_eq!(ics.matches("\r\nEND:VEVENT\r\n").count(), 2, "{ics}");
    assert!(
        ics.split("\r\n")
            .all(|l| l.len() <= 75 && !l.contains(char::is_control)),
        "{ics}"
    );
}

#[test]
fn a_calendar_has_an_event_for_each_planned_visit() {
    let (mut problem, plan) = example();
    let stamp = "2026-11-30T16:05:09Z".parse().unwrap();
    insta::assert_snapshot!(
        calendar(&problem, &plan, stamp, Lang::En)
            .unwrap()
            .replace("\r\n", "\n")
    );
    assert_eq!(NoDate::of(&problem), None);
    problem.days[1].label = "Wednesday".into();
    let told = calendar(&problem, &plan, stamp, Lang::En).unwrap_err();
    assert_eq!(NoDate::of(&problem), Some(told.clone()));
    assert!(
        told.to_string().starts_with("day 2 is called \"Wednesday\""),
        "{told}"
    );
}

#[test]
fn a_map_has_each_route_and_each_visit_and_needs_degrees() {
    let (mut problem, plan) = example();
    insta::assert_json_snapshot!(geojson(&problem, &plan).unwrap());
    assert_eq!(NoDegrees::of(&problem), None);
    for v in &mut problem.visits {
        v.place = planner::problem::Place::Node(0);
    }
    let told = geojson(&problem, &plan).unwrap_err();
    assert_eq!(NoDegrees::of(&problem), Some(told));
}
