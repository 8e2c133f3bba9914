//! The store as its users see it: open, append, read.

use crate::{
    Access, AppendError, CaseQuery, CaseRow, Handle, Options, Page, Receipt, Recorded, StoreError, StreamId,
    Target, Work,
    attachments::Folder,
    ballast,
    batch::{self, Counters, UNIT, Verdict as Judgement},
    engine::{postgres::Postgres, sqlite::Sqlite},
    integrity::Anchors,
    keys::{self, FileKeys, KeyProvider, KeyRing},
    migrate, payload,
    pool::Pool,
    prepare::{Blind, Desk, Prepared, handle_bucket},
    read::StoredEvent,
    session::{Row, Session, Value},
    sql,
    verify::Verdict,
    writer::{AccessRow, Request, Writer, refused},
};
use crossbeam_channel::{Receiver, Sender, bounded};
use domain::{Bucket, CaseId, CustomerId, Timestamp};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    thread::JoinHandle,
    time::Instant,
};

/// An open store. Clones share it; the last one that is dropped makes a checkpoint and closes it.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) desk: Arc<Desk>,
    pub(crate) options: Options,
    /// `None` when opened for reading only.
    queue: Option<Sender<Request>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Keeps the data directory locked.
    _lock: Option<std::fs::File>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            // The writer is gone already only when it has finished.
            let _ = queue.send(Request::Stop);
        }
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Store({:?} in {})",
            self.inner.options.target,
            self.inner.options.dir.display()
        )
    }
}

/// How many requests wait in the queue before callers have to wait to add theirs.
const QUEUE: usize = 4096;
/// How often work is prepared again when its basis changes under it.
const AGAIN: usize = 20;

impl Store {
    /// Opens the store, and makes it first when `options.create`.
    ///
    /// # Errors
    /// When the folder, the keys or the database cannot be used; see [`StoreError`].
    pub fn open(options: Options) -> Result<Store, StoreError> {
        let dir = &options.dir;
        let key_dir = dir.join("keys");
        if options.create {
            keys::make_dir(dir)?;
        }
        let lock = if options.read_only {
            None
        } else {
            Some(lock(&options)?)
        };
        let missing = || StoreError::NotInitialised { dir: dir.clone() };
        let provider: Arc<dyn KeyProvider> = if FileKeys::exist(&key_dir) {
            Arc::new(FileKeys::load(&key_dir)?)
        } else if options.create && !options.read_only {
            if options.target == Target::Sqlite && options.database().exists() {
                return Err(StoreError::Keys {
                    reason: format!("{} is missing", key_dir.display()),
                });
            }
            Arc::new(FileKeys::create(&key_dir)?)
        } else {
            return Err(missing());
        };
        if options.target == Target::Sqlite
            && !options.database().exists()
            && (!options.create || options.read_only)
        {
            return Err(missing());
        }
        Self::start(options, provider, lock)
    }

