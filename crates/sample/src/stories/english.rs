//! Stories told in English.

use super::Story;

pub(crate) const LOAN: &[Story] = super::loan::STORIES;
pub(crate) const CARD: &[Story] = super::loan::STORIES;
pub(crate) const ACCOUNT: &[Story] = super::loan::STORIES;
pub(crate) const PAYMENT: &[Story] = super::loan::STORIES;
pub(crate) const WEALTH: &[Story] = super::loan::STORIES;
pub(crate) const INSURANCE: &[Story] = super::loan::STORIES;
