//! From bytes to a problem or a plan, or to everything that is wrong with them.

use crate::schema::Schema;
use crate::walk::{MOST_ISSUES, Walk};
use crate::words::plain;
use planner::{Issue, Plan, Problem, validate};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::collections::HashSet;
use std::fmt;

/// A longer document is refused unread, in bytes. Whoever reads a file need not read on beyond this.
pub const LARGEST: usize = 256 << 20;

/// Up to this size a document with mistakes in its form is also judged by its sense, which needs memory for all of it.
const LARGEST_KEPT: usize = 32 << 20;

/// What is wrong with a document; it was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    /// Each with its place: a path such as `visits[3].service`, or a line and column where the text is not JSON. In the
    /// order of the document, mistakes in its form first.
    pub issues: Vec<Issue>,
    /// How many more there are.
    pub more: usize,
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for issue in &self.issues {
            writeln!(f, "{issue}")?;
        }
        write!(f, "{} mistake(s)", self.issues.len() + self.more)?;
        if self.more > 0 {
            write!(f, ", the first {} are told", self.issues.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl Mistakes {
    fn one(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Mistakes::of(
            vec![Issue {
                path: path.into(),
                reason: reason.into(),
            }],
            0,
        )
    }

    fn of(mut issues: Vec<Issue>, more: usize) -> Self {
        let more = more + issues.len().saturating_sub(MOST_ISSUES);
        issues.truncate(MOST_ISSUES);
        for issue in &mut issues {
            issue.path = plain(&issue.path);
            issue.reason = plain(&issue.reason);
        }
        Mistakes { issues, more }
    }
}

/// Reads a problem.
///
/// # Errors
/// Everything that is wrong: with the text, with the form, and with the sense ([`validate()`]) as far as it can be told apart
/// from the form.
pub fn read_problem(bytes: &[u8]) -> Result<Problem, Mistakes> {
    let schema = schema(crate::PROBLEM_SCHEMA);
    let text = text(bytes)?;
    let mut walk = Walk::new(&schema, false);
    let read = walk.document(text);
    if read.is_ok() && walk.issues.is_empty() {
        let problem: Problem = typed(text)?;
        return match validate(&problem) {
            Ok(()) => Ok(problem),
            Err(issues) => Err(Mistakes::of(issues, 0)),
        };
    }
    let (mut issues, more) = (walk.issues, walk.more);
    match read {
        Err(error) => issues.push(broken(&error, text)),
        Ok(_) if text.len() <= LARGEST_KEPT => {
            let mut walk = Walk::new(&schema, true);
            let mended = walk.document(text).unwrap_or_default();
            if let Ok(problem) = serde_json::from_value::<Problem>(mended)
                && let Err(found) = validate(&problem)
            {
                let mended = Mended::new(&walk.mended);
                issues.extend(found.into_iter().filter(|issue| !mended.explain(issue)));
            }
        }
        Ok(_) => {}
    }
    Err(Mistakes::of(issues, more))
}

/// Reads a plan. Whether it is lawful is for [`planner::check()`] to say.
///
/// # Errors
/// Everything that is wrong with the text and with the form.
pub fn read_plan(bytes: &[u8]) -> Result<Plan, Mistakes> {
    let schema = schema(crate::PLAN_SCHEMA);
    let text = text(bytes)?;
    let mut walk = Walk::new(&schema, false);
    let read = walk.document(text);
    let (mut issues, more) = (walk.issues, walk.more);
    if let Err(error) = read {
        issues.push(broken(&error, text));
    }
    if issues.is_empty() {
        typed(text)
    } else {
        Err(Mistakes::of(issues, more))
    }
}

fn schema(text: &str) -> Schema {
    Schema::parse(text).expect("the schemas are part of the program, and a test reads both")
}

fn text(bytes: &[u8]) -> Result<&str, Mistakes> {
    if bytes.len() > LARGEST {
        return Err(Mistakes::one(
            "document",
            format!("longer than {} MiB, the most that is read", LARGEST >> 20),
        ));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Mistakes::one("document", "the text is UTF-16; save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let good = &bytes[..e.valid_up_to()];
        let line = 1 + good.iter().filter(|b| **b == b'\n').count();
        let column = 1 + good.iter().rev().take_while(|b| **b != b'\n').count();
        Mistakes::one(
            format!("line {line}, column {column}"),
            "the text is not UTF-8; save it as UTF-8",
        )
    })
}

/// The second reading, into the types: what the walk has let through is of their form.
fn typed<T: DeserializeOwned>(text: &str) -> Result<T, Mistakes> {
    serde_json::from_str(text).map_err(|error| Mistakes {
        issues: vec![broken(&error, text)],
        more: 0,
    })
}

/// Says where a text stops being JSON.
fn broken(error: &serde_json::Error, text: &str) -> Issue {
    let whole = error.to_string();
    let reason = whole
        .rsplit_once(" at line ")
        .map_or(&*whole, |(reason, _)| reason);
    let reason = if text.trim().is_empty() {
        "the file is empty".to_owned()
    } else if error.classify() == Category::Eof {
        format!("the file ends too early ({reason})")
    } else {
        format!("this is not JSON ({reason}); nothing after it was read")
    };
    Issue {
        path: format!("line {}, column {}", error.line(), error.column()),
        reason,
    }
}

/// Where stand-ins were put, arranged so that many mistakes are judged quickly.
struct Mended<'a> {
    places: HashSet<&'a str>,
    /// Objects of which a field that is compared with its neighbours was wrong.
    compared: HashSet<&'a str>,
    /// Lists and fields in which each is told by the others: ids are unique, days rise, goals are named once, shifts are one a day.
    together: HashSet<(&'a str, &'a str)>,
    staff: bool,
    days: bool,
    travel: bool,
    a_place: bool,
}

impl<'a> Mended<'a> {
    fn new(mended: &'a [String]) -> Self {
        let any = |is: &dyn Fn(&str) -> bool| mended.iter().any(|at| is(at));
        let entry = |list: &str, id: &str| {
            any(&|at| at == list || last_list(at) == (list, "") || last_list(at) == (list, id))
        };
        let together = |at: &&str| match last_list(at) {
            ("staff" | "visits", ".id") | ("days", ".index") | ("goals", "") => true,
            (list, field) => list.ends_with(".shifts") && field == ".day",
        };
        let paths = || mended.iter().map(String::as_str);
        Mended {
            places: paths().collect(),
            compared: paths().filter(|at| compared(at)).map(parent).collect(),
            together: paths().filter(together).map(last_list).collect(),
            staff: entry("staff", ".id"),
            days: entry("days", ".index"),
            travel: any(&|at| at.starts_with("travel")),
            a_place: any(&|at| [".base", ".place", ".end"].iter().any(|name| at.contains(name))),
        }
    }

    /// Says whether `issue` may only be there because of a stand-in; it is told when that place is right.
    fn explain(&self, issue: &Issue) -> bool {
        let (path, reason) = (issue.path.as_str(), issue.reason.as_str());
        let above = path.match_indices(['.', '[']).map(|(end, _)| &path[..end]);
        let within = above.chain([path, ""]).any(|at| self.places.contains(at));
        let travel = reason.starts_with("travel is ") || reason.contains("is not a row of travel");
        within
            || (compared(path) && self.compared.contains(parent(path)))
            || self.together.contains(&last_list(path))
            || (self.staff && reason.ends_with("is not the id of anybody in staff"))
            || (self.days && reason.ends_with("is not the index of any day"))
            || (self.travel && travel)
            || (self.a_place && path == "travel")
    }
}

/// Fields that are compared with their neighbours.
fn compared(path: &str) -> bool {
    let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
    matches!(
        name,
        "start" | "end" | "earliest" | "latest" | "seconds" | "earliest_day" | "latest_day"
    )
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// The innermost list on the way to `path`, and what follows its index: `staff[2].shifts` and `.day` for
/// `staff[2].shifts[0].day`.
fn last_list(path: &str) -> (&str, &str) {
    match (path.rfind('['), path.rfind(']')) {
        (Some(open), Some(close)) if open < close => (&path[..open], &path[close + 1..]),
        _ => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    const EXAMPLE: &str = include_str!("../../planner/examples/small_problem.json");

    /// The places in a document, as JSON pointers.
    fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
        into.push(at.to_owned());
        let inner: Vec<(String, &Value)> = match value {
            Value::Array(items) => (0..).map(|i: usize| i.to_string()).zip(items).collect(),
            Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
            _ => Vec::new(),
        };
        for (step, value) in inner {
            pointers(value, &format!("{at}/{step}"), into);
        }
    }

    /// The example with one to three values exchanged or taken away.
    fn spoilt() -> impl Strategy<Value = String> {
        let mut all = Vec::new();
        let example: Value = serde_json::from_str(EXAMPLE).unwrap();
        pointers(&example, "", &mut all);
        let other = prop::sample::select(
            [
                "null",
                "true",
                "0",
                "-1",
                "1",
                "2",
                "2.5",
                "1e300",
                "36000",
                "300",
                "99999999999",
                "18446744073709551616",
                "\"\"",
                "\"manager-1\"",
                "\"start\"",
                "{}",
                "{\"node\":0}",
                "{\"plane\":{\"x\":1,\"y\":2}}",
                "{\"day\":1,\"start\":5}",
            ]
            .map(|text| serde_json::from_str::<Value>(text).unwrap())
            .to_vec(),
        );
        let change = (prop::sample::select(all), prop::option::weighted(0.8, other));
        prop::collection::vec(change, 1..4).prop_map(move |changes| {
            let mut document = example.clone();
            for (at, other) in changes {
                if let Some(other) = other {
                    if let Some(place) = document.pointer_mut(&at) {
                        *place = other;
                    }
                } else if let Some((parent, name)) = at.rsplit_once('/') {
                    match document.pointer_mut(parent) {
                        Some(Value::Object(fields)) => drop(fields.remove(name)),
                        Some(Value::Array(items)) => drop(items.pop()),
                        _ => {}
                    }
                }
            }
            document.to_string()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// The walk refuses what the types refuse and lets through what they take; a mended document is of their form.
        #[test]
        fn walk_and_types_agree(text in spoilt()) {
            let typed = serde_json::from_str::<Problem>(&text).ok().filter(|p| validate(p).is_ok());
            prop_assert_eq!(read_problem(text.as_bytes()).ok(), typed);
            let schema = schema(crate::PROBLEM_SCHEMA);
            let mended = Walk::new(&schema, true).document(&text).unwrap();
            prop_assert!(serde_json::from_value::<Problem>(mended.clone()).is_ok(), "{mended}");
        }

        #[test]
        fn any_bytes_are_read_or_refused(cut in 0..EXAMPLE.len(), put: Vec<u8>, gone in 0..20_usize) {
            let end = EXAMPLE.len().min(cut + gone);
            let bytes = [&EXAMPLE.as_bytes()[..cut], &put, &EXAMPLE.as_bytes()[end..]].concat();
            if let Err(mistakes) = read_problem(&bytes) {
                prop_assert!(!mistakes.issues.is_empty());
                prop_assert!(!mistakes.to_string().replace('\n', " ").contains(char::is_control));
            }
            prop_assert!(read_plan(&bytes).is_err());
        }
    }
}
