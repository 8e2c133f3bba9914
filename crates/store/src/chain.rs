//! The hash of an event and the chain of a stream (README.md, "Event hash").

use sha2::{Digest, Sha256};

/// The columns of an event as they are stored; what the hash is made of.
#[derive(Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) bucket: u16,
    pub(crate) stream: &'a str,
    pub(crate) seq: u64,
    pub(crate) event_id: &'a [u8; 16],
    pub(crate) kind: &'a str,
    pub(crate) schema_version: i64,
    pub(crate) payload: &'a [u8],
    pub(crate) recorded_at: i64,
    pub(crate) occurred_at: i64,
    pub(crate) actor: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) prev_hash: &'a [u8; 32],
}

/// The hash before the first event of a stream.
pub(crate) const START: [u8; 32] = [0; 32];

const TAG: &[u8] = b"forecourt/event/1";

impl Link<'_> {
    /// Returns the hash of this event.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut h = Sha256::new();
        let bytes = |h: &mut Sha256, b: &[u8]| {
            h.update(u32::try_from(b.len()).unwrap_or(u32::MAX).to_be_bytes());
            h.update(b);
        };
        bytes(&mut h, TAG);
        h.update(u64::from(self.bucket).to_be_bytes());
        bytes(&mut h, self.stream.as_bytes());
        h.update(self.seq.to_be_bytes());
        bytes(&mut h, self.event_id);
        bytes(&mut h, self.kind.as_bytes());
        h.update(self.schema_version.to_be_bytes());
        bytes(&mut h, self.payload);
        h.update(self.recorded_at.to_be_bytes());
        h.update(self.occurred_at.to_be_bytes());
        bytes(&mut h, self.actor.as_bytes());
        bytes(&mut h, self.purpose.as_bytes());
        h.update(self.prev_hash);
        h.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_written_one() {
        let link = Link {
            bucket: 3,
            stream: "case/x/facts",
            seq: 1,
            event_id: &[1; 16],
            kind: "k",
            schema_version: 1,
            payload: b"p",
            recorded_at: 5,
            occurred_at: -5,
            actor: "a",
            purpose: "b",
            prev_hash: &START,
        };
        let mut plain = Vec::new();
        crate::bytes::put_bytes(&mut plain, TAG);
        crate::bytes::put_u64(&mut plain, 3);
        crate::bytes::put_bytes(&mut plain, b"case/x/facts");
        crate::bytes::put_u64(&mut plain, 1);
        crate::bytes::put_bytes(&mut plain, &[1; 16]);
        crate::bytes::put_bytes(&mut plain, b"k");
        crate::bytes::put_u64(&mut plain, 1);
        crate::bytes::put_bytes(&mut plain, b"p");
        plain.extend_from_slice(&5i64.to_be_bytes());
        plain.extend_from_slice(&(-5i64).to_be_bytes());
        crate::bytes::put_bytes(&mut plain, b"a");
        crate::bytes::put_bytes(&mut plain, b"b");
        plain.extend_from_slice(&START);
        assert_eq!(link.hash(), <[u8; 32]>::from(Sha256::digest(plain)));
    }
}
