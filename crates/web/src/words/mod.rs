//! Every word that pages show, in three languages side by side: a missing text does not compile.
//!
//! `page` has the fixed words of pages, `codes` the names of codes that data hold.

mod codes;
mod events;
mod page;
mod refusals;

pub(crate) use codes::{ROLES, action, cause, channel, code_of, line, next_step, option, options, role};
pub(crate) use events::event;
pub(crate) use page::Words;
pub(crate) use refusals::refusal;

use crate::lang::{Lang, at};

/// One text: simplified, traditional, English.
pub(crate) type Three = [&'static str; 3];

pub(crate) fn pick(three: Three, lang: Lang) -> &'static str {
    three[at(lang)]
}
