//! Complaints from files and e-mail, with maps, rejects and bounded memory.
