//! The forecourt command line: complaints in, clocks explained, the log verified, the demo played.

mod cli;
mod commands;
mod config;
mod exit;
mod output;
mod place;
mod progress;

use clap::Parser as _;
use std::process::ExitCode;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Logs to standard error: as JSON lines while serving, for the collector; as text else, for a person.
/// No log line holds text about a customer: bodies never reach a log, and routes are named by pattern.
fn log(cli: &cli::Cli) {
    let serving = matches!(cli.command, cli::Command::Serve(_));
    let level = if serving {
        LevelFilter::INFO
    } else {
        LevelFilter::WARN
    };
    let filter = EnvFilter::builder()
        .with_default_directive(level.into())
        .from_env_lossy();
    let logs = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter);
    if serving {
        logs.json().flatten_event(true).init();
    } else {
        logs.init();
    }
}

/// An import makes and drops some hundred small texts per case; this takes an eighth off its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    log(&cli);
    match commands::run(&cli) {
        Ok(code) => code.into(),
        Err(e) => {
            eprintln!("forecourt: {e:#}");
            exit::of(&e).into()
        }
    }
}
