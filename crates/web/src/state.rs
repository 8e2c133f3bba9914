//! What every request can reach: office, directory, settings, counters.

use crate::{error::Failure, ops::Counters};
use app::{Directory, Office, planning::Searches};
use axum::http::HeaderMap;
use std::{net::IpAddr, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How the server appears to its users.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The bank's name in simplified Chinese and in English; may be empty.
    pub bank: (String, String),
    /// Whether anybody may sign in as any of the invented staff by one click.
    pub demo: bool,
    /// Whether customers may make complaints on the public form.
    pub public_form: bool,
    /// The proxy before the server: only its word on where a request came from is believed.
    pub proxy: Option<IpAddr>,
}

/// Shared by all requests.
pub(crate) struct App {
    pub(crate) office: Arc<Office>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) settings: Settings,
    pub(crate) counters: Counters,
    /// The searches for visit plans: one at a time.
    pub(crate) searches: Searches,
    /// Turns of those who bring files.
    pub(crate) turns: Arc<Semaphore>,
}

pub(crate) type Shared = Arc<App>;

impl App {
    /// Returns where a request came from: the peer, or what the trusted proxy says of it. The last entry
    /// of the header is the one that the proxy itself wrote; all before it are a client's claim.
    pub(crate) fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if self.settings.proxy != Some(peer) {
            return peer;
        }
        headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.rsplit(',').next()?.trim().parse().ok())
            .unwrap_or(peer)
    }

    /// Waits for a turn to bring files.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        turn.map_err(|_| Failure::Busy(String::new()))
    }

    /// Runs what waits for the disk away from the threads that serve connections.
    pub(crate) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        f: impl FnOnce(&App) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = Arc::clone(self);
        match tokio::task::spawn_blocking(move || f(&app)).await {
            Ok(result) => result,
            Err(e) => Err(Failure::internal(&e)),
        }
    }
}
