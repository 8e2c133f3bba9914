//! Files attached to a case: what the log keeps of them. The content lies sealed outside the log.

use crate::{ids::FileId, ids::StaffId, personal::Personal, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What a file is to the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Handed in by the customer (客户材料).
    Material,
    /// Gathered by the bank to find out what happened (证据).
    Evidence,
    /// A document with a signature, such as the agreement (签署文件).
    Signed,
    /// Anything else that belongs to the case.
    Other,
}

/// A file as it is attached.
///
/// Name, note and the hash of the content are personal: a name often says whose file it is, and the hash
/// of a short text can be found by guessing. The address tells nothing, because sealing is random.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Its id.
    pub id: FileId,
    /// Where the sealed bytes lie: their SHA-256 in 64 hexadecimal digits.
    pub address: String,
    /// The name as given, cleaned; never used as a path.
    pub name: Personal,
    /// The media type that its content was found to have.
    pub media: String,
    /// How long the content is.
    pub bytes: u64,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub sha256: Personal,
    /// What it is to the case.
    pub kind: FileKind,
    /// What whoever attached it says of it.
    pub note: Option<Personal>,
}

/// A file of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The file.
    pub file: NewFile,
    /// Who attached it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// Who withdrew it, when and why. Its record stays.
    pub withdrawn: Option<(StaffId, Timestamp, Personal)>,
}

impl Attachment {
    /// Says whether the content of the file is `sha256` (hexadecimal).
    #[must_use]
    pub fn holds(&self, sha256: &str) -> bool {
        let own = self.file.sha256.text();
        own.is_some_and(|own| own.eq_ignore_ascii_case(sha256))
    }
}

/// How much a case may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Files of one case, withdrawn ones too.
    pub case_files: usize,
    /// Bytes of all files of one case, withdrawn ones too.
    pub case_bytes: u64,
}

impl Default for FileLimits {
    /// 20 MiB a file; 200 files and 1 GiB a case.
    fn default() -> Self {
        FileLimits {
            file_bytes: 20 << 20,
            case_files: 200,
            case_bytes: 1 << 30,
        }
    }
}
