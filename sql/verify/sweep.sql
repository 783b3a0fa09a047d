-- Verify cerberus:sweep on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.stripe_runs', ARRAY[
	'stripe_account bigint not null',
	'began_at timestamp with time zone not null'],
	ARRAY['PRIMARY KEY (stripe_account)'], '{}');
SELECT pg_temp.expect_table('cerberus.stripe_strays', ARRAY[
	'stray_id bigint identity not null',
	'stripe_account bigint not null',
	'kind character varying(20) not null',
	'stripe_id character varying(255) not null', 'campaign_id bigint',
	'status character varying(40) not null'], ARRAY[
	'PRIMARY KEY (stray_id)', 'UNIQUE (stripe_account, stripe_id)',
	'FOREIGN KEY (campaign_id) REFERENCES cerberus.campaigns(campaign_id) '
	    'ON DELETE CASCADE'],
	ARRAY['CREATE INDEX btree (campaign_id)']);
SELECT pg_temp.expect_table('cerberus.stripe_events',
	ARRAY['event_no bigint identity not null'], '{}', '{}');
SELECT pg_temp.expect('row-level security', ARRAY[t], (SELECT
	array_agg(relname::text) FROM pg_class WHERE oid =
	('cerberus.' || t)::regclass AND relrowsecurity
	AND NOT has_table_privilege('cerberus_app', oid, 'SELECT')))
FROM (VALUES ('stripe_runs'), ('stripe_strays')) x (t);
SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('stripe_last_run(bigint)',
	    'timestamp with time zone', true, false, true),
	('stripe_run_done(bigint, timestamp with time zone)',
	    'void', true, false, true),
	('donation_of(bigint, jsonb)', 'bigint', true, false, false),
	('stripe_missed(bigint, jsonb)', 'TABLE(donation_id bigint, '
	    'payment_intent_id text, before text, after text)',
	    true, false, true),
	('stripe_differs(bigint, jsonb)', 'text', true, false, true),
	('stripe_open(bigint)',
	    'TABLE(payment_intent_id text)', true, false, true),
	('stripe_stray(bigint, jsonb)', 'boolean', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
