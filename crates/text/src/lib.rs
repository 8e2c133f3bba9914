//! Text normalisation and search tokens, one meaning on every database.
//!
//! The program, not the database, decides what a word is: [`tokens`] makes the search words of a
//! stored text and [`query_tokens`] those of a question, so that SQLite and PostgreSQL answer
//! alike. [`mask_name`] and [`mask_phone`] make what lists may show; [`language`] tells which
//! language to answer in. Everything is a pure function of its argument and takes any input.

mod fold;
mod language;
mod mask;
mod normal;
mod tokens;

pub use fold::fold;
pub use language::{Language, language};
pub use mask::{mask_name, mask_phone};
pub use normal::normalise;
pub use tokens::{MAX_WORD, is_cjk, query_tokens, query_too_short, tokens};
