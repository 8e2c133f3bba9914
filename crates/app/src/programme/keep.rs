//! Keeping the programme: events in one stream, and the programme they lead to as one record beside them.

use super::{Programme, ProgrammeCommand, ProgrammeEvent, ProgrammeMistake, decide};
use crate::{codec, error::OfficeError, office::Office};
use domain::{Actor, EventId, Timestamp};
use store::{AppendError, NewEvent, RecordChange, Recorded, StreamAppend, StreamId, Work};

/// Kind and id of the stream and of the record.
const PROGRAMME: &str = "programme";
const MAIN: &str = "main";
/// How often a change without a version is decided anew when somebody else was faster.
const TRIES: usize = 8;

/// A change as a person gives it.
#[derive(Clone, Debug)]
pub struct ProgrammeOrder {
    /// Made by the form: sent twice, it is carried out once.
    pub id: EventId,
    /// Who.
    pub actor: Actor,
    /// What.
    pub command: ProgrammeCommand,
    /// The version the person saw; `None` decides on whatever is there now.
    pub seen: Option<u64>,
}

/// One entry of the programme's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeEntry {
    /// What happened.
    pub event: ProgrammeEvent,
    /// What the objective or step is about, as it read then.
    pub text: String,
    /// Who.
    pub actor: Option<Actor>,
    /// When the store took it.
    pub at: Timestamp,
}

/// Why the programme was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// Values are not acceptable.
    #[error("{} values are not acceptable; nothing was changed", .0.len())]
    Mistakes(Vec<ProgrammeMistake>),
    /// Somebody changed it since the person saw it.
    #[error("the programme has changed {} times since you read it; nothing was changed, look and repeat", .0.len())]
    Changed(Vec<ProgrammeEntry>),
    /// The store failed.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<store::StoreError> for ProgrammeError {
    fn from(e: store::StoreError) -> Self {
        ProgrammeError::Office(e.into())
    }
}

fn stream() -> StreamId {
    StreamId::other(PROGRAMME, MAIN).expect("both parts are short words")
}

fn event_of(recorded: &Recorded) -> Result<ProgrammeEvent, OfficeError> {
    let both = serde_json::json!({ "kind": recorded.kind, "body": recorded.body });
    serde_json::from_value(both).map_err(|e| OfficeError::Unreadable {
        stream: recorded.stream.to_string(),
        seq: recorded.seq,
        reason: e.to_string(),
    })
}

/// Folds the history and tells each event with what it was about.
fn fold(recorded: &[Recorded]) -> Result<(Programme, Vec<ProgrammeEntry>), OfficeError> {
    let mut programme = Programme::default();
    let mut entries = Vec::with_capacity(recorded.len());
    for r in recorded {
        let event = event_of(r)?;
        let name = |p: &Programme| {
            let (step, no) = event.about();
            if step {
                p.step(no).map(|s| s.plan.text.clone())
            } else {
                p.objective(no).map(|o| o.goal.text.clone())
            }
        };
        let before = name(&programme);
        programme.apply(&event);
        let text = name(&programme).or(before).unwrap_or_default();
        entries.push(ProgrammeEntry {
            event,
            text,
            actor: codec::actor(&r.actor),
            at: r.recorded_at,
        });
    }
    Ok((programme, entries))
}

impl Office {
    /// Returns the programme of visits; an empty one when nobody has written any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn programme(&self) -> Result<Programme, OfficeError> {
        match self.store.record(PROGRAMME, MAIN)? {
            None => Ok(Programme::default()),
            Some(r) => serde_json::from_slice(&r.body)
                .map_err(|e| OfficeError::Setup(format!("the programme cannot be understood: {e}"))),
        }
    }

    /// Changes the programme. Returns it as it then stands.
    ///
    /// # Errors
    /// What is wrong with the values, what changed since the person looked, or a failure of the store. In
    /// every case nothing was changed.
    pub fn change_programme(&self, order: &ProgrammeOrder) -> Result<Programme, ProgrammeError> {
        let (today, _) = crate::plan::local(self.now(), self.pack.zone());
        let stream = stream();
        let mut tries = 0;
        loop {
            let recorded = self.store.read(stream.bucket(), &stream)?;
            let (mut programme, mut entries) = fold(&recorded)?;
            if recorded.iter().any(|r| r.id == order.id) {
                return Ok(programme);
            }
            if let Some(seen) = order.seen.filter(|s| *s != programme.version) {
                let from = usize::try_from(seen).unwrap_or(usize::MAX).min(entries.len());
                return Err(ProgrammeError::Changed(entries.split_off(from)));
            }
            let event = decide(&programme, &order.command, today).map_err(ProgrammeError::Mistakes)?;
            let expected = programme.version;
            programme.apply(&event);
            let work = self.programme_work(&stream, expected, order, &event, &programme);
            match self.store.append(work) {
                Ok(_) => return Ok(programme),
                // Read again: then it is either what the person must be told of, or a new try.
                Err(AppendError::Conflict { .. }) if tries < TRIES => tries += 1,
                Err(e) => return Err(ProgrammeError::Office(e.into())),
            }
        }
    }

    fn programme_work(
        &self,
        stream: &StreamId,
        expected: u64,
        order: &ProgrammeOrder,
        event: &ProgrammeEvent,
        after: &Programme,
    ) -> Work {
        let mut both = serde_json::to_value(event).expect("an event is plain data");
        let kind = both["kind"].as_str().unwrap_or_default().to_owned();
        Work {
            streams: vec![StreamAppend {
                stream: stream.clone(),
                expected,
                events: vec![NewEvent {
                    id: order.id,
                    kind,
                    schema_version: 1,
                    occurred_at: self.now(),
                    actor: codec::actor_text(&order.actor),
                    purpose: "visit_programme".to_owned(),
                    body: both["body"].take().into(),
                }],
            }],
            records: vec![RecordChange {
                kind: PROGRAMME,
                id: MAIN.to_owned(),
                body: Some(serde_json::to_vec(after).expect("a programme is plain data")),
                expires_at: None,
            }],
            ..Work::default()
        }
    }
}
