-- Verify cerberus:import_match on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_refuse()',
	    'void', false, false, false),
	('import_seen()',
	    'text', false, false, false),
	('import_find_equal(bigint, text[])',
	    'void', false, false, false),
	('import_keep_person()',
	    'void', false, false, false),
	('import_find(bigint, text[])',
	    'void', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
