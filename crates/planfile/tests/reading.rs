//! Documents with mistakes: all of them told at once, none invented, and the schemas true to the types.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests themselves"
)]

use planfile::{PLAN_SCHEMA, PROBLEM_SCHEMA, read_plan, read_problem};
use planner::problem::{MAX_SECONDS, Place, Problem};
use planner::validate::MAX_CREW;
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../../planner/examples/small_problem.json");

fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn mistakes(document: &Value) -> String {
    read_problem(document.to_string().as_bytes())
        .unwrap_err()
        .to_string()
}

/// The example with every field of every type given.
fn full() -> Problem {
    let mut document = example();
    document["days"][0]["visiting_hours"] = json!([{ "start": 28800, "end": 72000 }]);
    let staff = &mut document["staff"][0];
    staff["end"] = json!({ "geo": { "lat": 31.2, "lon": 121.4 } });
    staff["skills"] = json!([{ "name": "mediation", "level": 1, "valid_to": 5 }]);
    staff["max_travel_per_day"] = json!(14400);
    staff["absences"] = json!([{ "day": 2, "start": 36000, "end": 39600 }]);
    let visit = &mut document["visits"][0];
    visit["promise"] = json!({ "day": 1, "start": 36000, "locked": true, "staff": ["manager-1"] });
    for field in ["earliest_day", "latest_day"] {
        visit[field] = json!(1);
    }
    visit["crew_day"] = json!("together");
    read_problem(document.to_string().as_bytes()).unwrap()
}

