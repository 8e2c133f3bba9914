//! The API: a case from receipt to closing, repeated and stale orders, pages, what is refused.

use crate::house::{HERE, House, MINUTE, THERE, user};
use domain::{CaseId, Role};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY: i64 = 24 * 60 * MINUTE;

fn complaint() -> Value {
    json!({
        "channel": "branch", "line": "card", "product": "信用卡", "title": "年费争议", "cause": "C.price",
        "narrative": "办卡时说免年费，账单却扣了年费，要求退还。", "asks": "退还年费", "amount": "120.00",
        "name": "赵某某", "phone": "10000001234", "email": "zhao@example.org", "address": "听澜路1号",
    })
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

fn key(n: u128) -> String {
    format!("{n:032x}")
}

/// A case driven by orders, each with an id of its own.
struct Life<'a> {
    house: &'a House,
    case: String,
    orders: u128,
}

impl Life<'_> {
    fn order(&mut self, action: &str, fields: &Value) -> Value {
        self.orders += 1;
        json!({"event_id": key(0xabc_0000 + self.orders), "action": action, "fields": fields})
    }

    fn path(&self) -> String {
        format!("/cases/{}/commands", self.case)
    }

    fn view(&self, role: Role) -> Value {
        let token = self.house.token(role);
        let answer = self
            .house
            .call("GET", &format!("/cases/{}", self.case), &token, None);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Gives an order that must be carried out, and returns the state after it.
    fn give(&mut self, role: Role, action: &str, fields: &Value) -> String {
        let view = self.view(role);
        let listed = view["actions"].as_array().expect("actions");
        let listed = listed.iter().find(|a| a["action"] == action).expect("listed");
        assert_eq!(listed["possible"], true, "{action}: {listed}");
        let known: Vec<&str> = listed["fields"]
            .as_array()
            .expect("fields")
            .iter()
            .filter_map(|f| f["name"].as_str())
            .collect();
        for name in fields.as_object().expect("fields").keys() {
            assert!(known.contains(&name.as_str()), "{action} lists no field {name}");
        }
        self.house.wait(MINUTE);
        let order = self.order(action, fields);
        let order = with(order, "seen", view["versions"].clone());
        let token = self.house.token(role);
        let answer = self.house.call("POST", &self.path(), &token, Some(&order));
        assert_eq!(answer.status, 200, "{action}: {}", answer.text());
        let told = answer.json();
        assert_eq!(told["already"], false, "{action}");
        assert!(!told["events"].as_array().expect("events").is_empty());
        let again = self.house.call("POST", &self.path(), &token, Some(&order)).json();
        assert_eq!(again["already"], true, "{action}");
        assert_eq!(again["versions"], told["versions"], "{action}");
        assert_eq!(self.view(role)["versions"], told["versions"], "{action}");
        told["state"].as_str().expect("a state").to_owned()
    }
}

/// A moment as fields take it, so many days from now at an hour of the zone.
fn at(house: &House, days: i64, hour: i64) -> String {
    let t = jiff::Timestamp::from_microsecond(house.now().0 + days * DAY).expect("in range");
    let day = t.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))).date();
    format!("{day}T{hour:02}:00")
}

