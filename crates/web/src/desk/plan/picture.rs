//! The pictures of a plan: the course of a search, a day as bars for each person or crew, routes on the map.

use crate::desk::visits::map;
use app::planning::{Place, Plan, Point, Problem, Route};

/// The size of the curve in its own units.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 120.0;
/// The height of a row and of the head with the hours, in pixels, as the style sheet has them.
pub(super) const ROW: usize = 40;
pub(super) const HEAD: usize = 28;

/// The course of a search: two lines as SVG has them (`points`).
pub(super) struct Curve {
    pub(super) travel: String,
    pub(super) left: String,
}

/// Draws a curve over `all` milliseconds. Each line has its own scale from nothing to its greatest value.
pub(super) fn curve(points: &[Point], all: u64) -> Curve {
    let line = |value: &dyn Fn(&Point) -> i64| {
        let most = points.iter().map(value).max().unwrap_or(0).max(1) as f64;
        let place = |p: &Point| {
            let x = (p.ms as f64 / all.max(1) as f64).min(1.0) * WIDTH;
            let y = HEIGHT - 4.0 - value(p).max(0) as f64 / most * (HEIGHT - 12.0);
            (x, y)
        };
        let mut out = String::new();
        let mut before: Option<f64> = None;
        for p in points {
            let (x, y) = place(p);
            // A value holds until the next one: steps, not slopes.
            if let Some(y) = before {
                out.push_str(&format!("{x:.1},{y:.1} "));
            }
            out.push_str(&format!("{x:.1},{y:.1} "));
            before = Some(y);
        }
        out.trim_end().to_owned()
    };
    Curve {
        travel: line(&|p| p.totals.travel_seconds),
        left: line(&|p| i64::from(p.totals.unplanned)),
    }
}

/// What a bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Visit,
    Way,
    Wait,
    Rest,
}

/// A bar of a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) kind: Kind,
    pub(super) row: usize,
    /// Seconds after midnight.
    pub(super) from: i64,
    pub(super) to: i64,
    /// The visit, or where the way leads; empty for the way home and rest.
    pub(super) visit: String,
}

/// A day as bars: rows by person in the order of the routes.
pub(super) fn bars(routes: &[&Route]) -> Vec<Bar> {
    let mut bars = Vec::new();
    for (row, route) in routes.iter().enumerate() {
        let mut bar = |kind, from: i64, to: i64, visit: &str| {
            if to > from {
                bars.push(Bar {
                    kind,
                    row,
                    from,
                    to,
                    visit: visit.to_owned(),
                });
            }
        };
        if let Some(rest) = route.rest {
            bar(Kind::Rest, rest.start, rest.end, "");
        }
        for stop in &route.stops {
            bar(Kind::Way, stop.leg.depart, stop.leg.arrive, &stop.visit);
            bar(Kind::Wait, stop.leg.arrive, stop.start, &stop.visit);
            bar(Kind::Visit, stop.start, stop.end, &stop.visit);
        }
        bar(Kind::Way, route.home.depart, route.home.arrive, "");
    }
    bars
}

