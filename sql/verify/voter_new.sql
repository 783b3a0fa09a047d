-- Verify cerberus:voter_new on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_new(bigint, text, text, text, text, text, jsonb)',
	'bigint', definer => true, for_app => false);

SELECT pg_temp.expect('cerberus.voter_find', ARRAY['calls voter_new'], ARRAY[
	(SELECT CASE WHEN prosrc LIKE '%cerberus.voter_new(%'
	    THEN 'calls voter_new' END FROM pg_proc
	 WHERE oid = 'cerberus.voter_find(bigint, text, text, text, text, text, jsonb)'::regprocedure)]);

-- The triggers stand back for a signup, and only in our own functions.
SELECT pg_temp.expect('triggers that stand back', ARRAY['tally_added',
	'tally_joined'], ARRAY(SELECT tgname::text FROM pg_trigger
	WHERE pg_get_triggerdef(oid) LIKE '%cerberus.import%signup%'
	AND pg_get_triggerdef(oid) LIKE '%cerberus_owner%' ORDER BY 1));

ROLLBACK;
