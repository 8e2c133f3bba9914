//! A road map: what an import makes, a file keeps, and questions are put to.

use crate::{
    contract::{Arc, Of, contract},
    cost::Cost,
    draft::{Boxes, Connected, Lane, group},
    error::PlaceError,
    geo::{Point, Position},
    grid::Grid,
    hours::{Hours, WeekTime},
    search::{Ends, Hierarchy, unpack},
    stats::ImportStats,
    travel::{Leg, Matrix},
};
use serde::{Deserialize, Serialize};

/// What is said of a map beside its roads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The name of the file it was made from.
    pub source: String,
    /// The name of the profile.
    pub profile: String,
    /// How far from a road a place may lie, in metres.
    pub approach_metres: u32,
    /// How fast one goes between a place and the road, in metres per hour.
    pub approach_metres_per_hour: u32,
    /// When it is slower.
    pub hours: Hours,
    /// What the import counted.
    pub stats: ImportStats,
}

/// One stretch of road between two junctions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Its length in decimetres.
    pub(crate) dm: u32,
    /// Milliseconds along and against its points; `u32::MAX` = not allowed.
    pub(crate) ms: [u32; 2],
    /// Milliseconds of these that are lost at the first and at the last point.
    pub(crate) lost: [u32; 2],
    /// The states in which one is then; `u32::MAX` where it is not allowed.
    pub(crate) heads: [u32; 2],
    /// Whether one can stop here.
    pub(crate) stop: bool,
    /// Where its points begin in the map's; they end where the next segment's begin.
    pub(crate) first_point: u32,
}

/// What the file keeps.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) about: About,
    pub(crate) states: u32,
    pub(crate) segments: Vec<Segment>,
    pub(crate) points: Vec<Point>,
    /// From which state onto which lane.
    pub(crate) steps: Vec<(u32, Lane)>,
    pub(crate) arcs: Vec<Arc>,
}

/// The roads of a region for one kind of traveller, ready to be asked.
#[derive(Debug)]
pub struct RoadMap {
    pub(crate) parts: Parts,
    /// For each lane, the steps onto it.
    onto: Boxes,
    hierarchy: Hierarchy,
    grid: Grid,
}

/// A place on the road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapped {
    /// The number of the segment.
    pub(crate) segment: u32,
    /// How far along it, in decimetres.
    pub(crate) along: u32,
    /// The point of the road.
    pub road: Position,
    /// How far the place lies from it, in metres.
    pub metres: f64,
}

/// A way with its course.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Time and length, from the places themselves.
    pub leg: Leg,
    /// The course from place to place.
    pub line: Vec<Position>,
}

/// The most pairs of places in one matrix: 5,000 by 5,000, for which half a gigabyte is needed.
pub const MOST_PAIRS: usize = 25_000_000;

const NEVER: u32 = u32::MAX;

impl Parts {
    /// Makes the parts of a connected network: orders, contracts, renumbers.
    pub(crate) fn build(mut about: About, network: Connected) -> Parts {
        let (rank, arcs) = contract(network.states, &network.steps);
        let mut points = Vec::new();
        let segments: Vec<Segment> = network
            .segments
            .iter()
            .zip(&network.heads)
            .map(|(s, heads)| {
                let first_point = points.len() as u32;
                points.extend_from_slice(&s.points);
                Segment {
                    dm: s.dm,
                    ms: s.ms.map(|ms| ms.unwrap_or(NEVER)),
                    lost: s.lost,
                    heads: heads.map(|h| rank.get(h as usize).copied().unwrap_or(NEVER)),
                    stop: s.stop,
                    first_point,
                }
            })
            .collect();
        let steps: Vec<(u32, Lane)> = network
            .steps
            .iter()
            .map(|s| (rank[s.tail as usize], s.lane))
            .collect();
        about.stats.states = network.states;
        about.stats.segments = segments.len() as u32;
        about.stats.shortcuts = arcs.iter().filter(|a| matches!(a.of, Of::Two(..))).count() as u32;
        about.stats.lanes = steps.len() as u32;
        Parts {
            about,
            states: network.states,
            segments,
            points,
            steps,
            arcs,
        }
    }

