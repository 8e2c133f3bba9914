//! The sample bank, played through the real commands: the same use cases that people have, given in the
//! order of time by invented people who follow the hidden scripts of the sample.
//!
//! `recorded_at` in the log is when the demo ran; `occurred_at` is the day of the story.

mod agenda;
mod people;
mod plot;
mod real;
mod report;
mod steps;
mod visits;
mod wave;

pub use people::roster;
pub use report::report;

use crate::{error::OfficeError, office::Office};
use agenda::Agenda;
use domain::{CaseId, Timestamp};
use jiff::civil::Date;
use people::Roster;
use plot::Plot;
use sample::Bank;
use std::{collections::BTreeMap, sync::Mutex};

/// How many cases are worked on at the same time: appends of one flush.
const HANDS: usize = 16;

/// What the demo plays.
#[derive(Clone, Copy, Debug)]
pub struct DemoOptions {
    /// The seed of the sample bank.
    pub seed: u64,
    /// How many complaints.
    pub cases: usize,
}

/// What the demo did.
#[derive(Clone, Debug, Default)]
pub struct DemoOutcome {
    /// Cases in the story.
    pub cases: usize,
    /// Commands carried out.
    pub commands: u64,
    /// The plan for the days to come, as it was made on the last day.
    pub plan: Option<crate::plan::PlannedVisits>,
}

/// The story while it is played.
struct Stage<'a> {
    office: &'a Office,
    roster: Roster,
    plots: Vec<Mutex<Plot>>,
    now: Timestamp,
}

impl Office {
    /// Makes the sample bank of `options` as it stands on `today` and plays every case up to now.
    /// `tell` hears the day of the story: (days played, days in all).
    ///
    /// # Errors
    /// When the store failed, or a command was refused that the story says must be possible.
    pub fn play_sample(
        &self,
        options: DemoOptions,
        tell: impl FnMut(u64, u64),
    ) -> Result<(Bank, DemoOutcome), OfficeError> {
        let zone = self.pack().zone();
        let (today, _) = crate::plan::local(self.now(), zone);
        let bank = Bank::generate(options.seed, today, options.cases);
        let plots = plot::of_bank(&bank);
        let outcome = self.play(&bank, plots, today, self.now(), tell)?;
        Ok((bank, outcome))
    }

    /// Plays imported real complaints with invented customers' answers: the newest `options.cases` of them,
    /// up to the day after the newest.
    ///
    /// # Errors
    /// As [`Office::play_sample`].
    pub fn play_imported(
        &self,
        options: DemoOptions,
        tell: impl FnMut(u64, u64),
    ) -> Result<(Bank, DemoOutcome), OfficeError> {
        let (bank, plots, today, now) = real::cast(self, options)?;
        let outcome = self.play(&bank, plots, today, now, tell)?;
        Ok((bank, outcome))
    }

    fn play(
        &self,
        bank: &Bank,
        plots: Vec<Plot>,
        today: Date,
        now: Timestamp,
        mut tell: impl FnMut(u64, u64),
    ) -> Result<DemoOutcome, OfficeError> {
        let cases = plots.len();
        let mut agenda = Agenda::default();
        for (i, plot) in plots.iter().enumerate() {
            agenda.push(plot.begins_at(), i, plot.first_step());
        }
        let stage = Stage {
            office: self,
            roster: Roster::of(bank),
            plots: plots.into_iter().map(Mutex::new).collect(),
            now,
        };
        let zone = self.pack().zone();
        let first = agenda.first().unwrap_or(now);
        let (mut day, _) = crate::plan::local(first, zone);
        let all = u64::try_from(today.since(day).map_or(0, |s| s.get_days())).unwrap_or(0) + 1;
        let mut played = 0;
        let mut outcome = DemoOutcome {
            cases,
            ..DemoOutcome::default()
        };
        while day <= today {
            let Some(midnight) = day.tomorrow().ok().and_then(|d| crate::plan::moment(d, 0, zone)) else {
                break;
            };
            outcome.commands += stage.play_until(&mut agenda, midnight.min(now))?;
            if day == today || self.pack().calendar().is_working_day(day) {
                let plan = stage.plan(&mut agenda, day, today)?;
                if day == today {
                    outcome.plan = plan;
                }
            }
            played += 1;
            tell(played, all);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Ok(outcome)
    }
}

impl Stage<'_> {
    /// Plays everything on the agenda before `until`; returns how many commands were carried out.
    fn play_until(&self, agenda: &mut Agenda, until: Timestamp) -> Result<u64, OfficeError> {
        let mut commands = 0;
        loop {
            let due = agenda.take_before(until);
            if due.is_empty() {
                return Ok(commands);
            }
            self.greet(&due)?;
            let mut by_case: BTreeMap<usize, Vec<(Timestamp, agenda::Step)>> = BTreeMap::new();
            for (at, case, step) in due {
                by_case.entry(case).or_default().push((at, step));
            }
            let work = Mutex::new(by_case.into_iter().collect::<Vec<_>>());
            let results = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for _ in 0..HANDS {
                    scope.spawn(|| {
                        loop {
                            let next = work.lock().ok().and_then(|mut w| w.pop());
                            let Some((case, steps)) = next else { return };
                            let played = self.play_case(case, steps, until);
                            if let Ok(mut all) = results.lock() {
                                all.push((case, played));
                            }
                        }
                    });
                }
            });
            for (case, played) in results.into_inner().unwrap_or_default() {
                let (more, done) = played?;
                commands += done;
                for (at, step) in more {
                    agenda.push(at, case, step);
                }
            }
        }
    }

    /// Plays the steps of one case in order; returns the steps that follow and how many commands it took.
    fn play_case(
        &self,
        case: usize,
        steps: Vec<(Timestamp, agenda::Step)>,
        until: Timestamp,
    ) -> Result<(Vec<(Timestamp, agenda::Step)>, u64), OfficeError> {
        let mut plot = self.plots[case]
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = plot.commands;
        let (mut open, mut later) = (steps, Vec::new());
        while !open.is_empty() {
            open.sort_by_key(|(at, step)| (*at, *step));
            let (at, step) = open.remove(0);
            for (at, step) in self.step(&mut plot, at, step)? {
                if at < until {
                    open.push((at, step));
                } else {
                    later.push((at, step));
                }
            }
        }
        Ok((later, plot.commands - before))
    }

    /// Looks for similar cases of all that arrive, one after the other in the order of time, so that the
    /// story does not depend on how threads run.
    fn greet(&self, due: &[(Timestamp, usize, agenda::Step)]) -> Result<(), OfficeError> {
        for (_, case, _) in due.iter().filter(|(_, _, step)| *step == agenda::Step::Receive) {
            let mut plot = self.plots[*case]
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            plot.look_for_similar(self.office)?;
        }
        Ok(())
    }

    /// Returns the plot of a case.
    fn find(&self, case: CaseId) -> Option<usize> {
        self.plots
            .iter()
            .position(|p| p.lock().is_ok_and(|p| p.case == case))
    }
}
