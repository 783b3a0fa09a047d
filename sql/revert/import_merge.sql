-- Revert cerberus:import_merge from pg
BEGIN;

DROP FUNCTION cerberus.import_merge(bigint, bigint, text[], boolean, bigint,
	bytea, text[]);
DROP FUNCTION cerberus.import_lock();
DROP FUNCTION cerberus.import_value(text, text, boolean);
DROP FUNCTION cerberus.import_find();
DROP FUNCTION cerberus.import_rule(integer, boolean, boolean);
DROP FUNCTION cerberus.import_seen();
DROP FUNCTION cerberus.import_refuse();
DROP FUNCTION cerberus.import_collapse(text[]);
DROP FUNCTION cerberus.import_household(text, text, date, date, text, text,
	text, text);
DROP FUNCTION cerberus.import_connect();
DROP FUNCTION cerberus.import_keys();
DROP FUNCTION cerberus.import_stage(bigint);
DROP FUNCTION cerberus.import_reap();
DROP FUNCTION cerberus.import_open(bigint, text, text, text, boolean, jsonb);
DROP FUNCTION cerberus.import_check(bigint);
DROP FUNCTION cerberus.import_merge_lock();
DROP FUNCTION cerberus.import_lock_class();

COMMIT;