    fn start(
        options: Options,
        provider: Arc<dyn KeyProvider>,
        lock: Option<std::fs::File>,
    ) -> Result<Store, StoreError> {
        let blind = Blind::new(&*provider);
        let mut first = if options.read_only {
            reader(&options)?
        } else {
            writer(&options)?
        };
        if options.read_only {
            if migrate::check(&mut *first)? == 0 {
                return Err(StoreError::NotInitialised {
                    dir: options.dir.clone(),
                });
            }
        } else {
            migrate::run(&mut *first, options.create)?;
        }
        check_keys(&mut *first, &*provider, options.read_only)?;
        let pool_options = options.clone();
        let pool = Pool::new(options.readers, move || reader(&pool_options));
        let desk = Arc::new(Desk {
            unit_key: provider.derive("records"),
            provider,
            ring: KeyRing::new(),
            blind,
            pool,
            blobs: Box::new(Folder::new(options.attachments())),
        });
        let mut inner = Inner {
            desk: Arc::clone(&desk),
            options: options.clone(),
            queue: None,
            thread: Mutex::new(None),
            _lock: lock,
        };
        if !options.read_only {
            let mut counters = Counters::default();
            batch::reload(&mut *first, &mut counters)?;
            let mut anchors = Anchors::new(options.anchors());
            // A checkpoint whose anchor was cut off by a crash is anchored now.
            if let Err(error) = anchors.catch_up(&mut *first) {
                tracing::error!(%error, "checkpoints could not be anchored; it is tried again");
            }
            ballast::ensure(&options.dir.join("ballast"), options.ballast_bytes);
            let last_checkpoint = Instant::now();
            let writer = Writer {
                session: first,
                options,
                desk,
                counters,
                closed: None,
                last_checkpoint,
                anchors,
                unanchored: false,
                last_batch: 0,
            };
            let (queue, requests) = bounded(QUEUE);
            let thread = std::thread::Builder::new()
                .name("store-writer".into())
                .spawn(move || writer.work(&requests))
                .map_err(|e| StoreError::io("start a thread for", &inner.options.dir, &e))?;
            inner.queue = Some(queue);
            inner.thread = Mutex::new(Some(thread));
        }
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// Stores `work` and returns when it is durable.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing of the work is stored then.
    pub fn append(&self, work: Work) -> Result<Receipt, AppendError> {
        self.submit(work).wait()
    }

    /// Hands `work` in and returns at once; the ticket knows the outcome.
    pub fn submit(&self, work: Work) -> Ticket {
        let work = Arc::new(work);
        let state = self.hand_in(&work);
        Ticket {
            store: self.clone(),
            work,
            state,
        }
    }

    fn hand_in(&self, work: &Arc<Work>) -> Result<Receiver<Vec<Judgement>>, AppendError> {
        let prepared = self.inner.desk.prepare(Arc::clone(work), &HashSet::new())?;
        self.send(vec![prepared])
    }

    fn send(&self, prepared: Vec<Prepared>) -> Result<Receiver<Vec<Judgement>>, AppendError> {
        let (reply, answer) = bounded(1);
        self.queue(Request::Works(prepared, reply))?;
        Ok(answer)
    }

    pub(crate) fn queue(&self, request: Request) -> Result<(), StoreError> {
        self.writable()?.send(request).map_err(|_| closed())
    }

    /// Returns the way to the writer.
    pub(crate) fn writable(&self) -> Result<&Sender<Request>, StoreError> {
        self.inner.queue.as_ref().ok_or_else(closed)
    }

    /// Stores many works in as few transactions as fit; each has its own outcome, in order.
    #[must_use]
    pub fn append_many(&self, works: Vec<Work>) -> Vec<Result<Receipt, AppendError>> {
        let works: Vec<Arc<Work>> = works.into_iter().map(Arc::new).collect();
        let prepared = self.prepare_all(&works);
        self.append_prepared(&works, prepared)
    }

    /// As [`Store::append_many`], but prepared by the calling thread alone: for callers that keep all
    /// processors busy by themselves.
    #[must_use]
    pub fn append_part(&self, works: Vec<Work>) -> Vec<Result<Receipt, AppendError>> {
        let works: Vec<Arc<Work>> = works.into_iter().map(Arc::new).collect();
        let prepared = self.inner.desk.prepare_part(&works);
        self.append_prepared(&works, prepared)
    }

    fn append_prepared(
        &self,
        works: &[Arc<Work>],
        prepared: Vec<Result<Prepared, AppendError>>,
    ) -> Vec<Result<Receipt, AppendError>> {
        let mut good = Vec::with_capacity(works.len());
        let mut results: Vec<Option<Result<Receipt, AppendError>>> = Vec::with_capacity(works.len());
        for p in prepared {
            match p {
                Ok(p) => {
                    good.push(p);
                    results.push(None);
                }
                Err(e) => results.push(Some(Err(refused(e)))),
            }
        }
        let verdicts = self
            .send(good)
            .and_then(|answer| answer.recv().map_err(|_| gone()));
        let mut verdicts = match verdicts {
            Ok(verdicts) => verdicts.into_iter(),
            Err(e) => {
                return results
                    .into_iter()
                    .map(|r| r.unwrap_or_else(|| Err(e.clone())))
                    .collect();
            }
        };
        results
            .into_iter()
            .zip(works)
            .map(|(result, work)| match result {
                Some(result) => result,
                None => self.settle(work, verdicts.next().ok_or_else(gone)),
            })
            .collect()
    }

    /// Prepares on all processors when there is enough to do.
    fn prepare_all(&self, works: &[Arc<Work>]) -> Vec<Result<Prepared, AppendError>> {
        let desk = &self.inner.desk;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        if works.len() < 64 || threads == 1 {
            return desk.prepare_part(works);
        }
        let part = works.len().div_ceil(threads);
        std::thread::scope(|scope| {
            let running: Vec<_> = works
                .chunks(part)
                .map(|part| scope.spawn(move || desk.prepare_part(part)))
                .collect();
            running
                .into_iter()
                .flat_map(|t| match t.join() {
                    Ok(part) => part,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        })
    }

    /// Turns the writer's verdict into the caller's answer; prepares again where that is called for.
    fn settle(
        &self,
        work: &Arc<Work>,
        mut verdict: Result<Judgement, AppendError>,
    ) -> Result<Receipt, AppendError> {
        for _ in 0..AGAIN {
            match verdict.map_err(refused)? {
                Judgement::Done { seqs, recorded_at } => {
                    return Ok(Receipt {
                        already: false,
                        seqs,
                        recorded_at,
                    });
                }
                Judgement::Known(rows) => return self.compare(work, rows),
                Judgement::Conflict {
                    stream,
                    expected,
                    actual,
                } => {
                    let since = self.inner.desk.since(&stream, expected)?;
                    return Err(AppendError::Conflict {
                        stream,
                        expected,
                        actual,
                        since,
                    });
                }
                Judgement::Failed(e) => return Err(refused(e)),
                Judgement::Again => {
                    let answer = self.hand_in(work).map_err(refused)?;
                    verdict = answer.recv().ok().and_then(|mut v| v.pop()).ok_or_else(gone);
                }
            }
        }
        Err(AppendError::BadWork(
            "the customer's key kept changing while it was prepared; send it again".into(),
        ))
    }

    /// Compares a work with the stored events that have its ids.
    fn compare(&self, work: &Work, rows: Vec<Row>) -> Result<Receipt, AppendError> {
        let mut keys = HashMap::new();
        let mut seqs = Vec::with_capacity(rows.len());
        let mut recorded_at = Timestamp(0);
        let events = work
            .streams
            .iter()
            .flat_map(|s| s.events.iter().map(move |e| (&s.stream, e)));
        for ((stream, new), mut row) in events.zip(rows) {
            let stored = StoredEvent::of(&mut row)?;
            let reused = AppendError::EventIdReused {
                id: new.id,
                stream: stored.stream.clone(),
                seq: stored.seq,
            };
            let same_stream = stored.stream == *stream;
            let old = self.inner.desk.open_event(stored, &mut keys)?;
            let same_head = same_stream
                && old.kind == new.kind
                && old.schema_version == new.schema_version
                && old.occurred_at == new.occurred_at
                && old.actor == new.actor
                && old.purpose == new.purpose;
            if !same_head || !payload::same(&new.body.value(), &old.body) {
                return Err(reused);
            }
            seqs.push(old.seq);
            recorded_at = old.recorded_at;
        }
        Ok(Receipt {
            already: true,
            seqs,
            recorded_at,
        })
    }

    /// Reads one stream, oldest first, with its personal texts opened.
    ///
    /// # Errors
    /// When the database cannot be read or stored bytes are damaged.
    pub fn read(&self, bucket: Bucket, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        self.inner.desk.read(bucket, stream)
    }

    /// Reads all streams of a case, one stream after the other, each oldest first.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_case(&self, case: CaseId) -> Result<Vec<Recorded>, StoreError> {
        self.inner.desk.read_case(case)
    }

    /// Returns one page of the work list.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn cases(&self, query: &CaseQuery) -> Result<Page<CaseRow>, StoreError> {
        self.inner.desk.cases(query)
    }

    /// Returns the row of one case.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn case_row(&self, case: CaseId) -> Result<Option<CaseRow>, StoreError> {
        self.inner.desk.case_row(case)
    }

