-- Cases and what keeps them from being deleted. Personal values are sealed under a key of the
-- person in the case; the address and the agreement under the first person's.
CREATE TABLE cases (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('prospect', 'client')),
  status TEXT NOT NULL CHECK (status IN ('active', 'abandoned', 'closed')),
  owner_user_id TEXT NOT NULL,
  generation BIGINT NOT NULL,
  segment TEXT NOT NULL CHECK (segment IN ('residential', 'commercial')),
  currency TEXT,
  system_cost_minor BIGINT,
  size_w BIGINT,
  cost_per_watt_minor BIGINT,
  down_payment_minor BIGINT,
  adders TEXT NOT NULL,
  discounts TEXT NOT NULL,
  incentives TEXT NOT NULL,
  consumption_kwh BIGINT,
  production_kwh BIGINT,
  site_design_complete BIGINT NOT NULL,
  project_sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  UNIQUE (org_id, number)
);
CREATE INDEX cases_of_org ON cases (org_id, id);
CREATE INDEX cases_of_owner ON cases (org_id, owner_user_id, id);
CREATE TABLE case_people (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  UNIQUE (case_id, position)
);
-- What must stay: an open application, an invoice. Deleting a case meets these rows and stops.
CREATE TABLE case_holds (
  org_id TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES cases (id),
  kind TEXT NOT NULL,
  holder TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (case_id, kind, holder)
);
-- The last generated number of each org.
CREATE TABLE case_numbers (
  org_id TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);
