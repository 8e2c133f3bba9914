//! The table service of OSRM.

use super::{Raw, Request};
use crate::geo::Position;
use serde::Deserialize;
use std::fmt::Write as _;

pub(super) fn request(url: &str, profile: &str, sources: &[Position], targets: &[Position]) -> Request {
    let mut text = format!("{url}/table/v1/{profile}/");
    for (i, p) in sources.iter().chain(targets).enumerate() {
        let between = if i == 0 { "" } else { ";" };
        // Writing to a text does not fail.
        let _ = write!(text, "{between}{:.5},{:.5}", p.lon, p.lat);
    }
    let list = |range: std::ops::Range<usize>| range.map(|i| i.to_string()).collect::<Vec<_>>().join(";");
    let all = sources.len() + targets.len();
    let _ = write!(
        text,
        "?annotations=duration,distance&sources={}&destinations={}",
        list(0..sources.len()),
        list(sources.len()..all)
    );
    Request {
        url: text,
        body: None,
    }
}

#[derive(Deserialize)]
struct Answer {
    code: String,
    #[serde(default)]
    durations: Vec<Vec<Option<f64>>>,
    /// Absent in servers older than 5.18.
    #[serde(default)]
    distances: Vec<Vec<Option<f64>>>,
}

pub(super) fn parse(body: &[u8]) -> Result<Vec<Vec<Raw>>, String> {
    let answer: Answer = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    if answer.code != "Ok" {
        return Err(format!("code {:?}", super::short(&answer.code)));
    }
    let same_shape = answer.durations.len() == answer.distances.len()
        && answer
            .durations
            .iter()
            .zip(&answer.distances)
            .all(|(a, b)| a.len() == b.len());
    if !same_shape {
        return Err(
            "durations without distances of the same shape (OSRM 5.18 or newer is needed)".to_owned(),
        );
    }
    let rows = answer.durations.into_iter().zip(answer.distances);
    Ok(rows
        .map(|(times, lengths)| times.into_iter().zip(lengths).map(|(t, l)| t.zip(l)).collect())
        .collect())
}
