-- Verify cerberus:duplicates on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('duplicates(bigint, integer)',
	    'TABLE(voter_id bigint, other_id bigint, score '
	    'integer, reasons text[])', false, true, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
