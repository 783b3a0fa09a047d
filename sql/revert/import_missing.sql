-- Revert cerberus:import_missing from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.mark_missing(bigint, text, text);
DROP FUNCTION cerberus.missing_voters(bigint, text);
DROP FUNCTION cerberus.missing_import(bigint, text);

COMMIT;
