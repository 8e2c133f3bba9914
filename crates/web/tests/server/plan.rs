//! The plan pages over a real server: searching, the plan in three languages, changes by hand, remedies, publishing,
//! papers (mission A5.2, B2.2), and the roster (A5.1).

use crate::{
    house::{HERE, House, Session, THERE, user},
    http::Answer,
};
use domain::{CaseId, Role};
use std::time::{Duration, Instant};

/// Gets a page in one of the languages.
fn get_in(house: &House, path: &str, session: &Session, language: &str) -> Answer {
    let headers = [("Cookie", session.cookie.as_str()), ("Accept-Language", language)];
    house.http().send("GET", path, &headers, b"")
}

/// Begins a search with these cases and people; returns the answer.
fn begin(house: &House, session: &Session, cases: &[CaseId], staff: &[Role], seconds: &str) -> Answer {
    let cases: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let staff: Vec<String> = staff.iter().map(|r| user(*r, HERE).0).collect();
    let mut fields = vec![
        ("seconds", seconds),
        ("count", "6"),
        ("branch", HERE),
        ("minutes", "60"),
    ];
    let today = house.office.today().to_string();
    fields.push(("from", &today));
    fields.extend(cases.iter().map(|c| ("case", c.as_str())));
    fields.extend(staff.iter().map(|s| ("staff", s.as_str())));
    house.post("/plan/new", session, &fields)
}

/// Waits for the search that an answer leads to; returns the plan's address.
fn arrived(house: &House, session: &Session, begun: &Answer) -> String {
    assert_eq!(begun.status, 303, "{}", begun.text());
    let run = begun.header("location").to_owned();
    assert!(run.starts_with("/plan/runs/P-"), "{run}");
    let began = Instant::now();
    loop {
        let state = house.get(&format!("{run}/state"), Some(session)).json();
        assert!(state["share"].as_u64().is_some_and(|s| s <= 100), "{state}");
        if state["over"] == true {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the search does not end"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let page = house.get(&run, Some(session));
    assert_eq!(page.status, 303, "{}", page.text());
    page.header("location").to_owned()
}

/// The number that a change must have seen, as the plan's page carries it.
fn seq(house: &House, session: &Session, plan: &str) -> String {
    let page = house.get(plan, Some(session)).text();
    let at = page
        .find("name=\"seq\" value=\"")
        .expect("the page can change the plan")
        + 18;
    page[at..].chars().take_while(char::is_ascii_digit).collect()
}

/// A house with a roster of two who can go together, and a supervisor's session.
fn open() -> (House, Session, CaseId) {
    let house = House::open();
    let (_, _, case) = house.plan(1);
    let session = house.session(Role::Supervisor);
    (house, session, case)
}

const BOTH: [Role; 2] = [Role::RelationshipManager, Role::ServiceSpecialist];

#[test]
fn a5_2_a_plan_is_searched_and_read_in_three_languages_and_the_reading_is_recorded() {
    let (house, session, case) = open();
    let form = house.get("/plan/new?count=6", Some(&session)).text();
    assert!(form.contains(&format!("value=\"{case}\" checked")), "{form}");
    assert!(form.contains("RelationshipManager LC01"));
    let begun = begin(&house, &session, &[case], &BOTH, "2");
    let plan = arrived(&house, &session, &begun);
    for (language, words) in [
        (
            "zh-CN",
            ["排期", "未排", "时间表", "按小组", "全部都排上了。", "自动排出"],
        ),
        (
            "zh-TW",
            ["排期", "未排", "時間表", "依小組", "全部都排上了。", "自動排出"],
        ),
        (
            "en",
            [
                "Plan",
                "Left out",
                "Day chart",
                "By crew",
                "Nothing is left out.",
                "found by the search",
            ],
        ),
    ] {
        let page = get_in(&house, &plan, &session, language);
        assert_eq!(page.status, 200);
        for word in words {
            assert!(page.text().contains(word), "{language}: {word}");
        }
        assert!(!page.text().contains("赵某某"), "names stay masked");
        assert!(
            get_in(&house, "/plan", &session, language)
                .text()
                .contains(&plan[6..])
        );
    }
    let row = house
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("is there");
    let readings = house.office.store().accesses(row.customer).expect("reads");
    let who = format!("supervisor:{}", user(Role::Supervisor, HERE));
    let read = |a: &&store::Access| a.what == "visit plan" && a.actor == who && a.case == Some(case);
    assert!(readings.iter().filter(read).count() >= 3, "{readings:?}");
    // A supervisor of another branch finds neither the plan nor the search.
    let other = house.session_of(&user(Role::Supervisor, THERE), Role::Supervisor);
    assert!(!house.get("/plan", Some(&other)).text().contains(&plan[6..]));
    for path in [plan.as_str(), begun.header("location")] {
        assert_eq!(house.get(path, Some(&other)).status, 404, "{path}");
    }
    assert_eq!(house.post(&format!("{plan}/publish"), &other, &[]).status, 404);
}

#[test]
fn a5_2_a_second_search_is_refused_with_what_was_chosen_and_a_lost_one_says_so() {
    let (house, session, case) = open();
    let begun = begin(&house, &session, &[case], &BOTH, "60");
    assert_eq!(begun.status, 303, "{}", begun.text());
    let run = begun.header("location").to_owned();
    let second = begin(&house, &session, &[], &BOTH, "5");
    assert_eq!(second.status, 409);
    let told = second.text();
    assert!(
        told.contains("Another search is running")
            && told.contains("name=\"seconds\" type=\"number\" value=\"5\"")
    );
    let page = house.get(&run, Some(&session)).text();
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\"") && page.contains("Stop, throw it away"));
    assert_eq!(house.post(&run, &session, &[("do", "drop")]).status, 303);
    let began = Instant::now();
    while !house.get(&run, Some(&session)).text().contains("thrown away") {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not stop");
        std::thread::sleep(Duration::from_millis(50));
    }
    for (field, seconds, staff, told) in [
        ("seconds", "121", &BOTH[..], "give 2 to 120"),
        ("staff", "2", &[][..], "choose at least one person"),
    ] {
        let wrong = begin(&house, &session, &[case], staff, seconds);
        assert_eq!(wrong.status, 422, "{field}");
        assert!(wrong.text().contains(told), "{}", wrong.text());
    }
    // The search that was begun beside the server is known by its record only.
    let (other, ..) = house.plan(2);
    assert_eq!(
        house.get(&format!("/plan/runs/{other}"), Some(&session)).status,
        303
    );
    assert_eq!(house.get("/plan/runs/P-000000000000", Some(&session)).status, 404);
}

