//! The one thread that writes: it drains the queue into one transaction and answers after the flush.

use crate::{
    AppendError, Options, StoreError,
    batch::{self, Counters, Verdict},
    error::DatabaseKind,
    integrity::{self, Anchors},
    prepare::{Desk, Prepared},
    session::Session,
};
use crossbeam_channel::{Receiver, Sender, TryRecvError};

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A noted access, ready to insert.
pub(crate) struct AccessRow {
    pub(crate) access: crate::Access,
    pub(crate) id: [u8; 16],
}

/// A piece of other work that needs the writing connection for itself.
pub(crate) type Task = Box<dyn FnOnce(&mut Writer) + Send>;

/// What the queue carries.
pub(crate) enum Request {
    Works(Vec<Prepared>, Sender<Vec<Verdict>>),
    Access(AccessRow, Sender<Result<(), StoreError>>),
    Task(Task),
    Stop,
}

/// The state of the writing thread.
pub(crate) struct Writer {
    pub(crate) session: Box<dyn Session>,
    pub(crate) options: Options,
    pub(crate) desk: Arc<Desk>,
    pub(crate) counters: Counters,
    /// Why nothing can be written any more, once that is so.
    pub(crate) closed: Option<String>,
    pub(crate) last_checkpoint: Instant,
    pub(crate) anchors: Anchors,
    /// A checkpoint was made whose anchor is not written yet.
    pub(crate) unanchored: bool,
    /// How many requests the last batch held.
    pub(crate) last_batch: usize,
}

/// How long the writer waits at most for callers that are about to come back.
const GATHER: Duration = Duration::from_micros(300);

/// How often a transaction is rerun when others were faster.
const RERUNS: u32 = 12;

impl Writer {
    /// Works until it is stopped or every sender is gone.
    pub(crate) fn work(mut self, queue: &Receiver<Request>) {
        let mut stop = false;
        while !stop {
            let mut works = Vec::new();
            let mut accesses = Vec::new();
            let mut tasks = Vec::new();
            let (mut count, mut bytes) = (0, 0);
            let mut next = match queue.recv_timeout(self.until_checkpoint()) {
                Ok(request) => Some(request),
                Err(crossbeam_channel::RecvTimeoutError::Timeout) => {
                    self.checkpoint_if_due();
                    continue;
                }
                Err(crossbeam_channel::RecvTimeoutError::Disconnected) => break,
            };
            self.gather(queue);
            while let Some(request) = next.take() {
                match request {
                    Request::Works(prepared, reply) => {
                        count += prepared.len();
                        bytes += prepared.iter().map(|p| p.bytes).sum::<usize>();
                        works.push((prepared, reply));
                    }
                    Request::Access(row, reply) => {
                        count += 1;
                        accesses.push((row, reply));
                    }
                    Request::Task(task) => {
                        tasks.push(task);
                        break;
                    }
                    Request::Stop => {
                        stop = true;
                        break;
                    }
                }
                if count >= self.options.batch_works || bytes >= self.options.batch_bytes {
                    break;
                }
                match queue.try_recv() {
                    Ok(request) => next = Some(request),
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => stop = true,
                }
            }
            self.last_batch = works.len() + accesses.len();
            self.write(works, accesses);
            for task in tasks {
                task(&mut self);
            }
            self.checkpoint_if_due();
        }
        self.finish();
    }

    /// Waits a moment for the callers of the last batch to come back: each flush then carries more.
    /// The wait is far shorter than the flush that it saves, and a lone caller never waits.
    fn gather(&self, queue: &Receiver<Request>) {
        let wanted = self.last_batch / 4 * 3;
        let from = Instant::now();
        while queue.len() + 1 < wanted && from.elapsed() < GATHER {
            std::thread::yield_now();
        }
    }

    fn write(
        &mut self,
        works: Vec<(Vec<Prepared>, Sender<Vec<Verdict>>)>,
        accesses: Vec<(AccessRow, Sender<Result<(), StoreError>>)>,
    ) {
        if works.is_empty() && accesses.is_empty() {
            return;
        }
        let all: Vec<&Prepared> = works.iter().flat_map(|(p, _)| p).collect();
        let rows: Vec<&AccessRow> = accesses.iter().map(|(r, _)| r).collect();
        let (verdicts, noted) = match self.attempt(&all, &rows) {
            Ok(verdicts) => (verdicts, Ok(())),
            Err(e)
                if all.len() + rows.len() > 1 && e.kind() == DatabaseKind::Other && self.closed.is_none() =>
            {
                // Something in here is refused by the database itself: find out which, one by one.
                let verdicts = all.iter().map(|p| self.alone(p)).collect();
                let noted = self.attempt(&[], &rows).map(|_| ());
                (verdicts, noted)
            }
            Err(e) => (
                all.iter().map(|_| Verdict::Failed(e.clone().into())).collect(),
                Err(e),
            ),
        };
        drop(all);
        let mut verdicts = verdicts.into_iter();
        for (prepared, reply) in works {
            // A caller that no longer waits has lost only the answer.
            let _ = reply.send(verdicts.by_ref().take(prepared.len()).collect());
        }
        for (_, reply) in accesses {
            let _ = reply.send(noted.clone());
        }
    }

    fn alone(&mut self, prepared: &Prepared) -> Verdict {
        match self.attempt(&[prepared], &[]) {
            Ok(mut verdicts) => verdicts.pop().unwrap_or(Verdict::Again),
            Err(e) => Verdict::Failed(e.into()),
        }
    }

