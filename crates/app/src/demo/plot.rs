//! The part of one case in the story: who it is about, its hidden script, and how far it has come.

use super::agenda::Step;
use crate::{
    error::OfficeError,
    ids,
    office::{Done, Office, Order},
};
use domain::{
    Actor, BranchId, CaseId, EventId, Money, Personal, Role, Timestamp,
    case::{
        Case, Command, Complainant, Context, CrewMember, Intake, NewAllegation, Similar, Stamp, Window,
        decide,
    },
};
use sample::{AllegationTruth, Bank, Complaint, CopyKind, Customer, Need, Script};
use std::collections::HashMap;

/// The source under which the sample's complaints are received.
pub(super) const SOURCE: &str = "sample";

/// One case of the story.
pub(super) struct Plot {
    pub(super) case: CaseId,
    pub(super) source: (String, String),
    /// The complaint as it comes in; `None` when it was imported before.
    pub(super) intake: Option<Box<Intake>>,
    pub(super) script: Script,
    pub(super) branch: BranchId,
    pub(super) line: String,
    pub(super) technical: bool,
    pub(super) language: String,
    pub(super) woman_asked_for: bool,
    pub(super) customer: String,
    pub(super) point: (f64, f64),
    pub(super) copy: Option<(CaseId, CopyKind)>,
    pub(super) repeat: Option<CaseId>,
    pub(super) similar: Vec<Similar>,
    /// Added to every time of the script.
    pub(super) shift: i64,
    /// A number that spreads the cases over the staff.
    pub(super) turn: usize,
    /// The appointment that stands.
    pub(super) appointment: Option<(Window, Vec<CrewMember>)>,
    pub(super) roles: Vec<Role>,
    pub(super) counters: u8,
    /// Commands carried out so far.
    pub(super) commands: u64,
    /// The order ids of one case count up, so that the same story gives the same ids.
    orders: usize,
}

impl Plot {
    pub(super) fn begins_at(&self) -> Timestamp {
        match &self.intake {
            Some(intake) => intake.received_at,
            None => self.at(self.script.timeline.acknowledged_at),
        }
    }

    pub(super) fn first_step(&self) -> Step {
        if self.intake.is_some() {
            Step::Receive
        } else {
            Step::Acknowledge
        }
    }

    /// Returns a time of the script in the time of this story.
    pub(super) fn at(&self, scripted: Timestamp) -> Timestamp {
        scripted.plus(self.shift)
    }

    pub(super) fn truth(&self, i: usize) -> Option<&AllegationTruth> {
        self.script.truths.get(i).or_else(|| self.script.truths.last())
    }

    fn next_order(&mut self) -> EventId {
        self.orders += 1;
        let root = ids::receipt_of(self.case, &self.source.0, &self.source.1);
        ids::event_of(root, 1000 + self.orders)
    }

    /// Gives a command.
    pub(super) fn command(
        &mut self,
        office: &Office,
        actor: &Actor,
        at: Timestamp,
        command: Command,
    ) -> Result<Done, OfficeError> {
        let id = self.next_order();
        self.commands += 1;
        office.execute(&Order {
            id,
            case: self.case,
            actor: actor.clone(),
            at,
            command,
            seen: None,
        })
    }

    /// Receives the complaint, and notes what looks alike.
    pub(super) fn receive(&mut self, office: &Office, at: Timestamp) -> Result<(), OfficeError> {
        let Some(intake) = self.intake.clone() else {
            return Ok(());
        };
        let system = Actor::new("intake", Role::System);
        let id = ids::receipt_of(self.case, &self.source.0, &self.source.1);
        self.commands += 1;
        office.execute(&Order {
            id,
            case: self.case,
            actor: system.clone(),
            at,
            command: Command::Receive(intake),
            seen: None,
        })?;
        if !self.similar.is_empty() {
            let similar = self.similar.clone();
            self.command(office, &system, at, Command::NoteSimilar(similar))?;
        }
        Ok(())
    }

