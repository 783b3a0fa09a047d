-- Verify cerberus:import_match on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_refuse()',
	    'void', false, false, false),
	('import_seen()',
	    'text', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
