//! `forecourt verify`.

use super::say;
use crate::{
    cli::Cli,
    exit::Exit,
    place::{self, Open},
    progress,
};
use serde_json::json;

pub(super) fn run(cli: &Cli, json: bool) -> anyhow::Result<Exit> {
    let store = place::store(cli, Open::ReadOnly)?;
    let bar = progress::counter("events rehashed");
    let verdict = store.verify(|done| bar.set_position(done))?;
    bar.finish_and_clear();
    let first = verdict.bad.first();
    if json {
        let line = json!({
            "whole": verdict.whole(),
            "events": verdict.events,
            "streams": verdict.streams,
            "checkpoints": verdict.checkpoints,
            "attachments": verdict.attachments,
            "anchored_events": verdict.anchored_events,
            "unanchored_events": verdict.unanchored_events,
            "first_bad": first.map(|b| json!({ "place": b.place, "reason": b.reason })),
            "bad": verdict.bad.len(),
            "notes": verdict.notes,
        });
        say(&format!("{line}\n"))?;
    } else {
        say(&format!(
            "{} events in {} streams, {} checkpoints, {} attachments; {} events are anchored outside the database, {} not yet\n",
            verdict.events,
            verdict.streams,
            verdict.checkpoints,
            verdict.attachments,
            verdict.anchored_events,
            verdict.unanchored_events
        ))?;
        for note in &verdict.notes {
            say(&format!("note: {note}\n"))?;
        }
        match first {
            None => say("whole\n")?,
            Some(_) => say(&format!(
                "damaged: {} bad place(s), the first ones:\n",
                verdict.bad.len()
            ))?,
        };
        for bad in verdict.bad.iter().take(20) {
            say(&format!("  {}: {}\n", bad.place, bad.reason))?;
        }
    }
    Ok(if verdict.whole() {
        Exit::Done
    } else {
        Exit::Damaged
    })
}
