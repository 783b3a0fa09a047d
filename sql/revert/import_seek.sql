-- Revert cerberus:import_seek from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.import_find_weak(boolean, bigint[], bigint, bigint,
	bigint);
DROP FUNCTION cerberus.import_find_full(boolean, bigint[]);
DROP FUNCTION cerberus.import_settle(integer);
DROP FUNCTION cerberus.import_rule(text, text, boolean);
DROP FUNCTION cerberus.import_sharing(text);
DROP FUNCTION cerberus.import_others(text, bigint);
DROP FUNCTION cerberus.import_undecided(text);

COMMIT;
