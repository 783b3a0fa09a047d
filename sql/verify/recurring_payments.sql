-- Verify cerberus:recurring_payments on pg
BEGIN;
\ir expect.psql

SELECT pg_temp.expect_table('cerberus.stripe_events', '{}', '{}', '{}', ARRAY[
	'recurring_session cerberus.recurring_session']);
SELECT pg_temp.expect_function('cerberus.' || f, result, true, false,
	for_stripe)
FROM (VALUES
	('recurring_take(bigint, text, text)', 'void', false),
	('recurring_repeat(bigint, jsonb, text, bigint)', 'bigint', false),
	('recurring_invoice(bigint, jsonb, text, timestamp with time zone)',
	    'bigint', false),
	('recurring_paid_by(bigint, jsonb)', 'boolean', false),
	('recurring_event(bigint, text)', 'text', false),
	('recurring_attempt(bigint, text)', 'text', false),
	('recurring_session()', 'trigger', false),
	('donation_subscription(bigint, text, text, text, text)', 'void', true)
) t (f, result, for_stripe);

ROLLBACK;
