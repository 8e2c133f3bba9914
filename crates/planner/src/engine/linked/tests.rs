use super::days::Days;
use super::*;
use crate::engine::Progress;
use crate::numbers::Rng;

/// A random problem with `visits` visits, every one of which can be served.
fn random(seed: u64, visits: usize, people: usize) -> Linked {
    let mut rng = Rng::new(seed);
    let places: Vec<(i64, i64)> = (0..=visits)
        .map(|_| (rng.below(60) as i64, rng.below(60) as i64))
        .collect();
    let distances = Matrix::new(visits + 1, |a, b| {
        (places[a].0 - places[b].0).abs() + (places[a].1 - places[b].1).abs()
    });
    let people = (0..people)
        .map(|p| Person {
            home: 0,
            abilities: vec![p as u32 % 2, 2 + rng.below(2) as u32],
        })
        .chain([Person {
            home: 0,
            abilities: vec![0, 1, 2, 3],
        }])
        .collect();
    let visits = (0..visits)
        .map(|v| {
            let mut service = |ability| Service {
                ability,
                duration: 5 + rng.below(20) as i32,
            };
            let (one, two) = (service(0), service(1));
            let link = match rng.below(4) {
                0 => Link::Together(one, two),
                1 => {
                    let min = rng.below(30) as i32;
                    Link::Gap {
                        first: two,
                        second: one,
                        min,
                        max: min + rng.below(40) as i32,
                    }
                }
                _ => Link::Single(Service { ability: 2, ..one }),
            };
            let first = rng.below(200) as i32;
            LinkedVisit {
                location: v as u32 + 1,
                window: Open {
                    first,
                    last: first + 60,
                },
                link,
            }
        })
        .collect();
    Linked {
        people,
        visits,
        distances,
    }
}

fn iterations(most: u64) -> impl FnMut(Progress) -> f64 {
    move |p| p.iterations as f64 / most as f64
}

/// Works out the least times of given days by raising every time until nothing rises: all people at once, again and again.
/// `None` when they rise without end. Returns travel, sum of lateness and greatest lateness.
fn slow(of: &Linked, days: &[Vec<(u32, u8)>]) -> Option<(i64, i64, i64)> {
    let way = |a: u32, b: u32| i64::from(of.distances.get(a, b));
    let mut start = vec![[0i64; 2]; of.visits.len()];
    for (v, visit) in of.visits.iter().enumerate() {
        start[v] = [i64::from(visit.window.first); 2];
    }
    let mut travel = 0;
    for round in 0.. {
        let old = start.clone();
        travel = 0;
        for (person, day) in of.people.iter().zip(days) {
            let (mut at, mut free) = (person.home, 0);
            for &(v, k) in day {
                let visit = &of.visits[v as usize];
                travel += way(at, visit.location);
                let begin = &mut start[v as usize][usize::from(k)];
                *begin = (*begin).max(free + way(at, visit.location));
                let service = visit.link.services().nth(k.into()).unwrap();
                (at, free) = (visit.location, *begin + i64::from(service.duration));
            }
            travel += way(at, person.home);
        }
        for (visit, [one, two]) in of.visits.iter().zip(&mut start) {
            let (min, max) = match visit.link {
                Link::Single(_) => continue,
                Link::Together(..) => (0, 0),
                Link::Gap { min, max, .. } => (i64::from(min), i64::from(max)),
            };
            *two = (*two).max(*one + min);
            *one = (*one).max(*two - max);
        }
        if start == old {
            break;
        }
        if round > 200 {
            return None;
        }
    }
    let late = |(visit, start): (&LinkedVisit, &[i64; 2])| {
        let services = visit.link.services().count();
        let last = i64::from(visit.window.last);
        start[..services]
            .iter()
            .map(|s| (s - last).max(0))
            .collect::<Vec<_>>()
    };
    let late: Vec<i64> = of.visits.iter().zip(&start).flat_map(late).collect();
    Some((travel, late.iter().sum(), late.iter().copied().max().unwrap_or(0)))
}

fn chains(answer: &LinkedAnswer) -> Vec<Vec<(u32, u8)>> {
    let day = |d: &Vec<Call>| d.iter().map(|c| (c.visit, c.service)).collect();
    answer.days.iter().map(day).collect()
}

#[test]
fn times_kept_by_propagation_are_those_of_a_slow_recomputation() {
    for seed in 0..30 {
        let of = random(seed, 3 + seed as usize % 12, 3);
        // Short searches end while it is still warm, so that late and crossed days occur.
        for most in [1, 4096, 20_000] {
            let answer = search_linked(&of, seed, iterations(most)).unwrap();
            let parts = (answer.travel, answer.lateness, answer.most_late);
            assert_eq!(slow(&of, &chains(&answer)), Some(parts), "seed {seed}");
            assert!(answer.left_out.is_empty());
        }
    }
}

