//! The one written encoding: big-endian numbers and length-prefixed bytes (see README.md).

use crate::StoreError;

/// Appends a number as eight bytes.
pub(crate) fn put_u64(out: &mut Vec<u8>, v: u64) {
    out.extend_from_slice(&v.to_be_bytes());
}

/// Appends a number as four bytes.
pub(crate) fn put_u32(out: &mut Vec<u8>, v: u32) {
    out.extend_from_slice(&v.to_be_bytes());
}

/// Appends bytes with their length (four bytes) in front. Lengths are bounded by the callers' checks.
pub(crate) fn put_bytes(out: &mut Vec<u8>, v: &[u8]) {
    put_u32(out, u32::try_from(v.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(v);
}

/// Reads what the functions above wrote.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    place: &'a str,
}

impl<'a> Reader<'a> {
    /// Starts reading; `place` names the bytes in errors.
    pub(crate) fn new(bytes: &'a [u8], place: &'a str) -> Self {
        Reader { rest: bytes, place }
    }

    /// Takes `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], StoreError> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or_else(|| {
            StoreError::damaged(self.place, format!("{} bytes are missing", n - self.rest.len()))
        })?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, StoreError> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u32(&mut self) -> Result<u32, StoreError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, StoreError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut a = [0; N];
        a.copy_from_slice(self.take(N)?);
        Ok(a)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], StoreError> {
        let n = self.u32()? as usize;
        self.take(n)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, StoreError> {
        let place = self.place;
        std::str::from_utf8(self.bytes()?).map_err(|_| StoreError::damaged(place, "text is not UTF-8"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Fails when bytes are left.
    pub(crate) fn end(&self) -> Result<(), StoreError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(StoreError::damaged(
            self.place,
            format!("{} bytes too many", self.rest.len()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(parts in proptest::collection::vec(any::<Vec<u8>>(), 0..8), n: u64) {
            let mut out = Vec::new();
            put_u64(&mut out, n);
            for p in &parts {
                put_bytes(&mut out, p);
            }
            let mut r = Reader::new(&out, "test");
            prop_assert_eq!(r.u64().unwrap(), n);
            for p in &parts {
                prop_assert_eq!(r.bytes().unwrap(), &p[..]);
            }
            prop_assert!(r.end().is_ok());
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let mut r = Reader::new(&bytes, "test");
            while !r.is_empty() && r.bytes().is_ok() {}
            let _ = r.text();
        }
    }
}
