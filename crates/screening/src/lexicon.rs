//! The words by which a text shows dissatisfaction, a threat, a need: data, not code.

use crate::{
    policy::CatalogueError,
    units::{STOP, spaced},
};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What the words of a text can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Strong dissatisfaction, anger, lost trust.
    Dissatisfaction,
    /// Going to the regulator, to court, to the press.
    Escalation,
    /// Age, illness, disability, hardship: someone who needs more care.
    Vulnerability,
    /// Something does not work and someone has to look at it.
    Technical,
    /// Terms, rates or charges of a loan that the customer does not understand or accept.
    LoanExplanation,
    /// The customer asks to be met in person.
    MeetingWish,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Theme; 6] = [
        Theme::Dissatisfaction,
        Theme::Escalation,
        Theme::Vulnerability,
        Theme::Technical,
        Theme::LoanExplanation,
        Theme::MeetingWish,
    ];
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    /// Phrases that turn the meaning of the term after them, such as 不想.
    negations: Vec<String>,
    #[serde(rename = "theme")]
    themes: Vec<ThemeEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThemeEntry {
    id: Theme,
    zh: Vec<String>,
    en: Vec<String>,
    /// Phrases that contain a term and mean something else, such as 起诉我 (the bank sues the customer).
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    lines: Vec<String>,
}

/// The lexicon, ready to search with.
#[derive(Clone, Debug)]
pub struct Lexicon {
    version: String,
    themes: Vec<ThemeWords>,
    /// Every phrase, found by its first unit, so that a text is walked once for all of them.
    phrases: HashMap<String, Vec<Phrase>>,
}

#[derive(Clone, Debug)]
struct ThemeWords {
    id: Theme,
    /// As written in the file.
    terms: Vec<String>,
    lines: Vec<String>,
}

#[derive(Clone, Debug)]
struct Phrase {
    /// Laid out for the search by [`spaced`].
    line: String,
    meaning: Meaning,
}

#[derive(Clone, Copy, Debug)]
enum Meaning {
    /// The nth term of a theme.
    Term(Theme, usize),
    /// Terms of this theme inside it do not count.
    Excuse(Theme),
    /// A term just after it does not count.
    Negation,
}

/// From the space before a phrase to the space after it.
type Span = (usize, usize);

/// What of the lexicon stands in one text.
#[derive(Default)]
pub(crate) struct Scan {
    terms: Vec<(Theme, usize, Span)>,
    excuses: Vec<(Theme, Span)>,
    negations: Vec<Span>,
}

/// How many units may stand between a negation and the term that it turns.
const REACH: usize = 2;

impl Lexicon {
    /// Returns the lexicon that Forecourt ships (`catalogue/lexicon.toml`).
    #[must_use]
    pub fn builtin() -> Lexicon {
        Lexicon::parse(
            include_str!("../../../catalogue/lexicon.toml"),
            "catalogue/lexicon.toml",
        )
        .expect("a test reads the shipped lexicon")
    }

    /// Reads a lexicon; `file` names it in errors.
    ///
    /// # Errors
    /// All mistakes at once: wrong TOML, an unknown key, a theme given twice or missing, an empty
    /// term or the same term twice in a theme.
    pub fn parse(source: &str, file: &str) -> Result<Lexicon, CatalogueError> {
        let read: File = toml::from_str(source).map_err(|e| CatalogueError::toml(file, &e))?;
        let mut mistakes = Vec::new();
        if read.version.trim().is_empty() {
            mistakes.push("version: is empty".to_owned());
        }
        for theme in Theme::ALL {
            let n = read.themes.iter().filter(|t| t.id == theme).count();
            if n != 1 {
                mistakes.push(format!("theme {theme:?}: given {n} times, must be given once"));
            }
        }
        let mut phrases = Phrases::default();
        phrases.add("negations", &read.negations, &mut mistakes, |_| Meaning::Negation);
        let mut themes = Vec::new();
        for t in read.themes {
            let place = format!("theme {:?}", t.id);
            let terms: Vec<String> = t.zh.into_iter().chain(t.en).collect();
            phrases.add(&place, &terms, &mut mistakes, |i| Meaning::Term(t.id, i));
            phrases.add(&format!("{place}, unless"), &t.unless, &mut mistakes, |_| {
                Meaning::Excuse(t.id)
            });
            themes.push(ThemeWords {
                id: t.id,
                terms,
                lines: t.lines,
            });
        }
        if !mistakes.is_empty() {
            return Err(CatalogueError::mistakes(file, mistakes));
        }
        Ok(Lexicon {
            version: read.version,
            themes,
            phrases: phrases.0,
        })
    }

    /// Returns the version written in the file.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Finds every phrase in a text laid out by [`spaced`].
    pub(crate) fn scan(&self, line: &str) -> Scan {
        let mut scan = Scan::default();
        for (space, _) in line.match_indices(' ') {
            let unit = line[space + 1..].split(' ').next().unwrap_or("");
            for phrase in self.phrases.get(unit).into_iter().flatten() {
                if line[space..].starts_with(&phrase.line) {
                    let span = (space, space + phrase.line.len());
                    match phrase.meaning {
                        Meaning::Term(theme, i) => scan.terms.push((theme, i, span)),
                        Meaning::Excuse(theme) => scan.excuses.push((theme, span)),
                        Meaning::Negation => scan.negations.push(span),
                    }
                }
            }
        }
        scan
    }

