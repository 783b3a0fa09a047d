-- Verify cerberus:import_merge on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_value(text, text, boolean)',
	    'text', false, false, false),
	('import_lock()',
	    'void', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
