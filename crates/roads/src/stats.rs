//! What an import counted.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The figures of an import, told to whoever ran it and kept in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportStats {
    /// Nodes in the file.
    pub nodes: u64,
    /// Nodes that a usable way goes through.
    pub nodes_used: u64,
    /// Nodes with coordinates that are not on the earth.
    pub nodes_absurd: u64,
    /// Nodes that usable ways name and the file does not have: the border of the extract.
    pub nodes_missing: u64,
    /// Ways in the file.
    pub ways: u64,
    /// Ways that the profile may use.
    pub ways_used: u64,
    /// Relations in the file.
    pub relations: u64,
    /// Forbidden and commanded turns that are kept.
    pub turns: u32,
    /// Turns over more than one node, by the hour, or of an unknown kind: not kept.
    pub turns_refused: u32,
    /// Turns that do not say clearly which ways they mean: not kept.
    pub turns_unclear: u32,
    /// Turns between ways that the profile cannot drive so in any case.
    pub turns_moot: u32,
    /// Points where nobody gets through.
    pub blocked: u32,
    /// Kilometres of road kept.
    pub road_km: u64,
    /// Kilometres of road dropped because they do not lead to and from the main part.
    pub dropped_km: u64,
    /// Stretches of road between junctions.
    pub segments: u32,
    /// Junctions, and what forbidden turns split off them.
    pub states: u32,
    /// Stretches by direction.
    pub lanes: u32,
    /// Shortcuts added for the search.
    pub shortcuts: u32,
}

impl fmt::Display for ImportStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self;
        writeln!(
            f,
            "nodes      {} in the file, {} used, {} missing, {} not on the earth",
            s.nodes, s.nodes_used, s.nodes_missing, s.nodes_absurd
        )?;
        writeln!(f, "ways       {} in the file, {} used", s.ways, s.ways_used)?;
        writeln!(
            f,
            "relations  {} in the file; turns: {} kept, {} without effect, {} unclear, {} of a kind that is ignored",
            s.relations, s.turns, s.turns_moot, s.turns_unclear, s.turns_refused
        )?;
        writeln!(f, "barriers   {} block the way", s.blocked)?;
        writeln!(
            f,
            "roads      {} km kept, {} km dropped (not joined to the rest)",
            s.road_km, s.dropped_km
        )?;
        write!(
            f,
            "graph      {} segments, {} states, {} lanes, {} shortcuts",
            s.segments, s.states, s.lanes, s.shortcuts
        )
    }
}