#[test]
fn every_accepted_step_has_the_slow_cost_and_every_refused_one_is_undone() {
    for seed in 0..20 {
        let of = random(100 + seed, 9, 3);
        let mut days = Days::new(&of);
        let mut answer = LinkedAnswer::default();
        let served = search::first_days(&of, &mut days, &mut answer);
        let near = near::Near::new(&of, &days, &served, 8);
        let mut draw = steps::Draw {
            near: &near,
            served: &served,
            rng: Rng::new(seed),
        };
        for i in 0..600 {
            days.note(&mut answer);
            let before = answer.clone();
            let limit = days.cost.sum() + if i % 3 == 0 { 400 } else { 20 };
            days.begin();
            let done = steps::step(&mut days, &mut draw, limit) && days.settle(limit);
            if !done {
                days.back();
            }
            days.note(&mut answer);
            let parts = (answer.travel, answer.lateness, answer.most_late);
            assert_eq!(slow(&of, &chains(&answer)), Some(parts), "seed {seed} step {i}");
            assert!(if done {
                answer.cost() <= limit
            } else {
                answer == before
            });
        }
    }
}

/// The least cost over all ways to give the services to people in all orders.
fn least(of: &Linked) -> i64 {
    fn put(of: &Linked, todo: &[(u32, u8)], days: &mut Vec<Vec<(u32, u8)>>, best: &mut i64) {
        let Some((&(v, k), rest)) = todo.split_first() else {
            if let Some((travel, late, most)) = slow(of, days) {
                *best = (*best).min(travel + late + most);
            }
            return;
        };
        let service = of.visits[v as usize].link.services().nth(k.into()).unwrap();
        for p in 0..of.people.len() {
            let partner = days[p].iter().any(|&(w, _)| w == v);
            if partner || !of.people[p].abilities.contains(&service.ability) {
                continue;
            }
            for at in 0..=days[p].len() {
                days[p].insert(at, (v, k));
                put(of, rest, days, best);
                days[p].remove(at);
            }
        }
    }
    let todo: Vec<(u32, u8)> = (0..of.visits.len())
        .flat_map(|v| (0..of.visits[v].link.services().count()).map(move |k| (v as u32, k as u8)))
        .collect();
    let mut best = i64::MAX;
    put(of, &todo, &mut vec![Vec::new(); of.people.len()], &mut best);
    best
}

#[test]
fn small_problems_are_solved_to_the_optimum() {
    for seed in 0..8 {
        let of = random(200 + seed, 4, 2);
        let answer = search_linked(&of, 1, iterations(200_000)).unwrap();
        assert_eq!(answer.cost(), least(&of), "seed {seed}");
    }
}

#[test]
fn seed_and_iterations_decide_the_answer() {
    let of = random(5, 20, 4);
    let answer = |seed| search_linked(&of, seed, iterations(30_000)).unwrap();
    assert_eq!(answer(1), answer(1));
    assert_ne!(answer(1), answer(2));
}

#[test]
fn a_visit_that_needs_two_people_is_left_out_when_there_is_one() {
    let mut of = random(6, 6, 2);
    of.people.truncate(1);
    of.people[0].abilities = vec![0, 1, 2, 3];
    let answer = search_linked(&of, 1, iterations(5000)).unwrap();
    let two: Vec<u32> = (0..6)
        .filter(|&v| of.visits[v as usize].link.services().count() == 2)
        .collect();
    assert!(!two.is_empty());
    assert_eq!(answer.left_out, two);
    assert_eq!(answer.days[0].len(), 6 - two.len());
}

#[test]
fn mistakes_are_told() {
    let told = |change: fn(&mut Linked)| {
        let mut of = random(7, 4, 2);
        change(&mut of);
        search_linked(&of, 1, iterations(1)).unwrap_err().to_string()
    };
    assert!(told(|of| of.people[1].home = 99).starts_with("person 1 has home 99"));
    assert!(told(|of| of.visits[2].location = 5).starts_with("visit 2 has location 5"));
    assert!(told(|of| of.visits[3].window.last = -1).starts_with("visit 3: the window"));
    let nothing = Linked {
        people: vec![],
        visits: vec![],
        distances: Matrix::new(0, |_, _| 0),
    };
    assert_eq!(
        search_linked(&nothing, 1, iterations(1)),
        Ok(LinkedAnswer::default())
    );
}
