//! Attaching files and taking them out of the list.

use super::{Decision, LINE_LIMIT, fact, limit, text};
use crate::{
    case::{Event, FactEvent, NewFile, Refusal},
    ids::FileId,
    personal::Personal,
};

/// Longest name of a file and of a media type in characters.
const NAME_LIMIT: usize = 200;

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Decision<'_> {
    pub(super) fn attach_file(&self, file: &NewFile) -> Result<Vec<Event>, Refusal> {
        let (held, room) = (&self.case.facts.files, &self.context.files);
        if file.bytes == 0 {
            return Err(Refusal::EmptyFile);
        }
        if file.bytes > room.file_bytes {
            return Err(Refusal::FileTooLarge {
                bytes: file.bytes,
                limit: room.file_bytes,
            });
        }
        if held.len() >= room.case_files {
            return Err(Refusal::TooMany {
                what: "files",
                limit: room.case_files,
            });
        }
        let before: u64 = held.iter().fold(0, |sum, a| sum.saturating_add(a.file.bytes));
        let bytes = before.saturating_add(file.bytes);
        if bytes > room.case_bytes {
            return Err(Refusal::FilesTooLarge {
                bytes,
                limit: room.case_bytes,
            });
        }
        let digest = file.sha256.or_empty();
        if !is_digest(&file.address) || !is_digest(digest) {
            return Err(Refusal::BadFile);
        }
        for (field, value) in [("name", file.name.or_empty()), ("media type", &file.media)] {
            if value.trim().is_empty() {
                return Err(Refusal::Empty { field });
            }
            limit(field, value, NAME_LIMIT)?;
        }
        if let Some(note) = &file.note {
            limit("note", note.or_empty(), LINE_LIMIT)?;
        }
        // A withdrawn file may come back: as a new one, with its own record.
        let same = self.case.standing_files().find(|a| a.holds(digest));
        if let Some(known) = same.or_else(|| self.case.file(file.id)) {
            return Err(Refusal::FileTwice(known.file.id));
        }
        fact(FactEvent::FileAttached(file.clone()))
    }

    pub(super) fn withdraw_file(&self, id: FileId, reason: &Personal) -> Result<Vec<Event>, Refusal> {
        let attachment = self.case.file(id).ok_or(Refusal::NoSuchFile(id))?;
        if attachment.withdrawn.is_some() {
            return Err(Refusal::FileWithdrawn(id));
        }
        let agreement = self.case.facts.agreement.as_ref();
        if agreement.is_some_and(|a| attachment.holds(&a.document_hash)) {
            return Err(Refusal::FileIsAgreement(id));
        }
        limit("reason", reason.or_empty(), LINE_LIMIT)?;
        fact(FactEvent::FileWithdrawn {
            file: id,
            reason: text("reason", reason)?,
        })
    }
}
