//! Users, their sign-in, sessions and tokens.
//!
//! Everything is kept in records of the store, each change beside an event in the stream of the user.
//! All of it is held in memory too: a request is checked without asking the database, and a change
//! counts from the next request on.

mod password;
mod session;
mod throttle;
mod user;

pub use password::Cost;
pub use session::{Limits, SessionView, TokenView};
pub use user::{NewUser, User};

use crate::{access::Viewer, error::OfficeError, ids};
use domain::{Actor, Role, StaffId, Timestamp};
use parking_lot::RwLock;
use session::{Session, Token};
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use store::{Clock, NewEvent, RecordChange, Store, StreamAppend, StreamId, Work};
use throttle::Throttle;

/// The kinds of records.
const USER: &str = "user";
const SESSION: &str = "session";
const TOKEN: &str = "token";

/// Why somebody is not let in, or a change of the directory is not made.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Name or password is wrong; which of them is not said.
    #[error("user id or password is wrong")]
    WrongPassword,
    /// Too many attempts.
    #[error("too many attempts; try again in {seconds} s. A correct password is not lost by waiting")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// No such user.
    #[error("there is no user {0}")]
    NoSuchUser(StaffId),
    /// There is a user of that id.
    #[error("there is already a user {0}")]
    Exists(StaffId),
    /// A value is not acceptable.
    #[error("{field}: {reason}")]
    Bad {
        /// Which field.
        field: &'static str,
        /// Why.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<store::StoreError> for DirectoryError {
    fn from(e: store::StoreError) -> Self {
        DirectoryError::Office(e.into())
    }
}

impl From<store::AppendError> for DirectoryError {
    fn from(e: store::AppendError) -> Self {
        DirectoryError::Office(e.into())
    }
}

fn bad<T>(field: &'static str, reason: impl Into<String>) -> Result<T, DirectoryError> {
    Err(DirectoryError::Bad {
        field,
        reason: reason.into(),
    })
}

/// The people of the bank who may use Forecourt.
pub struct Directory {
    store: Store,
    clock: Clock,
    cost: Cost,
    limits: Limits,
    users: RwLock<HashMap<StaffId, Arc<User>>>,
    sessions: RwLock<HashMap<[u8; 32], Session>>,
    tokens: RwLock<HashMap<[u8; 32], Token>>,
    throttle: Throttle,
}

/// How many records are read at once when the directory is opened.
const PART: usize = 1000;

