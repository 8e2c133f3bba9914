//! Signing in and out, sessions, forms of other sites, headers.

use crate::{
    house::{BOTH, COOKIE, HERE, House, MINUTE, PASSWORD, Session, roles, user},
    http::{Answer, form},
};
use domain::{Role, StaffId};

fn enter(house: &House, id: &str, password: &str) -> Answer {
    house.post_with(
        "/sign-in",
        &[],
        &[("id", id), ("password", password), ("next", "/cases?open=yes")],
    )
}

/// Signs in by password and finds the form's proof on a page.
fn session(house: &House) -> Session {
    let answer = enter(house, BOTH, PASSWORD);
    assert_eq!(answer.status, 303);
    let secret = answer.secret();
    let cookie = format!("{COOKIE}={secret}");
    let view = house.directory.session(&secret).expect("a session");
    let page = house
        .http()
        .send("GET", "/cases/new", &[("Cookie", &cookie)], b"");
    assert!(page.text().contains(&view.csrf), "the proof stands in the form");
    Session {
        secret,
        cookie,
        csrf: view.csrf,
    }
}

/// Whether the server takes this for a signed-in person.
fn is_in(house: &House, session: &Session) -> bool {
    let answer = house.get("/cases", Some(session));
    match answer.status {
        200 => true,
        303 => {
            assert_eq!(answer.header("location"), "/sign-in?next=%2Fcases");
            false
        }
        other => panic!("{other}"),
    }
}

#[test]
fn signing_in_gives_a_closed_cookie_and_signing_out_ends_the_session() {
    let house = House::open();
    let answer = house.get("/cases?q=%E5%B9%B4", None);
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.header("location"),
        "/sign-in?next=%2Fcases%3Fq%3D%25E5%25B9%25B4"
    );
    let answer = enter(&house, "  BOTH ", PASSWORD);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/cases?open=yes")
    );
    let cookie = answer.header("set-cookie");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let session = session(&house);
    assert!(is_in(&house, &session));
    let out = house.post("/sign-out", &session, &[]);
    assert_eq!((out.status, out.header("location")), (303, "/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(!is_in(&house, &session), "the secret is worth nothing any more");
}

#[test]
fn a_wrong_password_says_nothing_of_who_exists_and_guessing_is_slowed() {
    let house = House::open();
    let known = enter(&house, BOTH, "not the password");
    let unknown = enter(&house, "nobody-here", "not the password");
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.header("set-cookie"), "");
    let without_id = |a: &Answer, id: &str| a.text().replace(id, "");
    assert_eq!(without_id(&known, BOTH), without_id(&unknown, "nobody-here"));
    for _ in 0..4 {
        assert_eq!(enter(&house, BOTH, "not the password").status, 401);
    }
    assert_eq!(
        enter(&house, BOTH, PASSWORD).status,
        429,
        "the right one has to wait too"
    );
    house.wait(2 * MINUTE);
    assert_eq!(enter(&house, BOTH, PASSWORD).status, 303);
}

#[test]
fn guesses_at_the_same_moment_count_as_well() {
    let house = House::open();
    let answers: Vec<u16> = std::thread::scope(|s| {
        let tries: Vec<_> = (0..16)
            .map(|n| {
                let house = &house;
                s.spawn(move || enter(house, BOTH, &format!("guess number {n}")).status)
            })
            .collect();
        tries.into_iter().map(|t| t.join().expect("runs")).collect()
    });
    let tried = answers.iter().filter(|s| **s == 401).count();
    assert_eq!(tried, 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|s| **s == 429).count(), 11, "{answers:?}");
}

#[test]
fn another_role_is_another_session() {
    let house = House::open();
    let first = session(&house);
    let answer = house.post("/role", &first, &[("role", "supervisor")]);
    assert_eq!(answer.status, 303);
    let second = answer.secret();
    assert_ne!(second, first.secret);
    assert!(!is_in(&house, &first));
    let view = house.directory.session(&second).expect("a session");
    assert_eq!(view.viewer.actor.role, Role::Supervisor);
    let second = Session {
        cookie: format!("{COOKIE}={second}"),
        csrf: view.csrf,
        secret: second,
    };
    assert_eq!(
        house.post("/role", &second, &[("role", "administrator")]).status,
        400
    );
    assert_eq!(house.post("/role", &second, &[("role", "system")]).status, 404);
    assert!(is_in(&house, &second), "a refused switch ends nothing");
}

