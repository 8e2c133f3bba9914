//! What can be wrong with a plan.

use crate::problem::{DayIndex, Seconds};
use serde::{Deserialize, Serialize};

/// One thing in a plan that the problem forbids, or that is not what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the fields are named as in Problem and Plan; each message says what they mean"
)]
pub enum Violation {
    /// The problem contradicts itself; the plan was not looked at.
    #[error("the problem has {issues} mistake(s); the plan was not checked")]
    InvalidProblem { issues: usize },
    /// A number so large that nothing can be computed with it; nothing else was looked at.
    #[error("{place}: a number out of all bounds; the plan was not checked further")]
    AbsurdNumber { place: String },
    /// The plan names a visit that is not in the problem.
    #[error("visit {visit} is not in the problem")]
    UnknownVisit { visit: String },
    /// The plan names somebody who is not in the problem.
    #[error("{staff} is not among the staff")]
    UnknownStaff { staff: String },
    /// The plan names a day that is not in the problem.
    #[error("day {day} of {of} is not among the days")]
    UnknownDay { of: String, day: DayIndex },

    /// A visit is planned more than once.
    #[error("visit {visit} is planned twice")]
    PlannedTwice { visit: String },
    /// A visit is neither planned nor listed as unplanned.
    #[error("visit {visit} is neither planned nor explained")]
    Forgotten { visit: String },
    /// A visit is listed as unplanned twice, or although it is planned.
    #[error("visit {visit} is listed as unplanned but is planned, or is listed twice")]
    WronglyUnplanned { visit: String },
    /// The list of late visits is not what the days say.
    #[error("visit {visit}: the list of late visits is wrong about it")]
    WronglyLate { visit: String },
    /// The list of moved visits is not what the promises say.
    #[error("visit {visit}: the list of moved visits is wrong about it")]
    WronglyMoved { visit: String },

    /// End minus start is not the service time.
    #[error("visit {visit} lasts {found} s, not {service} s")]
    WrongLength {
        visit: String,
        service: Seconds,
        found: Seconds,
    },
    /// Not within the customer's windows of that day.
    #[error("visit {visit} is outside the windows that the customer consented to")]
    OutsideWindow { visit: String },
    /// Not within visiting hours.
    #[error("visit {visit} is outside visiting hours")]
    OutsideVisitingHours { visit: String },
    /// Begins between the times of day at which visits begin.
    #[error("visit {visit} begins neither at its promised time nor at a multiple of {every} s")]
    OddStart { visit: String, every: Seconds },
    /// Before the earliest or after the latest day.
    #[error("visit {visit} may not take place on day {day}")]
    DayNotAllowed { visit: String, day: DayIndex },
    /// Sooner after the notice than the rules allow.
    #[error("visit {visit} comes {found} day(s) after the notice; at least {least} are needed")]
    NoticeTooShort { visit: String, least: i64, found: i64 },
    /// Too soon after or before another visit to the same customer.
    #[error("visits {visit} and {other} to one customer are less than {least} day(s) apart")]
    TooOften {
        visit: String,
        other: String,
        least: DayIndex,
    },
    /// A locked visit is at another time.
    #[error("visit {visit} is locked to another time")]
    LockedTimeMoved { visit: String },
    /// A locked visit has another crew.
    #[error("visit {visit} is locked to another crew")]
    LockedCrewChanged { visit: String },
    /// The customer needs a step-free place and this is not known to be one.
    #[error("visit {visit} needs a place without steps")]
    PlaceNotStepFree { visit: String },

