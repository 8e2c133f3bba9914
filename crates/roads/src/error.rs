//! What can go wrong, in words that say what to do.

use std::{io, path::PathBuf};

/// A profile that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No shipped profile has the name.
    #[error("no profile is called {0:?}; there are car and foot, or name a file")]
    Unknown(String),
    /// Not the TOML of a profile.
    #[error("the profile cannot be read: {0}")]
    Text(String),
    /// A value without sense.
    #[error("the profile cannot be used: {0}")]
    Value(String),
}

/// An OpenStreetMap file that cannot be made into a road map. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read.
    #[error("the map file cannot be read")]
    Read(#[source] io::Error),
    /// Another kind of file.
    #[error("this is not an OpenStreetMap file in the PBF format (.osm.pbf)")]
    NotOsm,
    /// It ends too early.
    #[error("the map file is cut: the block that begins at byte {at} is not whole; fetch the file again")]
    Cut {
        /// Where.
        at: u64,
    },
    /// Bytes that make no sense.
    #[error("the map file is broken near byte {at}: {what}; fetch the file again")]
    Broken {
        /// Where: the block that ends or begins there.
        at: u64,
        /// What was found.
        what: &'static str,
    },
    /// Packed in another way than zlib.
    #[error(
        "the block that ends at byte {at} is packed in a way that Forecourt does not unpack; write the file with zlib (osmium cat -f pbf,pbf_compression=zlib)"
    )]
    Packing {
        /// Where.
        at: u64,
    },
    /// A feature that a reader must understand.
    #[error("the map file needs a reader that understands {0:?}; take an ordinary extract without history")]
    Feature(String),
    /// More than one map should hold.
    #[error("the map file has more {0} than one road map can hold; take an extract of one city or province")]
    TooLarge(&'static str),
    /// Nothing to travel on.
    #[error(
        "the map file has no connected roads that the profile may use; is it an extract with roads, and is the profile the right one?"
    )]
    NoRoads,
}

/// A road file that cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file system refused.
    #[error("{path} cannot be {done}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        done: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Another kind of file.
    #[error("{0} is not a road file; make one with `forecourt map import`")]
    Foreign(PathBuf),
    /// Of another version.
    #[error(
        "{path} was written in version {version} of the format, this program reads version {ours}; import the map again"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
        /// Ours.
        ours: u32,
    },
    /// Not as it was written.
    #[error("{path} is damaged ({what}); import the map again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: &'static str,
    },
}

/// Places between which no travel times can be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not on the earth.
    #[error("{place} is not a place on the earth (latitude −90 to 90, longitude −180 to 180)")]
    NotOnEarth {
        /// Its name, or its number from 1.
        place: String,
    },
    /// Too far from any road.
    #[error(
        "{place} lies more than {metres} m from any road of the map{more}; is its position right, and is it inside the map?"
    )]
    TooFar {
        /// The first of them.
        place: String,
        /// How far at most.
        metres: u32,
        /// How many others, in words; empty when it is the only one.
        more: String,
    },
    /// More than one matrix should hold.
    #[error(
        "{pairs} pairs of places are too many for one matrix; at most {}",
        crate::MOST_PAIRS
    )]
    TooMany {
        /// How many were asked for.
        pairs: usize,
    },
}
