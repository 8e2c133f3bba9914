//! The cheapest lawful place for one visit in a plan in which everything else stays as it is.
//!
//! Starts are tried at the ends of everybody's offers, from cheap to dear. Since the possible starts of a crew are an intersection of
//! spans, its first second is the first second of one of them: if any lawful start exists, one is found. (Rounded up to
//! a time of day at which visits begin, it still is in the intersection if any such time is.)

use super::crew::{NOT, cheapest_seating};
use super::model::{Job, Model, Starts, next_start};
use super::offers::{Offer, Tune, offers};
use super::ruin::Near;
use super::state::{Crew, Placed, State};
use super::team::Teams;
use crate::problem::Seconds;

/// Cost of missing the deadline, in seconds of travel. Above every other.
const LATE: i64 = 10_000_000;
/// Cost of not keeping a promised time.
pub(super) const MOVED: i64 = 1_000_000;

/// A place found for a visit.
pub(super) struct Insertion {
    pub(super) cost: i64,
    pub(super) placed: Placed,
}

/// Looks for places, again and again in the same memory.
#[derive(Default)]
pub(super) struct Finder {
    day: DayOffers,
    /// Offers by how much more than the cheapest a crew with them costs at least.
    queue: Vec<(i64, u32)>,
    tried: Vec<Seconds>,
    /// Who is asked, for each person, when not everybody is.
    asked: Vec<bool>,
    teams: Teams,
}

/// With more people than this, those are asked first who are near anyway.
const FEW_PEOPLE: usize = 40;
/// Of the others one in so many is asked too, by chance.
const ONE_IN: u64 = 12;

impl Finder {
    /// Returns a cheap lawful place for `job`, which is not in `state`, with people who are near that day and a few others; any
    /// people when those do not find one.
    pub(super) fn good_insertion(
        &mut self,
        model: &Model,
        state: &State,
        near: &Near,
        number: usize,
        tune: Tune,
    ) -> Option<Insertion> {
        let job = &model.jobs[number];
        if model.people.len() > FEW_PEOPLE {
            let found = self.search(model, state, number, job, tune, Some(near));
            if found.is_some() {
                return found;
            }
        }
        self.search(model, state, number, job, tune, None)
    }

