//! OSRM and Valhalla, played by a few lines: what they say well, and what they say badly.

use crate::{
    Cache, Chain, Hours, Kind, Position, Server, ServerError, ServerOptions, Source, Span, StraightLine,
    TravelError, TravelTimes as _, WeekTime,
};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What the server got: the line of the request and its body.
type Reply = dyn Fn(&str, &str) -> Vec<u8> + Send + Sync;

/// Answers every connection by `reply` until the test ends; returns its address and the count of requests.
fn serve(reply: impl Fn(&str, &str) -> Vec<u8> + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let count = Arc::new(AtomicUsize::new(0));
    let (counter, reply): (_, Arc<Reply>) = (count.clone(), Arc::new(reply));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (counter, reply) = (counter.clone(), reply.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(&stream);
                let (mut line, mut length) = (String::new(), 0);
                if reader.read_line(&mut line).is_err() {
                    return;
                }
                loop {
                    let mut header = String::new();
                    if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
                        break;
                    }
                    if let Some(n) = header.to_lowercase().strip_prefix("content-length:") {
                        length = n.trim().parse().unwrap_or(0);
                    }
                }
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() {
                    return;
                }
                counter.fetch_add(1, Ordering::SeqCst);
                let answer = reply(line.trim(), &String::from_utf8_lossy(&body));
                drop((&stream).write_all(&answer));
            });
        }
    });
    (url, count)
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn places(n: usize) -> Vec<Position> {
    (0..n)
        .map(|i| Position {
            lat: 42.5,
            lon: 1.5 + i as f64 / 1_000.0,
        })
        .collect()
}

/// Reads back the places of a request to OSRM, and says 100 seconds and 1,000 metres for each place apart.
fn osrm(line: &str, _: &str) -> Vec<u8> {
    let path = line.split(' ').nth(1).expect("a path");
    let (path, query) = path.split_once('?').expect("a query");
    let lons: Vec<f64> = path
        .strip_prefix("/table/v1/driving/")
        .expect("the table service")
        .split(';')
        .map(|c| {
            c.split(',')
                .next()
                .expect("a longitude")
                .parse()
                .expect("a number")
        })
        .collect();
    let list = |name: &str| -> Vec<usize> {
        query
            .split('&')
            .find_map(|p| p.strip_prefix(name))
            .expect("a list")
            .split(';')
            .map(|n| n.parse().expect("a number"))
            .collect()
    };
    assert!(query.contains("annotations=duration,distance"));
    assert!(lons.len() <= 100, "{} places", lons.len());
    let table = |each: f64| -> Vec<Vec<f64>> {
        list("sources=")
            .iter()
            .map(|s| {
                list("destinations=")
                    .iter()
                    .map(|t| (lons[*s] - lons[*t]).abs() * 1_000.0 * each)
                    .collect()
            })
            .collect()
    };
    let body = serde_json::json!({ "code": "Ok", "durations": table(100.0), "distances": table(1_000.0) });
    answer("200 OK", &body.to_string())
}

fn options(kind: Kind, url: &str) -> ServerOptions {
    ServerOptions {
        timeout: Duration::from_millis(800),
        ..ServerOptions::new(kind, url)
    }
}

fn server(kind: Kind, url: &str) -> Server {
    Server::new(options(kind, url), Cache::in_memory(Duration::from_secs(60))).expect("a good address")
}