#[test]
fn the_example_and_every_field_are_read() {
    let read = read_problem(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(read, serde_json::from_str::<Problem>(EXAMPLE).unwrap());
    let full = full();
    let written = serde_json::to_string(&full).unwrap();
    assert_eq!(read_problem(written.as_bytes()).unwrap(), full);
    let with_mark = [b"\xef\xbb\xbf", EXAMPLE.as_bytes()].concat();
    assert_eq!(read_problem(&with_mark).unwrap(), read);
}

#[test]
fn mistakes_of_form_and_of_sense_are_told_together() {
    let mut p = example();
    p["days"][1]["index"] = json!(0);
    p["staff"][0]["rols"] = p["staff"][0]["roles"].take();
    p["staff"][0].as_object_mut().unwrap().remove("roles");
    p["staff"][1]["base"] = json!({ "geo": { "lat": 91, "lon": "121.4" }, "plane": { "x": 0, "y": 0 } });
    p["staff"][2]["shifts"][0]["start"] = json!("09:00");
    p["staff"][2]["shifts"][1]["day"] = json!(77);
    p["staff"][2]["skills"][0]["level"] = json!(300);
    p["visits"][0]["windows"][0]["end"] = json!(172_801);
    p["visits"][0]["service"] = json!(3600.5);
    p["visits"][0]["needs"][0]["count"] = json!(0);
    p["visits"][1]["place"] = json!({});
    p["visits"][1]["value"] = json!(-1);
    p["visits"][1]["promise"] = Value::Null;
    p["visits"][1]["preferred_staff"] = json!(["manager-2", 7, "nobody"]);
    p["visits"][2]["mandatory"] = json!("yes");
    p["visits"][2]["windows"] = json!({ "day": 1 });
    p["visits"][2]["id"] = json!("case-101");
    p["visits"][2]["note\u{1b}"] = json!([[[]]]);
    p["rules"]["window_covers"] = json!("all");
    p["rules"]["least_crew"] = json!(0);
    p["goals"] = json!(["travel", "speed"]);
    p["travel"]["matrix"] = json!({ "seconds": [[0, -1]] });
    insta::assert_snapshot!(mistakes(&p));
}

#[test]
fn what_only_follows_from_a_mistake_is_not_told() {
    let one = |spoil: &dyn Fn(&mut Value)| {
        let mut p = example();
        spoil(&mut p);
        mistakes(&p)
    };
    for told in [
        one(&|p| p["staff"] = json!("none")),
        one(&|p| p["staff"][1]["id"] = json!(5)),
        one(&|p| p["days"] = json!({})),
        one(&|p| p["days"][0]["index"] = json!("1")),
        one(&|p| p["travel"] = json!("car")),
        one(&|p| p["travel"] = json!({ "matrix": { "seconds": 4 } })),
        one(&|p| p["visits"][0]["place"] = json!("here")),
        one(&|p| p["staff"][0]["shifts"][0]["start"] = json!(null)),
        one(&|p| p["staff"][0]["rest"]["latest"] = json!([])),
        one(&|p| p["visits"][1]["promise"]["day"] = json!(1.0)),
        one(&|p| *p = json!([])),
    ] {
        assert!(told.ends_with("\n1 mistake(s)"), "{told}");
    }
}

#[test]
fn text_that_is_no_json_is_told_by_line_and_column() {
    let told = |bytes: &[u8]| read_problem(bytes).unwrap_err().to_string();
    let deep = "[".repeat(1_000_000);
    let deep_whole = format!("{deep}{}", "]".repeat(1_000_000));
    let deep_inside = EXAMPLE.replacen(
        "\"days\": [",
        &format!("\"x\": {deep_whole}, \"days\": {deep_whole}, \"goals\": ["),
        1,
    );
    let cut = &EXAMPLE[..EXAMPLE.len() / 2];
    let doubled = EXAMPLE.replacen("\"index\": 1", "\"index\": 1, \"index\": 1", 1);
    let mixed = r#"{"days": [{"label": 3}], "staff": [}"#;
    let cases: [&[u8]; 13] = [
        b"",
        b" \n ",
        cut.as_bytes(),
        deep.as_bytes(),
        deep_whole.as_bytes(),
        deep_inside.as_bytes(),
        b"{\n \"days\": 1e999}",
        b"{\n \"days\": [],\n \"\xe6\x8a\": 1}",
        b"\xff\xfe{\0",
        b"{} {}",
        doubled.as_bytes(),
        mixed.as_bytes(),
        b"\"\\ud800\"",
    ];
    let all: Vec<String> = cases.iter().map(|c| told(c)).collect();
    insta::assert_snapshot!(all.join("\n--\n"));
}

#[test]
fn thousands_of_mistakes_are_counted() {
    let mut p = example();
    p["visits"] = json!(vec![1; 5000]);
    let found = read_problem(p.to_string().as_bytes()).unwrap_err();
    assert_eq!((found.issues.len(), found.more), (1000, 4000));
    assert!(
        found
            .to_string()
            .ends_with("5000 mistake(s), the first 1000 are told")
    );
}

#[test]
fn a_plan_with_wrong_reasons_is_told_by_place() {
    let problem = read_problem(EXAMPLE.as_bytes()).unwrap();
    let plan = planner::solve(&problem, 1, 5).unwrap();
    let written = serde_json::to_vec(&plan).unwrap();
    assert_eq!(read_plan(&written).unwrap(), plan);
    let mut p: Value = serde_json::from_slice(&written).unwrap();
    p["unplanned"][0]["reason"] = json!({ "kind": "booked", "days": 3 });
    p["visits"][0]["crew"][0]["role"] = json!(1);
    p["totals"]["value"] = json!(-1);
    p["late"] = json!([{ "reason": { "kind": "none" } }]);
    insta::assert_snapshot!(read_plan(p.to_string().as_bytes()).unwrap_err());
}

/// Every field that `value` has stands in the schema at its place, and every default that the schema names is `value`'s.
fn compare(schema: &Value, rule: &Value, value: &Value, defaults: bool, at: &str) {
    let rule = resolved(schema, rule);
    match value {
        Value::Object(fields) => {
            let known = rule["properties"]
                .as_object()
                .unwrap_or_else(|| panic!("{at}: no fields"));
            for (name, inner) in fields {
                let field = known
                    .get(name)
                    .unwrap_or_else(|| panic!("{at}.{name} is not in the schema"));
                if let Some(default) = field.get("default").filter(|_| defaults) {
                    assert_eq!(default, inner, "{at}.{name}");
                }
                compare(schema, field, inner, defaults, &format!("{at}.{name}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                compare(schema, &rule["items"], item, defaults, at);
            }
        }
        _ => {}
    }
}

fn resolved<'a>(schema: &'a Value, rule: &'a Value) -> &'a Value {
    if let Some(name) = rule["$ref"].as_str() {
        return resolved(schema, &schema["$defs"][name.trim_start_matches("#/$defs/")]);
    }
    match rule["anyOf"].as_array() {
        Some(any) => resolved(schema, &any[0]),
        None => rule,
    }
}

/// Names every field of the schema that no object of `value` has.
fn unused(schema: &Value, rule: &Value, values: &[&Value], at: &str, found: &mut Vec<String>) {
    let rule = resolved(schema, rule);
    for (name, field) in rule["properties"].as_object().into_iter().flatten() {
        let inner: Vec<&Value> = values.iter().filter_map(|v| v.get(name)).collect();
        if inner.is_empty() {
            found.push(format!("{at}.{name}"));
        } else {
            unused(schema, field, &inner, &format!("{at}.{name}"), found);
        }
    }
    if let Some(items) = rule.get("items") {
        let inner: Vec<&Value> = values.iter().filter_map(|v| v.as_array()).flatten().collect();
        unused(schema, items, &inner, at, found);
    }
}

#[test]
fn the_schema_of_problems_has_every_field_and_no_other_and_its_defaults_are_ours() {
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    let mut with_matrix = full();
    with_matrix.travel = planner::problem::Travel::Matrix {
        seconds: vec![vec![0]],
        metres: vec![vec![0]],
        places: vec![
            Place::geo(31.0, 121.0),
            Place::Node(0),
            Place::Plane { x: 0.0, y: 0.0 },
        ],
    };
    for (i, place) in [Place::Node(0), Place::Plane { x: 0.0, y: 0.0 }]
        .into_iter()
        .enumerate()
    {
        (with_matrix.staff[i].base, with_matrix.staff[i].end) = (place, Some(place));
        with_matrix.visits[i].place = place;
    }
    let values = [full(), with_matrix].map(|p| serde_json::to_value(p).unwrap());
    for value in &values {
        compare(&schema, &schema, value, false, "");
    }
    let mut found = Vec::new();
    unused(&schema, &schema, &[&values[0], &values[1]], "", &mut found);
    assert_eq!(found, Vec::<String>::new());

    let least = json!({
        "days": [{ "label": "d", "index": 0 }],
        "staff": [{ "id": "a", "roles": [], "base": { "geo": { "lat": 0, "lon": 0 } },
            "shifts": [{ "day": 0, "start": 0, "end": 1 }], "skills": [{ "name": "s" }] }],
        "visits": [{ "id": "v", "customer": "c", "place": { "geo": { "lat": 0, "lon": 0 } }, "service": 1,
            "needs": [{ "role": "r", "skill": { "name": "s" } }], "windows": [], "promise": { "day": 0, "start": 0 } }],
    });
    let problem = read_problem(least.to_string().as_bytes()).unwrap();
    let mut written = serde_json::to_value(&problem).unwrap();
    assert_eq!(written["travel"], schema["properties"]["travel"]["default"]);
    let mut line = least;
    line["travel"] = json!({ "straight_line": { "kmh": 1, "factor": 1 } });
    let line = serde_json::to_value(read_problem(line.to_string().as_bytes()).unwrap()).unwrap();
    compare(
        &schema,
        &json!({ "$ref": "#/$defs/travel" }),
        &line["travel"],
        true,
        "travel",
    );
    // What was given is not a default.
    written.as_object_mut().unwrap().remove("travel");
    written["staff"][0].as_object_mut().unwrap().remove("skills");
    compare(&schema, &schema, &written, true, "");
    let seconds = &schema["$defs"]["seconds"]["maximum"];
    assert_eq!(
        (seconds, &schema["$defs"]["crew"]["maximum"]),
        (&json!(MAX_SECONDS), &json!(MAX_CREW))
    );
}

#[test]
fn each_value_at_a_limit_of_the_schema_is_read() {
    let schema: Value = serde_json::from_str(PROBLEM_SCHEMA).unwrap();
    for bound in ["minimum", "maximum"] {
        let mut p = example();
        for field in ["notice_day", "value", "earliest_day"] {
            p["visits"][0][field] =
                resolved(&schema, &schema["$defs"]["visit"]["properties"][field])[bound].clone();
        }
        p["staff"][0]["skills"] = json!([{ "name": "s", "level": schema["$defs"]["level"][bound] }]);
        for field in ["min_notice_days", "min_days_between_visits", "start_every"] {
            p["rules"][field] = schema["$defs"]["rules"]["properties"][field][bound].clone();
        }
        read_problem(p.to_string().as_bytes()).unwrap();
    }
}

mod plans {
    use super::*;
    use planner::plan::*;
    use planner::problem::Span;

    /// One of each reason and each change.
    fn full() -> Plan {
        let seat = || Seat {
            role: Some("r".into()),
            skill: Some("s".into()),
            language: Some("l".into()),
        };
        let member = || Member {
            staff: "a".into(),
            role: Some("r".into()),
        };
        let (days, needed, have) = (1, 2, 1);
        let reasons = [
            Reason::PlaceNotStepFree {},
            Reason::NoWindow {},
            Reason::NoticeTooShort { days },
            Reason::WindowsTooShort {
                needed: 2,
                longest: 1,
            },
            Reason::LockedTimeNotLawful {},
            Reason::LockedCrewNotLawful {},
            Reason::CustomerVisitedTooOften { days },
            Reason::TooFewWithRole {
                seat: seat(),
                needed,
                have,
            },
            Reason::TooFewAllowed {
                seat: seat(),
                needed,
                have,
            },
            Reason::NobodySpeaks { language: "l".into() },
            Reason::NotOnShift { seat: seat() },
            Reason::OutOfReach { seat: seat() },
            Reason::Booked { seat: seat() },
            Reason::NeverTogether {},
            Reason::Fits {},
        ];
        let changes = [
            Change::ConfirmStepFree {},
            Change::AskForWindow {
                day: 1,
                start: 0,
                end: 1,
                crew: vec![member()],
            },
            Change::AllowOvertime {
                staff: "a".into(),
                day: 1,
                seconds: 1,
            },
            Change::GiveUpVisit { visit: "v".into() },
            Change::AddStaff {
                seat: seat(),
                count: 1,
            },
        ];
        let leg = Leg {
            depart: 0,
            arrive: 1,
            metres: 1,
        };
        Plan {
            visits: vec![Assignment {
                visit: "v".into(),
                day: 1,
                start: 1,
                end: 2,
                crew: vec![member()],
            }],
            routes: vec![Route {
                staff: "a".into(),
                day: 1,
                stops: vec![Stop {
                    visit: "v".into(),
                    leg,
                    wait: 0,
                    start: 1,
                    end: 2,
                }],
                home: leg,
                rest: Some(Span::new(0, 1)),
                travel_seconds: 2,
                travel_metres: 2,
                overtime_seconds: 0,
            }],
            unplanned: reasons
                .into_iter()
                .map(|reason| Unplanned {
                    visit: "v".into(),
                    reason,
                    cheapest_change: None,
                    explanation: "e".into(),
                })
                .collect(),
            late: changes
                .into_iter()
                .map(|change| Late {
                    visit: "v".into(),
                    deadline_day: 0,
                    day: 1,
                    reason: Reason::Fits {},
                    cheapest_change: Some(change),
                    explanation: "e".into(),
                })
                .collect(),
            moved: vec![Moved {
                visit: "v".into(),
                from_day: 1,
                from_start: 0,
                day: 1,
                start: 1,
            }],
            totals: Totals::default(),
        }
    }

    #[test]
    fn the_schema_of_plans_has_every_field_and_reads_every_reason_and_change() {
        let plan = full();
        let written = serde_json::to_value(&plan).unwrap();
        let schema: Value = serde_json::from_str(PLAN_SCHEMA).unwrap();
        compare(&schema, &schema, &written, false, "");
        let mut found = Vec::new();
        unused(&schema, &schema, &[&written], "", &mut found);
        // Reasons and changes stand once among the late and once among those left out.
        found.retain(|f| !f.starts_with(".late.reason.") && !f.starts_with(".unplanned.cheapest_change"));
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(read_plan(written.to_string().as_bytes()).unwrap(), plan);
    }
}

#[test]
fn the_page_describes_every_field_and_its_examples_are_read() {
    let page = include_str!("../../../docs/plan-format.md");
    fn tell(rule: &Value, page: &str) {
        for (name, field) in rule["properties"].as_object().into_iter().flatten() {
            let about = field["description"]
                .as_str()
                .unwrap_or_else(|| panic!("{name} is not described"));
            let row = page
                .lines()
                .find(|l| l.starts_with(&format!("| `{name}` |")) && l.ends_with(&format!("| {about} |")));
            let row = row.unwrap_or_else(|| panic!("{name}: {about}: no such row"));
            if let Some(default) = field.get("default") {
                let plain = |text: &str| text.replace(' ', "");
                assert!(
                    plain(row).contains(&plain(&format!("`{default}`"))),
                    "{row} {default}"
                );
            }
            tell(field, page);
        }
    }
    for schema in [PROBLEM_SCHEMA, PLAN_SCHEMA] {
        let schema: Value = serde_json::from_str(schema).unwrap();
        tell(&schema, page);
        for rule in schema["$defs"].as_object().unwrap().values() {
            tell(rule, page);
        }
    }
    let (_, after) = page.split_once("```json\n").unwrap();
    let (least, _) = after.split_once("```").unwrap();
    let problem = read_problem(least.as_bytes()).unwrap();
    assert_eq!(planner::solve(&problem, 1, 1).unwrap().totals.planned, 1);
}
