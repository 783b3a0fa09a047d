-- Revert cerberus:recurring_reconcile from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION
	cerberus.stripe_open_subscriptions(bigint, timestamptz),
	cerberus.stripe_subscription(bigint, jsonb, timestamptz),
	cerberus.recurring_summary(bigint),
	cerberus.recurring_adopt(bigint, bigint, jsonb),
	cerberus.recurring_listed(bigint, jsonb);

COMMIT;
