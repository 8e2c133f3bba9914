//! Finding the nearest road: straight pieces of road, sorted into squares.

use crate::{
    geo::{EARTH_RADIUS, Point, Position},
    map::{Parts, Snapped},
};

/// Squares of about 250 m, or larger when the map is vast and thinly covered.
const SQUARE: i64 = 22_500;
/// Bounds of the grid, by the number of pieces: most squares would be empty, or most pieces in many of them.
const SQUARES_A_PIECE: u64 = 4;
const TOUCHES_A_PIECE: u64 = 16;

/// Straight pieces of road by the square they touch.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    south: i64,
    west: i64,
    /// Height and width of a square in 10⁻⁷ degrees.
    height: i64,
    width: i64,
    rows: i64,
    columns: i64,
    first: Vec<u32>,
    /// Segment, and which of its pieces.
    pieces: Vec<(u32, u32)>,
}

impl Grid {
    /// Sorts the segments on which one can stop.
    pub(crate) fn new(parts: &Parts) -> Grid {
        let stops = || {
            let numbered = parts.segments.iter().enumerate();
            numbered.filter(|(_, s)| s.stop).map(|(i, _)| i as u32)
        };
        let points = || stops().flat_map(|s| parts.course(s));
        let (Some(south), Some(north)) = (points().map(|p| p.lat).min(), points().map(|p| p.lat).max())
        else {
            return Grid::default();
        };
        let (Some(west), Some(east)) = (points().map(|p| p.lon).min(), points().map(|p| p.lon).max()) else {
            return Grid::default();
        };
        let [south, north, west, east] = [south, north, west, east].map(i64::from);
        let middle = ((south + north) as f64 / 2e7).to_radians().cos().max(0.05);
        let count: u64 = stops().map(|s| parts.course(s).len() as u64 - 1).sum();
        let mut height = SQUARE;
        // Long lines over small squares would need more memory than the map itself: then larger squares have to do.
        let mut grid = loop {
            let width = ((height as f64 / middle) as i64).max(1);
            let (rows, columns) = ((north - south) / height + 1, (east - west) / width + 1);
            let grid = Grid {
                south,
                west,
                height,
                width,
                rows,
                columns,
                ..Grid::default()
            };
            let few = (rows * columns) as u64 <= (SQUARES_A_PIECE * count).max(16);
            let mut left = TOUCHES_A_PIECE * count;
            let mut spend = |_, _| {
                left = left.saturating_sub(1);
                left > 0
            };
            if few && grid.each_square(parts, stops(), &mut spend) || rows * columns == 1 {
                break grid;
            }
            height *= 2;
        };
        let squares = (grid.rows * grid.columns) as usize;
        let mut first = vec![0_u32; squares + 1];
        grid.each_square(parts, stops(), |square, _| {
            first[square + 1] += 1;
            true
        });
        for i in 0..squares {
            first[i + 1] += first[i];
        }
        let mut pieces = vec![(0, 0); first[squares] as usize];
        let mut next = first.clone();
        grid.each_square(parts, stops(), |square, piece| {
            pieces[next[square] as usize] = piece;
            next[square] += 1;
            true
        });
        grid.first = first;
        grid.pieces = pieces;
        grid
    }

    /// Names the squares that each piece touches, until `each` says that it is enough; says whether it was not.
    fn each_square(
        &self,
        parts: &Parts,
        segments: impl Iterator<Item = u32>,
        mut each: impl FnMut(usize, (u32, u32)) -> bool,
    ) -> bool {
        for s in segments {
            for (i, w) in parts.course(s).windows(2).enumerate() {
                let (a, b) = (self.square(w[0]), self.square(w[1]));
                let (left, right) = (a.1.min(b.1), a.1.max(b.1));
                for row in a.0.min(b.0)..=a.0.max(b.0) {
                    let (from, to) = self.columns_in(row, w[0], w[1]);
                    for column in from.max(left)..=to.min(right) {
                        if !each((row * self.columns + column) as usize, (s, i as u32)) {
                            return false;
                        }
                    }
                }
            }
        }
        true
    }

