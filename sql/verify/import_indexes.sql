-- Verify cerberus:import_indexes on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_indexes_drop()',
	    'text[]', false, false, false),
	('import_indexes_build(text[])',
	    'void', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
