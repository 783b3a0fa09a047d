-- Revert cerberus:api_keys from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.api_key_revoke(bigint, bigint);
DROP FUNCTION cerberus.api_key_create(text, text, bytea, timestamptz);
DROP VIEW cerberus.api_keys;

COMMIT;
