-- Verify cerberus:donation_events on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('lock_intent(text)',
	    'void', false, false, false),
	('donation_for_intent(bigint, text, jsonb)',
	    'bigint', true, false, false),
	('donation_catch_up(bigint)',
	    'void', true, false, false),
	('stripe_event(bigint, jsonb, bigint)',
	    'text', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
