-- Where followers come to a store that is older than they are they begin with what happens from now
-- on: what is long past starts no clock, is told to nobody and writes to nobody.
INSERT INTO event_followers (follower, org, sequence)
SELECT names.follower, h.org, h.event_sequence
FROM record_heads h
CROSS JOIN (SELECT 'notices' AS follower UNION ALL SELECT 'waterfall' AS follower) names
WHERE NOT EXISTS (SELECT 1 FROM event_followers);
