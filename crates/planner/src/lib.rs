//! Who goes together, to whom, when: the visit planner and its independent checker.
