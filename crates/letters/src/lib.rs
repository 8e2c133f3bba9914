//! Documents for people: the first is the demo report as one HTML page.
