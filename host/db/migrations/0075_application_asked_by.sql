-- Which request last set an application going, and the trace it belongs to where it named one: both
-- are passed on with the calls of its lender.
ALTER TABLE applications ADD COLUMN request_id TEXT;
ALTER TABLE applications ADD COLUMN traceparent TEXT;
