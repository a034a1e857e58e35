-- Sealing keys, wrapped: an org's by the key outside the database, a person's or a case's by the
-- org's. A destroyed key keeps its row, without the key.
CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL,
  owner TEXT NOT NULL,
  wrapped BYTEA,
  created_at_ms BIGINT NOT NULL,
  destroyed_at_ms BIGINT,
  CHECK ((wrapped IS NULL) = (destroyed_at_ms IS NOT NULL))
);
CREATE UNIQUE INDEX keys_of_owner ON keys (org, owner) WHERE destroyed_at_ms IS NULL;
