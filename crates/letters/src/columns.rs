//! Text in columns on a terminal, where a Chinese character is two cells wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many terminal cells a text takes.
pub(crate) fn cells(text: &str) -> usize {
    text.width()
}

/// The text without control characters, which could move the cursor or change colours, and cut to `width`
/// cells with an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    if cells(&text) <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// The text cut or filled with blanks on the right to `width` cells.
pub(crate) fn left(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let blanks = width.saturating_sub(cells(&text));
    text + &" ".repeat(blanks)
}

/// The text cut or filled with blanks on the left to `width` cells.
pub(crate) fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    " ".repeat(width.saturating_sub(cells(&text))) + &text
}

/// The width of the widest of some texts, at most `most`.
pub(crate) fn widest<'a>(texts: impl Iterator<Item = &'a str>, most: usize) -> usize {
    texts.map(cells).max().unwrap_or_default().min(most)
}

/// A bar of `part` (0 to 1) of `width` cells, drawn in eighths of a cell.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "eighths of a terminal's width, between 0 and width × 8"
)]
pub(crate) fn bar(part: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (part.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// Breaks a text into lines of at most `width` cells: between words, and between any two Chinese
/// characters except before closing punctuation and after opening punctuation.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    const NOT_FIRST: &str = "，。；：、！？）〕】》”’,.;:!?)]}%…";
    const NOT_LAST: &str = "（〔【《“‘([{";
    let text: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
    let wide = |c: char| c.width().unwrap_or(0);
    let mut lines = Vec::new();
    let mut rest = &text[..];
    while !rest.is_empty() {
        let mut used = 0;
        let fits = rest.iter().take_while(|c| {
            used += wide(**c);
            used <= width
        });
        let fits = fits.count().max(1);
        let may_break = |at: usize| {
            let (before, after) = (rest[at - 1], rest[at]);
            let loose = before == ' ' || after == ' ' || wide(before) == 2 || wide(after) == 2;
            loose && !NOT_FIRST.contains(after) && !NOT_LAST.contains(before)
        };
        let end = match fits {
            n if n == rest.len() => n,
            n => (1..=n).rev().find(|at| may_break(*at)).unwrap_or(n),
        };
        let line: String = rest[..end].iter().collect();
        lines.push(line.trim_end().to_owned());
        rest = &rest[end..];
        while let [' ', tail @ ..] = rest {
            rest = tail;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_cells() {
        assert_eq!(left("李*", 5), "李*  ");
        assert_eq!(right("李", 4), "  李");
        assert_eq!(cut("客户经理", 5), "客户…");
        assert_eq!(cut("客户经理", 8), "客户经理");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(cut("a\u{1b}[31mb", 20), "a[31mb");
        assert_eq!(wrap("a\u{7}b\u{9b}c", 20), ["abc"]);
    }

    #[test]
    fn bars_are_drawn_in_eighths() {
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!(bar(f64::INFINITY, 2), "██");
        assert_eq!(bar(f64::NAN, 2), "");
    }

    #[test]
    fn lines_break_where_people_break_them() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("自收到之日起，十五日内", 12), ["自收到之日", "起，十五日内"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("客户", 1), ["客", "户"]);
        assert!(wrap("", 10).is_empty());
    }
}
