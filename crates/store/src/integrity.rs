//! What checkpoints are made of: the entries of changed streams.

use crate::{StoreError, bytes};

/// Where one stream stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) bucket: u16,
    pub(crate) stream: String,
    pub(crate) seq: u64,
    pub(crate) hash: [u8; 32],
}

/// Encodes entries one after the other (README.md, "Checkpoint entries").
pub(crate) fn encode_entries(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::with_capacity(entries.len() * 90);
    for e in entries {
        bytes::put_u64(&mut out, u64::from(e.bucket));
        bytes::put_bytes(&mut out, e.stream.as_bytes());
        bytes::put_u64(&mut out, e.seq);
        out.extend_from_slice(&e.hash);
    }
    out
}

/// Reads what [`encode_entries`] wrote, entry by entry.
pub(crate) fn decode_entries(
    encoded: &[u8],
    place: &str,
    each: &mut dyn FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut r = bytes::Reader::new(encoded, place);
    while !r.is_empty() {
        let bucket =
            u16::try_from(r.u64()?).map_err(|_| StoreError::damaged(place, "a bucket is out of range"))?;
        let stream = r.text()?.to_owned();
        each(Entry {
            bucket,
            stream,
            seq: r.u64()?,
            hash: r.array()?,
        })?;
    }
    Ok(())
}
