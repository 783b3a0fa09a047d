-- Verify cerberus:import_stage on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_lock_class()',
	    'integer', false, false, false),
	('import_merge_lock()',
	    'bigint', false, false, false),
	('import_check(bigint)',
	    'void', true, false, false),
	('import_open(bigint, text, text, text, boolean, jsonb)',
	    'bigint', true, true, true),
	('import_reap()',
	    'void', true, true, true),
	('import_stage(bigint)',
	    'void', true, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
