//! Sessions of browsers and tokens of programs: random secrets, kept only as hashes.

use super::{Directory, DirectoryError, SESSION, TOKEN, User, bad};
use crate::access::Viewer;
use domain::{Actor, Role, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{RecordChange, Work};

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Without a request, in microseconds.
    pub idle: i64,
    /// In all, in microseconds.
    pub whole: i64,
}

impl Default for Limits {
    /// Fifteen minutes idle, twelve hours in all.
    fn default() -> Self {
        Limits {
            idle: 15 * 60_000_000,
            whole: 12 * 3600 * 1_000_000,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    user: StaffId,
    role: Role,
    stamp: u64,
    begun: i64,
    seen: i64,
    /// When `seen` was last written to the store.
    #[serde(skip)]
    kept: i64,
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// The user.
    pub user: Arc<User>,
    /// Who asks, for the access table.
    pub viewer: Viewer,
    /// What a form must send back to prove that it was ours.
    pub csrf: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Token {
    user: StaffId,
    role: Role,
    stamp: u64,
    label: String,
    created: i64,
    expires: i64,
}

/// A token as the list of tokens shows it.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// By which it is revoked.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// In which role it acts.
    pub role: Role,
    /// When it ends.
    pub expires: Timestamp,
}

fn secret() -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The key under which a secret is kept.
fn hashed(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Derives the form's proof from the session's secret; knowing it does not give the secret.
fn csrf_of(secret: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"forecourt/form/1/");
    hash.update(secret.as_bytes());
    hex(&hash.finalize()[..16])
}

pub(super) fn key_of(id: &str) -> Result<[u8; 32], String> {
    let digits = id.as_bytes();
    let mut key = [0; 32];
    if digits.len() != 64 {
        return Err("its id is not 64 digits".into());
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        let text = std::str::from_utf8(pair).map_err(|e| e.to_string())?;
        *byte = u8::from_str_radix(text, 16).map_err(|e| e.to_string())?;
    }
    Ok(key)
}

/// How much later than the truth the store may know of a session's last request.
const KEEP_EVERY: i64 = 60_000_000;

impl Directory {
    fn session_record(&self, key: &[u8; 32], session: Option<&Session>) -> Work {
        Work {
            records: vec![RecordChange {
                kind: SESSION,
                id: hex(key),
                body: session.map(|s| serde_json::to_vec(s).expect("a session is plain data")),
                expires_at: session.map(|s| Timestamp(s.begun + self.limits.whole)),
            }],
            ..Work::default()
        }
    }

    pub(super) fn begin(
        &self,
        user: &Arc<User>,
        role: Role,
    ) -> Result<(String, SessionView), DirectoryError> {
        let secret = secret();
        let key = hashed(&secret);
        let now = self.now().0;
        let session = Session {
            user: user.id.clone(),
            role,
            stamp: user.stamp,
            begun: now,
            seen: now,
            kept: now,
        };
        self.store.append(self.session_record(&key, Some(&session)))?;
        self.sessions.write().insert(key, session);
        let view = SessionView {
            user: Arc::clone(user),
            viewer: Self::viewer(user, role),
            csrf: csrf_of(&secret),
        };
        Ok((secret, view))
    }

    /// Returns whose session a cookie's secret belongs to, and notes that it was used.
    #[must_use]
    pub fn session(&self, secret: &str) -> Option<SessionView> {
        let key = hashed(secret);
        let now = self.now().0;
        let session = self.sessions.read().get(&key).cloned()?;
        let user = self.user(&session.user);
        let alive = now - session.begun < self.limits.whole && now - session.seen < self.limits.idle;
        let user = user
            .filter(|u| alive && !u.disabled && u.stamp == session.stamp && u.roles.contains(&session.role));
        let Some(user) = user else {
            self.end(secret);
            return None;
        };
        // One second is fine enough for a limit of minutes, and spares the lock.
        if now - session.seen > 1_000_000 {
            let mut kept = None;
            if let Some(s) = self.sessions.write().get_mut(&key) {
                s.seen = s.seen.max(now);
                if now - s.kept > KEEP_EVERY {
                    s.kept = now;
                    kept = Some(s.clone());
                }
            }
            if let Some(s) = kept {
                // Not waited for: losing it costs at most an earlier end of the session.
                drop(self.store.submit(self.session_record(&key, Some(&s))));
            }
        }
        Some(SessionView {
            viewer: Self::viewer(&user, session.role),
            user,
            csrf: csrf_of(secret),
        })
    }

    /// Ends a session.
    pub fn end(&self, secret: &str) {
        let key = hashed(secret);
        if self.sessions.write().remove(&key).is_some() {
            // Not waited for: after a crash the session would end by itself within its limits.
            drop(self.store.submit(self.session_record(&key, None)));
        }
    }

    /// Lets a signed-in person act in another of their roles. Returns the secret of the new session.
    ///
    /// # Errors
    /// When they do not have that role, or the store failed.
    pub fn switch_role(&self, secret: &str, role: Role) -> Result<(String, SessionView), DirectoryError> {
        let user = self
            .session(secret)
            .map(|s| s.user)
            .ok_or(DirectoryError::WrongPassword)?;
        if !user.roles.contains(&role) {
            return bad("role", "you do not have this role");
        }
        self.end(secret);
        self.begin(&user, role)
    }

    /// Makes a token for a program that acts as `user` in `role`. Returns its secret, which is shown once.
    ///
    /// # Errors
    /// When there is no such user or they lack the role, or the store failed.
    pub fn add_token(
        &self,
        user: &StaffId,
        role: Role,
        label: &str,
        days: u16,
        by: &Actor,
    ) -> Result<String, DirectoryError> {
        let found = self
            .user(user)
            .ok_or_else(|| DirectoryError::NoSuchUser(user.clone()))?;
        if !found.roles.contains(&role) {
            return bad("role", "the user does not have this role");
        }
        let label = label.trim();
        if label.is_empty() || label.chars().count() > 60 || label.chars().any(char::is_control) {
            return bad("label", "say in 1 to 60 characters what the token is for");
        }
        if days == 0 || days > 366 {
            return bad("days", "a token lasts 1 to 366 days");
        }
        let secret = format!("fct_{}", secret());
        let key = hashed(&secret);
        let now = self.now();
        let token = Token {
            user: found.id.clone(),
            role,
            stamp: found.stamp,
            label: label.to_owned(),
            created: now.0,
            expires: now.plus(i64::from(days) * Timestamp::DAY).0,
        };
        let mut work = self.token_work(&key, Some(&token));
        let body = serde_json::json!({ "label": label, "role": role, "days": days });
        work.streams
            .push(self.entry(&found.id, "user_token_made", body, by)?);
        self.store.append(work)?;
        self.tokens.write().insert(key, token);
        Ok(secret)
    }

    fn token_work(&self, key: &[u8; 32], token: Option<&Token>) -> Work {
        Work {
            records: vec![RecordChange {
                kind: TOKEN,
                id: hex(key),
                body: token.map(|t| serde_json::to_vec(t).expect("a token is plain data")),
                expires_at: token.map(|t| Timestamp(t.expires)),
            }],
            ..Work::default()
        }
    }

    /// Returns who a token acts for.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<Viewer> {
        let token = self.tokens.read().get(&hashed(secret)).cloned()?;
        let user = self.user(&token.user)?;
        let good = !user.disabled
            && user.stamp == token.stamp
            && user.roles.contains(&token.role)
            && self.now().0 < token.expires;
        good.then(|| Self::viewer(&user, token.role))
    }

    /// Returns the tokens of a user, newest first.
    #[must_use]
    pub fn tokens_of(&self, user: &StaffId) -> Vec<TokenView> {
        let tokens = self.tokens.read();
        let mut mine: Vec<_> = tokens.iter().filter(|(_, t)| t.user == *user).collect();
        mine.sort_by_key(|(_, t)| -t.created);
        mine.into_iter()
            .map(|(key, t)| TokenView {
                id: hex(key),
                label: t.label.clone(),
                role: t.role,
                expires: Timestamp(t.expires),
            })
            .collect()
    }

    /// Revokes a token; it is refused from the next request on.
    ///
    /// # Errors
    /// When the store failed.
    pub fn revoke_token(&self, id: &str, by: &Actor) -> Result<(), DirectoryError> {
        let Ok(key) = key_of(id) else { return Ok(()) };
        let Some(token) = self.tokens.write().remove(&key) else {
            return Ok(());
        };
        let mut work = self.token_work(&key, None);
        let body = serde_json::json!({ "label": token.label, "role": token.role });
        work.streams
            .push(self.entry(&token.user, "user_token_revoked", body, by)?);
        self.store.append(work)?;
        Ok(())
    }
}
