-- Verify cerberus:duplicates on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, false, true)
FROM (VALUES
	('id_core(text)', 'text'),
	('duplicates(bigint, integer)',
	    'TABLE(voter_id bigint, other_id bigint, score '
	    'integer, reasons text[])')
) t (f, result);

ROLLBACK;
