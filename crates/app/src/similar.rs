//! Near-duplicates and repeat complainants at intake: noted by the program, decided by a person.

use crate::{
    error::OfficeError,
    office::{Done, Office, Order},
    row,
};
use domain::{
    Actor, CaseId, Timestamp,
    case::{Case, Command, LinkKind, Similar},
};
use screening::{Candidate, DuplicateIndex, Suggestion};
use sha2::{Digest, Sha256};
use store::{CaseQuery, Sort};

/// Most candidates noted on one case.
const NOTED: usize = 5;
/// How many of the newest cases are looked at when an office that holds cases begins an intake.
const LOOK_BACK: usize = 20_000;

/// What a person decides about a similar case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimilarChoice {
    /// The same complaint, come in twice (重复).
    Duplicate,
    /// Worth knowing of each other (关联).
    Link,
    /// The same customer again about the same matter (再次投诉).
    Repeated,
    /// Another matter (另案).
    New,
}

impl SimilarChoice {
    /// Returns the choice of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "duplicate" => Some(SimilarChoice::Duplicate),
            "link" => Some(SimilarChoice::Link),
            "repeated" => Some(SimilarChoice::Repeated),
            "new" => Some(SimilarChoice::New),
            _ => None,
        }
    }
}

/// What the index keeps of a case: a fingerprint of its text, never the text.
pub(crate) fn fingerprint(case: &Case, received_at: Timestamp) -> screening::Intake {
    let keys = row::handles(&case.facts.complainant)
        .iter()
        .filter(|h| h.kind != store::HandleKind::Name)
        .map(|h| {
            let digest = Sha256::digest(format!("{:?}:{}", h.kind, h.normalised()));
            u128::from_be_bytes(digest[..16].try_into().expect("sixteen of thirty-two bytes"))
        })
        .collect();
    screening::Intake::new(
        case.facts.narrative.or_empty(),
        keys,
        &case.facts.product,
        received_at,
    )
}

fn noted(candidate: &Candidate) -> Similar {
    Similar {
        other: candidate.case,
        score: (candidate.score.clamp(0.0, 1.0) * 1000.0).round() as u16,
        suggestion: match candidate.suggestion {
            Suggestion::Duplicate => Some(LinkKind::Duplicate),
            Suggestion::Repeated => Some(LinkKind::Repeated),
            Suggestion::Link => Some(LinkKind::Related),
            Suggestion::New => None,
        },
    }
}

impl Office {
    /// Looks for cases similar to a new one, and remembers the new one. `case` is not in the index yet,
    /// or is found and left out.
    pub(crate) fn similar_to(
        &self,
        case: &Case,
        received_at: Timestamp,
    ) -> Result<Vec<Similar>, OfficeError> {
        let Some(id) = case.facts.id else {
            return Ok(Vec::new());
        };
        let print = fingerprint(case, received_at);
        if print.is_blank() {
            return Ok(Vec::new());
        }
        self.warm_up()?;
        Ok(self.with_similar(|index| {
            let index = index.get_or_insert_with(|| DuplicateIndex::new(self.policy.duplicates.clone()));
            let found = index
                .probe(&print)
                .iter()
                .filter(|c| c.case != id && c.suggestion != Suggestion::New)
                .take(NOTED)
                .map(noted)
                .collect();
            index.insert(id, &print);
            found
        }))
    }

    /// Fills the index with the newest cases of the store, once.
    fn warm_up(&self) -> Result<(), OfficeError> {
        if self.with_similar(|index| index.is_some()) {
            return Ok(());
        }
        let mut index = DuplicateIndex::new(self.policy.duplicates.clone());
        let mut query = CaseQuery {
            sort: Sort::ReceivedDesc,
            limit: 1000,
            ..CaseQuery::default()
        };
        let mut seen = 0;
        loop {
            let page = self.store.cases(&query)?;
            for line in &page.rows {
                let dossier = self.load(line.case)?;
                index.insert(line.case, &fingerprint(&dossier.case, line.received_at));
            }
            seen += page.rows.len();
            match page.next {
                Some(next) if seen < LOOK_BACK => query.cursor = Some(next),
                _ => break,
            }
        }
        self.with_similar(|slot| {
            slot.get_or_insert(index);
        });
        Ok(())
    }

    /// Records what a person decided about a similar case.
    ///
    /// # Errors
    /// As [`Office::execute`].
    pub fn choose_similar(
        &self,
        case: CaseId,
        other: CaseId,
        choice: SimilarChoice,
        actor: Actor,
        at: Timestamp,
    ) -> Result<Done, OfficeError> {
        let kind = match choice {
            SimilarChoice::Duplicate => LinkKind::Duplicate,
            SimilarChoice::Link => LinkKind::Related,
            SimilarChoice::Repeated => LinkKind::Repeated,
            SimilarChoice::New => {
                return self.execute(&Order::new(case, actor, at, Command::DismissSimilar { other }));
            }
        };
        self.execute(&Order::new(case, actor, at, Command::LinkCase { other, kind }))
    }
}
