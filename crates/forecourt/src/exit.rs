//! Exit codes: part of the contract with scripts, documented in `forecourt --help`.

use app::OfficeError;
use std::process::ExitCode;
use store::{AppendError, StoreError};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// `verify` found damage, `plan-check` found violations, or `config check` found mistakes.
    Damaged = 1,
    /// What was asked cannot be done: wrong argument, missing file, refused command.
    Refused = 2,
    /// Reading broke off; what was read before has landed, and the command can be repeated.
    BrokeOff = 3,
    /// The store cannot work: disk full, database not reachable, keys missing, in use.
    Store = 4,
}

impl From<Exit> for ExitCode {
    fn from(e: Exit) -> ExitCode {
        ExitCode::from(e as u8)
    }
}

/// Returns the exit code for an error.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(e) = cause.downcast_ref::<OfficeError>() {
            return match e {
                OfficeError::Store(StoreError::BadQuestion(_)) => Exit::Refused,
                OfficeError::Store(_)
                | OfficeError::Append(
                    AppendError::DiskFull | AppendError::Closed(_) | AppendError::Store(_),
                ) => Exit::Store,
                _ => Exit::Refused,
            };
        }
        if let Some(e) = cause.downcast_ref::<StoreError>() {
            return match e {
                StoreError::BadQuestion(_) | StoreError::Backup { .. } => Exit::Refused,
                StoreError::Damaged { .. } => Exit::Damaged,
                _ => Exit::Store,
            };
        }
    }
    Exit::Refused
}
