//! The sealed form of an attachment (README.md, "Attachment"): a head, then parts that open only in
//! their place, in their number and for their customer.

use super::AttachmentRef;
use crate::{StoreError, bytes, keys};
use domain::{CustomerId, FileId};
use std::io::Read;
use zeroize::Zeroizing;

/// The version byte of the encoding.
const VERSION: u8 = 1;
/// How many plain bytes a part holds; only the last holds fewer.
const PART: usize = 256 << 10;
/// What sealing adds to each part: nonce and tag.
const OVERHEAD: usize = 28;

/// What a part is bound to.
struct Bond {
    customer: CustomerId,
    file: FileId,
    length: u64,
}

impl Bond {
    fn aad(&self, part: u64) -> Vec<u8> {
        let mut out = Vec::with_capacity(80);
        bytes::put_bytes(&mut out, b"forecourt/attachment/1");
        out.extend_from_slice(&self.customer.bytes());
        out.extend_from_slice(&self.file.bytes());
        bytes::put_u64(&mut out, self.length);
        bytes::put_u64(&mut out, part);
        out
    }

    fn head(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        bytes::put_bytes(&mut out, keys::ALGORITHM.as_bytes());
        out.extend_from_slice(&self.customer.bytes());
        out.extend_from_slice(&self.file.bytes());
        bytes::put_u64(&mut out, self.length);
        out
    }
}

/// Seals `plain` part by part, so that no second copy of it is held.
pub(super) fn seal<'a>(
    key: &'a [u8; 32],
    customer: CustomerId,
    file: FileId,
    plain: &'a [u8],
) -> impl Iterator<Item = Result<Vec<u8>, StoreError>> + 'a {
    let bond = Bond {
        customer,
        file,
        length: plain.len() as u64,
    };
    std::iter::once(Ok(bond.head())).chain(
        (0u64..)
            .zip(plain.chunks(PART))
            .map(move |(n, part)| keys::seal(key, &bond.aad(n), part)),
    )
}

/// Opens a sealed file; the error says where it is damaged.
pub(super) fn open(
    key: &[u8; 32],
    customer: CustomerId,
    named: &AttachmentRef,
    mut sealed: impl Read,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let place = format!("attachment {}", named.file);
    let damaged = |reason: &str| StoreError::damaged(&place, reason);
    let mut read = |wanted: usize| {
        let mut part = Vec::with_capacity(wanted);
        (&mut sealed)
            .take(wanted as u64)
            .read_to_end(&mut part)
            .map_err(|e| damaged(&format!("it cannot be read: {e}")))?;
        Ok::<_, StoreError>(part)
    };
    let mut bond = Bond {
        customer,
        file: named.file,
        length: 0,
    };
    let head_length = bond.head().len();
    let head = read(head_length)?;
    let (fixed, length) = head
        .split_last_chunk::<8>()
        .ok_or_else(|| damaged("it is cut off"))?;
    bond.length = u64::from_be_bytes(*length);
    if head != bond.head() || fixed.len() + 8 != head_length {
        return Err(damaged("its head is not that of this file"));
    }
    let mut plain = Zeroizing::new(Vec::new());
    let mut left = bond.length;
    for n in 0.. {
        if left == 0 {
            break;
        }
        // At most PART, so it fits.
        let wanted = left.min(PART as u64) as usize;
        let part = read(wanted + OVERHEAD)?;
        let opened = keys::open(key, &bond.aad(n), &part);
        let opened = opened.ok_or_else(|| damaged("it does not open with its customer's key"))?;
        plain.extend_from_slice(&opened);
        left -= wanted as u64;
    }
    if !read(1)?.is_empty() {
        return Err(damaged("bytes follow its end"));
    }
    Ok(plain)
}
