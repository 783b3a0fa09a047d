-- Verify cerberus:own_task on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.own_task()', 'text',
    definer => false, for_app => true, for_stripe => true);
SELECT pg_temp.expect('triggers', ARRAY['audit', 'tally_added', 'tally_joined'],
	ARRAY(SELECT tgname::text FROM pg_trigger
	WHERE pg_get_triggerdef(oid) LIKE '%cerberus.own_task()%'));

ROLLBACK;
