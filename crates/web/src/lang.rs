//! The languages of the pages, and which one a reader wants.

pub(crate) use rules::Lang;

/// The value of `lang` attributes, of the language cookie and of the switch.
pub(crate) fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "zh-CN",
        Lang::ZhTw => "zh-TW",
        Lang::En => "en",
    }
}

/// Position in rows of words: simplified, traditional, English.
pub(crate) fn at(lang: Lang) -> usize {
    match lang {
        Lang::ZhCn => 0,
        Lang::ZhTw => 1,
        Lang::En => 2,
    }
}

/// Returns the language of this code, if it is one of ours.
pub(crate) fn from_code(code: &str) -> Option<Lang> {
    Lang::ALL.into_iter().find(|l| self::code(*l) == code)
}

/// Chooses by the browser's `Accept-Language`; simplified Chinese where it says nothing we have.
pub(crate) fn negotiate(accept: &str) -> Lang {
    let mut best = (Lang::ZhCn, 0.0f32);
    for part in accept.split(',').take(20) {
        let (tag, q) = match part.split_once(";q=") {
            Some((tag, q)) => (tag, q.trim().parse().unwrap_or(0.0)),
            None => (part, 1.0),
        };
        let tag = tag.trim().to_ascii_lowercase();
        let lang = if tag.starts_with("zh-tw")
            || tag.starts_with("zh-hk")
            || tag.starts_with("zh-mo")
            || tag.starts_with("zh-hant")
        {
            Some(Lang::ZhTw)
        } else if tag == "zh" || tag.starts_with("zh-") {
            Some(Lang::ZhCn)
        } else if tag == "en" || tag.starts_with("en-") {
            Some(Lang::En)
        } else {
            None
        };
        if let Some(lang) = lang.filter(|_| q > best.1) {
            best = (lang, q);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_wish_is_heard() {
        for (accept, lang) in [
            ("", Lang::ZhCn),
            ("de,fr;q=0.5", Lang::ZhCn),
            ("en-GB,en;q=0.9,zh;q=0.8", Lang::En),
            ("de, zh-Hant-HK;q=0.9, en;q=0.1", Lang::ZhTw),
            ("zh-TW", Lang::ZhTw),
            ("en;q=abc, zh-SG;q=0.2", Lang::ZhCn),
        ] {
            assert_eq!(negotiate(accept), lang, "{accept}");
        }
        for lang in Lang::ALL {
            assert_eq!(from_code(code(lang)), Some(lang));
        }
    }
}