    /// Returns the terms of a theme that count in a scanned text, in the order of the file, each once:
    /// neither negated nor excused, nor part of a longer term.
    pub(crate) fn terms_in(&self, theme: Theme, scan: &Scan, line: &str, business_line: &str) -> Vec<String> {
        let Some(words) = self.themes.iter().find(|t| t.id == theme) else {
            return Vec::new();
        };
        if !words.lines.is_empty() && !words.lines.iter().any(|l| l == business_line) {
            return Vec::new();
        }
        let inside = |(start, end): Span, (s, e): Span| s <= start && end <= e;
        let live: Vec<(usize, Span)> = scan
            .terms
            .iter()
            .filter(|&&(t, _, span)| {
                t == theme
                    && !scan
                        .excuses
                        .iter()
                        .any(|&(x, excuse)| x == theme && inside(span, excuse))
                    && !scan
                        .negations
                        .iter()
                        .any(|&negation| negates(line, negation, span))
            })
            .map(|&(_, i, span)| (i, span))
            .collect();
        let part_of_longer = |span: Span| {
            live.iter()
                .any(|&(_, other)| other != span && inside(span, other))
        };
        let counted: BTreeSet<usize> = live
            .iter()
            .filter(|&&(_, span)| !part_of_longer(span))
            .map(|&(i, _)| i)
            .collect();
        counted.into_iter().map(|i| words.terms[i].clone()).collect()
    }
}

/// Says whether a negation stands just before a term, in the same clause.
fn negates(line: &str, (_, after): Span, (start, _): Span) -> bool {
    // Neighbours share the space between them.
    after <= start + 1 && {
        let between = line[after - 1..=start].split_whitespace();
        between.clone().count() <= REACH && !between.clone().any(|unit| unit == STOP)
    }
}

#[derive(Default)]
struct Phrases(HashMap<String, Vec<Phrase>>);

impl Phrases {
    /// Lays out one list of the file and notes its mistakes.
    fn add(
        &mut self,
        place: &str,
        list: &[String],
        mistakes: &mut Vec<String>,
        meaning: impl Fn(usize) -> Meaning,
    ) {
        let mut seen = HashSet::new();
        for (i, raw) in list.iter().enumerate() {
            let line = spaced(raw);
            let first = line.split_whitespace().next().unwrap_or("").to_owned();
            if first.is_empty() || line.contains(STOP) {
                mistakes.push(format!("{place}: {raw:?} has no letters, or punctuation inside"));
            } else if !seen.insert(line.clone()) {
                mistakes.push(format!("{place}: {raw:?} is given twice"));
            } else {
                self.0.entry(first).or_default().push(Phrase {
                    line,
                    meaning: meaning(i),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(theme: Theme, text: &str) -> Vec<String> {
        let (lexicon, line) = (Lexicon::builtin(), spaced(text));
        lexicon.terms_in(theme, &lexicon.scan(&line), &line, "loan")
    }

    #[test]
    fn finds_threats_in_both_scripts_and_in_english() {
        for text in [
            "再不解决我就起诉你们",
            "再不解決我就起訴你們",
            "我会向金融监管总局反映，打12378",
            "I will take you to small claims court.",
            "My attorney has been informed",
        ] {
            assert!(!found(Theme::Escalation, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_negation_or_another_meaning_is_no_threat() {
        for text in [
            "我不想起诉，只想把钱要回来",
            "没打算找媒体",
            "银行打电话说要起诉我",
            "尊敬的监管部门：",
            "I do not want to sue anybody",
            "they threatened to sue me",
            "the issue is that I pursue a refund",
        ] {
            assert_eq!(found(Theme::Escalation, text), Vec::<String>::new(), "{text}");
        }
        let both = "银行说要起诉我。那我也去法院起诉";
        assert!(!found(Theme::Escalation, both).is_empty(), "{both}");
        assert!(
            !found(Theme::Escalation, "我不想再等，我要起诉").is_empty(),
            "a comma ends the negation"
        );
    }

    #[test]
    fn a_longer_term_swallows_the_shorter() {
        let terms = found(Theme::Dissatisfaction, "对你们非常不满意");
        assert_eq!(terms.len(), 1, "{terms:?}");
        assert_eq!(
            found(Theme::Dissatisfaction, "They lied to me. They lied to me!"),
            ["lied to me"]
        );
    }

    #[test]
    fn all_mistakes_are_named() {
        let file = r#"
            version = ""
            negations = ["！"]
            [[theme]]
            id = "escalation"
            zh = ["起诉", "起訴"]
            en = []
        "#;
        insta::assert_snapshot!(Lexicon::parse(file, "my.toml").unwrap_err());
        insta::assert_snapshot!(
            "unknown_key",
            Lexicon::parse(
                "version = \"1\"\nnegations = []\ntheme = []\ncolour = 1",
                "my.toml"
            )
            .unwrap_err()
        );
    }
}
