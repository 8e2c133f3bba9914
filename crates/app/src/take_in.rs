//! Taking one complaint in from a form or a program, recording what leaves the house, erasing a customer.

use crate::{
    codec,
    error::OfficeError,
    ids,
    office::{Office, Order},
};
use domain::{
    Actor, BranchId, CaseId, EventId, Money, Personal, Role, Timestamp,
    case::{Command, Complainant, Intake, NewAllegation},
};
use store::{Handle, HandleKind, NewEvent, StreamAppend, StreamId, Work};

/// A complaint as a form gives it: plain texts, empty where nothing was said.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are those of the intake, which describes them"
)]
pub struct Complaint {
    pub channel: String,
    pub line: String,
    pub product: String,
    pub title: String,
    pub narrative: String,
    pub cause: String,
    pub asks: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub id_number: String,
    pub account: String,
    pub address: String,
    pub language: String,
    pub branch: BranchId,
    pub amount: Option<Money>,
    pub received_at: Timestamp,
}

/// What became of a complaint that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Its case.
    pub case: CaseId,
    /// It was handed in before under the same id, and nothing was added now.
    pub already: bool,
}

/// How far the clock of whoever hands a complaint in may be ahead of ours, in microseconds.
const SKEW: i64 = 5 * 60_000_000;

impl Office {
    /// Takes a complaint in. The case derives from `event`: the same form sent twice is one case.
    /// Similar cases are noted on it for a person to decide.
    ///
    /// # Errors
    /// As [`Office::execute`].
    pub fn take_in(
        &self,
        event: EventId,
        complaint: Complaint,
        actor: &Actor,
    ) -> Result<TakenIn, OfficeError> {
        let source_id = event.to_string();
        let id = ids::case_of("desk", &source_id, 0);
        let customer = self
            .customer_of(&complaint)?
            .unwrap_or_else(|| ids::unknown_customer("desk", &source_id));
        let now = self.now();
        let c = complaint;
        let intake = Intake {
            case: id,
            customer,
            source: "desk".to_owned(),
            source_id,
            channel: c.channel,
            line: c.line,
            product: c.product,
            title: Personal::new(c.title.clone()),
            narrative: Personal::new(c.narrative),
            complainant: Complainant {
                name: Personal::new(c.name),
                phone: Personal::new(c.phone),
                email: Personal::new(c.email),
                id_number: Personal::new(c.id_number),
                account: Personal::new(c.account),
                address: Personal::new(c.address),
                point: Personal::new(""),
                language: c.language,
                representative: None,
            },
            branch: c.branch,
            amount: c.amount,
            received_at: c.received_at,
            allegations: vec![NewAllegation {
                cause: c.cause,
                text: Personal::new(c.title),
                asks: Personal::new(c.asks),
                claimed: c.amount,
            }],
            forwarded_at: None,
        };
        let order = Order {
            id: event,
            case: id,
            actor: actor.clone(),
            // The stamp may not lie before the receipt that it tells of; a receipt that lies further ahead
            // than clocks differ is refused by the domain.
            at: if c.received_at <= now.plus(SKEW) {
                now.max(c.received_at)
            } else {
                now
            },
            command: Command::Receive(Box::new(intake)),
            seen: Some((0, 0)),
        };
        let done = self.execute(&order)?;
        if !done.already {
            let similar = self.similar_to(&done.case, c.received_at)?;
            if !similar.is_empty() {
                let system = Actor::new("intake", Role::System);
                self.execute(&Order::new(id, system, order.at, Command::NoteSimilar(similar)))?;
            }
        }
        Ok(TakenIn {
            case: id,
            already: done.already,
        })
    }

    /// The customer who is known by one of the handles, strongest first.
    fn customer_of(&self, c: &Complaint) -> Result<Option<domain::CustomerId>, OfficeError> {
        for (kind, value) in [
            (HandleKind::IdNumber, &c.id_number),
            (HandleKind::Account, &c.account),
            (HandleKind::Phone, &c.phone),
            (HandleKind::Email, &c.email),
        ] {
            let handle = Handle::new(kind, value.as_str());
            if handle.normalised().is_empty() {
                continue;
            }
            if let Some(id) = self.store.customers_by(&handle)?.first() {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }

    /// Erases the customer of a case: destroys the key of their texts. The reading that this takes is
    /// recorded.
    ///
    /// # Errors
    /// [`OfficeError::OpenCases`] while a case of the customer is open; nothing was erased then.
    pub fn erase_customer_of(&self, case: CaseId, actor: &Actor) -> Result<store::Erasure, OfficeError> {
        let dossier = self.open_case(case, actor, "erasure")?;
        let customer = dossier.case.facts.customer.ok_or(OfficeError::NoSuchCase(case))?;
        let rows = self.store.cases_of(customer)?;
        let open: Vec<CaseId> = rows.iter().filter(|row| row.open).map(|row| row.case).collect();
        if !open.is_empty() {
            return Err(OfficeError::OpenCases(open));
        }
        let all: Vec<CaseId> = rows.iter().map(|row| row.case).collect();
        // Before, so that nothing is erased when a plan cannot be removed; and after, for one that a search kept in between.
        self.forget_in_plans(&all, actor)?;
        let erased = self.store.erase_customer(customer)?;
        self.forget_in_plans(&all, actor)?;
        Ok(erased)
    }

    /// Records that a list leaves the house: who, in which form, which question, how many rows.
    ///
    /// # Errors
    /// When it could not be made durable: then nothing may leave.
    pub fn record_export(
        &self,
        actor: &Actor,
        format: &str,
        question: &str,
        rows: usize,
    ) -> Result<(), OfficeError> {
        let id = ids::fresh();
        self.store.append(Work {
            streams: vec![StreamAppend {
                stream: StreamId::other("export", &id.to_string())?,
                expected: 0,
                events: vec![NewEvent {
                    id,
                    kind: "list_exported".to_owned(),
                    schema_version: 1,
                    occurred_at: self.now(),
                    actor: codec::actor_text(actor),
                    purpose: codec::PURPOSE.to_owned(),
                    // The question may hold words of a complaint: it is personal until shown otherwise,
                    // and there is no one customer to seal it for. So only its conditions are kept.
                    body: serde_json::json!({
                        "format": format,
                        "rows": rows,
                        "conditions": question.split('&').filter(|p| !p.starts_with("q=")).collect::<Vec<_>>(),
                        "searched": question.split('&').any(|p| p.starts_with("q=")),
                    })
                    .into(),
                }],
            }],
            ..Work::default()
        })?;
        Ok(())
    }
}
