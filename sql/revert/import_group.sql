-- Revert cerberus:import_group from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_step(integer);
DROP FUNCTION cerberus.import_relate();
DROP FUNCTION cerberus.import_judge(text, integer);
DROP FUNCTION cerberus.import_describe();
DROP FUNCTION cerberus.import_keys(boolean);

COMMIT;
