//! What the planner answers: visits with their crews, each person's day, and what was left out and why.

use crate::problem::{DayIndex, Seconds, Span};
use serde::{Deserialize, Serialize};

/// A visit plan for a span of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The planned visits, by day, start and id.
    pub visits: Vec<Assignment>,
    /// Each person's day with at least one visit, by day and by the order of the staff.
    pub routes: Vec<Route>,
    /// The visits left out, in the order of the problem, each with its reason.
    pub unplanned: Vec<Unplanned>,
    /// The planned visits that miss their deadline, in the order of the problem, each with its reason.
    pub late: Vec<Late>,
    /// The planned visits that are not at the time the customer was promised, in the order of the problem.
    pub moved: Vec<Moved>,
    /// Sums over the plan.
    pub totals: Totals,
}

/// One planned visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The visit.
    pub visit: String,
    /// The day, as [`Day::index`](crate::problem::Day::index).
    pub day: DayIndex,
    /// When everybody is at the door and the visit begins.
    pub start: Seconds,
    /// When it is over.
    pub end: Seconds,
    /// Who goes.
    pub crew: Vec<Member>,
}

/// One person of a crew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who.
    pub staff: String,
    /// The role filled; absent = a further person, to reach the least crew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// One person's way through one day, from the base and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Who.
    pub staff: String,
    /// The day, as [`Day::index`](crate::problem::Day::index).
    pub day: DayIndex,
    /// The visits in order, each with the way to it.
    pub stops: Vec<Stop>,
    /// The way back.
    pub home: Leg,
    /// The daily rest, for people who have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Span>,
    /// Sum of all ways, the way back included.
    pub travel_seconds: Seconds,
    /// Sum of all ways, the way back included.
    pub travel_metres: i64,
    /// How much later than the end of the shift the person is back.
    pub overtime_seconds: Seconds,
}

/// A way from one place to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Leaves the last place.
    pub depart: Seconds,
    /// Is at the next.
    pub arrive: Seconds,
    /// How far it is.
    pub metres: i64,
}

/// A visit on somebody's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The visit.
    pub visit: String,
    /// The way to it.
    pub leg: Leg,
    /// Waiting at the door, from arrival to start.
    pub wait: Seconds,
    /// The visit begins.
    pub start: Seconds,
    /// The visit is over.
    pub end: Seconds,
}

/// A visit that the plan leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unplanned {
    /// The visit.
    pub visit: String,
    /// What stands in the way.
    pub reason: Reason,
    /// The least that would let it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cheapest_change: Option<Change>,
    /// Reason and change as a sentence.
    pub explanation: String,
}

/// A visit planned after its deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    /// The visit.
    pub visit: String,
    /// Its [`Visit::deadline_day`](crate::problem::Visit::deadline_day).
    pub deadline_day: DayIndex,
    /// The day on which it is planned.
    pub day: DayIndex,
    /// What stood in the way up to the deadline.
    pub reason: Reason,
    /// The least that would save the deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cheapest_change: Option<Change>,
    /// Reason and change as a sentence.
    pub explanation: String,
}

/// A visit planned at another time than promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The visit.
    pub visit: String,
    /// The promised day.
    pub from_day: DayIndex,
    /// The promised start.
    pub from_start: Seconds,
    /// The planned day.
    pub day: DayIndex,
    /// The planned start.
    pub start: Seconds,
}

/// What kept a visit out: the first thing, from the customer's side to the bank's, that left no possibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Reason {
    /// The customer needs a place without steps and the place is not known to be one.
    PlaceNotStepFree {},
    /// The customer agreed to no time on any day that is planned and allowed for this visit.
    NoWindow {},
    /// There are windows, but all on days too soon after the notice.
    NoticeTooShort {
        /// Days of notice that the rules ask for.
        days: DayIndex,
    },
    /// No window, cut to the visiting hours, is as long as the visit from a time at which visits begin.
    WindowsTooShort {
        /// Length of the visit.
        needed: Seconds,
        /// The longest usable window.
        longest: Seconds,
    },
    /// A locked time is outside every lawful window.
    LockedTimeNotLawful {},
    /// A locked crew is not what the visit needs: too few people, or people who may not go.
    LockedCrewNotLawful {},
    /// Another visit to the same customer is too near on all possible days.
    CustomerVisitedTooOften {
        /// Least days between visits.
        days: DayIndex,
    },
    /// Too few people have the role (and the skill).
    TooFewWithRole {
        /// What is missing.
        seat: Seat,
        /// How many are needed.
        needed: u32,
        /// How many there are.
        have: u32,
    },
    /// Enough people have the role, but too few of them may see this customer: conflicts of interest, the
    /// customer's own exclusions, women only, steps in the way.
    TooFewAllowed {
        /// What is missing.
        seat: Seat,
        /// How many are needed.
        needed: u32,
        /// How many are left.
        have: u32,
    },
    /// Nobody who could go speaks the language.
    NobodySpeaks {
        /// The language.
        language: String,
    },
    /// Those who could go do not work at any possible time.
    NotOnShift {
        /// Who is missing.
        seat: Seat,
    },
    /// Those who could go work then, but could not be there and back within shift, rest and travel limits even
    /// with nothing else to do.
    OutOfReach {
        /// Who is missing.
        seat: Seat,
    },
    /// Those who could go are with other customers at all possible times.
    Booked {
        /// Who is missing.
        seat: Seat,
    },
    /// Each could come at some possible time, but never enough of them at one time.
    NeverTogether {},
    /// Nothing: it fits as the plan stands. Only plans changed by hand leave out such visits.
    Fits {},
}

/// A place in a crew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// The role; absent = anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The skill asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// The language asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A change to the problem after which the visit fits into this plan as it stands. They are tried in this
/// order, from cheap to dear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Change {
    /// Make sure that the place is step-free, or agree on another place.
    ConfirmStepFree {},
    /// Ask the customer for this time: a lawful crew is free then.
    AskForWindow {
        /// The day.
        day: DayIndex,
        /// The visit would begin.
        start: Seconds,
        /// The visit would be over.
        end: Seconds,
        /// Who would go.
        crew: Vec<Member>,
    },
    /// Allow one person to be back later.
    AllowOvertime {
        /// Who.
        staff: String,
        /// The day.
        day: DayIndex,
        /// Overtime to allow in all on that day.
        seconds: Seconds,
    },
    /// Give up one optional visit.
    GiveUpVisit {
        /// Which.
        visit: String,
    },
    /// Let one more person in this role work in the visit's windows.
    AddStaff {
        /// Whom.
        seat: Seat,
        /// How many more.
        count: u32,
    },
}

/// Sums over a plan. The goals of a problem compare them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Visits planned.
    pub planned: u32,
    /// Visits left out.
    pub unplanned: u32,
    /// Mandatory visits left out.
    pub mandatory_unplanned: u32,
    /// Visits with a deadline up to the last planned day that are planned later or left out.
    pub deadlines_missed: u32,
    /// Sum of the values of the planned optional visits.
    pub value: u64,
    /// Promised visits that are planned at another time, or left out.
    pub promises_moved: u32,
    /// Overtime of all people.
    pub overtime_seconds: Seconds,
    /// Visits of the person who has most of them over all days.
    pub most_visits_of_one: u32,
    /// Travelling of all people.
    pub travel_seconds: Seconds,
    /// Travelling of all people.
    pub travel_metres: i64,
    /// Planned visits on which at least one preferred person goes.
    pub preferred: u32,
}