    /// Returns how many cases are in each state, by name of the state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.inner.desk.counts()
    }

    /// Returns a page of the cases whose text holds every word of `text` (two characters or more) and
    /// that the filters of `query` admit, newest text first whatever `query.sort` says.
    ///
    /// # Errors
    /// When `text` is too short, or the database cannot be read.
    pub fn search(&self, text: &str, query: &CaseQuery) -> Result<Page<CaseRow>, StoreError> {
        self.inner.desk.search(text, query)
    }

    /// Returns the cases of a customer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn cases_of(&self, customer: CustomerId) -> Result<Vec<CaseRow>, StoreError> {
        self.inner.desk.cases_of(customer)
    }

    /// Returns the customers that have this handle.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn customers_by(&self, handle: &Handle) -> Result<Vec<CustomerId>, StoreError> {
        let digest = self.inner.desk.blind.handle(handle);
        let rows = self.inner.desk.pool.with(|s| {
            s.all(
                &sql::HANDLE_GET,
                &[Value::Int(handle_bucket(&digest)), Value::Blob(&digest)],
            )
        })?;
        rows.into_iter()
            .map(|r| Ok(CustomerId(u128::from_be_bytes(r.bytes(0)?))))
            .collect()
    }

    /// Visits every open case in the order of its id, holding a bounded number of rows; returns how
    /// many were visited. An error of `visit` ends the sweep.
    ///
    /// # Errors
    /// When the database cannot be read, or from `visit`.
    pub fn sweep(&self, visit: impl FnMut(&CaseRow) -> Result<(), StoreError>) -> Result<u64, StoreError> {
        self.inner.desk.sweep(visit)
    }

    /// Notes that somebody read a customer's data; returns when the note is durable.
    ///
    /// # Errors
    /// When the note could not be stored; then the data must not be shown.
    pub fn record_access(&self, access: Access) -> Result<(), StoreError> {
        let row = AccessRow {
            access,
            id: keys::random()?,
        };
        let (reply, answer) = bounded(1);
        self.queue(Request::Access(row, reply))?;
        answer.recv().map_err(|_| gone_store())?
    }

    /// Makes a checkpoint of all that is pending and anchors it; returns its number, or `None` when
    /// nothing was pending. The store makes them by itself; this is for the end of a large import.
    ///
    /// # Errors
    /// When the checkpoint could not be stored or anchored; the events are safe.
    pub fn checkpoint(&self) -> Result<Option<u64>, StoreError> {
        self.task(|w| w.checkpoint())
    }

    /// Rehashes everything, attachments too, and names the bad places; `progress` gets the number of events done so far.
    ///
    /// # Errors
    /// When the database cannot be read at all. Damage is no error but part of the verdict.
    pub fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Verdict, StoreError> {
        self.inner
            .desk
            .verify(&self.inner.options.anchors(), &mut progress)
    }

    /// Runs `f` on the writing connection in a transaction of its own.
    pub(crate) fn task<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = bounded(1);
        self.queue(Request::Task(Box::new(move |w| {
            // A caller that no longer waits has lost only the answer.
            let _ = reply.send(f(w));
        })))?;
        answer.recv().map_err(|_| gone_store())?
    }
}

