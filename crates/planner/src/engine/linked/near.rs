//! For each stop, the stops that may well come right before and right after it on one day.

use super::Linked;
use super::days::Days;

/// Lists of stops, best first.
pub(super) struct Near {
    pub(super) before: Vec<Vec<u32>>,
    pub(super) after: Vec<Vec<u32>>,
    /// The average way between a stop and the ten that fit best behind it: the unit of temperatures.
    pub(super) unit: f64,
}

/// What a unit of waiting that cannot be avoided weighs against a unit of travel.
const WAITING: i64 = 5;
/// What a unit of lateness that cannot be avoided weighs against a unit of travel.
const LATENESS: i64 = 1;

impl Near {
    /// Returns lists of at most `most` stops out of `served`.
    pub(super) fn new(of: &Linked, days: &Days, served: &[u32], most: usize) -> Self {
        let stops: Vec<u32> = served
            .iter()
            .flat_map(|&v| (0..days.services(v)).map(move |k| 2 * v + k))
            .collect();
        let share = |a: u32, b: u32| (0..days.people() as u32).any(|p| days.able(a, p) && days.able(b, p));
        let gap = |a: u32, b: u32| {
            let (from, to) = (&of.visits[a as usize / 2], &of.visits[b as usize / 2]);
            let way = days.way(a, b);
            let reach = days.duration(a) + way;
            let wait = i64::from(to.window.first) - i64::from(from.window.last) - reach;
            let late = i64::from(from.window.first) + reach - i64::from(to.window.last);
            way + wait.max(0) / WAITING + late.max(0) / LATENESS
        };
        let mut near = Near {
            before: vec![Vec::new(); 2 * of.visits.len()],
            after: vec![Vec::new(); 2 * of.visits.len()],
            unit: 1.0,
        };
        let (mut sum, mut count) = (0.0, 0.0);
        for &s in &stops {
            let others = || stops.iter().copied().filter(|&o| o / 2 != s / 2 && share(s, o));
            let best = |mut scored: Vec<(i64, u32)>| -> Vec<u32> {
                scored.sort_unstable();
                scored.truncate(most);
                scored.into_iter().map(|(_, o)| o).collect()
            };
            near.before[s as usize] = best(others().map(|o| (gap(o, s), o)).collect());
            near.after[s as usize] = best(others().map(|o| (gap(s, o), o)).collect());
            for &o in near.after[s as usize].iter().take(10) {
                sum += days.way(s, o) as f64;
                count += 1.0;
            }
        }
        if count > 0.0 && sum > count {
            near.unit = sum / count;
        }
        near
    }
}
