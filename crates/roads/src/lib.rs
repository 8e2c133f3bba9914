//! Ways and travel times between places.
//!
//! - A [`RoadMap`] is made from an OpenStreetMap extract by [`import`], kept in one file ([`RoadMap::save`],
//!   [`RoadMap::open`]), and answers matrices of seconds and metres and single ways with their course.
//! - A [`Server`] asks OSRM or Valhalla.
//! - [`StraightLine`] needs neither.
//! - A [`Chain`] asks them in turn and tells who answered and who could not.
//!
//! Everything in this crate takes places and gives seconds and metres: it knows no visits, customers or plans.
//!
//! What is left out: turns forbidden over several nodes or by the hour, conditional access, the rule that nobody may
//! drive through where only residents may (such roads are slow instead), heights, traffic as it is now. A map that
//! crosses the 180th meridian does not see across it.

mod contract;
mod cost;
mod disk;
mod draft;
mod error;
mod file;
mod geo;
mod grid;
mod hours;
mod import;
mod map;
mod pbf;
mod plain;
mod profile;
mod search;
mod server;
mod stats;
#[cfg(test)]
mod tests;
mod travel;

pub use cost::Cost;
pub use error::{FileError, ImportError, PlaceError, ProfileError};
pub use geo::{EARTH_RADIUS, Point, Position};
pub use hours::{Hours, Span, WeekTime};
pub use import::import;
pub use map::{About, MOST_PAIRS, RoadMap, Route, Snapped};
pub use plain::Plain;
pub use profile::Profile;
pub use server::{Cache, Kind, Server, ServerError, ServerOptions};
pub use stats::ImportStats;
pub use travel::{Answer, Chain, Leg, Matrix, Source, StraightLine, TravelError, TravelTimes};