#[test]
fn a5_2_what_is_left_out_has_its_reason_and_remedy_in_the_reader_s_language() {
    let (house, session, case) = open();
    let begun = begin(&house, &session, &[case], &BOTH[..1], "2");
    let plan = arrived(&house, &session, &begun);
    for (language, reason, change) in [
        (
            "zh-CN",
            "需要 1 名服务专员，可派的只有 0 名。",
            "增加 1 名服务专员",
        ),
        (
            "zh-TW",
            "需要 1 名服務專員，可派的只有 0 名。",
            "增加 1 名服務專員",
        ),
        (
            "en",
            "The visit needs 1 × service specialist; there are 0.",
            "Let 1 more service specialist work",
        ),
    ] {
        let page = get_in(&house, &plan, &session, language).text();
        assert!(
            page.contains(reason) && page.contains(change),
            "{language}: {page}"
        );
    }
    let visit = case.to_string();
    let nothing = house.post(
        &format!("{plan}/remedy"),
        &session,
        &[("visit", "FC-0000-0000-0000-0")],
    );
    assert_eq!(nothing.status, 422);
    let remedied = house.post(&format!("{plan}/remedy"), &session, &[("visit", &visit)]);
    let next = arrived(&house, &session, &remedied);
    let page = house.get(&next, Some(&session)).text();
    assert!(
        page.contains("Nothing is left out.") && page.contains(&format!("with={}", &plan[6..])),
        "{page}"
    );
    let compared = house
        .get(&format!("{next}/compare?with={}", &plan[6..]), Some(&session))
        .text();
    assert!(
        compared.contains("came in") && compared.contains("visits planned +1"),
        "{compared}"
    );
}

#[test]
fn a5_2_asking_for_another_time_opens_the_contact_form_with_the_question_in_it() {
    let (house, session, case) = open();
    let other = house.consented(2);
    // Two long visits in the same five hours: one crew makes one of them.
    let today = house.office.today().to_string();
    let (one, two) = (case.to_string(), other.to_string());
    let (manager, specialist) = (user(BOTH[0], HERE).0, user(BOTH[1], HERE).0);
    let fields = [
        ("from", today.as_str()),
        ("count", "6"),
        ("branch", HERE),
        ("minutes", "200"),
        ("seconds", "2"),
        ("case", one.as_str()),
        ("case", two.as_str()),
        ("staff", manager.as_str()),
        ("staff", specialist.as_str()),
    ];
    let plan = arrived(&house, &session, &house.post("/plan/new", &session, &fields));
    let page = house.get(&plan, Some(&session)).text();
    let at = page
        .find("/do/record_contact?")
        .expect("the customer can be asked");
    let start = page[..at].rfind("href=\"").expect("a link") + 6;
    let link = page[start..]
        .split('"')
        .next()
        .expect("ends")
        .replace("&#38;", "&");
    let form = house.get(&link, Some(&session));
    assert_eq!(form.status, 200, "{link}");
    let text = form.text();
    assert!(
        text.contains("Ask the customer for") && text.contains("could come then"),
        "{text}"
    );
}