impl Directory {
    /// Opens the directory of a store.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn open(store: &Store, clock: Clock, cost: Cost, limits: Limits) -> Result<Self, DirectoryError> {
        let directory = Directory {
            store: store.clone(),
            clock,
            cost,
            limits,
            users: RwLock::default(),
            sessions: RwLock::default(),
            tokens: RwLock::default(),
            throttle: Throttle::default(),
        };
        directory.load(USER, |d, _, body| {
            let user: User = serde_json::from_slice(body).map_err(|e| e.to_string())?;
            d.users.write().insert(user.id.clone(), Arc::new(user));
            Ok(())
        })?;
        directory.load(SESSION, |d, id, body| {
            let session: Session = serde_json::from_slice(body).map_err(|e| e.to_string())?;
            d.sessions.write().insert(session::key_of(id)?, session);
            Ok(())
        })?;
        directory.load(TOKEN, |d, id, body| {
            let token: Token = serde_json::from_slice(body).map_err(|e| e.to_string())?;
            d.tokens.write().insert(session::key_of(id)?, token);
            Ok(())
        })?;
        Ok(directory)
    }

    fn load(
        &self,
        kind: &'static str,
        take: impl Fn(&Self, &str, &[u8]) -> Result<(), String>,
    ) -> Result<(), DirectoryError> {
        let mut from = String::new();
        loop {
            let part = self.store.records(kind, "", &from, PART)?;
            for record in &part {
                take(self, &record.id, &record.body).map_err(|reason| {
                    OfficeError::Setup(format!(
                        "the record {kind}/{} cannot be understood: {reason}",
                        record.id
                    ))
                })?;
            }
            match part.last() {
                // The least text that comes after this id.
                Some(last) if part.len() == PART => from = format!("{}\u{1}", last.id),
                _ => return Ok(()),
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns a user.
    #[must_use]
    pub fn user(&self, id: &StaffId) -> Option<Arc<User>> {
        self.users.read().get(id).cloned()
    }

    /// Returns the name by which people know a member of staff; the id where there is no such user.
    #[must_use]
    pub fn name_of(&self, id: &str) -> String {
        self.users
            .read()
            .get(&StaffId::from(id))
            .map_or_else(|| id.to_owned(), |u| u.name.clone())
    }

    /// Returns all users by id.
    #[must_use]
    pub fn users(&self) -> Vec<Arc<User>> {
        let mut all: Vec<_> = self.users.read().values().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Says whether nobody can sign in yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.read().is_empty()
    }

    /// Adds a user.
    ///
    /// # Errors
    /// When the id is taken, a value is not acceptable, or the store failed.
    pub fn add(&self, new: NewUser, by: &Actor) -> Result<Arc<User>, DirectoryError> {
        let user = new.check(&self.cost)?;
        if self.user(&user.id).is_some() {
            return Err(DirectoryError::Exists(user.id));
        }
        self.write(user, "user_added", by)
    }

    /// Adds many users at once; those that are there already stay as they are.
    ///
    /// # Errors
    /// As [`Directory::add`].
    pub fn add_all(&self, new: Vec<NewUser>, by: &Actor) -> Result<(), DirectoryError> {
        let mut works = Vec::new();
        let mut users = Vec::new();
        for new in new {
            let user = new.check(&self.cost)?;
            if self.user(&user.id).is_none() {
                works.push(self.work(&user, "user_added", by)?);
                users.push(Arc::new(user));
            }
        }
        for (result, user) in self.store.append_many(works).into_iter().zip(users) {
            result?;
            self.users.write().insert(user.id.clone(), user);
        }
        Ok(())
    }

    /// Changes a user: whoever is signed in as them must sign in again.
    ///
    /// # Errors
    /// When there is no such user, a value is not acceptable, or the store failed.
    pub fn change(
        &self,
        id: &StaffId,
        kind: &'static str,
        by: &Actor,
        change: impl FnOnce(&mut User) -> Result<(), DirectoryError>,
    ) -> Result<Arc<User>, DirectoryError> {
        let old = self
            .user(id)
            .ok_or_else(|| DirectoryError::NoSuchUser(id.clone()))?;
        let mut user = (*old).clone();
        change(&mut user)?;
        user.stamp += 1;
        self.write(user, kind, by)
    }

    /// Switches a user off or on again.
    ///
    /// # Errors
    /// As [`Directory::change`].
    pub fn set_disabled(
        &self,
        id: &StaffId,
        disabled: bool,
        by: &Actor,
    ) -> Result<Arc<User>, DirectoryError> {
        if disabled && *id == by.id {
            return bad(
                "user",
                "nobody switches off themselves; ask another administrator",
            );
        }
        let kind = if disabled { "user_disabled" } else { "user_enabled" };
        self.change(id, kind, by, |u| {
            u.disabled = disabled;
            Ok(())
        })
    }

    /// Gives a user roles anew.
    ///
    /// # Errors
    /// As [`Directory::change`]; and when administrators would take that role from themselves: the last
    /// one could not give it back.
    pub fn set_roles(&self, id: &StaffId, roles: Vec<Role>, by: &Actor) -> Result<Arc<User>, DirectoryError> {
        if *id == by.id && by.role == Role::Administrator && !roles.contains(&Role::Administrator) {
            return bad(
                "roles",
                "nobody takes the administrator's role from themselves; ask another administrator",
            );
        }
        self.change(id, "user_roles_set", by, |u| {
            u.roles = user::check_roles(roles)?;
            Ok(())
        })
    }

    /// Sets a password.
    ///
    /// # Errors
    /// As [`Directory::change`]; and when the password is too short or too common.
    pub fn set_password(
        &self,
        id: &StaffId,
        password: &str,
        by: &Actor,
    ) -> Result<Arc<User>, DirectoryError> {
        let hash = self.cost.hash(password)?;
        self.change(id, "user_password_set", by, |u| {
            u.password = Some(hash);
            Ok(())
        })
    }

    /// Makes the entry in a user's stream that tells of a change.
    fn entry(
        &self,
        user: &StaffId,
        kind: &str,
        body: serde_json::Value,
        by: &Actor,
    ) -> Result<StreamAppend, DirectoryError> {
        let stream = StreamId::other("user", &user.0)?;
        let expected = self
            .store
            .read(stream.bucket(), &stream)?
            .last()
            .map_or(0, |e| e.seq);
        let event = NewEvent {
            id: ids::fresh(),
            kind: kind.to_owned(),
            schema_version: 1,
            occurred_at: self.now(),
            actor: crate::codec::actor_text(by),
            purpose: "user_management".to_owned(),
            body: body.into(),
        };
        Ok(StreamAppend {
            stream,
            expected,
            events: vec![event],
        })
    }

    fn work(&self, user: &User, kind: &str, by: &Actor) -> Result<Work, DirectoryError> {
        let body = serde_json::json!({
            "name": user.name, "roles": user.roles, "branch": user.branch, "disabled": user.disabled,
        });
        let record = RecordChange {
            kind: USER,
            id: user.id.0.clone(),
            body: Some(serde_json::to_vec(user).expect("a user is plain data")),
            expires_at: None,
        };
        Ok(Work {
            streams: vec![self.entry(&user.id, kind, body, by)?],
            records: vec![record],
            ..Work::default()
        })
    }

    fn write(&self, user: User, kind: &str, by: &Actor) -> Result<Arc<User>, DirectoryError> {
        let work = self.work(&user, kind, by)?;
        self.store.append(work)?;
        let user = Arc::new(user);
        self.users.write().insert(user.id.clone(), Arc::clone(&user));
        Ok(user)
    }

    /// Signs somebody in by password. Returns the secret of the session, for the cookie.
    ///
    /// # Errors
    /// [`DirectoryError::WrongPassword`] or [`DirectoryError::TooMany`]; unknown names take as long as
    /// known ones.
    pub fn sign_in(
        &self,
        id: &str,
        password: &str,
        from: Option<IpAddr>,
    ) -> Result<(String, SessionView), DirectoryError> {
        let id = user::normal_id(id);
        self.throttle.begin(&id, from, self.now())?;
        let user = self.user(&StaffId(id.clone())).filter(|u| !u.disabled);
        let known = user.as_ref().and_then(|u| u.password.as_deref());
        if !self.cost.verify(password, known) {
            return Err(DirectoryError::WrongPassword);
        }
        let Some(user) = user else {
            return Err(DirectoryError::WrongPassword);
        };
        self.throttle.succeeded(&id, from);
        self.begin(&user, user.roles[0])
    }

    /// Counts a submission of the public form and refuses a flood of them from one address.
    ///
    /// # Errors
    /// [`DirectoryError::TooMany`] with how long to wait.
    pub fn count_public(&self, from: IpAddr) -> Result<(), DirectoryError> {
        self.throttle.form(from, self.now())
    }

    /// Signs somebody in without a password: for the demo only, which keeps invented people.
    ///
    /// # Errors
    /// When there is no such user in that role, or the store failed.
    pub fn sign_in_demo(&self, id: &StaffId, role: Role) -> Result<(String, SessionView), DirectoryError> {
        let user = self
            .user(id)
            .filter(|u| !u.disabled && u.roles.contains(&role))
            .ok_or_else(|| DirectoryError::NoSuchUser(id.clone()))?;
        self.begin(&user, role)
    }

    fn viewer(user: &User, role: Role) -> Viewer {
        Viewer {
            actor: Actor {
                id: user.id.clone(),
                role,
            },
            branch: user.branch.clone(),
        }
    }
}
