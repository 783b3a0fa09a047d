-- Revert cerberus:identity from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.caller_campaigns(text);
DROP FUNCTION cerberus.caller_is_admin();
DROP FUNCTION cerberus.caller_id();
DROP FUNCTION cerberus.identify(bytea);
DROP FUNCTION cerberus.role_rank(text);
DROP VIEW cerberus.valid_tokens;

COMMIT;
