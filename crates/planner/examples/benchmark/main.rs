//! Solves one public routing instance: `benchmark FILE --seconds S --seed N --out FILE.sol`.

#![expect(clippy::print_stdout, reason = "the result is what this program is for")]

mod hhcrsp;
mod read;

use planner::engine::{Answer, Progress, Tuning, search};
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let (mut file, mut out) = (None, None);
    let (mut seconds, mut iterations, mut seed) = (10.0f64, None, 1u64);
    let mut tuning = Tuning::default();
    let (mut cpu, mut check) = (false, None);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        fn number<T: std::str::FromStr>(text: String) -> Result<T, String> {
            text.parse().map_err(|_| format!("`{text}` is not a number"))
        }
        match arg.as_str() {
            "--seconds" => seconds = number(value()?)?,
            "--iterations" => iterations = Some(number::<u64>(value()?)?),
            "--seed" => seed = number(value()?)?,
            "--out" => out = Some(PathBuf::from(value()?)),
            "--hot" => tuning.hot = number(value()?)?,
            "--cold" => tuning.cold = number(value()?)?,
            "--neighbours" => tuning.neighbours = number(value()?)?,
            "--out-average" => tuning.average_out = number(value()?)?,
            "--string" => tuning.longest_string = number(value()?)?,
            "--quench" => tuning.quench = number(value()?)?,
            "--looked-through" => tuning.looked_through = number(value()?)?,
            "--upright" => tuning.upright = number(value()?)?,
            "--lean" => tuning.lean = number(value()?)?,
            "--optional" => tuning.optional = number(value()?)?,
            "--cpu" => cpu = true,
            "--check" => check = Some(PathBuf::from(value()?)),
            "--tails" => tuning.tails = number(value()?)?,
            "--blink" => tuning.blink = number(value()?)?,
            _ if file.is_none() && !arg.starts_with('-') => file = Some(PathBuf::from(arg)),
            _ => return Err(format!("unknown argument {arg}")),
        }
    }
    let file = file.ok_or("which file?")?;
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let begin = Instant::now();
    if let Some(days) = check {
        println!("cost={}", hhcrsp::cost(&text, &days)?);
        return Ok(());
    }
    let (mut first, mut steps) = (None, 0);
    let spent = |p: Progress| {
        let now = if cpu {
            processor_seconds()
        } else {
            begin.elapsed().as_secs_f64()
        };
        steps = p.iterations;
        if p.missing == 0 && first.is_none() {
            first = Some(now);
        }
        match iterations {
            Some(most) => p.iterations as f64 / most as f64,
            None => now / seconds,
        }
    };
    let cost = if text.starts_with('{') {
        hhcrsp::run(&text, seed, out.as_deref(), spent)?
    } else {
        let case = read::read(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        let answer =
            search(&case.instance, seed, tuning, spent).map_err(|e| format!("{}: {e}", file.display()))?;
        if let Some(out) = out {
            std::fs::write(&out, solution(&case, &answer)).map_err(|e| format!("{}: {e}", out.display()))?;
        }
        case.shown(&answer)
    };
    println!(
        "cost={cost} seconds={:.2} iterations={steps} first_feasible={}",
        begin.elapsed().as_secs_f64(),
        first.map_or("none".to_owned(), |f| format!("{f:.3}")),
    );
    Ok(())
}

/// Seconds of processor time that this thread has had, so that other work on the machine does not count.
fn processor_seconds() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |ns| ns / 1e9)
}

fn solution(case: &read::Case, answer: &Answer) -> String {
    let mut text = String::new();
    let mut number = 0;
    for (vehicle, route) in answer.routes.iter().enumerate() {
        // Where vehicles differ, route k is driven by vehicle k, so unused ones are written too.
        if route.is_empty() && !case.numbered {
            continue;
        }
        number = if case.numbered { vehicle + 1 } else { number + 1 };
        let clients: Vec<String> = route
            .iter()
            .map(|&c| (c as usize + case.first_client).to_string())
            .collect();
        text += &format!("Route #{number}: {}\n", clients.join(" "));
    }
    text + &format!("Cost: {}\n", case.written(answer))
}
