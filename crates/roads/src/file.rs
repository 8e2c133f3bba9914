//! Road files: a map on the disk.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `FCROADS` and a line feed |
//! | 4 | version of the format, little-endian like all numbers here |
//! | 4, then as many | length of the description, and the description ([`About`]) as JSON |
//! | 20 | numbers of states, segments, points, steps and arcs, 4 bytes each |
//! | | segments: length in decimetres, milliseconds along and against, milliseconds of these lost at the first and the last point, states reached along and against (4 bytes each, all ones = not allowed), whether one can stop (1), number of points (4) |
//! | | points: differences to the one before of latitude and longitude in 10⁻⁷ degrees, as signed numbers of variable length |
//! | | steps: the state they lead from, and the lane (4 bytes each) |
//! | | arcs: the step; or for a shortcut all ones, and its two halves (4 bytes each) |
//! | 32 | SHA-256 of everything before |
//!
//! Cost and head of an arc are not written: they follow from its step or its halves, so that they cannot contradict
//! them. The sum at the end finds damage. It is no signature: who can write the file can make a new one, so the
//! reader checks every number as well and takes none on trust.

use crate::{
    contract::{Arc, Of},
    disk::write_whole,
    error::FileError,
    geo::Point,
    map::{About, Parts, RoadMap, Segment},
};
use sha2::{Digest as _, Sha256};
use std::{fs, path::Path};

const MAGIC: &[u8; 8] = b"FCROADS\n";
const VERSION: u32 = 1;
const NEVER: u32 = u32::MAX;
const SUM: usize = 32;
/// Larger than the map of any country.
const LARGEST: u64 = 16 << 30;

impl RoadMap {
    /// Writes the map to a file: whole or not at all, and flushed. An older file of the name is replaced.
    ///
    /// # Errors
    /// When the file system refuses; the older file is then still there.
    pub fn save(&self, path: &Path) -> Result<u64, FileError> {
        let bytes = encode(&self.parts);
        write_whole(path, &bytes)?;
        Ok(bytes.len() as u64)
    }

    /// Reads a map from a file.
    ///
    /// # Errors
    /// When the file is missing, another kind of file, of another version, cut, or changed since it was written.
    pub fn open(path: &Path) -> Result<RoadMap, FileError> {
        let io = |source| FileError::Io {
            path: path.to_owned(),
            done: "read",
            source,
        };
        let size = fs::metadata(path).map_err(io)?.len();
        if size > LARGEST {
            return Err(FileError::Foreign(path.to_owned()));
        }
        let bytes = fs::read(path).map_err(io)?;
        decode(&bytes).map(RoadMap::new).map_err(|bad| match bad {
            Bad::Foreign => FileError::Foreign(path.to_owned()),
            Bad::Version(version) => FileError::Version {
                path: path.to_owned(),
                version,
                ours: VERSION,
            },
            Bad::Damaged(what) => FileError::Damaged {
                path: path.to_owned(),
                what,
            },
        })
    }
}

fn encode(parts: &Parts) -> Vec<u8> {
    let mut out =
        Vec::with_capacity(parts.segments.len() * 33 + parts.points.len() * 4 + parts.arcs.len() * 12);
    let about = serde_json::to_vec(&parts.about).unwrap_or_default();
    out.extend(MAGIC);
    let number = |n: u32, out: &mut Vec<u8>| out.extend(n.to_le_bytes());
    number(VERSION, &mut out);
    number(about.len() as u32, &mut out);
    out.extend(about);
    for n in [
        parts.states,
        parts.segments.len() as u32,
        parts.points.len() as u32,
        parts.steps.len() as u32,
        parts.arcs.len() as u32,
    ] {
        number(n, &mut out);
    }
    for (i, s) in parts.segments.iter().enumerate() {
        for n in [
            s.dm, s.ms[0], s.ms[1], s.lost[0], s.lost[1], s.heads[0], s.heads[1],
        ] {
            number(n, &mut out);
        }
        out.push(u8::from(s.stop));
        number(parts.course(i as u32).len() as u32, &mut out);
    }
    let mut last = Point { lat: 0, lon: 0 };
    for p in &parts.points {
        for (now, before) in [(p.lat, last.lat), (p.lon, last.lon)] {
            signed(i64::from(now) - i64::from(before), &mut out);
        }
        last = *p;
    }
    for (tail, lane) in &parts.steps {
        number(*tail, &mut out);
        number(*lane, &mut out);
    }
    for arc in &parts.arcs {
        match arc.of {
            Of::Step(step) => number(step, &mut out),
            Of::Two(a, b) => {
                for n in [NEVER, a, b] {
                    number(n, &mut out);
                }
            }
        }
    }
    let sum = Sha256::digest(&out);
    out.extend_from_slice(&sum);
    out
}

