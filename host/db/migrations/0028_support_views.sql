-- A look of the platform's support into an org: why, until when, and whether it may change things.
CREATE TABLE support_views (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES orgs (id),
  user_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  changes BIGINT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  ended_at_ms BIGINT
);
CREATE INDEX support_views_org ON support_views (org_id, id);
CREATE INDEX support_views_open ON support_views (until_ms) WHERE ended_at_ms IS NULL;
