-- The sending of loan documents, as JSON: where it stands, attempts, the lender's id of them. NULL:
-- nobody asked for it.
ALTER TABLE applications ADD COLUMN documents TEXT;
-- A lender's webhook names an application by the lender's id and the connection it came in at.
CREATE INDEX applications_by_connection ON applications (connection_id, lender_application_id);