#[test]
fn a_large_matrix_is_asked_for_in_parts_and_remembered() {
    let (url, asked) = serve(osrm);
    let server = server(Kind::Osrm, &format!("{url}/"));
    let all = places(120);
    let (matrix, source) = server.matrix(&all, &all, None).unwrap();
    for i in 0..120_usize {
        for j in 0..120 {
            let leg = matrix.get(i, j).expect("known");
            assert_eq!(leg.seconds, 100 * i.abs_diff(j) as u32);
            assert_eq!(leg.metres, 1_000 * i.abs_diff(j) as u32);
        }
    }
    assert_eq!(
        source,
        Source::Server {
            url: url.clone(),
            remembered: 0
        }
    );
    // 50 and 50 places in each.
    assert_eq!(asked.load(Ordering::SeqCst), 9);
    let (again, source) = server.matrix(&all, &all, None).unwrap();
    assert_eq!(again, matrix);
    assert_eq!(
        source,
        Source::Server {
            url,
            remembered: 14_400
        }
    );
    assert_eq!(asked.load(Ordering::SeqCst), 9);
    // One new place asks for its own pairs only.
    server.matrix(&places(121)[120..], &all, None).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 11);
}

#[test]
fn hours_slow_a_server_down_too() {
    let (url, _) = serve(osrm);
    let slow = Span {
        days: vec!["mon".to_owned()],
        from: "08:00".to_owned(),
        to: "10:00".to_owned(),
        factor: 0.5,
    };
    let options = ServerOptions {
        hours: Hours::new(&[slow]).unwrap(),
        ..options(Kind::Osrm, &url)
    };
    let server = Server::new(options, Cache::in_memory(Duration::from_secs(60))).unwrap();
    let two = places(2);
    let seconds = |at: Option<&str>| {
        let (matrix, _) = server.matrix(&two, &two, at.and_then(WeekTime::parse)).unwrap();
        matrix.get(0, 1).unwrap().seconds
    };
    assert_eq!(
        (
            seconds(None),
            seconds(Some("mon 08:30")),
            seconds(Some("mon 07:00"))
        ),
        (100, 200, 100)
    );
}

#[test]
fn valhalla_is_understood_and_no_way_is_no_way() {
    let (url, _) = serve(|line, body| {
        assert!(line.starts_with("POST /sources_to_targets "), "{line}");
        let asked: serde_json::Value = serde_json::from_str(body).expect("json");
        assert_eq!(asked["costing"], "auto");
        assert_eq!(asked["sources"].as_array().map(Vec::len), Some(1));
        answer(
            "200 OK",
            r#"{"units":"kilometers","sources_to_targets":[[{"distance":1.234,"time":90,"to_index":0,"from_index":0},
                {"distance":null,"time":null,"to_index":1,"from_index":0}]]}"#,
        )
    });
    let all = places(2);
    let (matrix, _) = server(Kind::Valhalla, &url)
        .matrix(&all[..1], &all, None)
        .unwrap();
    assert_eq!(matrix.get(0, 0).map(|l| (l.seconds, l.metres)), Some((90, 1_234)));
    assert_eq!((matrix.get(0, 1), matrix.unknown()), (None, 1));
}

