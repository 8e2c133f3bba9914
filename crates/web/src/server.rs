//! The router and the life of the server.

use crate::{
    api, assets, desk,
    dress::dress,
    error::Failure,
    ops::{self, Counters},
    routes::{Route, Routes, get, post, put},
    state::{App, Settings, Shared},
};
use app::{Directory, Office};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};

/// The longest body of any request in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// The longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the server could not begin, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {reason}. Choose another with --port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The operating system's reason.
        reason: std::io::Error,
    },
    /// The server stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    router: Router,
}

impl Server {
    /// Listens on `address` (port 0: any free one).
    ///
    /// # Errors
    /// When it cannot be listened on.
    pub async fn listen(
        address: SocketAddr,
        office: Arc<Office>,
        directory: Arc<Directory>,
        settings: Settings,
    ) -> Result<Self, ServerError> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|reason| ServerError::Listen { address, reason })?;
        let app = Arc::new(App {
            office,
            directory,
            settings,
            counters: Counters::default(),
        });
        Ok(Server {
            listener,
            router: router(app),
        })
    }

    /// Returns where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done, then lets running requests end.
    ///
    /// # Errors
    /// When accepting connections fails for good.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServerError> {
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service)
            .with_graceful_shutdown(stop)
            .await?;
        Ok(())
    }
}

/// Every route of the program, on one screen.
fn routes() -> Routes {
    Routes::new()
        // Anybody.
        .route("/sign-in", get(desk::sign_in::page).post(desk::sign_in::enter))
        .route("/demo/sign-in", post(desk::sign_in::demo))
        .route("/language", post(desk::sign_in::language))
        .route(
            "/complain",
            get(desk::intake::public_page).post(desk::intake::public_send),
        )
        .route("/static/{name}", get(assets::serve))
        .route("/health", get(ops::health))
        .route("/ready", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        // Signed-in staff.
        .route("/sign-out", post(desk::sign_in::leave))
        .route("/role", post(desk::sign_in::role))
        .route("/", get(desk::today::page))
        .route("/cases", get(desk::cases::page))
        .route("/cases/assign", post(desk::cases::assign))
        .route("/cases/views", post(desk::cases::save_view))
        .route("/cases/export", post(desk::export::run))
        .route("/cases/new", get(desk::intake::page).post(desk::intake::send))
        .route("/cases/{id}", get(desk::case::page))
        .route(
            "/cases/{id}/do/{action}",
            get(desk::action::page).post(desk::action::run),
        )
        .route("/drafts/{*key}", put(desk::drafts::keep))
        .route("/customers/{id}", get(desk::customer::page))
        .route("/visits", get(desk::visits::page))
        .route("/programme", get(desk::programme::page))
        .route(
            "/programme/{kind}/{no}",
            get(desk::programme::edit).post(desk::programme::save),
        )
        .route("/users", get(desk::users::page))
        .route("/users/new", get(desk::users::new_page).post(desk::users::add))
        .route("/users/{id}", get(desk::users::user_page))
        .route("/users/{id}/{what}", post(desk::users::change))
        // Programs.
        .nest("/api/v1", api::routes())
        .fallback(|| async { Failure::NotFound })
}

/// Returns every route that the server answers, for tests of who may do what.
#[must_use]
pub fn route_list() -> Vec<Route> {
    routes().list()
}

fn router(app: Shared) -> Router {
    routes()
        .router()
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LONGEST_BODY))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), dress))
        .layer(CompressionLayer::new())
        .with_state(app)
}
