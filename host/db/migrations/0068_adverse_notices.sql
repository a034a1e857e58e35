-- How far each follower of an org's events has come: it moves in the transaction that does what
-- follows from them.
CREATE TABLE event_followers (
  follower TEXT NOT NULL,
  org TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (follower, org)
);
-- The notice a creditor owes the applicant, with its clock; JSON, nothing where none is owed.
ALTER TABLE applications ADD COLUMN notice TEXT;
