-- Verify cerberus:reconcile on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('donation_summary(bigint)',
	    'text', true, false, false),
	('donation_recreate(bigint, jsonb)',
	    'bigint', false, false, false),
	('stripe_state(bigint, jsonb, jsonb, timestamp with time zone)',
	    'TABLE(type text, object jsonb, reported '
	    'timestamp with time zone)', false, false, false),
	('stripe_reconcile(bigint, jsonb, jsonb, timestamp with time zone)',
	    'TABLE(donation_id bigint, action text, before '
	    'text, after text)', true, false, true),
	('stripe_unlisted(bigint, timestamp with time zone, text[])',
	    'TABLE(donation_id bigint, payment_intent_id '
	    'text, status text)', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
