//! The shipped calendar against the values of the State Council notices.

use crate::common::cn;
use rules::{Calendar, Date, RollBasis, Sources, YearStatus};

fn d(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn working_days_of_the_published_years() {
    let calendar = cn().calendar();
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        assert_eq!(calendar.working_days(year), days, "{year}");
        assert_eq!(calendar.year_status(year), YearStatus::Published);
        assert!(calendar.notice(year).unwrap().contains("国办发明电"));
    }
}

#[test]
fn single_days() {
    let calendar = cn().calendar();
    let cases = [
        ("2026-02-14", true),  // Saturday worked in exchange
        ("2026-02-20", false), // Friday off in exchange
        ("2026-02-24", true),
        ("2026-02-28", true), // Saturday worked
        ("2026-02-21", false),
        ("2026-01-04", true), // Sunday worked
        ("2026-01-02", false),
        ("2025-10-11", true),
        ("2025-10-08", false),
        ("2025-10-09", true),
        ("2024-02-18", true),
        ("2024-02-09", true), // New Year's Eve was no statutory day in 2024
        ("2024-02-29", true),
        ("2024-10-12", true),
        ("2024-10-13", false),
        ("2027-01-01", false),
        ("2027-05-03", true), // a Monday; no exchange is invented
        ("2027-01-02", false),
        ("2023-10-02", true), // unknown year: weekends only
        ("2023-10-01", false),
    ];
    for (day, worked) in cases {
        assert_eq!(calendar.is_working_day(d(day)), worked, "{day}");
    }
}

#[test]
fn years_without_notice_say_so() {
    let calendar = cn().calendar();
    assert_eq!(calendar.year_status(2027), YearStatus::Provisional);
    assert_eq!(calendar.notice(2027), None);
    assert_eq!(calendar.year_status(2023), YearStatus::Unknown);
    assert_eq!(calendar.year_status(2028), YearStatus::Unknown);
}

#[test]
fn adding_working_days() {
    let calendar = cn().calendar();
    let cases = [
        ("2026-02-13", 1, "2026-02-14", false),
        ("2026-02-13", 2, "2026-02-24", false), // Spring Festival in between
        ("2026-02-13", 7, "2026-03-02", false), // Saturday 28 February is worked
        ("2026-09-30", 1, "2026-10-08", false),
        ("2025-12-31", 1, "2026-01-04", false), // the Sunday is worked
        ("2024-12-31", 1, "2025-01-02", false),
        ("2026-12-31", 1, "2027-01-04", true),
        ("2026-12-30", 1, "2026-12-31", false),
        ("2027-12-31", 1, "2028-01-03", true),
        ("2026-03-02", 0, "2026-03-02", false),
        ("2023-12-29", 1, "2024-01-02", true), // passes the unknown days 30 and 31 December
        ("2026-03-02", 7, "2026-03-11", false),
    ];
    for (start, n, end, provisional) in cases {
        assert_eq!(
            calendar.add_working_days(d(start), n),
            (d(end), provisional),
            "{start} + {n}"
        );
    }
    assert_eq!(calendar.add_working_days(Date::MAX, 5).0, Date::MAX);
}

#[test]
fn roll_bases_differ_on_exchanged_days_and_weekends() {
    let calendar = cn().calendar();
    let cases = [
        ("2026-02-20", RollBasis::Off, "2026-02-24"),
        ("2026-02-20", RollBasis::NotInLieu, "2026-02-20"),
        ("2026-02-20", RollBasis::Statutory, "2026-02-20"),
        ("2026-02-19", RollBasis::Off, "2026-02-24"),
        ("2026-02-19", RollBasis::NotInLieu, "2026-02-20"),
        ("2026-02-16", RollBasis::Statutory, "2026-02-20"),
        ("2026-03-07", RollBasis::Off, "2026-03-09"),
        ("2026-03-07", RollBasis::Statutory, "2026-03-07"),
        ("2026-02-14", RollBasis::Off, "2026-02-14"),
    ];
    for (day, basis, end) in cases {
        assert_eq!(calendar.roll(d(day), basis), (d(end), false), "{day} {basis:?}");
    }
}

#[test]
fn every_mistake_of_a_calendar_is_named() {
    let sources = Sources::parse(
        "format = 1\n[[source]]\nkey = \"s\"\ntitle = \"t\"\nissuer = \"i\"\nconfidence = \"V\"\n",
        "sources.toml",
    )
    .unwrap();
    let text = r#"format = 1
id = "X"
title = { zh-CN = "a", zh-TW = "a", en = "a" }
weekend = ["saturday", "sunday"]
statutory_source = "t"
[[year]]
year = 2026
status = "published"
off = ["02-30", "01-01", "01-01"]
make_up_work = ["01-05", "01-01"]
in_lieu = ["03-03"]
statutory = ["1-1"]
working_days = 300
[[year]]
year = 2026
status = "rumoured"
[[year]]
year = 2026
status = "provisional"
"#;
    let errors = Calendar::parse(text, "x.toml", &sources).unwrap_err();
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}
