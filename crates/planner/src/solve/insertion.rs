//! The cheapest lawful place for one visit in a plan in which everything else stays as it is.
//!
//! Starts are tried at the ends of everybody's offers. Since the possible starts of a crew are an intersection of
//! spans, its first second is the first second of one of them: if any lawful start exists, one is found. (Rounded up to
//! a time of day at which visits begin, it still is in the intersection if any such time is.)

use super::crew::{NOT, cheapest_seating};
use super::model::{Job, Model, Starts, next_start};
use super::offers::{Offer, Tune, offers};
use super::state::{Crew, Placed, State};
use crate::problem::Seconds;

/// Cost of missing the deadline, in seconds of travel. Above every other.
const LATE: i64 = 10_000_000;
/// Cost of not keeping a promised time.
const MOVED: i64 = 1_000_000;

/// A place found for a visit.
pub(super) struct Insertion {
    pub(super) cost: i64,
    pub(super) placed: Placed,
}

/// Returns the cheapest lawful place for `job`, which has the number `number` and is not in `state`.
pub(super) fn best_insertion(
    model: &Model,
    state: &State,
    number: usize,
    job: &Job,
    tune: Tune,
) -> Option<Insertion> {
    let mut best: Option<Insertion> = None;
    for &starts in &job.starts {
        if state.too_often(model, number, starts.day) {
            continue;
        }
        let late = job
            .deadline
            .is_some_and(|last| model.day_index(starts.day) > last);
        let fixed = if late { LATE } else { 0 };
        let day = DayOffers::collect(model, state, job, starts, tune);
        let limit = best.as_ref().map_or(i64::MAX, |b| b.cost);
        if day.least_cost().is_none_or(|least| least + fixed >= limit) {
            continue;
        }
        for start in day.moments(model, job) {
            let kept = job
                .promise
                .is_none_or(|(d, s)| d == Some(starts.day) && s == start);
            let fixed = fixed + if kept { 0 } else { MOVED };
            let limit = best.as_ref().map_or(i64::MAX, |b| b.cost);
            if let Some((cost, crew)) = day.crew_at(start, job)
                && cost + fixed < limit
            {
                let placed = Placed {
                    day: starts.day,
                    start,
                    crew,
                };
                best = Some(Insertion {
                    cost: cost + fixed,
                    placed,
                });
            }
        }
    }
    best
}

/// Everybody's offers for one visit within one span of starts.
pub(super) struct DayOffers {
    starts: Starts,
    all: Vec<Offer>,
    /// For each need its offers, cheapest first, as positions in `all`.
    of_need: Vec<Vec<usize>>,
    counts: Vec<usize>,
}

impl DayOffers {
    pub(super) fn collect(model: &Model, state: &State, job: &Job, starts: Starts, tune: Tune) -> Self {
        let mut all = Vec::new();
        let mut range: Vec<Option<(usize, usize)>> = vec![None; model.people.len()];
        let mut of_need = Vec::with_capacity(job.needs.len());
        let today = model.day_index(starts.day);
        for need in &job.needs {
            let mut mine = Vec::new();
            for able in need.able.iter().filter(|a| a.until >= today) {
                let (from, to) = *range[able.person].get_or_insert_with(|| {
                    let from = all.len();
                    offers(model, state, job, able.person, starts, tune, &mut all);
                    (from, all.len())
                });
                mine.extend(from..to);
            }
            mine.sort_by_key(|&o: &usize| (all[o].cost, all[o].person, all[o].first));
            of_need.push(mine);
        }
        DayOffers {
            starts,
            all,
            of_need,
            counts: job.needs.iter().map(|n| n.count).collect(),
        }
    }

    /// Who makes an offer for a need.
    pub(super) fn people(&self, need: usize) -> impl Iterator<Item = usize> {
        self.of_need[need].iter().map(|&o| self.all[o].person)
    }

    fn least_cost(&self) -> Option<i64> {
        let mut sum = 0;
        for (mine, &count) in self.of_need.iter().zip(&self.counts) {
            if mine.len() < count {
                return None;
            }
            sum += mine[..count].iter().map(|&o| self.all[o].cost).sum::<i64>();
        }
        Some(sum)
    }

