//! Goes through a JSON document beside its schema and notes every mistake, not only the first.
//!
//! It is driven by the JSON reader itself, so that keys given twice are seen and nothing of a large document need be kept.

use crate::schema::{Kind, Rule, Schema, names};
use crate::words::{seconds_of, shown};
use planner::Issue;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// More mistakes than this are counted and not told.
pub(crate) const MOST_ISSUES: usize = 1000;

/// The mistakes found so far.
pub(crate) struct Walk<'s> {
    schema: &'s Schema,
    /// Keep the document, with stand-ins where it is wrong?
    keep: bool,
    path: String,
    pub(crate) issues: Vec<Issue>,
    /// Mistakes beyond those.
    pub(crate) more: usize,
    /// Where stand-ins were put.
    pub(crate) mended: Vec<String>,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(schema: &'s Schema, keep: bool) -> Self {
        Walk {
            schema,
            keep,
            path: String::new(),
            issues: Vec::new(),
            more: 0,
            mended: Vec::new(),
        }
    }

    /// Reads one document. With `keep`, the value returned has the form that the schema asks for.
    ///
    /// # Errors
    /// When the text is not JSON; the mistakes before that place are in `issues`.
    pub(crate) fn document(&mut self, text: &str) -> serde_json::Result<Value> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let rule = &self.schema.root;
        let value = Expected { walk: self, rule }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(value)
    }

    fn note(&mut self, reason: String) {
        if self.issues.len() < MOST_ISSUES {
            let path = if self.path.is_empty() {
                "document"
            } else {
                self.path.trim_start_matches('.')
            };
            self.issues.push(Issue {
                path: path.to_owned(),
                reason,
            });
        } else {
            self.more += 1;
        }
    }

    /// Notes a value that cannot be used and gives one to stand in for it.
    fn mend(&mut self, rule: &Rule, reason: String) -> Value {
        self.note(reason);
        if !self.keep {
            return Value::Null;
        }
        self.mended.push(self.path.trim_start_matches('.').to_owned());
        self.schema.stand_in(rule)
    }

    /// Does `work` one step further down.
    fn at<T>(&mut self, step: fmt::Arguments<'_>, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        // Writing to a String cannot fail.
        let _ = fmt::write(&mut self.path, step);
        let done = work(self);
        self.path.truncate(before);
        done
    }
}

/// One value, as the schema expects it.
struct Expected<'w, 's> {
    walk: &'w mut Walk<'s>,
    rule: &'s Rule,
}

impl<'s> Expected<'_, 's> {
    /// The rule itself, if it asks for `kind`.
    fn asks(&self, kind: Kind) -> Option<&'s Rule> {
        let (rule, _) = self.walk.schema.resolve(self.rule);
        (rule.kind == Some(kind)).then_some(rule)
    }

    fn wrong(self, found: &str) -> Value {
        let (rule, _) = self.walk.schema.resolve(self.rule);
        let expected = rule.expected();
        self.walk
            .mend(self.rule, format!("expected {expected}, found {found}"))
    }

    fn number(self, found: Number) -> Value {
        let Some(rule) = self.asks(Kind::Integer).or_else(|| self.asks(Kind::Number)) else {
            return self.wrong(&found.to_string());
        };
        if rule.kind == Some(Kind::Integer) && found.is_f64() {
            return self.wrong(&found.to_string());
        }
        let (least, most) = (rule.minimum.as_ref(), rule.maximum.as_ref());
        if least.is_some_and(|least| less(&found, least)) || most.is_some_and(|most| less(most, &found)) {
            let [least, most] =
                [least, most].map(|bound| bound.map_or_else(|| "any".to_owned(), Number::to_string));
            let reason = format!("{found} is not between {least} and {most}");
            return self.walk.mend(self.rule, reason);
        }
        Value::Number(found)
    }
}

/// Compares two numbers of JSON: whole ones exactly.
fn less(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64() < b.as_f64(),
    }
}

