-- A worker looks for the kinds it knows: a long queue of another's is not read through.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, due_at_ms, id) WHERE state <> 'failed';