/// Where hours and bars stand, in per cent of the width.
pub(super) struct Scale {
    /// First and last shown minute.
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Scale {
    /// From 8 to 18, or more where something begins earlier or ends later.
    pub(super) fn of(bars: &[Bar]) -> Self {
        let first = bars
            .iter()
            .map(|b| b.from)
            .min()
            .unwrap_or(8 * 3600)
            .clamp(0, 8 * 3600)
            / 3600;
        let last = bars.iter().map(|b| b.to).max().unwrap_or(0);
        let last = ((last + 3599) / 3600).clamp(18, 48);
        Scale {
            first: first * 60,
            last: last * 60,
        }
    }

    fn share(&self, seconds: i64) -> f64 {
        let minutes = seconds as f64 / 60.0;
        (minutes - self.first as f64) / (self.last - self.first) as f64
    }

    pub(super) fn x(&self, seconds: i64) -> String {
        format!("{:.3}%", self.share(seconds) * 100.0)
    }

    pub(super) fn width(&self, from: i64, to: i64) -> String {
        format!("{:.3}%", (self.share(to) - self.share(from)) * 100.0)
    }

    pub(super) fn hours(&self) -> Vec<(i64, String)> {
        let hours = self.first / 60..self.last / 60;
        hours.map(|h| (h % 24, self.x(h * 3600))).collect()
    }
}

/// A day on the map: bases, doors, and each person's way as SVG has it (`points`).
pub(super) struct Ways {
    /// Visit and place.
    pub(super) doors: Vec<(String, (String, String))>,
    pub(super) bases: Vec<(String, String)>,
    /// Person (as the routes count them) and line.
    pub(super) lines: Vec<(usize, String)>,
    /// The scale's words without unit, and where its line ends.
    pub(super) scale: (String, String),
}

fn point(place: Place) -> Option<(f64, f64)> {
    match place {
        Place::Geo { lat, lon } => Some((lat, lon)),
        Place::Plane { .. } | Place::Node(_) => None,
    }
}

/// Lays the routes of a day out.
pub(super) fn ways(problem: &Problem, plan: &Plan, day: i32) -> Ways {
    let routes: Vec<&Route> = plan.routes.iter().filter(|r| r.day == day).collect();
    let door = |visit: &str| {
        let found = problem.visits.iter().find(|v| v.id == visit)?;
        point(found.place)
    };
    let base = |staff: &str| {
        let found = problem.staff.iter().find(|s| s.id == staff)?;
        point(found.base)
    };
    // Bases first: they stand where they are, doors make room.
    let mut bases: Vec<(f64, f64)> = Vec::new();
    for at in routes.iter().filter_map(|r| base(&r.staff)) {
        if !bases.contains(&at) {
            bases.push(at);
        }
    }
    let mut doors: Vec<(String, (f64, f64))> = Vec::new();
    for a in plan.visits.iter().filter(|a| a.day == day) {
        doors.extend(door(&a.visit).map(|at| (a.visit.clone(), at)));
    }
    let all: Vec<(f64, f64)> = bases
        .iter()
        .copied()
        .chain(doors.iter().map(|(_, at)| *at))
        .collect();
    let plot = map::plot(&all);
    let text = |(x, y): (f64, f64)| (format!("{x:.1}"), format!("{y:.1}"));
    let spot_of_base = |at: (f64, f64)| {
        let n = bases.iter().position(|b| *b == at)?;
        plot.spots.get(n).copied()
    };
    let spot_of_door = |visit: &str| {
        let n = doors.iter().position(|(v, _)| v == visit)?;
        plot.spots.get(bases.len() + n).copied()
    };
    let lines = routes
        .iter()
        .enumerate()
        .map(|(n, route)| {
            let home = base(&route.staff).and_then(spot_of_base);
            let stops = route.stops.iter().filter_map(|s| spot_of_door(&s.visit));
            let line: Vec<String> = home
                .into_iter()
                .chain(stops)
                .chain(home)
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            (n, line.join(" "))
        })
        .collect();
    Ways {
        doors: doors
            .iter()
            .filter_map(|(v, _)| Some((v.clone(), text(spot_of_door(v)?))))
            .collect(),
        bases: bases
            .iter()
            .filter_map(|at| Some(text(spot_of_base(*at)?)))
            .collect(),
        lines,
        scale: (plot.scale_km.to_string(), format!("{:.1}", 18.0 + plot.scale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::planning::{Leg, Span, Stop, Totals};

    fn point_at(ms: u64, travel: i64, unplanned: u32) -> Point {
        Point {
            ms,
            iterations: 0,
            totals: Totals {
                travel_seconds: travel,
                unplanned,
                ..Totals::default()
            },
        }
    }

    #[test]
    fn a_curve_goes_in_steps_from_left_to_right() {
        let c = curve(&[point_at(0, 100, 2), point_at(1000, 50, 0)], 2000);
        assert_eq!(c.travel, "0.0,8.0 240.0,8.0 240.0,62.0");
        assert_eq!(c.left, "0.0,8.0 240.0,8.0 240.0,116.0");
        assert_eq!(curve(&[], 0).travel, "");
        assert_eq!(curve(&[point_at(9, 0, 0)], 1).travel, "480.0,116.0");
    }

    #[test]
    fn a_day_has_its_ways_waits_visits_and_rest() {
        let leg = |depart, arrive| Leg {
            depart,
            arrive,
            metres: 1,
        };
        let route = Route {
            staff: "a".into(),
            day: 0,
            stops: vec![Stop {
                visit: "v".into(),
                leg: leg(30_000, 31_000),
                wait: 1400,
                start: 32_400,
                end: 36_000,
            }],
            home: leg(36_000, 37_000),
            rest: Some(Span::new(43_200, 45_900)),
            travel_seconds: 2000,
            travel_metres: 2,
            overtime_seconds: 0,
        };
        let bars = bars(&[&route]);
        let kinds: Vec<Kind> = bars.iter().map(|b| b.kind).collect();
        assert_eq!(kinds, [Kind::Rest, Kind::Way, Kind::Wait, Kind::Visit, Kind::Way]);
        let scale = Scale::of(&bars);
        assert_eq!((scale.first, scale.last, scale.hours().len()), (480, 1080, 10));
        assert_eq!(scale.x(9 * 3600), "10.000%");
        assert_eq!(scale.width(9 * 3600, 10 * 3600), "10.000%");
        let late = Bar {
            to: 20 * 3600 + 60,
            ..bars[3].clone()
        };
        assert_eq!(Scale::of(&[late]).last, 21 * 60);
    }
}
