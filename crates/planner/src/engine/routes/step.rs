//! One step of the search: what it changed, so that it can be taken back, and what changed since the best answer.

use super::super::instance::Answer;
use super::{NONE, Route, Routes, Stop};

/// What the routes were before the step.
#[derive(Default)]
pub(super) struct Undo {
    stamp: u32,
    /// For each route the stamp of the last step that touched it.
    touched_at: Vec<u32>,
    touched: Vec<u32>,
    routes: Vec<Route>,
    stops: Vec<(u32, Stop)>,
    missing: Vec<u32>,
    served: usize,
    cost: i64,
    real: i64,
    unused: Vec<Vec<u32>>,
    unused_saved: bool,
}

impl Undo {
    pub(super) fn new(routes: usize) -> Self {
        Undo {
            touched_at: vec![0; routes],
            stamp: 1,
            ..Undo::default()
        }
    }
}

impl Routes<'_> {
    /// Begins a step that [`Routes::back`] can take back.
    pub(in super::super) fn begin(&mut self) {
        self.undo.stamp += 1;
        self.undo.touched.clear();
        self.undo.routes.clear();
        self.undo.stops.clear();
        self.undo.unused_saved = false;
        self.undo.missing.clone_from(&self.missing);
        self.undo.served = self.served;
        self.undo.cost = self.cost;
        self.undo.real = self.real;
    }

    pub(super) fn save_unused(&mut self) {
        if !self.undo.unused_saved {
            self.undo.unused_saved = true;
            self.undo.unused.clone_from(&self.unused);
        }
    }

    /// Notes the state of a route before its first change in a step.
    #[inline]
    pub(super) fn touch(&mut self, route: u32) {
        if self.undo.touched_at[route as usize] == self.undo.stamp {
            return;
        }
        self.undo.touched_at[route as usize] = self.undo.stamp;
        self.undo.touched.push(route);
        self.undo.routes.push(self.routes[route as usize]);
        let mut at = self.start(route);
        while at != NONE {
            let stop = self.stops[at as usize];
            self.undo.stops.push((at, stop));
            at = stop.next;
        }
        let r = &mut self.routes[route as usize];
        if !r.changed {
            r.changed = true;
            self.changed_since_best.push(route);
        }
    }

    /// The routes changed in this step.
    pub(in super::super) fn touched(&self) -> &[u32] {
        &self.undo.touched
    }

    /// Takes the step back.
    pub(in super::super) fn back(&mut self) {
        for i in 0..self.undo.touched.len() {
            let route = self.undo.touched[i];
            let mut at = self.stops[self.start(route) as usize].next;
            while self.is_client(at) {
                let stop = &mut self.stops[at as usize];
                stop.route = NONE;
                at = stop.next;
            }
            let changed = self.routes[route as usize].changed;
            self.routes[route as usize] = Route {
                changed,
                ..self.undo.routes[i]
            };
        }
        for &(at, stop) in &self.undo.stops {
            self.stops[at as usize] = stop;
        }
        if self.undo.unused_saved {
            self.unused.clone_from(&self.undo.unused);
        }
        self.missing.clone_from(&self.undo.missing);
        self.served = self.undo.served;
        self.cost = self.undo.cost;
        self.real = self.undo.real;
        if self.stretches.is_some() {
            for i in 0..self.undo.touched.len() {
                let start = self.start(self.undo.touched[i]);
                self.refresh_stretches(start, start + 1);
            }
        }
    }

    /// Brings `best` up to date with the routes as they stand.
    pub(in super::super) fn note(&mut self, best: &mut Answer) {
        best.routes.resize(self.routes.len(), Vec::new());
        while let Some(route) = self.changed_since_best.pop() {
            self.routes[route as usize].changed = false;
            let mut list = std::mem::take(&mut best.routes[route as usize]);
            list.clear();
            list.extend(self.clients_of(route));
            best.routes[route as usize] = list;
        }
        best.cost = self.real;
        best.missing = self.missing.len();
    }
}
