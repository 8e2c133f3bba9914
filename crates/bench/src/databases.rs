//! Fresh PostgreSQL databases: of a server that `testkit` starts, or of one that an address names.

use anyhow::Context as _;
use postgres::{Client, NoTls};
use std::cell::{Cell, RefCell};

/// A PostgreSQL server for one run.
pub(crate) struct Server {
    /// Kept alive while it is used.
    own: Option<testkit::Postgres>,
    admin: String,
    next: Cell<u32>,
    made: RefCell<Vec<String>>,
}

impl Server {
    /// Uses the server of `url`, whose user must be allowed to make databases, or starts one.
    ///
    /// # Panics
    /// When no address was given and PostgreSQL is not installed.
    pub(crate) fn start(url: Option<&str>) -> Self {
        let own = url.is_none().then(testkit::Postgres::start);
        let admin = own
            .as_ref()
            .map_or_else(|| url.unwrap_or_default().to_owned(), testkit::Postgres::url);
        Server {
            own,
            admin,
            next: Cell::new(0),
            made: RefCell::new(Vec::new()),
        }
    }

    /// Returns the server's version, and whose server it is.
    pub(crate) fn describe(&self) -> anyhow::Result<String> {
        let version: String = self
            .connect(&self.admin)?
            .query_one("SHOW server_version", &[])?
            .get(0);
        let version = version.split_whitespace().next().unwrap_or_default();
        let whose = if self.own.is_some() {
            "started for the run, fsync on"
        } else {
            "as given"
        };
        Ok(format!(
            "PostgreSQL {version} ({whose}, over {})",
            if self.own.is_some() {
                "a Unix socket"
            } else {
                "its address"
            }
        ))
    }

    /// Connects.
    pub(crate) fn connect(&self, url: &str) -> anyhow::Result<Client> {
        Client::connect(url, NoTls).context("the PostgreSQL server cannot be reached")
    }

    /// Makes a database, empty or as a copy of `of`, to which nobody may be connected.
    pub(crate) fn fresh(&self, of: Option<&str>) -> anyhow::Result<String> {
        let name = format!(
            "bench_{}_{}",
            std::process::id(),
            self.next.replace(self.next.get() + 1)
        );
        let copied = of.map_or_else(String::new, |of| format!(" TEMPLATE {}", name_of(of)));
        self.connect(&self.admin)?
            .batch_execute(&format!("CREATE DATABASE {name}{copied}"))
            .with_context(|| format!("the database {name} cannot be made"))?;
        self.made.borrow_mut().push(name.clone());
        self.url_of(&name)
    }

    /// Returns the address of the database that outlives the run; makes it when it is not `there`.
    pub(crate) fn kept(&self, there: bool) -> anyhow::Result<String> {
        const NAME: &str = "forecourt_bench_million";
        anyhow::ensure!(
            self.own.is_none(),
            "a PostgreSQL server that is started for the run keeps nothing: name another one with --postgres"
        );
        if !there {
            let mut admin = self.connect(&self.admin)?;
            // Separately: neither may run beside another statement.
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {NAME}"))?;
            admin.batch_execute(&format!("CREATE DATABASE {NAME}"))?;
        }
        self.url_of(NAME)
    }

    fn url_of(&self, name: &str) -> anyhow::Result<String> {
        let (place, settings) = self.admin.split_once('?').unwrap_or((&self.admin, ""));
        let (server, _) = place.rsplit_once('/').context("the address names no database")?;
        let mark = if settings.is_empty() { "" } else { "?" };
        Ok(format!("{server}/{name}{mark}{settings}"))
    }

    /// Runs statements.
    pub(crate) fn run(&self, url: &str, sql: &str) -> anyhow::Result<()> {
        Ok(self.connect(url)?.batch_execute(sql)?)
    }

    /// Returns how many megabytes a database takes.
    pub(crate) fn megabytes(&self, url: &str) -> anyhow::Result<f64> {
        let size: i64 = self
            .connect(url)?
            .query_one("SELECT pg_database_size(current_database())", &[])?
            .get(0);
        Ok(size as f64 / 1e6)
    }

    /// Throws a database away.
    pub(crate) fn drop(&self, url: &str) -> anyhow::Result<()> {
        let name = name_of(url);
        self.connect(&self.admin)?
            .batch_execute(&format!("DROP DATABASE {name}"))?;
        self.made.borrow_mut().retain(|n| n != name);
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.own.is_some() {
            return;
        }
        // What an aborted run left; a database that somebody still uses stays and is named.
        for name in self.made.borrow().iter() {
            let dropped = self
                .connect(&self.admin)
                .and_then(|mut c| Ok(c.batch_execute(&format!("DROP DATABASE {name}"))?));
            if let Err(e) = dropped {
                eprintln!("the database {name} of this benchmark is still there: {e}");
            }
        }
    }
}

fn name_of(url: &str) -> &str {
    let place = url.split('?').next().unwrap_or(url);
    place.rsplit('/').next().unwrap_or(place)
}
