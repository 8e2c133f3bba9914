//! The demo report as a page and as text.

mod contrast;
mod page;
mod sample;
mod text;
