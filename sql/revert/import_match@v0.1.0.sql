-- Revert cerberus:import_match from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_find();
DROP FUNCTION cerberus.import_rule(integer, boolean, boolean);
DROP FUNCTION cerberus.import_seen();
DROP FUNCTION cerberus.import_refuse();

COMMIT;
