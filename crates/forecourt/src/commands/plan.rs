//! `forecourt plan` and `forecourt plan-check`: the planner without the rest.

use super::say;
use crate::{
    cli::{Plan as Args, PlanCheck},
    exit::Exit,
    output, progress,
};
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use planfile::{Mistakes, NoDate, NoDegrees, clock, length, plain};
use planner::{Assignment, Plan, Problem, Progress, Violation};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::File,
    io::Read as _,
    path::Path,
    time::{Duration, Instant},
};

/// Attempts to improve the first plan when neither seconds nor iterations are named.
const USUAL_ITERATIONS: u64 = 10_000;

/// How many of the visits left out, late or moved the summary names.
const TOLD: usize = 20;

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let outputs = args.outputs();
    for (i, path) in outputs.iter().enumerate() {
        output::writable(path)?;
        if output::same(path, &args.problem) || outputs[..i].iter().any(|other| output::same(path, other)) {
            bail!("{} would be overwritten; nothing was written", path.display());
        }
    }
    let problem = match problem(&args.problem)? {
        Ok(problem) => problem,
        Err(mistakes) => return refuse(&args.problem, &mistakes, "nothing was planned or written"),
    };
    let no_map = args.geojson.as_ref().and_then(|_| NoDegrees::of(&problem));
    let no_calendar = args.ics.as_ref().and_then(|_| NoDate::of(&problem));
    if let Some(none) = no_map
        .map(|e| e.to_string())
        .or(no_calendar.map(|e| e.to_string()))
    {
        bail!(
            "{}: {none}. Nothing was planned or written",
            args.problem.display()
        );
    }
    let before = match &args.from {
        None => Vec::new(),
        Some(path) => match planfile::read_plan(&bytes(path)?) {
            Ok(plan) => plan.visits,
            Err(mistakes) => return refuse(path, &mistakes, "nothing was planned or written"),
        },
    };
    let begin = Instant::now();
    let plan = solve(args, &problem, &before)?;
    let took = begin.elapsed();
    let violations = planner::check(&problem, &plan);
    if !violations.is_empty() {
        eprint!("{}", lines(&violations));
        eprintln!(
            "forecourt: the planner made a plan in which the checker found {} violation(s). This is a fault of Forecourt, not of the \
             problem; nothing was written. Please report it with the problem",
            violations.len()
        );
        return Ok(Exit::Damaged);
    }
    let mut files = vec![(args.out.as_path(), pretty(&plan)?)];
    if let Some(path) = &args.geojson {
        files.push((path, pretty(&planfile::geojson(&problem, &plan)?)?));
    }
    if let Some(path) = &args.ics {
        let now = jiff::Timestamp::now();
        let text = planfile::calendar(&problem, &plan, now, args.lang.into())?;
        files.push((path, text.into_bytes()));
    }
    if let Some(path) = &args.run_sheets {
        let page = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html"));
        let make = if page {
            planfile::run_sheets_html
        } else {
            planfile::run_sheets
        };
        files.push((path, make(&problem, &plan, args.lang.into()).into_bytes()));
    }
    output::write_all(&files)?;
    let written = outputs
        .iter()
        .map(|p| p.display().to_string())
        .collect::<Vec<_>>();
    let told = format!(
        "{}planned in {:.1} s; lawful: checked by the independent checker\nwritten: {}\n",
        summary(&problem, &plan),
        took.as_secs_f64(),
        written.join(", ")
    );
    if outputs.iter().any(|p| output::is_stream(p)) {
        // What reads the plan from there wants nothing else.
        eprint!("{told}");
        return Ok(Exit::Done);
    }
    say(&told)
}

pub(super) fn check(args: &PlanCheck) -> anyhow::Result<Exit> {
    let problem = match problem(&args.problem)? {
        Ok(problem) => problem,
        Err(mistakes) => return refuse(&args.problem, &mistakes, "nothing was checked"),
    };
    let plan = match planfile::read_plan(&bytes(&args.plan)?) {
        Ok(plan) => plan,
        Err(mistakes) => return refuse(&args.plan, &mistakes, "nothing was checked"),
    };
    let violations = planner::check(&problem, &plan);
    if args.json {
        let told: Vec<_> = violations
            .iter()
            .map(|v| json!({ "violation": v, "message": v.to_string() }))
            .collect();
        say(&format!(
            "{}\n",
            json!({ "lawful": violations.is_empty(), "violations": told })
        ))?;
    } else if violations.is_empty() {
        say(&format!(
            "lawful: {} visit(s) planned, {} left out, no violation\n",
            plan.visits.len(),
            plan.unplanned.len()
        ))?;
    } else {
        say(&format!(
            "{}not lawful: {} violation(s)\n",
            lines(&violations),
            violations.len()
        ))?;
    }
    Ok(if violations.is_empty() {
        Exit::Done
    } else {
        Exit::Damaged
    })
}

