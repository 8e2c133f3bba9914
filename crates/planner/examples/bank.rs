//! Plans invented banks and prints how long it takes and what comes out: `cargo run --release -p planner --example bank`.
//!
//! A day of 100 and of 150 visits, a city's fortnight of 3,000, and re-planning after single events at 1,000 visits. With
//! `--long` the fortnight is also planned for ten minutes, to compare. Times are of this machine and of this moment.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use planner::plan::Plan;
use planner::problem::*;
use planner::{check, replan_in_parallel, solve_within};
use std::time::{Duration, Instant};

const HOUR: i64 = 3600;

fn main() {
    let long = std::env::args().any(|arg| arg == "--long");
    for (name, days, staff, visits) in [
        ("a day, 40 staff, 100 visits", 1, 40, 100),
        ("a day, 40 staff, 150 visits", 1, 40, 150),
        ("a week, 40 staff, 150 visits", 5, 40, 150),
    ] {
        let problem = bank(days, staff, visits);
        for seconds in [0.0, 2.0] {
            run(name, &problem, seconds);
        }
    }
    events("a day, 40 staff, 100 visits", &bank(1, 40, 100), 40);
    events("a week, 200 staff, 1000 visits", &bank(5, 200, 1000), 100);
    let fortnight = bank(10, 300, 3000);
    for seconds in [0.0, 60.0] {
        run("a fortnight, 300 staff, 3000 visits", &fortnight, seconds);
    }
    if long {
        run("a fortnight, 300 staff, 3000 visits", &fortnight, 600.0);
    }
    if let Some(peak) = peak() {
        println!("most memory in all: {peak}");
    }
}

/// What the system says of the most memory that this process had.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}

fn run(name: &str, problem: &Problem, seconds: f64) {
    let all = Duration::from_secs_f64(seconds);
    let begin = Instant::now();
    let mut steps = 0;
    let spent = |so_far: planner::Progress| {
        steps = so_far.iterations;
        if begin.elapsed() >= all {
            return 1.0;
        }
        begin.elapsed().as_secs_f64() / seconds
    };
    let plan = match solve_within(problem, 1, spent) {
        Ok(plan) => plan,
        Err(error) => return println!("{name}: {error}"),
    };
    let took = begin.elapsed();
    let wrong = check(problem, &plan).len();
    let t = plan.totals;
    println!(
        "{name}, {seconds} s: {:.1} ms, {steps} attempts; planned {}, left out {} ({} mandatory), deadlines missed {}, value {}, \
         travel {:.1} h, overtime {:.1} h, most visits of one {}; {wrong} violations",
        took.as_secs_f64() * 1e3,
        t.planned,
        t.unplanned,
        t.mandatory_unplanned,
        t.deadlines_missed,
        t.value,
        t.travel_seconds as f64 / 3600.0,
        t.overtime_seconds as f64 / 3600.0,
        t.most_visits_of_one,
    );
}

/// Promises every visit of a plan, lets one thing happen at a time, and plans again.
fn events(name: &str, problem: &Problem, events: usize) {
    let Ok(plan) = solve_within(problem, 1, |so_far| planner::up_to(2000, so_far)) else {
        return println!("{name}: no plan");
    };
    let mut promised = problem.clone();
    for a in &plan.visits {
        if let Some(v) = promised.visits.iter_mut().find(|v| v.id == a.visit) {
            v.promise = Some(Promise {
                day: a.day,
                start: a.start,
                locked: false,
                staff: vec![],
            });
        }
    }
    let d = &mut Dice(7);
    let (mut times, mut moved, mut strangers, mut wrong) = (Vec::new(), 0, 0, 0);
    for event in 0..events {
        let mut changed = promised.clone();
        let one = &plan.visits[d.below(plan.visits.len() as u64) as usize];
        // Whose promises may move: nobody's after a cancellation, those of the person's visits when somebody is ill.
        let mut affected: Vec<&str> = Vec::new();
        if event % 2 == 0 {
            changed.visits.retain(|v| v.id != one.visit);
        } else {
            let ill = &one.crew[0].staff;
            for s in changed.staff.iter_mut().filter(|s| s.id == *ill) {
                s.shifts.retain(|shift| shift.day != one.day);
            }
            let theirs = plan
                .visits
                .iter()
                .filter(|a| a.day == one.day && a.crew.iter().any(|m| m.staff == *ill));
            affected.extend(theirs.map(|a| a.visit.as_str()));
        }
        let begin = Instant::now();
        let Ok(after) = replan_in_parallel(&changed, &plan.visits, 1, 1, |_, _| 1.0) else {
            return println!("{name}: no plan after an event");
        };
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        wrong += check(&changed, &after).len();
        moved += after.moved.len();
        strangers += lost_or_moved(&plan, &after, &changed)
            .iter()
            .filter(|v| !affected.contains(&v.as_str()))
            .count();
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{name}, {events} events: planned again after {:.1} ms (median), {:.1} ms (p99); {:.2} promises of {} moved by an event, {strangers} of \
         people who had nothing to do with it; {wrong} violations",
        at(0.5),
        at(0.99),
        moved as f64 / events as f64,
        plan.visits.len(),
    );
}

/// The visits that are no longer as they were.
fn lost_or_moved(before: &Plan, after: &Plan, problem: &Problem) -> Vec<String> {
    let stays = |a: &planner::Assignment| {
        let same = |b: &planner::Assignment| (&b.visit, b.day, b.start) == (&a.visit, a.day, a.start);
        after.visits.iter().any(same)
    };
    before
        .visits
        .iter()
        .filter(|a| problem.visits.iter().any(|v| v.id == a.visit) && !stays(a))
        .map(|a| a.visit.clone())
        .collect()
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
