//! A small invented report, the same every time.

use letters::{
    Bar, ClockLine, DemoReport, FigureLine, MapPoint, OutcomeLine, RouteStop, ScreenedLine, StaffDay,
    UnplannedLine,
};

fn pair(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

fn bars(bars: &[(&str, &str, usize)]) -> Vec<Bar> {
    let bar = |(zh, en, count): &(&str, &str, usize)| Bar {
        name: pair(zh, en),
        count: *count,
    };
    bars.iter().map(bar).collect()
}

fn figures(figures: &[(&str, &str, &str)]) -> Vec<FigureLine> {
    let figure = |(zh, en, value): &(&str, &str, &str)| FigureLine {
        name: pair(zh, en),
        value: (*value).to_owned(),
    };
    figures.iter().map(figure).collect()
}

fn clock(case: &str, days_left: i64, due: &str, notes: (bool, bool)) -> ClockLine {
    ClockLine {
        case: case.to_owned(),
        clock: pair(
            "作出处理决定并告知投诉人",
            "Decide the complaint and tell the complainant",
        ),
        state: pair("初步审核中", "under review"),
        due: due.to_owned(),
        days_left,
        extended: notes.0,
        provisional: notes.1,
        handler: "经办甲".to_owned(),
    }
}

fn stop(case: &str, minutes: (i64, i64), with: &[&str]) -> RouteStop {
    RouteStop {
        case: case.to_owned(),
        minutes,
        with: with.iter().map(|s| (*s).to_owned()).collect(),
    }
}

fn staff(day: &str, name: &str, role: (&str, &str), stops: Vec<RouteStop>) -> StaffDay {
    StaffDay {
        day: day.to_owned(),
        staff: name.to_owned(),
        role: pair(role.0, role.1),
        stops,
        travel_minutes: 74,
    }
}

fn point(at: (f64, f64), label: &str, branch: bool, day: usize) -> MapPoint {
    MapPoint {
        at,
        label: label.to_owned(),
        branch,
        day,
    }
}

const MANAGER: (&str, &str) = ("客户经理", "relationship manager");
const LAWYER: (&str, &str) = ("法律顾问", "legal adviser");

const DERIVATION_ZH: &str = "\
时限 cn.nfra.decide：作出处理决定并告知投诉人
 1. 2026-10-30收到，适用当日有效的规则：规则包cn 2026.11，本时限自2020-03-01起有效
 2. 2026-10-30当日不计入，自2026-10-31起算第1日
    依据 count.cn.first_day：按年、月、日计算期间的，开始的当日不计入，自下一日开始计算〔民法典（全国人大）art. 201；可信度 V〕
 3. 时限15日（自然日）：最后一日为2026-11-14
    依据 cn.nfra.decide.simple：事实清楚、争议情况简单的，自收到消费投诉之日起15日内作出处理决定并告知投诉人〔银行业保险业消费投诉处理管理办法（银保监会令2020年第3号）art. 20 (number to verify)；可信度 S〕
 4. 截至2026-11-22：已超期
";

const DERIVATION_EN: &str = "\
Clock cn.nfra.decide: Decide the complaint and tell the complainant
 1. Received 2026-10-30; the rules of that day govern: pack cn 2026.11, this clock in force from 2020-03-01
 2. The start day 2026-10-30 is not counted; day 1 is 2026-10-31
    by count.cn.first_day: In a period of years, months or days the first day is not counted and counting starts the next day [民法典 (全国人大) art. 201; confidence V]
 3. Limit of 15 calendar days: the last day is 2026-11-14
    by cn.nfra.decide.simple: Clear facts and a simple dispute: decide and tell the complainant within 15 days of receipt [银行业保险业消费投诉处理管理办法 (银保监会令2020年第3号) art. 20 (number to verify); confidence S]
 4. On 2026-11-22: overdue
";

/// Four cases, two days, two crews.
pub(crate) fn small() -> DemoReport {
    DemoReport {
        bank: pair("澜川银行", "Lanchuan Bank"),
        source: "seed 1".to_owned(),
        made_at: "2026-11-22 17:20".to_owned(),
        figures: figures(&[
            ("案件", "Cases", "600"),
            ("已结案", "Closed", "412"),
            ("邀约上门", "Offered a visit", "96"),
            ("客户同意", "Consented", "58"),
            ("超期时限", "Overdue clocks", "2"),
        ]),
        states: bars(&[
            ("已收到", "received", 12),
            ("初步审核中", "under review", 31),
            ("已排期", "scheduled", 24),
            ("已结案", "closed", 412),
        ]),
        lines: bars(&[
            ("贷款", "Loans", 210),
            ("信用卡", "Cards", 180),
            ("账户", "Accounts", 89),
        ]),
        clocks: vec![
            clock("FC-7K3M-29QD-8ZTA-4", -8, "2026-11-14", (false, false)),
            clock("FC-2B8N-5TXK-1WQR-9", 0, "2026-11-22", (true, false)),
            clock("FC-9DPV-3HJ6-4YCE-2", 12, "2026-12-04", (false, true)),
        ],
        derivation: pair(DERIVATION_ZH, DERIVATION_EN),
        screened: vec![ScreenedLine {
            case: "FC-7K3M-29QD-8ZTA-4".to_owned(),
            customer: "李*".to_owned(),
            line: pair("贷款", "Loans"),
            points: (9, 6),
            reasons: vec![
                pair("第 3 次就同一事项投诉", "third complaint about the same matter"),
                pair("表示将向监管机构反映", "says they will go to the regulator"),
            ],
            decided_by: "组长乙".to_owned(),
            answer: pair("同意上门", "agreed to a visit"),
        }],
        screening_totals: (96, 24, 292),
        plan_days: vec!["2026-11-23".to_owned(), "2026-11-24".to_owned()],
        plan: vec![
            staff(
                "2026-11-23",
                "陈一",
                MANAGER,
                vec![
                    stop("FC-7K3M-29QD-8ZTA-4", (570, 660), &["林二"]),
                    stop("FC-2B8N-5TXK-1WQR-9", (840, 915), &["林二"]),
                ],
            ),
            staff(
                "2026-11-23",
                "林二",
                LAWYER,
                vec![
                    stop("FC-7K3M-29QD-8ZTA-4", (570, 660), &["陈一"]),
                    stop("FC-2B8N-5TXK-1WQR-9", (840, 915), &["陈一"]),
                ],
            ),
            staff(
                "2026-11-23",
                "周三",
                MANAGER,
                vec![stop("FC-9DPV-3HJ6-4YCE-2", (600, 660), &[])],
            ),
        ],
        unplanned: vec![UnplannedLine {
            case: "FC-4MXA-8KQ2-7RTB-6".to_owned(),
            reason: (
                "客户的时段内人员都已另有安排".to_owned(),
                "no member of the crew is free in the windows the customer agreed to".to_owned(),
            ),
        }],
        points: vec![
            point((29.300, 124.100), "望潮支行", true, 0),
            point((29.331, 124.128), "FC-7K3M-29QD-8ZTA-4", false, 0),
            point((29.288, 124.071), "FC-2B8N-5TXK-1WQR-9", false, 0),
            point((29.312, 124.150), "FC-9DPV-3HJ6-4YCE-2", false, 1),
        ],
        visit_outcomes: bars(&[("已完成", "held", 41), ("客户不在", "customer absent", 6)]),
        closings: bars(&[
            ("达成和解", "agreement", 230),
            ("不成立且接受", "not upheld, accepted", 120),
        ]),
        outcomes: vec![
            OutcomeLine {
                group: pair("上门", "Visited"),
                cases: 58,
                settled: (40, 50, 67.0, 88.8),
                survey: (31, 2.41, 3.87, 3.55, 4.19),
                escalated: (3, 58, 1.8, 14.1),
            },
            OutcomeLine {
                group: pair("对照组", "Held out"),
                cases: 24,
                settled: (13, 20, 43.3, 81.9),
                survey: (0, 0.0, 0.0, 0.0, 0.0),
                escalated: (4, 24, 6.7, 35.9),
            },
        ],
    }
}
