-- What the org's own people are told, one row for each person and cause.
CREATE TABLE staff_notices (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  topic TEXT NOT NULL,
  word TEXT NOT NULL,
  cause TEXT NOT NULL,
  lender TEXT NOT NULL,
  application_id TEXT,
  case_id TEXT,
  case_number TEXT NOT NULL,
  connection_id TEXT,
  day_ms BIGINT,
  listed BIGINT NOT NULL,
  mail_id TEXT,
  created_at_ms BIGINT NOT NULL,
  read_at_ms BIGINT,
  UNIQUE (org_id, user_id, cause)
);
CREATE INDEX staff_notices_by_time ON staff_notices (org_id, user_id, created_at_ms, id);
-- How a person wants to be told; nobody's row: by mail and in the list.
CREATE TABLE notice_preferences (
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  version BIGINT NOT NULL,
  channels TEXT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, user_id, environment)
);
-- What was told once and is not told again: "expiry/app_…/2026-07-01".
CREATE TABLE notice_marks (
  org_id TEXT NOT NULL,
  cause TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, cause)
);
-- Consent to further lenders, and the application that follows this one: JSON, nothing where there
-- is none.
ALTER TABLE applications ADD COLUMN onward TEXT;
-- The order in which an org asks lenders: a JSON list of their names.
CREATE TABLE waterfall_orders (
  org_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  lenders TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, environment)
);
-- What follows an application that came to nothing: wanted, quoted (the next lender's offer is
-- priced), prepared (a draft waits), sent, or ended with nothing to offer.
CREATE TABLE waterfall_steps (
  org_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('wanted', 'quoted', 'prepared', 'sent', 'ended')),
  lender TEXT NOT NULL,
  quote_id TEXT,
  next_id TEXT,
  reason TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, application_id)
);
