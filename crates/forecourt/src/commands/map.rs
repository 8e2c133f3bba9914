//! `forecourt map`: road maps and travel times.

mod fill;

use super::say;
use crate::{
    cli::{Cli, Map},
    exit::Exit,
    progress,
};
use anyhow::{Context as _, bail};
use roads::{Cache, Chain, Kind, Position, Profile, RoadMap, Server, ServerOptions, StraightLine, WeekTime};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

const ENDING: &str = "roads";

pub(super) fn run(cli: &Cli, action: &Map) -> anyhow::Result<Exit> {
    match action {
        Map::Import { file, out, profile } => import(cli, file, out.as_deref(), profile),
        Map::Info { file, json } => {
            let map = open(cli, file)?;
            let about = map.about();
            if *json {
                return say(&format!("{}\n", serde_json::to_string(about)?));
            }
            let (a, b) = map.corners();
            say(&format!(
                "made of    {} for profile {}\nregion     {:.4},{:.4} to {:.4},{:.4}\n{}\n",
                about.source, about.profile, a.lat, a.lon, b.lat, b.lon, about.stats
            ))
        }
        Map::Matrix {
            file,
            places,
            depart,
            osrm,
            valhalla,
            straight_line,
            json,
        } => {
            let (ids, places) = read_places(places)?;
            let map = open(cli, file)?;
            let ask = Ask {
                osrm: osrm.as_deref(),
                valhalla: valhalla.as_deref(),
                straight_line: *straight_line,
            };
            let chain = ask.chain(map, &ids, &places)?;
            matrix(&chain, &ids, &places, departure(depart.as_deref())?, *json)
        }
        Map::Fill {
            file,
            problem,
            out,
            depart,
            per_leg,
            osrm,
            valhalla,
            straight_line,
        } => {
            let ask = Ask {
                osrm: osrm.as_deref(),
                valhalla: valhalla.as_deref(),
                straight_line: *straight_line,
            };
            fill::run(
                open(cli, file)?,
                problem,
                out,
                &ask,
                departure(depart.as_deref())?,
                *per_leg,
            )
        }
        Map::Route {
            file,
            from,
            to,
            depart,
            geojson,
        } => {
            let (from, to) = (position(from)?, position(to)?);
            let map = open(cli, file)?;
            let names = ["FROM".to_owned(), "TO".to_owned()];
            map.snap(&[from, to], Some(&names))?;
            let route = map
                .route(from, to, departure(depart.as_deref())?)?
                .context("no road joins the two places")?;
            if *geojson {
                // A centimetre is as much as the map knows.
                let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
                let line: Vec<_> = route.line.iter().map(|p| [p.lon, p.lat].map(rounded)).collect();
                let feature = json!({
                    "type": "Feature",
                    "properties": { "seconds": route.leg.seconds, "metres": route.leg.metres },
                    "geometry": { "type": "LineString", "coordinates": line },
                });
                return say(&format!("{feature}\n"));
            }
            say(&format!(
                "{} min {:02} s, {:.1} km\n",
                route.leg.seconds / 60,
                route.leg.seconds % 60,
                f64::from(route.leg.metres) / 1_000.0
            ))
        }
    }
}

/// Whom to ask for ways beside the map.
struct Ask<'a> {
    osrm: Option<&'a str>,
    valhalla: Option<&'a str>,
    straight_line: bool,
}

impl Ask<'_> {
    /// Lists whom to ask, in order. Without any fallback a place far from every road is an error that names it by its id.
    fn chain(&self, map: RoadMap, ids: &[String], places: &[Position]) -> anyhow::Result<Chain> {
        let server = match (self.osrm, self.valhalla) {
            (Some(url), _) => Some((Kind::Osrm, url)),
            (None, Some(url)) => Some((Kind::Valhalla, url)),
            (None, None) => None,
        };
        if server.is_none() && !self.straight_line {
            map.snap(places, Some(ids))?;
        }
        let mut chain = Chain::default();
        if let Some((kind, url)) = server {
            let options = ServerOptions {
                hours: map.about().hours.clone(),
                ..ServerOptions::new(kind, url)
            };
            chain = chain.then(Server::new(options, Cache::in_memory(Duration::MAX))?);
        }
        chain = chain.then(map);
        if self.straight_line {
            chain = chain.then(StraightLine::default());
        }
        Ok(chain)
    }
}

/// Asks, and tells on standard error who answered, who could not, and how many pairs have no way.
fn answered(
    chain: &Chain,
    places: &[Position],
    departure: Option<WeekTime>,
) -> anyhow::Result<roads::Answer> {
    let answer = chain.ask(places, places, departure)?;
    for (who, why) in &answer.failed {
        eprintln!("{who} could not answer: {why}");
    }
    eprintln!("travel times by {}", answer.source);
    let unknown = answer.matrix.unknown();
    if unknown > 0 {
        eprintln!("{unknown} pair(s) without a known way");
    }
    Ok(answer)
}

