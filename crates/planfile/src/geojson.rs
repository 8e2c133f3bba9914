//! A plan on a map: GeoJSON (RFC 7946).

use crate::words::clock;
use planner::problem::{DayIndex, Place, Staff};
use planner::{Plan, Problem};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A problem whose places have no latitude and longitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the places are {0} without latitude and longitude, so that the plan cannot be drawn on a map; give them as `geo`, or leave the map out"
)]
pub struct NoDegrees(&'static str);

impl NoDegrees {
    /// Says beforehand whether [`geojson`] would refuse the plans of `problem`.
    pub fn of(problem: &Problem) -> Option<NoDegrees> {
        let bases = problem.staff.iter().flat_map(|s| [Some(s.base), s.end]);
        let mut places = bases.flatten().chain(problem.visits.iter().map(|v| v.place));
        places.find_map(|place| position(place).err())
    }
}

/// Draws `plan` on a map, as one GeoJSON `FeatureCollection`.
///
/// Each route is a `LineString` from the base along its visits to its end, straight from place to place (which streets the way takes
/// is not known here). Its `colour` is the position of the person in the problem's staff, so that one person has one colour on
/// all days. Each visit is a `Point`, planned or not. Staff and visits that the problem does not have are left out.
///
/// # Errors
/// When the places are points on a plane or rows of a matrix.
pub fn geojson(problem: &Problem, plan: &Plan) -> Result<Value, NoDegrees> {
    let places: BTreeMap<&str, Place> = problem.visits.iter().map(|v| (&*v.id, v.place)).collect();
    let staff: BTreeMap<&str, (usize, &Staff)> =
        (0..).zip(&problem.staff).map(|(i, s)| (&*s.id, (i, s))).collect();
    let labels: BTreeMap<DayIndex, &str> = problem.days.iter().map(|d| (d.index, &*d.label)).collect();
    let mut features = Vec::new();
    for route in &plan.routes {
        let Some(&(colour, person)) = staff.get(&*route.staff) else {
            continue;
        };
        let visits: Vec<&str> = route.stops.iter().map(|s| &*s.visit).collect();
        let ways = visits.iter().filter_map(|v| places.get(v).copied());
        let line = std::iter::once(person.base)
            .chain(ways)
            .chain([person.end.unwrap_or(person.base)])
            .map(position)
            .collect::<Result<Vec<_>, _>>()?;
        let leaves = route.stops.first().map(|s| clock(s.leg.depart));
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "LineString", "coordinates": line },
            "properties": {
                "what": "route",
                "staff": route.staff,
                "day": route.day,
                "date": labels.get(&route.day),
                "visits": visits,
                "leaves": leaves,
                "back": clock(route.home.arrive),
                "travel_seconds": route.travel_seconds,
                "travel_metres": route.travel_metres,
                "overtime_seconds": route.overtime_seconds,
                "colour": colour,
            },
        }));
    }
    for done in &plan.visits {
        let Some(&place) = places.get(&*done.visit) else {
            continue;
        };
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": position(place)? },
            "properties": {
                "what": "visit",
                "visit": done.visit,
                "planned": true,
                "day": done.day,
                "date": labels.get(&done.day),
                "start": clock(done.start),
                "end": clock(done.end),
                "crew": done.crew,
                "late": plan.late.iter().any(|l| l.visit == done.visit),
                "moved": plan.moved.iter().any(|m| m.visit == done.visit),
            },
        }));
    }
    for left in &plan.unplanned {
        let Some(&place) = places.get(&*left.visit) else {
            continue;
        };
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": position(place)? },
            "properties": {
                "what": "visit",
                "visit": left.visit,
                "planned": false,
                "reason": left.reason,
                "explanation": left.explanation,
            },
        }));
    }
    Ok(json!({ "type": "FeatureCollection", "features": features }))
}

/// Longitude before latitude, as GeoJSON has it.
fn position(place: Place) -> Result<[f64; 2], NoDegrees> {
    match place {
        Place::Geo { lat, lon } => Ok([lon, lat]),
        Place::Plane { .. } => Err(NoDegrees("points on a plane")),
        Place::Node(_) => Err(NoDegrees("rows of a matrix")),
    }
}