fn closed() -> StoreError {
    StoreError::Closed("this store is open for reading only, or has been closed".into())
}

fn gone_store() -> StoreError {
    StoreError::Closed("the store was closed before it answered; send this again after the restart".into())
}

fn gone() -> AppendError {
    AppendError::Closed("the store was closed before it answered; send this again after the restart".into())
}

/// What becomes of work that was handed in.
#[must_use = "only wait() tells whether the work was stored"]
#[derive(Debug)]
pub struct Ticket {
    store: Store,
    work: Arc<Work>,
    state: Result<Receiver<Vec<Judgement>>, AppendError>,
}

impl Ticket {
    /// Waits until the work is durable or refused.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub fn wait(self) -> Result<Receipt, AppendError> {
        let answer = self.state.map_err(refused)?;
        let verdict = answer.recv().ok().and_then(|mut v| v.pop()).ok_or_else(gone);
        self.store.settle(&self.work, verdict)
    }
}

fn lock(options: &Options) -> Result<std::fs::File, StoreError> {
    let path = options.dir.join("forecourt.lock");
    if !options.dir.is_dir() {
        return Err(StoreError::NotInitialised {
            dir: options.dir.clone(),
        });
    }
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| StoreError::io("open", &path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse {
            dir: options.dir.clone(),
        }),
        Err(std::fs::TryLockError::Error(e)) => Err(StoreError::io("lock", &path, &e)),
    }
}

pub(crate) fn writer(options: &Options) -> Result<Box<dyn Session>, StoreError> {
    match &options.target {
        Target::Sqlite => Ok(Box::new(Sqlite::writer(
            &options.database(),
            options.create,
            options.unsafe_synchronous_normal,
        )?)),
        Target::Postgres { url } => Ok(Box::new(Postgres::writer(url)?)),
    }
}

fn reader(options: &Options) -> Result<Box<dyn Session>, StoreError> {
    match &options.target {
        Target::Sqlite => Ok(Box::new(Sqlite::reader(&options.database())?)),
        Target::Postgres { url } => Ok(Box::new(Postgres::reader(url)?)),
    }
}

/// Refuses keys that do not belong to this database; notes them in a new one.
fn check_keys(
    session: &mut dyn Session,
    provider: &dyn KeyProvider,
    read_only: bool,
) -> Result<(), StoreError> {
    let own = keys::fingerprint(provider);
    let stored = session.one(&sql::META_GET, &[Value::Int(UNIT), Value::Text("kek")])?;
    match stored.map(|mut row| row.text(0)).transpose()? {
        Some(stored) if stored == own => Ok(()),
        Some(stored) => Err(StoreError::Keys {
            reason: format!("the database was made with the key {stored}, and keys/kek is {own}"),
        }),
        None if read_only => Err(StoreError::Keys {
            reason: "the database names no key".into(),
        }),
        None => {
            session.begin()?;
            session.insert(
                &sql::META_SET,
                &[Value::Int(UNIT), Value::Text("kek"), Value::Text(&own)],
            )?;
            session.commit()
        }
    }
}
