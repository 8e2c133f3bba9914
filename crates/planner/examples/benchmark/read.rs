//! Reads Solomon text and VRPLIB files, told apart by their content.

use planner::engine::instance::{Answer, Client, Fleet, Instance, Matrix, Open, REQUIRED};
use std::collections::BTreeMap;

/// An instance and how its costs are written.
pub(crate) struct Case {
    pub(crate) instance: Instance,
    /// Units of the search in one unit of the literature.
    scale: f64,
    /// Costs in files are those of the search, not of the literature.
    raw: bool,
    /// Route k is driven by vehicle k.
    pub(crate) numbered: bool,
    /// The number that solution files give to the first client.
    pub(crate) first_client: usize,
}

impl Case {
    pub(crate) fn shown(&self, answer: &Answer) -> String {
        format!("{:.3}", answer.cost as f64 / self.scale)
    }

    pub(crate) fn written(&self, answer: &Answer) -> String {
        if self.raw {
            answer.cost.to_string()
        } else {
            format!("{:.1}", answer.cost as f64 / self.scale)
        }
    }
}

pub(crate) fn read(text: &str) -> Result<Case, String> {
    if text.contains("_SECTION") {
        vrplib(text)
    } else {
        solomon(text)
    }
}

fn numbers(line: &str) -> Option<Vec<f64>> {
    let found: Option<Vec<f64>> = line.split_whitespace().map(|w| w.parse().ok()).collect();
    found.filter(|f| !f.is_empty())
}

/// Straight ways, truncated to one decimal, in tenths.
fn tenths(places: &[(f64, f64)]) -> Matrix {
    Matrix::new(places.len(), |a, b| {
        let (dx, dy) = (places[a].0 - places[b].0, places[a].1 - places[b].1);
        (10.0 * (dx * dx + dy * dy).sqrt()).floor() as i64
    })
}

/// Straight ways, rounded to three decimals, in thousandths.
fn thousandths(places: &[(f64, f64)]) -> Matrix {
    Matrix::new(places.len(), |a, b| {
        let (dx, dy) = (places[a].0 - places[b].0, places[a].1 - places[b].1);
        (1000.0 * (dx * dx + dy * dy).sqrt()).round() as i64
    })
}

fn solomon(text: &str) -> Result<Case, String> {
    let rows: Vec<Vec<f64>> = text.lines().filter_map(numbers).collect();
    let fleet = rows
        .iter()
        .find(|r| r.len() == 2)
        .ok_or("no line with number and capacity")?;
    let sites: Vec<&Vec<f64>> = rows.iter().filter(|r| r.len() == 7).collect();
    let depot = *sites.first().ok_or("no customers")?;
    let places: Vec<(f64, f64)> = sites.iter().map(|r| (r[1], r[2])).collect();
    let ten = |x: f64| (x * 10.0) as i32;
    let clients = sites[1..]
        .iter()
        .enumerate()
        .map(|(i, r)| Client {
            location: i as u32 + 1,
            windows: vec![Open {
                first: ten(r[4]),
                last: ten(r[5]),
            }],
            service: ten(r[6]),
            demand: r[3] as i32,
            prize: REQUIRED,
        })
        .collect();
    let ways = tenths(&places);
    Ok(Case {
        instance: Instance {
            distance: ways.clone(),
            time: ways,
            clients,
            fleets: vec![Fleet {
                count: fleet[0] as usize,
                start: 0,
                end: 0,
                earliest: ten(depot[4]),
                latest: ten(depot[5]),
                capacity: fleet[1] as i32,
                longest: None,
                most_clients: u32::MAX,
                serves: Vec::new(),
                fixed: 0,
            }],
        },
        scale: 10.0,
        raw: false,
        numbered: false,
        first_client: 1,
    })
}

