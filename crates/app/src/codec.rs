//! Between the events of the domain and the entries of the log.

use crate::error::OfficeError;
use domain::{
    Actor, EventId, Role, Timestamp,
    case::{Event, FactEvent, NegotiationEvent, Stamp},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{Body, NewEvent, Recorded, StreamId};

/// The version of the shape of event bodies written by this program.
const SCHEMA: u16 = 1;
/// Under which purpose the handling of complaints is recorded.
pub(crate) const PURPOSE: &str = "complaint_handling";

fn role_name(role: Role) -> String {
    match serde_json::to_value(role) {
        Ok(Value::String(s)) => s,
        _ => unreachable!("a role serialises as its name"),
    }
}

/// Returns the actor as the log keeps it: `role:id`.
pub(crate) fn actor_text(actor: &Actor) -> String {
    format!("{}:{}", role_name(actor.role), actor.id)
}

pub(crate) fn actor(text: &str) -> Option<Actor> {
    let (role, id) = text.split_once(':')?;
    let role = serde_json::from_value(Value::String(role.to_owned())).ok()?;
    Some(Actor::new(id, role))
}

fn split(event: &impl Serialize) -> (String, Body) {
    Body::of_variant(event).expect("events of the domain serialise as enum values with their name outside")
}

fn join<E: DeserializeOwned>(kind: &str, body: &Value) -> Result<E, String> {
    let value = match body {
        Value::Null => Value::String(kind.to_owned()),
        body => Value::Object([(kind.to_owned(), body.clone())].into_iter().collect()),
    };
    serde_json::from_value(value).map_err(|e| e.to_string())
}

/// Returns the name by which the log keeps this kind of event.
#[must_use]
pub fn kind_of(event: &Event) -> String {
    match event {
        Event::Fact(fact) => split(fact).0,
        Event::Negotiation(negotiation) => split(negotiation).0,
    }
}

/// Returns the log entry of one event.
pub(crate) fn encode(event: &Event, id: EventId, stamp: &Stamp) -> NewEvent {
    let (kind, body) = match event {
        Event::Fact(fact) => split(fact),
        Event::Negotiation(negotiation) => split(negotiation),
    };
    NewEvent {
        id,
        kind,
        schema_version: SCHEMA,
        occurred_at: stamp.at,
        actor: actor_text(&stamp.actor),
        purpose: PURPOSE.to_owned(),
        body,
    }
}

/// Reads one log entry of a case.
///
/// # Errors
/// [`OfficeError::Unreadable`] for an entry that this program does not know.
pub(crate) fn decode(entry: &Recorded) -> Result<(Event, Stamp), OfficeError> {
    let unreadable = |reason: String| OfficeError::Unreadable {
        stream: entry.stream.to_string(),
        seq: entry.seq,
        reason,
    };
    if entry.schema_version > SCHEMA {
        return Err(unreadable(format!(
            "its shape has version {}, and this program knows {SCHEMA}",
            entry.schema_version
        )));
    }
    let event = if is_negotiation(&entry.stream) {
        Event::Negotiation(join::<NegotiationEvent>(&entry.kind, &entry.body).map_err(unreadable)?)
    } else {
        Event::Fact(Box::new(
            join::<FactEvent>(&entry.kind, &entry.body).map_err(unreadable)?,
        ))
    };
    let who = actor(&entry.actor)
        .ok_or_else(|| unreadable(format!("the actor {:?} is not role:id", entry.actor)))?;
    Ok((
        event,
        Stamp {
            at: Timestamp(entry.occurred_at.0),
            actor: who,
        },
    ))
}

/// Says whether a stream holds negotiation.
pub(crate) fn is_negotiation(stream: &StreamId) -> bool {
    stream.as_str().ends_with("/negotiation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::case::Terms;

    #[test]
    fn events_with_and_without_content_come_back() {
        let stamp = Stamp {
            at: Timestamp(5),
            actor: Actor::new("handler-01", Role::Handler),
        };
        for event in [
            Event::from(FactEvent::ReviewStarted),
            FactEvent::DecisionNotified {
                channel: "letter".into(),
            }
            .into(),
            NegotiationEvent::RemedyProposed {
                no: 1,
                terms: Terms::default(),
            }
            .into(),
        ] {
            let new = encode(&event, EventId(9), &stamp);
            let case = domain::CaseId::from_bits(3);
            let stream = match event {
                Event::Fact(_) => StreamId::facts(case),
                Event::Negotiation(_) => StreamId::negotiation(case),
            };
            let stored = Recorded {
                stream,
                seq: 1,
                id: new.id,
                kind: new.kind,
                schema_version: new.schema_version,
                occurred_at: new.occurred_at,
                recorded_at: new.occurred_at,
                actor: new.actor,
                purpose: new.purpose,
                body: new.body.value(),
                hash: [0; 32],
            };
            let (back, at) = decode(&stored).expect("reads back");
            assert_eq!((back, at), (event, stamp.clone()));
        }
    }

    #[test]
    fn every_role_has_a_name_that_reads_back() {
        for role in Role::ALL {
            let a = Actor::new("x:y", role);
            assert_eq!(actor(&actor_text(&a)), Some(a));
        }
    }
}
