//! Complaints from files: read, decided, stored in large batches; safe to rerun.
//!
//! There is one write path: every row becomes the command `Receive`, decided by the domain. Ids derive
//! from the source id, so that the same row leads to the same case and the same event, for ever.

use crate::{
    error::OfficeError,
    ids,
    office::{Office, Order},
};
use ::intake::{Map, Options, Record, Reject, RejectWriter, open};
use domain::{
    Actor, BranchId, CaseId, CustomerId, Personal, Role, Timestamp,
    case::{Case, Command, Complainant, Context, Event, Intake, NewAllegation, Similar, Stamp, decide},
};
use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::mpsc::{SyncSender, sync_channel},
};
use store::{AppendError, Handle, HandleKind, Work};

/// Cases stored in one go.
const BATCH: usize = 1000;
/// The actor under which imports are recorded.
const IMPORTER: &str = "import";

/// What an import is asked to do.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Where bad rows go; `None` keeps only their number and the first few.
    pub rejects: Option<PathBuf>,
}

/// What an import tells while it runs.
#[derive(Clone, Debug)]
pub enum ImportEvent<'a> {
    /// So many bytes of so many have been read (0: not known), so many rows so far.
    Progress {
        /// Bytes read.
        read: u64,
        /// Bytes in all.
        total: u64,
        /// Rows read.
        rows: u64,
    },
    /// A row was rejected.
    Rejected(&'a Reject),
}

/// What an import came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Rows read.
    pub read: u64,
    /// New cases.
    pub imported: u64,
    /// Rows whose case was there already.
    pub already: u64,
    /// Rows that did not become a case.
    pub rejected: u64,
    /// New cases that look like another one.
    pub similar: u64,
}

/// A row on its way to the store.
struct Arrival {
    record: Box<Record>,
    order: Order,
    case: Case,
    work: Work,
    similar: Vec<Similar>,
}

/// What came back for a batch.
#[derive(Default)]
struct Stored {
    imported: u64,
    already: u64,
    similar: u64,
    rejects: Vec<Reject>,
    failed: Option<OfficeError>,
}

fn importer() -> Actor {
    Actor::new(IMPORTER, Role::System)
}

fn personal(text: &Option<Personal>) -> Personal {
    text.clone().unwrap_or_else(|| Personal::new(""))
}

fn allegations(record: &Record) -> Vec<NewAllegation> {
    let new = |text: Personal| NewAllegation {
        cause: "C.other".to_owned(),
        text,
        asks: Personal::new(""),
        claimed: None,
    };
    if !record.allegations.is_empty() {
        return record.allegations.iter().cloned().map(new).collect();
    }
    // The narrative itself stays where it is; the allegation names it.
    let title = if record.title.or_empty().is_empty() {
        Personal::new(record.narrative.or_empty().chars().take(200).collect::<String>())
    } else {
        record.title.clone()
    };
    vec![new(title)]
}

fn intake_of(record: &Record, case: CaseId, customer: CustomerId) -> Intake {
    Intake {
        case,
        customer,
        source: record.source.to_string(),
        source_id: record.source_id.clone(),
        channel: record.channel.word().to_owned(),
        line: record.line.word().to_owned(),
        product: record.product.clone(),
        title: record.title.clone(),
        narrative: record.narrative.clone(),
        complainant: Complainant {
            name: personal(&record.customer_name),
            phone: personal(&record.customer_phone),
            email: personal(&record.customer_email),
            id_number: personal(&record.customer_id_number),
            account: personal(&record.customer_account),
            address: personal(&record.address),
            point: Personal::new(
                record
                    .position
                    .map_or_else(String::new, |p| format!("{},{}", p.lat, p.lon)),
            ),
            language: record.language.clone().unwrap_or_default(),
            representative: None,
        },
        branch: record
            .branch
            .clone()
            .unwrap_or_else(|| BranchId::from("unassigned")),
        amount: record.amount,
        received_at: record.received_at,
        allegations: allegations(record),
        forwarded_at: None,
    }
}

