//! The router and the life of the server.

use crate::{
    api, assets, desk,
    dress::dress,
    error::Failure,
    ops::{self, Counters},
    routes::{Route, Routes, get, post, put},
    state::{App, Settings, Shared},
    upload::longest_form,
};
use app::{Directory, Office, planning::Searches};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};

/// The longest body of a request without files in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// The longest time for any other answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest time for a request that brings files: a slow line from a customer's home takes minutes.
const PATIENCE_FOR_FILES: Duration = Duration::from_secs(600);

/// How many uploads are taken at the same time; each holds one file in memory. The others wait.
const UPLOADS: usize = 4;

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
            searches: Searches::default(),
            turns: Arc::new(Semaphore::new(UPLOADS)),
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
        .route("/cases/{id}/files/{file}", get(desk::files::open))
        .route(
            "/cases/{id}/do/{action}",
            get(desk::action::page).post(desk::action::run),
        )
        .route("/drafts/{*key}", put(desk::drafts::keep))
        .route("/customers/{id}", get(desk::customer::page))
        .route("/visits", get(desk::visits::page))
        .route("/plan", get(desk::plan::page))
        .route("/plan/new", get(desk::plan::new_page).post(desk::plan::begin))
        .route(
            "/plan/runs/{id}",
            get(desk::plan::run_page).post(desk::plan::run_stop),
        )
        .route("/plan/runs/{id}/state", get(desk::plan::run_state))
        .route("/plan/{id}", get(desk::plan::plan_page))
        .route("/plan/{id}/visits/{visit}", get(desk::plan::visit_page))
        .route("/plan/{id}/compare", get(desk::plan::compare))
        .route("/plan/{id}/papers/{name}", get(desk::plan::paper))
        .route("/plan/{id}/{what}", post(desk::plan::act))
        .route("/roster", get(desk::roster::page))
        .route("/roster/{id}", get(desk::roster::one).post(desk::roster::save))
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

/// The routes that take files: longer bodies, and more time for slow lines.
fn uploads() -> Routes {
    Routes::new()
        .route("/cases/{id}/files", post(desk::files::send))
        .route("/api/v1/cases/{id}/files", post(api::files::attach))
}

/// Bounds what one request may send and how long it may take. A body that says how long it is is refused
/// before it is read; another is refused in the middle.
fn bounded(routes: Routes, bytes: usize, patience: Duration) -> Routes {
    routes.wrapped(|router| {
        router
            .layer(DefaultBodyLimit::disable())
            .layer(RequestBodyLimitLayer::new(bytes))
            .layer(CatchPanicLayer::new())
            .layer(TimeoutLayer::with_status_code(
                axum::http::StatusCode::SERVICE_UNAVAILABLE,
                patience,
            ))
    })
}

/// Returns every route that the server answers, for tests of who may do what.
#[must_use]
pub fn route_list() -> Vec<Route> {
    routes().merge(uploads()).list()
}

fn router(app: Shared) -> Router {
    let form = longest_form(&app.office.file_limits());
    bounded(routes(), LONGEST_BODY, PATIENCE)
        .merge(bounded(uploads(), form, PATIENCE_FOR_FILES))
        .router()
        .layer(middleware::from_fn_with_state(Arc::clone(&app), dress))
        .layer(CompressionLayer::new())
        .with_state(app)
}
