-- Since when a step waits for lenders that are away, and which could not be asked: JSON.
ALTER TABLE waterfall_steps ADD COLUMN waits_since_ms BIGINT;
ALTER TABLE waterfall_steps ADD COLUMN skipped TEXT NOT NULL DEFAULT '[]';
