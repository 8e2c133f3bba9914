//! Names of things. Every id type is declared here and nowhere else.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How many buckets the case data is spread over, for ever: the first column of every key.
pub const BUCKETS: u16 = 1024;

/// The shard of a case or customer, `0..1024`, computed by the program from the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bucket(pub u16);

/// Says why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// The text has not the shape of this id.
    #[error("{text:?} is not a {what}: expected {shape}")]
    Shape {
        /// What was expected, in the field's words.
        what: &'static str,
        /// The expected shape, by example.
        shape: &'static str,
        /// What was given.
        text: String,
    },
    /// The check character is wrong: most likely a misread or swapped character.
    #[error("case number {text:?} has a wrong check character; please compare it with the letter or receipt")]
    Check {
        /// What was given.
        text: String,
    },
}

/// Crockford's base 32: no I, L, O, U, so that a number can be read over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn base32_value(c: u8) -> Option<u64> {
    let c = match c.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        c => c,
    };
    ALPHABET.iter().position(|&a| a == c).map(|p| p as u64)
}

/// The id of a case, and its printed number: 60 bits, of which the first ten are the bucket.
///
/// Printed as `FC-28T5-CY4T-QKFF-1`: twelve characters of Crockford base 32 and a check character,
/// the sum of position × value mod 31, which finds a single wrong character and a swap of neighbours
/// (but for `0` taken for `Z`, whose values 0 and 31 are the same modulo 31).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId(u64);

impl CaseId {
    /// How many bits a case id has.
    pub const BITS: u32 = 60;

    /// Returns the case id made of the low 60 bits of `bits`.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        CaseId(bits & ((1 << Self::BITS) - 1))
    }

    /// Returns the 60 bits.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    fn digit(self, i: u64) -> u64 {
        (self.0 >> (55 - 5 * i)) & 31
    }

    fn check(self) -> u64 {
        (0..12).map(|i| (i + 1) * self.digit(i)).sum::<u64>() % 31
    }

    /// Returns the bucket: the first ten bits, so that a printed number leads to its shard.
    #[must_use]
    pub fn bucket(self) -> Bucket {
        Bucket((self.0 >> (Self::BITS - 10)) as u16)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FC")?;
        for i in 0..12 {
            if i % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", ALPHABET[self.digit(i) as usize] as char)?;
        }
        write!(f, "-{}", ALPHABET[self.check() as usize] as char)
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CaseId {
    type Err = BadId;

    fn from_str(s: &str) -> Result<Self, BadId> {
        let shape = || BadId::Shape {
            what: "case number",
            shape: "FC-XXXX-XXXX-XXXX-X",
            text: s.chars().take(40).collect(),
        };
        let t = s.trim();
        let head = t.get(..2).ok_or_else(shape)?;
        if !head.eq_ignore_ascii_case("FC") {
            return Err(shape());
        }
        let mut v = 0u64;
        let mut check = None;
        for (n, c) in t.bytes().skip(2).filter(|c| *c != b'-' && *c != b' ').enumerate() {
            let d = base32_value(c).ok_or_else(shape)?;
            match n {
                0..12 => v = v << 5 | d,
                12 => check = Some(d),
                _ => return Err(shape()),
            }
        }
        match check {
            None => Err(shape()),
            Some(d) if d == CaseId(v).check() => Ok(CaseId(v)),
            Some(_) => Err(BadId::Check {
                text: t.chars().take(40).collect(),
            }),
        }
    }
}

impl TryFrom<String> for CaseId {
    type Error = BadId;

    fn try_from(s: String) -> Result<Self, BadId> {
        s.parse()
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> String {
        id.to_string()
    }
}

macro_rules! wide_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub u128);

        impl $name {
            /// Returns the sixteen bytes, most significant first.
            #[must_use]
            pub fn bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// Returns the bucket of this id: its low ten bits.
            #[must_use]
            pub fn bucket(self) -> Bucket {
                Bucket((self.0 % u128::from(BUCKETS)) as u16)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(s: &str) -> Result<Self, BadId> {
                let bad = || BadId::Shape {
                    what: $what,
                    shape: "32 hexadecimal digits",
                    text: s.chars().take(40).collect(),
                };
                if s.len() != 32 || !s.bytes().all(|c| c.is_ascii_hexdigit()) {
                    return Err(bad());
                }
                u128::from_str_radix(s, 16).map($name).map_err(|_| bad())
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(s: String) -> Result<Self, BadId> {
                s.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    };
}

wide_id! {
    /// The id of an event, made by the client that caused it and deduplicated for ever.
    EventId, "event id"
}
wide_id! {
    /// The id of a file that was attached to a case.
    FileId, "file id"
}
wide_id! {
    /// The id of a customer (complainant); owner of one data key.
    CustomerId, "customer id"
}

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(s: &str) -> Self {
                $name(s.to_owned())
            }
        }
    };
}

name_id! {
    /// A member of staff, by the bank's own directory name (never a private name).
    StaffId
}
name_id! {
    /// A branch, by the bank's own code.
    BranchId
}
