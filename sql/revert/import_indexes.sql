-- Revert cerberus:import_indexes from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_indexes_build(text[]);
DROP FUNCTION cerberus.import_indexes_drop();

COMMIT;
