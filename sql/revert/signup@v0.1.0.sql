-- Revert cerberus:signup from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.signup_redirect(bigint);
DROP FUNCTION cerberus.signup(bigint, text, text, text, text, text, text, text,
	jsonb, jsonb, inet, text, text, text);
DROP FUNCTION cerberus.opted_out(bigint, bigint, text);

COMMIT;
