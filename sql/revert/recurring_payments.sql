-- Revert cerberus:recurring_payments from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER recurring_session ON cerberus.stripe_events;
DROP FUNCTION cerberus.recurring_session(),
	cerberus.donation_subscription(bigint, text, text, text, text),
	cerberus.recurring_attempt(bigint, text),
	cerberus.recurring_event(bigint, text),
	cerberus.recurring_paid_by(bigint, jsonb),
	cerberus.recurring_invoice(bigint, jsonb, text, timestamptz),
	cerberus.recurring_repeat(bigint, jsonb, text, bigint),
	cerberus.recurring_take(bigint, text, text);

COMMIT;
