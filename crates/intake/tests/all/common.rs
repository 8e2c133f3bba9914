//! What the tests of this crate share.

use intake::{IntakeError, Map, Options, Reader, Record, Reject, RejectWriter, Tally};
use std::io::{Cursor, Read};

/// Everything one reading gave.
pub(crate) struct Outcome {
    pub(crate) headings: Vec<String>,
    pub(crate) records: Vec<Record>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) end: Result<Tally, IntakeError>,
}

impl Outcome {
    /// The rejects as lines of text.
    pub(crate) fn said(&self) -> Vec<String> {
        self.rejects.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn ids(&self) -> Vec<&str> {
        self.records.iter().map(|r| r.source_id.as_str()).collect()
    }

    pub(crate) fn reject_file(&self) -> String {
        let mut out = RejectWriter::new(Vec::new(), &self.headings).expect("in memory");
        for reject in &self.rejects {
            out.write(reject).expect("in memory");
        }
        String::from_utf8(out.finish().expect("in memory")).expect("in memory")
    }
}

pub(crate) fn collect(mut reader: Reader) -> Outcome {
    let headings = reader.headings().to_vec();
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    for row in reader.by_ref() {
        match row {
            Ok(record) => records.push(record),
            Err(reject) => rejects.push(reject),
        }
    }
    Outcome {
        headings,
        records,
        rejects,
        end: reader.finish(),
    }
}

pub(crate) fn stream(
    map: &Map,
    source: Box<dyn Read + Send>,
    options: Options,
) -> Result<Outcome, IntakeError> {
    Reader::from_stream(source, "test", 0, map, options).map(collect)
}

pub(crate) fn bytes(map: &Map, bytes: impl Into<Vec<u8>>) -> Result<Outcome, IntakeError> {
    stream(map, Box::new(Cursor::new(bytes.into())), Options::default())
}

/// Reads with Forecourt's own map.
pub(crate) fn own(content: impl Into<Vec<u8>>) -> Outcome {
    bytes(&Map::named("forecourt").expect("in memory"), content).expect("in memory")
}

/// Why a content cannot be opened with Forecourt's own map.
pub(crate) fn refused(content: impl Into<Vec<u8>>) -> String {
    match bytes(&Map::named("forecourt").expect("in memory"), content) {
        Ok(_) => panic!("was opened"),
        Err(e) => e.to_string(),
    }
}

pub(crate) const HEAD: &str = "source_id,received_at,narrative,amount\n";
