//! The two languages that the report is written in.

use rules::Lang;

/// A language of the report. The data come in simplified Chinese and English only, so a reader of
/// traditional Chinese gets simplified Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    Zh,
    En,
}

impl From<Lang> for Tongue {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::ZhCn | Lang::ZhTw => Tongue::Zh,
            Lang::En => Tongue::En,
        }
    }
}

impl Tongue {
    pub(crate) const ALL: [Tongue; 2] = [Tongue::Zh, Tongue::En];

    /// The value of `lang` attributes.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Tongue::Zh => "zh-CN",
            Tongue::En => "en",
        }
    }

    /// What ids of this language's half of the page begin with.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Tongue::Zh => "zh",
            Tongue::En => "en",
        }
    }

    /// Picks the text of this language, or the other one where this is missing.
    pub(crate) fn pick(self, (zh, en): &(String, String)) -> &str {
        let (mine, other) = match self {
            Tongue::Zh => (zh, en),
            Tongue::En => (en, zh),
        };
        if mine.is_empty() { other } else { mine }
    }
}
