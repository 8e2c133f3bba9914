//! Rule packs, business calendars and the clock engine.
