//! Checks of the project on itself.
fn main() {}
