-- Revert cerberus:gift_codes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

ALTER TABLE cerberus.donations DROP refcode, DROP refcode2, DROP election,
	DROP eligibility, DROP eligible_at;

COMMIT;
