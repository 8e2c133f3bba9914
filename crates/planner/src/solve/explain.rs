//! Why a visit was left out, and the least change that would let it in.
//!
//! The reasons are tried in the order in which a planner would ask: may it be at all, who could go, do they work
//! then, can they get there, are they free, are they free together. The first that leaves nothing is the reason.

use super::insertion::{DayOffers, Finder};
use super::model::{
    Job, Model, consented, day_allowed, fills_until, least_crew, locked_crew, notice_kept, starts_on,
    visiting_hours,
};
use super::offers::Tune;
use super::state::{Placed, State};
use super::timetable::{back, members};
use super::words;
use crate::plan::{Change, Late, Reason, Seat, Unplanned};
use crate::problem::{Visit, Window};
use std::collections::BTreeSet;

/// Overtime beyond what is allowed, up to which asking a colleague for it is worth a suggestion: two hours.
const OVERTIME_TO_ASK_FOR: i64 = 7200;
/// Most optional visits that are tried for giving up.
const VISITS_TO_GIVE_UP: usize = 40;

/// Explains a visit that is not in the plan. `state` is changed on the way and given back as it was.
pub(super) fn unplanned_reason(model: &Model, state: &mut State, number: usize) -> Unplanned {
    let mut case = Case {
        model,
        state,
        number,
        visit: &model.problem.visits[number],
        job: &model.jobs[number],
    };
    let (reason, cheapest_change) = case.explained();
    let explanation = words::explanation(model.problem, case.visit, &reason, cheapest_change.as_ref());
    Unplanned {
        visit: case.visit.id.clone(),
        reason,
        cheapest_change,
        explanation,
    }
}

/// Explains a visit that is planned after its deadline. `state` is changed on the way and given back as it was.
pub(super) fn late_reason(model: &Model, state: &mut State, number: usize) -> Option<Late> {
    let visit = &model.problem.visits[number];
    let deadline_day = visit.deadline_day?;
    let placed = state.remove(model, number)?;
    let in_time = Visit {
        latest_day: Some(
            visit
                .latest_day
                .map_or(deadline_day, |last| last.min(deadline_day)),
        ),
        ..visit.clone()
    };
    let job = model.job_as(number, &in_time);
    let (reason, cheapest_change) = Case {
        model,
        state,
        number,
        visit: &in_time,
        job: &job,
    }
    .explained();
    let explanation = words::explanation(model.problem, &in_time, &reason, cheapest_change.as_ref());
    let day = model.day_index(placed.day);
    state.place(model, number, placed);
    Some(Late {
        visit: visit.id.clone(),
        deadline_day,
        day,
        reason,
        cheapest_change,
        explanation,
    })
}

struct Case<'a> {
    model: &'a Model<'a>,
    state: &'a mut State,
    number: usize,
    visit: &'a Visit,
    job: &'a Job,
}

