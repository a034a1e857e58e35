-- Where an org wants to be told what happens. `event_sequence` is the last of its events that was
-- written down for the endpoint: it moves in the transaction that makes the deliveries.
CREATE TABLE webhook_endpoints (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  event_types TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  disabled_because TEXT NOT NULL,
  sealed_secret BYTEA NOT NULL,
  sealed_old_secret BYTEA,
  old_secret_until_ms BIGINT,
  failing_since_ms BIGINT,
  event_sequence BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_of_org ON webhook_endpoints (org_id, id);
-- One message for one endpoint. `body` is what is sent, byte for byte, each time. `tries` counts
-- failures since it was last asked for, `attempts` every request ever.
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  event_sequence BIGINT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  reason TEXT NOT NULL,
  tries BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  next_at_ms BIGINT,
  ended_at_ms BIGINT,
  UNIQUE (endpoint_id, message_id)
);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (endpoint_id, created_at_ms, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at_ms, id);
-- Each request of a delivery: written before it leaves, completed by what came back.
CREATE TABLE webhook_attempts (
  org_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  started_at_ms BIGINT NOT NULL,
  duration_ms BIGINT,
  status BIGINT,
  error TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (delivery_id, number)
);
