-- Verify cerberus:schema_version on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.schema_version()',
	'text', definer => true, for_app => true);

SELECT cerberus.schema_version();

ROLLBACK;