    /// The columns that the line from a to b may touch within a row, and perhaps one more on either side: so that a
    /// long line lies in as many squares as it is long, not in all of its box.
    fn columns_in(&self, row: i64, a: Point, b: Point) -> (i64, i64) {
        let [ax, ay, bx, by] = [a.lon, a.lat, b.lon, b.lat].map(f64::from);
        let low = (self.south + row * self.height) as f64;
        let at = |lat: f64| {
            let share = if ay == by {
                0.0
            } else {
                ((lat - ay) / (by - ay)).clamp(0.0, 1.0)
            };
            ax + share * (bx - ax)
        };
        let (x, y) = match ay == by {
            true => (ax, bx),
            false => (at(low), at(low + self.height as f64)),
        };
        let column = |lon: f64| ((lon as i64) - self.west).div_euclid(self.width);
        (column(x.min(y)) - 1, column(x.max(y)) + 1)
    }

    fn square(&self, p: Point) -> (i64, i64) {
        (
            (i64::from(p.lat) - self.south).div_euclid(self.height),
            (i64::from(p.lon) - self.west).div_euclid(self.width),
        )
    }

    /// Finds the nearest point of a road within `most` metres; of equally near ones that of the smallest number.
    ///
    /// Distances are taken on the plane that touches the earth at the place: exact to a millimetre within a few
    /// kilometres.
    pub(crate) fn nearest(&self, parts: &Parts, place: Position, most: f64) -> Option<Snapped> {
        if self.pieces.is_empty() {
            return None;
        }
        let metres = (
            EARTH_RADIUS * 1e-7_f64.to_radians(),
            place.lat.to_radians().cos().max(1e-6),
        );
        let (up, right) = (metres.0, metres.0 * metres.1);
        let centre = Point::of(place);
        let (row, column) = self.square(centre);
        let side = (self.height as f64 * up).min(self.width as f64 * right);
        let mut best: Option<(f64, u32, u32, f64)> = None;
        // The ring of squares that far away in rows or columns; nearer ones are done.
        let rings = self.rings(row, column);
        for ring in rings.0..=rings.1 {
            let least = (ring - 1).max(0) as f64 * side;
            if least > best.map_or(most, |b| b.0) {
                break;
            }
            for r in (row - ring).max(0)..=(row + ring).min(self.rows - 1) {
                let edge = (r - row).abs() == ring;
                let step = if edge || ring == 0 { 1 } else { 2 * ring };
                let mut c = column - ring;
                while c <= column + ring {
                    if (0..self.columns).contains(&c) {
                        let square = (r * self.columns + c) as usize;
                        let range = self.first[square] as usize..self.first[square + 1] as usize;
                        for &(segment, piece) in &self.pieces[range] {
                            let course = parts.course(segment);
                            let [a, b] = [0, 1].map(|i| {
                                let p = course[piece as usize + i];
                                (
                                    (f64::from(p.lon) - place.lon * 1e7) * right,
                                    (f64::from(p.lat) - place.lat * 1e7) * up,
                                )
                            });
                            let (share, distance) = foot(a, b);
                            if distance <= most
                                && best.is_none_or(|b| (distance, segment, piece) < (b.0, b.1, b.2))
                            {
                                best = Some((distance, segment, piece, share));
                            }
                        }
                    }
                    c += step;
                }
            }
        }
        best.map(|(distance, segment, piece, share)| place_on(parts, segment, piece, share, distance))
    }

    /// The first and last ring around a square that touches the grid.
    fn rings(&self, row: i64, column: i64) -> (i64, i64) {
        let outside = |x: i64, n: i64| (-x).max(x - (n - 1)).max(0);
        let farthest = |x: i64, n: i64| x.abs().max((n - 1 - x).abs());
        (
            outside(row, self.rows).max(outside(column, self.columns)),
            farthest(row, self.rows).max(farthest(column, self.columns)),
        )
    }
}

/// Where on the line from a to b the origin's nearest point lies (0 to 1), and how far away it is.
fn foot(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 {
        (-(a.0 * dx + a.1 * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (share, (a.0 + share * dx).hypot(a.1 + share * dy))
}

fn place_on(parts: &Parts, segment: u32, piece: u32, share: f64, metres: f64) -> Snapped {
    let course = parts.course(segment);
    let dm = parts.segments[segment as usize].dm;
    let piece = piece as usize;
    let (a, b) = (course[piece].position(), course[piece + 1].position());
    let before = crate::geo::length(&course[..=piece]) + share * a.metres_to(b);
    let whole = crate::geo::length(course);
    let part = if whole > 0.0 { before / whole } else { 0.0 };
    Snapped {
        segment,
        along: ((part * f64::from(dm)).round() as u32).min(dm),
        road: Position {
            lat: a.lat + (b.lat - a.lat) * share,
            lon: a.lon + (b.lon - a.lon) * share,
        },
        metres,
    }
}