#[test]
fn a_session_ends_when_idle_and_after_a_day_s_work() {
    let house = House::open();
    let idle = session(&house);
    house.wait(14 * MINUTE);
    assert!(is_in(&house, &idle));
    house.wait(14 * MINUTE);
    assert!(is_in(&house, &idle), "each request begins the quarter hour anew");
    house.wait(15 * MINUTE);
    assert!(!is_in(&house, &idle));
    let busy = session(&house);
    for _ in 0..(12 * 60 / 14) {
        house.wait(14 * MINUTE);
        assert!(is_in(&house, &busy));
    }
    house.wait(14 * MINUTE);
    assert!(!is_in(&house, &busy), "twelve hours are over");
}

#[test]
fn who_is_switched_off_is_out_with_the_next_request() {
    let house = House::open();
    let session = house.session(Role::Handler);
    let token = house.token(Role::Handler);
    assert!(is_in(&house, &session));
    assert_eq!(house.call("GET", "/cases", &token, None).status, 200);
    house.disable(&user(Role::Handler, HERE));
    assert!(!is_in(&house, &session));
    assert_eq!(house.call("GET", "/cases", &token, None).status, 401);
    house.disable(&StaffId::from(BOTH));
    assert_eq!(enter(&house, BOTH, PASSWORD).status, 401);
}

