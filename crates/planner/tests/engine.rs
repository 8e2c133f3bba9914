//! Answers of the route engine on random instances, judged by a slow and simple recomputation.

use planner::engine::instance::{Answer, Client, Fleet, Instance, Matrix, Open, REQUIRED};
use planner::engine::{Tuning, search};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

/// What an answer costs, if it is lawful.
fn judge(of: &Instance, answer: &Answer) -> Result<i64, String> {
    let fleets = of.fleet_of_vehicle();
    let mut served = vec![false; of.clients.len()];
    let mut cost = 0;
    for (vehicle, route) in answer.routes.iter().enumerate() {
        if route.is_empty() {
            continue;
        }
        let fleet = &of.fleets[fleets[vehicle]];
        cost += fleet.fixed;
        let (mut at, mut load) = (fleet.start, 0);
        for &c in route {
            let client = &of.clients[c as usize];
            if std::mem::replace(&mut served[c as usize], true) {
                return Err(format!("client {c} is served twice"));
            }
            if !fleet.serves.is_empty() && !fleet.serves[c as usize] {
                return Err(format!("vehicle {vehicle} may not serve client {c}"));
            }
            load += client.demand;
            cost += i64::from(of.distance.get(at, client.location));
            at = client.location;
        }
        cost += i64::from(of.distance.get(at, fleet.end));
        if load > fleet.capacity || route.len() > fleet.most_clients as usize {
            return Err(format!("vehicle {vehicle} is overloaded"));
        }
        let leaves = (fleet.earliest..=fleet.latest).find(|&leave| {
            back_at(of, fleet, route, leave).is_some_and(|back| {
                back <= fleet.latest && fleet.longest.is_none_or(|most| back - leave <= most)
            })
        });
        if leaves.is_none() {
            return Err(format!("vehicle {vehicle} is late or away for too long"));
        }
    }
    let missing = |c: usize| of.clients[c].prize;
    cost += (0..of.clients.len())
        .filter(|&c| !served[c])
        .map(missing)
        .sum::<i64>();
    Ok(cost)
}

fn back_at(of: &Instance, fleet: &Fleet, route: &[u32], leave: i32) -> Option<i32> {
    let (mut at, mut now) = (fleet.start, leave);
    for &c in route {
        let client = &of.clients[c as usize];
        now += of.time.get(at, client.location);
        let window = client.windows.iter().find(|w| now <= w.last)?;
        now = now.max(window.first) + client.service;
        at = client.location;
    }
    Some(now + of.time.get(at, fleet.end))
}

prop_compose! {
    fn client(place: u32)(first in 0..150i32, wide in 0..120i32, gap in 10..60i32, more in 0..40i32, twice in any::<bool>(),
        service in 0..20i32, demand in 0..6i32, prize in prop_oneof![Just(REQUIRED), 1..200i64]) -> Client {
        let mut windows = vec![Open { first, last: first + wide }];
        if twice {
            windows.push(Open { first: first + wide + gap, last: first + wide + gap + more });
        }
        Client { location: place, windows, service, demand, prize }
    }
}

prop_compose! {
    fn fleet(clients: usize)(count in 1..4usize, start in 0..3u32, end in 0..3u32, earliest in 0..40i32, length in 60..400i32,
        capacity in 5..30i32, longest in proptest::option::of(60..300i32), most_clients in 1..9u32,
        serves in proptest::option::of(proptest::collection::vec(proptest::bool::weighted(0.7), clients)), fixed in 0..50i64,
        timed in any::<bool>()) -> Fleet {
        Fleet {
            count, start, end, earliest, latest: earliest + length, capacity,
            longest: longest.filter(|_| timed),
            most_clients, serves: serves.unwrap_or_default(), fixed,
        }
    }
}

