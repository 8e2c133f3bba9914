//! Every word that pages show, in three languages side by side: a missing text does not compile.
//!
//! `page` has the fixed words of pages (`desk` those of customer, visits, programme and users, `plan` those of plan and roster), `codes` the names of codes that data hold.

/// Gives `Words` one function for each text: simplified, traditional, English.
macro_rules! words {
    ($($name:ident: $hans:literal, $hant:literal, $en:literal;)*) => {
        impl Words {
            $(pub(crate) fn $name(self) -> &'static str { [$hans, $hant, $en][at(self.0)] })*
        }
    };
}

mod codes;
mod desk;
mod events;
mod files;
mod page;
mod plan;
mod planner;
mod programme;
mod readings;
mod refusals;
mod users;

pub(crate) use codes::{
    action, cause, channel, code_of, line, next_step, option, options, role, roles, screened,
};
pub(crate) use events::event;
pub(crate) use files::{files_hint, not_accepted, size};
pub(crate) use page::Words;
pub(crate) use planner::{
    Names, change, goal_change, left_out, length, not_published, planner_role, reason, roster_fault, time,
    version, violation,
};
pub(crate) use programme::{programme_event, programme_fault};
pub(crate) use readings::{purpose, reading};
pub(crate) use refusals::refusal;
pub(crate) use users::{user_done, user_mistake};

use crate::lang::{Lang, at};

/// One text: simplified, traditional, English.
pub(crate) type Three = [&'static str; 3];

pub(crate) fn pick(three: Three, lang: Lang) -> &'static str {
    three[at(lang)]
}
