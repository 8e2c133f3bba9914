//! A PostgreSQL cluster of its own for the tests of one process, on a Unix socket, with fsync on.
//!
//! Under `cargo test` the cluster is shared by all tests of the process that run at the same time, stops
//! when the last of them drops its handle, and dies with the process (parent-death signal). Under
//! nextest, where each test is a process, one cluster serves the whole run and stops when the runner
//! ends. Each test takes a fresh database. A missing PostgreSQL is a loud failure, never a skip.

use std::{
    fs,
    io::Read,
    os::unix::{fs::chown, process::ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A running cluster. Clones share it; the last one stops it.
#[derive(Clone)]
pub struct Postgres(Arc<Cluster>);

struct Cluster {
    path: PathBuf,
    /// Removed after the server has stopped; `None` when the cluster serves a whole nextest run.
    _dir: Option<tempfile::TempDir>,
    bin: PathBuf,
    next: AtomicU32,
    stop: Option<mpsc::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

static RUNNING: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

impl Postgres {
    /// Starts a cluster, or joins the one that this process runs already.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start: a test that needs it must fail loudly.
    #[must_use]
    pub fn start() -> Postgres {
        let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(cluster) = running.upgrade() {
            return Postgres(cluster);
        }
        let cluster = Arc::new(Cluster::start());
        *running = Arc::downgrade(&cluster);
        Postgres(cluster)
    }

    /// Returns the address of the maintenance database.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("postgres")
    }

    /// Makes an empty database and returns its address.
    ///
    /// # Panics
    /// When the database cannot be made.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        let name = format!(
            "t{}_{}",
            std::process::id(),
            self.0.next.fetch_add(1, Ordering::Relaxed)
        );
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.0.url(&name)
    }

    /// Runs SQL through `psql` in the database that `url` or a name gives, and returns what it prints.
    ///
    /// # Panics
    /// When psql reports an error.
    pub fn sql(&self, database: &str, text: &str) -> String {
        let database = database.rsplit('/').next().unwrap_or(database);
        let output = Command::new(self.0.bin.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-h",
            ])
            .arg(&self.0.path)
            .args(["-d", database, "-c", text])
            .output()
            .expect("psql lies beside the server");
        assert!(
            output.status.success(),
            "psql failed on {text}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Returns the folder of the cluster's files, for tests that look for planted bytes.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.0.path.join("data")
    }
}

/// Finds the newest installed server.
fn find_bin() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, bin)) = found.pop() {
        return bin;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|p| p.join("initdb").exists())
        .unwrap_or_else(|| {
            panic!("PostgreSQL is not installed, and these tests need it: apt-get install postgresql")
        })
}

/// The user as whom the server runs when the tests run as root, which it refuses.
fn server_user() -> Option<(u32, u32)> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uid = status.lines().find_map(|l| {
        l.strip_prefix("Uid:")?
            .split_whitespace()
            .nth(1)?
            .parse::<u32>()
            .ok()
    });
    if uid != Some(0) {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    Some(
        find("postgres")
            .or_else(|| find("nobody"))
            .unwrap_or((65534, 65534)),
    )
}

/// A command as the server's user that dies with the thread or shell that starts it.
fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig").arg("KILL");
    if let Some((uid, gid)) = user {
        command.args([
            format!("--reuid={uid}"),
            format!("--regid={gid}"),
            "--clear-groups".into(),
        ]);
    }
    command
        .arg("--")
        .arg(program)
        .current_dir("/")
        .env_remove("PGDATA")
        .env("LC_ALL", "C.UTF-8");
    command
}

/// Makes the files of a cluster in `dir/data`.
fn init(bin: &Path, dir: &Path, user: Option<(u32, u32)>) {
    if let Some((uid, gid)) = user {
        chown(dir, Some(uid), Some(gid)).expect("root may give folders away");
    }
    let output = command(&bin.join("initdb"), user)
        .arg("-D")
        .arg(dir.join("data"))
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        .args(["--no-sync", "--no-instructions"])
        .output()
        .expect("setpriv (util-linux) is installed");
    assert!(
        output.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Adds the arguments of the server.
fn serve(command: &mut Command, dir: &Path) {
    command
        .arg("-D")
        .arg(dir.join("data"))
        .arg("-k")
        .arg(dir)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=on",
            "-c",
            "max_connections=200",
        ])
        .args(["-c", "max_wal_size=4GB", "-c", "shared_buffers=256MB"]);
}

/// Whether the server in `dir` has said that it is ready: the eighth line of its file tells.
fn is_ready(dir: &Path) -> bool {
    let text = fs::read_to_string(dir.join("data").join("postmaster.pid")).unwrap_or_default();
    text.lines().nth(7).is_some_and(|l| l.trim() == "ready")
}

