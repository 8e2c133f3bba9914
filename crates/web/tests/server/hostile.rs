//! Twenty thousand requests that no proper client sends, from a seeded generator.
//!
//! Whatever comes, the server answers within five seconds, with no failure of its own (5xx), and goes on
//! serving. Requests begin as good ones, of every route, and are then spoilt in one or several places, so
//! that they get past the first check more often than noise would.

use crate::{
    house::{House, Session},
    http::{Http, Trouble},
};
use app::{NewUser, Viewer, demo::DemoOptions, planning::Inputs};
use domain::{Actor, BranchId, Role, StaffId, case::Action};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use store::CaseQuery;

const REQUESTS: usize = 20_000;
const CLIENTS: u64 = 8;

/// Pseudo-random numbers (splitmix64): the same seed asks the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("less than a usize")
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Values that break programs.
fn evil(d: &mut Dice) -> Vec<u8> {
    const TEXTS: &[&str] = &[
        "",
        " ",
        "\0",
        "a\0b",
        "\u{feff}",
        "\u{202e}abc",
        "\u{10ffff}",
        "🏦🏦",
        "-1",
        "0",
        "1",
        "65536",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "-9223372036854775808",
        "1e999",
        "NaN",
        "99999999999999999999999999.99",
        "92233720368547758.07",
        "0.001",
        "../../../../etc/passwd",
        "..%2f..%2f",
        "%",
        "%zz",
        "%00",
        "%c0%af",
        "%252e%252e",
        "' OR 1=1 --",
        "\" OR \"\"=\"",
        "* NEAR(",
        "\"unclosed",
        "a AND OR NOT",
        "^col:*",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "\r\nSet-Cookie: x=1",
        "=cmd|' /C calc'!A0",
        "-9999-01-01T00:00",
        "9999-12-31T23:59:59.999999",
        "9999-12-31T23:59:59Z",
        "0000-00-00",
        "2026-02-30",
        "2026-11-23T25:61",
        "-009999-04-03",
        "9999-12-31",
        "2026-03-09T10:00",
        "FC-0000-0000-0000-0",
        "FC-ZZZZ-ZZZZ-ZZZZ-Z",
        "fc0000000000000",
        "ffffffffffffffffffffffffffffffff",
        "9223372036854775807.ffffffffffffffff",
        "-9223372036854775808.0",
        "1.",
        ".",
        "me",
        "system",
        "null",
        "true",
        "yes",
        "no",
        "on",
        "投诉",
        "退还年费",
    ];
    match d.below(12) {
        0 => vec![0xc0, 0xaf],
        1 => vec![0xff, 0xfe, 0x00],
        2 => {
            let n = 1 << d.below(14);
            vec![b'x'; n]
        }
        3 => "年费".repeat(1 << d.below(11)).into_bytes(),
        4 => {
            let words: Vec<String> = (0..1 << d.below(11)).map(|n| format!("w{n}")).collect();
            words.join(" ").into_bytes()
        }
        5 => (0..d.below(40)).map(|_| d.next().to_le_bytes()[0]).collect(),
        _ => d.of(TEXTS).as_bytes().to_vec(),
    }
}

/// Percent-encodes all but plain letters; now and then leaves something as it is, or wrong.
fn encode(d: &mut Dice, bytes: &[u8]) -> String {
    let sloppy = d.once_in(6);
    let mut out = String::new();
    for b in bytes {
        let harmless = b.is_ascii_graphic() && !matches!(b, b'#' | b'?' | b'%' | b'&' | b'/');
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.') || (sloppy && harmless) {
            out.push(char::from(*b));
        } else if sloppy && d.once_in(9) {
            out.push_str("%u");
        } else {
            out.push_str(&format!("%{b:02x}"));
        }
    }
    out
}

/// The fields of an action, each with its options.
type Asked = Vec<(String, Vec<String>)>;

