-- Revert cerberus:import_stage from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_stage(bigint);
DROP FUNCTION cerberus.import_reap();
DROP FUNCTION cerberus.import_open(bigint, text, text, text, boolean, jsonb);
DROP FUNCTION cerberus.import_check(bigint);
DROP FUNCTION cerberus.import_merge_lock();
DROP FUNCTION cerberus.import_lock_class();

COMMIT;