fn instances() -> impl Strategy<Value = Instance> {
    (1..16usize).prop_flat_map(|n| {
        let places = proptest::collection::vec((0..100i64, 0..100i64), n + 3);
        let clients: Vec<_> = (0..n).map(|i| client(i as u32 + 3)).collect();
        let fleets = proptest::collection::vec(fleet(n), 1..4);
        (places, clients, fleets, any::<bool>()).prop_map(|(places, mut clients, fleets, uneven)| {
            if fleets.iter().any(|f| f.longest.is_some()) {
                for c in &mut clients {
                    c.windows.truncate(1);
                }
            }
            let way = |a: usize, b: usize| {
                let (dx, dy) = (places[a].0 - places[b].0, places[a].1 - places[b].1);
                dx.abs() + dy.abs() + if uneven && a < b { 7 } else { 0 }
            };
            Instance {
                distance: Matrix::new(places.len(), way),
                time: Matrix::new(places.len(), |a, b| way(a, b) / 2 + 1),
                clients,
                fleets,
            }
        })
    })
}

fn within(iterations: u64) -> impl FnMut(planner::engine::Progress) -> f64 {
    move |p| p.iterations as f64 / iterations as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_answer_is_lawful_and_costs_what_it_says(instance in instances(), seed in any::<u64>()) {
        let answer = search(&instance, seed, Tuning::default(), within(512)).expect("fit to be searched");
        prop_assert_eq!(judge(&instance, &answer), Ok(answer.cost));
        let required = |c: &u32| instance.clients[*c as usize].prize >= REQUIRED;
        let served = answer.routes.iter().flatten().filter(|c| required(c)).count();
        let all = (0..instance.clients.len() as u32).filter(|c| required(c)).count();
        prop_assert_eq!(answer.missing, all - served);
    }

    #[test]
    fn the_same_seed_and_iterations_give_the_same_answer(instance in instances(), seed in any::<u64>()) {
        let one = search(&instance, seed, Tuning::default(), within(256));
        let two = search(&instance, seed, Tuning::default(), within(256));
        prop_assert_eq!(one, two);
    }
}

/// Tries every order and every split of up to six clients over one vehicle and none.
fn best_by_trying(of: &Instance) -> i64 {
    fn tries(of: &Instance, route: &mut Vec<u32>, best: &mut i64) {
        let answer = Answer {
            routes: vec![route.clone()],
            ..Answer::default()
        };
        if let Ok(cost) = judge(of, &answer) {
            *best = (*best).min(cost);
        }
        for c in 0..of.clients.len() as u32 {
            if !route.contains(&c) {
                route.push(c);
                tries(of, route, best);
                route.pop();
            }
        }
    }
    let mut best = i64::MAX;
    tries(of, &mut Vec::new(), &mut best);
    best
}

/// A search is no proof: nearly all of the same 120 small instances are solved to the optimum, and none beyond it.
#[test]
fn small_instances_are_solved_to_the_optimum() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut found = 0;
    for _ in 0..120 {
        let tree = instances()
            .new_tree(&mut runner)
            .expect("the strategy makes an instance");
        let mut small = tree.current();
        small.clients.truncate(5);
        small.fleets.truncate(1);
        small.fleets[0].count = 1;
        small.fleets[0].serves.truncate(small.clients.len());
        let best = best_by_trying(&small);
        let answer = search(&small, 1, Tuning::default(), within(4000)).expect("fit to be searched");
        assert!(answer.cost >= best, "{} beyond the optimum {best}", answer.cost);
        found += usize::from(answer.cost == best);
    }
    assert!(found >= 114, "{found} of 120 solved to the optimum");
}

fn two_clients() -> Instance {
    let client = |location| Client {
        location,
        windows: vec![Open { first: 0, last: 100 }],
        service: 1,
        demand: 1,
        prize: REQUIRED,
    };
    let ways = Matrix::new(3, |a, b| a.abs_diff(b) as i64);
    Instance {
        distance: ways.clone(),
        time: ways,
        clients: vec![client(1), client(2)],
        fleets: vec![Fleet {
            count: 1,
            start: 0,
            end: 0,
            earliest: 0,
            latest: 200,
            capacity: 2,
            longest: None,
            most_clients: 9,
            serves: Vec::new(),
            fixed: 0,
        }],
    }
}

