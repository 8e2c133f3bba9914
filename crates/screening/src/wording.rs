//! One sentence in the three languages of the house.

use serde::{Deserialize, Serialize};
use text::Language;

/// A sentence for customers and staff in every language in which Forecourt answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Mainland Chinese, simplified.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// Chinese of Taiwan and Hong Kong, traditional.
    #[serde(rename = "zh-TW")]
    pub zh_tw: String,
    /// English.
    pub en: String,
}

impl Wording {
    /// Returns the sentence in a customer's language; English for languages that have none of their own.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::SimplifiedChinese => &self.zh_cn,
            Language::TraditionalChinese => &self.zh_tw,
            Language::English | Language::Other => &self.en,
        }
    }

    /// Returns the three sentences with their names in the data file.
    pub(crate) fn each(&self) -> [(&'static str, &str); 3] {
        [("zh-CN", &self.zh_cn), ("zh-TW", &self.zh_tw), ("en", &self.en)]
    }

    /// Fills `{value}` and `{terms}` in all three.
    pub(crate) fn fill(&self, value: &str, terms: &[String]) -> Wording {
        let one = |s: &str, comma: &str| s.replace("{value}", value).replace("{terms}", &terms.join(comma));
        Wording {
            zh_cn: one(&self.zh_cn, "、"),
            zh_tw: one(&self.zh_tw, "、"),
            en: one(&self.en, ", "),
        }
    }
}
