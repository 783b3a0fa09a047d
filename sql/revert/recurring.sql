-- Revert cerberus:recurring from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.recurring_is(bigint),
	cerberus.recurring_link(bigint),
	cerberus.recurring_report(bigint, jsonb, timestamptz),
	cerberus.recurring_ended(text),
	cerberus.recurring_rank(text),
	cerberus.recurring_find(bigint, text, jsonb, text),
	cerberus.recurring_release(bigint),
	cerberus.recurring_failed(bigint, timestamptz, text),
	cerberus.recurring_settle(bigint);
DROP INDEX cerberus.stripe_events_subscription_idx,
	cerberus.stripe_events_customer_idx,
	cerberus.stripe_events_invoice_idx;
DROP FUNCTION cerberus.recurring_intent(jsonb),
	cerberus.recurring_metadata(jsonb),
	cerberus.recurring_subscription(jsonb);
DELETE FROM cerberus.stripe_event_types WHERE kind = 'recurring';

COMMIT;
