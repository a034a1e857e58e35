-- Answers that a repeated request is given again.
CREATE TABLE idempotency (
  org TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status BIGINT NOT NULL,
  headers TEXT NOT NULL,
  body BYTEA NOT NULL,
  stored_at_ms BIGINT NOT NULL,
  PRIMARY KEY (org, route, key)
);
CREATE INDEX idempotency_by_age ON idempotency (stored_at_ms);
