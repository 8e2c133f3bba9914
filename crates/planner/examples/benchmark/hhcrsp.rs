//! Home health care instances: <https://github.com/iolab-uniud/hhcrsp>. Reads them, writes days in the published layout, and
//! reckons up the cost of such days afresh, without the search.

use planner::engine::Progress;
use planner::engine::instance::{LARGEST, Matrix, Open};
use planner::engine::linked::{Link, Linked, LinkedAnswer, LinkedVisit, Person, Service, search_linked};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Files have at most three decimals.
const SCALE: f64 = 1000.0;

/// Searches, writes the days to `out`, and returns the cost as [`check`] sees it.
pub(crate) fn run(
    text: &str,
    seed: u64,
    out: Option<&Path>,
    spent: impl FnMut(Progress) -> f64,
) -> Result<String, String> {
    let file: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let of = read(&file)?;
    let answer = search_linked(&of, seed, spent).map_err(|e| e.to_string())?;
    let days = written(&file, &of, &answer)?;
    if let Some(out) = out {
        let text = serde_json::to_string_pretty(&days).map_err(|e| e.to_string())?;
        std::fs::write(out, text).map_err(|e| format!("{}: {e}", out.display()))?;
    }
    let cost = check(&file, &days)?;
    if (cost * 3.0 - answer.cost() as f64 / SCALE).abs() > 0.001 {
        return Err(format!(
            "the search says {} thousandths in all, the check {cost} for a third",
            answer.cost()
        ));
    }
    Ok(format!("{cost:.4}"))
}

/// Returns the cost of published days, from two texts.
pub(crate) fn cost(text: &str, days: &Path) -> Result<String, String> {
    let read = std::fs::read_to_string(days).map_err(|e| format!("{}: {e}", days.display()))?;
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|e| e.to_string());
    Ok(format!("{:.4}", check(&parse(text)?, &parse(&read)?)?))
}

fn list<'a>(of: &'a Value, key: &str) -> Result<&'a [Value], String> {
    of[key]
        .as_array()
        .map(Vec::as_slice)
        .ok_or(format!("no list `{key}`"))
}

fn word<'a>(of: &'a Value, key: &str) -> Result<&'a str, String> {
    of[key].as_str().ok_or(format!("no text `{key}`"))
}

fn real(of: &Value) -> Result<f64, String> {
    of.as_f64().ok_or(format!("{of} is not a number"))
}

fn whole(of: &Value) -> Result<i32, String> {
    let scaled = (real(of)? * SCALE).round();
    if scaled.abs() <= f64::from(LARGEST) {
        Ok(scaled as i32)
    } else {
        Err(format!("{of} is too large"))
    }
}

fn read(file: &Value) -> Result<Linked, String> {
    let mut abilities: BTreeMap<&str, u32> = BTreeMap::new();
    let mut ability = |name| {
        let next = abilities.len() as u32;
        *abilities.entry(name).or_insert(next)
    };
    let people = list(file, "caregivers")?
        .iter()
        .map(|c| {
            let names = list(c, "abilities")?.iter().filter_map(Value::as_str);
            Ok(Person {
                home: 0,
                abilities: names.map(&mut ability).collect(),
            })
        })
        .collect::<Result<_, String>>()?;
    let visits = list(file, "patients")?
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let services = list(p, "required_caregivers")?
                .iter()
                .map(|s| {
                    Ok(Service {
                        ability: ability(word(s, "service")?),
                        duration: whole(&s["duration"])?,
                    })
                })
                .collect::<Result<Vec<_>, String>>()?;
            let tie = &p["synchronization"];
            let link = match (&services[..], tie["type"].as_str()) {
                (&[one], None) => Link::Single(one),
                (&[one, two], Some("simultaneous")) => Link::Together(one, two),
                (&[first, second], Some("sequential")) => Link::Gap {
                    first,
                    second,
                    min: whole(&tie["distance"][0])?,
                    max: whole(&tie["distance"][1])?,
                },
                _ => return Err(format!("{}: services that do not fit {tie}", p["id"])),
            };
            let window = Open {
                first: whole(&p["time_window"][0])?,
                last: whole(&p["time_window"][1])?,
            };
            Ok(LinkedVisit {
                location: i as u32 + 1,
                window,
                link,
            })
        })
        .collect::<Result<_, String>>()?;
    let rows = list(file, "distances")?;
    let mut ways = Vec::new();
    for row in rows {
        let row = row.as_array().ok_or("a row of distances is not a list")?;
        if row.len() != rows.len() {
            return Err("the table of distances is not square".into());
        }
        ways.extend(row.iter().map(whole).collect::<Result<Vec<_>, _>>()?);
    }
    let distances = Matrix::new(rows.len(), |a, b| i64::from(ways[a * rows.len() + b]));
    Ok(Linked {
        people,
        visits,
        distances,
    })
}

