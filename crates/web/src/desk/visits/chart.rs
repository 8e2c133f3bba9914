//! The day as a chart: a row for each person, a block for each of their visits.

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// A visit of a person, in minutes after midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) row: usize,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

/// Where the hours lie and the blocks stand, in per cent of the width.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart {
    /// Hours and their places.
    pub(crate) hours: Vec<(i32, String)>,
    /// Place, top in pixels, and width of each span, in the order given.
    pub(crate) blocks: Vec<(String, usize, String)>,
    /// The whole height in pixels.
    pub(crate) height: usize,
    first: i32,
    last: i32,
}

fn percent(part: f64) -> String {
    format!("{:.3}%", part * 100.0)
}

impl Chart {
    /// Lays `spans` out over `rows`: from 8 to 18, or more where a visit begins earlier or ends later.
    pub(crate) fn new(rows: usize, spans: &[Span]) -> Self {
        let first = spans.iter().map(|s| s.from).min().unwrap_or(DAY).clamp(0, 8 * 60) / 60;
        let last = (spans.iter().map(|s| s.to).max().unwrap_or(0) + 59) / 60;
        let last = last.clamp(18, 24);
        let place = |minute: i32| f64::from(minute.clamp(first * 60, last * 60) - first * 60);
        let width = f64::from((last - first) * 60);
        Chart {
            hours: (first..last)
                .map(|h| (h, percent(f64::from(h - first) * 60.0 / width)))
                .collect(),
            blocks: spans
                .iter()
                .map(|s| {
                    let (from, to) = (place(s.from), place(s.to));
                    (
                        percent(from / width),
                        34 + 40 * s.row,
                        percent((to - from).max(10.0) / width),
                    )
                })
                .collect(),
            height: 28 + 40 * rows,
            first,
            last,
        }
    }

    /// Where a minute of the day stands, if the chart shows it.
    pub(crate) fn at(&self, minute: i32) -> Option<String> {
        let shown = (self.first * 60..=self.last * 60).contains(&minute);
        shown.then(|| percent(f64::from(minute - self.first * 60) / f64::from((self.last - self.first) * 60)))
    }

    /// The lines above the rows.
    pub(crate) fn lines(&self) -> impl Iterator<Item = usize> {
        (28..self.height).step_by(40)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(row: usize, from: i32, to: i32) -> Span {
        Span { row, from, to }
    }

    #[test]
    fn a_usual_day_goes_from_eight_to_eighteen() {
        let c = Chart::new(2, &[span(0, 9 * 60, 10 * 60), span(1, 13 * 60, 15 * 60)]);
        assert_eq!(c.hours.first(), Some(&(8, "0.000%".to_owned())));
        assert_eq!(c.hours.last(), Some(&(17, "90.000%".to_owned())));
        assert_eq!(c.blocks[0], ("10.000%".to_owned(), 34, "10.000%".to_owned()));
        assert_eq!(c.blocks[1], ("50.000%".to_owned(), 74, "20.000%".to_owned()));
        assert_eq!(c.height, 108);
        assert_eq!(c.at(13 * 60), Some("50.000%".to_owned()));
        assert_eq!(c.at(19 * 60), None);
        assert_eq!(c.lines().collect::<Vec<_>>(), [28, 68]);
    }

    #[test]
    fn early_late_and_odd_visits_are_shown_too() {
        let c = Chart::new(1, &[span(0, 6 * 60 + 30, 7 * 60), span(0, 19 * 60, 20 * 60 + 15)]);
        assert_eq!((c.hours[0].0, c.hours.last().map(|h| h.0)), (6, Some(20)));
        for s in [span(0, -200, -100), span(0, 23 * 60, 26 * 60), span(0, 600, 500)] {
            let c = Chart::new(1, &[s]);
            let number = |p: &str| p.trim_end_matches('%').parse::<f64>().expect("a number");
            let (x, _, width) = &c.blocks[0];
            assert!(number(x) >= 0.0 && number(width) > 0.0);
        }
        assert_eq!(Chart::new(0, &[]).hours.len(), 10);
    }
}
