//! Jobs and outbox: leased by one worker at a time, kept until they are done.
//!
//! A lease that runs out is given to another worker, so every job must be safe to repeat. Workers ask
//! lane by lane: a locking question always names its bucket.

use crate::{NewJob, OutboxMessage, Store, StoreError, batch::LANES, session::Value, sql};
use domain::{EventId, Timestamp};
use std::time::Duration;

/// A job that this worker holds until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedJob {
    /// The job as it was enqueued.
    pub job: NewJob,
    /// The how-manieth attempt this is, from 1.
    pub attempt: u32,
    lane: i64,
    worker: String,
}

/// A message that this worker holds until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedMessage {
    /// The message as it was handed in.
    pub message: OutboxMessage,
    /// The how-manieth attempt this is, from 1.
    pub attempt: u32,
    lane: i64,
    created_at: i64,
    worker: String,
}

/// Returns how long to wait after the `attempt`-th failure: half a minute, doubling, six hours at most.
fn backoff(attempt: u32) -> i64 {
    let seconds = 30u64
        .checked_shl(attempt.saturating_sub(1).min(20))
        .unwrap_or(u64::MAX)
        .min(6 * 3600);
    seconds as i64 * 1_000_000
}

fn micros(d: Duration) -> i64 {
    i64::try_from(d.as_micros()).unwrap_or(i64::MAX)
}

fn attempt(stored: u64) -> u32 {
    u32::try_from(stored).unwrap_or(u32::MAX).saturating_add(1)
}

impl Store {
    /// Takes up to `most` due jobs of these kinds for `worker` until `now + lease`.
    ///
    /// # Errors
    /// When the lease could not be made durable; nothing is taken then.
    pub fn claim(
        &self,
        worker: &str,
        kinds: &[&str],
        lease: Duration,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let (worker, kinds) = (
            worker.to_owned(),
            kinds.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>(),
        );
        let until = now.plus(micros(lease));
        if worker.is_empty() || until <= now {
            return Err(StoreError::BadQuestion(
                "a claim needs a worker's name and a lease longer than nothing".into(),
            ));
        }
        self.task(move |w| {
            w.transaction(|w| {
                let s = &mut *w.session;
                let mut claimed: Vec<ClaimedJob> = Vec::new();
                for lane in 0..i64::from(LANES) {
                    for kind in &kinds {
                        let left = most - claimed.len();
                        if left == 0 {
                            return Ok(claimed);
                        }
                        let now = Value::Int(now.0);
                        let args = [
                            Value::Int(lane),
                            Value::Text(kind),
                            now,
                            now,
                            Value::Int(left as i64),
                        ];
                        for mut row in s.all(&sql::JOBS_DUE, &args)? {
                            let id: [u8; 16] = row.bytes(0)?;
                            let job = NewJob {
                                id: EventId(u128::from_be_bytes(id)),
                                kind: kind.clone(),
                                run_at: Timestamp(row.int(1)?),
                                body: row.text(2)?,
                            };
                            let values = [
                                Value::Text(&worker),
                                Value::Int(until.0),
                                Value::Int(lane),
                                Value::Blob(&id),
                            ];
                            s.run(&sql::JOB_LEASE, &values)?;
                            let attempt = attempt(row.count(3)?);
                            claimed.push(ClaimedJob {
                                job,
                                attempt,
                                lane,
                                worker: worker.clone(),
                            });
                        }
                    }
                }
                Ok(claimed)
            })
        })
    }

    /// Removes a finished job. Returns `false` when the lease had run out and another worker took it.
    ///
    /// # Errors
    /// When the change could not be made durable.
    pub fn complete(&self, job: &ClaimedJob) -> Result<bool, StoreError> {
        let job = job.clone();
        self.task(move |w| {
            w.transaction(|w| {
                let id = job.job.id.bytes();
                let args = [Value::Int(job.lane), Value::Blob(&id), Value::Text(&job.worker)];
                Ok(w.session.run(&sql::JOB_DONE, &args)? == 1)
            })
        })
    }

