-- The last numbers of each org's two records. Whoever appends holds this row until the commit, so
-- the numbers have no gaps and become visible in their order.
CREATE TABLE record_heads (
  org TEXT PRIMARY KEY,
  event_sequence BIGINT NOT NULL,
  audit_sequence BIGINT NOT NULL,
  audit_hash TEXT NOT NULL
);
CREATE TABLE events (
  org TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (org, sequence)
);
CREATE INDEX events_of_subject ON events (org, subject_kind, subject_id, sequence);
CREATE TABLE audit (
  org TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  before TEXT,
  after TEXT,
  request_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (org, sequence)
);
