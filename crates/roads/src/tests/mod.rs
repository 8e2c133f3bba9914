//! Tests over several parts at once.
