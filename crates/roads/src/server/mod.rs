//! Travel times from an OSRM or Valhalla server of the bank's own.
//!
//! The places of customers go over this connection. It is plain HTTP, because no TLS library stands in the program
//! yet: let the server run on the same machine, or put the connection into a tunnel. An address with `https` is
//! refused rather than spoken to in the clear.
//!
//! Everything that comes back is bounded: the time for one request and for the whole matrix, the bytes of an answer,
//! its shape and its numbers. Redirects are not followed: they would carry the places to somebody else.

mod cache;
mod osrm;
mod valhalla;

pub use cache::Cache;

use crate::{
    geo::Position,
    hours::{Hours, WeekTime},
    travel::{Leg, Matrix, Source, TravelError, TravelTimes},
};
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// Which program answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OSRM, its table service (<https://project-osrm.org/docs/v5.24.0/api/#table-service>).
    Osrm,
    /// Valhalla, its matrix service (<https://valhalla.github.io/valhalla/api/matrix/api-reference/>).
    Valhalla,
}

/// How a server is to be asked.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The program.
    pub kind: Kind,
    /// Its address, such as `http://127.0.0.1:5000`.
    pub url: String,
    /// OSRM's profile or Valhalla's costing.
    pub profile: String,
    /// The most places in one request (OSRM counts sources and targets together), or pairs (Valhalla).
    pub most: usize,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long a whole matrix may take.
    pub patience: Duration,
    /// The most bytes of one answer.
    pub most_bytes: u64,
    /// When it is slower; applied to the server's times, which are those of free roads.
    pub hours: Hours,
}

impl ServerOptions {
    /// The usual limits of a server as it is shipped.
    pub fn new(kind: Kind, url: &str) -> ServerOptions {
        ServerOptions {
            kind,
            url: url.to_owned(),
            profile: match kind {
                Kind::Osrm => "driving",
                Kind::Valhalla => "auto",
            }
            .to_owned(),
            most: match kind {
                Kind::Osrm => 100,
                Kind::Valhalla => 2_500,
            },
            timeout: Duration::from_secs(10),
            patience: Duration::from_secs(60),
            most_bytes: 32 << 20,
            hours: Hours::default(),
        }
    }
}

/// Why a server could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be used.
    #[error("{url:?} cannot be used as a server of travel times: {why}")]
    Address {
        /// The address.
        url: String,
        /// Why not.
        why: &'static str,
    },
    /// No connection, no answer in time, or an answer that ends too early.
    #[error("the server {url} did not answer: {why}")]
    Unreachable {
        /// Its address.
        url: String,
        /// What happened.
        why: String,
    },
    /// It answered with another status than success.
    #[error("the server {url} answered with status {status}{told}")]
    Status {
        /// Its address.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// What it said, after a colon; empty when nothing.
        told: String,
    },
    /// It answered something else than was asked.
    #[error("the server {url} answered something that cannot be used: {why}")]
    Nonsense {
        /// Its address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The whole matrix took too long.
    #[error("the server {url} is too slow: {done} of {all} requests in {seconds} s")]
    Slow {
        /// Its address.
        url: String,
        /// Requests answered.
        done: usize,
        /// Requests needed.
        all: usize,
        /// Seconds passed.
        seconds: u64,
    },
}

/// Times on free roads in milliseconds, and metres; `None` = the server knows no way.
type Pair = Option<(u32, u32)>;

/// A server of travel times.
#[derive(Debug)]
pub struct Server {
    options: ServerOptions,
    agent: ureq::Agent,
    cache: Mutex<Cache>,
}

/// A request that is ready to be sent.
struct Request {
    url: String,
    /// Sent by POST; by GET without.
    body: Option<String>,
}