    pub(crate) fn cost(&self, lane: Lane) -> Cost {
        let segment = &self.segments[lane as usize / 2];
        match segment.ms[lane as usize % 2] {
            NEVER => Cost::NEVER,
            ms => Cost::new(ms, segment.dm),
        }
    }

    /// The points of a segment, in its own direction.
    pub(crate) fn course(&self, segment: u32) -> &[Point] {
        let s = segment as usize;
        let end = self
            .segments
            .get(s + 1)
            .map_or(self.points.len(), |next| next.first_point as usize);
        &self.points[self.segments[s].first_point as usize..end]
    }
}

impl RoadMap {
    /// Makes the map of parts that hold together: every number in range, steps before shortcuts.
    pub(crate) fn new(parts: Parts) -> RoadMap {
        let lanes = parts.segments.len() * 2;
        RoadMap {
            onto: group(lanes, parts.steps.iter().map(|(_, lane)| *lane as usize)),
            hierarchy: Hierarchy::new(parts.states, &parts.arcs),
            grid: Grid::new(&parts),
            parts,
        }
    }

    /// What is said of the map beside its roads.
    pub fn about(&self) -> &About {
        &self.parts.about
    }

    /// Returns the south-western and north-eastern corner of the box around all roads.
    pub fn corners(&self) -> (Position, Position) {
        let points = || self.parts.points.iter();
        let corner = |lat: Option<i32>, lon: Option<i32>| {
            let (lat, lon) = (lat.unwrap_or(0), lon.unwrap_or(0));
            Point { lat, lon }.position()
        };
        (
            corner(points().map(|p| p.lat).min(), points().map(|p| p.lon).min()),
            corner(points().map(|p| p.lat).max(), points().map(|p| p.lon).max()),
        )
    }

    /// Puts other hours in the place of the profile's.
    pub fn set_hours(&mut self, hours: Hours) {
        self.parts.about.hours = hours;
    }

    /// Finds the nearest point of the road for each place; `names` are for the error, numbers from 1 without.
    ///
    /// # Errors
    /// When a place does not lie on the earth, or too far from any road.
    pub fn snap(&self, places: &[Position], names: Option<&[String]>) -> Result<Vec<Snapped>, PlaceError> {
        let name = |i: usize| {
            names
                .and_then(|n| n.get(i))
                .map_or_else(|| format!("place {}", i + 1), |n| format!("place {n:?}"))
        };
        let most = self.parts.about.approach_metres;
        let mut found = Vec::with_capacity(places.len());
        let mut far: Vec<usize> = Vec::new();
        for (i, place) in places.iter().enumerate() {
            if !place.is_valid() {
                return Err(PlaceError::NotOnEarth { place: name(i) });
            }
            match self.grid.nearest(&self.parts, *place, f64::from(most)) {
                Some(snapped) => found.push(snapped),
                None => far.push(i),
            }
        }
        match far[..] {
            [] => Ok(found),
            [first, ref others @ ..] => Err(PlaceError::TooFar {
                place: name(first),
                metres: most,
                more: match others.len() {
                    0 => String::new(),
                    1 => ", and so does another one".to_owned(),
                    n => format!(", and so do {n} others"),
                },
            }),
        }
    }

    /// Returns time and length of the fastest way from every source to every target, on free roads.
    ///
    /// The straight line between place and road is added at walking pace; equal places are 0 apart.
    ///
    /// # Errors
    /// When a place cannot be joined to the roads, or there are too many.
    pub fn matrix(&self, sources: &[Position], targets: &[Position]) -> Result<Matrix, PlaceError> {
        self.matrix_at(sources, targets, None)
    }

    /// The same for a departure at a moment of the week; `None` = free roads.
    ///
    /// # Errors
    /// As [`RoadMap::matrix`].
    pub fn matrix_at(
        &self,
        sources: &[Position],
        targets: &[Position],
        departure: Option<WeekTime>,
    ) -> Result<Matrix, PlaceError> {
        let pairs = sources.len().saturating_mul(targets.len());
        if pairs > MOST_PAIRS {
            return Err(PlaceError::TooMany { pairs });
        }
        let (from, to) = (self.snap(sources, None)?, self.snap(targets, None)?);
        let costs = self.costs(&from, &to);
        let legs = costs.iter().enumerate().map(|(i, cost)| {
            let (s, t) = (i / to.len(), i % to.len());
            if sources[s] == targets[t] {
                return Some(Leg::default());
            }
            self.leg(*cost, &from[s], &to[t], departure)
        });
        Ok(Matrix::new(sources.len(), targets.len(), legs.collect()))
    }

