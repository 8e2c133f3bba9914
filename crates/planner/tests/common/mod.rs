//! Random problems for the tests: small, rich, and on a grid of five minutes, so that trying every start on the grid is
//! trying every start.

use planner::problem::*;
use proptest::{prelude::ProptestConfig, test_runner::RngSeed};

/// One step of the grid in seconds.
pub(crate) const STEP: i64 = 300;

/// The same problems in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for others and for more.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let rng_seed = if usual.rng_seed == RngSeed::Random {
        RngSeed::Fixed(2026)
    } else {
        usual.rng_seed
    };
    ProptestConfig {
        cases,
        rng_seed,
        failure_persistence: None,
        ..usual
    }
}

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(crate) fn range(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as u64) as i64
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn some(&mut self, percent: u64, from: &[&str]) -> Vec<String> {
        from.iter()
            .filter(|_| self.chance(percent))
            .map(|s| (*s).to_string())
            .collect()
    }

    fn span(&mut self, from: i64, to: i64, least: i64, most: i64) -> Span {
        let start = self.range(from, to);
        Span::new(start * STEP, (start + self.range(least, most)) * STEP)
    }
}

const ROLES: [&str; 3] = ["relationship_manager", "legal_counsel", "technician"];

/// A random problem; `tight` ones have fewer staff hours than visits ask for.
pub(crate) fn problem(seed: u64) -> Problem {
    let d = &mut Dice::new(seed);
    let days: Vec<Day> = (0..d.range(1, 3))
        .scan(d.range(0, 1), |next, _| {
            let index = *next as i32;
            *next += d.range(1, 3);
            let visiting_hours = d.chance(10).then(|| vec![d.span(96, 120, 12, 60)]);
            Some(Day {
                label: format!("day {index}"),
                index,
                visiting_hours,
            })
        })
        .collect();
    let staff_count = d.range(1, 6);
    let visit_count = d.range(1, 9);
    let kind = d.below(3);
    let mut nodes = 0;
    let mut place = |d: &mut Dice| match kind {
        0 => {
            nodes += 1;
            Place::Node(nodes - 1)
        }
        1 => Place::Plane {
            x: d.range(0, 9000) as f64,
            y: d.range(0, 9000) as f64,
        },
        _ => Place::geo(
            30.0 + d.range(0, 900) as f64 / 1e4,
            120.0 + d.range(0, 900) as f64 / 1e4,
        ),
    };
    let staff: Vec<Staff> = (0..staff_count)
        .map(|i| person(d, i, &days, &mut place))
        .collect();
    let visits: Vec<Visit> = (0..visit_count)
        .map(|i| visit(d, i, &days, &staff, &mut place))
        .collect();
    let travel = if kind == 0 {
        matrix(d, nodes)
    } else {
        Travel::default()
    };
    let rules = Rules {
        visiting_hours: if d.chance(20) {
            vec![
                Span::new(96 * STEP, 144 * STEP),
                Span::new(160 * STEP, 220 * STEP),
            ]
        } else {
            Rules::default().visiting_hours
        },
        least_crew: if d.chance(40) { 2 } else { 1 },
        min_notice_days: d.range(0, 1) as i32,
        min_days_between_visits: d.range(0, 2) as i32,
        start_every: [1, STEP, 3 * STEP][d.below(3) as usize],
        window_covers: if d.chance(15) {
            WindowCovers::Start
        } else {
            WindowCovers::WholeVisit
        },
        crew_day: crew_day(d, 20).unwrap_or_default(),
    };
    let mut problem = Problem {
        days,
        staff,
        visits,
        rules,
        travel,
        goals: Goal::usual_order(),
    };
    if d.chance(40) {
        name_the_rows(&mut problem);
    }
    problem
}

/// Gives the rows of a matrix coordinates, and the places these instead of numbers.
fn name_the_rows(problem: &mut Problem) {
    let Travel::Matrix { seconds, places, .. } = &mut problem.travel else {
        return;
    };
    let named = |node: usize| Place::geo(30.0 - node as f64, 120.0);
    places.extend((0..seconds.len()).map(named));
    let rename = |place: &mut Place| {
        if let Place::Node(node) = *place {
            *place = named(node);
        }
    };
    for s in &mut problem.staff {
        rename(&mut s.base);
        s.end.iter_mut().for_each(rename);
    }
    problem.visits.iter_mut().for_each(|v| rename(&mut v.place));
}

/// Sometimes with a short cut through a third place, and the way back seldom as long as the way there.
fn matrix(d: &mut Dice, n: usize) -> Travel {
    let cell = |d: &mut Dice, i: usize, j: usize| if i == j { 0 } else { STEP * d.range(0, 9) };
    let seconds: Vec<Vec<i64>> = (0..n).map(|i| (0..n).map(|j| cell(d, i, j)).collect()).collect();
    let metres = if d.chance(50) {
        seconds
            .iter()
            .map(|row| row.iter().map(|s| s * 7).collect())
            .collect()
    } else {
        Vec::new()
    };
    Travel::Matrix {
        seconds,
        metres,
        places: Vec::new(),
    }
}

