-- Revert cerberus:donation_events from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.stripe_event(bigint, jsonb, bigint);
DROP FUNCTION cerberus.lock_intent(text);
DROP FUNCTION cerberus.donation_catch_up(bigint);
DROP FUNCTION cerberus.donation_for_intent(bigint, text, jsonb);

COMMIT;
