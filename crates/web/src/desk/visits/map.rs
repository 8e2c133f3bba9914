//! Positions of visits as a drawing without a base map: north is up, distances are true to scale.

/// The drawing's size in its own units.
pub(crate) const WIDTH: f64 = 480.0;
/// The drawing's height.
pub(crate) const HEIGHT: f64 = 300.0;
/// What stays free around the outermost spots.
const MARGIN: f64 = 34.0;
/// Kilometres of one degree of latitude.
const KM: f64 = 111.2;
/// Shortest distance of two spots, so that neither hides the other.
const APART: f64 = 25.0;
/// The least height of the shown area in kilometres: one house is no continent.
const LEAST_KM: f64 = 1.0;

/// Where spots stand, and how long a round number of kilometres is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plot {
    /// Horizontal and vertical place of each point, in the drawing's units.
    pub(crate) spots: Vec<(f64, f64)>,
    /// The scale's length in kilometres: 0.5, 1, 2, 5, 10, …
    pub(crate) scale_km: f64,
    /// The same in the drawing's units.
    pub(crate) scale: f64,
}

/// Lays points out. An empty list gives an empty drawing.
pub(crate) fn plot(points: &[(f64, f64)]) -> Plot {
    let ends = |of: fn(&(f64, f64)) -> f64| {
        let all = points.iter().map(of);
        (
            all.clone().fold(f64::INFINITY, f64::min),
            all.fold(f64::NEG_INFINITY, f64::max),
        )
    };
    if points.is_empty() {
        return Plot {
            spots: Vec::new(),
            scale_km: 1.0,
            scale: 60.0,
        };
    }
    let ((south, north), (west, east)) = (ends(|p| p.0), ends(|p| p.1));
    let (middle_lat, middle_lon) = (f64::midpoint(south, north), f64::midpoint(west, east));
    let shrink = middle_lat.to_radians().cos();
    let high = ((north - south) * KM).max(LEAST_KM);
    let wide = ((east - west) * KM * shrink).max(LEAST_KM);
    let per_km = ((WIDTH - 2.0 * MARGIN) / wide).min((HEIGHT - 2.0 * MARGIN) / high);
    let mut spots: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for (lat, lon) in points {
        let x = WIDTH / 2.0 + (lon - middle_lon) * KM * shrink * per_km;
        let y = HEIGHT / 2.0 - (lat - middle_lat) * KM * per_km;
        let free = free_place(&spots, (x, y));
        spots.push(free);
    }
    let scale_km = round_km(90.0 / per_km);
    Plot {
        spots,
        scale_km,
        scale: scale_km * per_km,
    }
}

/// The nearest place on rings around `at` that hides no other spot; `at` itself when there is none.
fn free_place(taken: &[(f64, f64)], at: (f64, f64)) -> (f64, f64) {
    let free = |(x, y): (f64, f64)| {
        (14.0..=WIDTH - 14.0).contains(&x)
            && (14.0..=HEIGHT - 14.0).contains(&y)
            && taken.iter().all(|(a, b)| (a - x).hypot(b - y) >= APART)
    };
    if free(at) {
        return at;
    }
    for ring in 1..=6 {
        let radius = APART * 0.55 * f64::from(ring);
        for turn in 0..12 {
            let angle = f64::from(turn) * std::f64::consts::TAU / 12.0;
            let place = (at.0 + radius * angle.cos(), at.1 + radius * angle.sin());
            if free(place) {
                return place;
            }
        }
    }
    at
}

/// The greatest of 1, 2, 5 × 10ⁿ that is not above `km`.
fn round_km(km: f64) -> f64 {
    let power = 10f64.powf(km.log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|n| n * power)
        .find(|n| *n <= km)
        .unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_up_and_east_is_right() {
        let p = plot(&[(30.0, 120.0), (30.1, 120.2)]);
        assert!(p.spots[0].1 > p.spots[1].1 && p.spots[0].0 < p.spots[1].0);
        let down = p.spots[0].1 - p.spots[1].1;
        let right = p.spots[1].0 - p.spots[0].0;
        let true_ratio = 0.2 * 30.05f64.to_radians().cos() / 0.1;
        assert!((right / down - true_ratio).abs() < 1e-9, "{right} {down}");
    }

    #[test]
    fn the_scale_is_a_round_number_and_true() {
        let p = plot(&[(30.0, 120.0), (30.1, 120.0)]);
        let per_km = (p.spots[0].1 - p.spots[1].1) / (0.1 * KM);
        assert!((p.scale / p.scale_km - per_km).abs() < 1e-9);
        // The greatest of 1, 2, 5 below the wished length is at least two fifths of it.
        assert!((36.0..=90.0).contains(&p.scale), "{}", p.scale);
        assert!((round_km(0.7) - 0.5).abs() < 1e-12 && (round_km(23.0) - 20.0).abs() < 1e-12);
    }

    #[test]
    fn everything_stays_in_the_drawing_and_nothing_hides_another() {
        let same = vec![(30.0, 120.0); 20];
        let spread: Vec<_> = (0..30)
            .map(|n| (30.0 + f64::from(n % 7) * 0.03, 120.0 + f64::from(n) * 0.02))
            .collect();
        for points in [
            same,
            spread,
            vec![(0.0, 0.0)],
            vec![(84.0, -180.0), (-84.0, 180.0)],
        ] {
            let p = plot(&points);
            for (n, (x, y)) in p.spots.iter().enumerate() {
                assert!((0.0..=WIDTH).contains(x) && (0.0..=HEIGHT).contains(y));
                let others = &p.spots[..n];
                assert!(others.iter().all(|(a, b)| (a - x).hypot(b - y) >= APART - 1e-9));
            }
        }
        assert!(plot(&[]).spots.is_empty());
    }
}