/// What the generator knows of the house.
struct World {
    routes: Vec<web::Route>,
    cases: Vec<String>,
    staff: Vec<(StaffId, Role)>,
    tokens: Vec<String>,
    /// Plans and searches, as addresses name them.
    plans: Vec<String>,
    fields: Vec<(String, Asked)>,
}

impl World {
    fn of(house: &House) -> World {
        // A sample bank whose cases stand in all states: what is refused at once breaks nothing.
        let options = DemoOptions { seed: 7, cases: 80 };
        let (bank, _) = house.office.play_sample(options, &mut |_, _| {}).expect("plays");
        let staff = bank.staff.iter().map(|s| NewUser {
            id: s.id.0.clone(),
            name: s.name.clone(),
            roles: vec![s.role],
            branch: s.branch.0.clone(),
            password: None,
        });
        let by = Actor::new("setup", Role::System);
        house.directory.add_all(staff.collect(), &by).expect("adds");
        let query = CaseQuery {
            limit: 1000,
            ..CaseQuery::default()
        };
        let rows = house.office.store().cases(&query).expect("reads").rows;
        let mut cases: Vec<(String, String)> = rows
            .iter()
            .map(|r| (r.case.to_string(), r.branch.clone()))
            .collect();
        let states: BTreeSet<&str> = rows.iter().map(|r| r.state.as_str()).collect();
        assert!(states.len() >= 8, "{states:?}");
        // Those who can act reach their branch only: take the staff of the branch with most cases.
        let most = rows
            .iter()
            .map(|r| r.branch.clone())
            .max_by_key(|b| rows.iter().filter(|r| r.branch == *b).count())
            .expect("a branch");
        let staff: Vec<(StaffId, Role)> = bank
            .staff
            .iter()
            .filter(|s| s.branch.0 == most)
            .map(|s| (s.id.clone(), s.role))
            .collect();
        assert!(staff.iter().any(|(_, r)| *r == Role::Supervisor), "{staff:?}");
        let plans = plans(house, &bank, &most);
        cases.sort_by_key(|(_, branch)| *branch != most);
        let near = cases.iter().filter(|(_, branch)| *branch == most).count();
        // A few of other branches, which most of these people must not find.
        let cases = cases.into_iter().take(near + 8).map(|(case, _)| case).collect();
        // The fields of every action, as the API describes them.
        let api = house.http().send("GET", "/api/v1/openapi.json", &[], b"").json();
        let schemas = api["components"]["schemas"].as_object().expect("schemas");
        let mut fields = Vec::new();
        for action in Action::ALL {
            let Some(schema) = schemas.get(&format!("Command.{}", action.code())) else {
                continue;
            };
            let properties = schema["properties"]["fields"]["properties"].as_object();
            let known = properties.into_iter().flatten().map(|(name, f)| {
                let values = f["enum"].as_array().or_else(|| f["examples"].as_array());
                let values = values
                    .into_iter()
                    .flatten()
                    .filter_map(|v| v.as_str().map(str::to_owned))
                    .collect();
                (name.clone(), values)
            });
            fields.push((action.code().to_owned(), known.collect()));
        }
        World {
            routes: web::route_list(),
            cases,
            tokens: staff
                .iter()
                .map(|(id, role)| {
                    house
                        .directory
                        .add_token(id, *role, "test", 9, &by)
                        .expect("makes a token")
                })
                .collect(),
            staff,
            plans,
            fields,
        }
    }
}

