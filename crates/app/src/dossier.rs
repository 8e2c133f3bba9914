//! A case with everything the log holds of it.

use crate::{codec, error::OfficeError, ids};
use domain::{
    EventId, Timestamp,
    case::{Case, Event, Stamp},
};
use std::collections::HashMap;
use store::Recorded;

/// One entry of the history of a case.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Who, and when.
    pub stamp: Stamp,
    /// The name of the event in the log.
    pub kind: String,
    /// When the store took it.
    pub recorded_at: Timestamp,
}

/// A case as read: its state, its history, and the versions that an append must expect.
#[derive(Clone, Debug, Default)]
pub struct Dossier {
    /// The state.
    pub case: Case,
    /// The history of both streams, facts first, each oldest first.
    pub entries: Vec<Entry>,
    /// Last sequence number of the facts.
    pub facts_seq: u64,
    /// Last sequence number of the negotiation.
    pub negotiation_seq: u64,
    /// Where the entry of each event stands.
    ids: HashMap<EventId, usize>,
}

impl Dossier {
    /// Folds the entries of a case.
    ///
    /// # Errors
    /// [`OfficeError::Unreadable`] for an entry that this program does not know.
    pub(crate) fn fold(recorded: &[Recorded]) -> Result<Self, OfficeError> {
        let mut dossier = Dossier::default();
        for entry in recorded {
            let (event, stamp) = codec::decode(entry)?;
            dossier.case.apply(&event, &stamp);
            match event {
                Event::Fact(_) => dossier.facts_seq = entry.seq,
                Event::Negotiation(_) => dossier.negotiation_seq = entry.seq,
            }
            dossier.ids.insert(entry.id, dossier.entries.len());
            dossier.entries.push(Entry {
                event,
                stamp,
                kind: entry.kind.clone(),
                recorded_at: entry.recorded_at,
            });
        }
        Ok(dossier)
    }

    /// Says whether the log holds nothing of the case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Says whether an event is in the history.
    #[must_use]
    pub(crate) fn has(&self, id: EventId) -> bool {
        self.ids.contains_key(&id)
    }

    /// Returns what the order of this id led to; nothing when it was not carried out on this case.
    #[must_use]
    pub fn order(&self, id: EventId) -> Vec<&Entry> {
        (0..)
            .map_while(|n| self.ids.get(&ids::event_of(id, n)))
            .filter_map(|at| self.entries.get(*at))
            .collect()
    }
}