    /// Marks whoever visits a neighbour of the visit on that day, and a few others.
    fn ask_near(&mut self, model: &Model, state: &State, near: &Near, number: usize, day: usize, tune: Tune) {
        self.asked.clear();
        let chance = |person: u64| {
            let mixed = (tune.blink ^ person).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed >> 32).wrapping_mul(ONE_IN) >> 32 == 0
        };
        self.asked.extend((0..model.people.len() as u64).map(chance));
        for neighbour in near.of(number) {
            if let Some(placed) = state.placed[neighbour].as_ref().filter(|p| p.day == day) {
                for &(person, _) in &placed.crew {
                    self.asked[person] = true;
                }
            }
        }
    }

    /// Returns the cheapest lawful place for `job`, which has the number `number` and is not in `state`.
    pub(super) fn best_insertion(
        &mut self,
        model: &Model,
        state: &State,
        number: usize,
        job: &Job,
        tune: Tune,
    ) -> Option<Insertion> {
        self.search(model, state, number, job, tune, None)
    }

    fn search(
        &mut self,
        model: &Model,
        state: &State,
        number: usize,
        job: &Job,
        tune: Tune,
        near: Option<&Near>,
    ) -> Option<Insertion> {
        let mut best: Option<Insertion> = None;
        for &starts in &job.starts {
            if state.too_often(model, number, starts.day) {
                continue;
            }
            let late = job
                .deadline
                .is_some_and(|last| model.day_index(starts.day) > last);
            let limit = best.as_ref().map_or(i64::MAX, |b| b.cost);
            let fixed = if late { LATE } else { 0 };
            if fixed >= limit {
                continue;
            }
            if let Some(near) = near {
                self.ask_near(model, state, near, number, starts.day, tune);
            }
            let among = near.map(|_| self.asked.as_slice());
            if model.teams
                && tune.crews
                && let Some(found) = self.teams.best(model, state, job, starts, tune, fixed, limit)
            {
                best = Some(found);
            }
            let limit = best.as_ref().map_or(i64::MAX, |b| b.cost);
            self.day.collect(model, state, job, starts, tune, among);
            if self.day.least_cost().is_none_or(|least| least + fixed >= limit) {
                continue;
            }
            if let Some(found) = self.best_start(model, job, fixed, limit) {
                best = Some(found);
            }
        }
        best
    }

    /// The cheapest start and crew below `limit` among the offers collected.
    fn best_start(&mut self, model: &Model, job: &Job, fixed: i64, limit: i64) -> Option<Insertion> {
        let Finder {
            day, queue, tried, ..
        } = self;
        let starts = day.starts;
        let within = |t: &Seconds| (starts.first..=starts.last).contains(t);
        let mut best: Option<Insertion> = None;
        let look = |start: Seconds, fixed: i64, best: &mut Option<Insertion>| {
            let limit = best.as_ref().map_or(limit, |b| b.cost);
            if let Some((cost, crew)) = day.crew_at(start, job, limit.saturating_sub(fixed))
                && cost + fixed < limit
            {
                let placed = Placed {
                    day: starts.day,
                    start,
                    crew,
                };
                *best = Some(Insertion {
                    cost: cost + fixed,
                    placed,
                });
            }
        };
        let mut otherwise = fixed;
        if let Some((day, start)) = job.promise {
            if day == Some(starts.day) && within(&start) {
                look(start, fixed, &mut best);
            }
            otherwise += MOVED;
        }
        day.by_cost(queue);
        tried.clear();
        let every = model.problem.rules.start_every;
        let earliest = next_start(model.problem, starts.first);
        for &(extra, o) in queue.iter() {
            let limit = best.as_ref().map_or(limit, |b| b.cost);
            if day.least + extra + otherwise >= limit {
                break;
            }
            let offer = &day.all[o as usize];
            let ends = [
                next_start(model.problem, offer.first),
                offer.last - offer.last.rem_euclid(every),
                earliest,
            ];
            for start in ends.into_iter().filter(within) {
                if !tried.contains(&start) {
                    tried.push(start);
                    look(start, otherwise, &mut best);
                }
            }
        }
        best
    }
}

/// Everybody's offers for one visit within one span of starts.
pub(super) struct DayOffers {
    starts: Starts,
    all: Vec<Offer>,
    /// For each person where their offers lie in `all`, when they were asked.
    range: Vec<Option<(u32, u32)>>,
    /// For each need its offers, cheapest first: cost, and position in `all`.
    of_need: Vec<Vec<(i64, u32)>>,
    counts: Vec<usize>,
    /// What any crew costs at least, when all seats can be taken.
    least: i64,
    tune: Tune,
}

impl Default for DayOffers {
    fn default() -> Self {
        DayOffers {
            starts: Starts {
                day: 0,
                first: 0,
                last: 0,
            },
            all: Vec::new(),
            range: Vec::new(),
            of_need: Vec::new(),
            counts: Vec::new(),
            least: 0,
            tune: Tune::PLAIN,
        }
    }
}

