//! Money as integer minor units with its currency.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency code: three ASCII capitals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Renminbi yuan.
    pub const CNY: Currency = Currency(*b"CNY");
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// Returns the code, such as `CNY`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency holds three ASCII capitals")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl From<Currency> for String {
    fn from(c: Currency) -> String {
        c.code().to_owned()
    }
}

/// Says that a text is no currency code.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a currency code of three capital letters")]
pub struct BadCurrency(String);

impl TryFrom<String> for Currency {
    type Error = BadCurrency;

    fn try_from(s: String) -> Result<Self, BadCurrency> {
        match <[u8; 3]>::try_from(s.as_bytes()) {
            Ok(b) if b.iter().all(u8::is_ascii_uppercase) => Ok(Currency(b)),
            _ => Err(BadCurrency(s)),
        }
    }
}

/// An amount of money in minor units (fen, cents) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative amounts are owed the other way.
    pub minor: i64,
    /// The currency of `minor`.
    pub currency: Currency,
}

impl Money {
    /// Returns an amount in fen.
    #[must_use]
    pub fn cny(minor: i64) -> Self {
        Money {
            minor,
            currency: Currency::CNY,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let abs = self.minor.unsigned_abs();
        write!(f, "{} {sign}{}.{:02}", self.currency.code(), abs / 100, abs % 100)
    }
}
