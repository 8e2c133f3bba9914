//! `forecourt serve`: the desk, the intake forms and the API, until it is told to stop.

use super::say;
use crate::{
    cli::{Cli, Serve},
    config::ServerConfig,
    exit::Exit,
    place::{self, Open},
};
use anyhow::Context as _;
use app::{Cost, Directory, Limits, Office};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use store::Clock;
use web::{Server, Settings};

/// The port when none is named.
pub(super) const PORT: u16 = 8088;

pub(super) fn run(cli: &Cli, args: &Serve) -> anyhow::Result<Exit> {
    let config = place::server_config(cli)?;
    let office = place::office(cli, Open::Existing, Clock::system())?;
    let directory = directory(&office, &config)?;
    if directory.is_empty() {
        say(
            "Nobody can sign in yet. Stop this and make the first user:\n  forecourt user add admin --name ADMIN --role administrator --branch HQ\n",
        )?;
    }
    let settings = Settings {
        bank: (
            config.bank_name.clone().unwrap_or_default(),
            config.bank_name_en.clone().unwrap_or_default(),
        ),
        demo: false,
        public_form: config.public_form.unwrap_or(false),
        proxy: config.proxy,
    };
    let address = SocketAddr::new(
        config.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        args.port.or(config.port).unwrap_or(PORT),
    );
    until_stopped(office, directory, settings, address, |at| {
        format!("Forecourt answers on http://{at}/ (stop with Ctrl-C)\n")
    })
}

/// Opens the directory with the limits of the configuration.
pub(super) fn directory(office: &Office, config: &ServerConfig) -> anyhow::Result<Directory> {
    let minutes = |m: u32| i64::from(m) * 60_000_000;
    let mut limits = Limits::default();
    limits.idle = config.idle_minutes.map_or(limits.idle, minutes);
    limits.whole = config
        .session_hours
        .map_or(limits.whole, |h| minutes(h.saturating_mul(60)));
    Directory::open(office.store(), Clock::system(), Cost::default(), limits)
        .context("the directory of users cannot be read")
}

/// Serves until SIGINT or SIGTERM, then lets running requests end.
pub(super) fn until_stopped(
    office: Office,
    directory: Directory,
    settings: Settings,
    address: SocketAddr,
    hello: impl FnOnce(SocketAddr) -> String,
) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no threads for the server")?;
    runtime.block_on(async {
        let office = Arc::new(office);
        tokio::spawn(sweep_files(Arc::clone(&office)));
        let server = Server::listen(address, office, Arc::new(directory), settings).await?;
        say(&hello(server.address()?))?;
        server.serve(stop()).await?;
        say("Stopped; everything answered is stored.\n")
    })
}

/// Removes, once a day, sealed files that no entry names: uploads that broke off.
async fn sweep_files(office: Arc<Office>) {
    loop {
        let office = Arc::clone(&office);
        let swept = tokio::task::spawn_blocking(move || office.store().sweep_attachments()).await;
        match swept {
            Ok(Ok(swept)) if swept.unnamed + swept.erased > 0 => {
                tracing::info!(unnamed = swept.unnamed, erased = swept.erased, "files were swept");
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "files could not be swept; it is tried again tomorrow");
            }
            Err(error) => {
                tracing::warn!(%error, "the sweep of files ended early; it is tried again tomorrow");
            }
        }
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    }
}

async fn stop() {
    let interrupt = async {
        // Without a handler the signal itself ends the program: nothing more can be done here.
        let _ = tokio::signal::ctrl_c().await;
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
