-- Who was erased stays erased: an earlier build could give the owner of a destroyed key another, as
-- for a lender's late answer. Ids are never used again, so such a key is nobody else's.
UPDATE keys SET wrapped = NULL, destroyed_at_ms = created_at_ms
WHERE destroyed_at_ms IS NULL AND EXISTS (
  SELECT 1 FROM keys gone
  WHERE gone.org = keys.org AND gone.owner = keys.owner AND gone.destroyed_at_ms IS NOT NULL
);
-- What staff were told of a case that is gone goes too, the mails first.
DELETE FROM mails WHERE id IN (
  SELECT n.mail_id FROM staff_notices n WHERE n.mail_id IS NOT NULL AND n.case_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.org_id = n.org_id AND c.id = n.case_id)
);
DELETE FROM staff_notices WHERE case_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM cases c WHERE c.org_id = staff_notices.org_id AND c.id = staff_notices.case_id
);
