-- Verify cerberus:donation_facts on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('stripe_number(jsonb)',
	    'bigint', false, false, false),
	('stripe_ref(jsonb)',
	    'text', false, false, false),
	('stripe_key(text, bigint, timestamp with time zone)',
	    'text', false, false, false),
	('donation_fact(bigint, text, jsonb, timestamp with time zone)',
	    'boolean', true, false, false),
	('donation_record(bigint)',
	    'void', true, false, false),
	('donation_settle(bigint)',
	    'void', true, false, false)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