/// A plan of the branch and the search that led to it.
fn plans(house: &House, bank: &sample::Bank, branch: &str) -> Vec<String> {
    let by = Actor::new("setup", Role::System);
    house
        .office
        .play_second_wave(bank, 12)
        .expect("the second wave is played");
    let roster = app::demo::roster(bank);
    house.office.set_roster(&roster, &by).expect("is kept");
    let viewer = Viewer {
        actor: by,
        branch: BranchId::from(branch),
    };
    let days = house.office.working_days(house.office.today(), 8);
    let branches = vec![BranchId::from(branch)];
    let waiting = house
        .office
        .plan_candidates(&viewer, &branches, &days)
        .expect("reads");
    let inputs = Inputs {
        days,
        branches,
        cases: waiting.iter().map(|c| c.row.case).collect(),
        staff: roster.iter().map(|e| e.staff.clone()).collect(),
        minutes: 60,
        overtime: Vec::new(),
        crew_day: app::planning::CrewDay::default(),
        seconds: 2,
        seed: 1,
    };
    let role = |id: &StaffId| {
        let found = bank.staff.iter().find(|s| s.id == *id);
        found.map(|s| s.role).into_iter().collect()
    };
    let (run, plan) = house.searched(&viewer, inputs, &role);
    vec![plan.to_string(), run.to_string()]
}

/// One request in the making.
struct Request<'a> {
    d: &'a mut Dice,
    world: &'a World,
    sessions: &'a [Session],
}

