//! JSON Lines: one object a line.

use super::{
    bytes::{Bytes, Overlong},
    encoding::Decoder,
};
use crate::{
    error::IntakeError,
    map::{Wanted, heading_key},
    reject::shorten,
    row::{Bad, Cell, Row, Rows, Step},
};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::{collections::HashMap, fmt};

/// Rows of a JSON Lines text. A key inside an object is found as `outer.inner`.
pub(crate) struct JsonLines {
    bytes: Bytes,
    decoder: Decoder,
    max: usize,
    keys: Keys,
    length: usize,
    dropped: u64,
    row: u64,
}

/// The keys that the map reads: for each, the columns it can fill and its rank among their headings.
pub(crate) struct Keys {
    columns: usize,
    by_key: HashMap<String, Vec<(usize, usize)>>,
}

impl Keys {
    pub(crate) fn new(wanted: &[Wanted]) -> Self {
        let mut by_key: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (column, w) in wanted.iter().enumerate() {
            for (rank, heading) in w.headings.iter().enumerate() {
                by_key
                    .entry(heading_key(heading))
                    .or_default()
                    .push((column, rank));
            }
        }
        Keys {
            columns: wanted.len(),
            by_key,
        }
    }

    /// Fills the cells of `row` from one JSON object.
    pub(crate) fn fill(&self, text: &str, row: &mut Row) -> Result<(), Bad> {
        let object: Object = serde_json::from_str(text).map_err(|e| {
            let reason = match e.classify() {
                serde_json::error::Category::Data => e.to_string(),
                _ => format!("is not valid JSON: {e}"),
            };
            Bad::row(reason.replace(" at line 1 column ", " at character "))
        })?;
        row.cells.resize(self.columns, Cell::Empty);
        let mut rank = vec![usize::MAX; self.columns];
        self.put_all("", object.0, row, &mut rank)
    }

    /// Recursion is bounded by the parser's own limit of 128 levels.
    fn put_all(
        &self,
        prefix: &str,
        pairs: Vec<(String, Value)>,
        row: &mut Row,
        rank: &mut [usize],
    ) -> Result<(), Bad> {
        for (key, value) in pairs {
            let name = if prefix.is_empty() {
                key
            } else {
                format!("{prefix}.{key}")
            };
            let places = self.by_key.get(&heading_key(&name));
            match value {
                Value::Object(inner) if places.is_none() => {
                    self.put_all(&name, inner.into_iter().collect(), row, rank)?;
                }
                value => {
                    for (column, place) in places.into_iter().flatten() {
                        let (Some(best), Some(slot)) = (rank.get_mut(*column), row.cells.get(*column)) else {
                            continue;
                        };
                        if place == best {
                            let reason = "stands twice in the object".to_owned();
                            return Err(Bad {
                                column: Some(name),
                                value: shorten(&row.shown(slot)),
                                reason,
                            });
                        }
                        if place < best {
                            *best = *place;
                            let cell = cell(&value, row);
                            row.cells[*column] = cell;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn cell(value: &Value, row: &mut Row) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::String(text) if text.is_empty() => Cell::Empty,
        Value::String(text) => Cell::Text(row.keep(text)),
        // A whole number is exact in JSON; only a workbook's floating cell can have lost digits.
        Value::Number(n) if n.is_i64() || n.is_u64() => Cell::Text(row.keep(&n.to_string())),
        Value::Number(n) => Cell::Number(row.keep(&n.to_string())),
        Value::Bool(b) => Cell::Text(row.keep(if *b { "true" } else { "false" })),
        Value::Object(_) => Cell::Odd("an object"),
        Value::Array(items) => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                match item {
                    Value::String(text) => texts.push(text.clone()),
                    Value::Number(n) => texts.push(n.to_string()),
                    Value::Null => {}
                    _ => return Cell::Odd("a list of other things than texts"),
                }
            }
            Cell::List(texts)
        }
    }
}

/// An object with its keys in order, also repeated ones.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object in braces on each line")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl JsonLines {
    pub(crate) fn new(bytes: Bytes, decoder: Decoder, max: usize, wanted: &[Wanted]) -> Self {
        JsonLines {
            bytes,
            decoder,
            max,
            keys: Keys::new(wanted),
            length: 0,
            dropped: 0,
            row: 0,
        }
    }

    /// Finds the next line; `false` at the end.
    fn line(&mut self) -> Result<bool, IntakeError> {
        self.bytes.consume(self.length);
        (self.length, self.dropped) = (0, 0);
        let mut at = 0;
        loop {
            let window = self.bytes.window();
            if let Some(n) = memchr::memchr(b'\n', &window[at..]) {
                self.length = at + n + 1;
                return Ok(true);
            }
            at = window.len();
            if at > self.max {
                let Overlong { kept, dropped } = self.bytes.drop_line()?;
                (self.length, self.dropped) = (kept, dropped);
                return Ok(true);
            }
            if !self.bytes.fill()? {
                self.length = at;
                return Ok(at > 0);
            }
        }
    }
}

impl Rows for JsonLines {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        loop {
            row.clear();
            self.row += 1;
            (row.row, row.line) = (self.row, self.row);
            if !self.line()? {
                return Ok(Step::End);
            }
            if self.dropped > 0 || self.length > self.max {
                return Ok(Step::Bad(super::too_long(
                    self.length as u64 + self.dropped,
                    self.max,
                )));
            }
            self.decoder.settle(&mut self.bytes, self.length, self.row)?;
            let line = &self.bytes.window()[..self.length];
            if line.trim_ascii().is_empty() {
                continue;
            }
            if line.contains(&0) {
                return Ok(Step::Bad(super::has_nul()));
            }
            let filled = match self.decoder.decode(line) {
                Ok(text) => self.keys.fill(text.trim(), row),
                Err(reason) => Err(Bad::row(reason)),
            };
            return Ok(match filled {
                Ok(()) => Step::Row,
                Err(bad) => Step::Bad(bad),
            });
        }
    }

    fn raw(&self) -> String {
        let line = self.bytes.window()[..self.length].trim_ascii();
        super::cut_mark(self.decoder.decode_lossy(line).into_owned(), self.dropped)
    }
}

/// JSON objects in the last column of a mended reject file.
pub(crate) struct InCsv {
    csv: super::csv::Csv,
    keys: Keys,
}

impl InCsv {
    pub(crate) fn new(csv: super::csv::Csv, wanted: &[Wanted]) -> Self {
        InCsv {
            csv,
            keys: Keys::new(wanted),
        }
    }
}

impl Rows for InCsv {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        let step = self.csv.next(row)?;
        if !matches!(step, Step::Row) {
            return Ok(step);
        }
        let text = row.cells.last().map_or_else(String::new, |cell| row.shown(cell));
        row.clear();
        Ok(match self.keys.fill(&text, row) {
            Ok(()) => Step::Row,
            Err(bad) => Step::Bad(bad),
        })
    }

    fn raw(&self) -> String {
        self.csv.raw()
    }
}
