-- Documents on their way to a lender that asked for them: files of the case, for one stipulation of
-- one application. `delivery` says where it stands, as applications.documents does.
CREATE TABLE stipulation_uploads (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  stipulation TEXT NOT NULL,
  lender_id TEXT NOT NULL,
  code TEXT NOT NULL,
  lender_text TEXT NOT NULL,
  files TEXT NOT NULL,
  delivery TEXT NOT NULL
);
CREATE INDEX stipulation_uploads_of ON stipulation_uploads (org_id, application_id, id);
