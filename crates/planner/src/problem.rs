//! What the planner is told: days, staff, visits, rules and travel.
//!
//! Units everywhere: times of day are whole seconds from 00:00 of their day; days are named by their
//! [`Day::index`]; distances are metres. Every type reads and writes JSON and refuses unknown fields, so
//! that a misspelt rule is an error and not a rule silently left out.

use serde::{Deserialize, Serialize};

/// Whole seconds: a length, or a time of day counted from 00:00.
pub type Seconds = i64;

/// A calendar day, counted from the day on which the plan is made (0 = that day, 1 = the next).
pub type DayIndex = i32;

/// The latest time of day and the longest length that a problem may name: two days.
pub const MAX_SECONDS: Seconds = 172_800;

/// Everything the planner needs to know for one span of days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The days to plan, in order.
    pub days: Vec<Day>,
    /// Who can go.
    pub staff: Vec<Staff>,
    /// Whom to visit.
    pub visits: Vec<Visit>,
    /// The hard rules of conduct; they are never broken.
    #[serde(default)]
    pub rules: Rules,
    /// How long the way from place to place takes.
    #[serde(default)]
    pub travel: Travel,
    /// What makes one plan better than another: the first goal in which two plans differ decides.
    #[serde(default = "Goal::usual_order")]
    pub goals: Vec<Goal>,
}

/// One day on which visits may take place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// How the day is called in explanations, usually its date such as `2026-12-01`.
    pub label: String,
    /// Calendar days after the day of planning. Rises from day to day; weekends leave gaps.
    pub index: DayIndex,
    /// Visiting hours of this day if they differ from [`Rules::visiting_hours`]; empty = no visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visiting_hours: Option<Vec<Span>>,
}

/// A span of time within one day, from `start` up to and including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First second.
    pub start: Seconds,
    /// Last moment; later than `start`.
    pub end: Seconds,
}

impl Span {
    /// Returns the span from `start` to `end`.
    pub fn new(start: Seconds, end: Seconds) -> Self {
        Span { start, end }
    }
}

/// A span of time on a named day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The day, as [`Day::index`].
    pub day: DayIndex,
    /// First second.
    pub start: Seconds,
    /// Last moment; later than `start`.
    pub end: Seconds,
}

impl Window {
    /// Returns the span from `start` to `end` on `day`.
    pub fn new(day: DayIndex, start: Seconds, end: Seconds) -> Self {
        Window { day, start, end }
    }
}

/// Where somebody starts, ends or is met. All places of one problem are of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// A point on the earth in degrees (WGS 84 or any datum used throughout the problem).
    Geo {
        /// Latitude, -90 to 90.
        lat: f64,
        /// Longitude, -180 to 180.
        lon: f64,
    },
    /// A point on a flat map, in metres.
    Plane {
        /// Metres to the east.
        x: f64,
        /// Metres to the north.
        y: f64,
    },
    /// A row and column of [`Travel::Matrix`].
    Node(usize),
}

impl Place {
    /// Tells places apart: equal keys are equal places. Zero and minus zero are one.
    pub(crate) fn key(self) -> (u64, u64, u8) {
        match self {
            Place::Geo { lat, lon } => ((lat + 0.0).to_bits(), (lon + 0.0).to_bits(), 0),
            Place::Plane { x, y } => ((x + 0.0).to_bits(), (y + 0.0).to_bits(), 1),
            Place::Node(node) => (node as u64, 0, 2),
        }
    }

    /// Returns the point at `lat`, `lon` degrees.
    pub fn geo(lat: f64, lon: f64) -> Self {
        Place::Geo { lat, lon }
    }
}

/// One person who can go on visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Unique among the staff.
    pub id: String,
    /// The roles this person can fill, e.g. `legal_counsel`. One role at a time on one visit.
    pub roles: Vec<String>,
    /// Skills and certificates.
    #[serde(default)]
    pub skills: Vec<Skill>,
    /// Languages and dialects spoken with customers, e.g. `zh`, `yue`.
    #[serde(default)]
    pub languages: Vec<String>,
    /// True when this person may go where only women are welcome.
    #[serde(default)]
    pub woman: bool,
    /// True when this person can only go to places that are [`Visit::step_free`].
    #[serde(default)]
    pub needs_step_free: bool,
    /// Where each day begins.
    pub base: Place,
    /// Where each day ends, if not at `base`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Place>,
    /// When this person works: at most one shift a day. A day without a shift is a day off.
    pub shifts: Vec<Shift>,
    /// The daily rest, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
    /// Most visits on one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_visits_per_day: Option<u32>,
    /// Most travelling on one day, the ways from and to the base included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_travel_per_day: Option<Seconds>,
    /// Customers whom this person may not meet (conflict of interest). They need not occur in this problem.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// Times within shifts when this person is not there. The way from leaving the base to being back
    /// touches no absence.
    #[serde(default)]
    pub absences: Vec<Window>,
}

