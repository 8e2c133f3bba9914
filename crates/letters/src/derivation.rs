//! A derivation's lines taken apart again, so that a page can set them as a list of steps.
//!
//! The text is what `rules::Derivation::to_text` prints: a heading, numbered steps, and under a step the
//! rule it rests on, indented. A line of any other shape is kept as it is.

/// The derivation of one run of a clock.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) heading: String,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) cites: Vec<Cite>,
}

impl Step {
    /// The text cut where ISO dates begin and end, with whether a piece is a date: a date must not be broken
    /// over two lines.
    pub(crate) fn pieces(&self) -> Vec<(&str, bool)> {
        let mut pieces = Vec::new();
        let mut rest = self.text.as_str();
        while let Some(at) = rest
            .char_indices()
            .map(|(at, _)| at)
            .find(|at| starts_with_date(&rest[*at..]))
        {
            pieces.push((&rest[..at], false));
            pieces.push((&rest[at..at + DATE.len()], true));
            rest = &rest[at + DATE.len()..];
        }
        pieces.push((rest, false));
        pieces.retain(|piece| !piece.0.is_empty());
        pieces
    }
}

const DATE: &str = "0000-00-00";

fn starts_with_date(text: &str) -> bool {
    let alike = |(c, shape): (u8, u8)| {
        if shape == b'0' {
            c.is_ascii_digit()
        } else {
            c == shape
        }
    };
    text.len() >= DATE.len() && text.bytes().zip(DATE.bytes()).all(alike)
}

/// What a step rests on. Everything but `text` may be empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cite {
    pub(crate) rule: String,
    pub(crate) text: String,
    pub(crate) source: String,
    pub(crate) confidence: String,
}

/// Reads the lines of a derivation.
pub(crate) fn read(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indented = line.starts_with(' ');
        if let Some(step) = numbered(line) {
            let step = Step {
                text: step.to_owned(),
                cites: Vec::new(),
            };
            match runs.last_mut() {
                Some(run) => run.steps.push(step),
                None => runs.push(Run {
                    heading: String::new(),
                    steps: vec![step],
                }),
            }
        } else if let (true, Some(step)) = (indented, runs.last_mut().and_then(|run| run.steps.last_mut())) {
            step.cites.push(cite(line.trim()));
        } else {
            runs.push(Run {
                heading: line.trim().to_owned(),
                steps: Vec::new(),
            });
        }
    }
    runs
}

/// The text behind `12. `.
fn numbered(line: &str) -> Option<&str> {
    let (number, text) = line.split_once('.')?;
    let number = number.trim_start();
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.trim())
}

fn cite(line: &str) -> Cite {
    taken_apart(line).unwrap_or_else(|| Cite {
        text: line.to_owned(),
        ..Cite::default()
    })
}

fn taken_apart(line: &str) -> Option<Cite> {
    let zh = || {
        let (rule, rest) = line.strip_prefix("依据 ")?.split_once('：')?;
        let (text, source) = rest.strip_suffix('〕')?.rsplit_once('〔')?;
        let (source, sure) = source.rsplit_once("；可信度 ")?;
        Some((rule, text, source, sure))
    };
    let en = || {
        let (rule, rest) = line.strip_prefix("by ")?.split_once(": ")?;
        let (text, source) = rest.strip_suffix(']')?.rsplit_once(" [")?;
        let (source, sure) = source.rsplit_once("; confidence ")?;
        Some((rule, text, source, sure))
    };
    let (rule, text, source, sure) = zh().or_else(en)?;
    let (confidence, since) = sure.split_at(sure.find(['；', ';']).unwrap_or(sure.len()));
    Some(Cite {
        rule: rule.to_owned(),
        text: text.to_owned(),
        source: format!("{source}{since}"),
        confidence: confidence.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_rules_are_told_apart() {
        let runs = read(
            "时限 cn.x：告知\n 1. 收到\n    依据 r.one：文本〔办法（令）第20条；可信度 S；该条自2024-01-01起施行〕\n10. 到期\n\n时限 cn.x：告知\n 1. 又",
        );
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].heading, "时限 cn.x：告知");
        assert_eq!(runs[0].steps.len(), 2);
        assert_eq!(
            runs[0].steps[0].cites,
            [Cite {
                rule: "r.one".to_owned(),
                text: "文本".to_owned(),
                source: "办法（令）第20条；该条自2024-01-01起施行".to_owned(),
                confidence: "S".to_owned(),
            }]
        );
        assert_eq!(runs[0].steps[1].text, "到期");
        assert_eq!(runs[1].steps.len(), 1);
    }

    #[test]
    fn english_rules_are_read_too() {
        let runs = read(
            "Clock x: T\n 1. Started\n    by r.one: A day: read so [Law (Issuer) art. 2; confidence M-med]\n",
        );
        let cite = &runs[0].steps[0].cites[0];
        assert_eq!(
            (cite.rule.as_str(), cite.text.as_str()),
            ("r.one", "A day: read so")
        );
        assert_eq!(
            (cite.source.as_str(), cite.confidence.as_str()),
            ("Law (Issuer) art. 2", "M-med")
        );
    }

    #[test]
    fn dates_are_pieces_of_their_own() {
        let step = Step {
            text: "自2026-10-31起，2026-11-1不算，到2026-11-14".to_owned(),
            cites: Vec::new(),
        };
        let expected = [
            ("自", false),
            ("2026-10-31", true),
            ("起，2026-11-1不算，到", false),
            ("2026-11-14", true),
        ];
        assert_eq!(step.pieces(), expected);
    }

    #[test]
    fn other_shapes_are_kept() {
        let runs = read("   1. step first\n   see elsewhere\nfree text\n    indented without a step");
        assert_eq!(runs[0].steps[0].cites[0].text, "see elsewhere");
        assert_eq!(runs[1].heading, "free text");
        assert_eq!(runs[2].heading, "indented without a step");
        assert!(read("").is_empty());
    }
}
