//! From an OpenStreetMap extract to a road map.
//!
//! The file is read twice: first the ways that the profile may use and the signs about turns, then the nodes that
//! those ways go through. In memory lie the numbers of these nodes (about 40 bytes each) and one block of the file.

use crate::{
    draft::{DraftSegment, Turn, connect},
    error::ImportError,
    geo::{Point, length},
    map::{About, Parts, RoadMap},
    pbf::{Element, Member, MemberKind, Wanted, read},
    profile::{Judged, Obstacle, Profile},
    stats::ImportStats,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

/// More than a country's worth of nodes, and about 4 GB.
const MOST_NODES: usize = 100_000_000;
/// Of one sign. Real ones have two or three.
const MOST_TURNS: usize = 50;
/// So that segments, lanes and shortcuts have numbers of 32 bits.
const MOST_SEGMENTS: usize = 200_000_000;

/// Makes a road map of an `.osm.pbf` file. `progress` is called now and then with bytes read and bytes in all, both
/// passes together.
///
/// # Errors
/// When the file is no OpenStreetMap file, is broken or cut, or holds no connected roads.
pub fn import(
    file: &Path,
    profile: &Profile,
    mut progress: impl FnMut(u64, u64),
) -> Result<RoadMap, ImportError> {
    let open = || File::open(file).map_err(ImportError::Read);
    let size = open()?.metadata().map_err(ImportError::Read)?.len();
    let source = file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    import_from(
        || Ok(BufReader::with_capacity(1 << 20, open()?)),
        source,
        profile,
        |bytes| progress(bytes, 2 * size),
    )
}

/// The same from anything that can be read twice.
pub(crate) fn import_from<R: Read>(
    open: impl Fn() -> Result<R, ImportError>,
    source: String,
    profile: &Profile,
    mut progress: impl FnMut(u64),
) -> Result<RoadMap, ImportError> {
    let mut roads = Roads::default();
    let mut bytes = 0;
    let wanted = Wanted {
        nodes: false,
        ways: true,
    };
    let mut seen = 0_u64;
    let mut report = |bytes: u64| {
        // Elements come by the million; a bar needs a few steps a second.
        seen += 1;
        if seen.is_multiple_of(50_000) {
            progress(bytes);
        }
    };
    let counted = std::cell::Cell::new(0_u64);
    read(Counted(open()?, &counted), wanted, &mut bytes, |element| {
        report(counted.get());
        roads.first(profile, element)
    })?;
    roads.number_nodes();
    let mut again = 0;
    let wanted = Wanted {
        nodes: true,
        ways: false,
    };
    read(Counted(open()?, &counted), wanted, &mut again, |element| {
        report(counted.get());
        roads.second(profile, element);
        Ok(())
    })?;

    let (junctions, segments, turns) = roads.segments()?;
    let mut stats = roads.stats;
    let network = connect(junctions, segments, &turns);
    if network.segments.is_empty() {
        return Err(ImportError::NoRoads);
    }
    stats.turns = network.turns.kept;
    stats.turns_moot += network.turns.moot;
    stats.turns_unclear += network.turns.unclear;
    stats.dropped_km = network.dropped_metres / 1_000;
    stats.road_km = network.segments.iter().map(|s| u64::from(s.dm)).sum::<u64>() / 10_000;
    let about = About {
        source,
        profile: profile.name.clone(),
        approach_metres: profile.approach_metres(),
        approach_metres_per_hour: (profile.approach_kmh() * 1_000.0).round() as u32,
        hours: profile.hours().unwrap_or_default(),
        stats,
    };
    Ok(RoadMap::new(Parts::build(about, network)))
}

/// Counts what is read.
struct Counted<'a, R>(R, &'a std::cell::Cell<u64>);

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(buffer)?;
        self.1.set(self.1.get() + n as u64);
        Ok(n)
    }
}

/// A way that may be used.
struct Way {
    id: i64,
    judged: Judged,
    /// Where its nodes begin in the list of all; they end where the next way's begin.
    first: usize,
}

/// A sign about turns before its node is known by number.
struct Sign {
    from: i64,
    via: i64,
    to: i64,
    only: bool,
}

#[derive(Default)]
struct Roads {
    ways: Vec<Way>,
    /// The nodes of all ways, one way after the other.
    refs: Vec<i64>,
    /// The same nodes, each once, ascending.
    ids: Vec<i64>,
    points: Vec<Option<Point>>,
    obstacles: HashMap<u32, Obstacle>,
    signs: Vec<Sign>,
    stats: ImportStats,
}

