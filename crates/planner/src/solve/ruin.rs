//! Which visits are taken out together.
//!
//! Visits help one another to better places when they are near: in the city, on somebody's day, or at the same time.
//! Taking strings out of the days around one visit is after Christiaens and Vanden Berghe ("Slack induction by string
//! removals for vehicle routing problems", Transportation Science 2020).

use super::model::Model;
use super::state::State;
use crate::numbers::Rng;

/// How many neighbours of a visit are known.
const NEIGHBOURS: usize = 40;
/// Longest string taken out of one person's day.
const LONGEST_STRING: usize = 4;
/// A neighbour without a day in common is as far as one so many seconds further away.
const NO_COMMON_DAY: i64 = 3600;

/// For each visit the visits that are near it, nearest first.
pub(super) struct Near {
    lists: Vec<Vec<u32>>,
}

impl Near {
    pub(super) fn new(model: &Model) -> Self {
        let days_of: Vec<Vec<usize>> = model
            .jobs
            .iter()
            .map(|job| {
                let mut days: Vec<usize> = job.starts.iter().map(|s| s.day).collect();
                days.dedup();
                days
            })
            .collect();
        let lists = (0..model.jobs.len())
            .map(|a| {
                let mut far: Vec<(i64, u32)> = (0..model.jobs.len())
                    .filter(|&b| b != a)
                    .map(|b| {
                        let way = model.roads.seconds(model.jobs[a].place, model.jobs[b].place);
                        let meet = days_of[a].iter().any(|day| days_of[b].contains(day));
                        (way + if meet { 0 } else { NO_COMMON_DAY }, b as u32)
                    })
                    .collect();
                if far.len() > NEIGHBOURS {
                    far.select_nth_unstable(NEIGHBOURS);
                    far.truncate(NEIGHBOURS);
                }
                far.sort_unstable();
                far.into_iter().map(|(_, b)| b).collect()
            })
            .collect();
        Near { lists }
    }

    pub(super) fn of(&self, job: usize) -> impl Iterator<Item = usize> {
        self.lists[job].iter().map(|&b| b as usize)
    }

    /// A typical way between neighbours, in seconds; at least one.
    pub(super) fn typical_way(&self, model: &Model) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for a in 0..self.lists.len() {
            for b in self.of(a).take(5) {
                sum += model.roads.seconds(model.jobs[a].place, model.jobs[b].place) as f64;
                count += 1.0;
            }
        }
        if count > 0.0 {
            f64::max(sum / count, 1.0)
        } else {
            1.0
        }
    }
}

/// Where visits are taken out: around `centre`, about `wanted` of them.
pub(super) struct Around<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) state: &'a State,
    pub(super) near: &'a Near,
    pub(super) centre: usize,
    pub(super) wanted: usize,
}

impl Around<'_> {
    /// Adds the visits that are to be taken out to `out`: each once, none of them locked.
    pub(super) fn choose(&self, rng: &mut Rng, out: &mut Vec<usize>) {
        match rng.below(8) {
            0..=3 => self.strings(rng, out),
            4 => self.whole_days(rng, out),
            5 => self.same_time(rng, out),
            _ => self.neighbours(rng, out),
        }
    }

    fn take(&self, job: usize, out: &mut Vec<usize>) {
        if self.state.placed[job].is_some() && !self.model.jobs[job].locked && !out.contains(&job) {
            out.push(job);
        }
    }

    /// Strings of the days on which the neighbours are visited, one of each day.
    fn strings(&self, rng: &mut Rng, out: &mut Vec<usize>) {
        let mut ruined: Vec<(usize, usize)> = Vec::new();
        for job in std::iter::once(self.centre).chain(self.near.of(self.centre)) {
            if out.len() >= self.wanted {
                return;
            }
            let Some(placed) = self.state.placed[job].as_ref().filter(|_| !out.contains(&job)) else {
                continue;
            };
            let (person, _) = placed.crew[rng.below(placed.crew.len())];
            if ruined.contains(&(person, placed.day)) {
                continue;
            }
            ruined.push((person, placed.day));
            let route = self.state.route(person, placed.day);
            let Some(at) = route.iter().position(|stop| stop.job == job) else {
                continue;
            };
            let length = 1 + rng.below(route.len().min(LONGEST_STRING));
            let least = (at + 1).saturating_sub(length);
            let most = at.min(route.len() - length);
            let from = least + rng.below(most - least + 1);
            for stop in &route[from..from + length] {
                self.take(stop.job, out);
            }
        }
    }

    /// Everything that the crew of the visit does on that day.
    fn whole_days(&self, rng: &mut Rng, out: &mut Vec<usize>) {
        let Some(placed) = self.state.placed[self.centre].as_ref() else {
            return;
        };
        let first = rng.below(placed.crew.len());
        for n in 0..placed.crew.len() {
            let (person, _) = placed.crew[(first + n) % placed.crew.len()];
            for stop in self.state.route(person, placed.day) {
                self.take(stop.job, out);
            }
            if out.len() >= self.wanted {
                return;
            }
        }
    }

    /// Visits that overlap a possible time of this one.
    fn same_time(&self, rng: &mut Rng, out: &mut Vec<usize>) {
        let job = &self.model.jobs[self.centre];
        let Some(starts) = job.starts.get(rng.below(job.starts.len())).copied() else {
            return;
        };
        self.take(self.centre, out);
        let people = self.model.people.len();
        let from = rng.below(people);
        for n in 0..people {
            for stop in self.state.route((from + n) % people, starts.day) {
                let over = stop.start + self.model.jobs[stop.job].service;
                if stop.start < starts.last + job.service && over > starts.first {
                    self.take(stop.job, out);
                }
            }
            if out.len() >= self.wanted {
                return;
            }
        }
    }

    /// The nearest, with a little chance.
    fn neighbours(&self, rng: &mut Rng, out: &mut Vec<usize>) {
        self.take(self.centre, out);
        for job in self.near.of(self.centre) {
            if out.len() >= self.wanted {
                return;
            }
            if rng.below(4) > 0 {
                self.take(job, out);
            }
        }
    }
}
