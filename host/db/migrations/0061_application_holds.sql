-- Applications that were open before connections knew holds.
INSERT INTO connection_holds (org_id, connection_id, kind, holder, created_at_ms)
SELECT a.org_id, a.connection_id, 'application', a.id, a.created_at_ms
FROM applications a JOIN connections c ON c.id = a.connection_id
WHERE a.state NOT IN ('declined', 'funded', 'cancelled', 'expired')
ON CONFLICT (connection_id, kind, holder) DO NOTHING;