fn vrplib(text: &str) -> Result<Case, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut sections: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.ends_with("_SECTION") {
            section = line.to_owned();
        } else if let Some((name, value)) = line.split_once(':') {
            fields.insert(name.trim().to_owned(), value.trim().to_owned());
        } else if let Some(row) = numbers(line) {
            sections.entry(section.clone()).or_default().push(row);
        }
    }
    let field = |name: &str| fields.get(name).and_then(|v| v.parse::<f64>().ok());
    let kind = fields.get("TYPE").cloned().unwrap_or_default();
    // Site-dependent and multi-depot instances count in thousandths, the others in tenths.
    let milli = kind.starts_with("SD") || kind.starts_with("MD");
    let scale = if milli { 1000.0 } else { 10.0 };
    let scaled = |x: f64| (x * scale).round() as i32;
    let column = |name: &str| -> Option<Vec<f64>> {
        sections
            .get(name)
            .map(|rows| rows.iter().filter_map(|r| r.get(1).copied()).collect())
    };
    let places: Vec<(f64, f64)> = sections
        .get("NODE_COORD_SECTION")
        .ok_or("no NODE_COORD_SECTION")?
        .iter()
        .map(|r| match r[..] {
            [_, x, y] => Ok((x, y)),
            _ => Err("a place needs a number, x and y".to_owned()),
        })
        .collect::<Result<_, _>>()?;
    let n = places.len();
    let full = |name: &str, or: f64| {
        let found = column(name).unwrap_or_else(|| vec![or; n]);
        if found.len() == n {
            Ok(found)
        } else {
            Err(format!("{name} has {} lines, not {n}", found.len()))
        }
    };
    let demand = full("DEMAND_SECTION", 0.0)?;
    let service = full("SERVICE_TIME_SECTION", field("SERVICE_TIME").unwrap_or(0.0))?;
    let prize = column("PRIZE_SECTION");
    let windows = sections
        .get("TIME_WINDOW_SECTION")
        .ok_or("no TIME_WINDOW_SECTION")?;
    if windows.len() != n || windows.iter().any(|w| w.len() != 3) {
        return Err("TIME_WINDOW_SECTION needs a line with three numbers for each place".into());
    }
    let depots: Vec<usize> = match sections.get("DEPOT_SECTION") {
        Some(rows) => rows
            .iter()
            .flatten()
            .filter(|&&d| d > 0.0)
            .map(|&d| d as usize - 1)
            .collect(),
        None => vec![0],
    };
    let depots = if depots.is_empty() { vec![0] } else { depots };
    let vehicles = field("VEHICLES").ok_or("no VEHICLES")? as usize;
    let ways = if milli {
        thousandths(&places)
    } else {
        tenths(&places)
    };
    let sites: Vec<usize> = (0..n).filter(|i| !depots.contains(i)).collect();
    let clients = sites
        .iter()
        .map(|&i| Client {
            location: i as u32,
            windows: vec![Open {
                first: scaled(windows[i][1]),
                last: scaled(windows[i][2]),
            }],
            service: scaled(service[i]),
            demand: demand[i] as i32,
            prize: prize.as_ref().map_or(REQUIRED, |p| i64::from(scaled(p[i]))),
        })
        .collect();
    let capacities = column("CAPACITY_SECTION");
    let homes = column("VEHICLES_DEPOT_SECTION");
    let mut fleets: Vec<Fleet> = Vec::new();
    for v in 0..vehicles {
        let home = homes
            .as_ref()
            .and_then(|h| h.get(v))
            .map_or(depots[0], |&d| d as usize - 1);
        let capacity = capacities
            .as_ref()
            .and_then(|c| c.get(v).copied())
            .or(field("CAPACITY"))
            .ok_or("no capacity")? as i32;
        let serves = match sections
            .get("VEHICLES_ALLOWED_CLIENTS_SECTION")
            .and_then(|rows| rows.get(v))
        {
            Some(row) => sites
                .iter()
                .map(|&i| row[1..].contains(&(i as f64 + 1.0)))
                .collect(),
            None => Vec::new(),
        };
        let fleet = Fleet {
            count: 1,
            start: home as u32,
            end: home as u32,
            earliest: scaled(windows[home][1]),
            latest: scaled(windows[home][2]),
            capacity,
            longest: field("VEHICLES_MAX_DURATION").map(scaled),
            most_clients: u32::MAX,
            serves,
            fixed: 0,
        };
        match fleets.last_mut() {
            Some(last) if alike(last, &fleet) => last.count += 1,
            _ => fleets.push(fleet),
        }
    }
    Ok(Case {
        instance: Instance {
            distance: ways.clone(),
            time: ways,
            clients,
            fleets,
        },
        scale,
        raw: true,
        numbered: milli,
        first_client: depots.len(),
    })
}

fn alike(a: &Fleet, b: &Fleet) -> bool {
    a.start == b.start && a.end == b.end && a.capacity == b.capacity && a.serves == b.serves
}