fn signed(n: i64, out: &mut Vec<u8>) {
    let mut n = ((n << 1) ^ (n >> 63)) as u64;
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[derive(Debug, PartialEq, Eq)]
enum Bad {
    Foreign,
    Version(u32),
    Damaged(&'static str),
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

const CUT: Bad = Bad::Damaged("it ends too early");

impl<'a> Rest<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], Bad> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, Bad> {
        let (taken, rest) = self.0.split_first_chunk::<4>().ok_or(CUT)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*taken))
    }

    fn signed(&mut self) -> Result<i64, Bad> {
        let mut n = 0_u64;
        for (i, byte) in self.0.iter().take(9).enumerate() {
            n |= u64::from(byte & 0x7f) << (7 * i);
            if *byte < 0x80 {
                self.0 = &self.0[i + 1..];
                return Ok((n >> 1) as i64 ^ -((n & 1) as i64));
            }
        }
        Err(CUT)
    }

    /// Refuses a number of items that cannot be there, before anything is allocated for them.
    fn count(&self, items: u32, least_bytes: usize) -> Result<usize, Bad> {
        let items = items as usize;
        match items.checked_mul(least_bytes) {
            Some(bytes) if bytes <= self.0.len() => Ok(items),
            _ => Err(CUT),
        }
    }
}

fn decode(bytes: &[u8]) -> Result<Parts, Bad> {
    if !bytes.starts_with(MAGIC) {
        return Err(Bad::Foreign);
    }
    let mut rest = Rest(&bytes[MAGIC.len()..]);
    let version = rest.number()?;
    if version != VERSION {
        return Err(Bad::Version(version));
    }
    let (body, sum) = bytes
        .split_at_checked(bytes.len().saturating_sub(SUM))
        .ok_or(CUT)?;
    if Sha256::digest(body).as_slice() != sum {
        return Err(Bad::Damaged("its checksum is another"));
    }
    rest.0 = rest.0.get(..rest.0.len().saturating_sub(SUM)).ok_or(CUT)?;
    let length = rest.number()? as usize;
    let about: About = serde_json::from_slice(rest.take(length)?)
        .map_err(|_| Bad::Damaged("its description cannot be read"))?;
    let mut counts = [0; 5];
    for n in &mut counts {
        *n = rest.number()?;
    }
    let [states, segments, points, steps, arcs] = counts;
    // Tables of this size are made for every question.
    rest.count(states, 8)?;
    let parts = Parts {
        segments: read_segments(&mut rest, states, segments, points)?,
        points: read_points(&mut rest, points)?,
        steps: Vec::new(),
        arcs: Vec::new(),
        about,
        states,
    };
    let parts = Parts {
        steps: read_steps(&mut rest, &parts, steps)?,
        ..parts
    };
    let arcs = read_arcs(&mut rest, &parts, arcs)?;
    if !rest.0.is_empty() {
        return Err(Bad::Damaged("there is something behind its end"));
    }
    Ok(Parts { arcs, ..parts })
}

