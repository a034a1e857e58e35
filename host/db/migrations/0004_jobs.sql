-- What is to be done later. `due_at_ms` is when a worker may take the job: its time to run while it
-- waits, the end of the lease while it is held. A finished job has no row.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  org TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'failed')),
  due_at_ms BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  lease_owner TEXT,
  again_at_ms BIGINT,
  reason TEXT,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (due_at_ms, id) WHERE state <> 'failed';
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE state <> 'failed';
