-- Mails on their way: what is sent stands in sealed_letter alone, under a key of the person it is
-- written to. `cause` says what the mail is about; for one cause there is one mail.
CREATE TABLE mails (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  application_id TEXT,
  person_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  letter TEXT NOT NULL,
  language TEXT NOT NULL,
  letter_version BIGINT NOT NULL,
  cause TEXT NOT NULL,
  sealed_letter BYTEA NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  doubts BIGINT NOT NULL,
  trying_since_ms BIGINT,
  next_at_ms BIGINT,
  answer_code BIGINT NOT NULL,
  answer TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  sent_at_ms BIGINT,
  updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX mails_of_cause ON mails (org_id, cause);
CREATE INDEX mails_by_org ON mails (org_id, created_at_ms, id);
-- Every text an org ever published for a letter; the highest version is in force. One without texts
-- is the way back to the built-in letter.
CREATE TABLE letters (
  org_id TEXT NOT NULL,
  letter TEXT NOT NULL,
  language TEXT NOT NULL,
  version BIGINT NOT NULL,
  subject TEXT,
  body_text TEXT,
  body_html TEXT,
  published_by TEXT NOT NULL,
  published_at_ms BIGINT NOT NULL,
  PRIMARY KEY (org_id, letter, language, version)
);
