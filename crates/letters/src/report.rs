//! What the demo report tells, as plain data: the pages are made from this and from nothing else.

/// Everything the report shows. Texts that people wrote are not in it: only codes, numbers and masked
/// names, so that the file can be sent around.
#[derive(Clone, Debug, Default)]
pub struct DemoReport {
    /// The bank's invented name, in simplified Chinese and in English; empty for real complaints.
    pub bank: (String, String),
    /// Where the complaints come from, such as `seed 1` or a file name.
    pub source: String,
    /// When the report was made, local time to the minute.
    pub made_at: String,
    /// Headline figures.
    pub figures: Vec<FigureLine>,
    /// Cases by state, in the order of a case's life.
    pub states: Vec<Bar>,
    /// Cases by business line.
    pub lines: Vec<Bar>,
    /// Clocks that are overdue or due soon, most urgent first.
    pub clocks: Vec<ClockLine>,
    /// The derivation of the first clock of the list, in simplified Chinese and in English.
    pub derivation: (String, String),
    /// Who was screened in, and why; the newest first.
    pub screened: Vec<ScreenedLine>,
    /// How many were screened in, in the held-out group, and handled at the desk.
    pub screening_totals: (usize, usize, usize),
    /// The days of the visit plan.
    pub plan_days: Vec<String>,
    /// One line for each member of staff and day with visits.
    pub plan: Vec<StaffDay>,
    /// Visits that could not be planned, with the binding reason.
    pub unplanned: Vec<UnplannedLine>,
    /// Branches and planned visits on a map (degrees).
    pub points: Vec<MapPoint>,
    /// How visits ended.
    pub visit_outcomes: Vec<Bar>,
    /// How cases were closed.
    pub closings: Vec<Bar>,
    /// Surveys and settlement, visited against held-out and desk.
    pub outcomes: Vec<OutcomeLine>,
}

/// A named number.
#[derive(Clone, Debug)]
pub struct FigureLine {
    /// Name in simplified Chinese and in English.
    pub name: (String, String),
    /// The number, formatted.
    pub value: String,
}

/// A bar of a chart.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Name in simplified Chinese and in English.
    pub name: (String, String),
    /// How many.
    pub count: usize,
}

/// A clock that needs a look.
#[derive(Clone, Debug)]
pub struct ClockLine {
    /// The case number.
    pub case: String,
    /// The clock's title in simplified Chinese and in English.
    pub clock: (String, String),
    /// The state of the case in both languages.
    pub state: (String, String),
    /// Due date (strict), ISO.
    pub due: String,
    /// Days left; negative when overdue.
    pub days_left: i64,
    /// A lawful extension moved the date.
    pub extended: bool,
    /// The calendar of that year is not published yet.
    pub provisional: bool,
    /// Who handles it.
    pub handler: String,
}

/// A case that was screened in.
#[derive(Clone, Debug)]
pub struct ScreenedLine {
    /// The case number.
    pub case: String,
    /// Masked name.
    pub customer: String,
    /// Business line in both languages.
    pub line: (String, String),
    /// Points and threshold.
    pub points: (i64, i64),
    /// Reasons in both languages.
    pub reasons: Vec<(String, String)>,
    /// Who decided.
    pub decided_by: String,
    /// What became of the offer, in both languages.
    pub answer: (String, String),
}

/// The visits of one person on one day.
#[derive(Clone, Debug)]
pub struct StaffDay {
    /// The day, ISO.
    pub day: String,
    /// The person's directory name.
    pub staff: String,
    /// The role in both languages.
    pub role: (String, String),
    /// Stops in order.
    pub stops: Vec<RouteStop>,
    /// Minutes on the road.
    pub travel_minutes: i64,
}

/// One stop of a route.
#[derive(Clone, Debug)]
pub struct RouteStop {
    /// The case number.
    pub case: String,
    /// Start and end, minutes after midnight.
    pub minutes: (i64, i64),
    /// The others of the crew.
    pub with: Vec<String>,
}

/// A visit that could not be planned.
#[derive(Clone, Debug)]
pub struct UnplannedLine {
    /// The case number.
    pub case: String,
    /// The binding reason in simplified Chinese and in English.
    pub reason: (String, String),
}

/// A point on the map.
#[derive(Clone, Debug)]
pub struct MapPoint {
    /// Degrees north and east.
    pub at: (f64, f64),
    /// What it is called.
    pub label: String,
    /// A branch, not a visit.
    pub branch: bool,
    /// The day of the visit, index into [`DemoReport::plan_days`].
    pub day: usize,
}

/// One group's results, with 95 % intervals.
#[derive(Clone, Debug)]
pub struct OutcomeLine {
    /// The group in both languages.
    pub group: (String, String),
    /// Cases in the group.
    pub cases: usize,
    /// Settled or not upheld and accepted, of those decided: count, of, low %, high % (Wilson).
    pub settled: (usize, usize, f64, f64),
    /// Answered surveys: count, mean before, mean after, low, high of the mean after.
    pub survey: (usize, f64, f64, f64, f64),
    /// Went to review, mediation or court: count, of, low %, high % (Wilson).
    pub escalated: (usize, usize, f64, f64),
}
