//! Branches and places of visits at their straight positions, with a scale bar and no base map.

use crate::{report::DemoReport, tongue::Tongue};

const WIDTH: f64 = 620.0;
const MARGIN: f64 = 56.0;
/// Kilometres of one degree of a great circle (mean earth radius 6371.0 km).
const DEGREE: f64 = 111.195;
const COLOURS: usize = 8;

/// The map, ready to be drawn.
pub(crate) struct Map {
    pub(crate) width: String,
    pub(crate) height: String,
    pub(crate) lines_x: Vec<String>,
    pub(crate) lines_y: Vec<String>,
    pub(crate) visits: Vec<Spot>,
    pub(crate) branches: Vec<Spot>,
    pub(crate) scale: Scale,
    pub(crate) days: Vec<DayKey>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Spot {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) label: String,
    /// The day of the plan, from one.
    pub(crate) number: usize,
    pub(crate) colour: usize,
    /// The label stands on the left, since there is no room on the right.
    pub(crate) left: bool,
}

pub(crate) struct Scale {
    pub(crate) x: String,
    pub(crate) end: String,
    pub(crate) middle: String,
    pub(crate) y: String,
    pub(crate) text_y: String,
    pub(crate) label: String,
}

pub(crate) struct DayKey {
    pub(crate) number: usize,
    pub(crate) colour: usize,
    pub(crate) label: String,
    pub(crate) visits: String,
}

pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) kind: &'static str,
    pub(crate) day: String,
    pub(crate) nearest: String,
}

/// Kilometres between two points, on the plane that touches the earth between them: right to a part in a
/// thousand within one city.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let middle = f64::midpoint(a.0, b.0).to_radians().cos();
    (a.0 - b.0).hypot((a.1 - b.1) * middle) * DEGREE
}

fn distance(km: f64) -> String {
    match km {
        k if k < 10.0 => format!("{k:.1} km"),
        k => format!("{k:.0} km"),
    }
}

/// A round length, at most a quarter of `span` kilometres.
fn round_length(span: f64) -> f64 {
    let goal = (span / 4.0).max(1e-6);
    let ten = 10f64.powf(goal.log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|f| f * ten)
        .find(|l| *l <= goal)
        .unwrap_or(ten)
}