    pub(super) fn look_for_similar(&mut self, office: &Office) -> Result<(), OfficeError> {
        let Some(intake) = &self.intake else { return Ok(()) };
        let stamp = Stamp {
            at: intake.received_at,
            actor: Actor::new("intake", Role::System),
        };
        let mut case = Case::default();
        let command = Command::Receive(intake.clone());
        let events = decide(
            &case,
            &command,
            &Context {
                stamp: stamp.clone(),
                authority: 0,
                files: office.files,
            },
        )
        .map_err(|refusal| OfficeError::Refused {
            case: self.case,
            refusal,
        })?;
        events.iter().for_each(|e| case.apply(e, &stamp));
        self.similar = office.similar_to(&case, intake.received_at)?;
        Ok(())
    }
}

fn complainant(c: &Customer) -> Complainant {
    Complainant {
        name: Personal::new(&c.name),
        phone: Personal::new(&c.phone),
        email: Personal::new(c.email.as_deref().unwrap_or("")),
        id_number: Personal::new(&c.id_number),
        account: Personal::new(&c.account),
        address: Personal::new(&c.address),
        point: Personal::new(format!("{},{}", c.place.lat, c.place.lon)),
        language: match c.preferences.language {
            sample::Language::Hans => "zh-CN",
            sample::Language::Hant => "zh-TW",
            sample::Language::En => "en",
        }
        .to_owned(),
        representative: None,
    }
}

pub(super) fn intake(complaint: &Complaint, customer: &Customer, case: CaseId) -> Intake {
    let amount = complaint
        .allegations
        .iter()
        .filter_map(|a| a.claimed)
        .map(|m| m.minor)
        .sum::<i64>();
    Intake {
        case,
        customer: complaint.customer,
        source: SOURCE.to_owned(),
        source_id: complaint.source_id.clone(),
        channel: complaint.channel.code().to_owned(),
        line: complaint.line.code().to_owned(),
        product: complaint.product.clone(),
        title: Personal::new(&complaint.title),
        narrative: Personal::new(&complaint.narrative),
        complainant: complainant(customer),
        branch: complaint.branch.clone(),
        amount: (amount > 0).then(|| Money::cny(amount)),
        received_at: complaint.received_at,
        allegations: complaint
            .allegations
            .iter()
            .map(|a| NewAllegation {
                cause: format!("C.{}", a.cause.code()),
                text: Personal::new(&a.text),
                asks: Personal::new(&a.asks),
                claimed: a.claimed,
            })
            .collect(),
        forwarded_at: (complaint.channel == sample::Channel::Regulator).then_some(complaint.received_at),
    }
}

/// Returns the plots of a sample bank, oldest complaint first.
pub(super) fn of_bank(bank: &Bank) -> Vec<Plot> {
    let ids: HashMap<&str, CaseId> = bank
        .complaints
        .iter()
        .map(|c| (c.source_id.as_str(), ids::case_of(SOURCE, &c.source_id, 0)))
        .collect();
    let customers: HashMap<_, &Customer> = bank.customers.iter().map(|c| (c.id, c)).collect();
    bank.complaints
        .iter()
        .enumerate()
        .filter_map(|(turn, c)| {
            let customer = customers.get(&c.customer)?;
            let case = *ids.get(c.source_id.as_str())?;
            let mut plot = of_script(case, (SOURCE, &c.source_id), c, customer, turn);
            plot.intake = Some(Box::new(intake(c, customer, case)));
            plot.copy = c
                .copy_of
                .as_ref()
                .and_then(|o| Some((*ids.get(o.source_id.as_str())?, o.kind)));
            plot.repeat = c.repeat_of.as_ref().and_then(|o| ids.get(o.as_str()).copied());
            Some(plot)
        })
        .collect()
}

/// Returns a plot that follows the script of a sample complaint, without its text.
pub(super) fn of_script(
    case: CaseId,
    source: (&str, &str),
    complaint: &Complaint,
    customer: &Customer,
    turn: usize,
) -> Plot {
    Plot {
        case,
        source: (source.0.to_owned(), source.1.to_owned()),
        intake: None,
        script: complaint.script.clone(),
        branch: complaint.branch.clone(),
        line: complaint.line.code().to_owned(),
        technical: complaint.technical,
        language: super::people::tag(complaint.language),
        woman_asked_for: customer.needs.contains(&Need::WomanPresent),
        customer: customer.id.to_string(),
        point: (customer.place.lat, customer.place.lon),
        copy: None,
        repeat: None,
        similar: Vec::new(),
        shift: 0,
        turn,
        appointment: None,
        roles: Vec::new(),
        counters: complaint.script.remedy.counters,
        commands: 0,
        orders: 0,
    }
}
