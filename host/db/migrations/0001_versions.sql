-- What the caches watch: the row '*' counts all changes, a topic's row holds the count at its last.
CREATE TABLE versions (
  topic TEXT PRIMARY KEY,
  number BIGINT NOT NULL
);
CREATE INDEX versions_by_number ON versions (number);
