-- How often an application went out again because the lender never got it.
ALTER TABLE applications ADD COLUMN resends BIGINT NOT NULL DEFAULT 0;
