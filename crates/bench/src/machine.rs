//! What the figures were measured on.

use std::{fs, process::Command};

/// Returns date, processor, memory, load and versions in one sentence; `load` is that before the run, as
/// the run itself raises it.
pub(crate) fn describe(load: &str) -> String {
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M %Z").to_string();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Measured {now}: {cores} cores ({}), {} GB of memory, load {load} when it began; {}, SQLite {}, Forecourt {}{}.",
        line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
        kilobytes("/proc/meminfo", "MemTotal").unwrap_or(0) / 1_000_000,
        rustc(),
        rusqlite::version(),
        env!("CARGO_PKG_VERSION"),
        if cfg!(debug_assertions) {
            ", NOT OPTIMISED: the figures mean nothing"
        } else {
            ""
        },
    )
}

fn line_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|l| l.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kilobytes(file: &str, name: &str) -> Option<u64> {
    line_of(file, name)?.split_whitespace().next()?.parse().ok()
}

/// Returns the largest resident memory of this process so far, in megabytes (VmHWM); `None` where the
/// system does not tell.
pub(crate) fn peak_megabytes() -> Option<f64> {
    kilobytes("/proc/self/status", "VmHWM").map(|kb| kb as f64 * 1024.0 / 1e6)
}

/// Returns the resident memory of this process now, in megabytes (VmRSS).
pub(crate) fn resident_megabytes() -> Option<f64> {
    kilobytes("/proc/self/status", "VmRSS").map(|kb| kb as f64 * 1024.0 / 1e6)
}

/// Returns the processor time of this process so far, in seconds, to a hundredth: unlike the time on the
/// clock it says the same however busy the machine is. 0 where the system does not tell.
pub(crate) fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets, which may hold blanks: user and system time are the 12th and 13th.
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

/// Returns the load of the last minute.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output().ok();
    output
        .and_then(|o| String::from_utf8(o.stdout).ok())
        .map(|v| v.split(" (").next().unwrap_or(&v).trim().to_owned())
        .filter(|v| !v.is_empty())
        .unwrap_or_else(|| "unknown compiler".to_owned())
}