    /// Gives a failed job back; it is due again after a growing pause. Returns `false` as [`Store::complete`].
    ///
    /// # Errors
    /// When the change could not be made durable.
    pub fn fail(&self, job: &ClaimedJob, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (job, reason) = (
            job.clone(),
            reason.replace('\0', " ").chars().take(1000).collect::<String>(),
        );
        self.task(move |w| {
            w.transaction(|w| {
                let id = job.job.id.bytes();
                let again = Value::Int(now.plus(backoff(job.attempt)).0);
                let reason = Value::Text(&reason);
                let args = [
                    again,
                    reason,
                    Value::Int(job.lane),
                    Value::Blob(&id),
                    Value::Text(&job.worker),
                ];
                Ok(w.session.run(&sql::JOB_FAIL, &args)? == 1)
            })
        })
    }

    /// Takes up to `most` due messages for `worker` until `now + lease`, oldest first within a lane.
    ///
    /// # Errors
    /// When the lease could not be made durable; nothing is taken then.
    pub fn lease_outbox(
        &self,
        worker: &str,
        lease: Duration,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<LeasedMessage>, StoreError> {
        let worker = worker.to_owned();
        let until = now.plus(micros(lease));
        if worker.is_empty() || until <= now {
            return Err(StoreError::BadQuestion(
                "a lease needs a worker's name and a time longer than nothing".into(),
            ));
        }
        self.task(move |w| {
            w.transaction(|w| {
                let s = &mut *w.session;
                let mut leased: Vec<LeasedMessage> = Vec::new();
                for lane in 0..i64::from(LANES) {
                    let left = most - leased.len();
                    if left == 0 {
                        break;
                    }
                    let now = Value::Int(now.0);
                    for mut row in s.all(
                        &sql::OUTBOX_DUE,
                        &[Value::Int(lane), now, now, Value::Int(left as i64)],
                    )? {
                        let id: [u8; 16] = row.bytes(0)?;
                        let created_at = row.int(1)?;
                        let message = OutboxMessage {
                            id: EventId(u128::from_be_bytes(id)),
                            topic: row.text(2)?,
                            body: row.text(3)?,
                        };
                        let (worker_name, lane_value) = (Value::Text(&worker), Value::Int(lane));
                        let key = [Value::Int(created_at), Value::Blob(&id)];
                        s.run(
                            &sql::OUTBOX_LEASE,
                            &[worker_name, Value::Int(until.0), lane_value, key[0], key[1]],
                        )?;
                        let attempt = attempt(row.count(4)?);
                        leased.push(LeasedMessage {
                            message,
                            attempt,
                            lane,
                            created_at,
                            worker: worker.clone(),
                        });
                    }
                }
                Ok(leased)
            })
        })
    }

    /// Removes a delivered message. Returns `false` when the lease had run out and another worker took it.
    ///
    /// # Errors
    /// When the change could not be made durable.
    pub fn mark_delivered(&self, message: &LeasedMessage) -> Result<bool, StoreError> {
        let m = message.clone();
        self.task(move |w| {
            w.transaction(|w| {
                let id = m.message.id.bytes();
                let key = [
                    Value::Int(m.lane),
                    Value::Int(m.created_at),
                    Value::Blob(&id),
                    Value::Text(&m.worker),
                ];
                Ok(w.session.run(&sql::OUTBOX_DONE, &key)? == 1)
            })
        })
    }

    /// Gives an undelivered message back; it is due again after a growing pause.
    ///
    /// # Errors
    /// When the change could not be made durable.
    pub fn mark_undelivered(&self, message: &LeasedMessage, now: Timestamp) -> Result<bool, StoreError> {
        let m = message.clone();
        self.task(move |w| {
            w.transaction(|w| {
                let id = m.message.id.bytes();
                let again = Value::Int(now.plus(backoff(m.attempt)).0);
                let key = [
                    Value::Int(m.lane),
                    Value::Int(m.created_at),
                    Value::Blob(&id),
                    Value::Text(&m.worker),
                ];
                Ok(w.session
                    .run(&sql::OUTBOX_LATER, &[again, key[0], key[1], key[2], key[3]])?
                    == 1)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn pauses_grow_to_six_hours() {
        assert_eq!(backoff(1), 30_000_000);
        assert_eq!(backoff(2), 60_000_000);
        assert_eq!(backoff(40), 6 * 3_600_000_000);
    }
}
