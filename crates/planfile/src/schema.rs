//! The part of JSON Schema that our two schemas use, and no more: an unknown keyword is an error, so that no rule
//! stands in a schema without being kept.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A whole schema.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) root: Rule,
    shared: BTreeMap<String, Rule>,
}

/// What is asked of one value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rule {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    /// What is expected, in words.
    title: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "default")]
    _default: Option<Value>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Kind>,
    #[serde(default)]
    pub(crate) properties: BTreeMap<String, Rule>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    #[serde(rename = "additionalProperties")]
    _closed: Option<Never>,
    min_properties: Option<usize>,
    max_properties: Option<usize>,
    pub(crate) items: Option<Box<Rule>>,
    #[serde(default, rename = "enum")]
    pub(crate) words: Vec<String>,
    pub(crate) minimum: Option<serde_json::Number>,
    pub(crate) maximum: Option<serde_json::Number>,
    #[serde(default)]
    any_of: Vec<Rule>,
    /// For objects with a `kind`: what each kind has.
    #[serde(default)]
    pub(crate) one_of: Vec<Branch>,
}

/// What one kind of an object has.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Branch {
    #[serde(rename = "description")]
    _description: String,
    properties: BTreeMap<String, Value>,
    required: Vec<String>,
    #[serde(rename = "additionalProperties")]
    _closed: Never,
}

impl Branch {
    /// Says whether this is the branch of `kind`.
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.properties
            .get("kind")
            .is_some_and(|k| k["const"].as_str() == Some(kind))
    }

    /// The fields that an object of this kind has, all of them needed.
    pub(crate) fn fields(&self) -> &[String] {
        &self.required
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Null,
}

/// `false`: all our objects are closed.
#[derive(Debug)]
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if bool::deserialize(from)? {
            return Err(serde::de::Error::custom("objects are closed: false is expected"));
        }
        Ok(Never)
    }
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// When it uses a keyword that is not known here, or refers to what is not there.
    pub(crate) fn parse(text: &str) -> serde_json::Result<Schema> {
        let mut document: Map<String, Value> = serde_json::from_str(text)?;
        for about in ["$schema", "title"] {
            document.remove(about);
        }
        let shared = document.remove("$defs").unwrap_or_default();
        let schema = Schema {
            root: serde_json::from_value(Value::Object(document))?,
            shared: serde_json::from_value(shared)?,
        };
        for rule in schema.shared.values().chain([&schema.root]) {
            schema.complete(rule)?;
        }
        Ok(schema)
    }

    /// Sees that every rule says what it wants.
    fn complete(&self, rule: &Rule) -> serde_json::Result<()> {
        let (own, _) = self.resolve(rule);
        if own.kind.is_none() {
            return Err(serde::de::Error::custom(format!(
                "{:?} leads to no type",
                rule.reference
            )));
        }
        let inner = rule.properties.values().chain(rule.items.as_deref());
        inner.chain(&rule.any_of).try_for_each(|r| self.complete(r))
    }

    /// Follows references; the second value says whether `null` will do too.
    pub(crate) fn resolve<'s>(&'s self, rule: &'s Rule) -> (&'s Rule, bool) {
        let or_null = rule.any_of.iter().any(|r| r.kind == Some(Kind::Null));
        let named = rule
            .reference
            .as_deref()
            .and_then(|r| self.shared.get(r.strip_prefix("#/$defs/")?));
        let inner = named.or_else(|| rule.any_of.iter().find(|r| r.kind != Some(Kind::Null)));
        match inner {
            // Nothing refers to itself in a circle without an object between: see the test of the schemas.
            Some(inner) => {
                let (own, null) = self.resolve(inner);
                (own, null || or_null)
            }
            None => (rule, or_null),
        }
    }

    /// The smallest value that `rule` allows, to stand where a wrong one stood.
    pub(crate) fn stand_in(&self, rule: &Rule) -> Value {
        let (rule, or_null) = self.resolve(rule);
        if or_null {
            return Value::Null;
        }
        match rule.kind {
            Some(Kind::Object) => {
                let mut fields = Map::new();
                let one = rule.properties.keys().take(usize::from(rule.exactly_one()));
                for name in rule.required.iter().chain(one) {
                    if let Some(field) = rule.properties.get(name) {
                        fields.insert(name.clone(), self.stand_in(field));
                    }
                }
                Value::Object(fields)
            }
            Some(Kind::Array) => Value::Array(Vec::new()),
            Some(Kind::String) => rule.words.first().map_or("?", String::as_str).into(),
            Some(Kind::Integer | Kind::Number) => match &rule.minimum {
                Some(least) if least.as_f64().is_some_and(|n| n > 0.0) => Value::Number(least.clone()),
                _ => 0.into(),
            },
            Some(Kind::Boolean) => false.into(),
            Some(Kind::Null) | None => Value::Null,
        }
    }
}

impl Rule {
    /// True for objects of which exactly one field is given.
    pub(crate) fn exactly_one(&self) -> bool {
        self.min_properties == Some(1) && self.max_properties == Some(1)
    }

    /// What is expected, in words.
    pub(crate) fn expected(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        if !self.words.is_empty() {
            return format!("one of {}", names(self.words.iter()));
        }
        match self.kind {
            Some(Kind::Object) if self.exactly_one() => {
                format!("an object with one of {}", names(self.properties.keys()))
            }
            Some(Kind::Object) => "an object".into(),
            Some(Kind::Array) => "a list".into(),
            Some(Kind::String) => "a text".into(),
            Some(Kind::Integer) => "a whole number".into(),
            Some(Kind::Number) => "a number".into(),
            Some(Kind::Boolean) => "true or false".into(),
            Some(Kind::Null) | None => "nothing".into(),
        }
    }
}

/// Lists names between backticks.
pub(crate) fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_are_read_and_a_keyword_that_is_not_kept_is_refused() {
        for text in [crate::PROBLEM_SCHEMA, crate::PLAN_SCHEMA] {
            Schema::parse(text).unwrap();
        }
        for wrong in [
            r#"{"type":"string","pattern":"^a"}"#,
            r##"{"$ref":"#/$defs/nothing"}"##,
            r#"{"type":"object","additionalProperties":true}"#,
            r#"{"type":"object","properties":{"a":{}}}"#,
        ] {
            assert!(Schema::parse(wrong).is_err(), "{wrong}");
        }
    }
}
