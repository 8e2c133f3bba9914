//! `forecourt map fill`: the ways by road into a planning problem.

use super::{Ask, answered};
use crate::{
    commands::{plan, say},
    exit::Exit,
    output,
};
use anyhow::{Context as _, bail};
use planner::problem::{MAX_SECONDS, Place, Problem, Travel};
use roads::{Position, RoadMap, WeekTime};
use std::path::Path;

pub(super) fn run(
    map: RoadMap,
    from: &Path,
    out: &Path,
    ask: &Ask<'_>,
    departure: Option<WeekTime>,
    per_leg: u32,
) -> anyhow::Result<Exit> {
    output::writable(out)?;
    let mut problem = match plan::problem(from)? {
        Ok(problem) => problem,
        Err(mistakes) => return plan::refuse(from, &mistakes, "nothing was written"),
    };
    let (ids, places, positions) = places_of(&problem, from)?;
    if places.is_empty() {
        bail!(
            "{} has neither staff nor visits: there are no ways. Nothing was written",
            from.display()
        );
    }
    if places.len().saturating_mul(places.len()) > roads::MOST_PAIRS {
        bail!(
            "{} has {} places: too many for one matrix. Nothing was written",
            from.display(),
            places.len()
        );
    }
    let chain = ask.chain(map, &ids, &positions)?;
    let answer = answered(&chain, &positions, departure)?;
    let table = |pick: &dyn Fn(usize, usize) -> i64| -> Vec<Vec<i64>> {
        let size = places.len();
        (0..size)
            .map(|a| (0..size).map(|b| pick(a, b)).collect())
            .collect()
    };
    let leg = |a: usize, b: usize| answer.matrix.get(a, b);
    problem.travel = Travel::Matrix {
        // Where there is no way nobody arrives within a day.
        seconds: table(&|a, b| match leg(a, b) {
            _ if a == b => 0,
            Some(leg) => i64::from(leg.seconds) + i64::from(per_leg),
            None => MAX_SECONDS,
        }),
        metres: table(&|a, b| {
            leg(a, b)
                .filter(|_| a != b)
                .map_or(0, |leg| i64::from(leg.metres))
        }),
        places: places.clone(),
    };
    output::write_all(&[(out, serde_json::to_vec(&problem)?)])?;
    let told = format!(
        "ways between {} place(s)\nwritten: {}\n",
        places.len(),
        out.display()
    );
    if output::is_stream(out) {
        eprint!("{told}");
        return Ok(Exit::Done);
    }
    say(&told)
}

type Named = (Vec<String>, Vec<Place>, Vec<Position>);

/// Lists the different places of a problem, each with the name of the first who is there.
fn places_of(problem: &Problem, from: &Path) -> anyhow::Result<Named> {
    let staff = problem.staff.iter();
    let bases = staff.flat_map(|s| [Some(s.base), s.end].into_iter().flatten().map(|p| (&s.id, p)));
    let visits = problem.visits.iter().map(|v| (&v.id, v.place));
    let mut found: Named = Default::default();
    for (id, place) in bases.chain(visits) {
        let position = match place {
            Place::Geo { lat, lon } => Position::new(lat, lon),
            Place::Plane { .. } | Place::Node(_) => None,
        };
        let position = position.with_context(|| {
            format!(
                "{}: the place of {id} has no latitude and longitude; ways by road need them. Nothing was written",
                from.display()
            )
        })?;
        if !found.1.contains(&place) {
            found.0.push(id.clone());
            found.1.push(place);
            found.2.push(position);
        }
    }
    Ok(found)
}
