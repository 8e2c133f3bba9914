//! What travel times are, and who can tell them.

use crate::{error::PlaceError, geo::Position, hours::WeekTime, map::RoadMap, server::ServerError};
use std::fmt;

/// Time and length of one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    /// Seconds, rounded up.
    pub seconds: u32,
    /// Metres, rounded.
    pub metres: u32,
}

/// Times and lengths between places, row by row: from each source to all targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    sources: usize,
    targets: usize,
    legs: Vec<Option<Leg>>,
}

impl Matrix {
    /// Makes it of its rows; what is missing is unknown, what is too much is dropped.
    pub fn new(sources: usize, targets: usize, mut legs: Vec<Option<Leg>>) -> Matrix {
        legs.resize(sources * targets, None);
        Matrix {
            sources,
            targets,
            legs,
        }
    }

    /// How many rows.
    pub fn sources(&self) -> usize {
        self.sources
    }

    /// How many columns.
    pub fn targets(&self) -> usize {
        self.targets
    }

    /// Returns one way; `None` when there is none, or no such row or column.
    pub fn get(&self, from: usize, to: usize) -> Option<Leg> {
        if to >= self.targets {
            return None;
        }
        self.legs.get(from * self.targets + to).copied().flatten()
    }

    /// Returns all rows.
    pub fn rows(&self) -> impl Iterator<Item = &[Option<Leg>]> {
        // Without columns there is nothing to cut; `chunks` would not take 0.
        self.legs.chunks(self.targets.max(1))
    }

    /// Counts the pairs between which no way is known.
    pub fn unknown(&self) -> usize {
        self.legs.iter().filter(|l| l.is_none()).count()
    }
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The straight line, made longer.
    StraightLine,
    /// A road file: what it was made from, for which profile.
    RoadFile {
        /// The extract.
        map: String,
        /// The profile.
        profile: String,
    },
    /// A server.
    Server {
        /// Its address, without what may be secret in it.
        url: String,
        /// How many of the pairs were remembered rather than asked for.
        remembered: usize,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::StraightLine => write!(f, "straight line"),
            Source::RoadFile { map, profile } => write!(f, "road file {map} ({profile})"),
            Source::Server { url, remembered: 0 } => write!(f, "server {url}"),
            Source::Server { url, remembered } => {
                write!(f, "server {url} ({remembered} pairs remembered from before)")
            }
        }
    }
}

/// A matrix, and where it comes from.
#[derive(Debug)]
pub struct Answer {
    /// The times.
    pub matrix: Matrix,
    /// Who told them.
    pub source: Source,
    /// Who was asked before and could not, and why: to be shown to whoever relies on the times.
    pub failed: Vec<(String, TravelError)>,
}

/// Why no travel times could be told.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    /// Because of a place.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// Because of a server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Nobody was there to be asked.
    #[error("no source of travel times is set up")]
    Nobody,
}

/// Somebody who can tell travel times.
pub trait TravelTimes {
    /// A name for messages.
    fn name(&self) -> String;

    /// Returns times and lengths from every source to every target, leaving at `departure`; `None` = free roads.
    ///
    /// # Errors
    /// When they cannot be told for these places.
    fn matrix(
        &self,
        sources: &[Position],
        targets: &[Position],
        departure: Option<WeekTime>,
    ) -> Result<(Matrix, Source), TravelError>;
}

impl TravelTimes for RoadMap {
    fn name(&self) -> String {
        format!("road file {}", self.about().source)
    }

    fn matrix(
        &self,
        sources: &[Position],
        targets: &[Position],
        departure: Option<WeekTime>,
    ) -> Result<(Matrix, Source), TravelError> {
        let matrix = self.matrix_at(sources, targets, departure)?;
        let source = Source::RoadFile {
            map: self.about().source.clone(),
            profile: self.about().profile.clone(),
        };
        Ok((matrix, source))
    }
}

/// The straight line, made longer and driven at an even speed at any hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StraightLine {
    /// Speed in kilometres per hour.
    pub kmh: f64,
    /// How much longer the road is.
    pub factor: f64,
}

impl Default for StraightLine {
    /// A city by car, as the planner takes it: 25 km/h, roads 1.4 times the straight line.
    fn default() -> StraightLine {
        StraightLine {
            kmh: 25.0,
            factor: 1.4,
        }
    }
}

impl TravelTimes for StraightLine {
    fn name(&self) -> String {
        Source::StraightLine.to_string()
    }

    fn matrix(
        &self,
        sources: &[Position],
        targets: &[Position],
        _departure: Option<WeekTime>,
    ) -> Result<(Matrix, Source), TravelError> {
        for (i, place) in sources.iter().chain(targets).enumerate() {
            if !place.is_valid() {
                let place = format!("place {}", i % sources.len().max(1) + 1);
                return Err(PlaceError::NotOnEarth { place }.into());
            }
        }
        let leg = |a: &Position, b: &Position| {
            let metres = a.metres_to(*b) * self.factor;
            Some(Leg {
                // Saturates: a speed of 0 takes for ever.
                seconds: (metres / (self.kmh / 3.6)).ceil() as u32,
                metres: metres.round() as u32,
            })
        };
        let legs = sources
            .iter()
            .flat_map(|a| targets.iter().map(move |b| leg(a, b)))
            .collect();
        let matrix = Matrix::new(sources.len(), targets.len(), legs);
        Ok((matrix, Source::StraightLine))
    }
}

/// Several sources, the best first: the first that can answers the whole matrix, so that no plan mixes two of them.
#[derive(Default)]
pub struct Chain {
    sources: Vec<Box<dyn TravelTimes + Send + Sync>>,
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.sources.iter().map(|s| s.name()))
            .finish()
    }
}

impl Chain {
    /// Adds a source behind those already there.
    #[must_use]
    pub fn then(mut self, source: impl TravelTimes + Send + Sync + 'static) -> Chain {
        self.sources.push(Box::new(source));
        self
    }

    /// Asks one after the other. Who could not answer is told with the answer.
    ///
    /// # Errors
    /// When none could; the error is the last one's.
    pub fn ask(
        &self,
        sources: &[Position],
        targets: &[Position],
        departure: Option<WeekTime>,
    ) -> Result<Answer, TravelError> {
        let mut failed = Vec::new();
        for asked in &self.sources {
            match asked.matrix(sources, targets, departure) {
                Ok((matrix, source)) => {
                    return Ok(Answer {
                        matrix,
                        source,
                        failed,
                    });
                }
                Err(e) => failed.push((asked.name(), e)),
            }
        }
        Err(failed.pop().map_or(TravelError::Nobody, |(_, e)| e))
    }
}