#[test]
fn a_case_goes_from_receipt_to_closing_over_the_api_alone() {
    use Role::{Handler as H, RelationshipManager as M, Supervisor as S};
    let house = House::open();
    let token = house.token(H);
    // The lot may hold a case out from visits: try until one is proposed.
    let taken = (1..20)
        .map(|n| {
            let body = with(complaint(), "event_id", key(n));
            let answer = house.call("POST", "/cases", &token, Some(&body));
            assert_eq!(answer.status, 201, "{}", answer.text());
            let told = answer.json();
            assert_eq!(
                answer.header("location"),
                format!("/api/v1/cases/{}", told["id"].as_str().expect("an id"))
            );
            assert_eq!(told["state"], "received");
            assert_eq!(told["receipt"]["received_at"], "2026-03-02T11:00:00+08:00");
            assert!(
                told["due"]["at"]
                    .as_str()
                    .expect("a date")
                    .starts_with("2026-03-"),
                "{told}"
            );
            told["id"].as_str().expect("an id").to_owned()
        })
        .find(|id| {
            let case: CaseId = id.parse().expect("a case number");
            let d = house
                .office
                .open_case(case, &domain::Actor::new("test", Role::System), "test");
            let d = d.expect("reads");
            let p = house.office.screening_of(case, &d.case, &d.entries, house.now());
            !p.expect("screens").as_proposed().held_out
        })
        .expect("one is not held out");
    let mut life = Life {
        house: &house,
        case: taken,
        orders: 0,
    };
    life.give(S, "assign", &json!({"handler": user(H, HERE).0}));
    life.give(H, "acknowledge", &json!({"channel": "sms"}));
    life.give(H, "start_review", &json!({}));
    life.give(H, "assess", &json!({"allegation": "1", "truth": "unproven", "reasonableness": "reasonable", "reasons": "账单显示已扣年费"}));
    assert_eq!(life.give(H, "accept", &json!({})), "accepted");
    let proposal = life.view(S)["actions"]
        .as_array()
        .and_then(|a| a.iter().find(|a| a["action"] == "decide_screening").cloned())
        .expect("listed")["proposal"]
        .clone();
    assert!(proposal["points"].is_i64(), "{proposal}");
    life.give(
        S,
        "decide_screening",
        &json!({"selected": "yes", "departure": "客户希望当面说明"}),
    );
    life.give(M, "offer_visit", &json!({"channel": "phone"}));
    let consent = json!({
        "scope": "visiting", "channel": "phone", "place_kind": "home", "address": "听澜路1号",
        "window.0.from": at(&house, 7, 9), "window.0.to": at(&house, 7, 17),
    });
    assert_eq!(life.give(M, "give_consent", &consent), "consented");
    let view = life.view(M);
    assert_eq!(view["consents"][0]["status"], "given");
    assert_eq!(
        view["consents"][0]["place"]["address"],
        Value::Null,
        "addresses are personal"
    );
    let visit = json!({
        "from": at(&house, 7, 10), "to": at(&house, 7, 11),
        "crew.0": user(M, HERE).0, "crew.1": user(Role::LegalCounsel, HERE).0,
    });
    life.give(M, "schedule_visit", &visit);
    life.give(M, "send_notice", &json!({"channel": "letter"}));
    assert_eq!(life.view(M)["appointment"]["crew"][1]["role"], "legal_counsel");
    let (started, ended) = (at(&house, 7, 10), at(&house, 7, 11));
    house.wait(8 * DAY);
    let report = json!({
        "outcome": "held", "started": started, "ended": ended, "own_words": "我只想把年费退回来。",
        "record_confirmed": "true",
    });
    assert_eq!(life.give(M, "report_visit", &report), "visited");
    life.give(H, "record_finding", &json!({"allegation": "1", "truth": "true", "reasonableness": "reasonable", "basis": "录音中承诺免年费", "evidence": "录音-1"}));
    let remedy = json!({"item.0.kind": "refund", "item.0.detail": "退还年费", "item.0.amount": "120.00", "item.0.due": at(&house, 7, 0)[..10]});
    life.give(H, "propose_remedy", &remedy);
    life.give(S, "vote_on_remedy", &json!({"proposal": "1", "approve": "yes"}));
    life.give(H, "make_offer", &json!({"proposal": "1"}));
    assert_eq!(
        life.give(
            H,
            "sign_agreement",
            &json!({"signature": "on_paper", "document": "和解协议全文"})
        ),
        "agreed"
    );
    life.give(H, "complete_task", &json!({"task": "1", "proof": "回单-1"}));
    assert_eq!(life.give(S, "verify_task", &json!({"task": "1"})), "executed");
    assert_eq!(life.give(H, "close", &json!({"reason": "settled"})), "closed");
    let view = life.view(S);
    assert_eq!(
        view["state"],
        json!({"code": "closed", "name": "closed", "open": false})
    );
    let clocks = view["clocks"].as_array().expect("clocks");
    assert!(!clocks.is_empty());
    for clock in clocks {
        let steps = clock["derivation"].as_array().expect("steps");
        assert!(
            steps
                .iter()
                .all(|s| s["text"].as_str().is_some_and(|t| !t.is_empty()))
        );
        let cited = steps.iter().filter(|s| !s["rule"].is_null());
        for step in cited {
            assert!(
                !step["source"].is_null() && !step["confidence"].is_null(),
                "{step}"
            );
        }
    }
}

