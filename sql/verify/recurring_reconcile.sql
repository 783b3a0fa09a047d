-- Verify cerberus:recurring_reconcile on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, true, false,
	for_stripe)
FROM (VALUES
	('recurring_listed(bigint, jsonb)', 'bigint', false),
	('recurring_adopt(bigint, bigint, jsonb)', 'void', false),
	('recurring_summary(bigint)', 'text', false),
	('stripe_subscription(bigint, jsonb, timestamp with time zone)',
	    'TABLE(donation_id bigint, before text, after text)', true),
	('stripe_open_subscriptions(bigint, timestamp with time zone)',
	    'TABLE(subscription_id text)', true)
) t (f, result, for_stripe);

ROLLBACK;
