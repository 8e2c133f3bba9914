//! What a store is opened with.

use domain::Timestamp;
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Which engine holds the tables.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// `forecourt.db` in the data directory.
    Sqlite,
    /// A PostgreSQL database; keys and anchors stay in the data directory.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: String,
    },
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may carry a password.
        f.write_str(match self {
            Target::Sqlite => "Sqlite",
            Target::Postgres { .. } => "Postgres(..)",
        })
    }
}

/// Where `recorded_at` comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `f`.
    pub fn new(f: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Clock(Arc::new(f))
    }

    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Clock::new(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            Timestamp(since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
        })
    }

    /// Returns the time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data directory: forecourt.db, keys/, anchors/, attachments/, ballast.
    pub dir: PathBuf,
    /// The engine.
    pub target: Target,
    /// Make the database and keys when there are none.
    pub create: bool,
    /// Open for reading only, beside a running Forecourt: no lock, no writer.
    pub read_only: bool,
    /// Most works in one transaction.
    pub batch_works: usize,
    /// Most payload bytes in one transaction.
    pub batch_bytes: usize,
    /// A checkpoint after this many events …
    pub checkpoint_every_events: u64,
    /// … or after this long, whichever comes first.
    pub checkpoint_every: Duration,
    /// Size of the reserve file that is given up when the disk is full; 0 for none.
    pub ballast_bytes: u64,
    /// Connections for reading.
    pub readers: usize,
    /// The anchor file, when it is to lie on other storage than `dir/anchors/anchors.log`.
    pub anchor_file: Option<PathBuf>,
    /// Where `recorded_at` comes from.
    pub clock: Clock,
    /// SQLite only: FULL flushes before every answer. NORMAL exists so that the power-cut harness
    /// can show that it would notice a missing flush.
    #[doc(hidden)]
    pub unsafe_synchronous_normal: bool,
}

impl Options {
    /// Returns the defaults for a SQLite store in `dir` that is made when missing.
    pub fn sqlite(dir: impl Into<PathBuf>) -> Self {
        Options {
            dir: dir.into(),
            target: Target::Sqlite,
            create: true,
            read_only: false,
            batch_works: 4096,
            batch_bytes: 16 << 20,
            checkpoint_every_events: 1000,
            checkpoint_every: Duration::from_secs(600),
            ballast_bytes: 64 << 20,
            readers: 4,
            anchor_file: None,
            clock: Clock::system(),
            unsafe_synchronous_normal: false,
        }
    }

    /// Returns the defaults for a PostgreSQL store with keys and anchors in `dir`.
    pub fn postgres(dir: impl Into<PathBuf>, url: impl Into<String>) -> Self {
        Options {
            target: Target::Postgres { url: url.into() },
            ..Options::sqlite(dir)
        }
    }

    pub(crate) fn anchors(&self) -> PathBuf {
        self.anchor_file
            .clone()
            .unwrap_or_else(|| self.dir.join("anchors").join("anchors.log"))
    }

    pub(crate) fn attachments(&self) -> PathBuf {
        self.dir.join("attachments")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join("forecourt.db")
    }
}
