//! The report for a terminal.

use crate::sample::small;
use letters::{ClockLine, DemoReport, Lang};
use unicode_width::UnicodeWidthStr;

#[test]
fn in_simplified_chinese() {
    insta::assert_snapshot!(small().to_text(Lang::ZhCn, 100));
}

#[test]
fn in_english() {
    insta::assert_snapshot!(small().to_text(Lang::En, 100));
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let mut long = small();
    long.clocks[0].case = "FC-客户经理".repeat(9);
    long.figures[0].value = "1,000,000".repeat(9);
    long.outcomes[0].group.0 = "从来没有上门的客户".repeat(9);
    for report in [small(), long] {
        for (lang, width) in Lang::ALL
            .into_iter()
            .flat_map(|l| [60, 80, 100, 120].map(|w| (l, w)))
        {
            for line in report.to_text(lang, width).lines() {
                assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            }
        }
    }
}

#[test]
fn odd_widths_and_an_empty_report_are_no_trouble() {
    for width in [0, 1, usize::MAX] {
        for report in [DemoReport::default(), small()] {
            assert!(report.to_text(Lang::En, width).lines().count() > 20);
        }
    }
    insta::assert_snapshot!(DemoReport::default().to_text(Lang::En, 80));
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let mut report = small();
    let first = report.clocks[0].clone();
    report.clocks = (0..23)
        .map(|n| ClockLine {
            case: format!("FC-{n:04}"),
            ..first.clone()
        })
        .collect();
    let text = report.to_text(Lang::En, 100);
    assert!(text.contains("FC-0009") && !text.contains("FC-0010"));
    assert!(text.contains("… and 13 more (see the HTML file)"));
    assert!(
        report
            .to_text(Lang::ZhCn, 100)
            .contains("… 另有 13 项（见 HTML 文件）")
    );
}

#[test]
fn control_characters_of_the_data_are_left_out() {
    let mut report = small();
    report.clocks[0].case = "FC\u{1b}[2J".to_owned();
    report.unplanned[0].reason = ("a\u{7}b\nc".to_owned(), "a\u{7}b\nc".to_owned());
    report.source = "x\u{9b}1m".to_owned();
    let text = report.to_text(Lang::En, 100);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
}
