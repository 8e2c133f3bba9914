//! The words by which a text shows dissatisfaction, a threat, a need: data, not code.

use crate::{
    policy::CatalogueError,
    units::{STOP, spaced},
};
use serde::Deserialize;
use std::collections::HashSet;

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
    negations: Vec<String>,
    themes: Vec<ThemeWords>,
}

#[derive(Clone, Debug)]
struct ThemeWords {
    id: Theme,
    /// As written in the file, and laid out for the search.
    terms: Vec<(String, String)>,
    unless: Vec<String>,
    lines: Vec<String>,
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
        let lay_out = |place: &str, phrases: &[String], mistakes: &mut Vec<String>| {
            let mut seen = HashSet::new();
            let mut out = Vec::new();
            for phrase in phrases {
                let line = spaced(phrase);
                if line == " " || line.contains(STOP) {
                    mistakes.push(format!(
                        "{place}: {phrase:?} has no letters, or punctuation inside"
                    ));
                } else if !seen.insert(line.clone()) {
                    mistakes.push(format!("{place}: {phrase:?} is given twice"));
                } else {
                    out.push((phrase.clone(), line));
                }
            }
            out
        };
        let second = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(_, line)| line).collect();
        let negations = second(lay_out("negations", &read.negations, &mut mistakes));
        let themes = read
            .themes
            .iter()
            .map(|t| {
                let all: Vec<String> = t.zh.iter().chain(&t.en).cloned().collect();
                ThemeWords {
                    id: t.id,
                    terms: lay_out(&format!("theme {:?}", t.id), &all, &mut mistakes),
                    unless: second(lay_out(
                        &format!("theme {:?}, unless", t.id),
                        &t.unless,
                        &mut mistakes,
                    )),
                    lines: t.lines.clone(),
                }
            })
            .collect();
        if !mistakes.is_empty() {
            return Err(CatalogueError::mistakes(file, mistakes));
        }
        Ok(Lexicon {
            version: read.version,
            negations,
            themes,
        })
    }

    /// Returns the version written in the file.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the terms of a theme that occur in a text laid out by [`spaced`], in the order of the
    /// file, each once; a term inside a longer one that occurs is not counted beside it.
    pub(crate) fn terms_in(&self, theme: Theme, line: &str, business_line: &str) -> Vec<String> {
        let Some(words) = self.themes.iter().find(|t| t.id == theme) else {
            return Vec::new();
        };
        if !words.lines.is_empty() && !words.lines.iter().any(|l| l == business_line) {
            return Vec::new();
        }
        let excused: Vec<(usize, usize)> = words
            .unless
            .iter()
            .flat_map(|phrase| places(line, phrase))
            .collect();
        let inside = |(start, end): (usize, usize), spans: &[(usize, usize)]| {
            spans.iter().any(|&(s, e)| s <= start && end <= e)
        };
        let mut hits: Vec<(usize, (usize, usize))> = Vec::new();
        for (i, (_, term)) in words.terms.iter().enumerate() {
            let live = places(line, term)
                .find(|&(start, end)| !inside((start, end), &excused) && !self.negated(line, start));
            hits.extend(live.map(|span| (i, span)));
        }
        let covered = |&(i, (start, end)): &(usize, (usize, usize))| {
            hits.iter()
                .any(|&(j, (s, e))| i != j && s <= start && end <= e && e - s > end - start)
        };
        hits.iter()
            .filter(|hit| !covered(hit))
            .map(|&(i, _)| words.terms[i].0.clone())
            .collect()
    }

    /// Says whether a negation stands just before a place of the line, in the same clause.
    fn negated(&self, line: &str, start: usize) -> bool {
        let clause = line[..=start].rsplit(STOP).next().unwrap_or("");
        self.negations.iter().any(|negation| {
            clause.rfind(negation.as_str()).is_some_and(|at| {
                let between = &clause[at + negation.len() - 1..];
                between.split_whitespace().count() <= REACH
            })
        })
    }
}

/// Yields where a phrase stands in a line, both laid out with spaces around every unit.
fn places<'a>(line: &'a str, phrase: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
    line.match_indices(phrase)
        .map(|(at, found)| (at, at + found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(theme: Theme, text: &str) -> Vec<String> {
        Lexicon::builtin().terms_in(theme, &spaced(text), "loan")
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
