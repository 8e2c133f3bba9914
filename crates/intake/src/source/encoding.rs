//! Which encoding a text is in, decided when the first byte outside ASCII appears.

use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;

/// Decodes text of one file; the encoding may still be open while everything is ASCII.
pub(crate) struct Decoder {
    pub(crate) encoding: Option<&'static Encoding>,
}

impl Decoder {
    pub(crate) fn decode<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, str>, String> {
        match self.encoding {
            None => std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|e| format!("byte {} is not UTF-8", e.valid_up_to() + 1)),
            Some(e) if e == UTF_8 => std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|e| format!("byte {} is not UTF-8", e.valid_up_to() + 1)),
            Some(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .ok_or_else(|| format!("has bytes that are not {}", encoding.name())),
        }
    }
}
