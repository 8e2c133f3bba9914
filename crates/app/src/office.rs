//! The office: store, rules and catalogue together, and the one way in which a command becomes history.

use crate::{
    access::{Deed, Viewer},
    authority::Authority,
    codec,
    dossier::Dossier,
    error::OfficeError,
    ids, row,
};
use domain::{
    Actor, CaseId, EventId, Timestamp,
    case::{Action, Case, Command, Context, Event, FileLimits, Refusal, Stamp, allowed_actions, decide},
};
use rules::{Pack, Packs};
use screening::{Lexicon, Policy};
use std::sync::{Mutex, PoisonError};
use store::{Access, AppendError, Clock, NewEvent, OutboxMessage, Store, StreamAppend, StreamId, Work};

/// What an office is opened with.
pub struct Setup {
    /// The store.
    pub store: Store,
    /// The rule packs.
    pub packs: &'static Packs,
    /// Which of them governs.
    pub pack: String,
    /// The screening policy.
    pub policy: Policy,
    /// The words that screening knows.
    pub lexicon: Lexicon,
    /// Limits of authority.
    pub authority: Authority,
    /// How much may be attached to a case.
    pub files: FileLimits,
    /// What time it is.
    pub clock: Clock,
}

impl Setup {
    /// Returns the shipped rules and catalogue over `store`.
    #[must_use]
    pub fn shipped(store: Store) -> Self {
        Setup {
            store,
            packs: Packs::builtin(),
            pack: "cn".to_owned(),
            policy: Policy::builtin(),
            lexicon: Lexicon::builtin(),
            authority: Authority::builtin(),
            files: FileLimits::default(),
            clock: Clock::system(),
        }
    }
}

/// Store, rules and catalogue together.
pub struct Office {
    pub(crate) store: Store,
    pub(crate) pack: &'static Pack,
    pub(crate) policy: Policy,
    pub(crate) lexicon: Lexicon,
    pub(crate) authority: Authority,
    pub(crate) files: FileLimits,
    pub(crate) clock: Clock,
    pub(crate) similar: Mutex<Option<screening::DuplicateIndex>>,
}

/// A command as a person gives it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Made by whoever gives the order; the same order given twice is carried out once.
    pub id: EventId,
    /// Which case.
    pub case: CaseId,
    /// Who.
    pub actor: Actor,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub command: Command,
    /// The versions (facts, negotiation) the person saw. `None`: decide on whatever is there now.
    pub seen: Option<(u64, u64)>,
}

impl Order {
    /// Returns a new order with a fresh id that decides on whatever is there now.
    #[must_use]
    pub fn new(case: CaseId, actor: Actor, at: Timestamp, command: Command) -> Self {
        Order {
            id: ids::fresh(),
            case,
            actor,
            at,
            command,
            seen: None,
        }
    }
}

/// What became of an order.
#[derive(Clone, Debug)]
pub struct Done {
    /// The order was known and had been carried out before.
    pub already: bool,
    /// The events it led to; empty when `already`.
    pub events: Vec<Event>,
    /// The case after it.
    pub case: Case,
    /// The versions (facts, negotiation) of the case after it.
    pub versions: (u64, u64),
}

impl Done {
    fn before(dossier: Dossier) -> Self {
        Done {
            already: true,
            events: Vec::new(),
            versions: (dossier.facts_seq, dossier.negotiation_seq),
            case: dossier.case,
        }
    }
}

/// How often an order is decided anew when somebody else was faster.
const TRIES: usize = 8;

impl Office {
    /// Opens an office.
    ///
    /// # Errors
    /// When there is no pack of that name.
    pub fn open(setup: Setup) -> Result<Self, OfficeError> {
        let pack = setup
            .packs
            .get(&setup.pack)
            .ok_or_else(|| OfficeError::Setup(format!("there is no rule pack {:?}", setup.pack)))?;
        Ok(Office {
            store: setup.store,
            pack,
            policy: setup.policy,
            lexicon: setup.lexicon,
            authority: setup.authority,
            files: setup.files,
            clock: setup.clock,
            similar: Mutex::new(None),
        })
    }