    fn moments(&self, model: &Model, job: &Job) -> Vec<Seconds> {
        let every = model.problem.rules.start_every;
        let next = |moment| next_start(model.problem, moment);
        let mut moments: Vec<Seconds> = self
            .all
            .iter()
            .flat_map(|o| [next(o.first), o.last - o.last.rem_euclid(every)])
            .chain([next(self.starts.first)])
            .filter(|t| (self.starts.first..=self.starts.last).contains(t))
            .collect();
        if let Some((Some(day), start)) = job.promise
            && day == self.starts.day
            && (self.starts.first..=self.starts.last).contains(&start)
        {
            moments.push(start);
        }
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// The cheapest crew that can begin at `start`.
    fn crew_at(&self, start: Seconds, job: &Job) -> Option<(i64, Crew)> {
        let picked = match self.pick(start) {
            Pick::Nobody => return None,
            Pick::Cheapest(seats) => seats,
            Pick::Contested => self.seated(start, None)?,
        };
        let speaks =
            |seats: &[usize]| job.speaks.is_empty() || seats.iter().any(|&o| job.speaks[self.all[o].person]);
        let seats = if speaks(&picked) {
            picked
        } else {
            // One seat must go to a speaker: try each kind of seat.
            (0..self.counts.len())
                .filter(|&need| self.counts[need] > 0)
                .filter_map(|need| self.seated(start, Some((need, &job.speaks))))
                .min_by_key(|seats| self.cost(seats))?
        };
        let needs = self
            .counts
            .iter()
            .zip(&job.needs)
            .flat_map(|(&n, need)| vec![need.need; n]);
        Some((
            self.cost(&seats),
            seats.iter().map(|&o| self.all[o].person).zip(needs).collect(),
        ))
    }

    fn cost(&self, seats: &[usize]) -> i64 {
        seats.iter().map(|&o| self.all[o].cost).sum()
    }

    /// Takes the cheapest people for each need in turn; tells when two needs want the same person.
    fn pick(&self, start: Seconds) -> Pick {
        let mut seats: Vec<usize> = Vec::with_capacity(4);
        let mut contested = false;
        for (mine, &count) in self.of_need.iter().zip(&self.counts) {
            let own = seats.len();
            for &o in mine {
                if seats.len() == own + count {
                    break;
                }
                let offer = &self.all[o];
                if start < offer.first || start > offer.last {
                    continue;
                }
                match seats.iter().position(|&s| self.all[s].person == offer.person) {
                    Some(seat) => contested |= seat < own,
                    None => seats.push(o),
                }
            }
            if seats.len() < own + count {
                return if contested { Pick::Contested } else { Pick::Nobody };
            }
        }
        if contested {
            Pick::Contested
        } else {
            Pick::Cheapest(seats)
        }
    }

    /// The cheapest seating at `start`, with the first seat of one need kept for a speaker if so asked.
    fn seated(&self, start: Seconds, speaker: Option<(usize, &[bool])>) -> Option<Vec<usize>> {
        let open = |o: usize| self.all[o].first <= start && start <= self.all[o].last;
        let mut people: Vec<usize> = (0..self.all.len())
            .filter(|&o| open(o))
            .map(|o| self.all[o].person)
            .collect();
        people.sort_unstable();
        people.dedup();
        let mut rows: Vec<Vec<Option<usize>>> = Vec::new();
        for (need, (mine, &count)) in self.of_need.iter().zip(&self.counts).enumerate() {
            for seat in 0..count {
                let mut row = vec![None; people.len()];
                for &o in mine.iter().filter(|&&o| open(o)) {
                    let person = self.all[o].person;
                    let kept = speaker.is_none_or(|(n, speaks)| n != need || seat > 0 || speaks[person]);
                    if let Ok(column) = people.binary_search(&person)
                        && kept
                        && row[column].is_none()
                    {
                        row[column] = Some(o);
                    }
                }
                rows.push(row);
            }
        }
        let cost = |r: usize, c: usize| rows[r][c].map_or(NOT, |o| self.all[o].cost);
        let columns = cheapest_seating(rows.len(), people.len(), cost)?;
        rows.iter()
            .zip(columns)
            .map(|(row, column)| row[column])
            .collect()
    }
}

enum Pick {
    Nobody,
    Cheapest(Vec<usize>),
    Contested,
}