/// A skill or certificate that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// E.g. `mediation`.
    pub name: String,
    /// Higher is better; a need for level 2 is met by 2 and above.
    #[serde(default)]
    pub level: u8,
    /// The last day on which it is valid; absent = for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<DayIndex>,
}

/// When a person works on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The day, as [`Day::index`].
    pub day: DayIndex,
    /// Leaves the base at this time or later.
    pub start: Seconds,
    /// Is back by this time, or by this plus `overtime`.
    pub end: Seconds,
    /// How much later than `end` the person may be back. Overtime is allowed and avoided.
    #[serde(default)]
    pub overtime: Seconds,
}

/// A daily rest: `seconds` in a row, wholly between `earliest` and `latest`, in which the person neither
/// travels nor is with a customer. Time before leaving the base and after being back counts, and so
/// does waiting at a door. Needed on every day with at least one visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// The rest begins at this time or later.
    pub earliest: Seconds,
    /// The rest is over by this time.
    pub latest: Seconds,
    /// How long it lasts.
    pub seconds: Seconds,
}

/// One visit to one customer, made by a crew: everybody is present from the start to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Unique among the visits.
    pub id: String,
    /// Whom it is paid to, for conflicts of interest and for the frequency rule.
    pub customer: String,
    /// Where the customer agreed to be met.
    pub place: Place,
    /// How long the visit lasts.
    pub service: Seconds,
    /// Who must be there.
    pub needs: Vec<RoleNeed>,
    /// Least number of people, if more than the needs and [`Rules::least_crew`] ask for. Further people may
    /// have any role.
    #[serde(default)]
    pub min_crew: u32,
    /// When the customer agreed to be met. Spans that touch or overlap count as one. Days that are not
    /// among [`Problem::days`] are ignored: customers may offer days on which nobody plans.
    pub windows: Vec<Window>,
    /// First day on which the visit may take place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest_day: Option<DayIndex>,
    /// Last day on which the visit may take place at all (hard), e.g. the end of the consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_day: Option<DayIndex>,
    /// Last day that keeps the clock (a goal). A visit later than this is planned if it must be, and reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_day: Option<DayIndex>,
    /// The day on which the customer is (or was) told of the visit, for [`Rules::min_notice_days`]; negative =
    /// before the day of planning.
    #[serde(default)]
    pub notice_day: DayIndex,
    /// True: to be planned before any optional visit.
    #[serde(default)]
    pub mandatory: bool,
    /// What the visit is worth in comparison with others, when it is not mandatory.
    #[serde(default = "one")]
    pub value: u32,
    /// What the customer was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// Whom the customer would like to see, e.g. who came last time. Ids of [`Problem::staff`].
    #[serde(default)]
    pub preferred_staff: Vec<String>,
    /// Who must not come. Ids of [`Problem::staff`].
    #[serde(default)]
    pub forbidden_staff: Vec<String>,
    /// At least one of the crew must speak this language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Only women may come.
    #[serde(default)]
    pub women_only: bool,
    /// The customer can only be met where no step is in the way: then `step_free` must be true.
    #[serde(default)]
    pub needs_step_free: bool,
    /// True when the place is known to be reachable without steps.
    #[serde(default)]
    pub step_free: bool,
    /// How the crew spends the day, if not as [`Rules::crew_day`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crew_day: Option<CrewDay>,
}

/// How a crew spends the day of a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrewDay {
    /// The crew meets at the door; before and after, its members go their own ways.
    #[default]
    MeetsAtDoor,
    /// The crew spends the whole day together: whoever is in it makes all visits of that day in this very crew, with nobody more and
    /// nobody less. Who goes with whom is chosen anew for each day (team building; Kovacs, Parragh, Doerner, Hartl 2012). Each
    /// comes to the first door from their own base.
    Together,
}

/// So many people in a role, with a skill if one is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleNeed {
    /// E.g. `relationship_manager`.
    pub role: String,
    /// How many people; at least 1.
    #[serde(default = "one")]
    pub count: u32,
    /// A skill that each of them must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<SkillNeed>,
}

/// A skill at a level or above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillNeed {
    /// As in [`Skill::name`].
    pub name: String,
    /// Least level.
    #[serde(default)]
    pub level: u8,
}

