//! Operations: health, readiness, metrics.

use crate::{error::Failure, state::Shared};
use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::time::Duration;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

/// What is counted. Routes are counted by their pattern: no id stands in a metric.
pub(crate) struct Counters {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    open: Gauge,
}

impl Default for Counters {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("forecourt");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Histogram::new([
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
        ]);
        let open = Gauge::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to the answer", seconds.clone());
        registry.register("http_requests_open", "Requests being answered", open.clone());
        Counters {
            registry,
            requests,
            seconds,
            open,
        }
    }
}

impl Counters {
    pub(crate) fn begin(&self) {
        self.open.inc();
    }

    pub(crate) fn end(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        self.open.dec();
        let labels = Labels {
            // Methods are free text to a client: only known ones get a series of their own.
            method: match *method {
                Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE => {
                    method.to_string()
                }
                _ => "other".to_owned(),
            },
            route: route.to_owned(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(took.as_secs_f64());
    }
}

/// The program runs.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// The program can read its store.
pub(crate) async fn ready(State(app): State<Shared>) -> Result<&'static str, Failure> {
    app.work(|app| Ok(app.office.store().counts()?)).await?;
    Ok("ready\n")
}

/// The counters in Prometheus' text format.
pub(crate) async fn metrics(State(app): State<Shared>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &app.counters.registry) {
        Ok(()) => (
            [(
                header::CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        Err(e) => Failure::internal(&e).into_response(),
    }
}
