//! Text normalisation and search tokens, one meaning on every database.