    /// Returns the store, for backup, verification and lists.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the rule pack in use.
    #[must_use]
    pub fn pack(&self) -> &'static Pack {
        self.pack
    }

    /// Returns what time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the bank's open clock that is due first, as lists show it; the customer's own clocks are not
    /// the bank's work.
    #[must_use]
    pub fn next_due(&self, case: &Case) -> Option<rules::NextDue<'static>> {
        let open = case.state().is_open();
        open.then(|| rules::next_due(self.pack, &case.facts.clock, self.pack.zone(), self.now()))
            .flatten()
    }

    /// Returns how much may be attached to a case.
    #[must_use]
    pub fn file_limits(&self) -> FileLimits {
        self.files
    }

    /// Says whether `actor` may approve remedies of any size at all.
    #[must_use]
    pub fn approves(&self, actor: &Actor) -> bool {
        self.authority.of(actor) > 0
    }

    /// Reads a case in order to decide on it; the events that follow record who read it.
    pub(crate) fn load(&self, case: CaseId) -> Result<Dossier, OfficeError> {
        Dossier::fold(&self.store.read_case(case)?)
    }

    /// Reads a case in order to show it; the reading is recorded before anything is shown.
    ///
    /// # Errors
    /// When there is no such case, or the reading could not be recorded.
    pub fn open_case(&self, id: CaseId, actor: &Actor, what: &str) -> Result<Dossier, OfficeError> {
        let dossier = self.load(id)?;
        self.note_reading(id, &dossier, actor, what)?;
        Ok(dossier)
    }

    /// Reads a case in order to show it to somebody whose reach is limited. What is out of reach looks as
    /// if it were not there, and no reading is recorded.
    ///
    /// # Errors
    /// [`OfficeError::NoSuchCase`] when there is none, or none for this person.
    pub fn open_case_for(
        &self,
        id: CaseId,
        viewer: &Viewer,
        deed: Deed,
        what: &str,
    ) -> Result<Dossier, OfficeError> {
        let dossier = self.load(id)?;
        viewer
            .ask_case(deed, &dossier.case)
            .map_err(|_| OfficeError::NoSuchCase(id))?;
        self.note_reading(id, &dossier, &viewer.actor, what)?;
        Ok(dossier)
    }

    /// Reads a case in order to decide on it for somebody whose reach is limited: nothing of it may be
    /// shown, and no reading is recorded, because the event that follows says who acted.
    ///
    /// # Errors
    /// As [`Office::open_case_for`].
    pub fn look_at_case_for(&self, id: CaseId, viewer: &Viewer, deed: Deed) -> Result<Dossier, OfficeError> {
        let dossier = self.load(id)?;
        if dossier.is_empty() {
            return Err(OfficeError::NoSuchCase(id));
        }
        viewer
            .ask_case(deed, &dossier.case)
            .map_err(|_| OfficeError::NoSuchCase(id))?;
        Ok(dossier)
    }

    pub(crate) fn note_reading(
        &self,
        id: CaseId,
        dossier: &Dossier,
        actor: &Actor,
        what: &str,
    ) -> Result<(), OfficeError> {
        let customer = dossier.case.facts.customer.ok_or(OfficeError::NoSuchCase(id))?;
        self.store.record_access(Access {
            customer,
            case: Some(id),
            actor: codec::actor_text(actor),
            purpose: codec::PURPOSE.to_owned(),
            what: what.to_owned(),
            at: self.now(),
        })?;
        Ok(())
    }

    /// Returns what `actor` may do to `case` now, and why not the rest.
    #[must_use]
    pub fn allowed(&self, case: &Case, actor: &Actor) -> Vec<(Action, Result<(), Refusal>)> {
        allowed_actions(case, actor.role)
    }

    /// Carries out an order: load, decide, append. Returns when it is durable.
    ///
    /// # Errors
    /// A refusal of the domain, a conflict when the person's view was stale, or a failure of the store.
    /// In every case nothing was changed.
    pub fn execute(&self, order: &Order) -> Result<Done, OfficeError> {
        let mut tries = 0;
        loop {
            let dossier = self.load(order.case)?;
            if dossier.has(ids::event_of(order.id, 0)) {
                return Ok(Done::before(dossier));
            }
            let versions = order.seen.unwrap_or((dossier.facts_seq, dossier.negotiation_seq));
            let (work, events, case) = self.decide(order, dossier, versions)?;
            match self.store.append(work) {
                // Somebody carried out the same order at the same moment: what counts is what is stored.
                Ok(receipt) if receipt.already => return Ok(Done::before(self.load(order.case)?)),
                Ok(_) => {
                    let facts = events.iter().filter(|e| matches!(e, Event::Fact(_))).count() as u64;
                    let versions = (versions.0 + facts, versions.1 + events.len() as u64 - facts);
                    return Ok(Done {
                        already: false,
                        events,
                        case,
                        versions,
                    });
                }
                // The same, but the other one was stamped with another moment.
                Err(e @ AppendError::EventIdReused { .. }) => {
                    let dossier = self.load(order.case)?;
                    if dossier.has(ids::event_of(order.id, 0)) {
                        return Ok(Done::before(dossier));
                    }
                    return Err(e.into());
                }
                Err(AppendError::Conflict { .. }) if order.seen.is_none() && tries < TRIES => tries += 1,
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Says whether an order would be carried out as things stand.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn would(&self, dossier: &Dossier, order: &Order) -> Result<(), Refusal> {
        decide(&dossier.case, &order.command, &self.context(order)).map(|_| ())
    }

    fn context(&self, order: &Order) -> Context {
        Context {
            authority: self.authority.of(&order.actor),
            files: self.files,
            stamp: Stamp {
                at: order.at,
                actor: order.actor.clone(),
            },
        }
    }

    fn decide(
        &self,
        order: &Order,
        dossier: Dossier,
        versions: (u64, u64),
    ) -> Result<(Work, Vec<Event>, Case), OfficeError> {
        let context = self.context(order);
        let events =
            decide(&dossier.case, &order.command, &context).map_err(|refusal| OfficeError::Refused {
                case: order.case,
                refusal,
            })?;
        let mut case = dossier.case;
        let before = case.facts.appointment.clone();
        for event in &events {
            case.apply(event, &context.stamp);
        }
        let mut work = self.work(order, &events, &case, versions, &context.stamp);
        work.records = self.visit_changes(before.as_ref(), &case, &events);
        Ok((work, events, case))
    }

    /// Makes the one transaction of a decided order: events, view, search words, handles, outbox.
    pub(crate) fn work(
        &self,
        order: &Order,
        events: &[Event],
        case: &Case,
        (facts_seq, negotiation_seq): (u64, u64),
        stamp: &Stamp,
    ) -> Work {
        let (mut facts, mut negotiation): (Vec<NewEvent>, Vec<NewEvent>) = (Vec::new(), Vec::new());
        for (n, event) in events.iter().enumerate() {
            let entry = codec::encode(event, ids::event_of(order.id, n), stamp);
            match event {
                Event::Fact(_) => facts.push(entry),
                Event::Negotiation(_) => negotiation.push(entry),
            }
        }
        let versions = (
            // What a person claims to have seen may be any number; the append refuses wrong ones.
            facts_seq.saturating_add(facts.len() as u64),
            negotiation_seq.saturating_add(negotiation.len() as u64),
        );
        let outbox = vec![OutboxMessage {
            id: ids::event_of(order.id, usize::MAX),
            topic: "case.changed".to_owned(),
            body: format!(r#"{{"case":"{}","state":"{}"}}"#, order.case, case.state().code()),
        }];
        let streams = [
            (StreamId::facts(order.case), facts_seq, facts),
            (StreamId::negotiation(order.case), negotiation_seq, negotiation),
        ]
        .into_iter()
        .filter(|(_, _, events)| !events.is_empty())
        .map(|(stream, expected, events)| StreamAppend {
            stream,
            expected,
            events,
        })
        .collect();
        let received = order.command.action() == Action::Receive;
        let wordy = received || order.command.action() == Action::AddAllegation;
        Work {
            streams,
            customer: case.facts.customer,
            view: row::of(case, self.pack, versions, order.at),
            search: wordy.then(|| row::search_text(case)),
            handles: if received {
                row::handles(&case.facts.complainant)
            } else {
                Vec::new()
            },
            outbox,
            jobs: Vec::new(),
            records: Vec::new(),
        }
    }

    /// Runs `f` on the index of similar cases.
    pub(crate) fn with_similar<T>(&self, f: impl FnOnce(&mut Option<screening::DuplicateIndex>) -> T) -> T {
        // A panic while the index was held leaves it usable: it only ever advises.
        f(&mut self.similar.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
