-- Revert cerberus:card_testing from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP FUNCTION cerberus.donations_expire(),
	cerberus.intent_ended(bigint, jsonb),
	cerberus.intents_due(bigint, boolean, integer),
	cerberus.donation_admit(bigint, integer);
DROP TRIGGER declined ON cerberus.stripe_events;
DROP FUNCTION cerberus.intent_declined();
DROP TABLE cerberus.intent_declines;

COMMIT;
