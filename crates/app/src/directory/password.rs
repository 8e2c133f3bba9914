//! Passwords: Argon2id, with a bounded number of hashings at a time.

use super::{DirectoryError, bad};
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::SaltString,
};
use parking_lot::{Condvar, Mutex};

/// How costly a hash is, and how many are made at the same time.
pub struct Cost {
    argon: Argon2<'static>,
    /// A hash of nobody's password, so that unknown names take as long as known ones.
    nobody: String,
    running: Mutex<usize>,
    freed: Condvar,
}

/// Hashes made at the same time at most: each takes 64 MB.
const AT_ONCE: usize = 2;
/// Shortest password in characters (NIST SP 800-63B asks for eight where a second factor follows, more without).
const SHORTEST: usize = 10;
/// Longest password in bytes: hashing must not be made costly by length.
const LONGEST: usize = 256;

impl Default for Cost {
    /// 64 MiB, three passes, one lane (OWASP's figures with more memory).
    fn default() -> Self {
        Self::of(64 * 1024, 3)
    }
}

impl Cost {
    /// A cost for tests, which hash often.
    #[must_use]
    pub fn light() -> Self {
        Self::of(19 * 1024, 2)
    }

    fn of(memory_kib: u32, passes: u32) -> Self {
        let params = Params::new(memory_kib, passes, 1, None).expect("these parameters are in range");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon, "nobody's password").expect("a short text and a fresh salt can be hashed");
        Cost {
            argon,
            nobody,
            running: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    fn in_turn<T>(&self, f: impl FnOnce() -> T) -> T {
        let mut running = self.running.lock();
        while *running >= AT_ONCE {
            self.freed.wait(&mut running);
        }
        *running += 1;
        drop(running);
        let result = f();
        *self.running.lock() -= 1;
        self.freed.notify_one();
        result
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// When it is too short, too long, or one character over and over.
    pub(super) fn hash(&self, password: &str) -> Result<String, DirectoryError> {
        if let Some(fault) = fault(password) {
            return bad("password", fault);
        }
        self.in_turn(|| hash(&self.argon, password))
            .or_else(|e| bad("password", format!("it cannot be hashed: {e}")))
    }

    /// Compares a password with a stored hash; without one it takes as long and says no.
    pub(super) fn verify(&self, password: &str, stored: Option<&str>) -> bool {
        if password.len() > LONGEST {
            return false;
        }
        let text = stored.unwrap_or(&self.nobody);
        let Ok(parsed) = PasswordHash::new(text) else {
            return false;
        };
        let fits = self.in_turn(|| self.argon.verify_password(password.as_bytes(), &parsed).is_ok());
        fits && stored.is_some()
    }
}

/// Says what is wrong with a new password.
pub(super) fn fault(password: &str) -> Option<String> {
    let mut chars = password.chars();
    let first = chars.next();
    if password.chars().count() < SHORTEST {
        Some(format!("use at least {SHORTEST} characters"))
    } else if password.len() > LONGEST {
        Some(format!("use at most {LONGEST} bytes"))
    } else if chars.all(|c| Some(c) == first) {
        Some("use more than one character".to_owned())
    } else {
        None
    }
}

fn hash(argon: &Argon2<'_>, password: &str) -> Result<String, argon2::password_hash::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let salt = SaltString::encode_b64(&bytes)?;
    Ok(argon.hash_password(password.as_bytes(), &salt)?.to_string())
}
