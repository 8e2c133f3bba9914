//! Measured ratios to bare reference programs, in one run.
//!
//! `cargo run --release -p bench -- all` prints one table per benchmark; `--write docs/benchmarks.md`
//! puts it into the file as well. The reference programs live here, written for it: they do the same
//! inserts with as little code as possible, so that a ratio tells what everything else costs.

mod append;
mod ask;
mod bare;
mod client;
mod complaints;
mod databases;
mod generate;
mod http;
mod import;
mod machine;
mod million;
mod report;
mod sizes;
mod stats;
mod texts;

use clap::{Parser, Subcommand};
use databases::Server;
use sizes::Wanted;

/// The allocator that the program ships with; the references have it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Forecourt against bare reference programs.
#[derive(Parser)]
#[command(
    name = "bench",
    after_help = "Example: cargo run --release -p bench -- all --write docs/benchmarks.md"
)]
struct Cli {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    wanted: Wanted,
}

#[derive(Subcommand, Clone, Debug)]
enum What {
    /// Everything
    All,
    /// Durable appends with 64 concurrent writers
    Append,
    /// Durable events over HTTP with 64 connections
    Http,
    /// Import of complaints as full cases, and its memory
    Import,
    /// Lists, search, start-up and clocks at a million cases
    Million,
    #[command(hide = true)]
    ImportChild(import::Child),
    #[command(hide = true)]
    OpenChild(million::Child),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let wanted = &cli.wanted;
    match &cli.what {
        What::ImportChild(child) => return import::child(child),
        What::OpenChild(child) => return million::child(child),
        _ => {}
    }
    if cfg!(debug_assertions) {
        eprintln!("bench: this build is not optimised (use --release): the figures mean nothing");
    }
    let all = matches!(cli.what, What::All);
    let wants_server = !wanted.no_postgres && !matches!(cli.what, What::Import);
    let server = wants_server.then(|| Server::start(wanted.postgres.as_deref()));
    let done = |section: report::Section| -> anyhow::Result<()> {
        section.print()?;
        match &wanted.write {
            Some(file) => section.write(file),
            None => Ok(()),
        }
    };
    if all || matches!(cli.what, What::Append) {
        done(append::run(wanted, server.as_ref())?)?;
    }
    if all || matches!(cli.what, What::Http) {
        done(http::run(wanted, server.as_ref())?)?;
    }
    if all || matches!(cli.what, What::Import) {
        done(import::run(wanted)?)?;
    }
    if all || matches!(cli.what, What::Million) {
        done(million::run(wanted, server.as_ref())?)?;
    }
    Ok(())
}
