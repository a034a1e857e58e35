-- What keeps a connection from being deleted: an open application. org_id is the holder's: the
-- connection's own org, or one below it that uses it.
CREATE TABLE connection_holds (
  org_id TEXT NOT NULL REFERENCES orgs (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  kind TEXT NOT NULL,
  holder TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (connection_id, kind, holder)
);