impl Request<'_> {
    fn value(&mut self, good: &[String]) -> Vec<u8> {
        if !good.is_empty() && !self.d.once_in(6) {
            return good[self.d.below(good.len())].clone().into_bytes();
        }
        if self.d.once_in(5) {
            let staff = &self.world.staff;
            return staff[self.d.below(staff.len())].0.0.clone().into_bytes();
        }
        if self.d.once_in(4) {
            return (self.d.below(4)).to_string().into_bytes();
        }
        evil(self.d)
    }

    fn case(&mut self) -> Vec<u8> {
        let mut id = self.world.cases[self.d.below(self.world.cases.len())]
            .clone()
            .into_bytes();
        match self.d.below(24) {
            0 => evil(self.d),
            1 => {
                let at = self.d.below(id.len());
                id[at] = self.d.next().to_le_bytes()[0];
                id
            }
            _ => id,
        }
    }

    /// Fills a pattern.
    fn path(&mut self, pattern: &str, action: &str) -> String {
        let mut out = String::new();
        for part in pattern.split('/').skip(1) {
            out.push('/');
            let bytes = match part {
                "{id}" if pattern.starts_with("/plan/") && !self.d.once_in(12) => {
                    let plans = &self.world.plans;
                    plans[self.d.below(plans.len())].clone().into_bytes()
                }
                "{visit}" => self.case(),
                "{what}" if pattern.starts_with("/plan/") && !self.d.once_in(12) => {
                    const DEEDS: [&str; 10] = [
                        "try", "keep", "out", "lock", "unlock", "undo", "replan", "remedy", "publish",
                        "remove",
                    ];
                    // One in many removes the plan: the others then ask for what is gone.
                    let n = if self.d.once_in(60) { 10 } else { 9 };
                    DEEDS[self.d.below(n)].as_bytes().to_vec()
                }
                "{name}" if !self.d.once_in(4) => b"visits.ics".to_vec(),
                "{id}" => self.case(),
                "{action}" if !self.d.once_in(25) => action.as_bytes().to_vec(),
                "{*key}" if !self.d.once_in(4) => b"new".to_vec(),
                p if p.starts_with('{') => evil(self.d),
                p => {
                    out.push_str(p);
                    continue;
                }
            };
            out.push_str(&encode(self.d, &bytes));
        }
        if self.d.once_in(50) {
            out.push_str(&encode(self.d, b"/../..//%2e"));
        }
        if self.d.once_in(3) {
            const NAMES: &[&str] = &[
                "q", "state", "line", "branch", "handler", "open", "due", "sort", "after", "cursor", "limit",
                "personal", "next", "done", "reason", "x", "day", "from", "count", "plan", "with", "staff",
                "by",
            ];
            out.push('?');
            for _ in 0..=self.d.below(4) {
                let name = *self.d.of(&NAMES.iter().collect::<Vec<_>>());
                let value = evil(self.d);
                out.push_str(&format!("{name}={}&", encode(self.d, &value)));
            }
        }
        out.truncate(30_000);
        out
    }

    /// Fields of an action or of the complaint's form, spoilt here and there.
    fn fields(&mut self, action: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
        const INTAKE: &[&str] = &[
            "channel",
            "line",
            "product",
            "title",
            "narrative",
            "cause",
            "asks",
            "name",
            "phone",
            "email",
            "id_number",
            "account",
            "address",
            "language",
            "branch",
            "amount",
            "received",
            "received_at",
            "id",
            "password",
            "role",
            "to",
            "case",
            "back",
            "address",
            "format",
            "remove",
            "visit",
            "day",
            "time",
            "seat.0",
            "seat.1",
            "from_staff",
            "to_staff",
            "seq",
            "do",
            "from",
            "count",
            "seconds",
            "minutes",
            "staff",
            "base",
            "from.1",
            "to.1",
            "absences",
            "most_visits",
        ];
        let known = self
            .world
            .fields
            .iter()
            .find(|(a, _)| a == action)
            .map(|(_, f)| f.clone());
        let mut fields = Vec::new();
        for (name, good) in known.unwrap_or_default() {
            if !self.d.once_in(8) {
                let value = self.value(&good);
                fields.push((name.into_bytes(), value));
            }
        }
        let more = if fields.is_empty() || self.d.once_in(8) {
            self.d.below(20)
        } else {
            0
        };
        for _ in 0..more {
            let name = *self.d.of(&INTAKE.iter().collect::<Vec<_>>());
            let value = self.value(&[]);
            fields.push((name.as_bytes().to_vec(), value));
        }
        if self.d.once_in(10) {
            fields.push((evil(self.d), evil(self.d)));
        }
        for name in ["event", "facts_seq", "negotiation_seq"] {
            if self.d.once_in(4) {
                fields.push((name.as_bytes().to_vec(), evil(self.d)));
            }
        }
        fields
    }

    fn json(&mut self, action: &str) -> Vec<u8> {
        match self.d.below(64) {
            0 => return evil(self.d),
            1 => return "[".repeat(1 << self.d.below(16)).into_bytes(),
            2 => return "{\"a\":".repeat(1 << self.d.below(14)).into_bytes(),
            3 => return b"{\"event_id\":1e400,\"seen\":{\"facts\":-1}}".to_vec(),
            _ => {}
        }
        let mut object = serde_json::Map::new();
        for (name, value) in self.fields(action) {
            let value = String::from_utf8_lossy(&value).into_owned();
            object.insert(String::from_utf8_lossy(&name).into_owned(), value.into());
        }
        let event = format!("{:016x}{:016x}", self.d.next(), self.d.next());
        let mut body = if self.d.once_in(2) {
            object.retain(|name, _| !name.contains("seq") && name != "event");
            serde_json::json!({"event_id": event, "action": action, "fields": object})
        } else {
            object.insert("event_id".into(), event.into());
            object.into()
        };
        if self.d.once_in(4) {
            let shift = self.d.below(64);
            let n = self.d.next() >> shift;
            body["seen"] = serde_json::json!({"facts": n, "negotiation": self.d.below(3)});
        }
        let mut bytes = body.to_string().into_bytes();
        if self.d.once_in(25) && !bytes.is_empty() {
            let at = self.d.below(bytes.len());
            bytes[at] = self.d.next().to_le_bytes()[0];
        }
        bytes
    }

    /// The content of a file: one of the kinds that are taken, or of those that are not, spoilt or not.
    fn content(&mut self) -> Vec<u8> {
        const HEADS: &[&[u8]] = &[
            b"%PDF-1.7\n%%EOF",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x02",
            b"\xff\xd8\xff\xe0\xff\xff",
            b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x10\x03",
            b"GIF89a\x01\0\x01\0",
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"\0\0\0\x18ftypheic\0\0\0\0ispe",
            b"PK\x03\x04",
            b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0",
            b"From: a\r\nDate: b\r\n\r\n",
            b"MZ",
            b"<svg onload=alert(1)>",
            b"plain text",
            b"",
        ];
        let mut content = HEADS[self.d.below(HEADS.len())].to_vec();
        for _ in 0..self.d.below(3) {
            content.extend(evil(self.d));
        }
        // A text that is taken is sealed each time: unlike the others, so that it is not refused as known.
        content.extend_from_slice(self.d.next().to_string().as_bytes());
        content
    }

    /// A form with files, whole or spoilt in its frame, its names or its order: media type and bytes.
    fn form_with_files(&mut self, csrf: &str) -> (Vec<u8>, Vec<u8>) {
        let boundary = match self.d.below(12) {
            0 => String::new(),
            1 => "b".repeat(1 << self.d.below(12)),
            2 => "--".to_owned(),
            _ => "b0".to_owned(),
        };
        let mut body = Vec::new();
        let mut part = |head: &[u8], content: &[u8]| {
            body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: ").as_bytes());
            body.extend_from_slice(head);
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        let event = format!("{:016x}{:016x}", self.d.next(), self.d.next());
        if !self.d.once_in(10) {
            part(b"form-data; name=\"csrf\"", csrf.as_bytes());
        }
        part(b"form-data; name=\"event\"", event.as_bytes());
        for _ in 0..self.d.below(5) {
            let name = match self.d.below(4) {
                0 => evil(self.d),
                1 => b"../../x\\y.pdf".to_vec(),
                2 => "账单\u{202e}fdp.exe".as_bytes().to_vec(),
                _ => b"a.txt".to_vec(),
            };
            let mut head = b"form-data; name=\"file\"; filename=\"".to_vec();
            head.extend(name.iter().filter(|b| !matches!(b, b'\r' | b'\n')).take(4000));
            head.push(b'"');
            let content = self.content();
            part(&head, &content);
        }
        if self.d.once_in(8) {
            let (name, content) = (evil(self.d), evil(self.d));
            part(&name, &content);
        }
        if self.d.once_in(30) {
            (0..200).for_each(|_| part(b"form-data; name=\"x\"", b""));
        }
        if !self.d.once_in(8) {
            body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        }
        if self.d.once_in(10) {
            let cut = self.d.below(body.len());
            body.truncate(cut);
        }
        (
            format!("multipart/form-data; boundary={boundary}").into_bytes(),
            body,
        )
    }

    /// The bytes of the request, and whether the answer has no body.
    fn bytes(&mut self) -> (Vec<u8>, bool, String) {
        // Half of all go where orders are read.
        let deep = self.d.once_in(2);
        let routes: Vec<&web::Route> = self
            .world
            .routes
            .iter()
            .filter(|r| !deep || ["/commands", "/do/", "/files"].iter().any(|p| r.path.contains(p)))
            .collect();
        let route = routes[self.d.below(routes.len())];
        let action = &self.world.fields[self.d.below(self.world.fields.len())].0;
        let path = if self.d.once_in(40) {
            let junk = evil(self.d);
            format!("/{}", encode(self.d, &junk))
        } else {
            self.path(&route.path, action)
        };
        let method = if self.d.once_in(30) {
            self.d.of(&[
                "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "FOO", "get",
            ])
        } else {
            route.method
        };
        let mut head = format!("{method} {path} HTTP/1.1\r\n").into_bytes();
        let mut add = |name: &str, value: &[u8]| {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            // A line's end in a value would only end the header here, in our own request.
            head.extend(
                value
                    .iter()
                    .filter(|b| !matches!(b, b'\r' | b'\n' | 0))
                    .take(8000),
            );
            head.extend_from_slice(b"\r\n");
        };
        add("Host", b"localhost");
        let who = self.d.below(self.sessions.len());
        let session = &self.sessions[who];
        match self.d.below(40) {
            0 => add("Cookie", &evil(self.d)),
            1 => {}
            2 => add(
                "Cookie",
                format!("__Host-forecourt={}; x=;;=", "0".repeat(64)).as_bytes(),
            ),
            _ => add("Cookie", session.cookie.as_bytes()),
        }
        match self.d.below(40) {
            0 => add("Authorization", &evil(self.d)),
            1 => add("Authorization", b"Bearer fct_0"),
            _ => add(
                "Authorization",
                format!("Bearer {}", self.world.tokens[who]).as_bytes(),
            ),
        }
        const HEADERS: &[&str] = &[
            "Accept-Language",
            "X-Request-Id",
            "Idempotency-Key",
            "Accept-Encoding",
            "Range",
            "If-None-Match",
            "Origin",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "Content-Encoding",
            "Referer",
        ];
        for name in HEADERS {
            if self.d.once_in(60) {
                let value = evil(self.d);
                add(name, &value);
            }
        }
        let api = path.starts_with("/api/");
        let mut body = Vec::new();
        if !matches!(method, "GET" | "HEAD") || self.d.once_in(30) {
            let files = route.path.ends_with("/files");
            let mut framed = Vec::new();
            if api && !files {
                body = self.json(action);
            } else if api {
                body = self.content();
            } else if files && !self.d.once_in(20) {
                (framed, body) = self.form_with_files(&session.csrf);
            } else {
                let mut fields = self.fields(action);
                if !self.d.once_in(12) {
                    fields.push((b"csrf".to_vec(), session.csrf.clone().into_bytes()));
                }
                for (name, value) in fields {
                    let pair = format!("{}={}&", encode(self.d, &name), encode(self.d, &value));
                    body.extend_from_slice(pair.as_bytes());
                }
            }
            if self.d.once_in(200) {
                body.resize(1 << (16 + self.d.below(6)), b'a');
            }
            let kind = match (self.d.below(40), api) {
                (0, _) => evil(self.d),
                _ if !framed.is_empty() => framed,
                (_, true) => b"application/json".to_vec(),
                (_, false) => b"application/x-www-form-urlencoded".to_vec(),
            };
            add("Content-Type", &kind);
        }
        add("Content-Length", body.len().to_string().as_bytes());
        head.extend_from_slice(b"\r\n");
        head.extend_from_slice(&body);
        (head, method == "HEAD", format!("{method} {}", route.path))
    }
}