fn import(cli: &Cli, file: &Path, out: Option<&Path>, profile: &str) -> anyhow::Result<Exit> {
    let profile = match Profile::named(profile) {
        Ok(shipped) => shipped,
        Err(unknown) if !Path::new(profile).exists() => return Err(unknown.into()),
        Err(_) => {
            let text = fs::read_to_string(profile).with_context(|| format!("{profile} cannot be read"))?;
            Profile::parse(&text).with_context(|| profile.to_owned())?
        }
    };
    let out = match out {
        Some(path) => path.to_owned(),
        None => {
            let folder = cli.data.join("maps");
            fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            folder.join(format!("{}.{ENDING}", name(file)))
        }
    };
    let bar = progress::bytes(0);
    let result = roads::import(file, &profile, |read, all| {
        bar.set_length(all);
        bar.set_position(read);
        bar.set_message("reading");
    });
    bar.finish_and_clear();
    let map = result.with_context(|| format!("{}: nothing was written", file.display()))?;
    let bytes = map.save(&out)?;
    say(&format!(
        "{}\nwritten    {} ({} kB)\n",
        map.about().stats,
        out.display(),
        bytes.div_ceil(1_000)
    ))
}

/// The name of a map: that of its file without endings.
fn name(file: &Path) -> String {
    let whole = file
        .file_name()
        .map_or_else(|| "map".to_owned(), |n| n.to_string_lossy().into_owned());
    let base = whole.strip_suffix(".pbf").unwrap_or(&whole);
    base.strip_suffix(".osm").unwrap_or(base).to_owned()
}

/// Opens a road file by its path, or by its name in the data folder.
fn open(cli: &Cli, file: &Path) -> anyhow::Result<RoadMap> {
    let kept: PathBuf = cli.data.join("maps").join(format!("{}.{ENDING}", name(file)));
    let path = if !file.exists() && kept.exists() {
        &kept
    } else {
        file
    };
    Ok(RoadMap::open(path)?)
}

fn departure(text: Option<&str>) -> anyhow::Result<Option<WeekTime>> {
    let parse = |t: &str| {
        WeekTime::parse(t)
            .with_context(|| format!("{t:?} is no time of the week; write it like \"mon 08:30\""))
    };
    text.map(parse).transpose()
}

fn position(text: &str) -> anyhow::Result<Position> {
    text.split_once(',')
        .and_then(|(lat, lon)| Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?)))
        .and_then(|(lat, lon)| Position::new(lat, lon))
        .with_context(|| format!("{text:?} is no place; write LATITUDE,LONGITUDE in degrees"))
}

/// Reads a CSV with the columns id, lat and lon.
fn read_places(file: &Path) -> anyhow::Result<(Vec<String>, Vec<Position>)> {
    let shown = file.display();
    let mut reader = csv::Reader::from_path(file).with_context(|| format!("{shown} cannot be read"))?;
    let head = reader
        .headers()
        .with_context(|| format!("{shown} cannot be read"))?
        .clone();
    let column = |name: &str| {
        head.iter()
            .position(|h| h.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(name))
            .with_context(|| format!("{shown} has no column {name}; it needs id, lat and lon"))
    };
    let (id, lat, lon) = (column("id")?, column("lat")?, column("lon")?);
    let (mut ids, mut places, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in reader.records() {
        let row = row.with_context(|| format!("{shown} cannot be read"))?;
        let line = row.position().map_or(0, csv::Position::line);
        let number = |i: usize| row.get(i).and_then(|t| t.trim().parse::<f64>().ok());
        let place = number(lat)
            .zip(number(lon))
            .and_then(|(lat, lon)| Position::new(lat, lon))
            .with_context(|| format!("{shown}, line {line}: no latitude and longitude in degrees"))?;
        let id = row.get(id).unwrap_or_default().trim().to_owned();
        if id.is_empty() || !seen.insert(id.clone()) {
            bail!("{shown}, line {line}: the id {id:?} is empty or was there before");
        }
        ids.push(id);
        places.push(place);
    }
    if places.len().saturating_mul(places.len()) > roads::MOST_PAIRS {
        bail!("{shown} has {} places: too many for one matrix", places.len());
    }
    if places.is_empty() {
        bail!("{shown} has no places");
    }
    Ok((ids, places))
}

fn matrix(
    chain: &Chain,
    ids: &[String],
    places: &[Position],
    departure: Option<WeekTime>,
    json: bool,
) -> anyhow::Result<Exit> {
    let answer = answered(chain, places, departure)?;
    if json {
        let table = |pick: fn(roads::Leg) -> u32| -> Vec<Vec<Option<u32>>> {
            let rows = answer.matrix.rows();
            rows.map(|row| row.iter().map(|leg| leg.map(pick)).collect())
                .collect()
        };
        let failed: Vec<_> = answer
            .failed
            .iter()
            .map(|(who, why)| json!({ "source": who, "why": why.to_string() }))
            .collect();
        return say(&format!(
            "{}\n",
            json!({
                "source": answer.source.to_string(),
                "failed": failed,
                "ids": ids,
                "seconds": table(|l| l.seconds),
                "metres": table(|l| l.metres),
            })
        ));
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["from", "to", "seconds", "metres"])?;
    let (mut seconds, mut metres) = (String::new(), String::new());
    for (row, from) in answer.matrix.rows().zip(ids) {
        for (leg, to) in row.iter().zip(ids) {
            seconds.clear();
            metres.clear();
            if let Some(leg) = leg {
                write!(seconds, "{}", leg.seconds)?;
                write!(metres, "{}", leg.metres)?;
            }
            writer.write_record([from.as_str(), to, &seconds, &metres])?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| e.into_error())?;
    say(&String::from_utf8(bytes)?)
}
