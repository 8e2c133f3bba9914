//! Near-duplicates, and whom to offer a visit, with reasons.