    /// Returns the fastest way between two places, with its course.
    ///
    /// # Errors
    /// When a place cannot be joined to the roads.
    pub fn route(
        &self,
        from: Position,
        to: Position,
        departure: Option<WeekTime>,
    ) -> Result<Option<Route>, PlaceError> {
        let ends = self.snap(&[from, to], None)?;
        let (a, b) = (&ends[0], &ends[1]);
        if from == to {
            return Ok(Some(Route {
                leg: Leg::default(),
                line: vec![from, to],
            }));
        }
        let around = self
            .hierarchy
            .path(&self.departures(a), &self.arrivals(b))
            .map(|(cost, arcs, ends)| (cost, Some((arcs, ends))));
        let direct = self.direct(a, b).map(|cost| (cost, None));
        let Some((cost, path)) = direct.into_iter().chain(around).min_by_key(|(cost, _)| *cost) else {
            return Ok(None);
        };
        let Some(leg) = self.leg(cost, a, b, departure) else {
            return Ok(None);
        };
        let mut line = vec![from];
        match path {
            None => self.draw(a.segment, a.along, b.along, &mut line),
            Some((arcs, [first, last])) => {
                let mut steps = Vec::new();
                for arc in arcs {
                    unpack(&self.parts.arcs, arc, &mut steps);
                }
                let whole = |segment: u32| self.parts.segments[segment as usize].dm;
                let out = self.lane_from(a, first);
                self.draw(a.segment, a.along, [whole(a.segment), 0][out], &mut line);
                for step in steps {
                    let lane = self.parts.steps[step as usize].1;
                    let dm = whole(lane / 2);
                    let [start, end] = [[0, dm], [dm, 0]][lane as usize % 2];
                    self.draw(lane / 2, start, end, &mut line);
                }
                let into = self.lane_to(b, last);
                self.draw(b.segment, [0, whole(b.segment)][into], b.along, &mut line);
            }
        }
        line.push(to);
        line.dedup();
        Ok(Some(Route { leg, line }))
    }

    /// Costs on the road alone, row by row.
    pub(crate) fn costs(&self, from: &[Snapped], to: &[Snapped]) -> Vec<Cost> {
        let sources: Vec<Ends> = from.iter().map(|s| self.departures(s)).collect();
        let targets: Vec<Ends> = to.iter().map(|t| self.arrivals(t)).collect();
        let mut costs = self.hierarchy.matrix(&sources, &targets);
        for (row, s) in costs.chunks_mut(to.len().max(1)).zip(from) {
            for (cost, t) in row.iter_mut().zip(to) {
                if let Some(direct) = self.direct(s, t) {
                    *cost = direct.min(*cost);
                }
            }
        }
        costs
    }

    /// In which states one is after leaving the segment of a place, and at what cost.
    pub(crate) fn departures(&self, place: &Snapped) -> Ends {
        (0..2).filter_map(|d| self.departure(place, d)).collect()
    }

    fn departure(&self, place: &Snapped, direction: usize) -> Option<(u32, Cost)> {
        let segment = &self.parts.segments[place.segment as usize];
        let cost = self.parts.cost(place.segment * 2 + direction as u32);
        let rest = || cost.less(self.until(place, direction, cost));
        cost.is_some().then(|| (segment.heads[direction], rest()))
    }

    /// From which states the segment of a place can be entered, and at what cost the place is reached.
    pub(crate) fn arrivals(&self, place: &Snapped) -> Ends {
        let ends = (0..2).flat_map(|d| self.arrival(place, d));
        ends.collect()
    }

    fn arrival(&self, place: &Snapped, direction: usize) -> Ends {
        let lane = place.segment * 2 + direction as u32;
        let cost = self.parts.cost(lane);
        let until = || self.until(place, direction, cost);
        let tails = self.tails(lane);
        tails.map(|tail| (tail, until())).collect()
    }

