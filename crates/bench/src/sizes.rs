//! How much is measured, and where.

use clap::Args;
use std::{path::PathBuf, time::Duration};

/// Options of every benchmark.
#[derive(Args, Clone, Debug)]
pub(crate) struct Wanted {
    /// Small sizes, for a first look: the figures say little
    #[arg(long, global = true)]
    pub(crate) quick: bool,
    /// Use this PostgreSQL server (the user must be allowed to make databases) instead of starting one
    #[arg(long, global = true, value_name = "URL", conflicts_with = "no_postgres")]
    pub(crate) postgres: Option<String>,
    /// Measure on SQLite only
    #[arg(long, global = true)]
    pub(crate) no_postgres: bool,
    /// Measure on PostgreSQL only
    #[arg(long, global = true, conflicts_with = "no_postgres")]
    pub(crate) no_sqlite: bool,
    /// Replace the tables in this Markdown file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
    /// Runs of each kind
    #[arg(long, global = true, value_name = "N")]
    runs: Option<usize>,
    /// Length of each run of `append`
    #[arg(long, global = true, value_name = "SECONDS")]
    seconds: Option<f64>,
    /// Rows of the large file of `import`
    #[arg(long, global = true, value_name = "N")]
    rows: Option<u64>,
    /// Cases of `million`
    #[arg(long, global = true, value_name = "N")]
    cases: Option<u64>,
    /// The folder that holds complaints/cfpb.csv.gz [default: shared/data beside the source tree]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Keep databases and files in this folder while measuring [default: the system's]
    #[arg(long, global = true, value_name = "DIR")]
    temp: Option<PathBuf>,
    /// Leave the databases of `million` in this folder, or use those that lie there (on PostgreSQL: in the
    /// database `forecourt_bench_million` of the server that --postgres names)
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

impl Wanted {
    fn or(&self, quick: u64, full: u64) -> u64 {
        if self.quick { quick } else { full }
    }

    /// Returns how often each measurement is repeated.
    pub(crate) fn runs(&self) -> usize {
        self.runs.unwrap_or(self.or(2, 5) as usize).max(1)
    }

    /// Returns how long each run of `append` takes.
    pub(crate) fn span(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.unwrap_or(self.or(1, 5) as f64).clamp(0.05, 3600.0))
    }

    /// Returns how many cases are stored before `append` begins.
    pub(crate) fn standing(&self) -> u64 {
        self.or(640, 20_000)
    }

    /// Returns how many rows the large file of `import` has.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.unwrap_or(self.or(50_000, 1_000_000)).max(1)
    }

    /// Returns how many cases `million` builds.
    pub(crate) fn cases(&self) -> u64 {
        self.cases.unwrap_or(self.or(20_000, 1_000_000)).max(100)
    }

    /// Returns how often each question of `million` is asked.
    pub(crate) fn calls(&self) -> usize {
        self.or(60, 500) as usize
    }

    /// Makes a folder that is removed at the end.
    pub(crate) fn folder(&self) -> std::io::Result<tempfile::TempDir> {
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("forecourt-bench-");
        match &self.temp {
            Some(dir) => builder.tempdir_in(dir),
            None => builder.tempdir(),
        }
    }
}
