//! Erasing a customer, and the record of who read whose data.

use crate::{
    Access, Store, StoreError,
    batch::{UNIT, case_of_key},
    keys::DataKey,
    session::{Engine, Session, Value},
    sql, view,
    writer::Writer,
};
use domain::{CustomerId, Timestamp};
use std::time::{Duration, Instant};

/// What an erasure did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whether a data key was destroyed by this call; `false` when there was none any more.
    pub key_destroyed: bool,
    /// How many handles were removed.
    pub handles: u64,
    /// How many cases lost their name and their search words.
    pub cases: u64,
    /// How many sealed files were removed; without the key nobody could open them any more.
    pub files: u64,
    /// Whether old page images were overwritten at once. When not (a reader held them), they go with
    /// the next checkpoint of the database log; they hold only wrapped keys and keyed hashes.
    pub log_emptied: bool,
}

impl Store {
    /// Destroys a customer's data key, so that nobody can read the personal texts any more, removes
    /// the handles and search words, masks the names in lists, and removes the sealed files. The log itself
    /// is unchanged and still verifies. Backups made before still hold the wrapped key: they must be deleted by their
    /// own rule. Legal holds are the caller's business.
    ///
    /// # Errors
    /// When the change could not be made durable; it can be repeated.
    pub fn erase_customer(&self, customer: CustomerId) -> Result<Erasure, StoreError> {
        let mut erased = self.task(move |w| erase(w, customer))?;
        // Only now: whatever breaks off here leaves files that nobody can open, and the sweep removes them.
        erased.files = self.remove_attachments_of(customer)?;
        Ok(erased)
    }

    /// Says whether a customer was erased.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_erased(&self, customer: CustomerId) -> Result<bool, StoreError> {
        self.inner.desk.is_erased(customer)
    }

    /// Returns who read the data of a customer, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn accesses(&self, customer: CustomerId) -> Result<Vec<Access>, StoreError> {
        let id = customer.bytes();
        let args = [Value::Int(i64::from(customer.bucket().0)), Value::Blob(&id)];
        let rows = self.inner.desk.pool.with(|s| s.all(&sql::ACCESSES_OF, &args))?;
        rows.into_iter()
            .map(|mut r| {
                Ok(Access {
                    customer,
                    at: Timestamp(r.int(0)?),
                    case: r.opt_int(1)?.map(case_of_key),
                    actor: r.text(2)?,
                    purpose: r.text(3)?,
                    what: r.text(4)?,
                })
            })
            .collect()
    }
}

fn erase(w: &mut Writer, customer: CustomerId) -> Result<Erasure, StoreError> {
    let now = w.options.clock.now();
    let (bucket, id) = (Value::Int(i64::from(customer.bucket().0)), customer.bytes());
    let (key_destroyed, handles, cases) = w.transaction(|w| {
        let s = &mut *w.session;
        let destroyed = s.run(
            &sql::KEY_ERASE,
            &[Value::Blob(&[]), Value::Int(now.0), bucket, Value::Blob(&id)],
        )?;
        if destroyed == 0 {
            // No key yet: note the erasure, so that none is made for this customer later.
            let row = [
                bucket,
                Value::Blob(&id),
                Value::Text("erased"),
                Value::Blob(&[]),
                Value::Int(now.0),
            ];
            s.insert(&sql::KEYS_ADD, &row)?;
            s.run(
                &sql::KEY_ERASE,
                &[Value::Blob(&[]), Value::Int(now.0), bucket, Value::Blob(&id)],
            )?;
        }
        let handles = s.run(&sql::HANDLES_DROP, &[Value::Blob(&id)])?;
        for row in s.all(&sql::DOCS_OF, &[Value::Int(UNIT), Value::Blob(&id)])? {
            view::forget_document(s, row.int(0)?)?;
        }
        let cases = s.run(&sql::CASES_MASK, &[Value::Int(UNIT), Value::Blob(&id)])?;
        Ok((destroyed > 0, handles, cases))
    })?;
    w.desk.ring.forget(customer);
    w.desk.ring.keep(customer, DataKey::Erased);
    let log_emptied = empty_log(&mut *w.session)?;
    Ok(Erasure {
        key_destroyed,
        handles,
        cases,
        files: 0,
        log_emptied,
    })
}

/// Overwrites old images of changed pages; waits a moment for readers.
fn empty_log(session: &mut dyn Session) -> Result<bool, StoreError> {
    if session.engine() == Engine::Postgres {
        // FULL writes the table of keys anew, so that no old row is left in a page.
        session.script("VACUUM (FULL) data_keys")?;
        for table in ["handles", "worklist", "search_docs"] {
            session.script(&format!("VACUUM {table}"))?;
        }
        return Ok(true);
    }
    let from = Instant::now();
    loop {
        let row = session.one(&sql::WAL_TRUNCATE, &[])?;
        if row.map_or(Ok(1), |r| r.int(0))? == 0 {
            return Ok(true);
        }
        if from.elapsed() > Duration::from_secs(5) {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