fn reject(record: &Record, reason: String) -> Reject {
    Reject {
        place: record.place.clone(),
        column: None,
        value: record.source_id.clone(),
        reason,
        raw: String::new(),
        cells: Vec::new(),
    }
}

/// Finds the customer of a row by what identifies a person, strongest first.
#[derive(Default)]
struct Customers {
    known: HashMap<(HandleKind, String), CustomerId>,
}

/// Most handles remembered between batches; beyond it the store is asked again.
const REMEMBERED: usize = 100_000;

impl Customers {
    fn of(&mut self, office: &Office, record: &Record) -> Result<CustomerId, OfficeError> {
        let fields = [
            (HandleKind::IdNumber, &record.customer_id_number),
            (HandleKind::Account, &record.customer_account),
            (HandleKind::Phone, &record.customer_phone),
            (HandleKind::Email, &record.customer_email),
        ];
        let handles: Vec<Handle> = fields
            .into_iter()
            .filter_map(|(kind, value)| Some(Handle::new(kind, value.as_ref()?.or_empty())))
            .filter(|h| !h.normalised().is_empty())
            .collect();
        let mut found = None;
        for handle in &handles {
            let key = (handle.kind, handle.normalised());
            found = match self.known.get(&key) {
                Some(id) => Some(*id),
                None => office.store.customers_by(handle)?.first().copied(),
            };
            if found.is_some() {
                break;
            }
        }
        let id = found.unwrap_or_else(|| ids::unknown_customer(&record.source, &record.source_id));
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        for handle in handles {
            self.known.entry((handle.kind, handle.normalised())).or_insert(id);
        }
        Ok(id)
    }
}

