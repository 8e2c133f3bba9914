//! Tests over several parts at once.

mod broken;
mod city;
mod random;
mod real;
mod servers;
mod small;
mod writer;
