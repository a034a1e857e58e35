-- How many seals, one within the other, the body of a kept answer is under; 0: kept in clear before.
ALTER TABLE idempotency ADD COLUMN seals BIGINT NOT NULL DEFAULT 0;
