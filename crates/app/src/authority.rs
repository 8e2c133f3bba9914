//! Limits of authority: how large a remedy each role may approve. Data, not code.

use domain::{Actor, Role};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The shipped limits.
const BUILTIN: &str = include_str!("../../../catalogue/authority.toml");

/// How large a remedy each role, and named people beyond their role, may approve.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Version of the table.
    pub version: String,
    /// Limit by role in minor units of the bank's currency; a role that is absent approves nothing.
    limit: BTreeMap<Role, i64>,
    /// Limits of named people, which replace that of their role.
    #[serde(default)]
    person: BTreeMap<String, i64>,
}

/// Says what is wrong with the table of limits.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct AuthorityError {
    file: String,
    reason: String,
}

impl Authority {
    /// Returns the limits shipped with the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self::parse(BUILTIN, "catalogue/authority.toml").expect("the shipped limits are tested")
    }

    /// Reads a table of limits.
    ///
    /// # Errors
    /// When it is not TOML of this shape, or a limit is negative.
    pub fn parse(text: &str, file: &str) -> Result<Self, AuthorityError> {
        let fail = |reason: String| AuthorityError {
            file: file.to_owned(),
            reason,
        };
        let table: Authority = toml::from_str(text).map_err(|e| fail(e.to_string()))?;
        let roles = table.limit.iter().map(|(r, l)| (format!("limit.{r:?}"), l));
        let people = table.person.iter().map(|(p, l)| (format!("person.{p}"), l));
        match roles.chain(people).find(|(_, l)| **l < 0) {
            Some((place, limit)) => Err(fail(format!("{place}: {limit} is below zero"))),
            None => Ok(table),
        }
    }

    /// Returns how large a remedy in minor units `actor` may approve.
    #[must_use]
    pub fn of(&self, actor: &Actor) -> i64 {
        self.person
            .get(&actor.id.0)
            .or_else(|| self.limit.get(&actor.role))
            .copied()
            .unwrap_or(0)
    }

    /// Gives a named person a limit of their own.
    pub fn grant(&mut self, person: &str, limit: i64) {
        self.person.insert(person.to_owned(), limit.max(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_s_own_limit_replaces_that_of_the_role() {
        let mut a = Authority::builtin();
        let boss = Actor::new("supervisor-01", Role::Supervisor);
        assert_eq!(a.of(&boss), 2_000_000);
        a.grant("supervisor-01", 500);
        assert_eq!(a.of(&boss), 500);
        assert_eq!(a.of(&Actor::new("handler-01", Role::Handler)), 0);
    }

    #[test]
    fn mistakes_name_the_file_and_the_place() {
        for (text, part) in [
            ("version = \"1\"\n[limit]\nsupervisor = -1\n", "below zero"),
            ("version = \"1\"\n[limit]\nking = 1\n", "king"),
            ("version = \"1\"\nx = 2\n[limit]\n", "unknown field"),
        ] {
            let e = Authority::parse(text, "a.toml")
                .expect_err("must be refused")
                .to_string();
            assert!(e.starts_with("a.toml: ") && e.contains(part), "{e}");
        }
    }
}
