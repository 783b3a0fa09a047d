-- Verify cerberus:duplicates on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, false, true)
FROM (VALUES
	('state_code(text)', 'text'),
	('id_core(text)', 'text'),
	('duplicates(bigint, integer)',
	    'TABLE(voter_id bigint, other_id bigint, score '
	    'integer, reasons text[])')
) t (f, result);
SELECT pg_temp.expect('state_code()', ARRAY['GA', 'NC', 'ON'], ARRAY[
	cerberus.state_code('georgia '), cerberus.state_code('nc'),
	cerberus.state_code('on')]);

ROLLBACK;
