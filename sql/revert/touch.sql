-- Revert cerberus:touch from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.touch();

COMMIT;
