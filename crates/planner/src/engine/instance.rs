//! What the engine works on: clients, vehicles, ways, all in whole numbers.
//!
//! A *client* is something to be served once by one vehicle: a visit by a crew that travels together, or a customer of a
//! classical routing problem. A *vehicle* is one route: a crew's day, or a lorry.

use std::sync::Arc;

/// Times and costs larger than this are refused: sums of a few of them must not overflow 32 bits.
pub const LARGEST: i32 = 1 << 28;

/// The price of leaving out a client that has to be served. Above what a step of the search can save on travel.
pub const REQUIRED: i64 = 1 << 40;

/// A square table of whole numbers, `[from][to]`.
#[derive(Clone, Debug)]
pub struct Matrix {
    size: usize,
    rows: Arc<[i32]>,
    columns: Arc<[i32]>,
}

impl Matrix {
    /// Returns the table whose entry at `from`, `to` is `value(from, to)`, kept between 0 and [`LARGEST`].
    pub fn new(size: usize, value: impl Fn(usize, usize) -> i64) -> Self {
        let bounded = |v: i64| i32::try_from(v.clamp(0, i64::from(LARGEST))).expect("clamped to 28 bits");
        let mut rows = Vec::with_capacity(size * size);
        for from in 0..size {
            for to in 0..size {
                rows.push(bounded(value(from, to)));
            }
        }
        let even = (0..size).all(|a| (0..a).all(|b| rows[a * size + b] == rows[b * size + a]));
        let rows: Arc<[i32]> = rows.into();
        let columns = if even {
            Arc::clone(&rows)
        } else {
            (0..size * size)
                .map(|i| rows[(i % size) * size + i / size])
                .collect()
        };
        Matrix { size, rows, columns }
    }

    /// Returns the number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Returns the entry from `from` to `to`.
    #[inline]
    pub fn get(&self, from: u32, to: u32) -> i32 {
        self.rows[from as usize * self.size + to as usize]
    }

    /// Returns all entries from `from`.
    #[inline]
    pub(super) fn from(&self, from: u32) -> &[i32] {
        &self.rows[from as usize * self.size..][..self.size]
    }

    /// Returns all entries to `to`.
    #[inline]
    pub(super) fn to(&self, to: u32) -> &[i32] {
        &self.columns[to as usize * self.size..][..self.size]
    }
}

/// A span of times in which service may begin, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// First moment.
    pub first: i32,
    /// Last moment.
    pub last: i32,
}

/// Something to be served once.
#[derive(Clone, Debug)]
pub struct Client {
    /// Row and column of the tables.
    pub location: u32,
    /// When service may begin, rising and apart from each other; never empty.
    pub windows: Vec<Open>,
    /// How long service takes.
    pub service: i32,
    /// What it takes of a vehicle's capacity.
    pub demand: i32,
    /// What leaving it out costs; [`REQUIRED`] if it has to be served.
    pub prize: i64,
}

/// Vehicles that do not differ.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// How many there are.
    pub count: usize,
    /// Where routes begin.
    pub start: u32,
    /// Where routes end.
    pub end: u32,
    /// Routes begin at this time or later.
    pub earliest: i32,
    /// Routes end at this time or earlier.
    pub latest: i32,
    /// Sum of demands on a route.
    pub capacity: i32,
    /// Longest time from leaving the start to reaching the end, waiting included. Only where every client has one window:
    /// the closed time between two would be waiting that the engine does not see.
    pub longest: Option<i32>,
    /// Most clients on a route.
    pub most_clients: u32,
    /// For each client whether these vehicles may serve it; empty = all.
    pub serves: Vec<bool>,
    /// Cost of using one vehicle.
    pub fixed: i64,
}

/// A routing problem.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Cost of going from location to location.
    pub distance: Matrix,
    /// Time of going from location to location.
    pub time: Matrix,
    /// What is to be served.
    pub clients: Vec<Client>,
    /// Who serves. Vehicles are numbered through all fleets in this order.
    pub fleets: Vec<Fleet>,
}

