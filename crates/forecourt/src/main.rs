//! The forecourt command line: complaints in, clocks explained, the log verified, the demo played.

mod cli;
mod commands;
mod config;
mod exit;
mod place;
mod progress;

use clap::Parser as _;
use std::process::ExitCode;

/// An import makes and drops some hundred small texts per case; this takes an eighth off its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::builder()
                .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
                .from_env_lossy(),
        )
        .init();
    match commands::run(&cli) {
        Ok(code) => code.into(),
        Err(e) => {
            eprintln!("forecourt: {e:#}");
            exit::of(&e).into()
        }
    }
}