    /// The states from which a lane leads.
    pub(crate) fn tails(&self, lane: Lane) -> impl Iterator<Item = u32> {
        let steps = self.onto.of(lane as usize);
        steps.iter().map(|s| self.parts.steps[*s as usize].0)
    }

    /// The cost from a segment's beginning, in a direction, to a place on it: what is lost there, and the share of
    /// what is driven evenly.
    fn until(&self, place: &Snapped, direction: usize, cost: Cost) -> Cost {
        let segment = &self.parts.segments[place.segment as usize];
        let along = place.along.min(segment.dm);
        let part = [along, segment.dm - along][direction];
        let moving = cost.less(Cost::new(segment.lost[0].saturating_add(segment.lost[1]), 0));
        moving.share(part, segment.dm) + Cost::new(segment.lost[direction], 0)
    }

    /// The cost between two places on one segment without leaving it; `None` when that cannot be.
    pub(crate) fn direct(&self, from: &Snapped, to: &Snapped) -> Option<Cost> {
        if from.segment != to.segment {
            return None;
        }
        (0..2)
            .filter_map(|d| {
                let ahead = [from.along <= to.along, to.along <= from.along][d];
                let cost = self.parts.cost(from.segment * 2 + d as u32);
                (ahead && cost.is_some()).then(|| self.until(to, d, cost).less(self.until(from, d, cost)))
            })
            .min()
    }

    fn lane_from(&self, place: &Snapped, state: u32) -> usize {
        let best = (0..2)
            .filter_map(|d| self.departure(place, d).map(|(s, cost)| (s, cost, d)))
            .filter(|(s, ..)| *s == state)
            .min_by_key(|(_, cost, _)| *cost);
        best.map_or(0, |(.., d)| d)
    }

    fn lane_to(&self, place: &Snapped, state: u32) -> usize {
        let best = (0..2)
            .flat_map(|d| {
                self.arrival(place, d)
                    .into_iter()
                    .map(move |(s, cost)| (s, cost, d))
            })
            .filter(|(s, ..)| *s == state)
            .min_by_key(|(_, cost, _)| *cost);
        best.map_or(0, |(.., d)| d)
    }

    /// Appends the course of a segment between two places on it, in decimetres along it.
    fn draw(&self, segment: u32, from: u32, to: u32, line: &mut Vec<Position>) {
        let course = self.parts.course(segment);
        let whole = f64::from(self.parts.segments[segment as usize].dm.max(1));
        let length = crate::geo::length(course);
        let at = |dm: u32| f64::from(dm) / whole * length;
        let (low, high) = (at(from.min(to)), at(from.max(to)));
        let mut part = Vec::new();
        let mut passed = 0.0;
        for w in course.windows(2) {
            let (a, b) = (w[0].position(), w[1].position());
            let step = a.metres_to(b);
            let between = |metres: f64| {
                let share = if step > 0.0 {
                    ((metres - passed) / step).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                Position {
                    lat: a.lat + (b.lat - a.lat) * share,
                    lon: a.lon + (b.lon - a.lon) * share,
                }
            };
            if passed + step >= low && passed <= high {
                if part.is_empty() {
                    part.push(between(low));
                }
                part.push(if passed + step <= high { b } else { between(high) });
            }
            passed += step;
        }
        if from > to {
            part.reverse();
        }
        line.extend(part);
    }

    /// Adds the straight lines between places and road, and the hour.
    fn leg(&self, cost: Cost, from: &Snapped, to: &Snapped, departure: Option<WeekTime>) -> Option<Leg> {
        if !cost.is_some() {
            return None;
        }
        let about = &self.parts.about;
        let pace = f64::from(about.approach_metres_per_hour.max(1)) / 3.6e6;
        let [out, back] = [from.metres, to.metres].map(|m| (m / pace).round() as u64);
        let free = u64::from(cost.ms());
        let road = match departure {
            None => free,
            Some(t) => about.hours.travel_ms(t.after(out), free),
        };
        let metres = f64::from(cost.dm()) / 10.0 + from.metres + to.metres;
        Some(Leg {
            seconds: u32::try_from((out + road).saturating_add(back).div_ceil(1_000)).unwrap_or(u32::MAX),
            metres: metres.round() as u32,
        })
    }
}
