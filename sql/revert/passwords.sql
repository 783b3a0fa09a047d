-- Revert cerberus:passwords from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.password_set(bigint, text);
DROP FUNCTION cerberus.password_change(bytea, text);
DROP FUNCTION cerberus.password_begin(integer);

COMMIT;