#[test]
fn a5_2_a_visit_is_moved_by_hand_only_where_every_rule_is_kept() {
    let (house, session, case) = open();
    let handler = user(Role::Handler, HERE).0;
    let form = [("base", "29.3,124.1"), ("from.6", "08:00"), ("to.6", "20:00")];
    assert_eq!(
        house.post(&format!("/roster/{handler}"), &session, &form).status,
        303
    );
    let three = [BOTH[0], BOTH[1], Role::Handler];
    let plan = arrived(&house, &session, &begin(&house, &session, &[case], &three, "2"));
    let visit = case.to_string();
    let form = house
        .get(&format!("{plan}/visits/{visit}"), Some(&session))
        .text();
    let day = form
        .split("<option value=\"2026-")
        .nth(5)
        .map(|d| format!("2026-{}", &d[..5]));
    let day = day.expect("six days");
    let (manager, specialist) = (user(BOTH[0], HERE).0, user(BOTH[1], HERE).0);
    let try_at = |what: &str, time: &str, seq: &str| {
        let fields = [
            ("visit", visit.as_str()),
            ("day", day.as_str()),
            ("time", time),
            ("seat.0", manager.as_str()),
            ("seat.1", specialist.as_str()),
            ("seq", seq),
        ];
        house.post(&format!("{plan}/{what}"), &session, &fields)
    };
    let seen = seq(&house, &session, &plan);
    let early = try_at("try", "06:00", &seen);
    assert_eq!(early.status, 200);
    assert!(
        early
            .text()
            .contains("outside the times to which the customer agreed"),
        "{}",
        early.text()
    );
    assert_eq!(try_at("keep", "06:00", &seen).status, 422);
    let page = house.get(&plan, Some(&session)).text();
    assert!(page.contains("Version 1") && !page.contains("placed"));
    // Dragged to the row of somebody who is no service specialist.
    let dragged = [
        ("visit", visit.as_str()),
        ("day", day.as_str()),
        ("time", "13:30"),
        ("from_staff", specialist.as_str()),
        ("to_staff", handler.as_str()),
        ("seq", seen.as_str()),
    ];
    let dragged = house.post(&format!("{plan}/try"), &session, &dragged);
    assert!(
        dragged.text().contains("is no service specialist"),
        "{}",
        dragged.text()
    );
    let good = try_at("try", "13:30", &seen);
    assert!(good.text().contains("keeps every rule"), "{}", good.text());
    assert_eq!(try_at("keep", "13:30", &seen).status, 303);
    let page = house.get(&plan, Some(&session)).text();
    assert!(
        page.contains("Version 2") && page.contains("13:30–14:30"),
        "{page}"
    );
    let stale = try_at("keep", "13:35", &seen);
    assert_eq!(stale.status, 409);
    assert!(stale.text().contains("Somebody else has just changed the plan"));
    let now = seq(&house, &session, &plan);
    let locked = house.post(
        &format!("{plan}/lock"),
        &session,
        &[("visit", &visit), ("seq", &now)],
    );
    assert_eq!(locked.status, 303);
    let now = seq(&house, &session, &plan);
    let refused = try_at("keep", "13:35", &now);
    assert!(
        refused.status == 422 && refused.text().contains("unlock it first"),
        "{}",
        refused.text()
    );
    assert_eq!(
        house
            .post(&format!("{plan}/undo"), &session, &[("seq", &now)])
            .status,
        303
    );
    let now = seq(&house, &session, &plan);
    assert_eq!(
        house
            .post(&format!("{plan}/undo"), &session, &[("seq", &now)])
            .status,
        303
    );
    let now = seq(&house, &session, &plan);
    let end = house.post(&format!("{plan}/undo"), &session, &[("seq", &now)]);
    assert!(end.status == 422 && end.text().contains("nothing to undo"));
    assert_eq!(house.post(&format!("{plan}/remove"), &session, &[]).status, 303);
    assert_eq!(house.get(&plan, Some(&session)).status, 404);
}

