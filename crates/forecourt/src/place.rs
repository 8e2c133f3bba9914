//! From the command line to an open store or office.

use crate::{
    cli::{Cli, Command, Serve},
    config,
};
use anyhow::{Context as _, bail};
use app::{Office, Setup};
use domain::{Actor, CaseId, Role, StaffId};
use std::path::PathBuf;
use store::{Clock, Options, Store, Target};

/// How the store is to be opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// Make it when there is none.
    Create,
    /// It must exist.
    Existing,
    /// It must exist; read only, beside a running Forecourt.
    ReadOnly,
}

fn config_path(cli: &Cli) -> PathBuf {
    match &cli.command {
        Command::Serve(Serve {
            config: Some(path), ..
        }) => path.clone(),
        _ => cli.data.join(config::FILE),
    }
}

/// Returns how the server is configured.
pub(crate) fn server_config(cli: &Cli) -> anyhow::Result<config::ServerConfig> {
    Ok(config::require(&config_path(cli))?.config.server)
}

fn options_of(cli: &Cli, config: &config::Config, open: Open) -> anyhow::Result<Options> {
    let url = cli.database.as_ref().or(config.store.database.as_ref());
    let mut options = Options::sqlite(&cli.data);
    if let Some(url) = url {
        if !config::is_postgres(url) {
            bail!("--database must begin with postgres://");
        }
        options.target = Target::Postgres { url: url.clone() };
    }
    options.create = open == Open::Create;
    options.read_only = open == Open::ReadOnly;
    options.anchor_file.clone_from(&config.store.anchor_file);
    if let Some(mib) = config.store.ballast_mib {
        options.ballast_bytes = mib << 20;
    }
    Ok(options)
}

/// Returns the options of the store that the command line names.
pub(crate) fn options(cli: &Cli, open: Open) -> anyhow::Result<Options> {
    options_of(cli, &config::require(&config_path(cli))?.config, open)
}

/// Opens the store that the command line names.
pub(crate) fn store(cli: &Cli, open: Open) -> anyhow::Result<Store> {
    Ok(Store::open(options(cli, open)?)?)
}

/// Opens the office over that store; `clock` says what time it is.
pub(crate) fn office(cli: &Cli, open: Open, clock: Clock) -> anyhow::Result<Office> {
    let loaded = config::require(&config_path(cli))?;
    let store = Store::open(options_of(cli, &loaded.config, open)?)?;
    Ok(Office::open(Setup {
        store,
        packs: loaded.packs,
        pack: loaded.pack,
        policy: loaded.policy,
        lexicon: loaded.lexicon,
        authority: loaded.authority,
        files: loaded.config.server.file_limits(),
        clock,
    })?)
}

/// Reads a case number.
pub(crate) fn case(text: &str) -> anyhow::Result<CaseId> {
    Ok(text.parse::<CaseId>()?)
}

/// Reads a role.
pub(crate) fn role(text: &str) -> anyhow::Result<Role> {
    serde_json::from_value::<Role>(serde_json::Value::String(text.to_owned()))
        .with_context(|| format!("{text:?} is no role; roles are {}", roles()))
}

/// Reads who asks.
pub(crate) fn actor(who: &crate::cli::Who) -> anyhow::Result<Actor> {
    let role = role(&who.role)?;
    if who.actor.is_empty() || who.actor.contains(char::is_control) {
        bail!("--actor needs the directory name of a person");
    }
    Ok(Actor {
        id: StaffId(who.actor.clone()),
        role,
    })
}

fn roles() -> String {
    Role::ALL
        .iter()
        .filter_map(|r| serde_json::to_string(r).ok())
        .collect::<Vec<_>>()
        .join(", ")
}