#[derive(Default)]
struct Tally {
    statuses: BTreeMap<u16, usize>,
    closed: usize,
    slowest: Duration,
    bad: Vec<String>,
}

fn client(house: &House, world: &World, seed: u64, left: &AtomicUsize) -> Tally {
    let mut dice = Dice(seed);
    let mut http = Http::to(house.address);
    let mut tally = Tally::default();
    let sign_in = || -> Vec<Session> {
        let all = world.staff.iter();
        all.map(|(id, role)| house.session_of(id, *role)).collect()
    };
    let mut sessions = sign_in();
    let mut sent = 0;
    while left
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
        .is_ok()
    {
        sent += 1;
        // Requests sign out and switch roles, too.
        if sent % 800 == 0 {
            sessions = sign_in();
        }
        let mut request = Request {
            d: &mut dice,
            world,
            sessions: &sessions,
        };
        let (bytes, bare, about) = request.bytes();
        let begun = Instant::now();
        let told = |what: &str| {
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(3000).collect();
            format!("{what}: {about}\n{shown}")
        };
        match http.raw(&bytes, bare) {
            Ok(answer) => {
                *tally.statuses.entry(answer.status).or_default() += 1;
                if answer.status >= 500 {
                    tally
                        .bad
                        .push(told(&format!("{} {}", answer.status, answer.text())));
                }
            }
            // Bytes that are no HTTP at all, or a body that nobody wants to read to its end.
            Err(Trouble::Closed) => tally.closed += 1,
            Err(Trouble::Hang) => tally.bad.push(told("no answer in time")),
        }
        tally.slowest = tally.slowest.max(begun.elapsed());
    }
    tally
}