/// A time that the customer was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// The day, as [`Day::index`].
    pub day: DayIndex,
    /// When the visit begins.
    pub start: Seconds,
    /// True: this time and no other. If it cannot be kept lawfully, the visit is not planned and the
    /// reason says why. False: it may move, which is avoided and counted.
    #[serde(default)]
    pub locked: bool,
    /// With `locked`: exactly these people, if any are named. Without `locked`: ignored (use
    /// [`Visit::preferred_staff`]).
    #[serde(default)]
    pub staff: Vec<String>,
}

/// The hard rules of conduct, usually taken from a rule pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// A visit lies wholly within one of these, whatever the customer offered. Default 08:00 to 20:00.
    pub visiting_hours: Vec<Span>,
    /// Least number of people on any visit. Default 2.
    pub least_crew: u32,
    /// Least number of days between [`Visit::notice_day`] and the visit. Default 1.
    pub min_notice_days: DayIndex,
    /// Least number of days between two visits to one customer; 0 = no such rule, 1 = not on one day.
    /// Default 0.
    pub min_days_between_visits: DayIndex,
    /// What of the visit a consented window must cover.
    pub window_covers: WindowCovers,
    /// Visits begin at multiples of this after 00:00, unless at the promised time. Default 300: people agree on
    /// 10:05, not on 10:03:47. 1 = any second.
    pub start_every: Seconds,
    /// How crews spend the day, where a visit does not say otherwise.
    pub crew_day: CrewDay,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            visiting_hours: vec![Span::new(8 * 3600, 20 * 3600)],
            least_crew: 2,
            min_notice_days: 1,
            min_days_between_visits: 0,
            window_covers: WindowCovers::WholeVisit,
            start_every: 300,
            crew_day: CrewDay::MeetsAtDoor,
        }
    }
}

/// What of the visit a consented window must cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowCovers {
    /// From the start to the end: the crew has left by the end of the window.
    #[default]
    WholeVisit,
    /// The start only, as in the classical vehicle routing problem with time windows.
    Start,
}

/// How long the way from place to place takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Travel {
    /// The straight line, made longer and driven at an even speed.
    ///
    /// Metres between two [`Place::Plane`] are `factor * sqrt(dx² + dy²)`; between two [`Place::Geo`] the same with
    /// `dy = R * Δlat` and `dx = R * Δlon * cos(mean latitude)`, angles in radians, `Δlon` taken the short way
    /// round, R = 6,371,008.8 m (the equirectangular approximation, good to 0.1 % within a region).
    /// Seconds are `metres / (kmh / 3.6)` rounded up, plus `per_leg`. Between equal places both are 0.
    StraightLine {
        /// Average speed in kilometres per hour.
        kmh: f64,
        /// How much longer the road is than the straight line, e.g. 1.4.
        factor: f64,
        /// Added to every way between different places: parking, stairs, the gate.
        #[serde(default)]
        per_leg: Seconds,
    },
    /// Times and distances between places, as square tables `[from][to]`.
    Matrix {
        /// Seconds.
        seconds: Vec<Vec<Seconds>>,
        /// Metres; empty = all 0.
        #[serde(default)]
        metres: Vec<Vec<i64>>,
        /// Which place each row and column is, so that places can keep their coordinates; empty = places are [`Place::Node`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        places: Vec<Place>,
    },
}

impl Default for Travel {
    /// A city by car: 25 km/h, roads 1.4 times the straight line, five minutes from the kerb to the door.
    fn default() -> Self {
        Travel::StraightLine {
            kmh: 25.0,
            factor: 1.4,
            per_leg: 300,
        }
    }
}

/// One thing that makes a plan better. Each is counted in [`Totals`](crate::plan::Totals).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// As few mandatory visits left out as possible.
    MandatoryPlanned,
    /// As few deadlines missed as possible.
    DeadlinesKept,
    /// As much value of optional visits as possible.
    Value,
    /// As few promised times moved or broken as possible.
    PromisesKept,
    /// As little overtime as possible.
    Overtime,
    /// As few visits as possible for the person who has most of them.
    Balance,
    /// As little travelling as possible.
    Travel,
    /// As many visits as possible with somebody whom the customer prefers.
    Preference,
}

impl Goal {
    /// The order used when a problem states none.
    pub fn usual_order() -> Vec<Goal> {
        vec![
            Goal::MandatoryPlanned,
            Goal::DeadlinesKept,
            Goal::Value,
            Goal::PromisesKept,
            Goal::Overtime,
            Goal::Balance,
            Goal::Travel,
            Goal::Preference,
        ]
    }
}

fn one() -> u32 {
    1
}
