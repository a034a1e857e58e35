-- Whether the lender said that it took the submission, and since when it gives no answer.
ALTER TABLE applications ADD COLUMN was_taken BIGINT NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN silent_since_ms BIGINT;
