-- Revert cerberus:voter_find from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.voter_find(bigint, text, text, text, text, text, jsonb,
	boolean);
DROP FUNCTION cerberus.voter_new(bigint, text, text, text, text, text, jsonb);

COMMIT;