/// Why an instance cannot be searched. Nothing was searched, and the instance is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstanceError {
    /// The tables of distance and time are not of one size.
    #[error("the tables have {distance} places for distances and {time} for times: give one size")]
    Tables {
        /// Places in the table of distances.
        distance: usize,
        /// Places in the table of times.
        time: usize,
    },
    /// Something is at a place that the tables do not have.
    #[error("{who} is at place {location}, but the tables have {places} places: give a smaller one")]
    Location {
        /// Client or fleet with its index.
        who: String,
        /// The place that does not exist.
        location: u32,
        /// How many places there are.
        places: usize,
    },
    /// A number is negative or too large to be added up safely.
    #[error("{who}: {what} must lie from 0 to {most}")]
    Number {
        /// Client or fleet with its index.
        who: String,
        /// Which number.
        what: &'static str,
        /// The greatest value allowed.
        most: i64,
    },
    /// A client has no window, or windows that end before they begin, overlap or go back in time.
    #[error("client {client}: windows must be there, rise and lie apart")]
    Windows {
        /// Index of the client.
        client: usize,
    },
    /// [`Fleet::serves`] has another length than there are clients.
    #[error("fleet {fleet}: `serves` has {found} entries; give none or one for each of {clients} clients")]
    Serves {
        /// Index of the fleet.
        fleet: usize,
        /// Entries found.
        found: usize,
        /// How many clients there are.
        clients: usize,
    },
    /// [`Fleet::longest`] together with clients that have several windows.
    #[error("fleet {fleet} has a longest duration and client {client} several windows: give up one of them")]
    Longest {
        /// Index of the fleet.
        fleet: usize,
        /// Index of a client with several windows.
        client: usize,
    },
    /// More clients and vehicles than can be numbered.
    #[error("{clients} clients and {vehicles} vehicles are more than {MOST}: divide the problem")]
    TooMany {
        /// How many clients.
        clients: usize,
        /// How many vehicles.
        vehicles: usize,
    },
}

/// Most clients and vehicles together.
const MOST: usize = 1 << 20;

impl Instance {
    /// Returns the first mistake in the instance.
    ///
    /// # Errors
    ///
    /// See [`InstanceError`].
    pub fn check(&self) -> Result<(), InstanceError> {
        let (places, times) = (self.distance.size(), self.time.size());
        if places != times {
            return Err(InstanceError::Tables {
                distance: places,
                time: times,
            });
        }
        let clients = self.clients.len();
        let vehicles = self
            .fleets
            .iter()
            .fold(0usize, |sum, f| sum.saturating_add(f.count));
        if clients.saturating_add(vehicles) > MOST {
            return Err(InstanceError::TooMany { clients, vehicles });
        }
        let at = |who: String, location: u32| {
            if (location as usize) < places {
                Ok(())
            } else {
                Err(InstanceError::Location {
                    who,
                    location,
                    places,
                })
            }
        };
        let within = |who: String, what, value: i64, most: i64| {
            if (0..=most).contains(&value) {
                Ok(())
            } else {
                Err(InstanceError::Number { who, what, most })
            }
        };
        let most = i64::from(LARGEST);
        for (i, c) in self.clients.iter().enumerate() {
            let who = || format!("client {i}");
            at(who(), c.location)?;
            within(who(), "service", c.service.into(), most)?;
            within(who(), "demand", c.demand.into(), most)?;
            within(who(), "prize", c.prize, REQUIRED)?;
            for w in &c.windows {
                within(who(), "a window", w.first.into(), most)?;
                within(who(), "a window", w.last.into(), most)?;
            }
            let apart = c.windows.windows(2).all(|pair| pair[0].last < pair[1].first);
            if c.windows.is_empty() || !apart || c.windows.iter().any(|w| w.first > w.last) {
                return Err(InstanceError::Windows { client: i });
            }
        }
        let several = self.clients.iter().position(|c| c.windows.len() > 1);
        for (i, f) in self.fleets.iter().enumerate() {
            let who = || format!("fleet {i}");
            at(who(), f.start)?;
            at(who(), f.end)?;
            within(who(), "the earliest time", f.earliest.into(), most)?;
            within(who(), "the latest time", f.latest.into(), most)?;
            within(who(), "the capacity", f.capacity.into(), most)?;
            within(who(), "the longest duration", f.longest.unwrap_or(0).into(), most)?;
            within(who(), "the fixed cost", f.fixed, most)?;
            if !f.serves.is_empty() && f.serves.len() != clients {
                return Err(InstanceError::Serves {
                    fleet: i,
                    found: f.serves.len(),
                    clients,
                });
            }
            if let (Some(_), Some(client)) = (f.longest, several) {
                return Err(InstanceError::Longest { fleet: i, client });
            }
        }
        Ok(())
    }

    /// Returns the number of vehicles.
    pub fn vehicles(&self) -> usize {
        self.fleets.iter().map(|f| f.count).sum()
    }

    /// Returns the fleet of each vehicle.
    pub fn fleet_of_vehicle(&self) -> Vec<usize> {
        self.fleets
            .iter()
            .enumerate()
            .flat_map(|(i, f)| std::iter::repeat_n(i, f.count))
            .collect()
    }
}

/// An answer: which vehicle serves whom in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// For each vehicle its clients in order; empty = not used.
    pub routes: Vec<Vec<u32>>,
    /// Travel, fixed costs and the prizes of the clients left out.
    pub cost: i64,
    /// Clients that have to be served and are not.
    pub missing: usize,
}