#[test]
fn personal_data_is_masked_unless_asked_for_and_then_recorded_as_such() {
    let house = House::open();
    let case = house.case(7, HERE, None);
    let token = house.token(Role::Supervisor);
    let masked = house.call("GET", &format!("/cases/{case}"), &token, None);
    for word in ["赵某某", "10000000007", "zhao7@", "听澜路", "办卡时说"] {
        assert!(!masked.text().contains(word), "{word}");
    }
    assert_eq!(masked.json()["complainant"]["name"], "赵**");
    let full = house
        .call("GET", &format!("/cases/{case}?personal=true"), &token, None)
        .json();
    assert_eq!(full["complainant"]["name"], "赵某某");
    assert_eq!(full["complainant"]["address"], "听澜路1号");
    assert!(
        full["narrative"]
            .as_str()
            .expect("a text")
            .starts_with("办卡时说")
    );
    let customer = house
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("there")
        .customer;
    let read: Vec<String> = house
        .office
        .store()
        .accesses(customer)
        .expect("reads")
        .into_iter()
        .map(|a| format!("{} {}", a.actor, a.what))
        .collect();
    let me = format!("supervisor:{}", user(Role::Supervisor, HERE));
    assert!(read.contains(&format!("{me} case by API")), "{read:?}");
    assert!(
        read.contains(&format!("{me} case by API with personal data")),
        "{read:?}"
    );
    let other = house.token_in(Role::Supervisor, THERE);
    let path = format!("/cases/{case}?personal=true");
    assert_eq!(house.call("GET", &path, &other, None).status, 404);
    assert_eq!(
        house.office.store().accesses(customer).expect("reads").len(),
        read.len()
    );
}

#[test]
fn the_same_complaint_and_the_same_order_count_once() {
    let house = House::open();
    let token = house.token(Role::Handler);
    let post = |key: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Idempotency-Key", key),
        ];
        let body = complaint().to_string();
        house
            .http()
            .send("POST", "/api/v1/cases", &headers, body.as_bytes())
    };
    let answers: Vec<(u16, Value)> = std::thread::scope(|s| {
        let sent: Vec<_> = (0..20)
            .map(|_| {
                s.spawn(|| {
                    // The clock goes on between them, as it does in life.
                    house.wait(1);
                    let a = post(&key(5));
                    (a.status, a.json())
                })
            })
            .collect();
        sent.into_iter().map(|t| t.join().expect("runs")).collect()
    });
    let made = answers.iter().filter(|(s, _)| *s == 201).count();
    let known = answers.iter().filter(|(s, _)| *s == 200).count();
    assert_eq!((made, known), (1, 19), "{answers:?}");
    let ids: BTreeSet<String> = answers.iter().map(|(_, b)| b["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let case: CaseId = answers[0].1["id"]
        .as_str()
        .and_then(|i| i.parse().ok())
        .expect("an id");
    assert_eq!(house.office.store().read_case(case).expect("reads").len(), 1);
    assert_eq!(
        post(&format!("\"{}\"", key(5))).status,
        200,
        "the key may be quoted"
    );

    let path = format!("/cases/{case}/commands");
    let order = json!({"event_id": key(99), "action": "acknowledge", "fields": {"channel": "sms"}});
    let answers: Vec<Value> = std::thread::scope(|s| {
        let sent: Vec<_> = (0..20)
            .map(|_| {
                s.spawn(|| {
                    house.wait(1);
                    house.call("POST", &path, &token, Some(&order)).json()
                })
            })
            .collect();
        sent.into_iter().map(|t| t.join().expect("runs")).collect()
    });
    let first = answers.iter().filter(|a| a["already"] == false).count();
    let again = answers.iter().filter(|a| a["already"] == true).count();
    assert_eq!((first, again), (1, 19), "{answers:?}");
    assert_eq!(house.office.store().read_case(case).expect("reads").len(), 2);

    let stranger = house.token_in(Role::Handler, THERE);
    let body = with(complaint(), "event_id", key(5));
    let answer = house.call("POST", "/cases", &stranger, Some(&body));
    assert_eq!(answer.status, 422);
    assert!(
        !answer.text().contains(&case.to_string()),
        "a key tells nothing of another's case"
    );
    let other = house.token(Role::Supervisor);
    let answer = house.call("POST", &path, &other, Some(&order));
    assert_eq!(answer.status, 422, "somebody else's event id: {}", answer.text());
}

#[test]
fn a_stale_order_is_told_what_changed() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let token = house.token(Role::Handler);
    let path = format!("/cases/{case}/commands");
    let seen = house.call("GET", &format!("/cases/{case}"), &token, None).json()["versions"].clone();
    let contact = |n: u128| {
        json!({"event_id": key(n), "action": "record_contact", "seen": seen,
               "fields": {"channel": "phone", "reached": "yes", "note": "客户来电"}})
    };
    assert_eq!(house.call("POST", &path, &token, Some(&contact(101))).status, 200);
    let other = house.token(Role::Supervisor);
    let answer = house.call("POST", &path, &other, Some(&contact(102)));
    assert_eq!(answer.status, 409);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["type"], "/api/v1/problems#conflict");
    assert_eq!(problem["changed"][0]["kind"], "ContactRecorded");
    assert_eq!(problem["changed"][0]["by"], user(Role::Handler, HERE).0);
    let mut unseen = contact(103);
    unseen.as_object_mut().expect("an object").remove("seen");
    assert_eq!(house.call("POST", &path, &other, Some(&unseen)).status, 200);
    let ahead = with(
        contact(104),
        "seen",
        json!({"facts": (1u64 << 53) - 1, "negotiation": 0}),
    );
    assert_eq!(house.call("POST", &path, &other, Some(&ahead)).status, 409);
}

