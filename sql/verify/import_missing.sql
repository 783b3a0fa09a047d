-- Verify cerberus:import_missing on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, true, true, true)
FROM (VALUES
	('missing_import(bigint, text)', 'cerberus.imports'),
	('missing_voters(bigint, text)', 'SETOF bigint'),
	('mark_missing(bigint, text, text)',
	    'TABLE(missing bigint, marked bigint)')
) t (f, result);

ROLLBACK;