#[test]
fn forms_of_other_sites_are_refused_and_change_nothing() {
    let house = House::open();
    let session = house.session(Role::Supervisor);
    let stranger = house.session(Role::Handler);
    let case = house.case(1, HERE, None);
    let path = format!("/cases/{case}/do/acknowledge");
    let before = house.office.store().case_row(case).expect("reads");
    let cookie = ("Cookie", session.cookie.as_str());
    let csrf = ("csrf", session.csrf.as_str());
    let fields = |proof| vec![("channel", "sms"), proof];
    type Pairs<'a> = Vec<(&'a str, &'a str)>;
    let refused: Vec<(Pairs<'_>, Pairs<'_>)> = vec![
        (vec![cookie], vec![("channel", "sms")]),
        (vec![cookie], fields(("csrf", ""))),
        (vec![cookie], fields(("csrf", "0123456789abcdef0123456789abcdef"))),
        (vec![cookie], fields(("csrf", &stranger.csrf))),
        (vec![cookie, ("Sec-Fetch-Site", "cross-site")], fields(csrf)),
        (vec![cookie, ("Sec-Fetch-Site", "same-site")], fields(csrf)),
        (vec![cookie, ("Origin", "https://evil.example")], fields(csrf)),
        (vec![cookie, ("Origin", "null")], fields(csrf)),
    ];
    for (headers, pairs) in refused {
        let answer = house.post_with(&path, &headers, &pairs);
        assert_eq!(answer.status, 403, "{headers:?} {pairs:?}");
    }
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
    ] {
        let body = form(&fields(csrf));
        let answer = house
            .http()
            .send("POST", &path, &[cookie, ("Content-Type", kind)], &body);
        assert_eq!(answer.status, 400, "{kind}");
    }
    let enter = [("id", BOTH), ("password", PASSWORD)];
    let answer = house.post_with("/sign-in", &[("Sec-Fetch-Site", "cross-site")], &enter);
    assert_eq!(answer.status, 403, "nobody is signed in by another site");
    assert_eq!(house.office.store().case_row(case).expect("reads"), before);
    let origin = format!("http://{}", house.address);
    let ours = [
        cookie,
        ("Origin", origin.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    let answer = house.post_with(&path, &ours, &fields(csrf));
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn get_changes_nothing() {
    let house = House::open();
    let cases: Vec<_> = (1..4).map(|n| house.case(n, HERE, None)).collect();
    let state = || {
        let store = house.office.store();
        let logs: Vec<_> = cases
            .iter()
            .map(|c| store.read_case(*c).expect("reads"))
            .collect();
        let records: Vec<_> = ["user", "session", "token", "draft", "view", "programme", "visit"]
            .into_iter()
            .flat_map(|kind| store.records(kind, "", "", 1000).expect("reads"))
            .collect();
        (logs, records, store.counts().expect("reads"))
    };
    let sessions: Vec<Session> = roles().map(|r| house.session(r)).collect();
    let token = house.token(Role::Supervisor);
    let bearer = format!("Bearer {token}");
    let before = state();
    let query =
        "?action=close&handler=me&reason=x&channel=sms&to=both&done=close&name=x&address=q%3Dx&personal=true";
    for route in web::route_list() {
        if route.method != "GET" {
            continue;
        }
        let path = route
            .path
            .replace("{id}", &cases[0].to_string())
            .replace("{action}", "acknowledge");
        for session in &sessions {
            for method in ["GET", "HEAD"] {
                let headers = [
                    ("Cookie", session.cookie.as_str()),
                    ("Authorization", bearer.as_str()),
                ];
                house
                    .http()
                    .send(method, &format!("{path}{query}"), &headers, b"csrf=x&channel=sms");
            }
        }
    }
    assert_eq!(state(), before);
}

#[test]
fn every_answer_carries_the_protecting_headers() {
    let house = House::open();
    let session = house.session(Role::Supervisor);
    let check = |about: &str, answer: &Answer| {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{about}: {policy:?}");
        }
        assert!(!policy.contains("unsafe"), "{about}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{about}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{about}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{about}");
        assert!(
            answer.header("strict-transport-security").starts_with("max-age="),
            "{about}"
        );
        let cached = answer.header("cache-control");
        assert!(
            cached == "no-store" || (about.contains("/static/") && answer.status == 200),
            "{about}: {cached}"
        );
        assert_eq!(answer.header("x-request-id"), "test-1", "{about}");
        assert_eq!(answer.header("server"), "", "{about}");
    };
    let paths: Vec<String> = web::route_list().into_iter().map(|r| r.path).collect();
    let more = [
        "/nothing",
        "/api/v1/nothing",
        "/cases/FC-0",
        "/%00",
        "/static/../Cargo.toml",
    ];
    for path in paths.iter().map(String::as_str).chain(more) {
        for method in ["GET", "POST", "DELETE", "OPTIONS"] {
            for cookie in ["x=1", session.cookie.as_str()] {
                let headers = [("Cookie", cookie), ("X-Request-Id", "test-1")];
                let answer = house.http().send(method, path, &headers, b"");
                check(&format!("{method} {path}"), &answer);
                assert!(answer.status < 500, "{method} {path}");
            }
        }
    }
    let large = vec![b'x'; 2 << 20];
    let headers = [
        ("X-Request-Id", "test-1"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let answer = house.http().send("POST", "/complain", &headers, &large);
    assert_eq!(answer.status, 413);
    check("413", &answer);
    let answer = house
        .http()
        .send("GET", "/health", &[("X-Request-Id", "a b\u{e9}")], b"");
    assert_eq!(
        answer.header("x-request-id").len(),
        16,
        "a strange id is replaced"
    );
}

#[test]
fn no_address_leads_out_of_the_house() {
    let house = House::open();
    let session = house.session(Role::Supervisor);
    let evil = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        " /\u{0}/evil.example",
        "http:evil.example",
        "",
    ];
    for to in evil {
        let asked: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let enter = [("id", BOTH), ("password", PASSWORD), ("next", to)];
        let answers = [
            house.post_with("/sign-in", &[], &enter),
            house.get(&format!("/sign-in?next={asked}"), Some(&session)),
            house.post_with("/demo/sign-in", &[], &[("role", "handler"), ("next", to)]),
            house.post_with("/language", &[], &[("language", "en"), ("back", to)]),
            house.post("/cases/assign", &session, &[("to", BOTH), ("back", to)]),
        ];
        for answer in answers {
            let place = answer.header("location");
            assert_eq!(answer.status, 303, "{to:?}");
            assert!(
                place == "/" || place.starts_with("/?done="),
                "{to:?} led to {place:?}"
            );
        }
    }
}
