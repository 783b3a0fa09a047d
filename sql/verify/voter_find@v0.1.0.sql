-- Verify cerberus:voter_find on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_new(bigint, text, text, text, '
    'text, text, jsonb)',
	'bigint', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.voter_find(bigint, text, text, text, '
    'text, text, jsonb, boolean)',
	'bigint', definer => true, for_app => false);

ROLLBACK;