#[test]
fn every_bad_answer_is_an_error_that_names_the_server() {
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "not found",
            answer("404 Not Found", "{\"code\":\"InvalidUrl\"}"),
            "status 404: {\"code\":\"InvalidUrl\"}",
        ),
        (
            "broken inside",
            answer("500 Internal Server Error", ""),
            "status 500",
        ),
        (
            "elsewhere",
            b"HTTP/1.1 302 Found\r\nLocation: http://example.com/x\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "http://example.com/x, which is not followed",
        ),
        (
            "cut",
            b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"code\"".to_vec(),
            "did not answer",
        ),
        ("silent", Vec::new(), "did not answer"),
        ("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "did not answer"),
        ("not JSON", answer("200 OK", "<html>"), "cannot be used"),
        ("refused", answer("200 OK", r#"{"code":"TooBig"}"#), "TooBig"),
        (
            "another shape",
            answer(
                "200 OK",
                r#"{"code":"Ok","durations":[[1,2]],"distances":[[1,2]]}"#,
            ),
            "2 rows",
        ),
        (
            "no lengths",
            answer("200 OK", r#"{"code":"Ok","durations":[[0,1],[1,0]]}"#),
            "5.18",
        ),
        (
            "backwards",
            answer(
                "200 OK",
                r#"{"code":"Ok","durations":[[0,-1],[1,0]],"distances":[[0,1],[1,0]]}"#,
            ),
            "-1 s",
        ),
        (
            "for ever",
            answer(
                "200 OK",
                r#"{"code":"Ok","durations":[[0,1e300],[1,0]],"distances":[[0,1],[1,0]]}"#,
            ),
            "between two places",
        ),
        ("deep", answer("200 OK", &"[".repeat(100_000)), "cannot be used"),
        (
            "words",
            answer("200 OK", r#"{"code":"Ok","durations":"many"}"#),
            "cannot be used",
        ),
    ];
    for (what, bytes, told) in cases {
        let (url, _) = serve(move |_, _| bytes.clone());
        let two = places(2);
        let error = server(Kind::Osrm, &url)
            .matrix(&two, &two, None)
            .unwrap_err()
            .to_string();
        assert!(error.contains(told), "{what}: {error}");
        assert!(error.contains(&url), "{what}: {error}");
    }
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let (url, _) = serve(|_, _| {
        let mut endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        endless.resize(3 << 20, b' ');
        endless
    });
    let options = ServerOptions {
        most_bytes: 1 << 20,
        ..options(Kind::Osrm, &url)
    };
    let server = Server::new(options, Cache::in_memory(Duration::ZERO)).unwrap();
    let two = places(2);
    assert!(matches!(
        server.matrix(&two, &two, None),
        Err(TravelError::Server(ServerError::Unreachable { .. }))
    ));
}

#[test]
fn a_slow_server_is_left_and_the_next_source_is_told() {
    let (url, _) = serve(|_, _| {
        thread::sleep(Duration::from_secs(5));
        Vec::new()
    });
    let chain = Chain::default()
        .then(server(Kind::Osrm, &url))
        .then(StraightLine::default());
    let two = places(2);
    let begun = Instant::now();
    let answer = chain.ask(&two, &two, None).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert_eq!(answer.source, Source::StraightLine);
    assert_eq!(answer.failed.len(), 1);
    assert!(answer.failed[0].0.contains(&url));
    // 82 m as the crow flies, 115 m and 17 s by the rule.
    assert_eq!(
        answer.matrix.get(0, 1).map(|l| (l.seconds, l.metres)),
        Some((17, 115))
    );
}

#[test]
fn a_server_that_answers_in_small_bites_runs_out_of_patience() {
    let (url, asked) = serve(|line, body| {
        thread::sleep(Duration::from_millis(60));
        osrm(line, body)
    });
    let options = ServerOptions {
        most: 2,
        patience: Duration::from_millis(300),
        ..options(Kind::Osrm, &url)
    };
    let server = Server::new(options, Cache::in_memory(Duration::from_secs(60))).unwrap();
    let all = places(20);
    let error = server.matrix(&all, &all, None).unwrap_err();
    assert!(
        matches!(error, TravelError::Server(ServerError::Slow { all: 400, .. })),
        "{error}"
    );
    assert!(asked.load(Ordering::SeqCst) < 20);
}

#[test]
fn addresses_that_would_not_do_are_refused() {
    for url in [
        "https://maps.example",
        "ftp://x",
        "127.0.0.1:5000",
        "http://user@host",
        "http://host/?a=b",
    ] {
        let made = Server::new(
            ServerOptions::new(Kind::Osrm, url),
            Cache::in_memory(Duration::ZERO),
        );
        assert!(matches!(made, Err(ServerError::Address { .. })), "{url}");
    }
    let profile = ServerOptions {
        profile: "../nearest".to_owned(),
        ..ServerOptions::new(Kind::Osrm, "http://127.0.0.1:1")
    };
    assert!(Server::new(profile, Cache::in_memory(Duration::ZERO)).is_err());
    let nobody = Chain::default().ask(&[], &[], None);
    assert!(matches!(nobody, Err(TravelError::Nobody)));
}
