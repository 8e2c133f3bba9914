//! What a server has told before.
//!
//! A pair of places is kept under a keyed hash of both: in a file, nobody without the key can tell where a customer
//! lives. Times between unknown places say nothing.

use super::{Pair, ServerOptions};
use crate::{disk::write_whole, error::FileError, geo::Position};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::{
    collections::HashMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// About 100 MB in memory.
const MOST: usize = 2_000_000;
const LARGEST_FILE: u64 = 256 << 20;
const HEADING: &str = "forecourt travel times 1";

/// Seconds since 1970.
type Clock = fn() -> u64;

/// Remembered travel times, each for a limited time.
#[derive(Debug)]
pub struct Cache {
    pairs: HashMap<[u8; 16], (Pair, u64)>,
    age: u64,
    key: [u8; 32],
    file: Option<PathBuf>,
    clock: Clock,
    dropped: usize,
}

/// The server whose pairs are meant, as the beginning of every hash.
pub(super) struct Scope(Hmac<Sha256>);

impl Cache {
    /// Remembers for as long as the program runs.
    pub fn in_memory(age: Duration) -> Cache {
        Cache {
            pairs: HashMap::new(),
            age: age.as_secs(),
            key: [0; 32],
            file: None,
            clock: now,
            dropped: 0,
        }
    }

    /// Remembers in a file, too; `key` keeps places unreadable in it. Lines that make no sense are dropped and
    /// counted: they are asked for again.
    ///
    /// # Errors
    /// When a file is there and cannot be read, or is another kind of file.
    pub fn in_file(path: &Path, key: [u8; 32], age: Duration) -> Result<Cache, FileError> {
        let mut cache = Cache {
            key,
            file: Some(path.to_owned()),
            ..Cache::in_memory(age)
        };
        let failed = |source| FileError::Io {
            path: path.to_owned(),
            done: "read",
            source,
        };
        let damaged = |what| FileError::Damaged {
            path: path.to_owned(),
            what,
        };
        match fs::metadata(path) {
            Ok(about) if about.len() > LARGEST_FILE => return Err(damaged("it is far too large")),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(cache),
            Err(e) => return Err(failed(e)),
        }
        let bytes = fs::read(path).map_err(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(damaged("it is no file of travel times"));
        }
        for line in lines {
            match entry(line) {
                Some((key, pair, at)) => drop(cache.pairs.insert(key, (pair, at))),
                None => cache.dropped += 1,
            }
        }
        Ok(cache)
    }

    /// How many lines of the file made no sense.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Writes the file, if there is one; what is too old is left out.
    pub(super) fn save(&self) -> Result<(), FileError> {
        let Some(path) = &self.file else { return Ok(()) };
        let mut text = format!("{HEADING}\n");
        let mut entries: Vec<_> = self.pairs.iter().filter(|(_, (_, at))| self.fresh(*at)).collect();
        entries.sort_unstable();
        for (key, (pair, at)) in entries {
            let key = hex::encode(key);
            // Writing to a text does not fail.
            let _ = match pair {
                Some((ms, metres)) => writeln!(text, "{key} {at} {ms} {metres}"),
                None => writeln!(text, "{key} {at}"),
            };
        }
        write_whole(path, text.as_bytes())
    }

    pub(super) fn scope(&self, options: &ServerOptions) -> Scope {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length will do");
        for part in [&options.url, &options.profile] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        Scope(mac)
    }

    pub(super) fn get(&self, scope: &Scope, from: Position, to: Position) -> Option<Pair> {
        let (pair, at) = self.pairs.get(&scope.key(from, to))?;
        self.fresh(*at).then_some(*pair)
    }

    pub(super) fn put(&mut self, scope: &Scope, from: Position, to: Position, pair: Pair) {
        if self.pairs.len() >= MOST {
            // Seldom, and then everything is asked for once more.
            self.pairs.clear();
        }
        self.pairs.insert(scope.key(from, to), (pair, (self.clock)()));
    }

    fn fresh(&self, at: u64) -> bool {
        let now = (self.clock)();
        // What comes from the future was written by a clock that was wrong.
        at <= now && now - at < self.age
    }
}

impl Scope {
    fn key(&self, from: Position, to: Position) -> [u8; 16] {
        let mut mac = self.0.clone();
        for degrees in [from.lat, from.lon, to.lat, to.lon] {
            mac.update(&((degrees * 1e5).round() as i64).to_le_bytes());
        }
        let whole = mac.finalize().into_bytes();
        std::array::from_fn(|i| whole[i])
    }
}

fn entry(line: &str) -> Option<([u8; 16], Pair, u64)> {
    let mut words = line.split(' ');
    let mut key = [0; 16];
    hex::decode_to_slice(words.next()?, &mut key).ok()?;
    let at = words.next()?.parse().ok()?;
    let pair = match (words.next(), words.next()) {
        (None, _) => None,
        (Some(ms), Some(metres)) => Some((ms.parse().ok()?, metres.parse().ok()?)),
        _ => return None,
    };
    words.next().is_none().then_some((key, pair, at))
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Kind;

    fn at(lat: f64) -> Position {
        Position { lat, lon: 2.0 }
    }

    #[test]
    fn what_is_old_is_forgotten_and_the_file_hides_the_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("times");
        let day = Duration::from_secs(86_400);
        let options = ServerOptions::new(Kind::Osrm, "http://127.0.0.1:1");
        let other = ServerOptions::new(Kind::Osrm, "http://127.0.0.1:2");
        let mut cache = Cache::in_file(&path, [7; 32], day).unwrap();
        cache.clock = || 1_000_000;
        let scope = cache.scope(&options);
        cache.put(&scope, at(42.5), at(42.6), Some((61_000, 900)));
        cache.put(&scope, at(42.6), at(42.5), None);
        cache.save().unwrap();

        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("42"), "{text}");
        fs::write(&path, format!("{text}nonsense\n00 1\n")).unwrap();

        let mut again = Cache::in_file(&path, [7; 32], day).unwrap();
        assert_eq!(again.dropped(), 2);
        again.clock = || 1_000_000 + 86_399;
        assert_eq!(again.get(&scope, at(42.5), at(42.6)), Some(Some((61_000, 900))));
        assert_eq!(again.get(&scope, at(42.6), at(42.5)), Some(None));
        assert_eq!(again.get(&scope, at(42.5), at(42.7)), None);
        assert_eq!(again.get(&again.scope(&other), at(42.5), at(42.6)), None);
        for moment in [(|| 1_000_000 + 86_400) as Clock, || 999_999] {
            again.clock = moment;
            assert_eq!(again.get(&scope, at(42.5), at(42.6)), None);
        }
        // Under another key the same file answers nothing.
        let mut stranger = Cache::in_file(&path, [8; 32], day).unwrap();
        stranger.clock = || 1_000_000;
        assert_eq!(stranger.get(&stranger.scope(&options), at(42.5), at(42.6)), None);

        fs::write(&path, "something else").unwrap();
        assert!(Cache::in_file(&path, [7; 32], day).is_err());
    }
}