impl Office {
    /// Imports a file with `map`; good rows land, bad ones are listed, and it may be run again.
    ///
    /// # Errors
    /// When the file cannot be opened or its reading broke off (the rows before it have landed and the
    /// summary counts them), or when the store failed.
    pub fn import(
        &self,
        path: &Path,
        map: &Map,
        options: &ImportOptions,
        mut tell: impl FnMut(ImportEvent<'_>),
    ) -> (ImportSummary, Result<(), OfficeError>) {
        let mut summary = ImportSummary::default();
        let result = self.import_into(path, map, options, &mut summary, &mut tell);
        (summary, result)
    }

    fn import_into(
        &self,
        path: &Path,
        map: &Map,
        options: &ImportOptions,
        summary: &mut ImportSummary,
        tell: &mut dyn FnMut(ImportEvent<'_>),
    ) -> Result<(), OfficeError> {
        let latest = Some(self.now().plus(Timestamp::DAY));
        let mut reader = open(
            path,
            map,
            Options {
                latest,
                ..Options::default()
            },
        )?;
        let mut rejects = Rejects::open(options.rejects.as_deref(), reader.headings())?;
        let mut customers = Customers::default();
        let (send, receive) = sync_channel::<Vec<Arrival>>(1);
        let (report, reports) = std::sync::mpsc::channel::<Stored>();
        let receive = std::sync::Mutex::new(receive);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                let (report, receive) = (report.clone(), &receive);
                scope.spawn(move || {
                    loop {
                        // The lock is held while waiting: batches are handed out one at a time.
                        let next = receive.lock().map_or(None, |r| r.recv().ok());
                        let Some(batch) = next else { return };
                        if report.send(self.store_batch(batch)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(report);
            let read = self.read_rows(
                &mut reader,
                &send,
                &mut customers,
                &mut rejects,
                summary,
                tell,
                &reports,
            );
            drop(send);
            let mut failed = None;
            for stored in &reports {
                failed = failed.or(take(stored, summary, &mut rejects, tell)?);
            }
            rejects.finish()?;
            read?;
            failed.map_or(Ok(()), Err)
        })?;
        reader.finish()?;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the hands of one loop")]
    fn read_rows(
        &self,
        reader: &mut ::intake::Reader,
        send: &SyncSender<Vec<Arrival>>,
        customers: &mut Customers,
        rejects: &mut Rejects,
        summary: &mut ImportSummary,
        tell: &mut dyn FnMut(ImportEvent<'_>),
        reports: &std::sync::mpsc::Receiver<Stored>,
    ) -> Result<(), OfficeError> {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = reader.next() {
            summary.read += 1;
            match row {
                Err(bad) => rejects.take(&bad, summary, tell)?,
                Ok(record) => match self.arrival(Box::new(record), customers, 0)? {
                    Ok(arrival) => batch.push(arrival),
                    Err(bad) => rejects.take(&bad, summary, tell)?,
                },
            }
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                if send.send(full).is_err() {
                    return Ok(());
                }
                let (read, total) = reader.progress();
                tell(ImportEvent::Progress {
                    read,
                    total,
                    rows: summary.read,
                });
                while let Ok(stored) = reports.try_recv() {
                    if let Some(failed) = take(stored, summary, rejects, tell)? {
                        return Err(failed);
                    }
                }
            }
        }
        // A closed channel means that the storing side failed; its report says how.
        let _ = send.send(batch);
        let (read, total) = reader.progress();
        tell(ImportEvent::Progress {
            read,
            total,
            rows: summary.read,
        });
        Ok(())
    }

    /// Decides the receipt of one row.
    fn arrival(
        &self,
        record: Box<Record>,
        customers: &mut Customers,
        salt: u8,
    ) -> Result<Result<Arrival, Reject>, OfficeError> {
        let id = ids::case_of(&record.source, &record.source_id, salt);
        let customer = customers.of(self, &record)?;
        let order = Order {
            id: ids::receipt_of(id, &record.source, &record.source_id),
            case: id,
            actor: importer(),
            // The day of receipt, not of the import: rerunning must give the same event.
            at: record.received_at,
            command: Command::Receive(Box::new(intake_of(&record, id, customer))),
            seen: Some((0, 0)),
        };
        let stamp = Stamp {
            at: order.at,
            actor: order.actor.clone(),
        };
        let context = Context {
            stamp,
            authority: 0,
            files: self.files,
        };
        let mut case = Case::default();
        let events = match decide(&case, &order.command, &context) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(reject(&record, refusal.to_string()))),
        };
        events.iter().for_each(|e| case.apply(e, &context.stamp));
        let similar = self.similar_to(&case, record.received_at)?;
        let work = self.work(&order, &events, &case, (0, 0), &context.stamp);
        Ok(Ok(Arrival {
            record,
            order,
            case,
            work,
            similar,
        }))
    }

    fn store_batch(&self, batch: Vec<Arrival>) -> Stored {
        let mut stored = Stored::default();
        let (works, arrivals): (Vec<Work>, Vec<Arrival>) = batch
            .into_iter()
            .map(|mut a| (std::mem::take(&mut a.work), a))
            .unzip();
        let mut notes = Vec::new();
        for (result, arrival) in self.store.append_part(works).into_iter().zip(arrivals) {
            let result = match result {
                Err(AppendError::Conflict { .. }) => self.other_case_has_the_id(&arrival),
                other => other.map(|receipt| receipt.already).map_err(OfficeError::from),
            };
            match result {
                Ok(true) => stored.already += 1,
                Ok(false) => {
                    stored.imported += 1;
                    if !arrival.similar.is_empty() {
                        stored.similar += 1;
                        notes.extend(self.note(&arrival));
                    }
                }
                Err(OfficeError::Append(
                    e @ (AppendError::EventIdReused { .. } | AppendError::BadWork(_)),
                )) => {
                    let reason = match e {
                        AppendError::EventIdReused { .. } => format!(
                            "the complaint {} was imported before with other content; the case keeps the first one",
                            arrival.record.source_id
                        ),
                        other => other.to_string(),
                    };
                    stored.rejects.push(reject(&arrival.record, reason));
                }
                Err(e) => {
                    stored.failed.get_or_insert(e);
                }
            }
        }
        for result in self.store.append_part(notes) {
            if let Err(e) = result {
                stored.failed.get_or_insert(e.into());
            }
        }
        stored
    }

    /// Two source ids can, very rarely, lead to one case id: the later one takes the next.
    fn other_case_has_the_id(&self, arrival: &Arrival) -> Result<bool, OfficeError> {
        let (source, source_id) = (&arrival.record.source, &arrival.record.source_id);
        for salt in 0..=u8::MAX {
            let id = ids::case_of(source, source_id, salt);
            let there = self.load(id)?;
            if there.case.facts.source == (source.to_string(), source_id.clone()) {
                return Ok(true);
            }
            if there.is_empty() {
                match self.arrival(arrival.record.clone(), &mut Customers::default(), salt)? {
                    Ok(again) => return Ok(self.store.append(again.work)?.already),
                    Err(bad) => return Err(OfficeError::Setup(bad.to_string())),
                }
            }
        }
        Err(OfficeError::Setup(format!(
            "no free case id for {source}/{source_id}"
        )))
    }

    /// Makes the entry that notes similar cases on a new one.
    fn note(&self, arrival: &Arrival) -> Option<Work> {
        let mut case = arrival.case.clone();
        let command = Command::NoteSimilar(arrival.similar.clone());
        let stamp = Stamp {
            at: arrival.order.at,
            actor: importer(),
        };
        let context = Context {
            stamp,
            authority: 0,
            files: self.files,
        };
        let events: Vec<Event> = decide(&case, &command, &context).ok()?;
        events.iter().for_each(|e| case.apply(e, &context.stamp));
        let order = Order {
            id: ids::event_of(arrival.order.id, 1),
            case: arrival.order.case,
            actor: importer(),
            at: arrival.order.at,
            command,
            seen: Some((1, 0)),
        };
        Some(self.work(&order, &events, &case, (1, 0), &context.stamp))
    }
}

/// Adds what came back for a batch; returns the failure that must end the import.
fn take(
    stored: Stored,
    summary: &mut ImportSummary,
    rejects: &mut Rejects,
    tell: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<Option<OfficeError>, OfficeError> {
    summary.imported += stored.imported;
    summary.already += stored.already;
    summary.similar += stored.similar;
    for bad in &stored.rejects {
        rejects.take(bad, summary, tell)?;
    }
    Ok(stored.failed)
}

/// The reject file, made when the first row needs it.
struct Rejects {
    path: Option<PathBuf>,
    headings: Vec<String>,
    writer: Option<RejectWriter<io::BufWriter<std::fs::File>>>,
}

impl Rejects {
    fn open(path: Option<&Path>, headings: &[String]) -> Result<Self, OfficeError> {
        Ok(Rejects {
            path: path.map(Path::to_owned),
            headings: headings.to_vec(),
            writer: None,
        })
    }

    fn fail(&self, e: &io::Error) -> OfficeError {
        OfficeError::Output {
            path: self
                .path
                .as_ref()
                .map_or_else(String::new, |p| p.display().to_string()),
            reason: e.to_string(),
        }
    }

    fn take(
        &mut self,
        bad: &Reject,
        summary: &mut ImportSummary,
        tell: &mut dyn FnMut(ImportEvent<'_>),
    ) -> Result<(), OfficeError> {
        summary.rejected += 1;
        tell(ImportEvent::Rejected(bad));
        let Some(path) = &self.path else { return Ok(()) };
        if self.writer.is_none() {
            let file = std::fs::File::create(path).map_err(|e| self.fail(&e))?;
            let writer = RejectWriter::new(io::BufWriter::new(file), &self.headings);
            self.writer = Some(writer.map_err(|e| self.fail(&e))?);
        }
        let written = self.writer.as_mut().map_or(Ok(()), |w| w.write(bad));
        written.map_err(|e| self.fail(&e))
    }

    fn finish(&mut self) -> Result<(), OfficeError> {
        match self.writer.take().map(RejectWriter::finish) {
            Some(Err(e)) => Err(self.fail(&e)),
            Some(Ok(mut out)) => io::Write::flush(&mut out).map_err(|e| self.fail(&e)),
            None => Ok(()),
        }
    }
}
