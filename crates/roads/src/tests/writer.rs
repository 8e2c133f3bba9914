//! Writes small OpenStreetMap files, right ones and wrong ones.

use crate::{ImportError, Profile, RoadMap, import::import_from};
use flate2::{Compression, write::ZlibEncoder};
use std::io::{Cursor, Write as _};

pub(super) type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A file in the making: nodes, ways and relations in one block.
#[derive(Default)]
pub(super) struct Osm {
    words: Vec<String>,
    nodes: Vec<u8>,
    ways: Vec<u8>,
    relations: Vec<u8>,
}

pub(super) fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

pub(super) fn number(field: u64, n: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(n, out);
}

pub(super) fn bytes(field: u64, b: &[u8], out: &mut Vec<u8>) {
    varint(field << 3 | 2, out);
    varint(b.len() as u64, out);
    out.extend_from_slice(b);
}

fn packed(numbers: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    for n in numbers {
        varint(n, &mut out);
    }
    out
}

impl Osm {
    fn word(&mut self, word: &str) -> u64 {
        if self.words.is_empty() {
            self.words.push(String::new());
        }
        let at = self.words.iter().position(|w| w == word).unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        });
        at as u64
    }

    fn tags(&mut self, tags: Pairs<'_>, out: &mut Vec<u8>) {
        let keys: Vec<u64> = tags.iter().map(|(k, _)| self.word(k)).collect();
        let values: Vec<u64> = tags.iter().map(|(_, v)| self.word(v)).collect();
        bytes(2, &packed(keys), out);
        bytes(3, &packed(values), out);
    }

    pub(super) fn node(mut self, id: i64, lat: f64, lon: f64, tags: Pairs<'_>) -> Osm {
        let mut body = Vec::new();
        number(1, zigzag(id), &mut body);
        self.tags(tags, &mut body);
        number(8, zigzag((lat * 1e7).round() as i64), &mut body);
        number(9, zigzag((lon * 1e7).round() as i64), &mut body);
        bytes(1, &body, &mut self.nodes);
        self
    }

    pub(super) fn way(mut self, id: i64, nodes: &[i64], tags: Pairs<'_>) -> Osm {
        let mut body = Vec::new();
        number(1, id as u64, &mut body);
        self.tags(tags, &mut body);
        let mut last = 0;
        let refs = nodes.iter().map(|n| {
            let more = n - last;
            last = *n;
            zigzag(more)
        });
        bytes(8, &packed(refs.collect::<Vec<_>>()), &mut body);
        bytes(3, &body, &mut self.ways);
        self
    }

    /// Members as (role, kind: 0 node, 1 way, 2 relation, id).
    pub(super) fn relation(mut self, id: i64, members: &[(&str, u64, i64)], tags: Pairs<'_>) -> Osm {
        let mut body = Vec::new();
        number(1, id as u64, &mut body);
        self.tags(tags, &mut body);
        let roles: Vec<u64> = members.iter().map(|m| self.word(m.0)).collect();
        bytes(8, &packed(roles), &mut body);
        let mut last = 0;
        let ids: Vec<u64> = members
            .iter()
            .map(|m| {
                let more = m.2 - last;
                last = m.2;
                zigzag(more)
            })
            .collect();
        bytes(9, &packed(ids), &mut body);
        bytes(10, &packed(members.iter().map(|m| m.1)), &mut body);
        bytes(4, &body, &mut self.relations);
        self
    }

    /// The block of data, not packed.
    pub(super) fn block(&self) -> Vec<u8> {
        let mut table = Vec::new();
        for word in &self.words {
            bytes(1, word.as_bytes(), &mut table);
        }
        let mut block = Vec::new();
        bytes(1, &table, &mut block);
        for group in [&self.nodes, &self.ways, &self.relations] {
            bytes(2, group, &mut block);
        }
        block
    }

    pub(super) fn file(&self) -> Vec<u8> {
        let mut file = header(&["OsmSchema-V0.6", "DenseNodes"]);
        file.extend(zipped("OSMData", &self.block()));
        file
    }

    pub(super) fn import(&self) -> Result<RoadMap, ImportError> {
        read(&self.file())
    }
}

pub(super) fn read(file: &[u8]) -> Result<RoadMap, ImportError> {
    let car = Profile::named("car").expect("shipped");
    import_from(|| Ok(Cursor::new(file)), "test".to_owned(), &car, |_| {})
}

pub(super) fn header(features: &[&str]) -> Vec<u8> {
    let mut block = Vec::new();
    for feature in features {
        bytes(4, feature.as_bytes(), &mut block);
    }
    zipped("OSMHeader", &block)
}

pub(super) fn zip(block: &[u8]) -> Vec<u8> {
    let mut zip = ZlibEncoder::new(Vec::new(), Compression::default());
    zip.write_all(block).expect("into memory");
    zip.finish().expect("into memory")
}

pub(super) fn zipped(kind: &str, block: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    number(2, block.len() as u64, &mut blob);
    bytes(3, &zip(block), &mut blob);
    framed(kind, &blob)
}

pub(super) fn framed(kind: &str, blob: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    bytes(1, kind.as_bytes(), &mut head);
    number(3, blob.len() as u64, &mut head);
    let mut out = (head.len() as u32).to_be_bytes().to_vec();
    out.extend(head);
    out.extend_from_slice(blob);
    out
}
