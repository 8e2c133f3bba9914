//! Reading OpenStreetMap files in the PBF format (<https://wiki.openstreetmap.org/wiki/PBF_Format>).
//!
//! Written here rather than taken from a crate. `osmpbf` takes a file that is cut inside the length of a block for a
//! whole one, unwraps the type of a relation's member, overflows on absurd differences, and brings more than a dozen
//! packages for what are six hundred lines; `osmpbfreader` has a licence that `deny.toml` does not allow. Here every
//! length is bounded before anything is allocated for it, what a block unpacks to is bounded by the format's own
//! limit, and broken bytes are an error.

mod block;
mod wire;

pub(crate) use block::{Element, Member, MemberKind, Tags, Wanted};

use crate::error::ImportError;
use flate2::bufread::ZlibDecoder;
use std::io::{self, Read};
use wire::{Broken, Message};

/// The format's limits.
const LARGEST_HEADER: u32 = 64 * 1024;
const LARGEST_BLOB: u64 = 32 * 1024 * 1024;

/// What a reader must understand to read a file correctly.
const UNDERSTOOD: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Reads a file block by block and hands every wanted element to `each`.
///
/// `bytes` counts what was read, for progress.
pub(crate) fn read<R: Read>(
    mut from: R,
    wanted: Wanted,
    bytes: &mut u64,
    mut each: impl FnMut(Element<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let (mut packed, mut plain) = (Vec::new(), Vec::new());
    let mut header_seen = false;
    while let Some(kind) = next_blob(&mut from, bytes, &mut packed)? {
        let at = *bytes;
        let broken = |Broken(what): Broken| ImportError::Broken { at, what };
        if kind == Kind::Other {
            continue;
        }
        unpack(&packed, &mut plain, at)?;
        match kind {
            Kind::Header => {
                header_seen = true;
                check_features(&plain, at)?;
            }
            Kind::Data if header_seen => {
                block::Block::parse(&plain)
                    .map_err(broken)?
                    .each(wanted, at, &mut each)?;
            }
            _ => return Err(ImportError::NotOsm),
        }
    }
    if header_seen {
        Ok(())
    } else {
        Err(ImportError::NotOsm)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Header,
    Data,
    Other,
}

/// Reads the next blob into `blob`; `None` at the orderly end of the file.
fn next_blob(from: &mut impl Read, bytes: &mut u64, blob: &mut Vec<u8>) -> Result<Option<Kind>, ImportError> {
    let mut size = [0; 4];
    let got = fill(from, &mut size)?;
    if got == 0 {
        return Ok(None);
    }
    let first = *bytes == 0;
    let at = *bytes;
    let not_osm = |e: ImportError| if first { ImportError::NotOsm } else { e };
    let size = u32::from_be_bytes(size);
    if got < 4 {
        return Err(not_osm(ImportError::Cut { at }));
    }
    if size > LARGEST_HEADER {
        let what = "a block header larger than the format allows";
        return Err(not_osm(ImportError::Broken { at, what }));
    }
    exactly(from, u64::from(size), blob, at).map_err(not_osm)?;
    let (kind, length) =
        blob_header(blob).map_err(|Broken(what)| not_osm(ImportError::Broken { at, what }))?;
    if length > LARGEST_BLOB {
        let what = "a block larger than the format allows";
        return Err(ImportError::Broken { at, what });
    }
    exactly(from, length, blob, at)?;
    *bytes += 4 + u64::from(size) + length;
    Ok(Some(kind))
}

fn blob_header(bytes: &[u8]) -> Result<(Kind, u64), Broken> {
    let (mut kind, mut length) = (None, None);
    let mut message = Message::new(bytes);
    while let Some((number, value)) = message.field()? {
        match number {
            1 => {
                kind = Some(match value.bytes()? {
                    b"OSMHeader" => Kind::Header,
                    b"OSMData" => Kind::Data,
                    _ => Kind::Other,
                });
            }
            3 => length = Some(value.number()?),
            _ => {}
        }
    }
    kind.zip(length)
        .ok_or(Broken("a block header without type or length"))
}

/// Unpacks a blob; what it unpacks to is bounded, whatever it claims.
fn unpack(blob: &[u8], plain: &mut Vec<u8>, at: u64) -> Result<(), ImportError> {
    let broken = |what| ImportError::Broken { at, what };
    plain.clear();
    let mut claimed = None;
    let mut zipped = None;
    let mut message = Message::new(blob);
    while let Some((number, value)) = message.field().map_err(|Broken(what)| broken(what))? {
        let bytes = || value.bytes().map_err(|Broken(what)| broken(what));
        match number {
            1 => {
                plain.extend_from_slice(bytes()?);
                return Ok(());
            }
            2 => claimed = Some(value.number().map_err(|Broken(what)| broken(what))?),
            3 => zipped = Some(bytes()?),
            4..=7 => return Err(ImportError::Packing { at }),
            _ => {}
        }
    }
    let zipped = zipped.ok_or_else(|| broken("a block without content"))?;
    let claimed = claimed.ok_or_else(|| broken("a packed block without its size"))?;
    if claimed > LARGEST_BLOB {
        return Err(broken("a block that would unpack to more than the format allows"));
    }
    ZlibDecoder::new(zipped)
        .take(claimed + 1)
        .read_to_end(plain)
        .map_err(|_| broken("a packed block that does not unpack"))?;
    if plain.len() as u64 != claimed {
        return Err(broken("a block that unpacks to another size than it says"));
    }
    Ok(())
}

fn check_features(bytes: &[u8], at: u64) -> Result<(), ImportError> {
    let mut message = Message::new(bytes);
    let broken = |Broken(what): Broken| ImportError::Broken { at, what };
    while let Some((number, value)) = message.field().map_err(broken)? {
        if number == 4 {
            let feature = value.bytes().map_err(broken)?;
            if !UNDERSTOOD.iter().any(|u| u.as_bytes() == feature) {
                let name: String = String::from_utf8_lossy(feature).chars().take(60).collect();
                return Err(ImportError::Feature(name));
            }
        }
    }
    Ok(())
}

/// Reads as much of `buffer` as there is.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ImportError> {
    let mut got = 0;
    while got < buffer.len() {
        match from.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(ImportError::Read(e)),
        }
    }
    Ok(got)
}

/// Reads exactly `length` bytes; grows with what is there, not with what was claimed.
fn exactly(from: &mut impl Read, length: u64, into: &mut Vec<u8>, at: u64) -> Result<(), ImportError> {
    into.clear();
    from.by_ref()
        .take(length)
        .read_to_end(into)
        .map_err(ImportError::Read)?;
    if into.len() as u64 == length {
        Ok(())
    } else {
        Err(ImportError::Cut { at })
    }
}