    /// Runs one transaction to its end, again and again while others are faster.
    fn attempt(&mut self, works: &[&Prepared], accesses: &[&AccessRow]) -> Result<Vec<Verdict>, StoreError> {
        let now = self.options.clock.now();
        let provider = Arc::clone(&self.desk.provider);
        let written = self.transaction(|w| {
            let mut counters = w.counters.clone();
            let verdicts = batch::write(&mut *w.session, &mut counters, works, accesses, now)?;
            // A checkpoint that is due shares the flush of the events that made it due.
            let due = counters.pending_events >= w.options.checkpoint_every_events;
            if due {
                integrity::checkpoint(&mut *w.session, &*provider, now)?;
                counters.pending_events = 0;
            }
            Ok((counters, verdicts, due))
        });
        let (counters, verdicts, due) = written?;
        self.counters = counters;
        if due {
            self.last_checkpoint = Instant::now();
            self.unanchored = true;
        }
        // Only now: before the commit a key that is forgotten could be made anew, and the new one taken for
        // the one that was stored.
        for (prepared, verdict) in works.iter().zip(&verdicts) {
            match (&prepared.new_key, verdict) {
                (Some((customer, wrapped)), Verdict::Done { .. }) => {
                    self.desk.ring.stored(*customer, wrapped);
                }
                (Some((customer, wrapped)), Verdict::Again) => self.desk.ring.refused(*customer, wrapped),
                _ => {}
            }
        }
        Ok(verdicts)
    }

    /// Runs `f` in a transaction, reruns it as scale rule 5 asks, and returns after the flush.
    pub(crate) fn transaction<T>(
        &mut self,
        mut f: impl FnMut(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(why) = &self.closed {
            return Err(StoreError::Closed(why.clone()));
        }
        let mut round = 0;
        loop {
            let result = self.session.begin().and_then(|()| f(self));
            let error = match result {
                Ok(value) => match self.session.commit() {
                    Ok(()) => return Ok(value),
                    Err(e) => e,
                },
                Err(e) => e,
            };
            self.session.rollback();
            match error.kind() {
                DatabaseKind::Rerun | DatabaseKind::Duplicate if round < RERUNS => {
                    round += 1;
                    if round > 1 {
                        std::thread::sleep(Duration::from_millis(10 << round.min(8)));
                    }
                    if let Err(e) = self.session.revive()
                        && round == RERUNS
                    {
                        return Err(e);
                    }
                    batch::reload(&mut *self.session, &mut self.counters).or_else(|e| {
                        if e.kind() == DatabaseKind::Rerun {
                            Ok(())
                        } else {
                            Err(e)
                        }
                    })?;
                }
                DatabaseKind::Device => {
                    // After a failed flush the kernel may have dropped the pages: a second flush would
                    // lie. Only reading the file again, by a new start, tells what is there.
                    let why = format!(
                        "the disk reported a failed write ({error}). Nothing acknowledged was lost. Forecourt writes no more \
                         until it is restarted; check the disk first"
                    );
                    tracing::error!(%error, "the store stops writing");
                    self.closed = Some(why.clone());
                    return Err(StoreError::Closed(why));
                }
                _ => return Err(error),
            }
        }
    }

    fn until_checkpoint(&self) -> Duration {
        if self.counters.pending_events == 0 || self.closed.is_some() {
            return Duration::from_secs(3600);
        }
        self.options
            .checkpoint_every
            .saturating_sub(self.last_checkpoint.elapsed())
    }

    /// Makes a checkpoint when enough has happened, or enough time has passed.
    fn checkpoint_if_due(&mut self) {
        if std::mem::take(&mut self.unanchored)
            && let Err(error) = self.anchors.catch_up(&mut *self.session)
        {
            tracing::error!(%error, "a checkpoint could not be anchored; it is tried again with the next");
        }
        let c = &self.counters;
        let many = c.pending_events >= self.options.checkpoint_every_events;
        let late = c.pending_events > 0 && self.last_checkpoint.elapsed() >= self.options.checkpoint_every;
        if self.closed.is_none() && (many || late) {
            self.checkpoint_or_tell();
        }
    }

    /// A checkpoint that fails is tried again later: the events themselves are safe.
    fn checkpoint_or_tell(&mut self) {
        if let Err(error) = self.checkpoint() {
            tracing::error!(%error, "no checkpoint could be made; it is tried again");
        }
        self.last_checkpoint = Instant::now();
    }

    /// Makes a checkpoint of all that is pending, and anchors it. Returns its number.
    pub(crate) fn checkpoint(&mut self) -> Result<Option<u64>, StoreError> {
        let now = self.options.clock.now();
        let provider = Arc::clone(&self.desk.provider);
        let made = self.transaction(|w| integrity::checkpoint(&mut *w.session, &*provider, now))?;
        self.counters.pending_events = 0;
        self.last_checkpoint = Instant::now();
        self.anchors.catch_up(&mut *self.session)?;
        Ok(made)
    }

    fn finish(mut self) {
        if self.closed.is_none() && self.counters.pending_events > 0 {
            self.checkpoint_or_tell();
        }
    }
}

/// Turns the store's failure into the caller's.
pub(crate) fn refused(e: AppendError) -> AppendError {
    match e {
        AppendError::Store(StoreError::DiskFull) => AppendError::DiskFull,
        AppendError::Store(StoreError::Closed(why)) => AppendError::Closed(why),
        other => other,
    }
}
