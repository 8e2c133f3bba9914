//! The pages of the staff desk, one module for each.

pub(crate) mod action;
pub(crate) mod case;
pub(crate) mod cases;
mod contact;
pub(crate) mod customer;
pub(crate) mod drafts;
pub(crate) mod export;
pub(crate) mod files;
pub(crate) mod intake;
mod more;
pub(crate) mod plan;
pub(crate) mod programme;
pub(crate) mod roster;
pub(crate) mod rows;
pub(crate) mod sign_in;
pub(crate) mod today;
pub(crate) mod users;
pub(crate) mod visit_rows;
pub(crate) mod visits;
