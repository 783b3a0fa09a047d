-- Verify cerberus:import_group on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('import_keys(boolean)',
	    'void', false, false, false),
	('import_describe()',
	    'void', false, false, false),
	('import_judge(text, integer)',
	    'TABLE(bag bigint, first bigint, several boolean, '
	    'by_suffix boolean, by_birth boolean, by_id boolean)', false, false, false),
	('import_relate()',
	    'void', false, false, false),
	('import_step(integer)',
	    'void', false, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
