-- Documents that people put on a case. Their names and bytes are sealed under a key of the case.
CREATE TABLE case_files (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  case_generation BIGINT NOT NULL,
  type TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  scanned BIGINT NOT NULL,
  sealed_name BYTEA NOT NULL,
  added_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX case_files_of_case ON case_files (org_id, case_id, id);
-- Apart, so that a list reads no bytes.
CREATE TABLE case_file_bytes (
  file_id TEXT PRIMARY KEY REFERENCES case_files (id) ON DELETE CASCADE,
  org_id TEXT NOT NULL,
  sealed_bytes BYTEA NOT NULL
);
-- What must stay: a document on its way to a lender.
CREATE TABLE case_file_holds (
  org_id TEXT NOT NULL,
  file_id TEXT NOT NULL REFERENCES case_files (id) ON DELETE CASCADE,
  holder TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (file_id, holder)
);
