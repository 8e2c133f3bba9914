//! Writes the sample report as HTML and prints it as text, to look at:
//! `cargo run -p letters --example sample_report -- report.html en 100`.

#[path = "../tests/all/sample.rs"]
mod sample;

use letters::{ClockLine, DemoReport, Lang, MapPoint, RouteStop, ScreenedLine, StaffDay, UnplannedLine};
use std::{error::Error, io::Write};

const SURNAMES: [&str; 12] = [
    "赵", "钱", "孙", "周", "吴", "郑", "冯", "陈", "褚", "卫", "蒋", "欧阳",
];

/// The numbers of invented cases: spread out, and the same every time.
fn case(n: usize) -> String {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bits = (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut group = |len: usize| -> String {
        let sign = |_| {
            bits = bits.rotate_left(5);
            char::from(SIGNS[usize::try_from(bits % 32).unwrap_or_default()])
        };
        (0..len).map(sign).collect()
    };
    format!("FC-{}-{}-{}-{}", group(4), group(4), group(4), group(1))
}

fn staff_name(n: usize) -> String {
    format!(
        "{}{}",
        SURNAMES[n % SURNAMES.len()],
        ["晓岚", "立", "文清", "一鸣"][n / 12 % 4]
    )
}

fn days() -> Vec<String> {
    (23..28).map(|d| format!("2026-11-{d}")).collect()
}

/// Five crews of two or three people go out every day.
fn plan() -> Vec<StaffDay> {
    let mut plan = Vec::new();
    for (d, day) in days().into_iter().enumerate() {
        for crew in 0..5 {
            let size = 2 + usize::from((crew + d) % 3 == 0);
            let people: Vec<usize> = (0..size).map(|m| (d + crew) % 8 * 3 + m).collect();
            for person in &people {
                let others = people.iter().filter(|p| *p != person).map(|p| staff_name(*p));
                let with: Vec<String> = others.collect();
                let visits = 1 + (d * 7 + crew * 3) % 4;
                let stops = (0..visits).map(|v| {
                    let from = 540 + crew as i64 * 15 + v as i64 * 150;
                    RouteStop {
                        case: case(d * 40 + crew * 6 + v),
                        minutes: (from, from + 45 + (v as i64 + d as i64) % 3 * 30),
                        with: with.clone(),
                    }
                });
                plan.push(StaffDay {
                    day: day.clone(),
                    staff: staff_name(*person),
                    role: match person % 3 {
                        0 => ("客户经理".to_owned(), "relationship manager".to_owned()),
                        1 => ("法律顾问".to_owned(), "legal adviser".to_owned()),
                        _ => ("业务专员".to_owned(), "service specialist".to_owned()),
                    },
                    stops: stops.collect(),
                    travel_minutes: 40 + (crew as i64 * 17 + d as i64 * 5) % 60,
                });
            }
        }
    }
    plan
}

/// The small sample with its lists made as long as those of a real run.
fn large() -> DemoReport {
    let mut report = sample::small();
    let clock = report.clocks[2].clone();
    report.clocks = (0..42)
        .map(|n| ClockLine {
            case: case(n * 3),
            days_left: n as i64 - 9,
            due: format!("2026-{:02}-{:02}", 11 + n / 20, 1 + n % 20),
            extended: n % 7 == 3,
            provisional: n > 38,
            handler: staff_name(n),
            ..clock.clone()
        })
        .collect();
    let screened = report.screened[0].clone();
    report.screened = (0..30)
        .map(|n| ScreenedLine {
            case: case(n * 5),
            customer: format!("{}*", SURNAMES[n % 12]),
            decided_by: staff_name(n + 2),
            ..screened.clone()
        })
        .collect();
    report.plan_days = days();
    report.plan = plan();
    let reason = report.unplanned[0].reason.clone();
    report.unplanned = (0..7)
        .map(|n| UnplannedLine {
            case: case(n * 11),
            reason: reason.clone(),
        })
        .collect();
    let around = |n: usize, by: usize| ((n * by) % 101) as f64 / 101.0 * 0.13 - 0.065;
    report.points.truncate(1);
    for (at, name) in [((29.345, 124.155), "石帆支行"), ((29.262, 124.062), "旧灯塔支行")] {
        report.points.push(MapPoint {
            at,
            label: name.to_owned(),
            branch: true,
            day: 0,
        });
    }
    for n in 0..48 {
        report.points.push(MapPoint {
            at: (29.3 + around(n, 37), 124.1 + around(n, 59) * 1.2),
            label: case(n),
            branch: false,
            day: n % 5,
        });
    }
    let mut desk = report.outcomes[1].clone();
    desk.group = ("其他渠道".to_owned(), "Desk".to_owned());
    desk.cases = 292;
    desk.settled = (160, 260, 55.5, 67.2);
    desk.escalated = (41, 292, 10.5, 18.5);
    desk.survey = (120, 2.44, 3.21, 3.02, 3.4);
    report.outcomes[1].survey = (11, 2.5, 3.3, 2.7, 3.9);
    report.outcomes.push(desk);
    report
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("give the file to write")?;
    let lang = if args.next().as_deref() == Some("en") {
        Lang::En
    } else {
        Lang::ZhCn
    };
    let width = args.next().and_then(|w| w.parse().ok()).unwrap_or(100);
    let report = large();
    std::fs::write(&file, report.to_html(lang)?)?;
    std::io::stdout().write_all(report.to_text(lang, width).as_bytes())?;
    Ok(())
}
