//! Slows down guessing: five wrong passwords a minute for an account, twenty for an address.

use super::DirectoryError;
use domain::Timestamp;
use parking_lot::Mutex;
use std::{collections::HashMap, net::IpAddr};

const MINUTE: i64 = 60_000_000;
/// Entries remembered at most; beyond it the oldest go.
const REMEMBERED: usize = 100_000;

#[derive(Clone, Copy, Default)]
struct Tries {
    /// Wrong ones since the last rest.
    wrong: u32,
    /// When the last was.
    last: i64,
}

impl Tries {
    /// How long until the next try: nothing below `free` wrong ones, then half a minute doubling up to an hour.
    fn wait(self, free: u32, now: i64) -> i64 {
        if self.wrong < free {
            return 0;
        }
        let pause = (MINUTE / 2) << (self.wrong - free).min(7);
        (self.last + pause.min(60 * MINUTE) - now).max(0)
    }
}

/// What is remembered of wrong passwords. Forgotten when the program ends.
#[derive(Default)]
pub(super) struct Throttle {
    accounts: Mutex<HashMap<String, Tries>>,
    addresses: Mutex<HashMap<IpAddr, Tries>>,
    forms: Mutex<HashMap<IpAddr, Tries>>,
}

const BY_ACCOUNT: u32 = 5;
const BY_ADDRESS: u32 = 20;
/// Complaints from one address before they have to wait: a branch sends its customers' from one.
const BY_FORM: u32 = 30;

impl Throttle {
    /// Begins a try, or says how long to wait. It counts as wrong until [`Throttle::succeeded`]: tries made
    /// at the same moment would otherwise all be let through before the first of them failed.
    pub(super) fn begin(&self, id: &str, from: Option<IpAddr>, now: Timestamp) -> Result<(), DirectoryError> {
        let mut accounts = self.accounts.lock();
        let mut addresses = self.addresses.lock();
        let account = accounts.get(id).map_or(0, |t| t.wait(BY_ACCOUNT, now.0));
        let address = from
            .and_then(|a| addresses.get(&a).map(|t| t.wait(BY_ADDRESS, now.0)))
            .unwrap_or(0);
        match account.max(address) {
            0 => {
                count(&mut accounts, id.to_owned(), now.0);
                if let Some(address) = from {
                    count(&mut addresses, address, now.0);
                }
                Ok(())
            }
            wait => Err(too_many(wait)),
        }
    }

    /// Counts a complaint on the public form, or says how long to wait.
    pub(super) fn form(&self, from: IpAddr, now: Timestamp) -> Result<(), DirectoryError> {
        let mut forms = self.forms.lock();
        match forms.get(&from).map_or(0, |t| t.wait(BY_FORM, now.0)) {
            0 => {
                count(&mut forms, from, now.0);
                Ok(())
            }
            wait => Err(too_many(wait)),
        }
    }

    /// Takes the try back that turned out right, and forgives the account.
    pub(super) fn succeeded(&self, id: &str, from: Option<IpAddr>) {
        self.accounts.lock().remove(id);
        if let Some(from) = from
            && let Some(tries) = self.addresses.lock().get_mut(&from)
        {
            tries.wrong = tries.wrong.saturating_sub(1);
        }
    }
}

fn too_many(wait: i64) -> DirectoryError {
    DirectoryError::TooMany {
        seconds: u64::try_from(wait / 1_000_000).unwrap_or(0) + 1,
    }
}

fn count<K: std::hash::Hash + Eq + Clone>(tries: &mut HashMap<K, Tries>, key: K, now: i64) {
    if tries.len() >= REMEMBERED {
        tries.retain(|_, t| now - t.last < 10 * MINUTE);
        if tries.len() >= REMEMBERED {
            tries.clear();
        }
    }
    let t = tries.entry(key).or_default();
    // An hour of rest forgives.
    if now - t.last > 60 * MINUTE {
        t.wrong = 0;
    }
    t.wrong += 1;
    t.last = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_ones_make_an_account_wait_longer_and_longer() {
        let t = Throttle::default();
        let mut now = Timestamp(0);
        for _ in 0..5 {
            assert!(t.begin("anna", None, now).is_ok());
        }
        let wait = |now| match t.begin("anna", None, now) {
            Err(DirectoryError::TooMany { seconds }) => seconds,
            _ => 0,
        };
        assert_eq!(wait(now), 31);
        now = now.plus(MINUTE);
        assert_eq!(wait(now), 0);
        assert_eq!(wait(now), 61);
        t.succeeded("anna", None);
        assert_eq!(wait(now), 0);
    }

    #[test]
    fn a_branch_may_send_thirty_complaints_and_a_flood_has_to_wait() {
        let t = Throttle::default();
        let from = IpAddr::from([192, 0, 2, 7]);
        for _ in 0..BY_FORM {
            assert!(t.form(from, Timestamp(0)).is_ok());
        }
        assert!(t.form(from, Timestamp(0)).is_err());
        assert!(t.form(IpAddr::from([192, 0, 2, 8]), Timestamp(0)).is_ok());
        assert!(t.form(from, Timestamp(MINUTE)).is_ok());
        assert!(
            t.begin("anna", Some(from), Timestamp(0)).is_ok(),
            "guessing is counted apart"
        );
    }

    #[test]
    fn an_address_is_slowed_whatever_names_it_tries() {
        let t = Throttle::default();
        let from = Some(IpAddr::from([192, 0, 2, 1]));
        for n in 0..20 {
            let name = format!("user{n}");
            assert!(t.begin(&name, from, Timestamp(0)).is_ok());
        }
        assert!(t.begin("somebody-else", from, Timestamp(0)).is_err());
        assert!(t.begin("somebody-else", None, Timestamp(0)).is_ok());
        t.succeeded("user19", from);
        assert!(t.begin("user19", from, Timestamp(0)).is_ok());
    }
}
