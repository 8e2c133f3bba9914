//! How large an image claims to be, from its head alone.

use super::{Media, NotAccepted};

fn be16(b: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u16::from_be_bytes(b.get(at..at + 2)?.try_into().ok()?)))
}

fn le16(b: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u16::from_le_bytes(b.get(at..at + 2)?.try_into().ok()?)))
}

fn be32(b: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_be_bytes(b.get(at..at + 4)?.try_into().ok()?)))
}

fn le24(b: &[u8], at: usize) -> Option<u64> {
    let b = b.get(at..at + 3)?;
    Some(u64::from(b[0]) | u64::from(b[1]) << 8 | u64::from(b[2]) << 16)
}

/// Returns width times height; `None` for what is no image.
///
/// # Errors
/// An image whose head says no size is damaged.
pub(super) fn pixels(media: Media, b: &[u8]) -> Result<Option<u64>, NotAccepted> {
    let size = match media {
        Media::Png => be32(b, 16)
            .zip(be32(b, 20))
            .filter(|_| b.get(12..16) == Some(b"IHDR")),
        Media::Gif => le16(b, 6).zip(le16(b, 8)),
        Media::Jpeg => jpeg(b),
        Media::Webp => webp(b),
        Media::Heic => heic(b),
        _ => return Ok(None),
    };
    let (w, h) = size
        .filter(|(w, h)| *w > 0 && *h > 0)
        .ok_or(NotAccepted::Damaged(media))?;
    Ok(Some(w.saturating_mul(h)))
}

/// Walks the segments to the frame header (ITU T.81, B.2).
fn jpeg(b: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        if *b.get(at)? != 0xff {
            return None;
        }
        let mark = *b.get(at + 1)?;
        match mark {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // All frame headers; DHT, JPG and DAC are none.
            0xc0..=0xcf if !matches!(mark, 0xc4 | 0xc8 | 0xcc) => {
                return be16(b, at + 7).zip(be16(b, at + 5));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(be16(b, at + 2)?.max(2)).ok()?,
        }
    }
}

fn webp(b: &[u8]) -> Option<(u64, u64)> {
    match b.get(12..16)? {
        b"VP8 " => Some((le16(b, 26)? & 0x3fff, le16(b, 28)? & 0x3fff)),
        b"VP8L" => {
            let bits = u64::from(u32::from_le_bytes(b.get(21..25)?.try_into().ok()?));
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((le24(b, 24)? + 1, le24(b, 27)? + 1)),
        _ => None,
    }
}

/// The largest of the sizes in the item properties (`ispe`), which stand near the beginning.
fn heic(b: &[u8]) -> Option<(u64, u64)> {
    let head = &b[..b.len().min(256 << 10)];
    memchr::memmem::find_iter(head, b"ispe")
        .filter_map(|at| be32(head, at + 8).zip(be32(head, at + 12)))
        .max_by_key(|(w, h)| w.saturating_mul(*h))
}
