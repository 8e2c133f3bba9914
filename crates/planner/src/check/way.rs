//! Recomputes how long and how far a way is.

use crate::plan::Leg;
use crate::problem::{Place, Problem, Travel};

/// Room for the last digits of floating-point numbers, in seconds and metres.
const ROUNDING: f64 = 1e-3;

/// Says whether `leg` is what the problem's [`Travel`] makes of the way between two places.
pub(super) fn is_right(problem: &Problem, from: Place, to: Place, leg: &Leg) -> bool {
    let takes = leg.arrive - leg.depart;
    match &problem.travel {
        Travel::Matrix {
            seconds,
            metres,
            places,
        } => {
            let row = |place: Place| match place {
                Place::Node(node) => Some(node),
                named => places.iter().position(|p| *p == named),
            };
            let (Some(a), Some(b)) = (row(from), row(to)) else {
                return false;
            };
            takes == seconds[a][b] && leg.metres == if metres.is_empty() { 0 } else { metres[a][b] }
        }
        Travel::StraightLine { kmh, factor, per_leg } => {
            let line = metres_between(from, to);
            if line == 0.0 {
                return takes == 0 && leg.metres == 0;
            }
            let far = line * factor;
            let long = far * 3.6 / kmh;
            let driving = (takes - per_leg) as f64;
            driving >= long - ROUNDING
                && driving < long + 1.0 + ROUNDING
                && (leg.metres as f64 - far).abs() <= 0.5 + ROUNDING
        }
    }
}

fn metres_between(from: Place, to: Place) -> f64 {
    match (from, to) {
        (Place::Plane { x: x1, y: y1 }, Place::Plane { x: x2, y: y2 }) => (x1 - x2).hypot(y1 - y2),
        (Place::Geo { lat: lat1, lon: lon1 }, Place::Geo { lat: lat2, lon: lon2 }) => {
            // The mean radius of the earth (IUGG), one degree at a time.
            let degree = 6_371_008.8_f64.to_radians();
            let east = (lon1 - lon2).abs();
            let east = east.min(360.0 - east) * ((lat1 + lat2) / 2.0).to_radians().cos();
            (east * degree).hypot((lat1 - lat2) * degree)
        }
        _ => f64::INFINITY,
    }
}
