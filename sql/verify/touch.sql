-- Verify cerberus:touch on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.touch()',
	'trigger', definer => false, for_app => false);

ROLLBACK;
