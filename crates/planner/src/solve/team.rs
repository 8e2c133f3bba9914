//! Crews that spend the whole day together: another visit for all of them at once.

use super::crew::{NOT, cheapest_seating};
use super::insertion::{Insertion, MOVED};
use super::model::{Job, Model, Starts, next_start};
use super::offers::{Offer, Tune, offers_with_crew};
use super::state::{At, Crew, Placed, State};
use crate::problem::Seconds;

/// Says whether this person spends that day with a crew.
pub(super) fn in_team(model: &Model, state: &State, person: usize, day: usize) -> bool {
    let route = state.route(person, day);
    route.iter().any(|stop| model.jobs[stop.job].together)
}

/// Looks for places in the days of crews, again and again in the same memory.
#[derive(Default)]
pub(super) struct Teams {
    offers: Vec<Offer>,
    /// Where the offers of each member begin in `offers`, and where the last one's end.
    bounds: Vec<usize>,
}

impl Teams {
    /// The cheapest place below `limit` for `job` within `starts` on the day of a crew that makes all its visits together.
    #[expect(
        clippy::too_many_arguments,
        reason = "one question, put once, with all that `Finder` has at hand"
    )]
    pub(super) fn best(
        &mut self,
        model: &Model,
        state: &State,
        job: &Job,
        starts: Starts,
        tune: Tune,
        fixed: i64,
        limit: i64,
    ) -> Option<Insertion> {
        let mut best: Option<Insertion> = None;
        for person in 0..model.people.len() {
            let Some(first) = state.route(person, starts.day).first() else {
                continue;
            };
            let Some(placed) = state.placed[first.job].as_ref() else {
                continue;
            };
            // Each crew is looked at once, by the lowest number in it.
            let lowest = placed.crew.iter().all(|&(other, _)| person <= other);
            let route = state.route(person, starts.day);
            let same_crew = || {
                let size = |stop: &At| state.placed[stop.job].as_ref().map_or(0, |p| p.crew.len());
                route.iter().all(|stop| size(stop) == placed.crew.len())
                    && placed
                        .crew
                        .iter()
                        .all(|&(other, _)| state.route(other, starts.day) == route)
            };
            if !lowest || !(job.together || in_team(model, state, person, starts.day)) {
                continue;
            }
            if !same_crew() {
                continue;
            }
            let members: Vec<usize> = placed.crew.iter().map(|&(member, _)| member).collect();
            let Some(crew) = seats(job, &members, model.day_index(starts.day)) else {
                continue;
            };
            let limit = best.as_ref().map_or(limit, |b| b.cost);
            if let Some((cost, start)) = self.cheapest(model, state, job, &members, starts, tune)
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
        best
    }

    /// The cheapest start at which all members can come, and what it costs.
    fn cheapest(
        &mut self,
        model: &Model,
        state: &State,
        job: &Job,
        members: &[usize],
        starts: Starts,
        tune: Tune,
    ) -> Option<(i64, Seconds)> {
        self.offers.clear();
        self.bounds.clear();
        for &member in members {
            self.bounds.push(self.offers.len());
            offers_with_crew(model, state, job, member, starts, tune, &mut self.offers);
        }
        self.bounds.push(self.offers.len());
        let every = model.problem.rules.start_every;
        let promised = job
            .promise
            .filter(|(day, _)| *day == Some(starts.day))
            .map(|(_, start)| start);
        let ends = self.offers.iter().flat_map(|o| {
            [
                next_start(model.problem, o.first),
                o.last - o.last.rem_euclid(every),
            ]
        });
        ends.chain(promised)
            .filter(|start| (starts.first..=starts.last).contains(start))
            .filter_map(|start| {
                let moved = job.promise.is_some() && promised != Some(start);
                Some((self.cost_at(start)? + if moved { MOVED } else { 0 }, start))
            })
            .min()
    }

    /// What it costs when all come at `start`; `None` when somebody cannot.
    fn cost_at(&self, start: Seconds) -> Option<i64> {
        let mut sum = 0;
        for bounds in self.bounds.windows(2) {
            let open = self.offers[bounds[0]..bounds[1]]
                .iter()
                .filter(|o| o.first <= start && start <= o.last);
            sum += open.map(|o| o.cost).min()?;
        }
        Some(sum)
    }
}

/// Who of a whole crew takes which seat of a visit; whoever takes none comes as a further person. `None` when the visit needs
/// somebody else, or somebody of the crew may not come.
fn seats(job: &Job, members: &[usize], today: i32) -> Option<Crew> {
    if !members.iter().all(|&member| job.welcome[member]) {
        return None;
    }
    if !job.speaks.is_empty() && !members.iter().any(|&member| job.speaks[member]) {
        return None;
    }
    if job.crew.as_ref().is_some_and(|crew| {
        crew.len() != members.len() || !members.iter().all(|member| crew.contains(member))
    }) {
        return None;
    }
    let needs: Vec<usize> = job
        .needs
        .iter()
        .enumerate()
        .flat_map(|(n, need)| std::iter::repeat_n(n, need.count))
        .collect();
    let cost = |seat: usize, member: usize| {
        let able = &job.needs[needs[seat]].able;
        let fills = able
            .iter()
            .any(|a| a.person == members[member] && a.until >= today);
        if fills { 0 } else { NOT }
    };
    let taken = cheapest_seating(needs.len(), members.len(), cost)?;
    let seat_of = |member: usize| {
        let seat = taken.iter().position(|&m| m == member)?;
        job.needs[needs[seat]].need
    };
    Some((0..members.len()).map(|m| (members[m], seat_of(m))).collect())
}
