//! `forecourt plan` and `forecourt plan-check`: what acceptance runs and scripts rely on.

use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};
use tempfile::TempDir;

const EXAMPLE: &str = include_str!("../../planner/examples/small_problem.json");

struct Run(TempDir);

impl Run {
    fn new() -> Run {
        let run = Run(TempDir::new().expect("a temporary folder"));
        run.write("problem.json", EXAMPLE.as_bytes());
        run
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("writes");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("reads")
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).expect("JSON")
    }

    fn forecourt(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_forecourt"))
            .current_dir(self.0.path())
            .env_remove("FORECOURT_DATABASE")
            .args(args)
            .output()
            .expect("runs")
    }

    /// Runs and expects `code`; returns both outputs.
    fn ends(&self, code: i32, args: &[&str]) -> (String, String) {
        let out = self.forecourt(args);
        let [stdout, stderr] = [&out.stdout, &out.stderr].map(|b| String::from_utf8_lossy(b).into_owned());
        assert_eq!(out.status.code(), Some(code), "{args:?}: {stdout}{stderr}");
        (stdout, stderr)
    }

    fn plan(&self, more: &[&str]) -> String {
        let args = [&["plan", "problem.json", "--out", "plan.json"], more].concat();
        self.ends(0, &args).0
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .expect("lists")
            .map(|f| f.expect("a file").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_plan_is_made_checked_summed_up_and_drawn() {
    let run = Run::new();
    let said = run.plan(&["--iterations", "50", "--geojson", "plan.geojson"]);
    for part in [
        "planned    2 of 3 visit(s), 2 route(s)",
        "left out   1\n  case-103: ",
        "lawful: checked by the independent checker",
        "written: plan.json, plan.geojson",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert_eq!(run.files(), ["plan.geojson", "plan.json", "problem.json"]);

    let map = run.json("plan.geojson");
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().expect("features");
    let of = |kind: &str| features.iter().filter(|f| f["geometry"]["type"] == kind).count();
    assert_eq!((of("LineString"), of("Point")), (2, 3));
    let line = &features[0]["geometry"]["coordinates"];
    assert_eq!(
        (&line[0], line.as_array().map(Vec::len)),
        (&json!([121.47, 31.23]), Some(4))
    );
    let left = features.iter().find(|f| f["properties"]["planned"] == false);
    assert!(left.is_some_and(|f| f["properties"]["explanation"].is_string()));

    run.plan(&[
        "--ics",
        "plan.ics",
        "--run-sheets",
        "sheets.html",
        "--lang",
        "zh-CN",
    ]);
    let texts = ["plan.ics", "sheets.html"].map(|f| String::from_utf8(run.read(f)).expect("UTF-8"));
    assert!(texts[0].contains("\r\nSUMMARY:上门 case-101\r\n"), "{}", texts[0]);
    assert!(
        texts[1].contains("<h1>上门行程单 · 2026-12-01 · manager-1</h1>"),
        "{}",
        texts[1]
    );

    let (said, _) = run.ends(0, &["plan-check", "problem.json", "plan.json"]);
    assert_eq!(said, "lawful: 2 visit(s) planned, 1 left out, no violation\n");
    let (said, _) = run.ends(0, &["plan-check", "problem.json", "plan.json", "--json"]);
    assert_eq!(said, "{\"lawful\":true,\"violations\":[]}\n");
}

#[test]
fn the_same_budget_gives_the_same_bytes() {
    let run = Run::new();
    let bytes = |more: &[&str]| {
        run.plan(more);
        run.read("plan.json")
    };
    let usual = bytes(&[]);
    assert_eq!(bytes(&[]), usual);
    assert_eq!(
        bytes(&["--iterations", "10000", "--seed", "1", "--threads", "1"]),
        usual
    );
    let two = ["--iterations", "300", "--seed", "9", "--threads", "2"];
    assert_eq!(bytes(&two), bytes(&two));
    bytes(&["--seconds", "0.05", "--threads", "2"]);
    bytes(&["--seconds", "0"]);
    run.ends(0, &["plan-check", "problem.json", "plan.json"]);
}

#[test]
fn a_plan_that_stands_is_taken_up_again() {
    let run = Run::new();
    run.plan(&["--iterations", "50"]);
    let before = run.json("plan.json");
    run.plan(&["--from", "plan.json", "--iterations", "0", "--seed", "77"]);
    assert_eq!(run.json("plan.json"), before);
    // A cancellation moves nobody else.
    let mut problem: Value = serde_json::from_str(EXAMPLE).expect("JSON");
    let gone = before["visits"][0]["visit"].clone();
    let visits = problem["visits"].as_array_mut().expect("a list");
    visits.retain(|v| v["id"] != gone);
    run.write("problem.json", problem.to_string().as_bytes());
    run.plan(&["--from", "plan.json", "--iterations", "0"]);
    let after = run.json("plan.json");
    let stays = |v: &&Value| v["visit"] != gone;
    let left: Vec<&Value> = before["visits"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(stays)
        .collect();
    let now: Vec<&Value> = after["visits"].as_array().expect("a list").iter().collect();
    assert!(left.iter().all(|v| now.contains(v)), "{after}");
    run.ends(0, &["plan-check", "problem.json", "plan.json"]);

    run.write("plan.json", b"{}");
    let (_, told) = run.ends(
        2,
        &["plan", "problem.json", "--from", "plan.json", "--out", "new.json"],
    );
    assert!(
        told.contains("plan.json; nothing was planned or written"),
        "{told}"
    );
}

#[test]
fn all_mistakes_are_told_at_once_and_nothing_is_written() {
    let run = Run::new();
    let mut p: Value = serde_json::from_str(EXAMPLE).expect("JSON");
    p["visits"][0]["windows"][0]["start"] = json!("10:00");
    p["visits"][1]["sevice"] = json!(1);
    p["visits"][2]["forbidden_staff"] = json!(["nobody"]);
    p["staff"][0].as_object_mut().expect("an object").remove("shifts");
    p["staff"][1]["base"]["geo"]["lat"] = json!(912);
    p["rules"]["least_crew"] = json!(0);
    run.write("problem.json", p.to_string().as_bytes());
    let args = [
        "plan",
        "problem.json",
        "--out",
        "plan.json",
        "--geojson",
        "p.geojson",
    ];
    let (said, told) = run.ends(2, &args);
    insta::assert_snapshot!(told);
    assert_eq!(
        (said.as_str(), run.files()),
        ("", vec!["problem.json".to_owned()])
    );
    let (_, again) = run.ends(2, &["plan-check", "problem.json", "plan.json"]);
    assert!(
        again.contains("visits[1].sevice: unknown field; did you mean `service`?"),
        "{again}"
    );
}

#[test]
fn what_is_no_problem_at_all_is_refused_by_place() {
    let run = Run::new();
    let deep = format!("{{\"days\": {}{}}}", "[".repeat(300_000), "]".repeat(300_000));
    let absurd = EXAMPLE.replace("3600", "1e999");
    let cases: [(&[u8], &str); 6] = [
        (&EXAMPLE.as_bytes()[..1000], "the file ends too early"),
        (absurd.as_bytes(), "number out of range"),
        (
            b"{\"days\": \"\xff\"}",
            "line 1, column 11: the text is not UTF-8",
        ),
        (deep.as_bytes(), "days[0]: expected an object, found a list"),
        (b"", "the file is empty"),
        (
            b"{\"days\": -99999999999999999999}",
            "days: expected a list, found -1e+20",
        ),
    ];
    for (bytes, told) in cases {
        run.write("problem.json", bytes);
        let (_, said) = run.ends(2, &["plan", "problem.json", "--out", "plan.json"]);
        assert!(said.contains(told), "{told} is missing in:\n{said}");
        assert!(said.contains("nothing was planned or written"), "{said}");
    }
    let (_, said) = run.ends(2, &["plan", "absent.json", "--out", "plan.json"]);
    assert!(said.contains("absent.json cannot be read"), "{said}");
    assert_eq!(run.files(), ["problem.json"]);
}

#[test]
fn where_nothing_can_be_written_nothing_is_planned() {
    let run = Run::new();
    for (more, told) in [
        (&["--out", "problem.json"][..], "would be overwritten"),
        (&["--out", "no/such/plan.json"], "is no folder"),
        (&["--out", "."], "is a folder"),
        (
            &["--out", "a.json", "--geojson", "./a.json"],
            "would be overwritten",
        ),
        (&["--out", "a.json", "--seconds=-1"], "0 to 86400"),
        (&["--out", "a.json", "--seconds", "NaN"], "0 to 86400"),
        (
            &["--out", "a.json", "--seconds", "1", "--iterations", "1"],
            "cannot be used with",
        ),
        (&["--out", "a.json", "--threads", "0"], "0 is not in"),
    ] {
        let (_, said) = run.ends(2, &[&["plan", "problem.json"], more].concat());
        assert!(said.contains(told), "{told} is missing in:\n{said}");
    }
    assert_eq!(run.read("problem.json"), EXAMPLE.as_bytes());
    run.write(
        "problem.json",
        EXAMPLE
            .replace("\"geo\"", "\"plane\"")
            .replace("\"lat\"", "\"y\"")
            .replace("\"lon\"", "\"x\"")
            .as_bytes(),
    );
    let (_, said) = run.ends(
        2,
        &[
            "plan",
            "problem.json",
            "--out",
            "a.json",
            "--geojson",
            "b.geojson",
        ],
    );
    assert!(
        said.contains("points on a plane without latitude and longitude"),
        "{said}"
    );
    assert_eq!(run.files(), ["problem.json"]);
    run.plan(&[]);
    let (said, _) = run.ends(0, &["plan", "problem.json", "--out", "/dev/stdout"]);
    assert!(
        serde_json::from_str::<Value>(&said).is_ok_and(|p| p["visits"].is_array()),
        "{said}"
    );
}

#[test]
fn every_tampering_is_found() {
    let run = Run::new();
    run.plan(&[]);
    let plan = run.json("plan.json");
    let tampered = |spoil: &dyn Fn(&mut Value)| {
        let mut p = plan.clone();
        spoil(&mut p);
        run.write("other.json", p.to_string().as_bytes());
        let (said, _) = run.ends(1, &["plan-check", "problem.json", "other.json"]);
        assert!(said.contains("\nnot lawful: "), "{said}");
        let (line, _) = run.ends(1, &["plan-check", "problem.json", "other.json", "--json"]);
        let verdict: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(verdict["lawful"], false);
        assert!(
            verdict["violations"][0]["violation"]["kind"].is_string(),
            "{line}"
        );
        said
    };
    let said = tampered(&|p| p["visits"][0]["start"] = json!(3600));
    assert!(
        said.contains("case-101 is outside the windows that the customer consented to"),
        "{said}"
    );
    let said = tampered(&|p| p["visits"][0]["crew"][0]["staff"] = json!("manager-2"));
    assert!(
        said.contains("nobody of the crew of visit case-101 speaks yue"),
        "{said}"
    );
    let said = tampered(&|p| p["unplanned"] = json!([]));
    assert!(
        said.contains("case-103 is neither planned nor explained"),
        "{said}"
    );
    let said = tampered(&|p| p["totals"]["travel_seconds"] = json!(1));
    assert!(said.contains("total travel_seconds"), "{said}");
    let said = tampered(&|p| p["visits"][0]["visit"] = json!("\u{1b}[2Jx"));
    assert!(said.contains("visit \\u{1b}[2Jx is not in the problem"), "{said}");
    let said = tampered(&|p| p["visits"][0]["start"] = json!(-9_007_199_254_740_991_i64));
    assert!(said.contains("a number out of all bounds"), "{said}");

    let mut p = plan;
    p["totals"]["planned"] = json!("two");
    p["visits"][0]["who"] = json!(1);
    run.write("other.json", p.to_string().as_bytes());
    let (_, told) = run.ends(2, &["plan-check", "problem.json", "other.json"]);
    assert_eq!(
        told,
        "totals.planned: expected a whole number, found \"two\"\n\
         visits[0].who: unknown field; known are `crew`, `day`, `end`, `start`, `visit`\n\
         2 mistake(s) in other.json; nothing was checked\n"
    );
}
