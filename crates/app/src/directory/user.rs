//! A user as the directory keeps them.

use super::{Cost, DirectoryError, bad};
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
    pub(super) fn check(self, cost: &Cost) -> Result<User, DirectoryError> {
        let id = normal_id(&self.id);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.@".contains(c);
        if id.is_empty() || id.len() > 60 || !id.chars().all(plain) {
            return bad(
                "id",
                "use 1 to 60 letters a-z, digits, and the signs - _ . @ (the bank's directory name)",
            );
        }
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return bad("name", "give a name of 1 to 60 characters");
        }
        let branch = self.branch.trim().to_owned();
        if branch.is_empty() || branch.len() > 60 || branch.chars().any(char::is_control) {
            return bad("branch", "give a branch code of 1 to 60 characters");
        }
        let password = self.password.map(|p| cost.hash(&p)).transpose()?;
        Ok(User {
            id: StaffId(id),
            name,
            roles: check_roles(self.roles)?,
            branch: BranchId(branch),
            disabled: false,
            stamp: 1,
            password,
        })
    }
}
