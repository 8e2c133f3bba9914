//! Files over the pages and the API: what is taken, how it comes back, and what is refused early.

use crate::{
    house::{HERE, House, Session, THERE, user},
    http::{Answer, multipart},
};
use domain::{CaseId, Role};
use serde_json::Value;
use std::time::{Duration, Instant};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
const EVENT: &str = "00000000000000000000000000000abc";

fn upload(house: &House, case: CaseId, session: &Session, files: &[(&str, &str, &[u8])]) -> Answer {
    let fields = [
        ("csrf", session.csrf.as_str()),
        ("event", EVENT),
        ("kind", "evidence"),
        ("note", "柜面提供"),
    ];
    let (media, body) = multipart(&fields, files);
    send(house, case, session, &media, &body)
}

fn send(house: &House, case: CaseId, session: &Session, media: &str, body: &[u8]) -> Answer {
    let headers = [
        ("Cookie", session.cookie.as_str()),
        ("Accept-Language", "en"),
        ("Content-Type", media),
    ];
    let path = format!("/cases/{case}/files");
    house.http().send("POST", &path, &headers, body)
}

/// The files of a case as the API lists them.
fn listed(house: &House, case: CaseId) -> Vec<Value> {
    let answer = house.call(
        "GET",
        &format!("/cases/{case}/files"),
        &house.token(Role::Handler),
        None,
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["files"].as_array().cloned().unwrap_or_default()
}

#[test]
fn good_files_are_kept_where_others_of_the_same_form_are_refused() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let session = house.session(Role::Handler);
    let page = house.get(&format!("/cases/{case}"), Some(&session)).text();
    assert!(page.contains("holds no files yet") && page.contains("multipart/form-data"));

    let files: &[(&str, &str, &[u8])] = &[
        ("账单.pdf", "application/pdf", PDF),
        (
            "run.pdf",
            "application/pdf",
            b"MZ\x90\0\x03\0\0\0 a program that says it is a document \0\0\0",
        ),
        ("", "application/octet-stream", b""),
        ("说明.txt", "text/plain", "扣了年费".as_bytes()),
    ];
    let answer = upload(&house, case, &session, files);
    assert_eq!(answer.status, 422, "{}", answer.text());
    let told = answer.text();
    assert!(
        told.contains("run.pdf") && told.contains("a program or script"),
        "{told}"
    );
    assert!(told.contains("账单.pdf") && told.contains("说明.txt"));
    assert_eq!(listed(&house, case).len(), 2);

    // The same form again, now without the bad one: what was kept is known by the form's id.
    let answer = upload(&house, case, &session, &files[..1]);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, format!("/cases/{case}?done=attach_file#files").as_str())
    );
    assert_eq!(listed(&house, case).len(), 2);

    let page = house.get(&format!("/cases/{case}"), Some(&session)).text();
    assert!(page.contains("账单.pdf") && page.contains("柜面提供") && page.contains("PDF"));
    assert!(page.contains("attached a file"), "in the timeline");
}

#[test]
fn a_file_comes_back_as_it_was_and_can_do_nothing_in_a_browser() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let session = house.session(Role::Handler);
    upload(
        &house,
        case,
        &session,
        &[("账单 3月.pdf", "application/pdf", PDF)],
    );
    let file = listed(&house, case)[0].clone();
    let path = format!("/cases/{case}/files/{}", file["id"].as_str().expect("an id"));
    let answer = house.get(&path, Some(&session));
    assert_eq!((answer.status, answer.body.as_slice()), (200, PDF));
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "sandbox; default-src 'none'; frame-ancestors 'none'",
        ),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let disposition = answer.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"")
            && disposition.ends_with("filename*=UTF-8''%E8%B4%A6%E5%8D%95%203%E6%9C%88.pdf"),
        "{disposition}"
    );
    // Others find nothing, and each opening is told to whoever watches.
    let away = house.session_of(&user(Role::Handler, THERE), Role::Handler);
    assert_eq!(house.get(&path, Some(&away)).status, 404);
    assert_eq!(house.get(&path, None).status, 303);
    let id = house
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("is there")
        .customer;
    let readings = house.office.store().accesses(id).expect("reads");
    assert_eq!(readings.iter().filter(|r| r.what.starts_with("file ")).count(), 1);
    let other = house.case(2, HERE, None);
    let elsewhere = path.replace(&case.to_string(), &other.to_string());
    assert_eq!(
        house.get(&elsewhere, Some(&session)).status,
        404,
        "a file of another case"
    );
}

#[test]
fn a_form_without_its_proof_keeps_nothing() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let session = house.session(Role::Handler);
    let file: &[(&str, &str, &[u8])] = &[("a.pdf", "application/pdf", PDF)];
    let (media, none) = multipart(&[("event", EVENT)], file);
    assert_eq!(send(&house, case, &session, &media, &none).status, 403);
    let (_, wrong) = multipart(&[("csrf", "0"), ("event", EVENT)], file);
    assert_eq!(send(&house, case, &session, &media, &wrong).status, 403);
    // The proof stands behind the file.
    let (_, mut late) = multipart(&[], file);
    let (_, proof) = multipart(&[("csrf", &session.csrf)], &[]);
    late.truncate(late.len() - "------forecourt-test-7f3a--\r\n".len());
    late.extend(proof);
    assert_eq!(send(&house, case, &session, &media, &late).status, 403);
    let (_, good) = multipart(&[("csrf", &session.csrf), ("event", EVENT)], file);
    let foreign = [
        ("Cookie", session.cookie.as_str()),
        ("Content-Type", media.as_str()),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let path = format!("/cases/{case}/files");
    assert_eq!(house.http().send("POST", &path, &foreign, &good).status, 403);
    assert!(listed(&house, case).is_empty());
    let (_, nothing) = multipart(&[("csrf", &session.csrf), ("event", EVENT)], &[]);
    assert_eq!(
        send(&house, case, &session, &media, &nothing).status,
        422,
        "no file chosen"
    );
    assert_eq!(
        send(&house, case, &session, &media, &good[..good.len() - 20]).status,
        400,
        "cut off"
    );
    assert_eq!(
        send(&house, case, &session, "multipart/form-data", &good).status,
        400,
        "no boundary"
    );
}