/// Reads a problem, or tells its mistakes.
pub(super) fn problem(path: &Path) -> anyhow::Result<Result<Problem, Mistakes>> {
    Ok(planfile::read_problem(&bytes(path)?))
}

/// Reads a file, but no further than is needed to see that it is too long.
fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = planfile::LARGEST as u64 + 1;
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().with_context(|| format!("{} cannot be read", path.display()))
}

/// Tells every mistake of a file, one a line.
pub(super) fn refuse(path: &Path, mistakes: &Mistakes, done: &str) -> anyhow::Result<Exit> {
    eprintln!("{mistakes} in {}; {done}", path.display());
    Ok(Exit::Refused)
}

fn pretty(value: &impl serde::Serialize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn lines(violations: &[Violation]) -> String {
    violations
        .iter()
        .map(|v| format!("{}\n", plain(&v.to_string())))
        .collect()
}

fn solve(args: &Args, problem: &Problem, before: &[Assignment]) -> anyhow::Result<Plan> {
    let threads = usize::from(args.threads);
    let begin = Instant::now();
    let plan = if let Some(seconds) = args.seconds {
        let all = Duration::try_from_secs_f64(seconds)?;
        let bar = progress::time(all);
        let plan = planner::replan_in_parallel(problem, before, args.seed, threads, |thread, so_far| {
            let gone = begin.elapsed();
            if thread == 0 {
                bar.set_position(u64::try_from(gone.min(all).as_millis()).unwrap_or(u64::MAX));
                tell(&bar, so_far);
            }
            // No time at all still gives the first plan.
            if gone >= all {
                1.0
            } else {
                gone.as_secs_f64() / seconds
            }
        });
        bar.finish_and_clear();
        plan
    } else {
        let all = args.iterations.unwrap_or(USUAL_ITERATIONS);
        let bar = progress::bar(all, "planning");
        let plan = planner::replan_in_parallel(problem, before, args.seed, threads, |thread, so_far| {
            if thread == 0 {
                bar.set_position(so_far.iterations);
                tell(&bar, so_far);
            }
            planner::up_to(all, so_far)
        });
        bar.finish_and_clear();
        plan
    };
    plan.context("nothing was written")
}

/// Shows now and then how good the best plan is.
fn tell(bar: &ProgressBar, so_far: Progress) {
    if so_far.iterations.is_multiple_of(64) {
        let t = so_far.totals;
        bar.set_message(format!(
            "{} planned, travel {}",
            t.planned,
            length(t.travel_seconds)
        ));
    }
}

/// What a person wants to know of a plan first.
fn summary(problem: &Problem, plan: &Plan) -> String {
    let days: BTreeMap<i32, &str> = problem.days.iter().map(|d| (d.index, &*d.label)).collect();
    let day = |index: i32| {
        days.get(&index)
            .map_or_else(|| format!("day {index}"), |l| (*l).to_owned())
    };
    let t = &plan.totals;
    let mut out = format!(
        "planned    {} of {} visit(s), {} route(s)\n",
        t.planned,
        t.planned + t.unplanned,
        plan.routes.len()
    );
    let list = |out: &mut String, title: &str, all: Vec<String>| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{title:<11}{}", all.len());
        for line in all.iter().take(TOLD) {
            let _ = writeln!(out, "  {}", plain(line));
        }
        if all.len() > TOLD {
            let _ = writeln!(out, "  and {} more, see the plan", all.len() - TOLD);
        }
    };
    let left = plan
        .unplanned
        .iter()
        .map(|u| format!("{}: {}", u.visit, u.explanation));
    list(&mut out, "left out", left.collect());
    let missed = plan.late.iter().map(|l| {
        format!(
            "{}: planned {}, deadline {}. {}",
            l.visit,
            day(l.day),
            day(l.deadline_day),
            l.explanation
        )
    });
    list(&mut out, "late", missed.collect());
    let moved = plan.moved.iter().map(|m| {
        format!(
            "{}: promised {} {}, planned {} {}",
            m.visit,
            day(m.from_day),
            clock(m.from_start),
            day(m.day),
            clock(m.start)
        )
    });
    list(&mut out, "moved", moved.collect());
    let _ = writeln!(
        out,
        "missed     {} deadline(s), {} promise(s), {} mandatory visit(s), those left out included\n\
         travel     {}, {:.1} km\novertime   {}",
        t.deadlines_missed,
        t.promises_moved,
        t.mandatory_unplanned,
        length(t.travel_seconds),
        t.travel_metres as f64 / 1000.0,
        length(t.overtime_seconds)
    );
    out
}