impl Cluster {
    fn start() -> Cluster {
        match std::env::var("NEXTEST_RUN_ID") {
            Ok(run) => Self::of_run(&run),
            Err(_) => Self::of_process(),
        }
    }

    /// Joins the cluster of a nextest run; the first test that asks starts it.
    fn of_run(run: &str) -> Cluster {
        let bin = find_bin();
        let user = server_user();
        let path = std::env::temp_dir().join(format!("fc-pg-{run}"));
        let lock = fs::File::create(path.with_extension("lock")).expect("a lock file can be made");
        lock.lock().expect("a lock can be taken");
        if !is_ready(&path) {
            fs::create_dir(&path).expect("the folder of the cluster is new");
            init(&bin, &path, user);
            // A watcher of its own session: it outlives this test and ends with the runner.
            let script = "runner=$1; dir=$2; shift 2; \"$@\" & server=$!; \
                 while kill -0 $runner 2>/dev/null; do sleep 0.5; done; \
                 kill -9 $server; wait $server; rm -rf \"$dir\" \"$dir.lock\"";
            let mut server = command(&bin.join("postgres"), user);
            serve(&mut server, &path);
            let watcher = Command::new("setsid")
                .args(["sh", "-c", script, "watcher"])
                .arg(std::os::unix::process::parent_id().to_string())
                .arg(&path)
                .arg(server.get_program())
                .args(server.get_args())
                .current_dir("/")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("setsid (util-linux) is installed");
            // Waited for by nobody: it ends after this process.
            drop(watcher);
            let from = Instant::now();
            while !is_ready(&path) {
                assert!(
                    from.elapsed() < Duration::from_secs(60),
                    "PostgreSQL did not start in {}",
                    path.display()
                );
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Cluster {
            path,
            _dir: None,
            bin,
            next: AtomicU32::new(0),
            stop: None,
            keeper: None,
        }
    }

    fn of_process() -> Cluster {
        let bin = find_bin();
        let user = server_user();
        let dir = tempfile::Builder::new()
            .prefix("fc-pg-")
            .tempdir()
            .expect("a temporary folder can be made");
        init(&bin, dir.path(), user);
        let (stop, stopped) = mpsc::channel();
        let (ready, started) = mpsc::channel();
        let (server, path) = (bin.join("postgres"), dir.path().to_owned());
        // The server dies with the thread that started it, so that thread must outlive all tests.
        let keeper = std::thread::spawn(move || {
            let mut server = command(&server, user);
            serve(&mut server, &path);
            let child = server
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the server can be started");
            keep(child, &path, &ready, &stopped);
        });
        match started.recv() {
            Ok(Ok(())) => {}
            Ok(Err(log)) => panic!("PostgreSQL did not start: {log}"),
            Err(_) => panic!("PostgreSQL did not start: its keeper panicked"),
        }
        let path = dir.path().to_owned();
        Cluster {
            path,
            _dir: Some(dir),
            bin,
            next: AtomicU32::new(0),
            stop: Some(stop),
            keeper: Some(keeper),
        }
    }

    fn url(&self, database: &str) -> String {
        let host = self.path.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{host}/{database}")
    }
}

/// Waits until the server is ready, says so, and stops it when told.
fn keep(
    mut child: Child,
    socket: &Path,
    ready: &mpsc::Sender<Result<(), String>>,
    stopped: &mpsc::Receiver<()>,
) {
    let mut log = child.stderr.take();
    let from = Instant::now();
    loop {
        if is_ready(socket) {
            break;
        }
        let ended = child.try_wait().ok().flatten();
        if ended.is_some() || from.elapsed() > Duration::from_secs(60) {
            let _ = child.kill();
            let _ = child.wait();
            let mut text = String::new();
            if let Some(mut log) = log.take() {
                let _ = log.read_to_string(&mut text);
            }
            let how = ended.map(|s| format!(" (exit {:?}, signal {:?})", s.code(), s.signal()));
            let _ = ready.send(Err(format!("{text}{}", how.unwrap_or_default())));
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // A server whose log nobody reads would stop when the pipe is full.
    let drain = log.map(|mut log| std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink())));
    let _ = ready.send(Ok(()));
    let _ = stopped.recv();
    // Its files are thrown away at once, so it need not stop in order.
    let _ = child.kill();
    let _ = child.wait();
    if let Some(drain) = drain {
        let _ = drain.join();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Postgres;

    #[test]
    fn each_test_gets_a_database_of_its_own() {
        let server = Postgres::start();
        let (a, b) = (server.fresh_database(), server.fresh_database());
        assert_ne!(a, b);
        server.sql(&a, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        assert_eq!(server.sql(&a, "SELECT n FROM t"), "7");
        assert_eq!(
            server.sql(&b, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"),
            "0"
        );
        assert_eq!(server.sql(&a, "SHOW fsync"), "on");
    }
}
