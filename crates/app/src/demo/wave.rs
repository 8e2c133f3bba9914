//! The second wave of visits: customers of the sample bank who have just agreed to one and wait for an appointment, so
//! that the desk has something to plan. They come through the same commands as everybody else.

use super::{
    people::Roster,
    plot::{self, Plot},
};
use crate::{error::OfficeError, ids, office::Office};
use domain::{
    CustomerId, Personal, Role, Timestamp,
    case::{AllegationNo, Command, ConsentScope, Place, PlaceKind, Reasonableness, Truth, Window},
};
use jiff::civil::Date;
use sample::{Bank, Complaint};

/// The source of these complaints.
const SOURCE: &str = "sample-wave";
/// Sets their customers apart from those of the bank itself.
const OTHERS: u128 = 1 << 100;
/// The first of the offered days lies so many days ahead: the pack's notice is kept.
const AHEAD: i32 = 4;
/// On how many working days customers offer times.
const DAYS: usize = 5;
/// One in so many gave no position of the place, and one in so many has only this one time, which many share.
const NO_PLACE: usize = 14;
const SCARCE: usize = 5;
const MINUTE: i64 = 60_000_000;

impl Office {
    /// Brings `count` customers as far as their consent to be visited in the coming days, but for those whom the lot puts
    /// into the held-out group. Done before, it does nothing.
    ///
    /// # Errors
    /// When the store failed, or a command was refused that the story says must be possible.
    pub fn play_second_wave(&self, bank: &Bank, count: usize) -> Result<(), OfficeError> {
        let (today, now) = (self.today(), self.now());
        let wave = Bank::generate(bank.seed ^ 0x5eed, today, count);
        let known = |c: &Complaint| self.store.case_row(ids::case_of(SOURCE, &c.source_id, 0));
        if let Some(first) = wave.complaints.first()
            && known(first)?.is_some()
        {
            return Ok(());
        }
        let days = self.working_days(today.saturating_add(jiff::Span::new().days(AHEAD)), DAYS);
        let roster = Roster::of(bank);
        let numbers: Vec<usize> = (0..wave.complaints.len()).collect();
        self.at_once(&numbers, |n| {
            let complaint = &wave.complaints[*n];
            let Some(customer) = wave.customer(complaint) else {
                return Ok(());
            };
            let case = ids::case_of(SOURCE, &complaint.source_id, 0);
            let mut plot = plot::of_script(case, (SOURCE, &complaint.source_id), complaint, customer, *n);
            let mut intake = plot::intake(complaint, customer, case);
            SOURCE.clone_into(&mut intake.source);
            intake.customer = CustomerId(intake.customer.0 | OTHERS);
            // Four to eight days ago: time for review and a telephone call, and most clocks run beyond the visits.
            intake.received_at = now.plus(-(4 + (*n % 5) as i64) * Timestamp::DAY);
            intake.forwarded_at = None;
            plot.intake = Some(Box::new(intake));
            self.play_until_consent(&mut plot, &roster, &days, *n)
        })?;
        Ok(())
    }

    fn play_until_consent(
        &self,
        plot: &mut Plot,
        roster: &Roster,
        days: &[Date],
        n: usize,
    ) -> Result<(), OfficeError> {
        let actor = |role| roster.pick(role, &plot.branch, n);
        let (handler, manager) = (actor(Role::Handler), actor(Role::RelationshipManager));
        let supervisor = actor(Role::Supervisor);
        let mut at = plot.begins_at();
        let mut step = |plot: &mut Plot, by: &domain::Actor, command| {
            at = at.plus(40 * MINUTE);
            plot.command(self, by, at, command)
        };
        let received = plot.begins_at();
        plot.receive(self, received)?;
        let assign = Command::Assign {
            handler: handler.id.clone(),
        };
        step(plot, &handler, assign)?;
        let channel = "sms".to_owned();
        step(plot, &handler, Command::Acknowledge { channel })?;
        step(plot, &handler, Command::StartReview)?;
        let dossier = self.load(plot.case)?;
        for no in 1..=dossier.case.facts.allegations.len() {
            let assess = Command::Assess {
                allegation: AllegationNo(u16::try_from(no).unwrap_or(u16::MAX)),
                truth: Truth::Unproven,
                reasonableness: Reasonableness::Reasonable,
                reasons: Personal::new("材料不足以判断，需当面核实"),
            };
            step(plot, &handler, assess)?;
        }
        step(plot, &handler, Command::Accept)?;
        let dossier = self.load(plot.case)?;
        let proposal = self.screening_of(plot.case, &dossier.case, &dossier.entries, received)?;
        let mut decision = proposal.as_proposed();
        if !proposal.held_out && !decision.selected {
            decision.selected = true;
            decision.departure = Some("列入第二批上门名单".to_owned());
        }
        let selected = decision.selected;
        step(plot, &supervisor, Command::DecideScreening(decision))?;
        if !selected {
            return Ok(());
        }
        let channel = "phone".to_owned();
        step(plot, &manager, Command::OfferVisit { channel })?;
        let (lat, lon) = plot.point;
        let consent = Command::GiveConsent {
            scope: ConsentScope::Visiting,
            channel: "phone".to_owned(),
            windows: self.offered(days, n),
            place: Some(Place {
                kind: PlaceKind::Home,
                address: dossier.case.facts.complainant.address,
                point: Personal::new(if n % NO_PLACE == NO_PLACE - 1 {
                    String::new()
                } else {
                    format!("{lat},{lon}")
                }),
            }),
        };
        step(plot, &manager, consent)?;
        Ok(())
    }

    /// The times that the `n`th customer offers.
    fn offered(&self, days: &[Date], n: usize) -> Vec<Window> {
        let zone = self.pack().zone();
        let window = |day: usize, from: i64, to: i64| {
            let date = *days.get(day % days.len().max(1))?;
            let (from, to) = (from * 60, to * 60);
            let (from, to) =
                crate::plan::moment(date, from, zone).zip(crate::plan::moment(date, to, zone))?;
            Some(Window { from, to })
        };
        let times = if n.is_multiple_of(SCARCE) {
            vec![window(1, 600, 690)]
        } else {
            vec![
                window(n, 540, 720),
                window(n + 2, 840, 1050),
                window(n + 3, 600, 780),
            ]
        };
        times.into_iter().flatten().collect()
    }
}
