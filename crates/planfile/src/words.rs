//! Small ways of writing things for people.

use planner::problem::Seconds;

/// Longest piece of a document that a message repeats.
const MOST_SHOWN: usize = 60;

/// Makes control characters, and those that turn the direction of writing, visible, so that a text from a file can be printed
/// on a terminal.
pub fn plain(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The beginning of a text, printable.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", plain(&text[..end])),
        None => plain(text),
    }
}

/// Writes a time of day such as `09:05`, with seconds if there are any. Times after midnight count on: `25:30`.
pub fn clock(time: Seconds) -> String {
    let (sign, time) = if time < 0 {
        ("-", time.unsigned_abs())
    } else {
        ("", time.unsigned_abs())
    };
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}:{minutes:02}")
    } else {
        format!("{sign}{hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// Writes a length such as `1 h 05 min`, rounded up to minutes.
pub fn length(seconds: Seconds) -> String {
    let minutes = seconds.saturating_add(59).div_euclid(60);
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}

/// Reads `9:05` or `09:05:30`.
pub(crate) fn seconds_of(text: &str) -> Option<Seconds> {
    let parts: Option<Vec<Seconds>> = text
        .split(':')
        .map(|p| {
            p.parse()
                .ok()
                .filter(|_| p.len() <= 2 && p.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    match parts?[..] {
        [h, m] if m < 60 && h <= 48 => Some(h * 3600 + m * 60),
        [h, m, s] if m < 60 && s < 60 && h <= 48 => Some(h * 3600 + m * 60 + s),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_lengths_are_written_as_people_write_them() {
        assert_eq!(
            [0, 32_700, 86_399, 91_800].map(clock),
            ["00:00", "09:05", "23:59:59", "25:30"]
        );
        assert_eq!(clock(-60), "-00:01");
        assert_eq!(
            [0, 1, 3540, 3600, 3901].map(length),
            ["0 min", "1 min", "59 min", "1 h 00 min", "1 h 06 min"]
        );
        assert_eq!(seconds_of("9:05"), Some(32_700));
        for wrong in ["9", "9:60", "+9:00", "9:5:5:5", "009:00", "x:y", "99:00"] {
            assert_eq!(seconds_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_from_a_file_steers_a_terminal() {
        assert_eq!(plain("投诉\u{1b}[31m\u{202e}"), "投诉\\u{1b}[31m\\u{202e}");
        assert_eq!(shown(&"字".repeat(100)).chars().count(), 61);
    }
}