#[test]
fn nothing_to_serve_or_nobody_to_serve_is_an_answer() {
    let mut none = two_clients();
    none.clients.clear();
    let answer = search(&none, 1, Tuning::default(), within(100)).expect("fit to be searched");
    assert_eq!((answer.cost, answer.missing, answer.routes.len()), (0, 0, 1));
    let mut nobody = two_clients();
    nobody.fleets.clear();
    let answer = search(&nobody, 1, Tuning::default(), within(100)).expect("fit to be searched");
    assert_eq!((answer.cost, answer.missing), (2 * REQUIRED, 2));
    nobody.fleets = two_clients().fleets;
    nobody.fleets[0].count = 0;
    let answer = search(&nobody, 1, Tuning::default(), within(100)).expect("fit to be searched");
    assert_eq!(answer.missing, 2);
}

#[test]
fn a_budget_that_is_no_number_ends_the_search() {
    let answer = search(&two_clients(), 1, Tuning::default(), |_| f64::NAN).expect("fit to be searched");
    assert_eq!((answer.cost, answer.missing), (4, 0));
}

#[test]
fn each_mistake_is_refused_by_name() {
    type Spoil = fn(&mut Instance);
    let spoil: [(&str, Spoil); 9] = [
        ("the tables have 3 places for distances and 2", |i| {
            i.time = Matrix::new(2, |_, _| 0);
        }),
        ("client 1 is at place 7, but the tables have 3", |i| {
            i.clients[1].location = 7;
        }),
        ("fleet 0 is at place 3", |i| i.fleets[0].end = 3),
        ("client 0: service must lie from 0", |i| i.clients[0].service = -1),
        ("client 0: prize must lie from 0", |i| {
            i.clients[0].prize = i64::MAX;
        }),
        ("fleet 0: the latest time must lie", |i| {
            i.fleets[0].latest = i32::MAX;
        }),
        ("client 1: windows must be there", |i| {
            i.clients[1].windows.clear();
        }),
        ("fleet 0: `serves` has 1 entries", |i| {
            i.fleets[0].serves = vec![true];
        }),
        (
            "fleet 0 has a longest duration and client 0 several windows",
            |i| {
                i.fleets[0].longest = Some(50);
                i.clients[0].windows.push(Open {
                    first: 150,
                    last: 160,
                });
            },
        ),
    ];
    for (told, spoil) in spoil {
        let mut instance = two_clients();
        spoil(&mut instance);
        let error = search(&instance, 1, Tuning::default(), within(10)).expect_err(told);
        assert!(error.to_string().starts_with(told), "{error}");
    }
}

/// A number that looks like chance and is the same on every machine.
fn chance(seed: u64, below: u64) -> i64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) % below) as i64
}

/// Clients in a square of 200 with the depot in its middle.
fn square(seed: u64, clients: usize) -> Matrix {
    let at = |p: usize| match p {
        0 => (100, 100),
        _ => (
            chance(seed + 2 * p as u64, 200),
            chance(seed + 2 * p as u64 + 1, 200),
        ),
    };
    Matrix::new(clients + 1, |a, b| {
        let ((x, y), (v, w)) = (at(a), at(b));
        ((x - v) * (x - v) + (y - w) * (y - w)).isqrt()
    })
}

