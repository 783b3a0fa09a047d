-- Verify cerberus:lookups on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.voters_with(text, text, boolean, '
    'bigint)', 'SETOF bigint', true, true, true);
SELECT pg_temp.expect_function('cerberus.voters_named(text, text)',
	'SETOF bigint', definer => true, for_app => true);
SELECT 1 / (prosrc LIKE '%email_address%')::integer FROM pg_proc
WHERE oid = 'cerberus.voters_with'::regproc;

ROLLBACK;