/// A piece of a way between two junctions.
struct Piece {
    ends: [u32; 2],
    points: Vec<Point>,
    metres: f64,
    judged: Judged,
    /// Milliseconds lost at its ends.
    lost: [u32; 2],
    way: [i64; 2],
}

impl Roads {
    fn first(&mut self, profile: &Profile, element: Element<'_>) -> Result<(), ImportError> {
        match element {
            Element::Node { .. } => {}
            Element::Way { id, nodes, tags } => {
                self.stats.ways += 1;
                if nodes.len() < 2 {
                    return Ok(());
                }
                if let Some(judged) = profile.judge(tags) {
                    self.stats.ways_used += 1;
                    let first = self.refs.len();
                    if first + nodes.len() > MOST_NODES {
                        return Err(ImportError::TooLarge("nodes on roads"));
                    }
                    self.refs.extend_from_slice(nodes);
                    self.ways.push(Way { id, judged, first });
                }
            }
            Element::Relation { members, tags } => {
                self.stats.relations += 1;
                let kind = tags.get("type");
                if profile.turns()
                    && kind == Some("restriction")
                    && let Some(rule) = profile.restriction(tags)
                {
                    self.sign(rule, members);
                }
            }
        }
        Ok(())
    }

    /// Notes a sign; kinds that are not kept are counted.
    fn sign(&mut self, rule: &str, members: &[Member<'_>]) {
        let of = |role: &str, kind: MemberKind| -> Vec<i64> {
            members
                .iter()
                .filter(|m| m.role == role && m.kind == kind)
                .map(|m| m.id)
                .collect()
        };
        let only = rule.starts_with("only_");
        let (from, to) = (of("from", MemberKind::Way), of("to", MemberKind::Way));
        let via = of("via", MemberKind::Node);
        let (&[via], false) = (&via[..], from.is_empty() || to.is_empty()) else {
            self.stats.turns_refused += 1;
            return;
        };
        // Several entries or exits are a form of `no_entry` and `no_exit`; of a command there is one.
        let pairs = from.len().saturating_mul(to.len());
        if !(only || rule.starts_with("no_")) || pairs > if only { 1 } else { MOST_TURNS } {
            self.stats.turns_refused += 1;
            return;
        }
        for from in &from {
            for to in &to {
                self.signs.push(Sign {
                    from: *from,
                    via,
                    to: *to,
                    only,
                });
            }
        }
    }

    fn number_nodes(&mut self) {
        self.ids = self.refs.clone();
        self.ids.sort_unstable();
        self.ids.dedup();
        self.points = vec![None; self.ids.len()];
    }

    fn second(&mut self, profile: &Profile, element: Element<'_>) {
        let Element::Node { id, point, tags } = element else {
            return;
        };
        self.stats.nodes += 1;
        self.stats.nodes_absurd += u64::from(point.is_none());
        let Ok(number) = self.ids.binary_search(&id) else {
            return;
        };
        if let Some(point) = point {
            self.points[number] = Some(point);
            if let Some(obstacle) = profile.obstacle(tags) {
                self.obstacles.insert(number as u32, obstacle);
            }
        }
    }

    /// Cuts the ways at junctions, joins what goes on evenly, and names the junctions.
    fn segments(&mut self) -> Result<(u32, Vec<DraftSegment>, Vec<Turn>), ImportError> {
        let used = self.points.iter().filter(|p| p.is_some()).count();
        self.stats.nodes_used = used as u64;
        self.stats.nodes_missing = (self.points.len() - used) as u64;
        let (pieces, junctions) = self.pieces()?;
        let number = |id: i64| self.ids.binary_search(&id).ok().map(|n| n as u32);
        let mut signed: BTreeMap<u32, Vec<&Sign>> = BTreeMap::new();
        for sign in &self.signs {
            match number(sign.via) {
                Some(via) => signed.entry(via).or_default().push(sign),
                // At a node of no usable way.
                None => self.stats.turns_moot += 1,
            }
        }
        let fixed: BTreeSet<u32> = signed.keys().chain(self.obstacles.keys()).copied().collect();
        let joined = join(pieces, junctions, &fixed);

        // Only now is it known which nodes are junctions.
        let mut names: HashMap<u32, u32> = HashMap::new();
        let mut segments = Vec::with_capacity(joined.len());
        for piece in joined {
            let [from, to] = piece.ends.map(|end| {
                let next = names.len() as u32;
                *names.entry(end).or_insert(next)
            });
            segments.push(segment(from, to, piece));
        }
        let turns = signed
            .iter()
            .filter_map(|(via, signs)| names.get(via).map(|v| (v, signs)))
            .flat_map(|(via, signs)| {
                signs.iter().map(|s| Turn {
                    from_way: s.from,
                    via: *via,
                    to_way: s.to,
                    only: s.only,
                })
            })
            .collect();
        Ok((names.len() as u32, segments, turns))
    }

    /// Cuts the ways wherever something meets or stands. Dead ends at barriers get numbers beyond the nodes'.
    fn pieces(&mut self) -> Result<(Vec<Piece>, u32), ImportError> {
        let number = |id: &i64| self.ids.binary_search(id).unwrap_or(0) as u32;
        let refs: Vec<u32> = self.refs.iter().map(number).collect();
        let ranges: Vec<_> = (0..self.ways.len())
            .map(|w| {
                let end = self.ways.get(w + 1).map_or(refs.len(), |next| next.first);
                self.ways[w].first..end
            })
            .collect();
        // Twice: seen in two places, or the end of a way.
        let mut seen = vec![0_u8; self.ids.len()];
        for range in &ranges {
            let nodes = &refs[range.clone()];
            for n in nodes.iter().chain([&nodes[0], &nodes[nodes.len() - 1]]) {
                seen[*n as usize] = seen[*n as usize].saturating_add(1).min(2);
            }
        }
        for sign in &self.signs {
            if let Ok(n) = self.ids.binary_search(&sign.via) {
                seen[n] = 2;
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut next_dead_end = self.ids.len() as u32;
        let mut blocked = BTreeSet::new();
        for (way, range) in self.ways.iter().zip(ranges) {
            let begin = pieces.len();
            let mut open: Option<(u32, u32, Vec<Point>)> = None;
            for &n in &refs[range] {
                let Some(point) = self.points[n as usize] else {
                    // The border of the extract: the way ends here and may begin again.
                    if let Some((from, lost, points)) = open.take()
                        && points.len() > 1
                    {
                        pieces.push(piece(way, [from, next_dead_end], [lost, 0], points));
                        next_dead_end += 1;
                    }
                    continue;
                };
                let obstacle = self.obstacles.get(&n);
                let (end, lost) = match obstacle {
                    Some(Obstacle::Blocked) => {
                        blocked.insert(n);
                        next_dead_end += 2;
                        (next_dead_end - 2, 0)
                    }
                    // Half on either side.
                    Some(Obstacle::Seconds(s)) => (n, u32::from(*s) * 500),
                    None => (n, 0),
                };
                let Some((from, lost_before, points)) = &mut open else {
                    let from = if obstacle == Some(&Obstacle::Blocked) {
                        end + 1
                    } else {
                        end
                    };
                    open = Some((from, lost, vec![point]));
                    continue;
                };
                if points.last() != Some(&point) {
                    points.push(point);
                }
                if seen[n as usize] >= 2 || obstacle.is_some() {
                    let points = std::mem::replace(points, vec![point]);
                    let (from_now, lost_now) = (*from, [*lost_before, lost]);
                    *from = if obstacle == Some(&Obstacle::Blocked) {
                        end + 1
                    } else {
                        end
                    };
                    *lost_before = lost;
                    if points.len() > 1 {
                        pieces.push(piece(way, [from_now, end], lost_now, points));
                    } else if from_now != end {
                        // Two nodes in one place: a piece without length still joins them.
                        pieces.push(piece(way, [from_now, end], lost_now, vec![point, point]));
                    }
                }
            }
            // The last node of a way is always a junction; what is open then has no length, unless it was not there.
            time_by_table(&mut pieces[begin..], &way.judged);
            if pieces.len() > MOST_SEGMENTS || next_dead_end > u32::MAX - 1_000_000 {
                return Err(ImportError::TooLarge("stretches of road"));
            }
        }
        self.stats.blocked = blocked.len() as u32;
        Ok((pieces, next_dead_end))
    }
}

fn piece(way: &Way, ends: [u32; 2], lost: [u32; 2], points: Vec<Point>) -> Piece {
    Piece {
        ends,
        metres: length(&points),
        points,
        judged: way.judged,
        lost,
        way: [way.id, way.id],
    }
}

/// Gives the pieces of a ferry the speed of its timetable, and the wait at both ends.
fn time_by_table(pieces: &mut [Piece], judged: &Judged) {
    if let Some(seconds) = judged.duration {
        let metres: f64 = pieces.iter().map(|p| p.metres).sum();
        let speed = (metres / f64::from(seconds) * 36.0).round().clamp(1.0, 3_000.0) as u16;
        for p in pieces.iter_mut() {
            let over = |old: u16| if old == 0 { 0 } else { speed };
            p.judged.along = over(p.judged.along);
            p.judged.against = over(p.judged.against);
        }
    }
    let half = u32::from(judged.boarding) * 500;
    if let Some(first) = pieces.first_mut() {
        first.lost[0] += half;
    }
    if let Some(last) = pieces.last_mut() {
        last.lost[1] += half;
    }
}

/// Joins pieces where exactly two meet and nothing changes.
fn join(mut pieces: Vec<Piece>, nodes: u32, fixed: &BTreeSet<u32>) -> Vec<Piece> {
    const NONE: u32 = u32::MAX;
    // For each node the piece-ends there, two at most: end 2p is the first of piece p, 2p+1 its last.
    let mut at = vec![[NONE; 2]; nodes as usize];
    let mut count = vec![0_u8; nodes as usize];
    for (p, piece) in pieces.iter().enumerate() {
        for (d, n) in piece.ends.iter().enumerate() {
            let c = &mut count[*n as usize];
            if let Some(slot) = at[*n as usize].get_mut(usize::from(*c)) {
                *slot = (2 * p + d) as u32;
            }
            *c = c.saturating_add(1);
        }
    }
    // The speeds as one leaves a node by a piece-end, and whether one can stop.
    let manner = |pieces: &[Piece], end: u32| {
        let j = &pieces[end as usize / 2].judged;
        match end % 2 {
            0 => (j.along, j.against, j.stop, j.duration.is_some()),
            _ => (j.against, j.along, j.stop, j.duration.is_some()),
        }
    };
    let goes_on = |pieces: &[Piece], n: u32| -> bool {
        let [a, b] = at[n as usize];
        if count[n as usize] != 2 || a / 2 == b / 2 || fixed.contains(&n) {
            return false;
        }
        let (out, other) = (manner(pieces, a), manner(pieces, b));
        (out.0, out.1, out.2, out.3) == (other.1, other.0, other.2, other.3)
    };
    let through: Vec<bool> = (0..nodes).map(|n| goes_on(&pieces, n)).collect();
    let mut done = vec![false; pieces.len()];
    let mut joined = Vec::new();
    // First the chains that begin somewhere, then the rings that are left: those keep their pieces.
    for start in 0..2 * pieces.len() as u32 {
        let first = start as usize / 2;
        let begins_at = pieces[first].ends[start as usize % 2];
        if done[first] || through[begins_at as usize] {
            continue;
        }
        let mut chain = take(&mut pieces[first], start % 2 == 1);
        done[first] = true;
        while through[chain.ends[1] as usize] {
            let n = chain.ends[1] as usize;
            let Some(next) = at[n].into_iter().find(|e| !done[*e as usize / 2]) else {
                break;
            };
            let more = take(&mut pieces[next as usize / 2], next % 2 == 1);
            done[next as usize / 2] = true;
            chain.points.extend_from_slice(&more.points[1..]);
            chain.metres += more.metres;
            chain.lost[1] = more.lost[1];
            chain.ends[1] = more.ends[1];
            chain.way[1] = more.way[1];
        }
        joined.push(chain);
    }
    let rings = pieces.into_iter().zip(done).filter(|(_, done)| !done);
    joined.extend(rings.map(|(piece, _)| piece));
    joined
}

/// Takes a piece out, turned round when it is to begin with its last point.
fn take(piece: &mut Piece, turned: bool) -> Piece {
    let mut taken = Piece {
        ends: piece.ends,
        points: std::mem::take(&mut piece.points),
        metres: piece.metres,
        judged: piece.judged,
        lost: piece.lost,
        way: piece.way,
    };
    if turned {
        taken.ends.reverse();
        taken.points.reverse();
        taken.way.reverse();
        taken.lost.reverse();
        std::mem::swap(&mut taken.judged.along, &mut taken.judged.against);
    }
    taken
}

fn segment(from: u32, to: u32, piece: Piece) -> DraftSegment {
    // At most half the earth's circumference per pair of points: as `u32` of decimetres it saturates.
    let dm = (piece.metres * 10.0).round().max(1.0) as u32;
    let lost: u64 = piece.lost.iter().map(|l| u64::from(*l)).sum();
    let ms = |speed: u16| {
        (speed > 0).then(|| {
            let moving = u64::from(dm) * 3_600 / u64::from(speed);
            u32::try_from(moving.max(1) + lost)
                .unwrap_or(u32::MAX - 1)
                .min(u32::MAX - 1)
        })
    };
    DraftSegment {
        from,
        to,
        dm,
        ms: [ms(piece.judged.along), ms(piece.judged.against)],
        lost: piece.lost,
        points: piece.points,
        way: piece.way,
        stop: piece.judged.stop,
    }
}
