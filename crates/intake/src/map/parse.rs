//! Reads a map file, gathering every mistake with its line and path.

use super::{
    Decimal, Fields, Format, From, IdRule, Kind, Map, Mistake, Otherwise, Rule, Wanted, check, heading_key,
};
use domain::Currency;
use jiff::tz::TimeZone;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Reads the text of a map.
pub(super) fn map(text: &str) -> Result<Map, Vec<Mistake>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut walk = Walk {
        text,
        mistakes: Vec::new(),
        wanted: Vec::new(),
    };
    for e in &errors {
        let at = e.span().map_or(0, |s| s.start);
        walk.mistake(at, "the file", e.message().to_owned());
    }
    if !walk.mistakes.is_empty() {
        return Err(walk.mistakes);
    }
    let map = walk.map(root.get_ref());
    walk.mistakes.sort_by_key(|m| m.line);
    match map {
        Some(map) if walk.mistakes.is_empty() => Ok(map),
        _ => Err(walk.mistakes),
    }
}

pub(super) type Value<'i> = Spanned<DeValue<'i>>;

pub(super) struct Walk<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
    wanted: Vec<Wanted>,
}

impl Walk<'_> {
    pub(super) fn mistake(&mut self, at: usize, path: &str, what: impl Into<String>) {
        let line = 1 + self
            .text
            .as_bytes()
            .iter()
            .take(at)
            .filter(|b| **b == b'\n')
            .count();
        self.mistakes.push(Mistake {
            line,
            path: path.to_owned(),
            what: what.into(),
        });
    }

    fn wrong_type(&mut self, value: &Value<'_>, path: &str, wanted: &str) {
        let found = value.get_ref().type_str();
        self.mistake(
            value.span().start,
            path,
            format!("expected {wanted}, found a TOML {found}"),
        );
    }

    pub(super) fn string(&mut self, value: &Value<'_>, path: &str) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(value, path, "a text");
        }
        text
    }

    fn boolean(&mut self, value: &Value<'_>, path: &str) -> bool {
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(value, path, "true or false");
            false
        })
    }

    /// A text or a list of texts, none of them empty.
    fn strings(&mut self, value: &Value<'_>, path: &str) -> Vec<String> {
        let texts: Vec<String> = match value.get_ref() {
            DeValue::String(s) => vec![s.to_string()],
            DeValue::Array(items) => items.iter().filter_map(|item| self.string(item, path)).collect(),
            _ => {
                self.wrong_type(value, path, "a text or a list of texts");
                return Vec::new();
            }
        };
        if texts.is_empty() || texts.iter().any(|t| t.trim().is_empty()) {
            self.mistake(value.span().start, path, "is empty");
        }
        texts
    }

    fn map(&mut self, root: &DeTable<'_>) -> Option<Map> {
        let mut name = None;
        let mut title = String::new();
        let mut source = None;
        let mut format = Format {
            heading_row: 1,
            ..Format::default()
        };
        let mut zone = None;
        let mut currency = None;
        let mut id = IdRule {
            columns: Vec::new(),
            with: "-".to_owned(),
            from_content: true,
        };
        let mut fields = Fields::default();
        for (field, _) in Fields::KINDS {
            if let Some(rule) = fields.get_mut(field) {
                rule.name = (*field).to_owned();
            }
        }
        let (mut allegations, mut tags, mut extra) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in root {
            let at = key.span().start;
            match key.get_ref().as_ref() {
                "name" => name = self.string(value, "name"),
                "title" => title = self.string(value, "title").unwrap_or_default(),
                "source" => source = self.string(value, "source"),
                "zone" => zone = self.string(value, "zone").and_then(|z| self.zone(value, &z)),
                "currency" => currency = self.string(value, "currency").and_then(|c| self.currency(value, c)),
                "format" => self.format(value, &mut format),
                "id" => self.id(value, &mut id),
                "fields" => self.fields(value, &mut fields),
                "allegations" => allegations = self.lists(value, "allegations"),
                "tags" => tags = self.lists(value, "tags"),
                "extra" => extra = self.extra(value),
                other => self.mistake(
                    at,
                    other,
                    "is no key of a map; known are name, title, source, zone, currency, format, id, fields, allegations, tags, extra",
                ),
            }
        }
        if name.as_deref().is_none_or(|n| n.trim().is_empty()) {
            self.mistake(0, "name", "is missing");
        }
        if zone.is_none() && !root.iter().any(|(k, _)| k.get_ref().as_ref() == "zone") {
            self.mistake(
                0,
                "zone",
                "is missing: give the time zone of dates, such as \"Asia/Shanghai\"",
            );
        }
        if matches!(fields.received_at.from, From::Nothing) {
            self.mistake(
                0,
                "fields.received_at",
                "is missing: every complaint needs the time of its receipt",
            );
        }
        check::required_columns(&fields, &mut self.wanted);
        let name = name?;
        Some(Map {
            source: source.unwrap_or_else(|| name.clone()).into(),
            name,
            title,
            format,
            zone: zone?,
            currency,
            wanted: std::mem::take(&mut self.wanted),
            id,
            fields,
            allegations,
            tags,
            extra,
        })
    }

    fn zone(&mut self, value: &Value<'_>, name: &str) -> Option<TimeZone> {
        match TimeZone::get(name) {
            Ok(zone) => Some(zone),
            Err(_) => {
                self.mistake(
                    value.span().start,
                    "zone",
                    format!("{name:?} is no time zone; write it as \"Asia/Shanghai\""),
                );
                None
            }
        }
    }

    fn currency(&mut self, value: &Value<'_>, code: String) -> Option<Currency> {
        Currency::try_from(code)
            .map_err(|e| self.mistake(value.span().start, "currency", e.to_string()))
            .ok()
    }

    fn table<'v, 'i>(&mut self, value: &'v Value<'i>, path: &str) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, path, "a table");
        }
        table
    }

    fn format(&mut self, value: &Value<'_>, format: &mut Format) {
        let Some(table) = self.table(value, "format") else {
            return;
        };
        for (key, value) in table {
            let path = format!("format.{}", key.get_ref());
            let at = value.span().start;
            match key.get_ref().as_ref() {
                "delimiter" => match self.string(value, &path).as_deref() {
                    Some("," | ";" | "\t" | "|") => {
                        format.delimiter = value.get_ref().as_str().and_then(|s| s.bytes().next());
                    }
                    Some(_) => self.mistake(at, &path, "must be \",\", \";\", \"|\" or a tab (\"\\t\")"),
                    None => {}
                },
                "encoding" => {
                    if let Some(label) = self.string(value, &path) {
                        format.encoding = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
                        if format.encoding.is_none() {
                            self.mistake(
                                at,
                                &path,
                                format!("{label:?} is no known encoding; try \"utf-8\" or \"gb18030\""),
                            );
                        }
                    }
                }
                "sheet" => format.sheet = self.string(value, &path),
                "heading_row" => match value
                    .get_ref()
                    .as_integer()
                    .map(|i| u64::from_str_radix(i.as_str(), i.radix()))
                {
                    Some(Ok(row @ 1..=1000)) => format.heading_row = row,
                    _ => self.mistake(at, &path, "must be a row number from 1 to 1000"),
                },
                _ => self.mistake(
                    at,
                    &path,
                    "is not known; known are delimiter, encoding, sheet, heading_row",
                ),
            }
        }
    }

    fn id(&mut self, value: &Value<'_>, id: &mut IdRule) {
        let Some(table) = self.table(value, "id") else {
            return;
        };
        for (key, value) in table {
            let path = format!("id.{}", key.get_ref());
            match key.get_ref().as_ref() {
                "column" => id.columns = vec![self.want(value, &path)],
                "join" => id.columns = self.join(value, &path),
                "with" => id.with = self.string(value, &path).unwrap_or_default(),
                "missing" => match self.string(value, &path).as_deref() {
                    Some("content") => id.from_content = true,
                    Some("refuse") => id.from_content = false,
                    Some(_) => self.mistake(value.span().start, &path, "must be \"content\" or \"refuse\""),
                    None => {}
                },
                _ => self.mistake(
                    key.span().start,
                    &path,
                    "is not known; known are column, join, with, missing",
                ),
            }
        }
    }

    fn fields(&mut self, value: &Value<'_>, fields: &mut Fields) {
        let Some(table) = self.table(value, "fields") else {
            return;
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let path = format!("fields.{name}");
            let Some((_, kind)) = Fields::KINDS.iter().find(|(field, _)| *field == name) else {
                let known: Vec<_> = Fields::KINDS.iter().map(|(f, _)| *f).collect();
                self.mistake(
                    key.span().start,
                    &path,
                    format!("is no field; known are {}", known.join(", ")),
                );
                continue;
            };
            let rule = self.rule(value, &path, name, *kind);
            if let Some(slot) = fields.get_mut(name) {
                *slot = rule;
            }
        }
    }

    fn lists(&mut self, value: &Value<'_>, path: &str) -> Vec<Rule> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(value, path, &format!("tables headed [[{path}]]"));
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .map(|(i, item)| self.rule(item, &format!("{path}[{i}]"), path, Kind::List))
            .collect()
    }

    fn extra(&mut self, value: &Value<'_>) -> Vec<(String, Rule)> {
        let Some(table) = self.table(value, "extra") else {
            return Vec::new();
        };
        table
            .iter()
            .map(|(key, value)| {
                let name = key.get_ref().as_ref();
                (
                    name.to_owned(),
                    self.rule(value, &format!("extra.{name}"), name, Kind::Text),
                )
            })
            .collect()
    }

    /// One rule: a heading, a list of headings, or a table of settings.
    fn rule(&mut self, value: &Value<'_>, path: &str, name: &str, kind: Kind) -> Rule {
        let mut rule = Rule {
            name: name.to_owned(),
            ..Rule::default()
        };
        let Some(table) = value.get_ref().as_table() else {
            rule.from = From::Columns {
                columns: vec![self.want(value, path)],
                with: String::new(),
            };
            return rule;
        };
        let mut with = None;
        let mut sources = 0;
        for (key, value) in table {
            let key_path = format!("{path}.{}", key.get_ref());
            let at = value.span().start;
            match key.get_ref().as_ref() {
                "column" => {
                    sources += 1;
                    rule.from = From::Columns { columns: vec![self.want(value, &key_path)], with: String::new() };
                }
                "join" => {
                    sources += 1;
                    rule.from = From::Columns { columns: self.join(value, &key_path), with: String::new() };
                }
                "constant" => {
                    sources += 1;
                    rule.from = From::Constant(self.string(value, &key_path).unwrap_or_default());
                }
                "with" => with = self.string(value, &key_path).map(|w| (at, w)),
                "default" => rule.default = self.string(value, &key_path),
                "required" => rule.required = self.boolean(value, &key_path),
                "trim" => rule.keep_spaces = !self.boolean(value, &key_path),
                "values" => self.values(value, &key_path, &mut rule),
                "otherwise" => {
                    if let Some(word) = self.string(value, &key_path) {
                        rule.otherwise = Otherwise::Becomes(word);
                    }
                }
                "only_listed" => {
                    if self.boolean(value, &key_path) {
                        rule.otherwise = Otherwise::Refuse;
                    }
                }
                "separator" => rule.separator = self.string(value, &key_path),
                "dates" => rule.dates = self.strings(value, &key_path),
                "decimal" => match self.string(value, &key_path).as_deref() {
                    Some("auto") => rule.decimal = Decimal::Auto,
                    Some("point") => rule.decimal = Decimal::Point,
                    Some("comma") => rule.decimal = Decimal::Comma,
                    Some(_) => self.mistake(at, &key_path, "must be \"auto\", \"point\" or \"comma\""),
                    None => {}
                },
                _ => self.mistake(
                    key.span().start,
                    &key_path,
                    "is not known; known are column, join, with, constant, default, required, trim, values, otherwise, only_listed, separator, dates, decimal",
                ),
            }
        }
        let at = value.span().start;
        if sources > 1 {
            self.mistake(at, path, "has more than one of column, join and constant");
        }
        if sources == 0 && rule.default.is_none() {
            self.mistake(at, path, "has none of column, join, constant and default");
        }
        if let Some((at, text)) = with {
            match &mut rule.from {
                From::Columns { columns, with } if columns.len() > 1 => *with = text,
                _ => self.mistake(at, &format!("{path}.with"), "only applies beside join"),
            }
        } else if let From::Columns { columns, with } = &mut rule.from
            && columns.len() > 1
        {
            *with = " ".to_owned();
        }
        check::rule(self, at, path, kind, &rule);
        rule
    }

    fn values(&mut self, value: &Value<'_>, path: &str, rule: &mut Rule) {
        let Some(table) = self.table(value, path) else {
            return;
        };
        for (key, value) in table {
            let from = key.get_ref().trim().to_lowercase();
            let Some(to) = self.string(value, &format!("{path}.{}", key.get_ref())) else {
                continue;
            };
            if rule.values.insert(from, to).is_some() {
                self.mistake(
                    key.span().start,
                    path,
                    format!("lists {:?} twice (case does not count)", key.get_ref()),
                );
            }
        }
    }

    fn join(&mut self, value: &Value<'_>, path: &str) -> Vec<usize> {
        match value.get_ref().as_array() {
            Some(items) if items.len() > 1 => items.iter().map(|item| self.want(item, path)).collect(),
            _ => {
                self.mistake(
                    value.span().start,
                    path,
                    "must be a list of at least two columns, each a heading or a list of headings",
                );
                Vec::new()
            }
        }
    }

    /// Notes a column as wanted and returns its position.
    fn want(&mut self, value: &Value<'_>, path: &str) -> usize {
        let headings = self.strings(value, path);
        let keys: Vec<String> = headings.iter().map(|h| heading_key(h)).collect();
        let same = |w: &Wanted| w.headings.iter().map(|h| heading_key(h)).eq(keys.iter().cloned());
        if let Some(at) = self.wanted.iter().position(same) {
            return at;
        }
        self.wanted.push(Wanted {
            headings,
            required: None,
        });
        self.wanted.len() - 1
    }
}
