-- Revert cerberus:duplicates from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.duplicates(bigint, integer);

COMMIT;
