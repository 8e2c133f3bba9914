//! The forecourt command line.
fn main() {}
