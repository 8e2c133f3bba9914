//! Applies a map to a row: cells become the typed fields of a [`Record`].

use crate::{
    map::{From, Map, Otherwise, Rule},
    record::{Channel, Line, Position, Record, RowPlace},
    reject::shorten,
    row::{Bad, Cell, Row},
    value,
};
use domain::{BranchId, Currency, Personal, Timestamp};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A map bound to the columns of one file.
pub(crate) struct Applier {
    map: Map,
    /// For each wanted column of the map: its position in the rows of this file.
    take: Vec<Option<usize>>,
    /// The heading by which each wanted column is known in this file.
    shown: Vec<String>,
    /// Receipts later than this are typing errors.
    latest: Option<Timestamp>,
}

static NOTHING: Cell = Cell::Empty;

impl Applier {
    pub(crate) fn new(
        map: Map,
        take: Vec<Option<usize>>,
        headings: &[String],
        latest: Option<Timestamp>,
    ) -> Self {
        let shown = map
            .wanted
            .iter()
            .zip(&take)
            .map(|(w, at)| {
                at.and_then(|at| headings.get(at))
                    .or(w.headings.first())
                    .cloned()
                    .unwrap_or_default()
            })
            .collect();
        Applier {
            map,
            take,
            shown,
            latest,
        }
    }

    /// Names the column that holds the id, for messages.
    pub(crate) fn id_column(&self) -> Option<String> {
        self.map
            .id
            .columns
            .first()
            .and_then(|c| self.shown.get(*c))
            .cloned()
    }

