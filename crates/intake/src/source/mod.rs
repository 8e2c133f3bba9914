//! The formats: each turns bytes into rows.

use crate::row::Bad;

pub(crate) mod bytes;
pub(crate) mod csv;
pub(crate) mod encoding;
pub(crate) mod json;
pub(crate) mod mail;
pub(crate) mod workbook;

fn too_long(found: u64, max: usize) -> Bad {
    Bad::row(format!(
        "is {found} bytes long, more than the {max} bytes a row may have; it was passed over"
    ))
}

fn has_nul() -> Bad {
    Bad::row("has a NUL byte, which no text has: the file is damaged here")
}

/// Adds to the beginning of an overlong row how much of it is not shown.
fn cut_mark(text: String, dropped: u64) -> String {
    if dropped > 0 {
        format!("{text}… ({dropped} more bytes)")
    } else {
        text
    }
}
