//! The command-line contract: what scripts and acceptance runs rely on.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

const FILE: &str = "\
source_id,received_at,channel,line,product,narrative,customer_name,customer_phone
T-1,2026-01-05 09:00,phone,card,信用卡,账单里扣了年费，要求退还。,赵某某,10000000001
T-2,2026-01-06 10:00,app,loan,消费贷,提前还款被收了违约金。,钱某某,10000000002
T-3,2023-02-30 10:00,app,loan,消费贷,日期不存在。,孙某某,10000000003
";

struct Run {
    dir: TempDir,
    database: Option<String>,
}

impl Run {
    fn new() -> Run {
        Run {
            dir: TempDir::new().expect("a temporary folder"),
            database: None,
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, text).expect("writes");
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_forecourt"));
        command
            .arg("--data")
            .arg(self.data())
            .env_remove("FORECOURT_DATABASE");
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command.args(args);
        command
    }

    fn forecourt(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("runs")
    }

    fn ok(&self, args: &[&str]) -> String {
        let out = self.forecourt(args);
        assert!(out.status.success(), "{args:?}: {}", text(&out.stderr));
        text(&out.stdout)
    }

    fn fails(&self, args: &[&str], code: i32) -> String {
        let out = self.forecourt(args);
        assert_eq!(
            out.status.code(),
            Some(code),
            "{args:?}: {}{}",
            text(&out.stdout),
            text(&out.stderr)
        );
        text(&out.stderr)
    }

    fn import(&self) -> String {
        let path = self.file("in.csv", FILE);
        self.ok(&[
            "import",
            path.to_str().expect("a path"),
            "--map",
            "forecourt",
            "--json",
        ])
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn last(text: &str) -> &str {
    text.lines().last().unwrap_or("")
}

fn case_numbers(list: &str) -> Vec<String> {
    list.lines()
        .filter_map(|l| l.split_whitespace().next())
        .filter(|w| w.starts_with("FC-"))
        .map(str::to_owned)
        .collect()
}

fn whole_story(run: &Run) {
    run.ok(&["init"]);
    assert_eq!(
        last(&run.import()),
        r#"{"read":3,"imported":2,"already":0,"rejected":1}"#
    );
    assert_eq!(
        last(&run.import()),
        r#"{"read":3,"imported":0,"already":2,"rejected":1}"#
    );
    let found = case_numbers(&run.ok(&["cases", "--search", "年费"]));
    assert_eq!(found.len(), 1, "the two-character word is found");
    let explained = run.ok(&["explain", &found[0], "--lang", "zh-CN"]);
    for part in ["2026-01-20", "民法典", "acknowledge", "已收到"] {
        assert!(explained.contains(part), "{part} is missing in:\n{explained}");
    }
    assert!(run.ok(&["verify"]).contains("whole"));
    let verdict: serde_json::Value =
        serde_json::from_str(last(&run.ok(&["verify", "--json"]))).expect("JSON");
    assert_eq!(
        (&verdict["whole"], &verdict["first_bad"]),
        (&true.into(), &serde_json::Value::Null)
    );
}

#[test]
fn complaints_come_in_are_found_explained_and_verified() {
    whole_story(&Run::new());
}

#[test]
fn the_same_story_on_postgresql() {
    let server = testkit::Postgres::start();
    let run = Run {
        database: Some(server.fresh_database()),
        ..Run::new()
    };
    whole_story(&run);
}

#[test]
fn a_backup_restores_elsewhere_with_its_keys_and_verifies() {
    let run = Run::new();
    run.import();
    let backup = run.dir.path().join("b.fcb");
    let file = backup.to_str().expect("a path");
    assert!(run.ok(&["backup", file]).contains("b.fcb.key"));
    assert!(run.fails(&["backup", file], 2).contains("never overwrites"));
    let other = Run::new();
    assert!(other.ok(&["restore", file]).contains("verified whole"));
    assert_eq!(case_numbers(&other.ok(&["cases", "--search", "年费"])).len(), 1);
    assert_eq!(
        last(&other.import()),
        r#"{"read":3,"imported":0,"already":2,"rejected":1}"#
    );
    assert!(
        !other.fails(&["restore", file], 2).is_empty(),
        "a full place is not overwritten"
    );
}

#[test]
fn a_changed_byte_is_found_and_named() {
    let run = Run::new();
    run.import();
    let db = rusqlite::Connection::open(run.data().join("forecourt.db")).expect("opens");
    let changed = db
        .execute("UPDATE events SET actor = 'handler:somebody' WHERE seq = 1 AND rowid IN (SELECT max(rowid) FROM events)", [])
        .or_else(|_| db.execute("UPDATE events SET actor = 'handler:somebody' WHERE seq = 1", []));
    assert!(changed.expect("updates") >= 1);
    drop(db);
    let out = run.forecourt(&["verify", "--json"]);
    assert_eq!(out.status.code(), Some(1));
    let verdict: serde_json::Value = serde_json::from_str(last(&text(&out.stdout))).expect("JSON");
    assert_eq!(verdict["whole"], false);
    let place = verdict["first_bad"]["place"].as_str().expect("a place");
    assert!(place.contains("case/FC-"), "{place}");
}

#[test]
fn exit_codes_tell_scripts_what_happened() {
    let run = Run::new();
    assert!(run.fails(&["verify"], 4).contains("forecourt init"));
    let path = run.file("in.csv", FILE);
    let file = path.to_str().expect("a path");
    assert!(
        run.fails(&["import", file, "--map", "nonsense"], 2)
            .contains("nonsense")
    );
    assert!(
        run.fails(&["import", "no-such-file.csv", "--map", "forecourt"], 2)
            .contains("no-such-file.csv")
    );
    assert!(
        run.fails(&["explain", "FC-0000-0000-0000-1"], 2)
            .contains("check character")
    );
    assert!(
        run.fails(&["explain", "FC-0000-0000-0001-C"], 2)
            .contains("there is no case")
    );
    assert!(run.fails(&["demo", "--real", file], 2).contains("--map"));
}

#[test]
fn a_cut_gzip_lands_what_was_whole_and_says_so() {
    let run = Run::new();
    let mut rows = String::from(FILE.lines().next().expect("a heading"));
    for n in 0..5000 {
        rows.push_str(&format!(
            "\nG-{n},2026-01-05 09:00,phone,card,信用卡,第{n}件：账单里扣了年费。,某某{n},"
        ));
    }
    let mut gzip = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut gzip, flate2::Compression::default());
    encoder.write_all(rows.as_bytes()).expect("packs");
    encoder.finish().expect("packs");
    let path = run.dir.path().join("cut.csv.gz");
    fs::write(&path, &gzip[..gzip.len() / 2]).expect("writes");
    let out = run.forecourt(&[
        "import",
        path.to_str().expect("a path"),
        "--map",
        "forecourt",
        "--json",
    ]);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out.stderr));
    let summary: serde_json::Value = serde_json::from_str(last(&text(&out.stdout))).expect("JSON");
    assert!(summary["imported"].as_u64().expect("a number") > 100, "{summary}");
    assert_eq!(summary["imported"], summary["read"]);
    assert!(run.ok(&["verify"]).contains("whole"));
}

