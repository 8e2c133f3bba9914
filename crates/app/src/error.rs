//! What can go wrong in a use case, said for the person at the desk.

use domain::{CaseId, FileId, case::Refusal};
use store::{AppendError, StoreError};

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The command is not possible now; nothing was changed.
    #[error("{case}: {refusal}. Nothing was changed")]
    Refused {
        /// The case.
        case: CaseId,
        /// Why.
        refusal: Refusal,
    },
    /// The entry was not stored.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such case.
    #[error("there is no case {0}; compare the number with the letter or receipt")]
    NoSuchCase(CaseId),
    /// The file is not one that is taken; nothing of it was kept.
    #[error("{0}. Nothing of the file was kept")]
    File(intake::sniff::NotAccepted),
    /// The event id belongs to another file or to somebody else.
    #[error(
        "this event id belongs to another file or to an order of somebody else; draw a new one. Nothing was changed"
    )]
    OtherFile,
    /// There is no such file.
    #[error("there is no file {0} in this case")]
    NoSuchFile(FileId),
    /// The content of a file is gone, because its customer was erased.
    #[error("the content of file {0} was erased together with its customer's data")]
    FileErased(FileId),
    /// A customer cannot be erased while a case of theirs is open.
    #[error(
        "the customer has open cases ({}); close them first. Nothing was erased",
        .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    OpenCases(Vec<CaseId>),
    /// An entry of the log cannot be understood by this program.
    #[error(
        "entry {seq} of {stream} cannot be understood: {reason}. The log itself is unharmed; use the Forecourt version that wrote it, or a newer one"
    )]
    Unreadable {
        /// The stream.
        stream: String,
        /// The entry.
        seq: u64,
        /// Why.
        reason: String,
    },
    /// A file could not be read.
    #[error(transparent)]
    Intake(#[from] intake::IntakeError),
    /// A file could not be written.
    #[error("could not write {path}: {reason}")]
    Output {
        /// The file.
        path: String,
        /// The operating system's reason.
        reason: String,
    },
    /// The catalogue, a pack or the configuration has mistakes.
    #[error("{0}")]
    Setup(String),
}