/// One client is far from whoever is served; between them lie so many whom nobody wants that its neighbours are all of that
/// kind. The only vehicle serves both.
#[test]
fn a_client_among_many_unwanted_ones_is_served_together_with_a_far_one() {
    let mut instance = two_clients();
    let unwanted = Client {
        prize: 0,
        ..instance.clients[0].clone()
    };
    instance.clients[1].location = 81;
    instance.clients[1].prize = 1000;
    instance.clients.extend((2..81).map(|location| Client {
        location,
        ..unwanted.clone()
    }));
    // Whom nobody wants lies off the line, so that a visit on the way is not free.
    let aside = |p: usize| i64::from((2..81).contains(&p)) * 3;
    let ways = Matrix::new(82, |a, b| {
        a.abs_diff(b) as i64 + if a == b { 0 } else { aside(a) + aside(b) }
    });
    instance.distance = ways.clone();
    instance.time = ways;
    instance.fleets[0].capacity = 1000;
    let answer = search(&instance, 1, Tuning::default(), within(2000)).expect("fit to be searched");
    assert_eq!((answer.cost, answer.missing), (162, 0));
}

/// Where one more client on a route pays and a route with few clients does not, the search that begins by counting prizes
/// for more than they are ends with less cost.
#[test]
fn counting_prizes_for_more_at_first_pays_in_the_end() {
    let clients = 150;
    let cost = |seed: u64, lean: f64| {
        let ways = square(seed * 1000, clients);
        let instance = Instance {
            distance: ways.clone(),
            time: ways,
            clients: (1..=clients as u32)
                .map(|location| {
                    let first = chance(seed * 7777 + u64::from(location), 800) as i32;
                    Client {
                        location,
                        windows: vec![Open {
                            first,
                            last: first + 60,
                        }],
                        service: 5,
                        demand: 1,
                        prize: 20 + chance(seed * 5555 + u64::from(location), 20),
                    }
                })
                .collect(),
            fleets: vec![Fleet {
                count: 20,
                latest: 1000,
                capacity: 12,
                most_clients: 99,
                ..two_clients().fleets[0].clone()
            }],
        };
        let tuning = Tuning {
            lean,
            ..Tuning::default()
        };
        let answer = search(&instance, seed, tuning, within(4000)).expect("fit to be searched");
        assert_eq!(judge(&instance, &answer), Ok(answer.cost));
        answer.cost
    };
    let sum = |lean: f64| (1..6).map(|seed| cost(seed, lean)).sum::<i64>();
    let (leaning, upright) = (sum(Tuning::default().lean), sum(0.0));
    assert!(leaning < upright, "{leaning} against {upright}");
}

/// Vehicles that differ in whom they may serve, and windows made from one lawful day of each: all can be served, and nearly
/// all of the slack is needed.
#[test]
fn a_fleet_that_is_just_enough_serves_everybody() {
    let (vehicles, each) = (8u64, 9u64);
    let mut served = 0;
    for seed in 1..7u64 {
        let clients = (vehicles * each) as usize;
        let ways = square(seed * 1000, clients);
        let mut instance = Instance {
            distance: ways.clone(),
            time: ways.clone(),
            ..two_clients()
        };
        instance.clients.clear();
        let mut now = 0;
        for c in 0..clients as u64 {
            let place = c as u32 + 1;
            now = if c % each == 0 {
                ways.get(0, place)
            } else {
                now + ways.get(place - 1, place)
            };
            let first = (now - chance(seed * 333 + c, 60) as i32).max(0);
            let last = now + chance(seed * 444 + c, 60) as i32;
            instance.clients.push(Client {
                location: place,
                windows: vec![Open { first, last }],
                service: 5,
                demand: 1,
                prize: REQUIRED,
            });
            now += 5;
        }
        instance.fleets = (0..vehicles)
            .map(|v| Fleet {
                count: 1,
                latest: 2000,
                capacity: each as i32,
                serves: (0..clients as u64)
                    .map(|c| c / each == v || chance(seed * 99 + c * vehicles + v, 3) == 0)
                    .collect(),
                ..two_clients().fleets[0].clone()
            })
            .collect();
        let answer = search(&instance, seed, Tuning::default(), within(20_000)).expect("fit to be searched");
        served += usize::from(answer.missing == 0);
    }
    assert_eq!(served, 6, "of six problems");
}