#[test]
fn mistakes_are_named_and_refusals_say_why() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let token = house.token(Role::Handler);
    let fields_of = |method: &str, path: &str, body: &Value| -> Vec<String> {
        let answer = house.call(method, path, &token, Some(body));
        assert_eq!(answer.status, 422, "{}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["type"], "/api/v1/problems#invalid");
        let errors = problem["errors"].as_array().expect("errors").clone();
        assert!(
            errors
                .iter()
                .all(|e| e["message"].as_str().is_some_and(|m| !m.is_empty()))
        );
        let mut names: Vec<String> = errors
            .iter()
            .filter_map(|e| e["field"].as_str().map(str::to_owned))
            .collect();
        names.sort();
        names
    };
    let body = json!({"event_id": "x", "line": "spaceships", "amount": "much", "received_at": "soon", "branch": THERE, "naem": "A", "title": 5});
    assert_eq!(
        fields_of("POST", "/cases", &body),
        [
            "amount",
            "branch",
            "cause",
            "channel",
            "event_id",
            "line",
            "naem",
            "name",
            "narrative",
            "received_at",
            "title"
        ]
    );
    let path = format!("/cases/{case}/commands");
    let body =
        json!({"action": "acknowledge", "fields": {"chanel": "sms"}, "extra": 1, "seen": {"facts": 1}});
    assert_eq!(
        fields_of("POST", &path, &body),
        ["event_id", "extra", "fields.chanel", "seen.negotiation"]
    );
    let body = json!({"event_id": key(101), "action": "acknowledge"});
    assert_eq!(fields_of("POST", &path, &body), ["fields.channel"]);
    assert_eq!(
        fields_of("POST", &path, &json!({"event_id": key(101), "action": "receive"})),
        ["action"]
    );
    assert_eq!(
        fields_of(
            "GET",
            "/cases?stat=open&limit=0&state=x&open=yes&open=no",
            &Value::Null
        ),
        ["limit", "open", "stat", "state"]
    );

    let early = json!({"event_id": key(101), "action": "accept"});
    let answer = house.call("POST", &path, &token, Some(&early));
    assert_eq!(answer.status, 422);
    let problem = answer.json();
    assert_eq!(problem["type"], "/api/v1/problems#refused");
    assert_eq!(problem["detail"], "not possible while the case is received");
    let future = with(
        with(complaint(), "event_id", key(9)),
        "received_at",
        "2027-01-01T00:00:00Z",
    );
    let answer = house.call("POST", "/cases", &token, Some(&future));
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("received after it was entered"),
        "{}",
        answer.text()
    );
    let bearer = format!("Bearer {token}");
    let zh = [
        ("Authorization", bearer.as_str()),
        ("Accept-Language", "zh-TW"),
        ("Content-Type", "application/json"),
    ];
    let answer = house.http().send(
        "POST",
        &format!("/api/v1{path}"),
        &zh,
        early.to_string().as_bytes(),
    );
    assert_eq!(answer.json()["detail"], "案件處於「已收到」時不能辦理");

    for (body, status) in [
        (&b"{"[..], 400),
        (b"[]", 400),
        (b"{\"a\":1,\"a\":2}", 400),
        (b"\xc0\xaf", 400),
    ] {
        let answer = house.http().send("POST", "/api/v1/cases", &zh, body);
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let long = format!("{{\"title\":\"{}\"}}", "x".repeat(300 << 10));
    assert_eq!(
        house
            .http()
            .send("POST", "/api/v1/cases", &zh, long.as_bytes())
            .status,
        413
    );
    let plain = [("Authorization", bearer.as_str()), ("Content-Type", "text/plain")];
    assert_eq!(
        house.http().send("POST", "/api/v1/cases", &plain, b"{}").status,
        415
    );
    let answer = house.http().send("DELETE", "/api/v1/cases", &plain, b"");
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD,POST"));
    let cookie = house.session(Role::Handler).cookie;
    let answer = house
        .http()
        .send("GET", "/api/v1/cases", &[("Cookie", &cookie)], b"");
    assert_eq!(
        (answer.status, answer.header("www-authenticate")),
        (401, "Bearer")
    );
}