#[test]
fn what_is_too_large_is_refused_in_time() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let session = house.session(Role::Handler);
    let large = vec![b'a'; (20 << 20) + 1];
    let from = Instant::now();
    let answer = upload(
        &house,
        case,
        &session,
        &[
            ("large.txt", "text/plain", &large),
            ("a.pdf", "application/pdf", PDF),
        ],
    );
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("the file is larger than 20 MB"),
        "{}",
        answer.text()
    );
    assert_eq!(listed(&house, case).len(), 1, "the one after it is kept");
    // A length that is told is refused before anything is read; one that is not told, in the middle.
    let head = |length: &str, target: &str, who: &str| {
        format!(
            "POST {target} HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n{who}\r\nContent-Type: multipart/form-data; boundary=b\r\n{length}\r\n\r\n"
        )
    };
    let page = format!("/cases/{case}/files");
    let cookie = format!("Cookie: {}", session.cookie);
    let told = head("Content-Length: 300000000", &page, &cookie);
    let answer = house.http().raw(told.as_bytes(), false).expect("answers");
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("too large"), "a page");
    let api = format!("/api/v1/cases/{case}/files?name=a.txt");
    let token = format!(
        "Authorization: Bearer {}\r\nIdempotency-Key: {EVENT}",
        house.token(Role::Handler)
    );
    let answer = house
        .http()
        .raw(head("Content-Length: 300000000", &api, &token).as_bytes(), false)
        .expect("answers");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (413, "application/problem+json")
    );
    let mut chunked = head("Transfer-Encoding: chunked", &api, &token).into_bytes();
    let chunk = [
        format!("{:x}\r\n", 1 << 20).into_bytes(),
        vec![b'a'; 1 << 20],
        b"\r\n".to_vec(),
    ]
    .concat();
    (0..21).for_each(|_| chunked.extend_from_slice(&chunk));
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = house.http().raw(&chunked, false).expect("answers");
    assert_eq!(answer.status, 413);
    assert!(from.elapsed() < Duration::from_secs(20), "{:?}", from.elapsed());
    assert_eq!(listed(&house, case).len(), 1);
}

#[test]
fn the_api_attaches_once_lists_and_gives_back() {
    let house = House::open();
    let case = house.case(1, HERE, None);
    let token = house.token(Role::Handler);
    let post = |query: &str, key: &str, media: &str, body: &[u8]| {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Accept-Language", "en"),
            ("Content-Type", media),
            ("Idempotency-Key", key),
        ];
        let path = format!("/api/v1/cases/{case}/files?{query}");
        house.http().send("POST", &path, &headers, body)
    };
    let good = "name=%E8%B4%A6%E5%8D%95.pdf&kind=evidence&note=x";
    let first = post(good, EVENT, "application/pdf", PDF);
    assert_eq!(first.status, 201, "{}", first.text());
    let first = first.json();
    assert_eq!(first["already"], false);
    let again = post(good, EVENT, "application/pdf", PDF);
    assert_eq!((again.status, &again.json()["id"]), (200, &first["id"]));
    assert_eq!(
        post(good, EVENT, "application/pdf", b"%PDF-other").status,
        422,
        "another content"
    );
    for (query, key, field) in [
        ("kind=evidence", EVENT, "name"),
        ("name=a.pdf&kind=photo", EVENT, "kind"),
        ("name=a.pdf", "12", "Idempotency-Key"),
        ("name=a.pdf&folder=x", EVENT, "folder"),
    ] {
        let answer = post(query, key, "application/pdf", PDF);
        assert_eq!(
            (answer.status, answer.json()["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{query}"
        );
    }
    let other = "00000000000000000000000000000abd";
    let refused = post("name=a.pdf", other, "application/pdf", b"<html>");
    assert_eq!(refused.status, 422);
    let detail = refused.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(
        detail.contains("markup") && detail.contains("accepted are pdf"),
        "{detail}"
    );
    let files = listed(&house, case);
    assert_eq!(files.len(), 1);
    assert_eq!(
        (&files[0]["name"], &files[0]["media"], &files[0]["withdrawn"]),
        (&"账单.pdf".into(), &"application/pdf".into(), &Value::Null)
    );
    let path = format!("/cases/{case}/files/{}", first["id"].as_str().expect("an id"));
    let back = house.call("GET", &path, &token, None);
    assert_eq!((back.status, back.body.as_slice()), (200, PDF));
    // Withdrawn by an order like all others.
    let order = serde_json::json!({
        "event_id": "00000000000000000000000000000abe",
        "action": "withdraw_file",
        "fields": {"file": first["id"], "reason": "放错案件"},
    });
    let done = house.call("POST", &format!("/cases/{case}/commands"), &token, Some(&order));
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(listed(&house, case)[0]["withdrawn"]["reason"], "放错案件");
}
