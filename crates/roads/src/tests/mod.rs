//! Tests over several parts at once.

mod broken;
mod random;
mod real;
mod servers;
mod small;
mod writer;
