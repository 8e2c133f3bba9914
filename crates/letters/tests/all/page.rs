//! The report as one HTML page.

use crate::sample::small;
use letters::{DemoReport, Lang};

#[test]
fn a_small_report() {
    let html = small().to_html(Lang::ZhCn).unwrap();
    let (_, body) = html.split_once("</head>").unwrap();
    insta::assert_snapshot!(body);
}

#[test]
fn the_language_asked_for_is_the_one_shown_first() {
    for (lang, code, checked) in [
        (Lang::ZhCn, "zh-CN", "lang-zh"),
        (Lang::ZhTw, "zh-CN", "lang-zh"),
        (Lang::En, "en", "lang-en"),
    ] {
        let html = small().to_html(lang).unwrap();
        assert!(html.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{code}\">")));
        assert!(html.contains(&format!("id=\"{checked}\" checked>")));
        assert_eq!(html.matches(" checked>").count(), 1);
    }
}

#[test]
fn data_cannot_become_markup() {
    let evil = "<script>alert('1')</script> & \"x\"";
    let both = || (evil.to_owned(), evil.to_owned());
    let mut report = small();
    report.bank = both();
    report.source = evil.to_owned();
    report.made_at = evil.to_owned();
    report.derivation = both();
    for figure in &mut report.figures {
        figure.name = both();
        figure.value = evil.to_owned();
    }
    for bar in report.states.iter_mut().chain(&mut report.closings) {
        bar.name = both();
    }
    for clock in &mut report.clocks {
        (clock.case, clock.due, clock.handler) = (evil.to_owned(), evil.to_owned(), evil.to_owned());
        (clock.clock, clock.state) = (both(), both());
    }
    for line in &mut report.screened {
        (line.case, line.customer, line.decided_by) = (evil.to_owned(), evil.to_owned(), evil.to_owned());
        (line.line, line.answer, line.reasons) = (both(), both(), vec![both()]);
    }
    for line in &mut report.plan {
        (line.staff, line.role) = (evil.to_owned(), both());
        for stop in &mut line.stops {
            (stop.case, stop.with) = (evil.to_owned(), vec![evil.to_owned()]);
        }
    }
    report.plan_days[0] = evil.to_owned();
    report.plan[0].day = evil.to_owned();
    for line in &mut report.unplanned {
        (line.case, line.reason) = (evil.to_owned(), (evil.to_owned(), evil.to_owned()));
    }
    for point in &mut report.points {
        point.label = evil.to_owned();
    }
    for line in &mut report.outcomes {
        line.group = both();
    }
    let html = report.to_html(Lang::En).unwrap();
    assert!(!html.contains("<script"));
    assert!(html.contains("&#60;script&#62;") && html.contains("&#38; &#34;x&#34;"));
    assert_balanced(&html);
}

#[test]
fn nothing_is_loaded_from_anywhere_and_nothing_runs() {
    for report in [small(), DemoReport::default()] {
        let html = report.to_html(Lang::ZhCn).unwrap().to_lowercase();
        for word in [
            "http",
            "//",
            "<script",
            "<link",
            "<img",
            "<iframe",
            "@import",
            "url(",
            "javascript:",
            " onload",
            " onclick",
            " style=",
        ] {
            assert!(!html.contains(word), "{word}");
        }
        for (at, _) in html.match_indices("href=\"") {
            assert!(html[at..].starts_with("href=\"#"));
        }
    }
}

#[test]
fn an_empty_report_says_that_there_is_nothing() {
    let html = DemoReport::default().to_html(Lang::En).unwrap();
    assert_balanced(&html);
    for words in [
        "Nothing yet.",
        "No clock is overdue",
        "No visit is planned.",
        "There is no place to show.",
        "暂无数据。",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!html.contains("NaN") && !html.contains("inf"));
}

#[test]
fn odd_numbers_do_no_harm() {
    let mut report = small();
    report.plan[0].stops[0].minutes = (i64::MIN, i64::MAX);
    report.plan[1].stops[0].minutes = (900, 800);
    report.plan[2].travel_minutes = i64::MIN;
    report.clocks[0].days_left = i64::MIN;
    report.points[1].day = usize::MAX;
    report.states[0].count = usize::MAX;
    report.screening_totals = (usize::MAX, usize::MAX, 1);
    report.outcomes[0].settled = (5, 3, f64::NAN, f64::INFINITY);
    for lang in Lang::ALL {
        assert_balanced(&report.to_html(lang).unwrap());
        assert!(!report.to_text(lang, 80).is_empty());
    }
}

#[test]
fn every_element_is_closed_and_every_id_is_used_once() {
    let html = small().to_html(Lang::En).unwrap();
    assert_balanced(&html);
    let ids: Vec<&str> = attribute(&html, " id=\"");
    for (i, id) in ids.iter().enumerate() {
        assert!(!ids[..i].contains(id), "{id} stands twice");
    }
    let named = attribute(&html, "labelledby=\"")
        .into_iter()
        .flat_map(str::split_whitespace);
    let linked = attribute(&html, "href=\"#")
        .into_iter()
        .chain(attribute(&html, " for=\""));
    for id in named.chain(linked) {
        assert!(ids.contains(&id), "{id} does not exist");
    }
}

#[test]
fn headings_go_down_one_step_at_a_time_and_table_heads_say_what_they_head() {
    let html = small().to_html(Lang::En).unwrap();
    let mut level = 0;
    for (at, _) in html.match_indices("<h") {
        if let Some(digit) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) {
            assert!(digit <= level + 1, "h{digit} after h{level}");
            level = digit;
        }
    }
    for (at, _) in html.match_indices("<th") {
        let tag = &html[at..at + html[at..].find('>').unwrap()];
        assert!(tag.starts_with("<thead") || tag.contains("scope="), "{tag}");
    }
    let pictures = html.matches("role=\"img\"").count();
    assert!(pictures > 0);
    assert_eq!(
        html.matches("<svg").count(),
        pictures + html.matches("aria-hidden=\"true\" focusable").count() + inner(&html)
    );
}

/// Pictures inside pictures, which only place a text.
fn inner(html: &str) -> usize {
    html.matches("<svg x=").count()
}

fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.match_indices(name)
        .map(|(at, _)| html[at + name.len()..].split('"').next().unwrap_or_default())
        .collect()
}

/// Every tag that is opened is closed, in the right order; self-closing ones only inside pictures.
fn assert_balanced(html: &str) {
    const VOID: [&str; 3] = ["meta", "input", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "at {}",
                &rest[at..rest.len().min(at + 60)]
            );
        } else if tag.ends_with('/') {
            assert!(open.contains(&"svg"), "<{tag}> outside a picture");
        } else if !VOID.contains(&name) {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
}
