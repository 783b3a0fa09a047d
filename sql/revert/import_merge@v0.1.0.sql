-- Revert cerberus:import_merge from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_merge(bigint, bigint, text[], boolean, bigint,
	bytea, text[]);
DROP FUNCTION cerberus.import_lock();
DROP FUNCTION cerberus.import_value(text, text, boolean);

COMMIT;
