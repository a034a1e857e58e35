-- Reads of lenders are forgotten by their age, effects are not.
CREATE INDEX lender_calls_reads ON lender_calls (started_at_ms) WHERE effect = 'read';
DROP INDEX lender_calls_age;