#[test]
fn twenty_thousand_hostile_requests_meet_no_failure() {
    let house = House::open();
    let world = World::of(&house);
    let left = AtomicUsize::new(REQUESTS);
    let begun = Instant::now();
    let tallies: Vec<Tally> = std::thread::scope(|s| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (house, world, left) = (&house, &world, &left);
                s.spawn(move || client(house, world, 0xf0ec_0000 + n, left))
            })
            .collect();
        clients
            .into_iter()
            .map(|c| c.join().expect("a client must not panic"))
            .collect()
    });
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let (mut closed, mut slowest, mut bad) = (0, Duration::ZERO, Vec::new());
    for t in tallies {
        for (status, n) in t.statuses {
            *statuses.entry(status).or_default() += n;
        }
        closed += t.closed;
        slowest = slowest.max(t.slowest);
        bad.extend(t.bad);
    }
    let answered: usize = statuses.values().sum();
    println!(
        "{REQUESTS} requests in {:.1} s: statuses {statuses:?}, closed without answer {closed}, slowest {slowest:?}",
        begun.elapsed().as_secs_f64()
    );
    assert!(
        bad.is_empty(),
        "{} failures; the first:\n{}",
        bad.len(),
        bad[..bad.len().min(5)].join("\n\n")
    );
    assert_eq!(answered + closed, REQUESTS);
    assert!(
        closed < REQUESTS / 50,
        "{closed} connections were closed without an answer"
    );
    for status in [200, 204, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422] {
        assert!(
            statuses.contains_key(&status),
            "no request got as far as {status}: {statuses:?}"
        );
    }
    // It still serves, and what it stored is whole.
    let session = house.session(Role::Supervisor);
    assert_eq!(house.get("/cases", Some(&session)).status, 200);
    let verdict = house.office.store().verify(|_| {}).expect("verifies");
    assert!(verdict.whole(), "{verdict:?}");
}

