-- What the clock said when a job's `due_at_ms` was reckoned, or its `again_at_ms` while it is held: a
-- time to come there tells of a clock that was set back since. 0, of jobs from before: not known;
-- they are brought forward when a set-back is seen as it happens.
ALTER TABLE jobs ADD COLUMN reckoned_at_ms BIGINT NOT NULL DEFAULT 0;
