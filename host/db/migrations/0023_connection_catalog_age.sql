-- How old the last good catalogue of a connection may be to quote from it; NULL: the hub's setting.
ALTER TABLE connections ADD COLUMN catalog_age_max_hours BIGINT;
