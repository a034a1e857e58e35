-- How much the documents of an org, or of a case, have together is read from the index alone.
CREATE INDEX case_files_sizes ON case_files (org_id, case_id, size_bytes);
