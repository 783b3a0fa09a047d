-- Verify cerberus:folding on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.name_fold(text)', 'text',
	definer => false, for_app => true);
SELECT pg_temp.expect('name_fold()', ARRAY['garcia lopez', 'oneil'],
	ARRAY[cerberus.name_fold('García-López'),
	cerberus.name_fold('O’NEIL')]);

ROLLBACK;
