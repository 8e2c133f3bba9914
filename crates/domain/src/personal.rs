//! Text that tells something about a person.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A text about a person: sealed with the customer's key before it reaches the log.
///
/// It serialises as `{"personal": "text"}`, the mark by which the store finds and seals it; after
/// the customer's key is erased it reads back as `{"personal": null}` and [`Personal::text`]
/// returns `None`. `Debug` never shows the text, so no log line can leak it.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personal {
    personal: Option<String>,
}

impl Personal {
    /// Wraps a known text.
    pub fn new(text: impl Into<String>) -> Self {
        Personal {
            personal: Some(text.into()),
        }
    }

    /// Returns what is left of a text whose key is gone.
    #[must_use]
    pub fn erased() -> Self {
        Personal { personal: None }
    }

    /// Returns the text, or `None` when the customer's data has been erased.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.personal.as_deref()
    }

    /// Returns the text, or an empty text when it has been erased.
    #[must_use]
    pub fn or_empty(&self) -> &str {
        self.personal.as_deref().unwrap_or("")
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.personal.is_some() {
            "Personal(..)"
        } else {
            "Personal(erased)"
        })
    }
}

impl From<&str> for Personal {
    fn from(s: &str) -> Self {
        Personal::new(s)
    }
}
