-- Lenders that do not answer, as the breakers of their connections found: told once, and once more
-- when they are back. What a connector's check says of its credentials.
CREATE TABLE connection_outages (
  connection TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  since_ms BIGINT NOT NULL
);
ALTER TABLE connections ADD COLUMN credentials_expire_ms BIGINT;
CREATE INDEX lender_calls_connection ON lender_calls (connection, started_at_ms);
CREATE INDEX lender_calls_failed ON lender_calls (connection, started_at_ms)
  WHERE fault <> 'none' OR http_status >= 500 OR http_status IN (401, 403);