/// Draws the map; `None` where no point has a position on earth.
pub(crate) fn draw(report: &DemoReport, tongue: Tongue) -> Option<Map> {
    let w = tongue.words();
    let on_earth = |(north, east): (f64, f64)| north.abs() <= 90.0 && east.abs() <= 180.0;
    let points: Vec<_> = report.points.iter().filter(|p| on_earth(p.at)).collect();
    let least = |f: fn((f64, f64)) -> f64| points.iter().map(|p| f(p.at)).reduce(f64::min);
    let most = |f: fn((f64, f64)) -> f64| points.iter().map(|p| f(p.at)).reduce(f64::max);
    let (south, north) = (least(|p| p.0)?, most(|p| p.0)?);
    let (west, east) = (least(|p| p.1)?, most(|p| p.1)?);

    let narrow = f64::midpoint(south, north).to_radians().cos().max(0.01);
    let wide_km = ((east - west) * narrow * DEGREE).max(1.0);
    let high_km = ((north - south) * DEGREE).max(1.0);
    let height = ((WIDTH - 2.0 * MARGIN) * high_km / wide_km + 2.0 * MARGIN).clamp(360.0, 620.0);
    let per_km = ((WIDTH - 2.0 * MARGIN) / wide_km).min((height - 2.0 * MARGIN) / high_km);
    let middle = (f64::midpoint(south, north), f64::midpoint(west, east));
    let x = |at: (f64, f64)| WIDTH / 2.0 + (at.1 - middle.1) * narrow * DEGREE * per_km;
    let y = |at: (f64, f64)| height / 2.0 - (at.0 - middle.0) * DEGREE * per_km;

    let step = round_length(WIDTH / per_km) * per_km;
    let grid = |from: f64, to: f64| {
        let first = from - (from / step).floor() * step;
        std::iter::successors(Some(first), move |v| Some(v + step)).take_while(move |v| *v < to)
    };
    let fixed = |v: f64| format!("{v:.1}");
    let spot = |p: &crate::report::MapPoint| Spot {
        x: fixed(x(p.at)),
        y: fixed(y(p.at)),
        label: p.label.clone(),
        number: p.day.saturating_add(1),
        colour: p.day % COLOURS,
        left: x(p.at) > WIDTH * 0.72,
    };
    let branches = || points.iter().filter(|p| p.branch);
    let visits = || points.iter().filter(|p| !p.branch);
    let (scale_x, scale_y) = (20.0, height - 20.0);
    let rows = branches().chain(visits()).map(|p| Row {
        label: p.label.clone(),
        kind: if p.branch { w.branch } else { w.visit },
        day: match report.plan_days.get(p.day) {
            Some(day) if !p.branch => tongue.day(day),
            _ => "—".to_owned(),
        },
        nearest: {
            let near = branches()
                .map(|b| (kilometres(p.at, b.at), b))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            match near {
                Some((km, b)) if !p.branch => format!("{} · {}", b.label, distance(km)),
                _ => "—".to_owned(),
            }
        },
    });
    Some(Map {
        width: format!("{WIDTH:.0}"),
        height: format!("{height:.0}"),
        lines_x: grid(WIDTH / 2.0, WIDTH).map(fixed).collect(),
        lines_y: grid(height / 2.0, height).map(fixed).collect(),
        visits: visits().map(|p| spot(p)).collect(),
        branches: branches().map(|p| spot(p)).collect(),
        scale: Scale {
            x: fixed(scale_x),
            end: fixed(scale_x + step),
            middle: fixed(scale_x + step / 2.0),
            y: fixed(scale_y),
            text_y: fixed(scale_y - 8.0),
            label: match step / per_km {
                km if km < 1.0 => format!("{:.0} m", km * 1000.0),
                km => format!("{km:.0} km"),
            },
        },
        days: report
            .plan_days
            .iter()
            .enumerate()
            .map(|(i, day)| DayKey {
                number: i + 1,
                colour: i % COLOURS,
                label: tongue.day(day),
                visits: tongue.visits(visits().filter(|p| p.day == i).count()),
            })
            .collect(),
        rows: rows.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::MapPoint;

    fn point(at: (f64, f64), branch: bool) -> MapPoint {
        MapPoint {
            at,
            label: "P".to_owned(),
            branch,
            day: 0,
        }
    }

    fn drawn(points: Vec<MapPoint>) -> Option<Map> {
        let report = DemoReport {
            points,
            plan_days: vec!["2026-11-23".to_owned()],
            ..DemoReport::default()
        };
        draw(&report, Tongue::En)
    }

    #[test]
    fn scale_bar_is_as_long_as_it_says() {
        // A tenth of a degree of latitude is 11.1 km high; the bar is 2 km.
        let map = drawn(vec![point((29.30, 124.1), true), point((29.40, 124.1), false)]).unwrap();
        let number = |s: &str| s.parse::<f64>().unwrap();
        let pixels = number(&map.branches[0].y) - number(&map.visits[0].y);
        let bar = number(&map.scale.end) - number(&map.scale.x);
        let says: f64 = map.scale.label.strip_suffix(" km").unwrap().parse().unwrap();
        assert!(
            (pixels / bar * says - 11.1195).abs() < 0.02,
            "{pixels} {bar} {says}"
        );
        assert_eq!(map.rows[1].nearest, "P · 11 km");
    }

    #[test]
    fn east_and_north_keep_their_proportion() {
        // At 60° north a degree of longitude is half as long as one of latitude.
        let map = drawn(vec![
            point((60.0, 10.0), true),
            point((60.1, 10.0), false),
            point((60.0, 10.2), false),
        ])
        .unwrap();
        let at = |s: &Spot| (s.x.parse::<f64>().unwrap(), s.y.parse::<f64>().unwrap());
        let (home, north, east) = (at(&map.branches[0]), at(&map.visits[0]), at(&map.visits[1]));
        assert!(north.1 < home.1, "north is up");
        assert!(((home.1 - north.1) - (east.0 - home.0)).abs() < 1.5);
    }

    #[test]
    fn odd_points_do_no_harm() {
        assert!(drawn(vec![]).is_none());
        assert!(
            drawn(vec![
                point((f64::NAN, 0.0), true),
                point((0.0, f64::INFINITY), false)
            ])
            .is_none()
        );
        assert!(
            drawn(vec![point((29.0, 124.0), false)]).is_some(),
            "a single point"
        );
        assert!(drawn(vec![point((90.0, 180.0), true), point((-90.0, -180.0), false)]).is_some());
    }

    #[test]
    fn lengths_are_round() {
        assert_eq!(
            [round_length(4.0), round_length(9.0), round_length(30.0)],
            [1.0, 2.0, 5.0]
        );
        assert!((round_length(0.9) - 0.2).abs() < 1e-12);
    }
}
