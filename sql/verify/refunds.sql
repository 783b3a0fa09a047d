-- Verify cerberus:refunds on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('refund_begin(bigint, bigint, text)',
	    'TABLE(ledger_id bigint, payment_intent_id '
	    'text, stripe_account bigint, amount bigint, '
	    'stripe_key text)', true, false, true),
	('donation_managed(bigint)', 'cerberus.donations', true, false, false),
	('refund_finish(bigint, jsonb, text, text)',
	    'void', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
