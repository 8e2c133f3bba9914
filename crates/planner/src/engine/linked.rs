//! Visits that need two people, together or with a gap.
//!
//! Every visit asks for one service or for two by different people, each with the ability for it. Two services begin at
//! the same moment, or the second begins within a least and a greatest gap after the first. Each visit has one window; a
//! service may begin after it, which costs. The problem is that of home health care (Mankowska, Meisel, Bierwirth: "The
//! home health care routing and scheduling problem with interdependent services", Health Care Management Science 2014);
//! what counts is the sum of travel, of all lateness, and of the greatest lateness.
//!
//! The answer in search is each person's day as a chain of stops (`days`); every stop begins as early as the chains and
//! the links between them allow. A day may so cross another (Anna first here, then there, and Bo the other way round, where
//! the gaps allow it), which a single order of all visits could not say. Simulated annealing (`search`) moves stops next
//! to stops that are near in place and time (`near`); a step looks only at the visits whose times it changes.

mod days;
mod near;
mod search;
mod steps;
#[cfg(test)]
mod tests;

use super::instance::{LARGEST, Matrix, Open};
pub use search::search_linked;

/// Someone who visits.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where the day begins and ends: row and column of the table of distances.
    pub home: u32,
    /// The abilities that this person has.
    pub abilities: Vec<u32>,
}

/// One thing to be done by one person at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The ability that it takes.
    pub ability: u32,
    /// How long it takes.
    pub duration: i32,
}

/// What is done at a visit, and how it hangs together. Two services are done by two different people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// One service.
    Single(Service),
    /// Two services that begin at the same moment.
    Together(Service, Service),
    /// Two services, the second beginning `min` to `max` after the first.
    Gap {
        /// The service that begins first.
        first: Service,
        /// The service that begins second.
        second: Service,
        /// Least time from beginning to beginning.
        min: i32,
        /// Greatest time from beginning to beginning.
        max: i32,
    },
}

impl Link {
    /// Returns the services, the first one first.
    pub fn services(&self) -> impl Iterator<Item = Service> {
        let (one, two) = match *self {
            Link::Single(one) => (one, None),
            Link::Together(one, two) => (one, Some(two)),
            Link::Gap { first, second, .. } => (first, Some(second)),
        };
        std::iter::once(one).chain(two)
    }
}

/// A visit to be made.
#[derive(Clone, Debug)]
pub struct LinkedVisit {
    /// Row and column of the table of distances.
    pub location: u32,
    /// No service begins before `first`; what begins after `last` is late by the difference.
    pub window: Open,
    /// What is done there.
    pub link: Link,
}

/// A problem of linked visits. Times and distances are in one unit, and going from a place to another takes as long as it costs.
/// Everyone's day begins at time 0.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Who visits.
    pub people: Vec<Person>,
    /// What is to be visited.
    pub visits: Vec<LinkedVisit>,
    /// Time and cost of going from place to place.
    pub distances: Matrix,
}

/// Why a problem cannot be searched. Nothing was searched, and the problem is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkedError {
    /// A person starts from nowhere.
    #[error(
        "person {person} has home {home}, but the table of distances has {places} places: give a smaller one"
    )]
    Home {
        /// Index of the person.
        person: usize,
        /// The place that does not exist.
        home: u32,
        /// How many places there are.
        places: usize,
    },
    /// A visit is nowhere.
    #[error(
        "visit {visit} has location {location}, but the table of distances has {places} places: give a smaller one"
    )]
    Location {
        /// Index of the visit.
        visit: usize,
        /// The place that does not exist.
        location: u32,
        /// How many places there are.
        places: usize,
    },
    /// A time is below 0 or above [`LARGEST`], or a span ends before it begins.
    #[error("visit {visit}: {what} must lie from 0 to {LARGEST}, and a span must not end before it begins")]
    Time {
        /// Index of the visit.
        visit: usize,
        /// Which time.
        what: &'static str,
    },
    /// More visits than the search can number.
    #[error(
        "{visits} visits and {people} people are more than the {most} that can be numbered: divide the problem"
    )]
    TooMany {
        /// How many visits.
        visits: usize,
        /// How many people.
        people: usize,
        /// How many of both are possible.
        most: usize,
    },
}

/// Most visits and people together.
const MOST: usize = 1 << 20;

impl Linked {
    /// Returns the first mistake in the problem.
    ///
    /// # Errors
    ///
    /// See [`LinkedError`].
    pub fn check(&self) -> Result<(), LinkedError> {
        let places = self.distances.size();
        let (visits, people) = (self.visits.len(), self.people.len());
        if visits.saturating_add(people) > MOST {
            return Err(LinkedError::TooMany {
                visits,
                people,
                most: MOST,
            });
        }
        for (person, p) in self.people.iter().enumerate() {
            if p.home as usize >= places {
                return Err(LinkedError::Home {
                    person,
                    home: p.home,
                    places,
                });
            }
        }
        for (visit, v) in self.visits.iter().enumerate() {
            let span = |what, from: i32, to: i32| {
                if from < 0 || to > LARGEST || from > to {
                    Err(LinkedError::Time { visit, what })
                } else {
                    Ok(())
                }
            };
            if v.location as usize >= places {
                return Err(LinkedError::Location {
                    visit,
                    location: v.location,
                    places,
                });
            }
            span("the window", v.window.first, v.window.last)?;
            for service in v.link.services() {
                span("a duration", 0, service.duration)?;
            }
            if let Link::Gap { min, max, .. } = v.link {
                span("the gap", min, max)?;
            }
        }
        Ok(())
    }
}

/// One service in somebody's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Index of the visit.
    pub visit: u32,
    /// 0 for the visit's first service, 1 for its second.
    pub service: u8,
    /// When it begins.
    pub start: i64,
}

/// An answer: who does what when, and what that costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedAnswer {
    /// For each person the services in order.
    pub days: Vec<Vec<Call>>,
    /// Visits for whose services there are not enough people with the abilities.
    pub left_out: Vec<u32>,
    /// Sum of distances, ways home included.
    pub travel: i64,
    /// Sum over all services of how much after the window they begin.
    pub lateness: i64,
    /// The greatest of these.
    pub most_late: i64,
}

impl LinkedAnswer {
    /// Returns what the search makes small: travel, sum of lateness and greatest lateness, added.
    pub fn cost(&self) -> i64 {
        self.travel + self.lateness + self.most_late
    }
}
