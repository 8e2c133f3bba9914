//! Reasons and changes as sentences.

use crate::plan::{Change, Member, Reason, Seat};
use crate::problem::{DayIndex, Problem, Seconds, Visit};

/// Says in one or two sentences why `visit` was not planned within its allowed days and what would help.
pub(super) fn explanation(
    problem: &Problem,
    visit: &Visit,
    reason: &Reason,
    change: Option<&Change>,
) -> String {
    let why = why(&until(problem, visit), reason);
    match change {
        Some(change) => format!("{why} {}", what_helps(problem, change)),
        None => why,
    }
}

/// The last day on which the visit may take place, if that is not simply the last of the plan.
fn until(problem: &Problem, visit: &Visit) -> String {
    match visit.latest_day {
        Some(last) if problem.days.last().is_some_and(|d| last < d.index) => {
            format!(" up to {}", label(problem, last))
        }
        _ => String::new(),
    }
}

fn why(until: &str, reason: &Reason) -> String {
    match reason {
        Reason::PlaceNotStepFree {} => {
            "The customer needs a place without steps, and the place is not known to be one.".into()
        }
        Reason::NoWindow {} => format!("The customer agreed to no time on any planned day{until}."),
        Reason::NoticeTooShort { days } => {
            format!("All windows{until} come sooner than {days} day(s) after the notice.")
        }
        Reason::WindowsTooShort { needed, longest } => format!(
            "The visit takes {}, and the longest consented window within visiting hours{until} is {}.",
            length(*needed),
            length(*longest)
        ),
        Reason::LockedTimeNotLawful {} => {
            "The locked time is outside every lawful window of the customer.".into()
        }
        Reason::LockedCrewNotLawful {} => {
            "The locked crew is not a lawful crew for this visit: people, roles or exclusions do not fit."
                .into()
        }
        Reason::CustomerVisitedTooOften { days } => {
            format!(
                "Another visit to this customer is less than {days} day(s) away on every possible day{until}."
            )
        }
        Reason::TooFewWithRole { seat, needed, have } => {
            format!("The visit needs {needed} × {}; there are {have}.", who(seat))
        }
        Reason::TooFewAllowed { seat, needed, have } => format!(
            "The visit needs {needed} × {}; {have} may see this customer (conflicts of interest, the customer's wishes, access).",
            who(seat)
        ),
        Reason::NobodySpeaks { language } => {
            format!("Nobody who could take part speaks the customer's language ({language}).")
        }
        Reason::NotOnShift { seat } => {
            format!(
                "Too few on shift as {} in any consented window{until}.",
                who(seat)
            )
        }
        Reason::OutOfReach { seat } => format!(
            "Too few could, as {}, be there and back within shift, rest and travel limits in any consented window{until}, even with nothing else to do.",
            who(seat)
        ),
        Reason::Booked { seat } => format!(
            "Too few free as {} in any consented window{until}: they are with other customers.",
            who(seat)
        ),
        Reason::NeverTogether {} => format!(
            "Each of the crew is free at some time, but never enough of them together in a consented window{until}."
        ),
        Reason::Fits {} => "The visit fits into the plan as it stands.".into(),
    }
}

fn what_helps(problem: &Problem, change: &Change) -> String {
    match change {
        Change::ConfirmStepFree {} => {
            "Confirm that the place has no steps, or agree on another place.".into()
        }
        Change::AskForWindow {
            day,
            start,
            end,
            crew,
        } => format!(
            "Nearest: ask the customer for {} {}–{} ({}).",
            label(problem, *day),
            clock(*start),
            clock(*end),
            names(crew)
        ),
        Change::AllowOvertime { staff, day, seconds } => format!(
            "It would fit if {staff} may work {} of overtime on {}.",
            length(*seconds),
            label(problem, *day)
        ),
        Change::GiveUpVisit { visit } => format!("It would fit if the optional visit {visit} were given up."),
        Change::AddStaff { seat, count } => {
            format!(
                "It would fit with {count} more {} in one of the windows.",
                who(seat)
            )
        }
    }
}

fn names(crew: &[Member]) -> String {
    crew.iter()
        .map(|m| m.staff.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn who(seat: &Seat) -> String {
    let mut words = seat.role.as_deref().unwrap_or("staff").replace('_', " ");
    if let Some(skill) = &seat.skill {
        words.push_str(&format!(" with {}", skill.replace('_', " ")));
    }
    if let Some(language) = &seat.language {
        words.push_str(&format!(" speaking {language}"));
    }
    words
}

fn label(problem: &Problem, day: DayIndex) -> String {
    match problem.days.iter().find(|d| d.index == day) {
        Some(found) => found.label.clone(),
        None => format!("day {day}"),
    }
}

fn clock(seconds: Seconds) -> String {
    let minutes = seconds / 60;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn length(seconds: Seconds) -> String {
    match (seconds + 59) / 60 {
        minutes if minutes % 60 == 0 && minutes > 0 => format!("{} h", minutes / 60),
        minutes if minutes > 60 => format!("{} h {} min", minutes / 60, minutes % 60),
        minutes => format!("{minutes} min"),
    }
}
