-- Verify cerberus:voter_find on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_find(bigint, text, text, text, text, text, jsonb)',
	'bigint', definer => true, for_app => false);

SELECT pg_temp.expect('cerberus.signup', ARRAY['calls voter_find'], ARRAY[
	(SELECT CASE WHEN prosrc LIKE '%cerberus.voter_find(%'
	    THEN 'calls voter_find' END FROM pg_proc
	 WHERE oid = 'cerberus.signup(bigint, text, text, text, text, text, text, text, jsonb, jsonb, inet, text, text, text)'::regprocedure)]);

ROLLBACK;
