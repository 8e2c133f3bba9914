//! The table that a run prints, and the section of `docs/benchmarks.md` that it replaces.

use crate::machine;
use anyhow::Context as _;
use std::{fmt::Write as _, fs, io::Write as _, path::Path};

/// One line of the table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// What was measured.
    pub(crate) what: String,
    /// Our figure, with its unit.
    pub(crate) ours: String,
    /// The figure of the reference program; empty without one.
    pub(crate) reference: String,
    /// Ours to the reference; empty without one.
    pub(crate) ratio: String,
    /// What was wanted; empty when the line only informs.
    pub(crate) goal: String,
    /// Whether it was reached; `None` when the line only informs.
    pub(crate) met: Option<bool>,
}

/// The lines of one benchmark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// Its name on the command line and in the file.
    pub(crate) name: &'static str,
    /// Its heading.
    pub(crate) title: &'static str,
    /// What was measured.
    pub(crate) lines: Vec<Line>,
    /// The load of the machine when it began.
    pub(crate) load: String,
    /// How it was measured, one sentence each.
    pub(crate) notes: Vec<String>,
}

const HEADINGS: [&str; 6] = ["what", "ours", "reference", "ratio", "goal", "met"];

impl Section {
    fn cells(&self) -> Vec<[String; 6]> {
        let cell = |text: &str| {
            if text.is_empty() {
                "–".to_owned()
            } else {
                text.to_owned()
            }
        };
        self.lines
            .iter()
            .map(|l| {
                let met = match l.met {
                    Some(true) => "yes",
                    Some(false) => "NO",
                    None => "",
                };
                [&l.what, &l.ours, &l.reference, &l.ratio, &l.goal, met].map(cell)
            })
            .collect()
    }

    /// Prints the table.
    pub(crate) fn print(&self) -> std::io::Result<()> {
        let rows = self.cells();
        let width = |i: usize| {
            rows.iter()
                .map(|r| r[i].chars().count())
                .chain([HEADINGS[i].len()])
                .max()
                .unwrap_or(0)
        };
        let widths: [usize; 6] = std::array::from_fn(width);
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{}", self.title)?;
        for row in std::iter::once(&HEADINGS.map(str::to_owned)).chain(&rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                let _ = write!(line, "{cell}{}  ", " ".repeat(width - cell.chars().count()));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        for note in &self.notes {
            writeln!(out, "  {note}")?;
        }
        out.flush()
    }

    fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n", self.title);
        let _ = writeln!(text, "{}\n", machine::describe(&self.load));
        let _ = writeln!(text, "| {} |", HEADINGS.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(HEADINGS.len()));
        for row in self.cells() {
            let _ = writeln!(text, "| {} |", row.map(|c| c.replace('|', "\\|")).join(" | "));
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }

    /// Replaces this section in the file, which is made when it is missing; the others stay.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let old = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => EMPTY.to_owned(),
            Err(e) => return Err(e).with_context(|| format!("{} cannot be read", file.display())),
        };
        let (begin, end) = (
            format!("<!-- bench {} begin -->", self.name),
            format!("<!-- bench {} end -->", self.name),
        );
        let own = format!("{begin}\n{}{end}", self.markdown());
        let new = match (old.find(&begin), old.find(&end)) {
            (Some(from), Some(to)) if from < to => {
                format!("{}{own}{}", &old[..from], &old[to + end.len()..])
            }
            _ => format!("{}\n\n{own}\n", old.trim_end()),
        };
        fs::write(file, new).with_context(|| format!("{} cannot be written", file.display()))
    }
}

/// The file before the first run.
const EMPTY: &str = "# Measured speed and memory

`cargo run --release -p bench -- all --write docs/benchmarks.md` measures and replaces the tables below; `--quick`
takes small sizes, and `--help` tells the rest. Each ratio is to a bare reference program that runs in the same run
on the same machine. Of several runs the median stands first, then (lowest–highest). A figure without a ratio
depends on the machine, and a busy machine makes it worse: the load stands above each table.

## Clean release build

Goal: under 6 minutes on 2 cores. Measured by hand, because it must start from nothing:
`CARGO_TARGET_DIR=$(mktemp -d) cargo build --release --timings`; the report in `cargo-timings/` of that folder shows
what dominates it. Not measured yet.
";