impl Server {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(mut options: ServerOptions, cache: Cache) -> Result<Server, ServerError> {
        let why = if options.url.starts_with("https://") {
            Some("this program speaks plain HTTP only; take a server on the same machine, or a tunnel to it")
        } else if !options.url.starts_with("http://") {
            Some("it does not begin with http://")
        } else if options.url.contains('@') || options.url.contains(['?', '#', ' ']) {
            Some("it has a user, a query or a blank in it")
        } else if options.profile.is_empty()
            || !options
                .profile
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            Some("its profile is not a plain word")
        } else {
            None
        };
        if let Some(why) = why {
            return Err(ServerError::Address {
                url: options.url,
                why,
            });
        }
        options.url.truncate(options.url.trim_end_matches('/').len());
        options.most = options.most.max(2);
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // The places of customers go to the address given, and nowhere else.
            .proxy(None)
            .user_agent("forecourt")
            .build()
            .new_agent();
        Ok(Server {
            options,
            agent,
            cache: Mutex::new(cache),
        })
    }

    /// Writes what is remembered to the cache's file, if it has one.
    ///
    /// # Errors
    /// When the file system refuses; what is remembered in memory stays.
    pub fn save_cache(&self) -> Result<(), crate::error::FileError> {
        self.remembered().save()
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Cache> {
        // A panic elsewhere leaves whole entries behind.
        self.cache
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn send(&self, request: &Request) -> Result<Vec<u8>, ServerError> {
        let url = || self.options.url.clone();
        let failed = |e: ureq::Error| ServerError::Unreachable {
            url: url(),
            why: e.to_string(),
        };
        let response = match &request.body {
            None => self.agent.get(&request.url).call(),
            Some(body) => self
                .agent
                .post(&request.url)
                .header("content-type", "application/json")
                .send(body.as_str()),
        };
        let mut response = response.map_err(failed)?;
        let status = response.status().as_u16();
        let limit = if status == 200 {
            self.options.most_bytes
        } else {
            4_096
        };
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        if status != 200 {
            let moved = response.headers().get("location").and_then(|l| l.to_str().ok());
            let told = match (moved, body) {
                (Some(to), _) => format!(": it sends us on to {}, which is not followed", short(to)),
                (None, Ok(body)) if !body.is_empty() => {
                    format!(": {}", short(&String::from_utf8_lossy(&body)))
                }
                _ => String::new(),
            };
            return Err(ServerError::Status {
                url: url(),
                status,
                told,
            });
        }
        body.map_err(failed)
    }

    /// Asks for one block of the matrix.
    fn block(&self, sources: &[Position], targets: &[Position]) -> Result<Vec<Pair>, ServerError> {
        let o = &self.options;
        let request = match o.kind {
            Kind::Osrm => osrm::request(&o.url, &o.profile, sources, targets),
            Kind::Valhalla => valhalla::request(&o.url, &o.profile, sources, targets),
        };
        let body = self.send(&request)?;
        let parsed = match o.kind {
            Kind::Osrm => osrm::parse(&body),
            Kind::Valhalla => valhalla::parse(&body),
        };
        let shaped = parsed.and_then(|rows| {
            let right = rows.len() == sources.len() && rows.iter().all(|r| r.len() == targets.len());
            if !right {
                return Err(format!(
                    "not a table of {} rows and {} columns",
                    sources.len(),
                    targets.len()
                ));
            }
            rows.into_iter().flatten().map(pair).collect()
        });
        shaped.map_err(|why| ServerError::Nonsense {
            url: o.url.clone(),
            why,
        })
    }

    /// How many sources and targets go into one request.
    fn sides(&self, sources: usize, targets: usize) -> (usize, usize) {
        match self.options.kind {
            // A short side leaves room for the other.
            Kind::Osrm => {
                let half = self.options.most / 2;
                let rows = sources
                    .min(half.max(self.options.most.saturating_sub(targets)))
                    .max(1);
                (rows, targets.min(self.options.most - rows).max(1))
            }
            Kind::Valhalla => {
                let side = self.options.most.isqrt().max(1);
                let rows = sources.min(side.max(self.options.most / targets.max(1))).max(1);
                (rows, targets.min(self.options.most / rows).max(1))
            }
        }
    }

    /// Fetches what is not remembered; returns all pairs, and how many were remembered.
    fn pairs(&self, sources: &[Position], targets: &[Position]) -> Result<(Vec<Pair>, usize), ServerError> {
        let begun = Instant::now();
        let rounded = |places: &[Position]| -> Vec<Position> { places.iter().map(|p| rounded(*p)).collect() };
        let (sources, targets) = (rounded(sources), rounded(targets));
        let mut pairs: Vec<Option<Pair>> = {
            let cache = self.remembered();
            let scope = cache.scope(&self.options);
            let each = sources.iter().flat_map(|a| targets.iter().map(move |b| (a, b)));
            each.map(|(a, b)| cache.get(&scope, *a, *b)).collect()
        };
        let remembered = pairs.iter().filter(|p| p.is_some()).count();
        let (rows, columns) = self.sides(sources.len(), targets.len());
        let blocks: Vec<(usize, usize)> = (0..sources.len())
            .step_by(rows)
            .flat_map(|r| (0..targets.len()).step_by(columns).map(move |c| (r, c)))
            .filter(|(r, c)| {
                (*r..sources.len().min(r + rows)).any(|i| {
                    (*c..targets.len().min(c + columns)).any(|j| pairs[i * targets.len() + j].is_none())
                })
            })
            .collect();
        for (done, (r, c)) in blocks.iter().enumerate() {
            if begun.elapsed() > self.options.patience {
                return Err(ServerError::Slow {
                    url: self.options.url.clone(),
                    done,
                    all: blocks.len(),
                    seconds: begun.elapsed().as_secs(),
                });
            }
            let from = &sources[*r..sources.len().min(r + rows)];
            let to = &targets[*c..targets.len().min(c + columns)];
            let found = self.block(from, to)?;
            let mut cache = self.remembered();
            let scope = cache.scope(&self.options);
            for (k, pair) in found.into_iter().enumerate() {
                let (i, j) = (r + k / to.len(), c + k % to.len());
                pairs[i * targets.len() + j] = Some(pair);
                cache.put(&scope, sources[i], targets[j], pair);
            }
        }
        Ok((pairs.into_iter().map(Option::flatten).collect(), remembered))
    }
}

impl TravelTimes for Server {
    fn name(&self) -> String {
        format!("server {}", self.options.url)
    }

    fn matrix(
        &self,
        sources: &[Position],
        targets: &[Position],
        departure: Option<WeekTime>,
    ) -> Result<(Matrix, Source), TravelError> {
        if let Some(i) = sources.iter().chain(targets).position(|p| !p.is_valid()) {
            let place = format!("place {}", i % sources.len().max(1) + 1);
            return Err(crate::error::PlaceError::NotOnEarth { place }.into());
        }
        let (pairs, remembered) = self.pairs(sources, targets)?;
        let leg = |(ms, metres): (u32, u32)| {
            let ms = match departure {
                None => u64::from(ms),
                Some(at) => self.options.hours.travel_ms(at, u64::from(ms)),
            };
            Leg {
                seconds: u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX),
                metres,
            }
        };
        let legs = pairs.into_iter().map(|p| p.map(leg)).collect();
        let source = Source::Server {
            url: self.options.url.clone(),
            remembered,
        };
        Ok((Matrix::new(sources.len(), targets.len(), legs), source))
    }
}

/// Seconds and metres as a server gives them; a missing one means that there is no way.
type Raw = Option<(f64, f64)>;

/// Takes numbers only that can be travel times.
fn pair(raw: Raw) -> Result<Pair, String> {
    let Some((seconds, metres)) = raw else {
        return Ok(None);
    };
    let sensible = (0.0..=4e6).contains(&seconds) && (0.0..=1e8).contains(&metres);
    if !sensible {
        return Err(format!("{seconds} s and {metres} m between two places"));
    }
    Ok(Some(((seconds * 1_000.0).round() as u32, metres.round() as u32)))
}

/// To a metre: what is asked and what is remembered is the same.
fn rounded(p: Position) -> Position {
    Position {
        lat: (p.lat * 1e5).round() / 1e5,
        lon: (p.lon * 1e5).round() / 1e5,
    }
}

/// The beginning of what a server said, fit for one line.
fn short(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}
