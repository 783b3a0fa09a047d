-- Verify cerberus:checkout on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.stripe_events', '{}', '{}', '{}', ARRAY[
	'session_event cerberus.session_event']);
SELECT pg_temp.expect_function('cerberus.session_event()', 'trigger',
    definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_of_session(bigint, jsonb)',
    'bigint', definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_redirect(bigint)',
    'TABLE(url text)', definer => true, for_app => false,
    for_stripe => true);

ROLLBACK;
