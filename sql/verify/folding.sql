-- Verify cerberus:folding on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f || '(text)', 'text',
	definer => false, for_app => true)
FROM (VALUES ('name_fold'), ('name_unaccent')) t (f);
SELECT pg_temp.expect('name_fold()',
	ARRAY['garcia lopez', 'oneil', 'smith jones', 'st john'],
	ARRAY[cerberus.name_fold('García-López'), cerberus.name_fold('O’NEIL'),
	cerberus.name_fold('Smith - Jones'), cerberus.name_fold('St. John')]);

ROLLBACK;
