//! Travel times between the places of a problem, numbered once.
//!
//! Only additions, multiplications, divisions, roundings and square roots of IEEE 754 are used (no library sine),
//! so that every machine computes the same seconds.

use crate::problem::{Place, Seconds, Travel};
use std::collections::BTreeMap;

/// Above this many places the table would not fit the cache or the memory; ways are then computed when asked.
const TABLE_UP_TO: usize = 4096;

const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Longer than any day; sums of a few of these stay far from overflow.
const NEVER: Seconds = 1 << 40;

pub(super) struct Roads<'a> {
    travel: &'a Travel,
    places: Vec<Place>,
    /// The row of each place in a matrix.
    rows: Vec<usize>,
    table: Option<Vec<Seconds>>,
}

/// Collects the places of a problem and gives equal places one number.
#[derive(Default)]
pub(super) struct Places {
    places: Vec<Place>,
    numbers: BTreeMap<(u64, u64, u8), usize>,
}

impl Places {
    pub(super) fn number(&mut self, place: Place) -> usize {
        *self.numbers.entry(place.key()).or_insert_with(|| {
            self.places.push(place);
            self.places.len() - 1
        })
    }
}

impl<'a> Roads<'a> {
    pub(super) fn new(travel: &'a Travel, places: Places) -> Self {
        let mut row_of: BTreeMap<(u64, u64, u8), usize> = BTreeMap::new();
        if let Travel::Matrix { places, .. } = travel {
            row_of = (0usize..)
                .zip(places)
                .map(|(row, place)| (place.key(), row))
                .collect();
        }
        let row = |place: &Place| match *place {
            Place::Node(node) => node,
            // A place that is no row has none: `validate` refuses such problems.
            named => row_of.get(&named.key()).copied().unwrap_or(usize::MAX),
        };
        let mut roads = Roads {
            travel,
            rows: places.places.iter().map(row).collect(),
            places: places.places,
            table: None,
        };
        let n = roads.places.len();
        if n <= TABLE_UP_TO {
            let mut table = vec![0; n * n];
            // A straight line is as long one way as the other.
            let both_ways = matches!(travel, Travel::StraightLine { .. });
            for from in 0..n {
                for to in if both_ways { from } else { 0 }..n {
                    let seconds = roads.compute(from, to).0;
                    table[from * n + to] = seconds;
                    if both_ways {
                        table[to * n + from] = seconds;
                    }
                }
            }
            roads.table = Some(table);
        }
        roads
    }

    /// Seconds from place `from` to place `to`.
    #[inline]
    pub(super) fn seconds(&self, from: usize, to: usize) -> Seconds {
        match &self.table {
            Some(table) => table[from * self.places.len() + to],
            None => self.compute(from, to).0,
        }
    }

    pub(super) fn metres(&self, from: usize, to: usize) -> i64 {
        self.compute(from, to).1
    }

    fn compute(&self, from: usize, to: usize) -> (Seconds, i64) {
        if let Travel::Matrix { seconds, metres, .. } = self.travel {
            let (a, b) = (self.rows[from], self.rows[to]);
            let far = metres.get(a).and_then(|row| row.get(b)).copied().unwrap_or(0);
            let long = seconds
                .get(a)
                .and_then(|row| row.get(b))
                .copied()
                .unwrap_or(NEVER);
            return (long, far);
        }
        let Travel::StraightLine { kmh, factor, per_leg } = self.travel else {
            return (NEVER, 0);
        };
        if from == to {
            return (0, 0);
        }
        let metres = factor * straight(self.places[from], self.places[to]);
        if metres == 0.0 {
            return (0, 0);
        }
        let seconds = (metres / (kmh / 3.6)).ceil();
        if seconds >= NEVER as f64 {
            return (NEVER, metres.round() as i64);
        }
        (seconds as Seconds + per_leg, metres.round() as i64)
    }
}

fn straight(from: Place, to: Place) -> f64 {
    match (from, to) {
        (Place::Plane { x: ax, y: ay }, Place::Plane { x: bx, y: by }) => {
            let (dx, dy) = (bx - ax, by - ay);
            (dx * dx + dy * dy).sqrt()
        }
        (Place::Geo { lat: a, lon: b }, Place::Geo { lat: c, lon: d }) => {
            let radian = std::f64::consts::PI / 180.0;
            let mut turn = (d - b).abs();
            if turn > 180.0 {
                turn = 360.0 - turn;
            }
            let dy = EARTH_RADIUS_METRES * (c - a) * radian;
            let dx = EARTH_RADIUS_METRES * turn * radian * cosine((a + c) / 2.0 * radian);
            (dx * dx + dy * dy).sqrt()
        }
        _ => NEVER as f64,
    }
}

/// Cosine by its Taylor series; for angles up to a right angle the first 13 terms are exact to a double's precision.
fn cosine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..13 {
        let n = f64::from(2 * k);
        term *= -square / (n * (n - 1.0));
        sum += term;
        // What follows is smaller still and changes no digit.
        if term.abs() < 1e-18 {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_cosine() {
        for degrees in -90..=90 {
            let angle = f64::from(degrees).to_radians();
            assert!((cosine(angle) - angle.cos()).abs() < 1e-15, "{degrees}");
        }
    }

    #[test]
    fn one_degree_of_latitude_is_111_km_and_the_date_line_is_no_wall() {
        let km = |a, b| straight(a, b) / 1000.0;
        assert!((km(Place::geo(30.0, 120.0), Place::geo(31.0, 120.0)) - 111.195).abs() < 0.001);
        assert!((km(Place::geo(0.0, 179.5), Place::geo(0.0, -179.5)) - 111.195).abs() < 0.001);
        assert!((km(Place::geo(60.0, 10.0), Place::geo(60.0, 11.0)) - 55.597).abs() < 0.001);
    }
}