impl DayOffers {
    /// Asks whoever may take a seat (only those marked in `among`, if given), and forgets what was collected before.
    pub(super) fn collect(
        &mut self,
        model: &Model,
        state: &State,
        job: &Job,
        starts: Starts,
        tune: Tune,
        among: Option<&[bool]>,
    ) {
        self.starts = starts;
        self.tune = tune;
        self.all.clear();
        self.range.clear();
        self.range.resize(model.people.len(), None);
        self.counts.clear();
        self.counts.extend(job.needs.iter().map(|n| n.count));
        self.of_need.iter_mut().for_each(Vec::clear);
        self.of_need.resize_with(job.needs.len(), Vec::new);
        self.least = 0;
        let today = model.day_index(starts.day);
        for (need, mine) in job.needs.iter().zip(&mut self.of_need) {
            let asked = |person: usize| among.is_none_or(|among| among[person]);
            for able in need.able.iter().filter(|a| a.until >= today && asked(a.person)) {
                let (from, to) = *self.range[able.person].get_or_insert_with(|| {
                    let from = self.all.len() as u32;
                    offers(model, state, job, able.person, starts, tune, &mut self.all);
                    (from, self.all.len() as u32)
                });
                mine.extend((from..to).map(|o| (self.all[o as usize].cost, o)));
            }
            mine.sort_unstable();
            self.least += mine.iter().take(need.count).map(|&(cost, _)| cost).sum::<i64>();
        }
    }

    /// Lists all offers by how much more than the cheapest crew one with them costs at least.
    fn by_cost(&self, queue: &mut Vec<(i64, u32)>) {
        queue.clear();
        for (mine, &count) in self.of_need.iter().zip(&self.counts) {
            // Whoever takes a seat takes the place of the last who would have had one.
            let last = count
                .checked_sub(1)
                .and_then(|n| mine.get(n))
                .map_or(0, |&(cost, _)| cost);
            queue.extend(mine.iter().map(|&(cost, o)| ((cost - last).max(0), o)));
        }
        queue.sort_unstable();
    }

    /// Who makes an offer for a need.
    pub(super) fn people(&self, need: usize) -> impl Iterator<Item = usize> {
        self.of_need[need]
            .iter()
            .map(|&(_, o)| self.all[o as usize].person)
    }

    /// What any crew costs at least; `None` when some seat has no offers enough.
    fn least_cost(&self) -> Option<i64> {
        let enough = |(mine, &count): (&Vec<(i64, u32)>, &usize)| mine.len() >= count;
        self.of_need
            .iter()
            .zip(&self.counts)
            .all(enough)
            .then_some(self.least)
    }

    /// The cheapest crew that can begin at `start`. One that costs `limit` or more need not be found.
    pub(super) fn crew_at(&self, start: Seconds, job: &Job, limit: i64) -> Option<(i64, Crew)> {
        let picked = match self.pick(start, limit) {
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
            self.cost(&seats) + self.idle(&seats, start),
            seats.iter().map(|&o| self.all[o].person).zip(needs).collect(),
        ))
    }

    /// What it costs that the start leaves time to nobody's use between this visit and its neighbours on the crew's days.
    fn idle(&self, seats: &[usize], start: Seconds) -> i64 {
        if self.tune.idle == 0 {
            return 0;
        }
        let cut_off = |&o: &usize| (start - self.all[o].first).min(self.all[o].last - start).max(0);
        seats.iter().map(cut_off).sum::<i64>() * self.tune.idle / 16
    }

    fn cost(&self, seats: &[usize]) -> i64 {
        seats.iter().map(|&o| self.all[o].cost).sum()
    }

    /// Takes the cheapest people for each need in turn; tells when two needs want the same person.
    fn pick(&self, start: Seconds, limit: i64) -> Pick {
        let mut seats: Vec<usize> = Vec::with_capacity(4);
        let mut contested = false;
        // What the crew costs at least: each seat not yet taken its cheapest offer.
        let mut least = self.least;
        for (mine, &count) in self.of_need.iter().zip(&self.counts) {
            let own = seats.len();
            for &(cost, o) in mine {
                if seats.len() == own + count {
                    break;
                }
                let o = o as usize;
                let offer = &self.all[o];
                if start < offer.first || start > offer.last {
                    continue;
                }
                match seats.iter().position(|&s| self.all[s].person == offer.person) {
                    Some(seat) => contested |= seat < own,
                    None => {
                        least += cost - mine[seats.len() - own].0;
                        if least >= limit {
                            return Pick::Nobody;
                        }
                        seats.push(o);
                    }
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
                for o in mine.iter().map(|&(_, o)| o as usize).filter(|&o| open(o)) {
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
