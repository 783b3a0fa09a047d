-- Verify cerberus:voters_remove on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voter_removable(bigint)', 'boolean',
	true, true);
SELECT 1 / count(*) FROM pg_policy
WHERE polrelid = 'cerberus.voters'::regclass AND polname = 'remove'
AND polcmd = 'd' AND pg_get_expr(polqual, polrelid)
    LIKE '% OR cerberus.voter_removable(voter_id))';

ROLLBACK;
