-- Words that the dialect replaces: CLUSTERED (SQLite: WITHOUT ROWID), TEXT_BYTES (text ordered by
-- its bytes on both engines). Every key and index starts with bucket. Tables whose bucket is that of
-- the unit, not of one case: worklist, tallies, search_docs, records, pending,
-- checkpoints, checkpoint_entries, meta (bucket 0); jobs and outbox (sixteen lanes).

CREATE TABLE meta (
  bucket BIGINT NOT NULL, name TEXT_BYTES NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (bucket, name)
) CLUSTERED;

CREATE TABLE events (
  bucket BIGINT NOT NULL, stream_id TEXT_BYTES NOT NULL, seq BIGINT NOT NULL,
  event_id BYTEA NOT NULL, kind TEXT NOT NULL, schema_version BIGINT NOT NULL,
  payload BYTEA NOT NULL, recorded_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL,
  actor TEXT NOT NULL, purpose TEXT NOT NULL, prev_hash BYTEA NOT NULL, hash BYTEA NOT NULL,
  PRIMARY KEY (bucket, stream_id, seq)
);
CREATE UNIQUE INDEX events_id ON events (bucket, event_id);

CREATE TABLE heads (
  bucket BIGINT NOT NULL, stream_id TEXT_BYTES NOT NULL, last_seq BIGINT NOT NULL, head_hash BYTEA NOT NULL,
  PRIMARY KEY (bucket, stream_id)
) CLUSTERED;

CREATE TABLE pending (
  bucket BIGINT NOT NULL, batch_id BYTEA NOT NULL, events BIGINT NOT NULL, entries BYTEA NOT NULL,
  PRIMARY KEY (bucket, batch_id)
);
CREATE TABLE checkpoints (
  bucket BIGINT NOT NULL, number BIGINT NOT NULL, record BYTEA NOT NULL, signature BYTEA NOT NULL,
  PRIMARY KEY (bucket, number)
);
CREATE TABLE checkpoint_entries (
  bucket BIGINT NOT NULL, number BIGINT NOT NULL, part BIGINT NOT NULL, entries BYTEA NOT NULL,
  PRIMARY KEY (bucket, number, part)
);

CREATE TABLE data_keys (
  bucket BIGINT NOT NULL, customer_id BYTEA NOT NULL, algorithm TEXT NOT NULL, wrapped BYTEA NOT NULL,
  created_at BIGINT NOT NULL, erased_at BIGINT,
  PRIMARY KEY (bucket, customer_id)
) CLUSTERED;
CREATE TABLE handles (
  bucket BIGINT NOT NULL, digest BYTEA NOT NULL, customer_id BYTEA NOT NULL,
  PRIMARY KEY (bucket, digest, customer_id)
) CLUSTERED;
CREATE TABLE accesses (
  bucket BIGINT NOT NULL, customer_id BYTEA NOT NULL, at BIGINT NOT NULL, access_id BYTEA NOT NULL,
  case_id BIGINT, actor TEXT NOT NULL, purpose TEXT NOT NULL, what TEXT NOT NULL,
  PRIMARY KEY (bucket, customer_id, at, access_id)
) CLUSTERED;

CREATE TABLE worklist (
  bucket BIGINT NOT NULL, case_id BIGINT NOT NULL, customer_id BYTEA NOT NULL, masked_name TEXT NOT NULL,
  state TEXT NOT NULL, line TEXT NOT NULL, product TEXT NOT NULL, channel TEXT NOT NULL,
  source TEXT NOT NULL, source_ref TEXT NOT NULL, branch TEXT NOT NULL, handler TEXT,
  severity BIGINT NOT NULL, amount_minor BIGINT, currency TEXT NOT NULL, received_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, due_at BIGINT, due_clock TEXT NOT NULL, is_open BIGINT NOT NULL,
  facts_seq BIGINT NOT NULL, negotiation_seq BIGINT NOT NULL, clock_facts TEXT NOT NULL, doc BIGINT,
  PRIMARY KEY (bucket, case_id)
);
-- `case_id + 0`: no look-up by case must ever be tempted into one of these indexes instead of the
-- primary key, which a planner without statistics does. `state || ''`: filters that are checked in
-- the indexes of due dates and of documents, entry by entry, without a look at the row; no planner mistakes them for
-- the columns themselves. `doc`: a search within few cases begins in their index alone.
CREATE INDEX worklist_received ON worklist (bucket, received_at, (case_id + 0));
CREATE INDEX worklist_updated ON worklist (bucket, updated_at, (case_id + 0));
CREATE INDEX worklist_due ON worklist (bucket, due_at, (case_id + 0), (state || ''), (line || ''), (branch || ''), (handler || '')) WHERE due_at IS NOT NULL;
CREATE INDEX worklist_state ON worklist (bucket, state, received_at, (case_id + 0), doc);
CREATE INDEX worklist_line ON worklist (bucket, line, received_at, (case_id + 0), doc, is_open);
CREATE INDEX worklist_branch ON worklist (bucket, branch, received_at, (case_id + 0), doc, is_open);
CREATE INDEX worklist_handler ON worklist (bucket, handler, received_at, (case_id + 0), doc, is_open) WHERE handler IS NOT NULL;
CREATE INDEX worklist_customer ON worklist (bucket, customer_id, (case_id + 0));
CREATE INDEX worklist_doc ON worklist (bucket, doc, (case_id + 0), (state || ''), (line || ''), (branch || ''), (handler || ''), is_open) WHERE doc IS NOT NULL;
CREATE TABLE tallies (
  bucket BIGINT NOT NULL, kind TEXT_BYTES NOT NULL, value TEXT_BYTES NOT NULL, cases BIGINT NOT NULL,
  PRIMARY KEY (bucket, kind, value)
) CLUSTERED;
CREATE TABLE search_docs (
  bucket BIGINT NOT NULL, doc BIGINT NOT NULL, case_id BIGINT NOT NULL,
  PRIMARY KEY (bucket, doc)
) CLUSTERED;

-- What is not about a case: users, sessions, saved views, drafts. Bodies are sealed with a key of the unit.
CREATE TABLE records (
  bucket BIGINT NOT NULL, kind TEXT_BYTES NOT NULL, record_id TEXT_BYTES NOT NULL, body BYTEA NOT NULL,
  written_at BIGINT NOT NULL, expires_at BIGINT,
  PRIMARY KEY (bucket, kind, record_id)
);

CREATE TABLE jobs (
  bucket BIGINT NOT NULL, job_id BYTEA NOT NULL, kind TEXT NOT NULL, run_at BIGINT NOT NULL, body TEXT NOT NULL,
  attempts BIGINT NOT NULL, lease_owner TEXT NOT NULL, lease_until BIGINT NOT NULL, last_error TEXT NOT NULL,
  PRIMARY KEY (bucket, job_id)
);
CREATE INDEX jobs_due ON jobs (bucket, kind, run_at);
CREATE TABLE outbox (
  bucket BIGINT NOT NULL, created_at BIGINT NOT NULL, message_id BYTEA NOT NULL, topic TEXT NOT NULL, body TEXT NOT NULL,
  due_at BIGINT NOT NULL, attempts BIGINT NOT NULL, lease_owner TEXT NOT NULL, lease_until BIGINT NOT NULL,
  PRIMARY KEY (bucket, created_at, message_id)
) CLUSTERED;
