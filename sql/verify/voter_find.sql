-- Verify cerberus:voter_find on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_new(bigint, text, text, text, '
    'text, text, jsonb)',
	'bigint', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.voter_find(bigint, text, text, text, '
    'text, text, jsonb, boolean)',
	'bigint', definer => true, for_app => false);

-- The triggers skip a signup, and only for functions of the owner.
SELECT pg_temp.expect('triggers', ARRAY['tally_added', 'tally_joined'],
	ARRAY(SELECT tgname::text FROM pg_trigger
	WHERE pg_get_triggerdef(oid) LIKE '%cerberus.task%signup%'
	AND pg_get_triggerdef(oid) LIKE '%cerberus_owner%' ORDER BY 1));

ROLLBACK;
