-- Where a connection's lender sends webhooks. The token of an address is looked up by its hash; the
-- sealed copy is what the org is shown. One without an end is in use.
CREATE TABLE webhook_addresses (
  token_hash TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  sealed_token BYTEA NOT NULL,
  created_at_ms BIGINT NOT NULL,
  ends_at_ms BIGINT
);
CREATE UNIQUE INDEX webhook_addresses_in_use ON webhook_addresses (connection_id)
  WHERE ends_at_ms IS NULL;
-- What lenders sent, as it came and sealed; and what became of it. `is_first` is the one delivery
-- of an event that was listened to.
CREATE TABLE inbound_webhooks (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  state TEXT NOT NULL CHECK (state IN ('received', 'refused', 'ignored', 'verified', 'acted')),
  reason TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  is_first BIGINT NOT NULL,
  body_hash TEXT NOT NULL,
  body_bytes BIGINT NOT NULL,
  sealed_headers BYTEA NOT NULL,
  sealed_body BYTEA NOT NULL,
  sealed_words BYTEA,
  received_at_ms BIGINT NOT NULL,
  settled_at_ms BIGINT
);
CREATE INDEX inbound_webhooks_list ON inbound_webhooks (org_id, connection_id, received_at_ms, id);
CREATE UNIQUE INDEX inbound_webhooks_once ON inbound_webhooks (connection_id, event_id)
  WHERE is_first = 1 AND event_id <> '';
CREATE INDEX inbound_webhooks_bytes ON inbound_webhooks (connection_id, body_hash, received_at_ms);
CREATE INDEX inbound_webhooks_waiting ON inbound_webhooks (connection_id) WHERE state = 'received';
CREATE INDEX inbound_webhooks_refused ON inbound_webhooks (connection_id, received_at_ms)
  WHERE state = 'refused';
CREATE INDEX inbound_webhooks_age ON inbound_webhooks (received_at_ms);
