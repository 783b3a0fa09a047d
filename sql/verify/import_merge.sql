-- Verify cerberus:import_merge on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.import_open(bigint, text, text, '
	'text, boolean, jsonb)', 'bigint', true, true);
SELECT pg_temp.expect_function('cerberus.import_reap()', 'void', true, true);
SELECT pg_temp.expect_function('cerberus.import_stage(bigint)', 'void', true,
	true);
SELECT pg_temp.expect_function('cerberus.import_merge(bigint, bigint, text[], '
	'boolean, bigint, bytea, text[])', 'TABLE(rows bigint, created bigint, '
	'updated bigint, unchanged bigint, duplicates bigint, '
	'rejected bigint)', true, true);
SELECT pg_temp.expect_function('cerberus.import_check(bigint)', 'void', true,
	false);
SELECT pg_temp.expect_function('cerberus.import_collapse(text[])', 'bigint',
	false, false);
SELECT pg_temp.expect_function('cerberus.import_connect()', 'void', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_find()', 'void', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_keys()', 'void', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_lock()', 'void', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_refuse()', 'void', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_seen()', 'text', false, false);
SELECT pg_temp.expect_function(
	'cerberus.import_rule(integer, boolean, boolean)', 'text', false,
	false);
SELECT pg_temp.expect_function('cerberus.import_value(text, text, boolean)',
	'text', false, false);

ROLLBACK;
