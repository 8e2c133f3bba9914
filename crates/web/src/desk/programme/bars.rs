//! Planned and actual time of steps as bars along the months.

use app::programme::Step;
use jiff::{ToSpan as _, civil::Date};

/// Most months with a mark of their own; longer programmes have one for each quarter or year.
const MONTHS: i32 = 14;

/// The bars of one step: left end and width in per cent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Top of the row in pixels.
    pub(crate) top: usize,
    pub(crate) plan: (String, String),
    /// What took place until the planned end.
    pub(crate) real: Option<(String, String)>,
    /// What took place after it.
    pub(crate) late: Option<(String, String)>,
}

/// Steps along the months.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bars {
    /// First days of months, with their places.
    pub(crate) marks: Vec<(Date, String)>,
    pub(crate) rows: Vec<Bar>,
    pub(crate) height: usize,
    /// Where today stands.
    pub(crate) today: Option<String>,
}

fn days(from: Date, to: Date) -> i32 {
    to.since(from).map_or(0, |s| s.get_days())
}

/// Lays steps out over whole months.
pub(crate) fn bars(steps: &[Step], today: Date) -> Bars {
    let begins = |s: &Step| s.began_on(today).map_or(s.plan.starts, |b| b.min(s.plan.starts));
    let stops = |s: &Step| {
        let real = s.ended.or_else(|| s.began_on(today).map(|_| today));
        real.map_or(s.plan.ends, |r| r.max(s.plan.ends))
    };
    let first = steps.iter().map(begins).min().unwrap_or(today).first_of_month();
    let last = steps.iter().map(stops).max().unwrap_or(today).last_of_month();
    let whole = f64::from(days(first, last) + 1);
    let percent = |n: i32| format!("{:.3}%", f64::from(n) / whole * 100.0);
    // The bar of a day is as wide as the day: it ends where the next begins.
    let bar = |from: Date, to: Date| (percent(days(first, from)), percent(days(from, to).max(0) + 1));
    let months = (i32::from(last.year()) - i32::from(first.year())) * 12 + i32::from(last.month())
        - i32::from(first.month())
        + 1;
    let every = if months <= MONTHS {
        1
    } else if months <= 3 * MONTHS {
        3
    } else {
        12
    };
    let mut marks = Vec::new();
    let mut month = first;
    while month <= last {
        if (i32::from(month.month()) - 1) % every == 0 {
            marks.push((month, percent(days(first, month))));
        }
        let Ok(next) = month.checked_add(1.month()) else {
            break;
        };
        month = next;
    }
    let rows = steps
        .iter()
        .enumerate()
        .map(|(n, s)| {
            let began = s.began_on(today);
            let until = s.ended.unwrap_or(today);
            let real = began
                .filter(|b| *b <= s.plan.ends && *b <= until)
                .map(|b| bar(b, until.min(s.plan.ends)));
            let late = began.filter(|_| until > s.plan.ends).and_then(|b| {
                let from = s.plan.ends.tomorrow().ok()?.max(b);
                Some(bar(from, until))
            });
            Bar {
                top: 28 + 40 * n,
                plan: bar(s.plan.starts, s.plan.ends),
                real,
                late,
            }
        })
        .collect();
    Bars {
        marks,
        rows,
        height: 28 + 40 * steps.len(),
        today: (first <= today && today <= last).then(|| percent(days(first, today))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::programme::Plan;
    use domain::StaffId;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    fn step(starts: Date, ends: Date, began: Option<Date>, ended: Option<Date>) -> Step {
        Step {
            no: 1,
            plan: Plan {
                text: "培训".into(),
                owner: StaffId::from("x"),
                starts,
                ends,
                began,
            },
            ended,
        }
    }

    fn ends((x, width): &(String, String)) -> (f64, f64) {
        let number = |p: &str| p.trim_end_matches('%').parse::<f64>().expect("a number");
        (number(x), number(x) + number(width))
    }

    #[test]
    fn what_took_longer_than_planned_is_marked() {
        let late = step(
            date(2026, 11, 1),
            date(2026, 11, 10),
            None,
            Some(date(2026, 11, 15)),
        );
        let b = bars(&[late], TODAY);
        assert_eq!(b.marks, [(date(2026, 11, 1), "0.000%".to_owned())]);
        let row = &b.rows[0];
        let (plan, real) = (ends(&row.plan), ends(row.real.as_ref().expect("done")));
        let over = ends(row.late.as_ref().expect("late"));
        assert_eq!(plan, real);
        assert!(
            (over.0 - plan.1).abs() < 0.01 && (over.1 - 50.0).abs() < 0.01,
            "{over:?}"
        );
    }

    #[test]
    fn running_steps_reach_to_today_and_coming_ones_have_no_bar() {
        let running = step(date(2026, 11, 16), date(2026, 12, 4), None, None);
        let coming = step(date(2026, 12, 7), date(2026, 12, 31), None, None);
        let overdue = step(
            date(2026, 10, 1),
            date(2026, 10, 9),
            Some(date(2026, 10, 20)),
            None,
        );
        let b = bars(&[running, coming, overdue], TODAY);
        assert!(b.rows[0].real.is_some() && b.rows[0].late.is_none());
        assert!(b.rows[1].real.is_none() && b.rows[1].late.is_none());
        assert!(b.rows[2].real.is_none() && b.rows[2].late.is_some());
        let today = b.today.expect("within");
        let until = ends(b.rows[0].real.as_ref().expect("running"));
        assert!(until.1 > today.trim_end_matches('%').parse().expect("a number"));
        assert_eq!((b.marks.len(), b.height, b.rows[2].top), (3, 148, 108));
    }

    #[test]
    fn long_programmes_have_few_marks_and_none_leaves_the_drawing() {
        let long = step(date(2000, 1, 1), date(2199, 12, 31), None, None);
        let odd = step(date(2026, 12, 24), date(2026, 12, 31), Some(TODAY), Some(TODAY));
        let b = bars(&[long, odd], TODAY);
        assert!(b.marks.len() <= 201, "{}", b.marks.len());
        for row in &b.rows {
            for bar in [Some(&row.plan), row.real.as_ref(), row.late.as_ref()]
                .into_iter()
                .flatten()
            {
                let (from, to) = ends(bar);
                assert!(from >= 0.0 && to <= 100.01 && from < to, "{from} {to}");
            }
        }
        assert_eq!(bars(&[], TODAY).rows.len(), 0);
    }
}