fn read_segments(rest: &mut Rest<'_>, states: u32, count: u32, points: u32) -> Result<Vec<Segment>, Bad> {
    if count > u32::MAX / 2 {
        return Err(Bad::Damaged("more segments than there can be"));
    }
    let mut segments = Vec::with_capacity(rest.count(count, 33)?);
    let mut first_point = 0_u32;
    for _ in 0..count {
        let dm = rest.number()?;
        let ms = [rest.number()?, rest.number()?];
        let lost = [rest.number()?, rest.number()?];
        let heads = [rest.number()?, rest.number()?];
        let stop = rest.take(1)? == [1];
        let course = rest.number()?;
        let fits = |d: usize| match (ms[d], heads[d]) {
            (NEVER, NEVER) => true,
            (ms, head) => ms > lost[0].saturating_add(lost[1]) && ms != NEVER && head < states,
        };
        if dm == 0 || course < 2 || !fits(0) || !fits(1) {
            return Err(Bad::Damaged("a segment that makes no sense"));
        }
        segments.push(Segment {
            dm,
            ms,
            lost,
            heads,
            stop,
            first_point,
        });
        first_point = first_point
            .checked_add(course)
            .filter(|n| *n <= points)
            .ok_or(Bad::Damaged("segments with more points than there are"))?;
    }
    if first_point != points {
        return Err(Bad::Damaged("points that belong to no segment"));
    }
    Ok(segments)
}

fn read_points(rest: &mut Rest<'_>, count: u32) -> Result<Vec<Point>, Bad> {
    let mut points = Vec::with_capacity(rest.count(count, 2)?);
    let (mut lat, mut lon) = (0_i64, 0_i64);
    for _ in 0..count {
        lat = lat.wrapping_add(rest.signed()?);
        lon = lon.wrapping_add(rest.signed()?);
        let point = i32::try_from(lat)
            .ok()
            .zip(i32::try_from(lon).ok())
            .map(|(lat, lon)| Point { lat, lon })
            .filter(|p| p.is_valid());
        points.push(point.ok_or(Bad::Damaged("a point that is not on the earth"))?);
    }
    Ok(points)
}

const NONSENSE: Bad = Bad::Damaged("an arc that makes no sense");

fn read_steps(rest: &mut Rest<'_>, parts: &Parts, count: u32) -> Result<Vec<(u32, u32)>, Bad> {
    let mut steps = Vec::with_capacity(rest.count(count, 8)?);
    for _ in 0..count {
        let (tail, lane) = (rest.number()?, rest.number()?);
        let real = (lane as usize) < parts.segments.len() * 2 && parts.cost(lane).is_some();
        if !real || tail >= parts.states {
            return Err(NONSENSE);
        }
        steps.push((tail, lane));
    }
    Ok(steps)
}

fn read_arcs(rest: &mut Rest<'_>, parts: &Parts, count: u32) -> Result<Vec<Arc>, Bad> {
    let mut arcs: Vec<Arc> = Vec::with_capacity(rest.count(count, 4)?);
    // Of how many steps each is made: a way that passes every state once is the longest that makes sense.
    let mut lengths: Vec<u32> = Vec::with_capacity(arcs.capacity());
    for _ in 0..count {
        let step = rest.number()?;
        let (arc, length) = if step == NEVER {
            let (first, second) = (rest.number()?, rest.number()?);
            let get = |n: u32| arcs.get(n as usize).zip(lengths.get(n as usize)).ok_or(NONSENSE);
            let ((a, long), (b, more)) = (get(first)?, get(second)?);
            if a.head != b.tail {
                return Err(NONSENSE);
            }
            let arc = Arc {
                tail: a.tail,
                head: b.head,
                cost: a.cost + b.cost,
                of: Of::Two(first, second),
            };
            (arc, long.saturating_add(*more))
        } else {
            let (tail, lane) = *parts.steps.get(step as usize).ok_or(NONSENSE)?;
            let arc = Arc {
                tail,
                head: parts.segments[lane as usize / 2].heads[lane as usize % 2],
                cost: parts.cost(lane),
                of: Of::Step(step),
            };
            (arc, 1)
        };
        if arc.head == arc.tail || !arc.cost.is_some() || length > parts.states {
            return Err(NONSENSE);
        }
        arcs.push(arc);
        lengths.push(length);
    }
    Ok(arcs)
}
