-- Revert cerberus:reconcile from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_unlisted(bigint, timestamptz, text[]);
DROP FUNCTION cerberus.stripe_reconcile(bigint, jsonb, jsonb);
DROP FUNCTION cerberus.donation_summary(bigint);

COMMIT;
