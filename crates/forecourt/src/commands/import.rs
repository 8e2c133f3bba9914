//! `forecourt import`.

use super::say;
use crate::{
    cli::{Cli, Import},
    exit::Exit,
    place::{self, Open},
    progress,
};
use anyhow::Context as _;
use app::{ImportEvent, ImportOptions, ImportSummary, Office, OfficeError};
use intake::Map;
use serde_json::json;
use std::path::Path;
use store::Clock;

/// How many rejects are shown on the terminal when there is no reject file.
const SHOWN: u64 = 20;

pub(super) fn run(cli: &Cli, args: &Import) -> anyhow::Result<Exit> {
    let map = Map::find(&args.map)?;
    let office = place::office(cli, Open::Create, Clock::system())?;
    let options = ImportOptions {
        rejects: args.rejects.clone(),
    };
    let (summary, result) = import(&office, &args.file, &map, &options);
    if summary.imported > 0 {
        office.store().checkpoint()?;
    }
    let told = &args.rejects;
    if summary.rejected > 0 {
        match told {
            Some(path) => eprintln!(
                "{} row(s) rejected; they are in {}",
                summary.rejected,
                path.display()
            ),
            None => eprintln!(
                "{} row(s) rejected; name a file with --rejects to keep them",
                summary.rejected
            ),
        }
    }
    if summary.similar > 0 {
        eprintln!(
            "{} new case(s) look like another one: `forecourt explain CASE` shows which",
            summary.similar
        );
    }
    let exit = match &result {
        Ok(()) => Exit::Done,
        Err(OfficeError::Intake(_)) if summary.read > 0 => Exit::BrokeOff,
        Err(_) => Exit::Refused,
    };
    if exit == Exit::Refused {
        return Err(result
            .err()
            .map_or_else(|| anyhow::anyhow!("import failed"), Into::into));
    }
    if let Err(e) = result {
        eprintln!("forecourt: {e}");
    }
    print(&summary, args.json)?;
    Ok(exit)
}

fn print(s: &ImportSummary, json: bool) -> anyhow::Result<Exit> {
    if json {
        // Written by hand so that the order of the keys is that of the contract.
        return say(&format!(
            "{{\"read\":{},\"imported\":{},\"already\":{},\"rejected\":{}}}\n",
            json!(s.read),
            json!(s.imported),
            json!(s.already),
            json!(s.rejected)
        ));
    }
    say(&format!(
        "{} row(s) read: {} imported, {} already there, {} rejected\n",
        s.read, s.imported, s.already, s.rejected
    ))
}

/// Imports with a progress bar.
pub(super) fn import(
    office: &Office,
    file: &Path,
    map: &Map,
    options: &ImportOptions,
) -> (ImportSummary, Result<(), OfficeError>) {
    let bar = progress::bytes(0);
    let mut shown = 0;
    let quiet = options.rejects.is_some();
    let result = office.import(file, map, options, |event| match event {
        ImportEvent::Progress { read, total, rows } => {
            bar.set_length(total.max(read));
            bar.set_position(read);
            bar.set_message(format!("{rows} rows"));
        }
        ImportEvent::Rejected(reject) => {
            shown += 1;
            if !quiet && shown <= SHOWN {
                bar.suspend(|| eprintln!("{reject}"));
            }
        }
    });
    bar.finish_and_clear();
    result
}

/// Imports the whole file, or fails.
pub(super) fn whole(office: &Office, file: &Path, map: &str) -> anyhow::Result<ImportSummary> {
    let map = Map::find(map)?;
    let (summary, result) = import(office, file, &map, &ImportOptions::default());
    result.with_context(|| format!("after {} row(s), which have landed", summary.read))?;
    Ok(summary)
}
