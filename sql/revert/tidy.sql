-- Revert cerberus:tidy from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.tidy();

COMMIT;
