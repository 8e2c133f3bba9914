//! Measured ratios to bare reference programs, in one run.
fn main() {}