#[test]
fn pages_of_the_list_are_complete_and_without_gaps() {
    let house = House::open();
    let mut here = BTreeSet::new();
    for n in 1..=57 {
        let branch = if n % 4 == 0 { THERE } else { HERE };
        let case = house.case(n, branch, None);
        // Some at the same moment: the cursor must tell them apart.
        if n % 5 == 0 {
            house.wait(MINUTE);
        }
        if branch == HERE {
            here.insert(case.to_string());
        }
    }
    let token = house.token(Role::Handler);
    for query in [
        "",
        "sort=due&",
        "sort=updated&",
        "open=yes&",
        "q=%E5%B9%B4%E8%B4%B9&",
        "due=month&sort=due&",
    ] {
        let mut seen = Vec::new();
        let mut path = format!("/api/v1/cases?{query}limit=7");
        loop {
            let answer = house.call("GET", path.trim_start_matches("/api/v1"), &token, None);
            let told = answer.json();
            let rows = told["cases"].as_array().expect("cases").clone();
            assert!(rows.len() <= 7);
            seen.extend(rows.iter().filter_map(|r| r["id"].as_str().map(str::to_owned)));
            let Some(cursor) = told["next"].as_str() else {
                assert_eq!(answer.header("link"), "");
                break;
            };
            let link = answer.header("link").to_owned();
            let (next, rel) = link.split_once('>').expect("a link");
            assert_eq!(rel, "; rel=\"next\"");
            path = next.trim_start_matches('<').to_owned();
            assert!(path.ends_with(&format!("cursor={cursor}")), "{path}");
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "{query}: a case twice");
        assert_eq!(unique, here, "{query}");
    }
    assert_eq!(house.call("GET", "/cases?cursor=x", &token, None).status, 400);
    let empty = house
        .call("GET", &format!("/cases?branch={THERE}"), &token, None)
        .json();
    assert_eq!(empty, json!({"cases": [], "next": null}));
}

#[test]
fn the_description_is_what_the_server_does() {
    let house = House::open();
    let answer = house
        .http()
        .send("GET", "/api/v1/openapi.json", &[("Accept-Language", "en")], b"");
    let api = answer.json();
    assert_eq!(api["openapi"], "3.1.0");
    for route in web::route_list() {
        if route.path.starts_with("/api/") {
            let described = &api["paths"][&route.path][route.method.to_lowercase()];
            assert!(
                described.is_object(),
                "{} {} is not described",
                route.method,
                route.path
            );
        }
    }
    insta::assert_json_snapshot!("openapi", api);
    let problems = house
        .http()
        .send("GET", "/api/v1/problems", &[("Accept-Language", "en")], b"");
    insta::assert_json_snapshot!("problems", problems.json());
}
