//! A seeded sample bank: branches, staff, customers and complaints that belong to nobody.
