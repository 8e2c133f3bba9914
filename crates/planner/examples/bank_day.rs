//! Plans one day of a bank (40 staff, 150 visits) and a city's fortnight (300 staff, 3,000 visits) and prints how long it
//! takes: `cargo run --release -p planner --example bank_day`. With an argument `N`: N improving iterations for the day.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use planner::problem::*;
use planner::{check, solve};
use std::time::Instant;

const HOUR: i64 = 3600;

fn main() {
    let iterations = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(2000);
    run("day, 40 staff, 150 visits", &bank(1, 40, 150), 0);
    run("day, 40 staff, 150 visits", &bank(1, 40, 150), iterations);
    run("week, 40 staff, 150 visits", &bank(5, 40, 150), 0);
    run("week, 40 staff, 150 visits", &bank(5, 40, 150), iterations);
    run("fortnight, 300 staff, 3000 visits", &bank(10, 300, 3000), 0);
}

fn run(name: &str, problem: &Problem, iterations: u32) {
    let begin = Instant::now();
    match solve(problem, 1, iterations) {
        Ok(plan) => {
            let took = begin.elapsed();
            let begin = Instant::now();
            let wrong = check(problem, &plan).len();
            let t = plan.totals;
            println!(
                "{name}, {iterations} iterations: {:.1} ms; planned {}, left out {} ({} mandatory), deadlines missed {}, \
                 travel {:.1} h, overtime {:.1} h, most visits of one {}; checked in {:.1} ms: {wrong} violations",
                took.as_secs_f64() * 1e3,
                t.planned,
                t.unplanned,
                t.mandatory_unplanned,
                t.deadlines_missed,
                t.travel_seconds as f64 / 3600.0,
                t.overtime_seconds as f64 / 3600.0,
                t.most_visits_of_one,
                begin.elapsed().as_secs_f64() * 1e3,
            );
        }
        Err(error) => println!("{name}: {error}"),
    }
}

/// A linear congruential generator (Knuth's MMIX constants): enough for a sample.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n) as i64
    }
}

/// A city of 20 by 20 km, visits by relationship managers with counsel, specialist or technician.
fn bank(days: i32, staff: usize, visits: usize) -> Problem {
    let d = &mut Dice(42);
    let somewhere = |d: &mut Dice| {
        Place::geo(
            31.14 + d.below(18_000) as f64 / 1e5,
            121.38 + d.below(21_000) as f64 / 1e5,
        )
    };
    let roles = [
        "relationship_manager",
        "legal_counsel",
        "relationship_manager",
        "service_specialist",
        "technician",
    ];
    let staff = (0..staff)
        .map(|i| Staff {
            id: format!("s{i:03}"),
            roles: vec![roles[i % roles.len()].into()],
            skills: vec![],
            languages: if i % 3 == 0 {
                vec!["zh".into(), "yue".into()]
            } else {
                vec!["zh".into()]
            },
            woman: i % 2 == 0,
            needs_step_free: false,
            base: Place::geo(31.20 + (i % 3) as f64 * 0.04, 121.44 + (i % 3) as f64 * 0.05),
            end: None,
            shifts: (1..=days)
                .map(|day| Shift {
                    day,
                    start: 8 * HOUR + 1800,
                    end: 18 * HOUR,
                    overtime: HOUR,
                })
                .collect(),
            rest: Some(Rest {
                earliest: 11 * HOUR,
                latest: 14 * HOUR,
                seconds: 2700,
            }),
            max_visits_per_day: Some(8),
            max_travel_per_day: Some(4 * HOUR),
            conflicts: vec![format!("c{}", d.below(visits as u64))],
            absences: vec![],
        })
        .collect();
    let visits = (0..visits)
        .map(|i| {
            let role = roles[1 + d.below(4) as usize];
            let need = |role: &str| RoleNeed {
                role: role.into(),
                count: 1,
                skill: None,
            };
            let windows = (0..1 + d.below(3))
                .map(|_| {
                    let from = (8 + d.below(8)) * HOUR;
                    Window::new(
                        1 + d.below(days as u64) as i32,
                        from,
                        from + (2 + d.below(4)) * HOUR,
                    )
                })
                .collect();
            Visit {
                id: format!("v{i:04}"),
                customer: format!("c{i}"),
                place: somewhere(d),
                service: 1800 + 900 * d.below(4),
                needs: if role == "relationship_manager" {
                    vec![need(role)]
                } else {
                    vec![need("relationship_manager"), need(role)]
                },
                min_crew: 0,
                windows,
                earliest_day: None,
                latest_day: None,
                deadline_day: Some(1 + d.below(2 * days as u64) as i32),
                notice_day: 0,
                mandatory: d.below(3) == 0,
                value: 1 + d.below(9) as u32,
                promise: None,
                preferred_staff: vec![],
                forbidden_staff: vec![],
                language: (d.below(12) == 0).then(|| "yue".into()),
                women_only: d.below(20) == 0,
                needs_step_free: false,
                step_free: true,
                crew_day: None,
            }
        })
        .collect();
    Problem {
        days: (1..=days)
            .map(|index| Day {
                label: format!("day {index}"),
                index,
                visiting_hours: None,
            })
            .collect(),
        staff,
        visits,
        rules: Rules::default(),
        travel: Travel::default(),
        goals: Goal::usual_order(),
    }
}
