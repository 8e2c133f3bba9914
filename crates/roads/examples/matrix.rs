//! Measures a map: import, file, and the matrix of many places beside plain searches.
//!
//! `cargo run --release -p roads --example matrix -- city.osm.pbf [PLACES]`
//!
//! Everything runs on one thread. Processor time stands beside the time on the clock, because it says the same
//! however busy the machine is. Reference: Dijkstra's search from every place over the same graph, without shortcuts.

#![expect(clippy::print_stdout, reason = "a table for whoever runs it")]

use roads::{Plain, Position, Profile, RoadMap};
use std::{fs, path::PathBuf, time::Instant};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let file = PathBuf::from(args.next().ok_or("name an .osm.pbf file")?);
    let places: usize = args.next().map_or(Ok(1_000), |n| n.parse())?;
    println!("{}, load {}", file.display(), load());
    println!("{:<44} {:>10} {:>10}", "what", "seconds", "cpu");

    let profile = Profile::named("car")?;
    let map = timed("import, in all", || roads::import(&file, &profile, |_, _| {}))?;
    let kept = std::env::temp_dir().join(format!("forecourt-{}.roads", std::process::id()));
    let bytes = timed("write the road file", || map.save(&kept))?;
    drop(map);
    let before = kilobytes("VmRSS");
    let map = timed("load the road file", || RoadMap::open(&kept))?;
    let resident = kilobytes("VmRSS").saturating_sub(before);
    fs::remove_file(&kept)?;

    let chosen = places_on(&map, places);
    timed("find the road for every place", || map.snap(&chosen, None))?;
    let title = format!("matrix of {places} × {places}");
    let started = cpu();
    let matrix = timed(&title, || map.matrix(&chosen, &chosen))?;
    let ours = cpu() - started;
    let plain = Plain::new(&map);
    let few = &chosen[..chosen.len().min(200)];
    let started = cpu();
    let title = format!("reference: {} searches over all roads", few.len());
    let reference = timed(&title, || plain.milliseconds(few, &chosen))?;
    let theirs = (cpu() - started) * chosen.len() as f64 / few.len() as f64;

    println!("\n{}", map.about().stats);
    println!("road file        {bytes} bytes; the map in memory about {resident} kB more than before");
    println!("most memory      {} kB", kilobytes("VmHWM"));
    println!("unknown pairs    {} of {}", matrix.unknown(), places * places);
    println!(
        "reference, all   {theirs:.2} s of processor time ({} pairs searched); ours {ours:.2} s, {:.1} times less",
        reference.len(),
        theirs / ours.max(0.01)
    );
    Ok(())
}

/// Points of the map, spread by a fixed rule: the middles of roads would be too kind, so they are moved a little.
fn places_on(map: &RoadMap, wanted: usize) -> Vec<Position> {
    let corners = map.corners();
    let mut seed = 42_u64;
    let mut next = || {
        // SplitMix64.
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (south_west, north_east) = corners;
    let mut found = Vec::with_capacity(wanted);
    for _ in 0..wanted * 1_000 {
        let place = Position {
            lat: south_west.lat + (north_east.lat - south_west.lat) * next(),
            lon: south_west.lon + (north_east.lon - south_west.lon) * next(),
        };
        if map.snap(&[place], None).is_ok() {
            found.push(place);
            if found.len() == wanted {
                break;
            }
        }
    }
    found
}

fn timed<T, E>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let (clock, processor) = (Instant::now(), cpu());
    let done = work()?;
    println!(
        "{what:<44} {:>10.3} {:>10.2}",
        clock.elapsed().as_secs_f64(),
        cpu() - processor
    );
    Ok(done)
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

/// A line of what the system says of this process, in kilobytes; 0 where it does not tell.
fn kilobytes(line: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = text.lines().find(|l| l.starts_with(line));
    found
        .and_then(|l| l.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// Processor time of this process in seconds, to a hundredth.
fn cpu() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}
