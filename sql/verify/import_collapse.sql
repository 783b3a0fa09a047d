-- Verify cerberus:import_collapse on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_connect()',
	    'void', false, false, false),
	('import_full_ids()',
	    'void', false, false, false),
	('import_combine(text[])',
	    'bigint', false, false, false),
	('import_collapse(text[])',
	    'bigint', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
