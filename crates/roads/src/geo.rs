//! Points on the earth and the distance between them.

use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG R1), the same as the planner's straight line takes.
pub const EARTH_RADIUS: f64 = 6_371_008.8;

/// A place in degrees of WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Latitude, −90 to 90, north positive.
    pub lat: f64,
    /// Longitude, −180 to 180, east positive.
    pub lon: f64,
}

impl Position {
    /// Returns the position, or `None` when it does not lie on the earth.
    pub fn new(lat: f64, lon: f64) -> Option<Position> {
        let position = Position { lat, lon };
        position.is_valid().then_some(position)
    }

    /// Says whether both numbers lie in their ranges.
    pub fn is_valid(self) -> bool {
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lon)
    }

    /// Returns the great-circle distance in metres (haversine on the mean sphere; within 0.6 % of the ellipsoid).
    pub fn metres_to(self, other: Position) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((b - a) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + a.cos() * b.cos() * half_lon * half_lon;
        2.0 * EARTH_RADIUS * h.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// A point of a road's course, in units of 10⁻⁷ degrees: about a centimetre, and what OpenStreetMap keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Latitude.
    pub lat: i32,
    /// Longitude.
    pub lon: i32,
}

impl Point {
    /// Returns the point nearest to a position, which must be valid.
    pub fn of(position: Position) -> Point {
        // In range by validity: 180e7 fits; `as` saturates on anything else.
        Point {
            lat: (position.lat * 1e7).round() as i32,
            lon: (position.lon * 1e7).round() as i32,
        }
    }

    /// Returns the position in degrees.
    pub fn position(self) -> Position {
        Position {
            lat: f64::from(self.lat) / 1e7,
            lon: f64::from(self.lon) / 1e7,
        }
    }

    /// Says whether the point lies on the earth.
    pub fn is_valid(self) -> bool {
        self.lat.unsigned_abs() <= 900_000_000 && self.lon.unsigned_abs() <= 1_800_000_000
    }
}

/// Returns the length of a line in metres.
pub(crate) fn length(points: &[Point]) -> f64 {
    points
        .windows(2)
        .map(|w| w[0].position().metres_to(w[1].position()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_and_a_known_pair_have_their_lengths() {
        let at = |lat, lon| Position { lat, lon };
        assert!((at(0.0, 0.0).metres_to(at(1.0, 0.0)) - 111_195.1).abs() < 1.0);
        // Beijing to Shanghai, great circle on the mean sphere.
        let far = at(39.9042, 116.4074).metres_to(at(31.2304, 121.4737));
        assert!((far - 1_067_300.0).abs() < 1_000.0, "{far}");
        assert_eq!(at(90.0, 0.0).metres_to(at(90.0, 0.0)), 0.0);
    }

    #[test]
    fn what_is_not_on_the_earth_is_no_position() {
        for (lat, lon) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Position::new(lat, lon), None);
        }
    }
}