fn person(d: &mut Dice, i: i64, days: &[Day], place: &mut impl FnMut(&mut Dice) -> Place) -> Staff {
    let mut shifts = Vec::new();
    let mut absences = Vec::new();
    for day in days {
        if d.chance(85) {
            let span = d.span(90, 112, 40, 120);
            let overtime = if d.chance(30) { STEP * d.range(1, 12) } else { 0 };
            shifts.push(Shift {
                day: day.index,
                start: span.start,
                end: span.end,
                overtime,
            });
        }
        if d.chance(15) {
            let span = d.span(96, 180, 3, 24);
            absences.push(Window::new(day.index, span.start, span.end));
        }
    }
    Staff {
        id: format!("s{i}"),
        roles: d.some(70, &ROLES),
        skills: if d.chance(50) {
            let valid_to = d.chance(30).then(|| d.range(0, 4) as i32);
            vec![Skill {
                name: "mediation".into(),
                level: d.below(4) as u8,
                valid_to,
            }]
        } else {
            Vec::new()
        },
        languages: d.some(60, &["zh", "yue"]),
        woman: d.chance(50),
        needs_step_free: d.chance(8),
        base: place(d),
        end: if d.chance(15) { Some(place(d)) } else { None },
        shifts,
        rest: d.chance(50).then(|| {
            let span = d.span(132, 160, 6, 30);
            let seconds = STEP * d.range(3, 6);
            Rest {
                earliest: span.start,
                latest: span.end,
                seconds,
            }
        }),
        max_visits_per_day: d.chance(30).then(|| d.range(0, 5) as u32),
        max_travel_per_day: d.chance(20).then(|| STEP * d.range(4, 30)),
        conflicts: d.some(10, &["c0", "c1", "c2", "c3"]),
        absences,
    }
}

fn crew_day(d: &mut Dice, percent: u64) -> Option<CrewDay> {
    d.chance(percent).then(|| {
        if d.chance(80) {
            CrewDay::Together
        } else {
            CrewDay::MeetsAtDoor
        }
    })
}

fn visit(
    d: &mut Dice,
    i: i64,
    days: &[Day],
    staff: &[Staff],
    place: &mut impl FnMut(&mut Dice) -> Place,
) -> Visit {
    let windows: Vec<Window> = (0..if d.chance(6) { 0 } else { d.range(1, 4) })
        .map(|_| {
            let day = days[d.below(days.len() as u64) as usize].index;
            let span = d.span(92, 190, 8, 60);
            Window::new(day, span.start, span.end)
        })
        .collect();
    let mut needs = Vec::new();
    for role in ROLES {
        if d.chance(28) {
            let skill = d.chance(25).then(|| SkillNeed {
                name: "mediation".into(),
                level: d.below(3) as u8,
            });
            let count = if d.chance(15) { 2 } else { 1 };
            needs.push(RoleNeed {
                role: role.into(),
                count,
                skill,
            });
        }
    }
    let ids: Vec<String> = staff.iter().map(|s| s.id.clone()).collect();
    let pick = |d: &mut Dice, percent| {
        ids.iter()
            .filter(|_| d.chance(percent))
            .cloned()
            .collect::<Vec<_>>()
    };
    let promise = d.chance(20).then(|| {
        let locked = d.chance(50);
        let (day, start) = match windows.first() {
            Some(w) if d.chance(85) => (w.day, w.start),
            _ => (d.range(0, 4) as i32, STEP * d.range(100, 200)),
        };
        Promise {
            day,
            start,
            locked,
            staff: if locked && d.chance(40) {
                pick(d, 40)
            } else {
                Vec::new()
            },
        }
    });
    let earliest_day = d.chance(10).then(|| d.range(0, 2) as i32);
    Visit {
        id: format!("v{i}"),
        customer: format!("c{}", d.below(5)),
        place: place(d),
        service: STEP * d.range(2, 12),
        needs,
        min_crew: d.range(0, 2) as u32,
        windows,
        earliest_day,
        latest_day: d
            .chance(10)
            .then(|| earliest_day.unwrap_or(0) + d.range(0, 3) as i32),
        deadline_day: d.chance(50).then(|| d.range(0, 4) as i32),
        notice_day: d.range(-1, 0) as i32,
        mandatory: d.chance(40),
        value: d.below(9) as u32,
        promise,
        preferred_staff: pick(d, 10),
        forbidden_staff: pick(d, 10),
        language: d.chance(15).then(|| "yue".into()),
        women_only: d.chance(10),
        needs_step_free: d.chance(8),
        step_free: d.chance(70),
        crew_day: crew_day(d, 15),
    }
}
