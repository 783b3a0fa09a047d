-- Revert cerberus:donation_begin from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.donation_details(text, jsonb);
DROP FUNCTION cerberus.donation_refused(bigint, text, text);
DROP FUNCTION cerberus.donation_intent(bigint, text);
DROP FUNCTION cerberus.donation_begin(bigint, bigint, bigint, text,
	jsonb, bigint);
DROP FUNCTION cerberus.employer_needed(bigint, text, text, text);

COMMIT;
