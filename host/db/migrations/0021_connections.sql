-- What the platform lets orgs connect, and what they connected.
CREATE TABLE offers (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  plugin_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  UNIQUE (org_id, plugin_id)
);

CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  plugin_id TEXT NOT NULL,
  label TEXT NOT NULL,
  environment TEXT NOT NULL,
  status TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  settings TEXT NOT NULL,
  secret_names TEXT NOT NULL,
  sealed_secrets BYTEA,
  settings_revision BIGINT NOT NULL,
  include_dealer_fee BIGINT NOT NULL,
  rep_mode TEXT NOT NULL,
  generic_account TEXT,
  enabled BIGINT NOT NULL,
  with_sub_orgs BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  checked_at_ms BIGINT,
  disconnected_at_ms BIGINT
);
CREATE INDEX connections_org ON connections (org_id, environment, id);
CREATE UNIQUE INDEX connections_once ON connections (org_id, plugin_id, environment)
  WHERE disconnected_at_ms IS NULL;
