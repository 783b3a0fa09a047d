-- Verify cerberus:voter_find on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_find(bigint, text, text, text, '
    'text, text, jsonb, boolean)',
	'bigint', definer => true, for_app => false);
SELECT pg_temp.expect('voter_find', ARRAY['cerberus.bulk'],
	ARRAY(SELECT (regexp_match(prosrc, 'cerberus.bulk'))[1] FROM pg_proc
	WHERE proname = 'voter_find'));

ROLLBACK;
