-- The journal of requests to lenders. A row of an effect that creates or changes something is
-- committed with state 'intended' before its bytes leave, and 'ended' once its end is known: an
-- 'intended' row of a process that is gone means that the lender may have it.
CREATE TABLE lender_calls (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL,
  connection TEXT NOT NULL,
  plugin TEXT NOT NULL,
  operation TEXT NOT NULL,
  subject TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  request_id TEXT NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('read', 'create', 'update')),
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'ended')),
  phase TEXT NOT NULL,
  fault TEXT NOT NULL,
  http_status BIGINT NOT NULL,
  bytes_sent BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  request_sealed BYTEA,
  response_sealed BYTEA,
  started_at_ms BIGINT NOT NULL
);
CREATE INDEX lender_calls_subject ON lender_calls (subject, id);
CREATE INDEX lender_calls_key ON lender_calls (idempotency_key) WHERE effect <> 'read';
CREATE INDEX lender_calls_age ON lender_calls (started_at_ms);
