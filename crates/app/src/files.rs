//! Attaching a file to a case and opening it again.
//!
//! The content is looked at, sealed and made durable first; only then the event is appended that names it.
//! Whatever breaks off in between leaves a sealed file that nothing names, which the sweep removes.

use crate::{
    access::{Deed, Viewer},
    dossier::Dossier,
    error::OfficeError,
    ids,
    office::{Office, Order},
};
use domain::{
    CaseId, EventId, FileId, Personal,
    case::{Attachment, Command, Event, FactEvent, FileKind, NewFile, Refusal},
};
use intake::sniff;
use store::AttachmentRef;

/// A file as somebody hands it in.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// Its name, as given.
    pub name: &'a str,
    /// The media type that the sender declared; may be empty.
    pub declared: &'a str,
    /// What it is to the case.
    pub kind: FileKind,
    /// What is said of it; may be empty.
    pub note: &'a str,
    /// The content.
    pub content: &'a [u8],
}

/// What became of an upload.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The order was known and had been carried out before.
    pub already: bool,
    /// The file.
    pub file: NewFile,
    /// The versions (facts, negotiation) of the case after it.
    pub versions: (u64, u64),
}

/// A file that was opened.
pub struct Opened {
    /// What the case says of it.
    pub attachment: Attachment,
    /// The content.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Opened({}, {} bytes)",
            self.attachment.file.id,
            self.content.len()
        )
    }
}

impl Office {
    /// Returns the id of the `n`th order of a form that attaches several files.
    #[must_use]
    pub fn order_of_form(form: EventId, n: usize) -> EventId {
        ids::order_of(form, n)
    }

    /// Attaches a file to a case. Returns when file and event are durable. The same order sent again with
    /// the same content is carried out once.
    ///
    /// # Errors
    /// [`OfficeError::NoSuchCase`] when the case is out of reach; [`OfficeError::File`] for content that is
    /// not taken; a refusal of the domain (limits, state, role, the same file again); a failure of the
    /// store. In every case nothing was changed.
    pub fn attach(
        &self,
        order: EventId,
        case: CaseId,
        viewer: &Viewer,
        upload: &Upload<'_>,
    ) -> Result<Attached, OfficeError> {
        let dossier = self.look_at_case_for(case, viewer, Deed::AttachFiles)?;
        let sha256 = ids::sha256(upload.content);
        if let Some(known) = known(&dossier, order, viewer, &sha256)? {
            return Ok(known);
        }
        let accepted =
            sniff::look(upload.name, upload.declared, upload.content).map_err(OfficeError::File)?;
        let customer = dossier.case.facts.customer.ok_or(OfficeError::NoSuchCase(case))?;
        let mut file = NewFile {
            id: ids::file_of(order),
            // Not yet known: sealing is worth its time only for a file that will be taken.
            address: "0".repeat(64),
            name: Personal::new(accepted.name),
            media: accepted.media.mime().to_owned(),
            bytes: upload.content.len() as u64,
            sha256: Personal::new(sha256.clone()),
            kind: upload.kind,
            note: Some(upload.note.trim())
                .filter(|n| !n.is_empty())
                .map(Personal::new),
        };
        let mut order = Order {
            id: order,
            case,
            actor: viewer.actor.clone(),
            at: self.now(),
            command: Command::AttachFile(Box::new(file.clone())),
            seen: None,
        };
        let refused = |refusal: Refusal| OfficeError::Refused { case, refusal };
        self.would(&dossier, &order).map_err(refused)?;
        let address = self.store.put_attachment(customer, file.id, upload.content)?;
        file.address = address.to_string();
        order.command = Command::AttachFile(Box::new(file.clone()));
        let done = self.execute(&order)?;
        if done.already {
            // Somebody carried out the same order at the same moment: what counts is what is stored.
            let dossier = self.look_at_case_for(case, viewer, Deed::AttachFiles)?;
            return known(&dossier, order.id, viewer, &sha256)?.ok_or(OfficeError::OtherFile);
        }
        Ok(Attached {
            already: false,
            file,
            versions: done.versions,
        })
    }

    /// Opens a file of a case; the reading is recorded before anything is returned.
    ///
    /// # Errors
    /// [`OfficeError::NoSuchCase`] when the case is out of reach, [`OfficeError::NoSuchFile`], and
    /// [`OfficeError::FileErased`]; damage of the sealed file names its id.
    pub fn open_file(&self, case: CaseId, viewer: &Viewer, id: FileId) -> Result<Opened, OfficeError> {
        let dossier = self.look_at_case_for(case, viewer, Deed::SeeFiles)?;
        let attachment = dossier.case.file(id).ok_or(OfficeError::NoSuchFile(id))?.clone();
        self.note_reading(case, &dossier, &viewer.actor, &format!("file {id}"))?;
        let customer = dossier.case.facts.customer.ok_or(OfficeError::NoSuchCase(case))?;
        let damaged = |reason: &str| store::StoreError::Damaged {
            place: format!("attachment {id}"),
            reason: reason.to_owned(),
        };
        let named = AttachmentRef {
            file: id,
            address: attachment
                .file
                .address
                .parse()
                .map_err(|_| damaged("its address is none"))?,
        };
        let content = self.store.attachment(customer, &named)?;
        let content = content.ok_or(OfficeError::FileErased(id))?.to_vec();
        if !attachment.holds(&ids::sha256(&content)) {
            return Err(damaged("its content is not the one that was attached").into());
        }
        Ok(Opened { attachment, content })
    }
}

/// Returns what an order led to that was carried out before.
fn known(
    dossier: &Dossier,
    order: EventId,
    viewer: &Viewer,
    sha256: &str,
) -> Result<Option<Attached>, OfficeError> {
    let Some(entry) = dossier.order(order).first().copied() else {
        return Ok(None);
    };
    let file = match &entry.event {
        Event::Fact(fact) => match &**fact {
            FactEvent::FileAttached(file) => Some(file),
            _ => None,
        },
        Event::Negotiation(_) => None,
    };
    match file {
        Some(file) if entry.stamp.actor.id == viewer.actor.id && file.sha256.text() == Some(sha256) => {
            Ok(Some(Attached {
                already: true,
                file: file.clone(),
                versions: (dossier.facts_seq, dossier.negotiation_seq),
            }))
        }
        _ => Err(OfficeError::OtherFile),
    }
}