impl Case<'_> {
    fn explained(&mut self) -> (Reason, Option<Change>) {
        let reason = self.reason();
        let change = match reason {
            Reason::Fits {} => None,
            Reason::PlaceNotStepFree {} => Some(Change::ConfirmStepFree {}),
            _ => self
                .ask_for_window()
                .or_else(|| self.allow_overtime())
                .or_else(|| self.give_up_visit())
                .or_else(|| self.add_staff(&reason)),
        };
        (reason, change)
    }

    fn reason(&self) -> Reason {
        if self.fits(&*self.state, self.job, Tune::PLAIN).is_some() {
            return Reason::Fits {};
        }
        self.calendar()
            .or_else(|| self.people())
            .or_else(|| self.times())
            .unwrap_or(Reason::NeverTogether {})
    }

    fn fits(&self, state: &State, job: &Job, tune: Tune) -> Option<Placed> {
        Finder::default()
            .best_insertion(self.model, state, self.number, job, tune)
            .map(|found| found.placed)
    }

    /// What the customer and the rules leave of the calendar.
    fn calendar(&self) -> Option<Reason> {
        let (problem, visit) = (self.model.problem, self.visit);
        if visit.needs_step_free && !visit.step_free {
            return Some(Reason::PlaceNotStepFree {});
        }
        let with_windows: Vec<usize> = (0..problem.days.len())
            .filter(|&d| day_allowed(problem, visit, d) && !consented(problem, visit, d).is_empty())
            .collect();
        if with_windows.is_empty() {
            return Some(Reason::NoWindow {});
        }
        let announced: Vec<usize> = with_windows
            .into_iter()
            .filter(|&d| notice_kept(problem, visit, d))
            .collect();
        if announced.is_empty() {
            return Some(Reason::NoticeTooShort {
                days: problem.rules.min_notice_days,
            });
        }
        if announced.iter().all(|&d| starts_on(problem, visit, d).is_empty()) {
            let usable = |&d: &usize| {
                let hours = visiting_hours(problem, d);
                let windows = consented(problem, visit, d);
                let both = move |w: crate::problem::Span| {
                    let hours = hours.clone();
                    hours
                        .into_iter()
                        .map(move |h| w.end.min(h.end) - w.start.max(h.start))
                };
                windows.into_iter().flat_map(both).max().unwrap_or(0)
            };
            let longest = announced.iter().map(usable).max().unwrap_or(0).max(0);
            return Some(Reason::WindowsTooShort {
                needed: visit.service,
                longest,
            });
        }
        if self.job.starts.is_empty() {
            return Some(Reason::LockedTimeNotLawful {});
        }
        if self
            .job
            .starts
            .iter()
            .all(|s| self.state.too_often(self.model, self.number, s.day))
        {
            return Some(Reason::CustomerVisitedTooOften {
                days: problem.rules.min_days_between_visits,
            });
        }
        None
    }

    /// Who could go at all.
    fn people(&self) -> Option<Reason> {
        let problem = self.model.problem;
        let total = least_crew(problem, self.visit);
        for (n, need) in self.job.needs.iter().enumerate() {
            let asked = need.need.map(|i| &self.visit.needs[i]);
            let needed = if asked.is_some() { need.count } else { total };
            let have = problem
                .staff
                .iter()
                .filter(|s| fills_until(s, asked).is_some())
                .count();
            let seat = self.seat(n);
            let (needed, have, left) = (needed as u32, have as u32, need.able.len() as u32);
            if left < needed && locked_crew(self.visit).is_some() {
                return Some(Reason::LockedCrewNotLawful {});
            }
            if have < needed {
                return Some(Reason::TooFewWithRole { seat, needed, have });
            }
            if left < needed {
                return Some(Reason::TooFewAllowed {
                    seat,
                    needed,
                    have: left,
                });
            }
        }
        let speaks = |person: usize| self.job.speaks.is_empty() || self.job.speaks[person];
        let someone = self
            .job
            .needs
            .iter()
            .flat_map(|n| &n.able)
            .any(|a| speaks(a.person));
        match &self.visit.language {
            Some(language) if !someone => Some(Reason::NobodySpeaks {
                language: language.clone(),
            }),
            _ => None,
        }
    }

    /// Who could be there when.
    fn times(&self) -> Option<Reason> {
        let short = |have: Vec<usize>| (0..have.len()).find(|&n| have[n] < self.job.needs[n].count);
        if let Some(n) = short(self.on_shift()) {
            return Some(Reason::NotOnShift { seat: self.seat(n) });
        }
        if let Some(n) = short(self.offering(&State::new(self.model))) {
            return Some(Reason::OutOfReach { seat: self.seat(n) });
        }
        short(self.offering(&*self.state)).map(|n| Reason::Booked { seat: self.seat(n) })
    }

    /// For each need the number of people on duty for the whole of a possible visit.
    fn on_shift(&self) -> Vec<usize> {
        let works = |person: usize, until: i32| {
            self.job.starts.iter().any(|s| {
                until >= self.model.day_index(s.day)
                    && self.model.people[person].duty[s.day].iter().any(|d| {
                        d.start <= s.last && s.first + self.job.service <= d.end && {
                            d.start.max(s.first) + self.job.service <= d.end
                        }
                    })
            })
        };
        self.job
            .needs
            .iter()
            .map(|need| need.able.iter().filter(|a| works(a.person, a.until)).count())
            .collect()
    }

    /// For each need the number of people who could come at some possible time.
    fn offering(&self, state: &State) -> Vec<usize> {
        let mut who: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.job.needs.len()];
        let mut day = DayOffers::default();
        for &starts in &self.job.starts {
            if self.state.too_often(self.model, self.number, starts.day) {
                continue;
            }
            day.collect(self.model, state, self.job, starts, Tune::PLAIN, None);
            for (n, set) in who.iter_mut().enumerate() {
                set.extend(day.people(n));
            }
        }
        who.iter().map(BTreeSet::len).collect()
    }

    fn seat(&self, n: usize) -> Seat {
        match self.job.needs[n].need.map(|i| &self.visit.needs[i]) {
            Some(need) => Seat {
                role: Some(need.role.clone()),
                skill: need.skill.as_ref().map(|s| s.name.clone()),
                language: None,
            },
            None => Seat {
                role: None,
                skill: None,
                language: None,
            },
        }
    }

    /// The nearest day on which a crew is free in visiting hours that the customer did not offer.
    fn ask_for_window(&self) -> Option<Change> {
        let problem = self.model.problem;
        for (day, date) in problem.days.iter().enumerate() {
            let windows: Vec<Window> = visiting_hours(problem, day)
                .into_iter()
                .map(|h| Window::new(date.index, h.start, h.end))
                .collect();
            let wish = Visit {
                windows,
                promise: None,
                ..self.visit.clone()
            };
            let job = self.model.job_as(self.number, &wish);
            if let Some(found) = self.fits(&*self.state, &job, Tune::PLAIN) {
                return Some(Change::AskForWindow {
                    day: date.index,
                    start: found.start,
                    end: found.start + self.visit.service,
                    crew: members(self.model, self.number, &found.crew),
                });
            }
        }
        None
    }

    fn allow_overtime(&mut self) -> Option<Change> {
        let tune = Tune {
            slack: OVERTIME_TO_ASK_FOR,
            ..Tune::PLAIN
        };
        let found = self.fits(&*self.state, self.job, tune)?;
        let (day, crew) = (found.day, found.crew.clone());
        self.state.place(self.model, self.number, found);
        let mut longer = crew.iter().filter_map(|&(person, _)| {
            let allowed = self.model.people[person].duty[day].last()?.end;
            let back = back(self.model, self.state, person, day);
            (back > allowed).then_some((person, back))
        });
        let only = longer.next().filter(|_| longer.next().is_none());
        self.state.remove(self.model, self.number);
        let (person, back) = only?;
        let shift_end = self.model.people[person].shift_end[day];
        let staff = self.model.problem.staff[person].id.clone();
        Some(Change::AllowOvertime {
            staff,
            day: self.model.day_index(day),
            seconds: back - shift_end,
        })
    }

    fn give_up_visit(&mut self) -> Option<Change> {
        let able: BTreeSet<usize> = self
            .job
            .needs
            .iter()
            .flat_map(|n| n.able.iter().map(|a| a.person))
            .collect();
        let mut optional: Vec<usize> = (0..self.model.jobs.len())
            .filter(|&i| {
                let other = &self.model.jobs[i];
                !other.mandatory
                    && !other.locked
                    && (self.job.mandatory || other.value < self.job.value)
                    && self.state.placed[i].as_ref().is_some_and(|p| {
                        self.job.starts.iter().any(|s| s.day == p.day)
                            && p.crew.iter().any(|(person, _)| able.contains(person))
                    })
            })
            .collect();
        optional.sort_by_key(|&i| (self.model.jobs[i].value, i));
        for &other in optional.iter().take(VISITS_TO_GIVE_UP) {
            let Some(placed) = self.state.remove(self.model, other) else {
                continue;
            };
            let helps = self.state.lawful_without(self.model, &placed)
                && self.fits(&*self.state, self.job, Tune::PLAIN).is_some();
            self.state.place(self.model, other, placed);
            if helps {
                return Some(Change::GiveUpVisit {
                    visit: self.model.problem.visits[other].id.clone(),
                });
            }
        }
        None
    }

    /// More people in the role that is short; when it is nobody's in particular, one more in any of the roles.
    fn add_staff(&self, reason: &Reason) -> Option<Change> {
        if locked_crew(self.visit).is_some() {
            return None;
        }
        let named = match reason {
            Reason::TooFewWithRole { seat, needed, have } | Reason::TooFewAllowed { seat, needed, have } => {
                Some((seat, needed - have))
            }
            Reason::NotOnShift { seat } | Reason::OutOfReach { seat } | Reason::Booked { seat } => {
                Some((seat, 0))
            }
            Reason::NeverTogether {} | Reason::NobodySpeaks { .. } => None,
            _ => return None,
        };
        // The new colleague would join a crew of people who are free; a crew that is together already takes in nobody.
        let tune = Tune {
            crews: false,
            ..Tune::PLAIN
        };
        for n in 0..self.job.needs.len() {
            let seat = self.seat(n);
            if named.is_some_and(|(wanted, _)| *wanted != seat) {
                continue;
            }
            let least = named.map_or(1, |(_, count)| count.max(1)) as usize;
            for count in least..=self.job.needs[n].count {
                let mut job = self.job.clone();
                job.needs[n].count -= count;
                if self.fits(&*self.state, &job, tune).is_some() {
                    return Some(Change::AddStaff {
                        seat,
                        count: count as u32,
                    });
                }
                if !job.speaks.is_empty() {
                    job.speaks.clear();
                    if self.fits(&*self.state, &job, tune).is_some() {
                        let seat = Seat {
                            language: self.visit.language.clone(),
                            ..seat
                        };
                        return Some(Change::AddStaff {
                            seat,
                            count: count as u32,
                        });
                    }
                }
            }
        }
        None
    }
}
