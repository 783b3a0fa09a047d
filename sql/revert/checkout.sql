-- Revert cerberus:checkout from pg
BEGIN;
SET LOCAL ROLE cerberus_owner;

DROP TRIGGER session_event ON cerberus.stripe_events;
DROP FUNCTION cerberus.session_event(),
	cerberus.donation_of_session(bigint, jsonb),
	cerberus.donation_redirect(bigint);

COMMIT;
