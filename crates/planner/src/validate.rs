//! Finds every mistake in a problem at once, each with its place in the JSON document.

use crate::problem::{
    Day, DayIndex, MAX_SECONDS, Place, Problem, Rules, Seconds, Span, Staff, Travel, Visit, Window,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most people in one crew.
pub const MAX_CREW: u32 = 20;

/// One mistake in a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Issue {
    /// Where: a path such as `staff[3].shifts[0].end`.
    pub path: String,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// A problem that cannot be planned because it contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the problem has {} mistake(s), nothing was planned; correct them and plan again:\n{}", .issues.len(), lines(.issues))]
pub struct InvalidProblem {
    /// Every mistake found; at least one.
    pub issues: Vec<Issue>,
}

fn lines(issues: &[Issue]) -> String {
    issues
        .iter()
        .map(|i| format!("  {i}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Reports every mistake in `problem`.
///
/// What is lawful but leads to unplanned visits (nobody has a role, a window is too short) is no mistake: the plan
/// explains it.
///
/// # Errors
/// All mistakes, in the order of the document.
pub fn validate(problem: &Problem) -> Result<(), Vec<Issue>> {
    let mut v = Validator {
        issues: Vec::new(),
        rows: match &problem.travel {
            Travel::Matrix { places, .. } => places.iter().map(|p| p.key()).collect(),
            Travel::StraightLine { .. } => BTreeSet::new(),
        },
    };
    v.days(&problem.days);
    let days: BTreeSet<DayIndex> = problem.days.iter().map(|d| d.index).collect();
    let staff_ids: BTreeSet<&str> = problem.staff.iter().map(|s| s.id.as_str()).collect();
    v.unique("staff", problem.staff.iter().map(|s| s.id.as_str()));
    for (i, s) in problem.staff.iter().enumerate() {
        v.staff(&format!("staff[{i}]"), s, &days, &problem.travel);
    }
    v.unique("visits", problem.visits.iter().map(|x| x.id.as_str()));
    for (i, x) in problem.visits.iter().enumerate() {
        v.visit(&format!("visits[{i}]"), x, &staff_ids, &problem.travel);
    }
    v.rules(&problem.rules);
    v.travel(&problem.travel);
    v.one_kind_of_place(problem);
    for (i, goal) in problem.goals.iter().enumerate() {
        if problem.goals[..i].contains(goal) {
            v.add(
                format!("goals[{i}]"),
                "the goal is named twice; name each goal once",
            );
        }
    }
    if v.issues.is_empty() {
        Ok(())
    } else {
        Err(v.issues)
    }
}

struct Validator {
    issues: Vec<Issue>,
    /// The places that are rows of the matrix, by their keys.
    rows: BTreeSet<(u64, u64, u8)>,
}

impl Validator {
    fn add(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.issues.push(Issue {
            path: path.into(),
            reason: reason.into(),
        });
    }

    fn unique<'a>(&mut self, list: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, id) in ids.enumerate() {
            let path = format!("{list}[{i}].id");
            if id.trim().is_empty() {
                self.add(path, "the id is empty");
            } else if let Some(first) = seen.get(id) {
                self.add(
                    path,
                    format!("`{id}` is already the id of {list}[{first}]; ids are unique"),
                );
            } else {
                seen.insert(id, i);
            }
        }
    }

    fn days(&mut self, days: &[Day]) {
        if days.is_empty() {
            self.add("days", "no day to plan; name at least one");
        }
        for (i, day) in days.iter().enumerate() {
            if i > 0 && day.index <= days[i - 1].index {
                let before = days[i - 1].index;
                self.add(
                    format!("days[{i}].index"),
                    format!(
                        "{} does not follow {before}; days rise without repetition",
                        day.index
                    ),
                );
            }
            if day.label.trim().is_empty() {
                self.add(format!("days[{i}].label"), "the label is empty; give the date");
            }
            for (j, hours) in day.visiting_hours.iter().flatten().enumerate() {
                self.span(&format!("days[{i}].visiting_hours[{j}]"), *hours);
            }
        }
    }

    fn span(&mut self, path: &str, span: Span) {
        self.time(&format!("{path}.start"), span.start);
        self.time(&format!("{path}.end"), span.end);
        if span.end <= span.start {
            self.add(
                format!("{path}.end"),
                format!("{} is not after the start {}", span.end, span.start),
            );
        }
    }

    fn window(&mut self, path: &str, window: Window) {
        self.span(path, Span::new(window.start, window.end));
    }

    fn time(&mut self, path: &str, seconds: Seconds) {
        if !(0..=MAX_SECONDS).contains(&seconds) {
            self.add(
                path,
                format!("{seconds} is not between 0 and {MAX_SECONDS} seconds"),
            );
        }
    }

    fn staff(&mut self, path: &str, s: &Staff, days: &BTreeSet<DayIndex>, travel: &Travel) {
        self.place(&format!("{path}.base"), s.base, travel);
        if let Some(end) = s.end {
            self.place(&format!("{path}.end"), end, travel);
        }
        self.words(&format!("{path}.roles"), &s.roles);
        self.words(&format!("{path}.languages"), &s.languages);
        let mut seen = BTreeSet::new();
        for (i, skill) in s.skills.iter().enumerate() {
            if skill.name.trim().is_empty() {
                self.add(format!("{path}.skills[{i}].name"), "the name is empty");
            }
        }
        for (i, shift) in s.shifts.iter().enumerate() {
            let at = format!("{path}.shifts[{i}]");
            self.span(&at, Span::new(shift.start, shift.end));
            self.time(&format!("{at}.overtime"), shift.overtime);
            if !days.contains(&shift.day) {
                self.add(
                    format!("{at}.day"),
                    format!("{} is not the index of any day", shift.day),
                );
            }
            if !seen.insert(shift.day) {
                self.add(
                    format!("{at}.day"),
                    format!("a second shift on day {}; one a day", shift.day),
                );
            }
        }
        if let Some(rest) = s.rest {
            let at = format!("{path}.rest");
            self.span_named(&at, "earliest", "latest", rest.earliest, rest.latest);
            if rest.seconds < 1 || rest.seconds > rest.latest.saturating_sub(rest.earliest) {
                self.add(
                    format!("{at}.seconds"),
                    format!("{} seconds do not fit between earliest and latest", rest.seconds),
                );
            }
        }
        if let Some(most) = s.max_travel_per_day {
            self.time(&format!("{path}.max_travel_per_day"), most);
        }
        for (i, absence) in s.absences.iter().enumerate() {
            self.window(&format!("{path}.absences[{i}]"), *absence);
        }
    }

    fn span_named(&mut self, path: &str, from: &str, to: &str, start: Seconds, end: Seconds) {
        self.time(&format!("{path}.{from}"), start);
        self.time(&format!("{path}.{to}"), end);
        if end <= start {
            self.add(
                format!("{path}.{to}"),
                format!("{end} is not after {from} {start}"),
            );
        }
    }

    fn words(&mut self, path: &str, words: &[String]) {
        for (i, word) in words.iter().enumerate() {
            if word.trim().is_empty() {
                self.add(format!("{path}[{i}]"), "the word is empty");
            }
        }
    }

    fn visit(&mut self, path: &str, x: &Visit, staff: &BTreeSet<&str>, travel: &Travel) {
        self.place(&format!("{path}.place"), x.place, travel);
        if x.service < 1 || x.service > MAX_SECONDS {
            self.add(
                format!("{path}.service"),
                format!("{} is not between 1 and {MAX_SECONDS} seconds", x.service),
            );
        }
        let mut people: u64 = 0;
        for (i, need) in x.needs.iter().enumerate() {
            let at = format!("{path}.needs[{i}]");
            people += u64::from(need.count);
            if need.count == 0 {
                self.add(
                    format!("{at}.count"),
                    "0 people; name at least 1 or leave the need out",
                );
            }
            if need.role.trim().is_empty() {
                self.add(format!("{at}.role"), "the role is empty");
            }
        }
        if people > u64::from(MAX_CREW) {
            self.add(
                format!("{path}.needs"),
                format!("{people} people; at most {MAX_CREW} make a crew"),
            );
        }
        if x.min_crew > MAX_CREW {
            self.add(
                format!("{path}.min_crew"),
                format!("{}; at most {MAX_CREW} make a crew", x.min_crew),
            );
        }
        for (i, window) in x.windows.iter().enumerate() {
            self.window(&format!("{path}.windows[{i}]"), *window);
        }
        if let (Some(first), Some(last)) = (x.earliest_day, x.latest_day)
            && last < first
        {
            self.add(
                format!("{path}.latest_day"),
                format!("{last} is before earliest_day {first}"),
            );
        }
        self.known(&format!("{path}.preferred_staff"), &x.preferred_staff, staff);
        self.known(&format!("{path}.forbidden_staff"), &x.forbidden_staff, staff);
        if let Some(promise) = &x.promise {
            self.time(&format!("{path}.promise.start"), promise.start);
            self.known(&format!("{path}.promise.staff"), &promise.staff, staff);
            let distinct: BTreeSet<&String> = promise.staff.iter().collect();
            if distinct.len() != promise.staff.len() {
                self.add(format!("{path}.promise.staff"), "somebody is named twice");
            }
            if promise.staff.len() > MAX_CREW as usize {
                self.add(
                    format!("{path}.promise.staff"),
                    format!("at most {MAX_CREW} make a crew"),
                );
            }
        }
    }

    fn known(&mut self, path: &str, ids: &[String], staff: &BTreeSet<&str>) {
        for (i, id) in ids.iter().enumerate() {
            if !staff.contains(id.as_str()) {
                self.add(
                    format!("{path}[{i}]"),
                    format!("`{id}` is not the id of anybody in staff"),
                );
            }
        }
    }

    fn rules(&mut self, rules: &Rules) {
        for (i, hours) in rules.visiting_hours.iter().enumerate() {
            self.span(&format!("rules.visiting_hours[{i}]"), *hours);
        }
        if rules.least_crew == 0 || rules.least_crew > MAX_CREW {
            self.add(
                "rules.least_crew",
                format!("{} is not between 1 and {MAX_CREW}", rules.least_crew),
            );
        }
        if rules.min_notice_days < 0 {
            self.add("rules.min_notice_days", "negative; 0 means no notice");
        }
        if !(1..=86_400).contains(&rules.start_every) {
            self.add(
                "rules.start_every",
                format!("{} is not between 1 and 86400 seconds", rules.start_every),
            );
        }
        if rules.min_days_between_visits < 0 {
            self.add("rules.min_days_between_visits", "negative; 0 means no such rule");
        }
    }

    fn travel(&mut self, travel: &Travel) {
        match travel {
            Travel::StraightLine { kmh, factor, per_leg } => {
                if !(0.1..=1000.0).contains(kmh) {
                    self.add(
                        "travel.straight_line.kmh",
                        format!("{kmh} is not between 0.1 and 1000"),
                    );
                }
                if !(0.1..=100.0).contains(factor) {
                    self.add(
                        "travel.straight_line.factor",
                        format!("{factor} is not between 0.1 and 100"),
                    );
                }
                self.time("travel.straight_line.per_leg", *per_leg);
            }
            Travel::Matrix {
                seconds,
                metres,
                places,
            } => {
                self.table("travel.matrix.seconds", seconds, seconds.len());
                if !metres.is_empty() {
                    self.table("travel.matrix.metres", metres, seconds.len());
                }
                self.places(places, seconds.len());
            }
        }
    }

    fn table(&mut self, path: &str, table: &[Vec<i64>], size: usize) {
        if table.len() != size {
            self.add(
                path,
                format!("{} rows; the table of seconds has {size}", table.len()),
            );
        }
        for (i, row) in table.iter().enumerate() {
            if row.len() != size {
                self.add(
                    format!("{path}[{i}]"),
                    format!("{} columns; the table has {size} rows and is square", row.len()),
                );
            }
            if let Some(j) = row.iter().position(|x| !(0..=1_000_000_000).contains(x)) {
                self.add(
                    format!("{path}[{i}][{j}]"),
                    format!("{} is not between 0 and 1000000000", row[j]),
                );
            }
        }
    }

    fn places(&mut self, places: &[Place], size: usize) {
        if !places.is_empty() && places.len() != size {
            self.add(
                "travel.matrix.places",
                format!("{} places; the table of seconds has {size} rows", places.len()),
            );
        }
        for (i, &place) in places.iter().enumerate() {
            let path = format!("travel.matrix.places[{i}]");
            if matches!(place, Place::Node(_)) {
                self.add(&path, "a row is a `geo` or a `plane`, not a `node`");
            }
            self.coordinates(&path, place);
        }
        let mut seen: BTreeMap<_, usize> = BTreeMap::new();
        for (i, place) in places.iter().enumerate() {
            if let Some(first) = seen.insert(place.key(), i) {
                self.add(
                    format!("travel.matrix.places[{i}]"),
                    format!("the same place as travel.matrix.places[{first}]"),
                );
            }
        }
    }

    fn coordinates(&mut self, path: &str, place: Place) {
        match place {
            Place::Geo { lat, lon } => {
                if !(-90.0..=90.0).contains(&lat) {
                    self.add(
                        format!("{path}.geo.lat"),
                        format!("{lat} is not between -90 and 90"),
                    );
                }
                if !(-180.0..=180.0).contains(&lon) {
                    self.add(
                        format!("{path}.geo.lon"),
                        format!("{lon} is not between -180 and 180"),
                    );
                }
            }
            Place::Plane { x, y } => {
                for (name, value) in [("x", x), ("y", y)] {
                    if !(-1e8..=1e8).contains(&value) {
                        self.add(
                            format!("{path}.plane.{name}"),
                            format!("{value} is not within 100,000 km of the origin"),
                        );
                    }
                }
            }
            Place::Node(_) => {}
        }
    }

    fn place(&mut self, path: &str, place: Place, travel: &Travel) {
        self.coordinates(path, place);
        if let (Place::Node(node), Travel::Matrix { seconds, .. }) = (place, travel)
            && node >= seconds.len()
        {
            self.add(
                format!("{path}.node"),
                format!(
                    "{node} is not a row of travel.matrix, which has {}",
                    seconds.len()
                ),
            );
        }
        if let Travel::Matrix { places, .. } = travel
            && !places.is_empty()
        {
            if !self.rows.contains(&place.key()) {
                self.add(path, "this place is not among travel.matrix.places");
            }
            return;
        }
        let fits = matches!(
            (travel, place),
            (Travel::Matrix { .. }, Place::Node(_))
                | (
                    Travel::StraightLine { .. },
                    Place::Geo { .. } | Place::Plane { .. }
                )
        );
        if !fits {
            let wanted = match travel {
                Travel::Matrix { .. } => "travel is a matrix: every place is a `node`",
                Travel::StraightLine { .. } => {
                    "travel is the straight line: every place is `geo` (or every place `plane`)"
                }
            };
            self.add(path, wanted);
        }
    }

    fn one_kind_of_place(&mut self, problem: &Problem) {
        let places = problem
            .staff
            .iter()
            .flat_map(|s| std::iter::once(s.base).chain(s.end))
            .chain(problem.visits.iter().map(|x| x.place));
        let (mut geo, mut plane) = (false, false);
        for place in places {
            geo |= matches!(place, Place::Geo { .. });
            plane |= matches!(place, Place::Plane { .. });
        }
        if geo && plane {
            self.add(
                "travel",
                "some places are `geo` and some `plane`; use one kind throughout",
            );
        }
    }
}