fn written(file: &Value, of: &Linked, answer: &LinkedAnswer) -> Result<Value, String> {
    let patients = list(file, "patients")?;
    let mut routes = Vec::new();
    for (caregiver, day) in list(file, "caregivers")?.iter().zip(&answer.days) {
        let mut locations = Vec::new();
        for call in day {
            let (visit, patient) = (&of.visits[call.visit as usize], &patients[call.visit as usize]);
            let duration = visit
                .link
                .services()
                .nth(call.service.into())
                .map_or(0, |s| s.duration);
            locations.push(json!({
                "arrival_time": call.start as f64 / SCALE,
                "departure_time": (call.start + i64::from(duration)) as f64 / SCALE,
                "patient": patient["id"],
                "service": patient["required_caregivers"][usize::from(call.service)]["service"],
            }));
        }
        routes.push(json!({ "caregiver_id": caregiver["id"], "locations": locations }));
    }
    let order: Vec<&Value> = one_order(of.visits.len(), answer)
        .iter()
        .map(|&v| &patients[v as usize]["id"])
        .collect();
    Ok(json!({ "global_ordering": order, "routes": routes }))
}

/// Puts all visits into one order that agrees with everybody's day, earlier visits first where the days leave it open. Where
/// days cross there is no such order; the earliest visit then goes before its turn.
fn one_order(visits: usize, answer: &LinkedAnswer) -> Vec<u32> {
    let mut starts = vec![i64::MAX; visits];
    let mut waits_for: Vec<Vec<u32>> = vec![Vec::new(); visits];
    for day in &answer.days {
        for call in day {
            let start = &mut starts[call.visit as usize];
            *start = call.start.min(*start);
        }
        for pair in day.windows(2) {
            waits_for[pair[1].visit as usize].push(pair[0].visit);
        }
    }
    let mut left: Vec<u32> = (0..visits as u32)
        .filter(|v| !answer.left_out.contains(v))
        .collect();
    left.sort_by_key(|&v| (starts[v as usize], v));
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let free = |v: &u32| !waits_for[*v as usize].iter().any(|w| left.contains(w));
        let next = left.iter().position(free).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Reckons up what days cost, (travel + sum of lateness + greatest lateness) / 3, and refuses what breaks a rule.
fn check(file: &Value, days: &Value) -> Result<f64, String> {
    const CLOSE: f64 = 0.0015;
    let ways = list(file, "distances")?;
    let way = |a: usize, b: usize| real(&ways[a][b]);
    let patients = list(file, "patients")?;
    let place: BTreeMap<&str, usize> = patients
        .iter()
        .enumerate()
        .filter_map(|(i, p)| Some((p["id"].as_str()?, i + 1)))
        .collect();
    let mut begins: BTreeMap<(&str, &str), (f64, &str)> = BTreeMap::new();
    let mut travel = 0.0;
    for route in list(days, "routes")? {
        let who = word(route, "caregiver_id")?;
        let caregiver = list(file, "caregivers")?
            .iter()
            .find(|c| c["id"] == who)
            .ok_or(format!("{who} is not a caregiver"))?;
        let (mut at, mut free) = (0, 0.0);
        // Who stays at home has no list.
        for stop in route["locations"].as_array().map_or(&[][..], Vec::as_slice) {
            let (patient, service) = (word(stop, "patient")?, word(stop, "service")?);
            let number = *place.get(patient).ok_or(format!("{patient} is not a patient"))?;
            let wanted = list(&patients[number - 1], "required_caregivers")?
                .iter()
                .find(|s| s["service"] == service)
                .ok_or(format!("{patient} does not want {service}"))?;
            if !list(caregiver, "abilities")?.iter().any(|a| a == service) {
                return Err(format!("{who} is not able to give {service}"));
            }
            let begin = real(&stop["arrival_time"])?;
            let go = way(at, number)?;
            if begin < free + go - CLOSE {
                return Err(format!("{who} cannot be with {patient} at {begin}"));
            }
            if begin < real(&patients[number - 1]["time_window"][0])? - CLOSE {
                return Err(format!("{patient} is not ready at {begin}"));
            }
            if begins.insert((patient, service), (begin, who)).is_some() {
                return Err(format!("{patient} gets {service} twice"));
            }
            travel += go;
            free = begin + real(&wanted["duration"])?;
            at = number;
        }
        travel += way(at, 0)?;
    }
    let (mut late, mut most_late) = (0.0, 0.0f64);
    for patient in patients {
        let id = word(patient, "id")?;
        let mut given = Vec::new();
        for service in list(patient, "required_caregivers")? {
            let name = word(service, "service")?;
            let &(begin, who) = begins
                .get(&(id, name))
                .ok_or(format!("{id} does not get {name}"))?;
            let over = (begin - real(&patient["time_window"][1])?).max(0.0);
            late += over;
            most_late = most_late.max(over);
            given.push((begin, who));
        }
        if let [(one, anna), (two, bo)] = given[..] {
            let tie = &patient["synchronization"];
            let (min, max) = match word(tie, "type")? {
                "sequential" => (real(&tie["distance"][0])?, real(&tie["distance"][1])?),
                _ => (0.0, 0.0),
            };
            if anna == bo || two - one < min - CLOSE || two - one > max + CLOSE {
                return Err(format!("the services of {id} do not fit together"));
            }
        }
    }
    Ok((travel + late + most_late) / 3.0)
}