    /// Somebody is in a crew twice.
    #[error("{staff} is twice in the crew of visit {visit}")]
    TwiceInCrew { visit: String, staff: String },
    /// Too few people.
    #[error("visit {visit} has {found} people; at least {least} are needed")]
    CrewTooSmall { visit: String, least: u32, found: u32 },
    /// Somebody fills a role that they do not have.
    #[error("{staff} goes to visit {visit} as {role} and is not one")]
    RoleNotHeld {
        visit: String,
        staff: String,
        role: String,
    },
    /// Too few people fill a need with the role and the skill valid on that day.
    #[error("visit {visit} lacks {missing} × {role}")]
    NeedNotFilled {
        visit: String,
        role: String,
        missing: u32,
    },
    /// Conflict of interest.
    #[error("{staff} may not meet the customer of visit {visit} (conflict of interest)")]
    ConflictOfInterest { visit: String, staff: String },
    /// The customer excluded this person.
    #[error("{staff} is excluded from visit {visit}")]
    ForbiddenPerson { visit: String, staff: String },
    /// Only women may come.
    #[error("{staff} goes to visit {visit}, to which only women may come")]
    WomenOnly { visit: String, staff: String },
    /// Somebody who cannot climb steps goes where there may be some.
    #[error("{staff} cannot climb steps, and the place of visit {visit} is not known to have none")]
    StepsInTheWay { visit: String, staff: String },
    /// Nobody of the crew speaks the language.
    #[error("nobody of the crew of visit {visit} speaks {language}")]
    LanguageNotSpoken { visit: String, language: String },

    /// A crew that is to spend the day together does not.
    #[error(
        "the crew of visit {visit} is to spend day {day} together, but {staff} goes to visit {other} with others"
    )]
    CrewSplit {
        visit: String,
        day: DayIndex,
        staff: String,
        other: String,
    },

    /// A person has two routes on one day.
    #[error("{staff} has two routes on day {day}")]
    RouteTwice { staff: String, day: DayIndex },
    /// A route without stops.
    #[error("the route of {staff} on day {day} has no stops")]
    EmptyRoute { staff: String, day: DayIndex },
    /// Somebody of a crew has no such stop on their route.
    #[error("{staff} is to go to visit {visit}, but no route leads there")]
    NotOnRoute { staff: String, visit: String },
    /// A route has a stop that no crew calls for, or has it twice.
    #[error("the route of {staff} on day {day} stops at visit {visit} without being in its crew, or twice")]
    StrayStop {
        staff: String,
        day: DayIndex,
        visit: String,
    },
    /// A stop has another start or end than the visit.
    #[error("{staff} is at visit {visit} at another time than planned")]
    StopTimeDiffers { staff: String, visit: String },
    /// Somebody leaves before the last visit is over: a double booking.
    #[error("{staff} leaves for {to} on day {day} before the visit before it is over")]
    LeavesTooEarly {
        staff: String,
        day: DayIndex,
        to: String,
    },
    /// Somebody arrives after the visit has begun.
    #[error("{staff} arrives at visit {visit} after its start")]
    ArrivesTooLate { staff: String, visit: String },
    /// A way takes less or more time than it does, or is not as far as it says.
    #[error("the way of {staff} to {to} on day {day} is not what the map says")]
    WrongWay {
        staff: String,
        day: DayIndex,
        to: String,
    },
    /// Waiting is not the time from arrival to start.
    #[error("the waiting of {staff} at visit {visit} is miscounted")]
    WrongWait { staff: String, visit: String },
    /// On the way before the shift, after it (with the allowed overtime), or on a day off.
    #[error("{staff} is on the way on day {day} outside the shift")]
    OutsideShift { staff: String, day: DayIndex },
    /// On the way during an absence.
    #[error("{staff} is on the way on day {day} during an absence")]
    DuringAbsence { staff: String, day: DayIndex },
    /// No rest, too short a rest, one outside its hours, or one while travelling or visiting.
    #[error("{staff} has no lawful rest on day {day}")]
    NoRest { staff: String, day: DayIndex },
    /// More visits than the person's most.
    #[error("{staff} has {found} visits on day {day}; at most {most}")]
    TooManyVisits {
        staff: String,
        day: DayIndex,
        most: u32,
        found: u32,
    },
    /// More travelling than the person's most.
    #[error("{staff} travels {found} s on day {day}; at most {most} s")]
    TooMuchTravel {
        staff: String,
        day: DayIndex,
        most: Seconds,
        found: Seconds,
    },
    /// A sum of a route is wrong.
    #[error("the {field} of {staff} on day {day} is miscounted")]
    WrongRouteSum {
        staff: String,
        day: DayIndex,
        field: String,
    },
    /// A total is wrong.
    #[error("total {field}: the plan says {stated}, it is {found}")]
    WrongTotal { field: String, stated: i64, found: i64 },
}
