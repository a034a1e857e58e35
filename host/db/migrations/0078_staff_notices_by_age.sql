-- What staff were told is forgotten after a while, and with the case it is about.
CREATE INDEX staff_notices_by_age ON staff_notices (created_at_ms);
CREATE INDEX staff_notices_of_case ON staff_notices (org_id, case_id);
