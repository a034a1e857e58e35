-- Whether loan documents are asked for by themselves once the lender has approved.
ALTER TABLE connections ADD COLUMN documents_at_approval BIGINT NOT NULL DEFAULT 0;
-- Why a person confirmed although the installation agreement names the applicant otherwise, with both
-- spellings, sealed under the applicant's key. NULL: nobody did.
ALTER TABLE applications ADD COLUMN sealed_mismatch BYTEA;