#[test]
fn the_demo_plays_reports_and_can_be_run_again() {
    let run = Run::new();
    let told = run.ok(&["demo", "--no-serve", "--cases", "60", "--seed", "3"]);
    assert!(told.contains("demo-report.html"), "{told}");
    let html = fs::read_to_string(run.data().join("demo-report.html")).expect("a report");
    assert!(html.contains("澜川银行") && !html.contains("<script"));
    assert!(run.ok(&["verify"]).contains("whole"));
    assert!(
        run.ok(&["demo", "--no-serve", "--cases", "60", "--seed", "3"])
            .contains("holds cases already")
    );
}

#[test]
fn real_complaints_are_imported_and_played() {
    let Some(file) = shared("complaints/cfpb.csv.gz") else {
        return;
    };
    let mut all = String::new();
    let packed = fs::File::open(file).expect("opens");
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed), &mut all).expect("unpacks");
    // A narrative can hold line breaks: cut where a row of the sample begins.
    let cut = all
        .match_indices("\n")
        .filter(|(at, _)| all[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let end = cut.map(|(at, _)| at).nth(1500).unwrap_or(all.len());
    let run = Run::new();
    let part = run.file("real.csv", &all[..end]);
    let path = part.to_str().expect("a path");
    let out = run.ok(&["import", path, "--map", "cfpb", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(last(&out)).expect("JSON");
    let number = |name: &str| summary[name].as_u64().expect("a number");
    eprintln!("{} real complaints read: {summary}", number("read"));
    assert!(number("read") >= 1400, "{summary}");
    assert_eq!(
        number("imported"),
        number("read") - number("rejected"),
        "{summary}"
    );
    let told = run.ok(&[
        "demo",
        "--no-serve",
        "--cases",
        "40",
        "--real",
        path,
        "--map",
        "cfpb",
    ]);
    assert!(told.contains("demo-report.html"), "{told}");
    assert!(run.ok(&["verify"]).contains("whole"));
}

/// Returns a file of the shared data beside the project; says loudly when it is not there.
fn shared(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {name} is not beside the project; 0 real complaints were tried");
    None
}

#[test]
fn a_map_is_imported_and_asked() {
    let Some(extract) = shared("osm/andorra-2013.osm.pbf") else {
        return;
    };
    let run = Run::new();
    let told = run.ok(&["map", "import", extract.to_str().expect("a path")]);
    assert!(
        told.contains("andorra-2013.roads") && told.contains("segments"),
        "{told}"
    );
    assert!(run.ok(&["map", "info", "andorra-2013"]).contains("profile car"));

    let places = run.file(
        "places.csv",
        "id,lat,lon\nbank,42.5078,1.5211\npass,42.5430,1.7330\n",
    );
    let places = places.to_str().expect("a path");
    let rows = run.ok(&["map", "matrix", "andorra-2013", places]);
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(
        (rows.len(), rows[0], rows[1]),
        (5, "from,to,seconds,metres", "bank,bank,0,0")
    );
    let json = run.ok(&[
        "map",
        "matrix",
        "andorra-2013",
        places,
        "--json",
        "--depart",
        "mon 08:00",
    ]);
    let slow: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let free: u64 = rows[2]
        .split(',')
        .nth(2)
        .and_then(|s| s.parse().ok())
        .expect("seconds");
    assert!(slow["seconds"][0][1].as_u64() > Some(free), "{json}");
    let problem = serde_json::json!({
        "days": [{ "label": "2026-12-01", "index": 1 }],
        "staff": [{ "id": "s", "roles": [], "base": { "geo": { "lat": 42.5078, "lon": 1.5211 } },
                    "shifts": [{ "day": 1, "start": 28_800, "end": 64_800 }] }],
        "visits": [{ "id": "v", "customer": "c", "place": { "geo": { "lat": 42.543, "lon": 1.733 } }, "service": 3600,
                     "needs": [], "windows": [{ "day": 1, "start": 36_000, "end": 60_000 }] }],
        "rules": { "least_crew": 1 }
    });
    let file = run.file("problem.json", &problem.to_string());
    let file = file.to_str().expect("a path");
    let filled = format!("{file}.roads");
    let told = run.ok(&[
        "map",
        "fill",
        "andorra-2013",
        file,
        "--per-leg",
        "60",
        "--out",
        &filled,
    ]);
    assert!(told.contains("ways between 2 place(s)"), "{told}");
    let plan = format!("{file}.plan");
    run.ok(&[
        "plan",
        &filled,
        "--out",
        &plan,
        "--geojson",
        &format!("{file}.geojson"),
    ]);
    run.ok(&["plan-check", &filled, &plan]);
    let plan: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&plan).expect("reads")).expect("JSON");
    let leg = &plan["routes"][0]["stops"][0]["leg"];
    let took = leg["arrive"]
        .as_u64()
        .zip(leg["depart"].as_u64())
        .map(|(a, b)| a - b);
    assert_eq!(took, Some(free + 60), "{plan}");

    let way = run.ok(&[
        "map",
        "route",
        "andorra-2013",
        "42.5078,1.5211",
        "42.5430,1.7330",
        "--geojson",
    ]);
    let way: serde_json::Value = serde_json::from_str(&way).expect("GeoJSON");
    assert_eq!(way["properties"]["seconds"], free);
    assert!(
        way["geometry"]["coordinates"]
            .as_array()
            .is_some_and(|c| c.len() > 100)
    );

    // A server that is not there: the road file answers, and standard error says so.
    let out = run.forecourt(&[
        "map",
        "matrix",
        "andorra-2013",
        places,
        "--osrm",
        "http://127.0.0.1:9",
    ]);
    assert!(out.status.success() && text(&out.stderr).contains("could not answer"));
    let far = run.file("far.csv", "id,lat,lon\nbank,42.5078,1.5211\nsea,41.0,3.0\n");
    let far = far.to_str().expect("a path");
    assert!(
        run.fails(&["map", "matrix", "andorra-2013", far], 2)
            .contains("\"sea\"")
    );
    let bad = run.file("bad.osm.pbf", "no map");
    let told = run.fails(&["map", "import", bad.to_str().expect("a path")], 2);
    assert!(
        told.contains("nothing was written") && told.contains("OpenStreetMap"),
        "{told}"
    );
    assert!(
        run.fails(&["map", "info", bad.to_str().expect("a path")], 2)
            .contains("not a road file")
    );
    assert!(
        run.fails(&["map", "route", "andorra-2013", "here", "1,2"], 2)
            .contains("LATITUDE")
    );
}

#[test]
fn config_check_lists_every_mistake() {
    let run = Run::new();
    assert!(run.ok(&["config", "check"]).contains("no mistakes"));
    let bad = run.file(
        "bad.toml",
        "[store]\ndatabase = \"mysql://x\"\n[rules]\npack = \"mars\"\n",
    );
    let told = run.fails(&["config", "check", "--config", bad.to_str().expect("a path")], 1);
    assert!(
        told.contains("postgres://") && told.contains("mars") && told.contains("2 mistake(s)"),
        "{told}"
    );
    let unknown = run.file("unknown.toml", "[store]\nspeed = 9\n");
    let told = run.fails(
        &["config", "check", "--config", unknown.to_str().expect("a path")],
        1,
    );
    assert!(told.contains("speed") && told.contains("unknown.toml"), "{told}");
    let small = run.file(
        "small.toml",
        "[server]\nfile_mib = 0\ncase_files = 20000\ncase_files_mib = 5\n",
    );
    let told = run.fails(
        &["config", "check", "--config", small.to_str().expect("a path")],
        1,
    );
    for mistake in ["server.file_mib: 0", "server.case_files: 20000"] {
        assert!(told.contains(mistake), "{told}");
    }
    let less = run.file("less.toml", "[server]\ncase_files_mib = 5\n");
    let told = run.fails(
        &["config", "check", "--config", less.to_str().expect("a path")],
        1,
    );
    assert!(told.contains("5 MiB for a whole case is less than"), "{told}");
}

#[test]
fn every_command_shows_an_example() {
    let run = Run::new();
    for command in [
        "init", "demo", "serve", "user", "import", "verify", "backup", "restore", "explain", "cases",
        "similar", "sweep", "erase", "ballast", "config", "map",
    ] {
        let help = run.ok(&[command, "--help"]);
        assert!(help.contains("Example"), "{command}:\n{help}");
    }
    let help = run.ok(&["--help"]);
    assert!(help.contains("Exit codes"), "{help}");
}

#[test]
fn erasing_needs_to_be_meant_and_a_closed_case() {
    let run = Run::new();
    run.import();
    let case = case_numbers(&run.ok(&["cases", "--search", "年费"])).remove(0);
    assert!(run.fails(&["erase", "--case", &case], 2).contains("--yes"));
    assert!(
        run.fails(&["erase", "--case", &case, "--yes"], 2)
            .contains("open cases")
    );
}

/// Sends one request and returns the answer, head and body.
fn http(address: &str, request: &str) -> String {
    use std::io::Read as _;
    let mut stream = std::net::TcpStream::connect(address).expect("connects");
    stream.write_all(request.as_bytes()).expect("writes");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("reads");
    text(&answer)
}

fn get(address: &str, path: &str) -> String {
    http(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    )
}

#[test]
fn serve_answers_and_stops_in_order() {
    serves_and_stops(&Run::new());
}

#[test]
fn serve_on_postgresql_stops_in_order_too() {
    let server = testkit::Postgres::start();
    let run = Run {
        database: Some(server.fresh_database()),
        ..Run::new()
    };
    serves_and_stops(&run);
}

fn serves_and_stops(run: &Run) {
    use std::io::BufRead as _;
    run.ok(&["init"]);
    let mut add = run
        .command(&[
            "user",
            "add",
            "Anna",
            "--name",
            "A. Nobody",
            "--role",
            "handler",
            "--branch",
            "B1",
        ])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("runs");
    let mut stdin = add.stdin.take().expect("is piped");
    stdin.write_all(b"correct horse battery\n").expect("writes");
    drop(stdin);
    assert!(add.wait().expect("ends").success());
    assert!(run.ok(&["user", "list"]).contains("anna"));
    let mut server = run
        .command(&["serve", "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("runs");
    let mut lines = std::io::BufReader::new(server.stdout.take().expect("is piped")).lines();
    let hello = lines.next().expect("says where").expect("reads");
    let address = hello
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .expect("names its address")
        .to_owned();
    assert!(get(&address, "/health").ends_with("ok\n"));
    assert!(get(&address, "/ready").ends_with("ready\n"));
    assert!(get(&address, "/").contains("location: /sign-in?next=%2F"));
    let body = "id=anna&password=correct+horse+battery&next=%2Fcases";
    let entered = http(
        &address,
        &format!(
            "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    assert!(entered.contains("location: /cases"), "{entered}");
    assert!(
        entered.contains("set-cookie: __Host-forecourt=") && entered.contains("HttpOnly; SameSite=Lax"),
        "{entered}"
    );
    assert!(get(&address, "/metrics").contains("forecourt_http_requests_total"));
    let stopped = Command::new("kill")
        .args(["-TERM", &server.id().to_string()])
        .status()
        .expect("runs");
    assert!(stopped.success());
    let out = server.wait_with_output().expect("ends");
    assert!(out.status.success(), "{}", text(&out.stderr));
    let log = text(&out.stderr);
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|l| serde_json::from_str(l).expect("every log line is JSON"))
        .collect();
    assert!(
        lines
            .iter()
            .any(|l| l["route"] == "/sign-in" && l["status"] == 303)
    );
    assert!(!log.contains("battery") && !log.contains("anna"), "{log}");
    assert!(run.ok(&["verify"]).contains("whole"));
}
