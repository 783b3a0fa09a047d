-- Verify cerberus:donation_begin on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_function('cerberus.' || f, result, definer, for_app,
	for_stripe)
FROM (VALUES
	('employer_needed(bigint, text, text, text)',
	    'boolean', false, false, false),
	('donation_begin(bigint, bigint, bigint, text, jsonb, bigint)',
	    'TABLE(donation_id bigint, stripe_key text, '
	    'needs_employer boolean, over_limit bigint)', true, false, true),
	('donation_intent(bigint, text)',
	    'void', true, false, true),
	('donation_refused(bigint, text, text)',
	    'void', true, false, true),
	('donation_details(text, jsonb)',
	    'TABLE(donation_id bigint, needs_employer '
	    'boolean)', true, false, true)
) t (f, result, definer, for_app, for_stripe);

ROLLBACK;
