-- Verify cerberus:import_seek on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_undecided(text)', 'text', false, false, false),
	('import_others(text, bigint)', 'bigint', false, false, false),
	('import_sharing(text)', 'text', false, false, false),
	('import_rule(text, text, boolean)',
	    'text', false, false, false),
	('import_settle(integer)',
	    'void', false, false, false),
	('import_find_full(boolean, bigint[])',
	    'void', false, false, false),
	('import_find_weak(boolean, bigint[], bigint, bigint, '
	'bigint)',
	    'void', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