#[test]
fn b2_2_publishing_lists_what_was_made_and_papers_are_files_with_names() {
    let (house, session, case) = open();
    let plan = arrived(&house, &session, &begin(&house, &session, &[case], &BOTH, "2"));
    for (name, kind, inside) in [
        ("run-sheets.html", "text/html", "RelationshipManager LC01"),
        ("visits.ics", "text/calendar", "BEGIN:VEVENT"),
        ("map.geojson", "application/geo+json", "LineString"),
    ] {
        let paper = house.get(&format!("{plan}/papers/{name}"), Some(&session));
        assert_eq!(paper.status, 200, "{name}");
        assert!(paper.header("content-type").starts_with(kind), "{name}");
        assert!(
            paper.header("content-disposition").starts_with("attachment"),
            "{name}"
        );
        assert!(paper.text().contains(inside), "{name}: {}", paper.text());
    }
    let manager = user(BOTH[0], HERE).0;
    let own = house.get(
        &format!("{plan}/papers/visits.ics?staff={manager}"),
        Some(&session),
    );
    assert!(own.text().contains("BEGIN:VEVENT"));
    for wrong in ["visits.ics?staff=nobody", "other.txt"] {
        assert_eq!(
            house
                .get(&format!("{plan}/papers/{wrong}"), Some(&session))
                .status,
            404
        );
    }
    // Where customers live leaves the house only with those who may take lists out.
    let handler = house.session(Role::Handler);
    assert_eq!(
        house
            .get(&format!("{plan}/papers/map.geojson"), Some(&handler))
            .status,
        404
    );
    let published = house.post(&format!("{plan}/publish"), &session, &[]);
    assert_eq!(published.status, 200);
    assert!(
        published
            .text()
            .contains(&format!("/cases/{case}/do/send_notice")),
        "{}",
        published.text()
    );
    let state = house
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("is there")
        .state;
    assert_eq!(state, "scheduled");
    let again = house.post(&format!("{plan}/publish"), &session, &[]).text();
    assert!(
        !again.contains("/do/send_notice"),
        "nothing is made twice: {again}"
    );
}

#[test]
fn a5_1_the_roster_is_kept_by_supervisors_of_the_branch_and_by_administrators() {
    let (house, session, _) = open();
    let manager = user(BOTH[0], HERE).0;
    let list = house.get("/roster", Some(&session)).text();
    assert!(
        list.contains("Mon–Sun 08:00–20:00") && list.contains("not on the roster"),
        "{list}"
    );
    assert!(!list.contains(THERE), "only the own branch");
    let path = format!("/roster/{manager}");
    let wrong = house.post(
        &path,
        &session,
        &[("base", "x"), ("from.1", "09:00"), ("most_visits", "99")],
    );
    assert_eq!(wrong.status, 422);
    for told in [
        "give latitude and longitude",
        "give both times of a shift",
        "give a number from 1 to 20",
    ] {
        assert!(wrong.text().contains(told), "{told}");
    }
    let good = [
        ("base", "29.3,124.1"),
        ("from.1", "09:00"),
        ("to.1", "12:00"),
        ("languages", "zh, en"),
        ("absences", "2026-03-09 2026-03-10"),
    ];
    assert_eq!(house.post(&path, &session, &good).status, 303);
    assert!(
        house
            .get("/roster?done=saved", Some(&session))
            .text()
            .contains("Mon 09:00–12:00")
    );
    let there = format!("/roster/{}", user(BOTH[0], THERE));
    assert_eq!(
        house.get(&there, Some(&session)).status,
        404,
        "another branch's people"
    );
    let administrator = house.session(Role::Administrator);
    assert_eq!(house.get(&there, Some(&administrator)).status, 200);
    assert_eq!(
        house.get("/plan", Some(&administrator)).status,
        404,
        "who keeps users sees no case"
    );
}

#[test]
fn a2_3b_a_visit_s_page_offers_times_and_taking_one_shows_what_it_would_do() {
    let (house, session, case) = open();
    let plan = arrived(&house, &session, &begin(&house, &session, &[case], &BOTH, "2"));
    let visit = case.to_string();
    for (language, heading) in [
        ("zh-CN", "可以提供的时间"),
        ("zh-TW", "可以提供的時間"),
        ("en", "Times that can be offered"),
    ] {
        let page = get_in(&house, &format!("{plan}/visits/{visit}"), &session, language).text();
        assert!(page.contains(heading), "{language}: {page}");
        assert!(
            page.contains("record_contact?channel=phone"),
            "{language}: other days can be asked for"
        );
    }
    let page = get_in(&house, &format!("{plan}/visits/{visit}"), &session, "en").text();
    let at = page
        .find("agreed to</span>")
        .expect("a time the customer agreed to");
    let row = &page[at..at + page[at..].find("</tr>").expect("a row ends")];
    let field = |name: &str| {
        let from = row.find(&format!("name=\"{name}\" value=\"")).expect(name) + name.len() + 15;
        row[from..].split('"').next().expect("a value").to_owned()
    };
    let [day, time, one, two] = ["day", "time", "seat.0", "seat.1"].map(field);
    let fields = [
        ("visit", visit.as_str()),
        ("day", day.as_str()),
        ("time", time.as_str()),
        ("seat.0", one.as_str()),
        ("seat.1", two.as_str()),
    ];
    let tried = house.post(&format!("{plan}/try"), &session, &fields);
    assert_eq!(tried.status, 200, "{}", tried.text());
    assert!(tried.text().contains(&format!("{plan}/keep")), "{}", tried.text());
}