#[test]
fn searches_of_any_length_are_answered() {
    let house = House::open();
    house.case(1, crate::house::HERE, None);
    let session = house.session(Role::Supervisor);
    let token = house.token(Role::Supervisor);
    let words = |n: usize| -> String { (0..n).map(|n| format!("w{n}+")).collect() };
    let signs: String = (0..3000u32)
        .filter_map(|n| char::from_u32(0x4e00 + n * 5))
        .flat_map(|c| {
            form_urlencoded::byte_serialize(c.to_string().as_bytes())
                .collect::<String>()
                .chars()
                .collect::<Vec<_>>()
        })
        .collect();
    for q in [
        words(100),
        words(1000),
        words(5000),
        signs,
        "a".repeat(40_000),
        "%22".repeat(5000),
    ] {
        let begun = Instant::now();
        let desk = house.get(&format!("/cases?q={q}"), Some(&session));
        let api = house.call("GET", &format!("/cases?q={q}"), &token, None);
        let shown: String = q.chars().take(20).collect();
        assert!(
            desk.status == 200 || desk.status == 400,
            "{shown}: {}",
            desk.status
        );
        assert!(api.status == 200 || api.status == 400, "{shown}: {}", api.status);
        assert!(
            begun.elapsed() < crate::http::PATIENCE,
            "{shown}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn drafts_do_not_fill_the_disk() {
    let house = House::open();
    let session = house.session(Role::Handler);
    let case = house.case(1, crate::house::HERE, None);
    let other = house.case(2, crate::house::THERE, None);
    let put = |key: &str| {
        let headers = [
            ("Cookie", session.cookie.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let body = crate::http::form(&[("csrf", &session.csrf), ("note", "x")]);
        house
            .http()
            .send("PUT", &format!("/drafts/{key}"), &headers, &body)
            .status
    };
    assert_eq!(put("new"), 204);
    assert_eq!(put(&format!("case/{case}/acknowledge")), 204);
    for key in [
        "anything".to_owned(),
        "new/x".to_owned(),
        format!("case/{case}/fly"),
        format!("case/{case}"),
        format!("case/{}/acknowledge", case.to_string().to_lowercase()),
        format!("case/{other}/acknowledge"),
        "case/FC-0000-0000-0000-0/acknowledge".to_owned(),
        "%00".to_owned(),
    ] {
        assert_eq!(put(&key), 404, "{key}");
    }
}
