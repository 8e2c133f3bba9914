//! The matrix service of Valhalla.

use super::{Raw, Request};
use crate::geo::Position;
use serde::Deserialize;
use serde_json::json;

pub(super) fn request(url: &str, costing: &str, sources: &[Position], targets: &[Position]) -> Request {
    let list = |places: &[Position]| -> Vec<_> {
        places
            .iter()
            .map(|p| json!({ "lat": p.lat, "lon": p.lon }))
            .collect()
    };
    let body = json!({
        "sources": list(sources),
        "targets": list(targets),
        "costing": costing,
        "units": "kilometers",
    });
    Request {
        url: format!("{url}/sources_to_targets"),
        body: Some(body.to_string()),
    }
}

#[derive(Deserialize)]
struct Answer {
    sources_to_targets: Vec<Vec<Cell>>,
}

#[derive(Deserialize)]
struct Cell {
    /// Kilometres.
    distance: Option<f64>,
    /// Seconds.
    time: Option<f64>,
}

pub(super) fn parse(body: &[u8]) -> Result<Vec<Vec<Raw>>, String> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let cell = |c: Cell| c.time.zip(c.distance.map(|km| km * 1_000.0));
    let rows = answer.sources_to_targets.into_iter();
    Ok(rows.map(|row| row.into_iter().map(cell).collect()).collect())
}
