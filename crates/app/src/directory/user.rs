//! A user as the directory keeps them.

use super::{Cost, DirectoryError, bad, password};
use domain::{BranchId, Role, StaffId};
use serde::{Deserialize, Serialize};

/// A member of staff who may use Forecourt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The bank's own directory name, lower case.
    pub id: StaffId,
    /// The name colleagues know them by.
    pub name: String,
    /// The roles they may act in; never empty, the first is the one they start in.
    pub roles: Vec<Role>,
    /// Where they belong.
    pub branch: BranchId,
    /// Whether they are kept out.
    pub disabled: bool,
    /// Grows with every change: sessions and tokens of an older stamp end.
    pub(super) stamp: u64,
    /// The password's hash (PHC text); without one they cannot sign in by password.
    pub(super) password: Option<String>,
}

impl User {
    /// Says whether a password is set.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

/// A user to be added.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// The bank's own directory name.
    pub id: String,
    /// The name colleagues know them by.
    pub name: String,
    /// The roles, at least one.
    pub roles: Vec<Role>,
    /// Where they belong.
    pub branch: String,
    /// The first password, if they are to sign in by one.
    pub password: Option<String>,
}

/// Returns the one spelling of a user id: trimmed, lower case.
pub(super) fn normal_id(id: &str) -> String {
    id.trim().to_lowercase()
}

pub(super) fn check_roles(mut roles: Vec<Role>) -> Result<Vec<Role>, DirectoryError> {
    let mut seen = Vec::new();
    roles.retain(|r| {
        let new = !seen.contains(r);
        seen.push(*r);
        new
    });
    if roles.is_empty() {
        return bad("roles", "choose at least one role");
    }
    if roles.contains(&Role::System) {
        return bad("roles", "the program's own role is not for people");
    }
    Ok(roles)
}

impl NewUser {
    /// Names every field that is not acceptable, with its rule.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let id = normal_id(&self.id);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.@".contains(c);
        if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
            found.push((
                "id",
                "use 1 to 60 letters a-z, digits, and the signs - _ . @ (the bank's directory name)"
                    .to_owned(),
            ));
        }
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            found.push(("name", "give a name of 1 to 60 characters".to_owned()));
        }
        let branch = self.branch.trim();
        if branch.is_empty() || branch.len() > 60 || branch.chars().any(char::is_control) {
            found.push(("branch", "give a branch code of 1 to 60 characters".to_owned()));
        }
        if let Some(fault) = self.password.as_deref().and_then(password::fault) {
            found.push(("password", fault));
        }
        if let Err(DirectoryError::Bad { field, reason }) = check_roles(self.roles.clone()) {
            found.push((field, reason));
        }
        found
    }

    pub(super) fn check(self, cost: &Cost) -> Result<User, DirectoryError> {
        if let Some((field, reason)) = self.mistakes().into_iter().next() {
            return bad(field, reason);
        }
        let password = self.password.map(|p| cost.hash(&p)).transpose()?;
        Ok(User {
            id: StaffId(normal_id(&self.id)),
            name: self.name.trim().to_owned(),
            roles: check_roles(self.roles)?,
            branch: BranchId(self.branch.trim().to_owned()),
            disabled: false,
            stamp: 1,
            password,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_of_a_new_user_is_named_at_once() {
        let fields = |new: NewUser| new.mistakes().into_iter().map(|(f, _)| f).collect::<Vec<_>>();
        let bad = NewUser {
            id: "张 三".into(),
            password: Some("short".into()),
            ..NewUser::default()
        };
        assert_eq!(fields(bad), ["id", "name", "branch", "password", "roles"]);
        let good = NewUser {
            id: " Zhang.San@lc01 ".into(),
            name: "张三".into(),
            branch: "LC01".into(),
            roles: vec![Role::Handler, Role::Handler],
            password: None,
        };
        assert!(fields(good.clone()).is_empty());
        let user = good.check(&Cost::light()).expect("good");
        assert_eq!((user.id.0.as_str(), user.roles.len()), ("zhang.san@lc01", 1));
        let system = NewUser {
            roles: vec![Role::System],
            ..NewUser::default()
        };
        assert!(fields(system).contains(&"roles"));
    }
}
