-- Marks tell that two rows are about the same without saying about what: keyed digests, kept beside
-- the key of the owner and removed with it. What was stored before has none.
CREATE TABLE marks (
  org TEXT NOT NULL,
  purpose TEXT NOT NULL,
  row_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  mark BYTEA NOT NULL,
  PRIMARY KEY (org, purpose, row_id)
);
CREATE INDEX marks_alike ON marks (org, purpose, mark);
CREATE INDEX marks_of_owner ON marks (org, owner);