    fn cell<'r>(&self, row: &'r Row, wanted: usize) -> &'r Cell {
        self.take
            .get(wanted)
            .copied()
            .flatten()
            .and_then(|at| row.cells.get(at))
            .unwrap_or(&NOTHING)
    }

    /// Names the column (or the field) that a rule reads, for messages.
    fn column_of(&self, rule: &Rule) -> String {
        match &rule.from {
            From::Columns { columns, .. } => columns
                .iter()
                .filter_map(|c| self.shown.get(*c))
                .cloned()
                .collect::<Vec<_>>()
                .join(" + "),
            _ => rule.name.clone(),
        }
    }

    fn bad(&self, rule: &Rule, value: &str, reason: impl Into<String>) -> Bad {
        Bad {
            column: Some(self.column_of(rule)),
            value: shorten(value),
            reason: reason.into(),
        }
    }

    /// Returns the text of one cell.
    fn text_of<'r>(&self, row: &'r Row, wanted: usize) -> Result<Cow<'r, str>, Bad> {
        let cell = self.cell(row, wanted);
        let fault = |value: String, reason: String| Bad {
            column: self.shown.get(wanted).cloned(),
            value: shorten(&value),
            reason,
        };
        match cell {
            Cell::Empty => Ok(Cow::Borrowed("")),
            Cell::Text(range) => Ok(Cow::Borrowed(row.slice(range))),
            Cell::Number(range) => {
                let text = row.slice(range);
                if text.bytes().filter(u8::is_ascii_digit).count() > 15 {
                    let reason = "is a number of more than 15 digits, of which spreadsheets lose the last ones: \
                        store it as text and enter it again";
                    return Err(fault(text.to_owned(), reason.to_owned()));
                }
                Ok(Cow::Borrowed(text))
            }
            Cell::Moment(moment) => Ok(Cow::Owned(moment.to_string())),
            Cell::List(items) => Ok(Cow::Owned(items.join("\n"))),
            Cell::Odd(what) => Err(fault(
                String::new(),
                format!("expected a text or a number, found {what}"),
            )),
        }
    }

    /// Returns the text a rule finds, before values are looked up; empty when there is none.
    fn found<'r>(&'r self, row: &'r Row, rule: &'r Rule) -> Result<Cow<'r, str>, Bad> {
        let trim = |text: Cow<'r, str>| match text {
            text if rule.keep_spaces => text,
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        match &rule.from {
            From::Nothing => Ok(Cow::Borrowed("")),
            From::Constant(text) => Ok(Cow::Borrowed(text.as_str())),
            From::Columns { columns, with } => match columns[..] {
                [one] => Ok(trim(self.text_of(row, one)?)),
                _ => {
                    let mut joined = String::new();
                    for column in columns {
                        let part = trim(self.text_of(row, *column)?);
                        if !part.is_empty() {
                            if !joined.is_empty() {
                                joined.push_str(with);
                            }
                            joined.push_str(&part);
                        }
                    }
                    Ok(Cow::Owned(joined))
                }
            },
        }
    }

    /// Returns the text of a rule after its table of values and its default.
    fn text<'r>(&'r self, row: &'r Row, rule: &'r Rule) -> Result<Cow<'r, str>, Bad> {
        let found = self.listed(self.found(row, rule)?, rule)?;
        match &rule.default {
            Some(default) if found.is_empty() => Ok(Cow::Borrowed(default.as_str())),
            None if found.is_empty() && rule.required => {
                Err(self.bad(rule, "", format!("is empty, but {} is required", rule.name)))
            }
            _ => Ok(found),
        }
    }

    fn listed<'r>(&self, found: Cow<'r, str>, rule: &'r Rule) -> Result<Cow<'r, str>, Bad> {
        if found.is_empty() || (rule.values.is_empty() && rule.otherwise == Otherwise::Keep) {
            return Ok(found);
        }
        if let Some(value) = rule.values.get(&found.to_lowercase()) {
            return Ok(Cow::Borrowed(value.as_str()));
        }
        match &rule.otherwise {
            Otherwise::Keep => Ok(found),
            Otherwise::Becomes(value) => Ok(Cow::Borrowed(value.as_str())),
            Otherwise::Refuse => {
                let mut known: Vec<&str> = rule.values.keys().map(String::as_str).collect();
                known.sort_unstable();
                let reason = format!("is not among the values that the map lists: {}", known.join(", "));
                Err(self.bad(rule, &found, reason))
            }
        }
    }

    fn word<T>(&self, row: &Row, rule: &Rule, all: &[(&str, T)], none: T) -> Result<T, Bad>
    where
        T: Copy,
    {
        let text = self.text(row, rule)?;
        if text.is_empty() {
            return Ok(none);
        }
        let hit = all
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(&text))
            .map(|(_, value)| *value);
        hit.ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
            self.bad(rule, &text, format!("is not one of {}", known.join(", ")))
        })
    }

    fn personal(&self, row: &Row, rule: &Rule) -> Result<Option<Personal>, Bad> {
        let text = self.text(row, rule)?;
        Ok(if text.is_empty() {
            None
        } else {
            Some(Personal::new(text))
        })
    }

    /// A personal number: refused when a spreadsheet has visibly shortened it.
    fn personal_number(&self, row: &Row, rule: &Rule) -> Result<Option<Personal>, Bad> {
        let text = self.text(row, rule)?;
        if value::is_shortened_number(&text) {
            let reason =
                "was shortened by a spreadsheet: format the column as text and enter the number again";
            return Err(self.bad(rule, &text, reason));
        }
        Ok(if text.is_empty() {
            None
        } else {
            Some(Personal::new(text))
        })
    }

    fn received(&self, row: &Row, rule: &Rule) -> Result<Timestamp, Bad> {
        let at = match &rule.from {
            From::Columns { columns, .. } if columns.len() == 1 => match self.cell(row, columns[0]) {
                Cell::Moment(moment) => Some(value::date::of_moment(*moment, &self.map.zone)),
                Cell::Number(range) if row.slice(range).len() != 8 => {
                    return Err(self.bad(
                        rule,
                        row.slice(range),
                        "is a number, not a date: format the column as a date",
                    ));
                }
                _ => None,
            },
            _ => None,
        };
        let text = self.text(row, rule)?;
        let at = match at {
            Some(at) => at,
            None if text.is_empty() => {
                return Err(self.bad(rule, "", format!("is empty, but {} is required", rule.name)));
            }
            None => value::date::read(&text, &rule.dates, &self.map.zone),
        };
        let at = at.map_err(|reason| self.bad(rule, &text, reason))?;
        match self.latest {
            Some(latest) if at > latest => Err(self.bad(rule, &text, "lies in the future")),
            _ => Ok(at),
        }
    }

    fn position(&self, row: &Row) -> Result<Option<Position>, Bad> {
        let fields = &self.map.fields;
        let (lat, lon) = (self.text(row, &fields.lat)?, self.text(row, &fields.lon)?);
        let read =
            |rule: &Rule, text: &str, limit| value::degrees(text, limit).map_err(|e| self.bad(rule, text, e));
        match (lat.is_empty(), lon.is_empty()) {
            (true, true) => Ok(None),
            (false, false) => Ok(Some(Position {
                lat: read(&fields.lat, &lat, 90.0)?,
                lon: read(&fields.lon, &lon, 180.0)?,
            })),
            (true, false) => Err(self.bad(&fields.lat, "", "is empty beside a longitude")),
            (false, true) => Err(self.bad(&fields.lon, "", "is empty beside a latitude")),
        }
    }

    fn amount(&self, row: &Row) -> Result<Option<domain::Money>, Bad> {
        let fields = &self.map.fields;
        let text = self.text(row, &fields.amount)?;
        if text.is_empty() {
            return Ok(None);
        }
        let code = self.text(row, &fields.currency)?;
        let currency = if code.is_empty() {
            let missing = "has no currency: fill the currency column, or set currency in the map";
            self.map
                .currency
                .ok_or_else(|| self.bad(&fields.amount, &text, missing))?
        } else {
            Currency::try_from(code.to_ascii_uppercase())
                .map_err(|e| self.bad(&fields.currency, &code, format!("is no currency: {e}")))?
        };
        value::amount::read(&text, fields.amount.decimal, currency)
            .map(Some)
            .map_err(|reason| self.bad(&fields.amount, &text, reason))
    }

    /// Appends the items of a list rule.
    fn items(&self, row: &Row, rule: &Rule, out: &mut Vec<String>) -> Result<(), Bad> {
        let before = out.len();
        let mut push = |item: &str| -> Result<(), Bad> {
            let item = self.listed(Cow::Borrowed(item.trim()), rule)?;
            if !item.is_empty() && !out.iter().any(|o| *o == item) {
                out.push(item.into_owned());
            }
            Ok(())
        };
        let list = match &rule.from {
            From::Columns { columns, .. } if columns.len() == 1 => match self.cell(row, columns[0]) {
                Cell::List(items) => Some(items),
                _ => None,
            },
            _ => None,
        };
        if let Some(items) = list {
            for item in items {
                push(item)?;
            }
        } else {
            let text = self.found(row, rule)?;
            match &rule.separator {
                Some(separator) => {
                    for item in text.split(separator.as_str()) {
                        push(item)?;
                    }
                }
                None => push(&text)?,
            }
        }
        if out.len() == before {
            if let Some(default) = &rule.default {
                out.push(default.clone());
            } else if rule.required {
                return Err(self.bad(rule, "", format!("is empty, but {} is required", rule.name)));
            }
        }
        Ok(())
    }

    /// Returns the id and whether it was made from the content.
    fn id(&self, row: &Row) -> Result<(String, bool), Bad> {
        let mut id = String::new();
        for (i, column) in self.map.id.columns.iter().enumerate() {
            let text = self.text_of(row, *column)?;
            let part = text.trim();
            if value::is_shortened_number(part) {
                return Err(Bad {
                    column: self.shown.get(*column).cloned(),
                    value: shorten(part),
                    reason:
                        "was shortened by a spreadsheet: format the column as text and enter the id again"
                            .to_owned(),
                });
            }
            if part.is_empty() {
                id.clear();
                break;
            }
            if i > 0 {
                id.push_str(&self.map.id.with);
            }
            id.push_str(part);
        }
        if id.len() > MAX_ID {
            return Err(Bad {
                column: self.id_column(),
                value: shorten(&id),
                reason: format!("is longer than the {MAX_ID} bytes an id may have"),
            });
        }
        if !id.is_empty() {
            return Ok((id, false));
        }
        if !self.map.id.from_content {
            return Err(Bad {
                column: self.id_column(),
                value: String::new(),
                reason: "is empty, but the map requires the id of the source".to_owned(),
            });
        }
        Ok((self.content_id(row), true))
    }

    /// Makes an id from every cell that the map reads: the same content gets the same id, in
    /// whatever order the columns stand and in whatever format the rows come.
    fn content_id(&self, row: &Row) -> String {
        let mut hash = Sha256::new();
        for (wanted, column) in self.map.wanted.iter().enumerate() {
            let text = row.shown(self.cell(row, wanted));
            let text = text.trim();
            if let (false, Some(heading)) = (text.is_empty(), column.headings.first()) {
                for part in [heading.as_str(), text] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part.as_bytes());
                }
            }
        }
        let digest = hash.finalize();
        let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
        format!("content-{hex}")
    }

    /// Makes the record of a row.
    pub(crate) fn record(&self, row: &Row, place: &dyn Fn() -> RowPlace) -> Result<Record, Bad> {
        let map = &self.map;
        let f = &map.fields;
        let (source_id, id_from_content) = self.id(row)?;
        let mut allegations = Vec::new();
        for rule in &map.allegations {
            self.items(row, rule, &mut allegations)?;
        }
        let mut tags = Vec::new();
        for rule in &map.tags {
            self.items(row, rule, &mut tags)?;
        }
        let mut extra = Vec::with_capacity(map.extra.len());
        for (name, rule) in &map.extra {
            let text = self.text(row, rule)?;
            if !text.is_empty() {
                extra.push((name.clone(), text.into_owned()));
            }
        }
        let language = self.text(row, &f.language)?;
        if !language
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            || language.len() > 35
        {
            return Err(self.bad(&f.language, &language, "is no language tag such as zh-CN or en"));
        }
        let branch = self.text(row, &f.branch)?;
        Ok(Record {
            source: map.source.clone(),
            source_id,
            id_from_content,
            received_at: self.received(row, &f.received_at)?,
            channel: self.word(row, &f.channel, Channel::ALL, Channel::Other)?,
            line: self.word(row, &f.line, Line::ALL, Line::Other)?,
            product: self.text(row, &f.product)?.into_owned(),
            title: Personal::new(self.text(row, &f.title)?),
            narrative: Personal::new(self.text(row, &f.narrative)?),
            customer_name: self.personal(row, &f.customer_name)?,
            customer_phone: self.personal_number(row, &f.customer_phone)?,
            customer_id_number: self.personal_number(row, &f.customer_id_number)?,
            customer_email: self.personal(row, &f.customer_email)?,
            customer_account: self.personal_number(row, &f.customer_account)?,
            language: if language.is_empty() {
                None
            } else {
                Some(language.replace('_', "-"))
            },
            branch: if branch.is_empty() {
                None
            } else {
                Some(BranchId(branch.into_owned()))
            },
            amount: self.amount(row)?,
            allegations: allegations.into_iter().map(Personal::new).collect(),
            address: self.personal(row, &f.address)?,
            position: self.position(row)?,
            tags,
            attachments: Vec::new(),
            extra,
            place: place(),
        })
    }
}

/// Longest id of a source, in bytes.
const MAX_ID: usize = 512;
