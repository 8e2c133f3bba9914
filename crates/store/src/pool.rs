//! The small pool of connections that read.

use crate::{StoreError, error::DatabaseKind, session::Session};
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;

type Open = dyn Fn() -> Result<Box<dyn Session>, StoreError> + Send + Sync;

struct State {
    idle: Vec<Box<dyn Session>>,
    opened: usize,
}

/// Connections that read, opened when first needed.
#[derive(Clone)]
pub(crate) struct Pool {
    state: Arc<(Mutex<State>, Condvar)>,
    open: Arc<Open>,
    most: usize,
}

impl Pool {
    /// A pool of at most `most` connections made by `open`.
    pub(crate) fn new(
        most: usize,
        open: impl Fn() -> Result<Box<dyn Session>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        let state = State {
            idle: Vec::new(),
            opened: 0,
        };
        Pool {
            state: Arc::new((Mutex::new(state), Condvar::new())),
            open: Arc::new(open),
            most: most.max(1),
        }
    }

    fn take(&self) -> Result<Box<dyn Session>, StoreError> {
        let (state, freed) = &*self.state;
        let mut state = state.lock();
        loop {
            if let Some(session) = state.idle.pop() {
                return Ok(session);
            }
            if state.opened < self.most {
                state.opened += 1;
                break;
            }
            freed.wait(&mut state);
        }
        drop(state);
        (self.open)().inspect_err(|_| self.closed())
    }

    fn closed(&self) {
        self.state.0.lock().opened -= 1;
        self.state.1.notify_one();
    }

    fn give(&self, session: Box<dyn Session>) {
        self.state.0.lock().idle.push(session);
        self.state.1.notify_one();
    }

    /// Runs `f` on a connection; on a lost connection once more on a new one.
    pub(crate) fn with<T>(
        &self,
        mut f: impl FnMut(&mut dyn Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut session = self.take()?;
        let mut result = f(&mut *session);
        if matches!(&result, Err(e) if e.kind() == DatabaseKind::Rerun) {
            session.rollback();
            match session.revive() {
                Ok(()) => result = f(&mut *session),
                Err(e) => {
                    self.closed();
                    return Err(e);
                }
            }
        }
        if result.is_err() {
            session.rollback();
        }
        self.give(session);
        result
    }

    /// Runs `f`, which sees one state of the database from its first to its last question.
    pub(crate) fn snapshot<T>(
        &self,
        mut f: impl FnMut(&mut dyn Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.with(|s| {
            s.begin_snapshot()?;
            let result = f(s);
            s.rollback();
            result
        })
    }
}
