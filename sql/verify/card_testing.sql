-- Verify cerberus:card_testing on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.intent_declines', ARRAY[
	'stripe_account bigint not null',
	'payment_intent_id character varying(255) not null',
	'declines integer not null default 1',
	'at timestamp with time zone not null default now()',
	'tried_at timestamp with time zone'], ARRAY[
	'PRIMARY KEY (stripe_account, payment_intent_id)'], ARRAY[
	'CREATE INDEX btree (at) WHERE (declines >= 10)']);
SELECT pg_temp.expect('rights', ARRAY['functions only'], ARRAY[
	CASE WHEN NOT has_table_privilege('cerberus_stripe',
	    'cerberus.intent_declines',
	    'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
	AND (SELECT relrowsecurity FROM pg_class
	    WHERE oid = 'cerberus.intent_declines'::regclass)
	THEN 'functions only' END]);
SELECT pg_temp.expect_table('cerberus.stripe_events', '{}', '{}', '{}', ARRAY[
	'declined cerberus.intent_declined']);
SELECT pg_temp.expect_function('cerberus.intent_declined()', 'trigger',
    definer => true, for_app => false);
SELECT pg_temp.expect_function('cerberus.donation_admit(bigint, integer)',
    'integer', definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.intents_due(bigint, boolean, '
    'integer)', 'TABLE(payment_intent_id text, reason text, '
    'subscription_id text)',
    definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.intent_ended(bigint, jsonb)',
    'boolean', definer => true, for_app => false, for_stripe => true);
SELECT pg_temp.expect_function('cerberus.donations_expire()', 'bigint',
    definer => true, for_app => false, for_stripe => true);

ROLLBACK;