impl<'de> DeserializeSeed<'de> for Expected<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Expected<'_, '_> {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        let (_, or_null) = self.walk.schema.resolve(self.rule);
        Ok(if or_null { Value::Null } else { self.wrong("null") })
    }

    fn visit_bool<E>(self, found: bool) -> Result<Value, E> {
        Ok(match self.asks(Kind::Boolean) {
            Some(_) => found.into(),
            None => self.wrong(if found { "true" } else { "false" }),
        })
    }

    fn visit_i64<E>(self, found: i64) -> Result<Value, E> {
        Ok(self.number(found.into()))
    }

    fn visit_u64<E>(self, found: u64) -> Result<Value, E> {
        Ok(self.number(found.into()))
    }

    fn visit_f64<E>(self, found: f64) -> Result<Value, E> {
        Ok(match Number::from_f64(found) {
            Some(number) => self.number(number),
            None => self.wrong(&found.to_string()),
        })
    }

    fn visit_str<E>(self, found: &str) -> Result<Value, E> {
        let Some(rule) = self.asks(Kind::String) else {
            let clock = seconds_of(found)
                .filter(|_| self.asks(Kind::Integer).is_some())
                .map_or_else(String::new, |s| format!(" (as seconds from 00:00: {s})"));
            return Ok(self.wrong(&format!("\"{}\"{clock}", shown(found))));
        };
        if !rule.words.is_empty() && !rule.words.iter().any(|w| w == found) {
            return Ok(self.wrong(&format!("\"{}\"", shown(found))));
        }
        Ok(found.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Some(items) = self.asks(Kind::Array).and_then(|rule| rule.items.as_deref()) else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(self.wrong("a list"));
        };
        let walk = self.walk;
        let mut kept = Vec::new();
        for i in 0.. {
            let item = walk.at(format_args!("[{i}]"), |walk| {
                list.next_element_seed(Expected { walk, rule: items })
            })?;
            match item {
                Some(value) if walk.keep => kept.push(value),
                Some(_) => {}
                None => break,
            }
        }
        Ok(Value::Array(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let Some(rule) = self.asks(Kind::Object) else {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(self.wrong("an object"));
        };
        let walk = self.walk;
        let mut kept = Map::new();
        let mut seen: Vec<&str> = Vec::new();
        let mut kind = None;
        while let Some(key) = fields.next_key::<String>()? {
            let Some((name, field)) = rule.properties.get_key_value(&key) else {
                walk.at(format_args!(".{}", shown(&key)), |walk| {
                    walk.note(unknown(rule, &key));
                });
                fields.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen.contains(&name.as_str()) {
                walk.at(format_args!(".{name}"), |walk| {
                    walk.note("given twice in one object; keep one".to_owned());
                });
                fields.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = walk.at(format_args!(".{name}"), |walk| {
                fields.next_value_seed(Expected { walk, rule: field })
            })?;
            if name == "kind" {
                kind = value.as_str().map(str::to_owned);
            }
            if walk.keep && (seen.is_empty() || !rule.exactly_one()) {
                kept.insert(key, value);
            }
            seen.push(name);
        }
        for name in rule.required.iter().filter(|n| !seen.contains(&n.as_str())) {
            let stand_in = missing(walk, rule, name);
            kept.insert(name.clone(), stand_in);
        }
        if rule.exactly_one() && seen.len() != 1 {
            let found = match seen.len() {
                0 => "none of them".to_owned(),
                number => format!("{number} of them"),
            };
            let stand_in = walk.mend(rule, format!("expected {}, found {found}", rule.expected()));
            if seen.is_empty() {
                return Ok(stand_in);
            }
        }
        if let Some(branch) = kind.and_then(|kind| rule.one_of.iter().find(|b| b.is(&kind))) {
            for name in branch.fields().iter().filter(|n| !seen.contains(&n.as_str())) {
                missing(walk, rule, name);
            }
            for name in seen.iter().filter(|n| !branch.fields().iter().any(|f| f == **n)) {
                walk.at(format_args!(".{name}"), |walk| {
                    let fields = names(branch.fields().iter());
                    walk.note(format!("does not belong to this kind, which has {fields}"));
                });
            }
        }
        Ok(Value::Object(kept))
    }
}

fn missing(walk: &mut Walk, rule: &Rule, name: &str) -> Value {
    let Some(field) = rule.properties.get(name) else {
        return Value::Null;
    };
    let (own, _) = walk.schema.resolve(field);
    let expected = own.expected();
    walk.at(format_args!(".{name}"), |walk| {
        walk.mend(field, format!("missing; expected {expected}"))
    })
}

fn unknown(rule: &Rule, key: &str) -> String {
    let near = rule
        .properties
        .keys()
        .map(|name| (distance(name, key), name))
        .min()
        .filter(|(far, name)| *far <= 1 + name.len() / 4);
    match near {
        Some((_, name)) => format!("unknown field; did you mean `{name}`?"),
        None => format!("unknown field; known are {}", names(rule.properties.keys())),
    }
}

/// Letters to change, add or take away to get from `a` to `b` (Levenshtein 1966); what is much longer is simply far.
fn distance(a: &str, b: &str) -> usize {
    if b.len() > 2 * a.len() + 4 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
