//! The content of a new event: written to JSON once, straight from the type that the caller has.

use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// The content of an event that is not stored yet: JSON, in which personal texts are marked as
/// [`domain::Personal`] writes them. `Debug` shows only its length, so that no log line can leak it.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// Compact JSON, as `serde_json` writes it: the store relies on there being no blanks.
    text: String,
}

impl Body {
    /// Writes `value` as JSON.
    ///
    /// # Errors
    /// When the type refuses to be written.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Body {
            text: serde_json::to_string(value)?,
        })
    }

    /// Writes an enum value whose JSON is `"name"` or `{"name": content}`; returns its name and its
    /// content, `null` when it has none.
    ///
    /// # Errors
    /// When the type refuses to be written, or its JSON has another form.
    pub fn of_variant(value: &impl Serialize) -> Result<(String, Self), serde_json::Error> {
        let other = || serde::ser::Error::custom("it is no enum value with its name outside");
        let mut text = serde_json::to_string(value)?;
        let Some(inner) = text.strip_prefix("{\"").and_then(|t| t.strip_suffix('}')) else {
            let name = serde_json::from_str(&text).map_err(|_| other())?;
            return Ok((name, Body::from(Value::Null)));
        };
        let end = inner.find('"').ok_or_else(other)?;
        let (name, content) = (&inner[..end], &inner[end + 1..]);
        if name.contains('\\') || !content.starts_with(':') {
            return Err(other());
        }
        let name = name.to_owned();
        text.pop();
        // The brace, two quotes, the colon.
        text.drain(..name.len() + 4);
        Ok((name, Body { text }))
    }

    /// Returns the content as a tree.
    #[must_use]
    pub fn value(&self) -> Value {
        // Written by `serde_json` itself; only a body nested beyond its limit, which is never stored,
        // does not read back.
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Body {
            text: value.to_string(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Event {
        Bare,
        Held { n: u8, text: domain::Personal },
        Listed(Vec<u8>),
    }

    #[test]
    fn variants_are_taken_apart() {
        let held = Event::Held {
            n: 1,
            text: domain::Personal::new("\"}"),
        };
        for (event, name, content) in [
            (Event::Bare, "bare", json!(null)),
            (held, "held", json!({"n": 1, "text": {"personal": "\"}"}})),
            (Event::Listed(vec![1, 2]), "listed", json!([1, 2])),
        ] {
            let (kind, body) = Body::of_variant(&event).unwrap();
            assert_eq!((kind.as_str(), body.value()), (name, content));
        }
        assert!(Body::of_variant(&3).is_err());
        assert!(Body::of_variant(&json!({})).is_err());
    }
}
